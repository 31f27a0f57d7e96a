"""Setting the button up, and finding out why it does not work."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from desk import PROJECT, filled

from selfeval_xl.cli import main
from selfeval_xl.errors import SelfEvalError, TargetError
from selfeval_xl.excel import drop, machine, setup
from selfeval_xl.excel.doctor import Facts, File, lines

HEALTHY = Facts(
    python=r"%LOCALAPPDATA%\selfeval-xl\button\Scripts\python.exe",
    python_works=True,
    python_version=(3, 12, 1),
    xlwings=(0, 37, 8),
    program="1.2",
    version="1.2",
    excel=r"C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE",
    macros=2,
    file=File(r"D:\自评\自评表.xlsm"),
)


def test_a_healthy_machine_has_nothing_to_do() -> None:
    assert {(line.level, line.to_do) for line in lines(HEALTHY)} == {("正常", "")}


@pytest.mark.parametrize(
    ("change", "level", "says", "to_do"),
    [
        ({"system": "linux"}, "问题", "不是 Windows", "selfeval-xl score"),
        ({"python": None}, "问题", "还没有设置", "install-button"),
        ({"python_works": False}, "问题", "不能运行", "install-button"),
        ({"python_version": (3, 9, 2)}, "问题", "3.9.2，太旧", "3.11"),
        ({"xlwings": None}, "问题", "没有 xlwings", "install-button"),
        ({"xlwings": (0, 30, 0)}, "问题", "0.30.0，太旧", "install-button"),
        ({"program": None}, "问题", "没有本程序", "install-button"),
        ({"program": "1.1"}, "问题", "1.1 版，命令行是 1.2 版", "关闭 Excel"),
        ({"heavy": ("pandas", "numpy")}, "注意", "pandas、numpy", "install-button"),
        ({"excel": None}, "问题", "没有找到 Excel", "selfeval-xl score"),
        ({"excel": None, "wps": True}, "问题", "只装有 WPS", "selfeval-xl score"),
        ({"opens_xlsm": "KET.Sheet.12"}, "注意", "用 WPS 打开", "文件 → 打开"),
        ({"macros": 4}, "问题", "禁用了所有宏", "受信任位置"),
        ({"macros": 3}, "问题", "数字签名", "受信任位置"),
        ({"macros": 1}, "注意", "不安全", "并发出通知"),
        ({"blocks_mailed": True}, "注意", "邮件里来的宏", "受信任位置"),
    ],
)
def test_machines(change: dict[str, object], level: str, says: str, to_do: str) -> None:
    (line,) = [line for line in lines(dataclasses.replace(HEALTHY, **change)) if line.level != "正常"]  # type: ignore[arg-type]
    assert line.level == level and says in line.what and to_do in line.to_do


@pytest.mark.parametrize(
    ("file", "level", "says"),
    [
        (File(r"D:\自评\没有.xlsm", exists=False), "问题", "文件不存在"),
        (File(r"D:\自评\a=b.xlsm"), "问题", "等号"),
        (File(r"D:\自评\表.xlsx"), "注意", "不带宏"),
        (File(r"\\服务器\共享\表.xlsm"), "注意", "网络位置"),
        (File(r"Z:\表.xlsm", network=True), "注意", "网络位置"),
        (File(r"C:\Users\王\OneDrive - 单位\表.xlsm"), "注意", "OneDrive"),
        (File(r"E:\同步\表.xlsm", cloud_folders=(r"E:\同步",)), "注意", "OneDrive"),
        (File(r"C:\Users\王\WPSDrive\1\WPS云盘\表.xlsm"), "注意", "WPS 云盘"),
        (File(r"D:\表.xlsm", mailed=True), "问题", "邮件"),
        (File(r"D:\表.xlsm", writable=False), "问题", "只读"),
    ],
)
def test_files(file: File, level: str, says: str) -> None:
    (line,) = [line for line in lines(dataclasses.replace(HEALTHY, file=file)) if line.level != "正常"]
    assert line.level == level and says in line.what


def test_the_registry_is_read_as_office_does(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(machine.sys, "platform", "win32")
    values: dict[tuple[str, str], object] = {
        (r"Software\Microsoft\Office\16.0\Excel\Security", "VBAWarnings"): 1,
        (r"Software\Policies\Microsoft\Office\16.0\Excel\Security", "VBAWarnings"): 4,
        (r"Software\Policies\Microsoft\Office\16.0\Excel\Security", "blockcontentexecutionfrominternet"): 1,
        (r"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe", ""): r'"C:\Office\EXCEL.EXE"',
    }
    facts = machine.look(config=tmp_path / "none.conf", read=lambda key, name: values.get((key, name)))
    assert (facts.macros, facts.blocks_mailed) == (4, True)  # the policy goes before the user's own choice
    assert (facts.excel, facts.wps, facts.python) == (r"C:\Office\EXCEL.EXE", False, None)


def test_wps_is_recognized(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(machine.sys, "platform", "win32")
    values = {
        (r"Software\Kingsoft\Office\6.0\Common", "InstallRoot"): r"C:\Users\王\AppData\Local\Kingsoft\WPS Office",
        (r"Software\Microsoft\Windows\CurrentVersion\Explorer\FileExts\.xlsm\UserChoice", "ProgId"): "KET.Sheet.12",
    }
    facts = machine.look(config=tmp_path / "none.conf", read=lambda key, name: values.get((key, name)))
    assert facts.wps and facts.excel is None
    (line,) = [line for line in lines(facts) if "WPS" in line.what]
    assert line.level == "问题" and drop.NAME.startswith("测算自评表") and "桌面的“测算自评表”" in line.to_do


def test_a_workbook_can_be_dropped_on_a_file(tmp_path: Path) -> None:
    path = drop.drop_target(r"%LOCALAPPDATA%\selfeval-xl\button\Scripts\python.exe", tmp_path)
    lines_of = path.read_bytes().decode("ascii").split("\r\n")
    assert path.suffix == ".cmd" and lines_of[-3:] == ["pause", "exit", ""]
    command = rf'"%LOCALAPPDATA%\selfeval-xl\button\Scripts\python.exe" -P -c "{drop._PROGRAM}" %*'
    assert command in lines_of
    with pytest.raises(TargetError, match="写不进去"):
        drop.drop_target("python.exe", path / "不是文件夹")


def test_the_desktop_may_be_moved(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "云盘" / "桌面").mkdir(parents=True)
    assert drop.desktop(lambda _key, _name: str(tmp_path / "云盘" / "桌面")) == tmp_path / "云盘" / "桌面"
    assert drop.desktop(lambda _key, _name: None) is None
    (tmp_path / "Desktop").mkdir()
    assert drop.desktop(lambda _key, _name: None) == tmp_path / "Desktop"


def test_settings_of_others_stay(tmp_path: Path) -> None:
    config = tmp_path / ".xlwings" / "xlwings.conf"
    setup.write_setting(config, setup.KEY, r"C:\旧\python.exe")
    with config.open("a", encoding="utf-8") as stream:
        stream.write('"SHOW CONSOLE","False"\n')
    setup.write_setting(config, setup.KEY, "%LOCALAPPDATA%\\selfeval-xl\\python.exe")
    assert setup.settings(config) == {
        "SHOW CONSOLE": "False",
        "INTERPRETER_WIN": "%LOCALAPPDATA%\\selfeval-xl\\python.exe",
    }
    assert setup.settings(tmp_path / "none.conf") == {}


def test_paths_go_without_the_users_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "王"))
    python = tmp_path / "王" / "selfeval-xl" / "python"
    short = setup.portable(python)
    assert short.startswith("%LOCALAPPDATA%") and "王" not in short
    assert setup.expanded(short) == python
    assert setup.portable(Path("/opt/python")) == str(Path("/opt/python"))


def test_a_python_that_does_not_run_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(SelfEvalError, match="不能建立"):
        setup.run(tmp_path / "python", "-c", "", failure="不能建立")
    with pytest.raises(SelfEvalError, match="没有成功：ValueError: 坏了"):
        setup.run(Path(sys.executable), "-c", "raise ValueError('坏了')", failure="没有成功")


@pytest.mark.skipif(sys.platform == "win32", reason="what stands for a Python is a script of the shell")
def test_what_is_no_python_any_more_is_told(tmp_path: Path) -> None:
    python, config = tmp_path / "bin" / "python", tmp_path / "xlwings.conf"
    python.parent.mkdir()
    setup.write_setting(config, setup.KEY, str(python))
    for script in ("exit 1", "echo 5", """echo '[[3, 12], 1, 2, 3]'"""):
        python.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        python.chmod(0o755)
        assert not machine.look(config=config).python_works
    python.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    with pytest.raises(SelfEvalError, match="请删除这个文件夹"):  # and not: look after your network
        setup.make(tmp_path, print)


def test_install_button_and_doctor(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "Desktop").mkdir()
    assert main(["install-button", "--folder", str(tmp_path / "小 Python")]) == 0
    said = capsys.readouterr().out
    assert str(tmp_path / "Desktop" / drop.NAME) in said
    python = setup.expanded(setup.settings(setup.config_file())[setup.KEY])
    assert python.is_relative_to(tmp_path) and setup.is_slim(python)
    assert "受信任位置" in said and "启用内容" in said and str(setup.config_file()) in said
    code = "import sys, selfeval_xl.excel as e; print(e.__file__, 'pandas' in sys.modules)"
    monkeypatch.delenv("PYTHONPATH", raising=False)
    ran = subprocess.run(
        [python, "-P", "-B", "-c", code], capture_output=True, encoding="utf-8", check=True, cwd=tmp_path
    )
    assert ran.stdout.startswith(str(tmp_path)) and ran.stdout.split()[-1] == "False"
    version = setup.run(python, "-P", "-B", "-c", setup._TRIAL, failure="").strip()
    assert tuple(map(int, version.split("."))) >= setup.OLDEST_XLWINGS  # the newest, not what the tests run with
    has = setup.run(python, "-m", "pip", "list", "--format=freeze", failure="").casefold()
    assert not [name for name in ("pandas", "numpy", "openpyxl", "pillow", "matplotlib") if f"{name}==" in has]
    main(["doctor"])
    said = capsys.readouterr().out
    assert "正常  按钮用的 Python" in said and "正常  xlwings" in said and "install-button" not in said
    paths = [filled(PROJECT, tmp_path / name) for name in ("拖 来的.xlsx", "自评表(1).xlsx")]  # onto the desktop's file
    dropped = subprocess.run([python, "-P", "-c", drop._PROGRAM, *paths], capture_output=True, encoding="utf-8")
    assert all(f"{path} ›" in dropped.stdout for path in paths) and not dropped.stderr
    package = Path(ran.stdout.split(".py")[0]).parents[1]
    shutil.rmtree(package / "submit")  # half of the program is gone: the trial tells, and so does a wrong version
    with pytest.raises(SelfEvalError, match=r"没有成功.*selfeval_xl\.submit"):
        setup.run(python, "-P", "-B", "-c", setup._TRIAL, failure="没有成功")
    (package / "__init__.py").write_text("__version__ = '0.0.1'\n", encoding="utf-8")
    assert main(["doctor"]) == 1
    assert "问题  按钮用的程序是 0.0.1 版" in capsys.readouterr().out
