"""The command line: exit codes, one-line errors, Chinese help, JSON, standard input and output."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from zipped import through

from selfeval_xl import __version__, forms
from selfeval_xl.cli import console, main
from selfeval_xl.cli.files import expand
from selfeval_xl.cli.parser import Parser
from selfeval_xl.errors import ComponentError, SelfEvalError
from selfeval_xl.filenames import quoted, workbooks_in
from selfeval_xl.workbook.opening.package import XLSX, XLTX

COMMANDS = (
    "demo", "new", "fill", "import", "check", "score", "annotate", "submit", "keys", "collect", "install-button", "doctor",
    "rules", "checks", "templates",
)  # fmt: skip
SAMPLES = Path(__file__).parents[1] / "samples"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """``run("check", "a.xlsx") -> (exit code, stdout, stderr)``, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*argv: str) -> tuple[int, str, str]:
        code = main(argv)
        return code, *capsys.readouterr()

    return run


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that ``demo`` leaves; tests copy from it."""
    folder = tmp_path_factory.mktemp("demo")
    assert main(["demo", "-o", str(folder)]) == 1  # the samples do hold errors
    return folder


@pytest.fixture
def blank(tmp_path: Path) -> Path:
    path = tmp_path / "空白.xlsx"
    forms.new("project", path)
    return path


def process(*argv: str, stdin: bytes = b"", **env: str) -> subprocess.CompletedProcess[bytes]:
    found = os.pathsep.join(sys.path)  # from wherever the test stands
    return subprocess.run(
        [sys.executable, "-m", "selfeval_xl", *argv],
        input=stdin,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": found, **env},
    )


# --- help, version, usage ---


def test_version(run: Run) -> None:
    assert run("--version") == (0, f"selfeval-xl {__version__}\n", "")


def test_help_is_chinese_and_lists_every_command(run: Run) -> None:
    code, shown, _ = run("--help")
    assert code == 0 and shown.startswith("用法：selfeval-xl")
    assert all(f"\n  {command} " in shown for command in COMMANDS)
    assert not {"usage", "options", "optional", "show this", "positional"} & set(shown.split())
    assert run() == (0, shown, "")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_each_command_has_an_example(run: Run, command: str) -> None:
    code, shown, _ = run(command, "--help")
    assert code == 0 and f"用法：selfeval-xl {command}" in shown
    assert f"例：\n  selfeval-xl {command}" in shown
    assert "show this" not in shown and "usage" not in shown


def test_help_is_the_same_under_every_python(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """From 3.14 on argparse hands its parsers keywords of its own, and colours what they say."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert Parser("a").add_subparsers().add_parser("b", conflict_handler="resolve").conflict_handler == "resolve"
    assert "\x1b" not in run("fill", "--help")[1]


@pytest.mark.parametrize(
    ("argv", "part"),
    [
        (["new", "project"], "缺少参数：-o/--output"),
        (["check"], "缺少参数：FILE"),
        (["check", "--nope", "a.xlsx"], "不认识的参数：--nope（用法见 selfeval-xl check --help）"),
        (["score", "自评", "表.xlsx"], "不认识的参数：表.xlsx（文件名里有空格的，整个名称要加英文双引号）"),
        (["--nope"], "不认识的参数：--nope（用法见 selfeval-xl --help）"),
        (["check", "a.xlsx", "--rules"], "后面要有一个值"),
        (["check", "a.xlsx", "--rules", ""], "参数 --rules：不能是空的"),
        (["fill", "a.yaml", "--template", "", "-o", "a.xlsx"], "参数 --template：不能是空的"),
        (["submit", "a.xlsx", "--key", ""], "参数 --key：不能是空的"),
        (["rules", ""], "参数 NAME：不能是空的"),
        (["templates", "destroy"], "没有 'destroy'"),
    ],
)
def test_usage_error_is_one_chinese_line(run: Run, argv: list[str], part: str) -> None:
    code, out, err = run(*argv)
    assert (code, out) == (2, "") and part in err and err.count("\n") == 1


# --- a user's mistakes ---


@pytest.mark.parametrize(
    ("argv", "part"),
    [
        (["chek", "a.xlsx"], "没有命令 chek。是不是 check"),
        (["check", "没有.xlsx"], "文件不存在：没有.xlsx"),
        (["check", "."], "是文件夹"),
        (["check", "*.xlsx"], "文件不存在：*.xlsx"),
        (["score", "没有.xlsx"], "文件不存在"),
        (["score", "-"], "-o"),
        (["fill", "没有.yaml", "-o", "a.xlsx"], "文件不存在"),
        (["new", "projct", "-o", "a.xlsx"], "是不是 project"),
        (["new", "zzz", "-o", "a.xlsx"], "可选：project（项目支出）、department（部门整体）、transfer（转移支付）"),
        (["rules", "mof2020", "-o", "本市.toml"], "是不是 mof-2020"),
        (["rules", "mof-2020", "-o", "本市.txt"], ".toml"),
        (["rules", "-o", "bands-80-50.toml"], "重名"),
        (["fill", "没有.yaml", "-o", "a.xlsx", "--rules", "没有.toml"], "没有.toml"),
        (["new", "project", "-o", "无/a.xlsx"], "文件夹不存在"),
        (["new", "project", "-o", "a.docx"], ".xlsx 或 .xlsm"),
        (["new", "project", "-o", "."], "是文件夹"),
        (["rules", "mof2020"], "是不是 mof-2020"),
        (["rules", "没有.toml"], "没有.toml"),
        (["checks", "budget.rat"], "budget.rate"),
        (["check", "a.xlsx", "--rules", "mof-2002"], "是不是 mof-2020"),
    ],
)
def test_mistake_is_one_chinese_line_and_exit_2(run: Run, argv: list[str], part: str) -> None:
    code, out, err = run(*argv)
    assert (code, out) == (2, "")
    assert part in err and err.count("\n") == 1 and err.startswith("selfeval-xl：") and "Traceback" not in err
    assert not list(Path().iterdir())


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ("自评表", "（是不是 自评表.xlsx？）"),
        ("自评表1.xlsx", "（是不是 自评表.xlsx？）"),
        ("终稿.xlsx", "（文件名里有空格的，整个名称要加英文双引号）"),
        ("没有.xlsx", ""),
    ],
)
def test_a_missing_file_is_asked_for_by_what_lies_beside(run: Run, given: str, hint: str) -> None:
    for name in ("自评表.xlsx", "部门 终稿.xlsx"):
        Path(name).touch()
    assert run("check", given) == (2, "", f"selfeval-xl：文件不存在：{given}{hint}\n")


@pytest.mark.parametrize(
    ("given", "there", "said"),
    [
        ("本市规则", "本市规则.toml", "没有规则 本市规则。是不是 本市规则.toml？自己的规则要写文件名，连同 .toml"),
        ("本市规则.toml", "本市规则.toml.txt", "文件不存在：本市规则.toml（是不是 本市规则.toml.txt？）"),
        ("本市规则.toml.txt", "本市规则.toml.txt", "本市规则.toml.txt：规则文件的扩展名应为 .toml，请改名"),
    ],
)  # fmt: skip
def test_rules_of_ones_own_are_asked_for_by_what_lies_there(run: Run, given: str, there: str, said: str) -> None:
    Path(there).write_text('extends = "mof-2020"\ntitle = "本市"\n', encoding="utf-8")
    code, out, err = run("rules", given)
    assert (code, out) == (2, "") and err.startswith(f"selfeval-xl：{said}") and err.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "name"), [(b"", "空.xlsx"), (b"not a zip", "a.xlsx"), (b"PK\x03\x04 broken", "b.xlsx"), (b"x", "a.txt")]
)
def test_file_that_is_no_workbook(run: Run, content: bytes, name: str) -> None:
    Path(name).write_bytes(content)
    code, out, err = run("check", name)
    assert (code, out) == (2, "") and err.count("\n") == 1 and name in err
    code, out, err = run("check", "--json", name)
    (result,) = json.loads(out)
    assert code == 2 and not result["readable"] and result["form"] == "unknown" and result["reason"] in err
    assert result["findings"][0]["id"].startswith("package.")


def test_unforeseen_error_names_its_log(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(form: str, output: Path) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(forms, "new", broken)
    code, out, err = run("new", "project", "-o", "a.xlsx")
    assert (code, out) == (2, "") and err.count("\n") == 1 and "ZeroDivisionError" in err
    log = Path(err.strip().partition("详细记录：")[2])
    assert "Traceback" in log.read_text(encoding="utf-8")
    log.unlink()


@pytest.mark.parametrize(
    ("error", "part"),
    [
        (PermissionError(errno.EACCES, "denied", "a.xlsx"), "a.xlsx：没有权限"),
        (OSError(errno.ENOSPC, "full", "a.xlsx"), "磁盘已满"),
        (SelfEvalError("第一行\n第二行"), "第一行"),
        (ComponentError("签名", "cryptography"), "签名需要组件 cryptography，请先安装：python -m pip install cryptography"),
    ],
)
def test_reason_of_what_a_user_can_mend(error: Exception, part: str) -> None:
    assert part in console.reason_of(error)


def test_complaint_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    console.complain("第一行\n 第二行")
    assert capsys.readouterr().err == "selfeval-xl：第一行 第二行\n"
    console.complain("表\x1b[2J\0\u202exslx.甲：读不出来")
    assert capsys.readouterr().err == "selfeval-xl：表\\x1b[2J\\x00\\u202exslx.甲：读不出来\n"


def test_a_file_that_cannot_be_read_is_named_once_as_it_was_given(run: Run) -> None:
    Path("收件").mkdir()
    Path("收件/坏.xlsx").write_bytes(b"no workbook")
    code, _, err = run("check", "收件/坏.xlsx")
    assert code == 2 and err.startswith("selfeval-xl：收件/坏.xlsx：这是纯文本") and err.count("坏.xlsx") == 1
    empty = process("check", "-")
    assert empty.returncode == 2 and empty.stderr.decode().startswith("selfeval-xl：标准输入.xlsx：文件是空的")


def test_interrupt_is_quiet(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(form: str, output: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(forms, "new", interrupted)
    assert run("new", "project", "-o", "a.xlsx") == (130, "", "")


@pytest.mark.skipif(not hasattr(signal, "SIGPIPE"), reason="needs pipes of POSIX")
def test_closed_pipe_is_quiet() -> None:
    command = subprocess.Popen(
        [sys.executable, "-m", "selfeval_xl", "checks"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert command.stdout and command.stderr
    command.stdout.close()
    assert command.stderr.read() == b""
    command.stderr.close()
    assert command.wait() in (0, 141)


@pytest.mark.parametrize(
    "argv", [["check", "-"], ["fill", "-", "-o", "-"], ["new", "project", "-o", "-"], ["checks"], ["check", "没有.xlsx"]]
)
def test_closed_streams_are_empty_ones(argv: list[str]) -> None:
    code = "import sys; sys.stdin = sys.stdout = sys.stderr = None\nfrom selfeval_xl.cli import console, main\n"
    code += f"console._log = lambda error: sys.exit(99)\nsys.exit(main({argv!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (0 if argv == ["checks"] else 2, b"", b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux")
@pytest.mark.parametrize("argv", [["checks"], ["new", "project", "-o", "-"], ["--help"]])
def test_full_disk_behind_standard_output(argv: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([sys.executable, "-m", "selfeval_xl", *argv], stdout=full, stderr=subprocess.PIPE)
        both = subprocess.run([sys.executable, "-m", "selfeval_xl", *argv], stdout=full, stderr=full)
    assert done.returncode == 2 and done.stderr.decode() == "selfeval-xl：没有写完：磁盘已满\n"
    assert both.returncode == 2  # 1 would say: there are errors in the file


def test_utf8_whatever_the_platform_says() -> None:
    done = process("rules", PYTHONIOENCODING="cp1252", PYTHONUTF8="0", LC_ALL="C")
    assert done.returncode == 0 and "默认" in done.stdout.decode("utf-8")


@pytest.mark.skipif(os.name == "nt", reason="names of files are Unicode on Windows")
def test_names_of_files_are_utf8_whatever_the_platform_says(tmp_path: Path) -> None:
    ascii_only = {"PYTHONUTF8": "0", "LC_ALL": "C"}
    path = tmp_path / "自评表.xlsx"
    done = process("new", "项目支出", "-o", str(path), **ascii_only)
    assert (done.returncode, done.stderr, path.exists()) == (0, b"", True)
    done = process("collect", str(path), "-o", str(tmp_path / "台账.xlsx"), "--jobs", "1", **ascii_only)
    assert done.returncode == 0 and f"台账已写入：{tmp_path / '台账.xlsx'}" in done.stdout.decode("utf-8")


# --- new, standard output and input ---


@pytest.mark.parametrize("form", forms.FORMS)
def test_new_form_is_read_back_as_what_it_is(run: Run, form: str) -> None:
    code, out, err = run("new", form, "-o", "a.xlsx")
    assert (code, err) == (0, "") and "a.xlsx" in out
    (result,) = json.loads(run("check", "--json", "a.xlsx")[1])
    assert result["form"] == form and result["template"]["id"] == form and result["readable"]


@pytest.mark.parametrize(
    ("word", "form"),
    [("项目支出", "project"), ("项目", "project"), ("部门整体", "department"), ("部门", "department"), ("转移支付", "transfer")],
)
def test_a_form_may_be_called_in_chinese(run: Run, word: str, form: str) -> None:
    assert run("new", word, "-o", "a.xlsx")[0] == 0
    assert json.loads(run("check", "--json", "a.xlsx")[1])[0]["form"] == form


def test_new_form_replaces_no_workbook_that_may_be_filled(run: Run) -> None:
    assert run("new", "project", "-o", "a.xlsx")[0] == run("new", "project", "-o", "a.xlsx")[0] == 0
    run("new", "department", "-o", "b.xlsx")
    filled = Path("b.xlsx").read_bytes()
    code, out, err = run("new", "project", "-o", "b.xlsx")
    assert (code, out) == (2, "") and "b.xlsx 已经存在" in err and "换个文件名" in err
    assert Path("b.xlsx").read_bytes() == filled


def test_dash_is_standard_output_and_input() -> None:
    written = process("new", "project", "-o", "-")
    assert written.returncode == 0 and written.stdout.startswith(b"PK")
    checked = process("check", "--json", "-", stdin=written.stdout)
    (result,) = json.loads(checked.stdout)
    assert (result["file"], result["form"]) == ("-", "project")


def test_files_that_data_from_standard_input_name_stand_in_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("指标.csv").write_text("一级指标,二级指标,三级指标,年度指标值\n产出指标,数量指标,修路,≥3公里\n", "utf-8")
    data = "form: project\nfields: {}\ntables: {indicators: 指标.csv}\n".encode()
    assert process("fill", "-", "-o", "表.xlsx", stdin=data).returncode == 1
    (result,) = json.loads(process("check", "--json", "表.xlsx").stdout)
    assert [row["name"] for row in result["indicators"]] == ["修路"]


def test_nothing_reaches_standard_output_when_it_fails() -> None:
    done = process("fill", "-", "-o", "-", stdin=b"form: nonsense\n")
    assert (done.returncode, done.stdout) == (2, b"") and done.stderr.count(b"\n") == 1


# --- check ---


def test_check_exit_codes(run: Run, demo: Path, blank: Path) -> None:
    with_errors = str(next(demo.glob("project-2024*.xlsx")))
    assert run("check", with_errors)[0] == 1
    assert run("check", with_errors, "没有.xlsx")[0] == 2


def test_one_unreadable_file_stops_no_other(run: Run, demo: Path) -> None:
    good = str(next(demo.glob("*.xlsx")))
    Path("坏.xlsx").write_bytes(b"nothing")
    code, out, err = run("check", "--json", "坏.xlsx", good, "没有.xlsx")
    results = json.loads(out)
    assert code == 2 and err.count("\n") == 2
    assert [(one["file"], one["readable"]) for one in results] == [
        ("坏.xlsx", False),
        (good, True),
        ("没有.xlsx", False),
    ]
    code, out, err = run("check", "坏.xlsx", good)
    assert code == 2 and good in out and "坏.xlsx" in err


def test_workbook_without_a_form_is_said_not_passed(run: Run) -> None:
    from openpyxl import Workbook

    Workbook().save("别的.xlsx")
    code, out, err = run("check", "--json", "别的.xlsx")
    (result,) = json.loads(out)
    assert code == 2 and err.count("\n") == 1
    assert (result["form"], result["readable"], result["rules"]) == ("unknown", True, None) and result["reason"] in err


def test_rules_of_its_own_that_a_workbook_names_are_a_finding(run: Run) -> None:
    Path("本市.toml").write_text('extends = "mof-2020"\ntitle = "本市"\n', encoding="utf-8")
    assert run("new", "project", "-o", "a.xlsx", "--rules", "本市.toml")[0] == 0
    code, out, err = run("check", "--json", "a.xlsx")
    (result,) = json.loads(out)
    assert code == 2 and result["readable"] and result["reason"] in err
    assert [(one["id"], one["message"]) for one in result["findings"]] == [("package.unread", result["reason"])]


def test_unknown_rules_are_said_in_the_object_too(run: Run, blank: Path) -> None:
    code, out, err = run("check", "--json", str(blank), "--rules", "nope")
    (result,) = json.loads(out)
    assert code == 2 and result["reason"] in err and "nope" in err


def test_rules_may_be_a_file(run: Run, blank: Path) -> None:
    Path("本市.toml").write_text('extends = "mof-2020"\ntitle = "本市"\n', encoding="utf-8")
    (result,) = json.loads(run("check", "--json", str(blank), "--rules", "本市.toml")[1])
    assert result["rules"] == "本市"
    assert "本市" in run("rules", "本市.toml")[1]


def test_check_changes_nothing(run: Run, demo: Path) -> None:
    path = Path(shutil.copy(next(demo.glob("*.xlsx")), "a.xlsx"))
    before = path.read_bytes()
    run("check", "a.xlsx")
    assert path.read_bytes() == before and [item.name for item in Path().iterdir()] == ["a.xlsx"]


def test_wildcards_are_expanded_without_lock_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("收件 [1]").mkdir()
    for name in ("b.xlsx", "a.xlsx", "~$a.xlsx", "[1].xlsx", "收件 [1]/c.xlsx"):
        Path(name).touch()
    assert list(expand(["?.xlsx", "[1].xlsx", "z*.xlsx", "-"])) == ["a.xlsx", "b.xlsx", "[1].xlsx", "z*.xlsx", "-"]
    assert list(expand(["收件 [1]/*.xlsx", "*[[]1]/c.*"])) == [str(Path("收件 [1]/c.xlsx"))] * 2


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("~$a.xlsx", "锁文件，Excel、WPS 等打开工作簿时自动产生，里面没有表；请给出工作簿 a.xlsx 本身"),
        (".~a.xlsx", "请给出工作簿 a.xlsx 本身"),
        (".~lock.a.xlsx#", "请给出工作簿 a.xlsx 本身"),
        ("a.docx", "这是 Word 文档"),
        ("a.doc", "这是 Word 文档"),
        ("a.pdf", "这是 PDF 文件"),
        ("a.yaml", "这是数据文件（用 selfeval-xl fill"),
        ("a.eml", "selfeval-xl collect"),
    ],
)
@pytest.mark.parametrize("command", [["check"], ["score"], ["submit"], ["annotate", "-o", "b.xlsx"], ["import", "-o", "b.xlsx"]])
def test_what_is_taken_for_a_workbook_is_called_what_it_is(run: Run, name: str, said: str, command: list[str]) -> None:
    Path(name).write_bytes(b"\x05user")
    code, out, err = run(*command, name)
    assert (code, out) == (2, "") and err.startswith(f"selfeval-xl：{name}：") and said in err and err.count("\n") == 1


# --- rules of one's own, from the data to the ledger ---


def test_a_rule_file_can_be_used_all_the_way(run: Run) -> None:
    """Whoever fills, checks, sends in and collects under own rules never meets a command that can't take them."""
    shutil.copy(next(SAMPLES.glob("transfer-2023*.yaml")), "数据.yaml")
    Path("本市.toml").write_text('extends = "mof-2020"\ntitle = "本市"\n', encoding="utf-8")
    own = ("--rules", "本市.toml")
    assert run("fill", "数据.yaml", "-o", "a.xlsx", *own)[0] == 0
    for command in (["check", "a.xlsx"], ["score", "a.xlsx"], ["submit", "a.xlsx"], ["annotate", "a.xlsx", "-o", "b.xlsx"]):
        code, _, err = run(*command)
        assert code == 2 and "--rules 本市.toml" in err, "the workbook names its rules; the message, how to give them"
        code, out, err = run(*command, *own)
        assert (code, err) == (0, "") and out
    (sent,) = Path("报送件").glob("*.xlsx")
    (result,) = json.loads(run("check", "--json", str(sent), *own)[1])
    assert result["rules"] == "本市" and result["seal"]["state"] == "whole"
    assert run("collect", "报送件", "-o", "台账.xlsx", *own)[0] == 0
    code, out, _ = run("import", "a.xlsx", "-o", "c.xlsx", *own)
    assert code == 0 and "没有照搬" not in out
    assert json.loads(run("check", "--json", "c.xlsx", *own)[1])[0]["rules"] == "本市"
    out = run("import", "a.xlsx", "-o", "d.xlsx")[1]
    assert "新表用默认规则" in out and "--rules" in out
    assert run("fill", "数据.yaml", "-o", "e.xlsx", "--template", "a.xlsx", "--rules", "mof-2020")[0] == 0
    assert json.loads(run("check", "--json", "e.xlsx")[1])[0]["rules"] == "mof-2020"


def test_own_rules_decide_what_is_filled_and_found(run: Run) -> None:
    shutil.copy(next(SAMPLES.glob("project-2024*.yaml")), "数据.yaml")
    Path("本市.toml").write_text(
        'extends = "mof-2020"\nexecution_weight = 20\n[level_weights]\n"产出指标" = 50\n"效益指标" = 20\n"满意度指标" = 10\n'
        '[severities]\n"tieout.mismatch" = "off"\n',
        encoding="utf-8",
    )
    run("fill", "数据.yaml", "-o", "a.xlsx", "--rules", "本市.toml")
    (result,) = json.loads(run("check", "--json", "a.xlsx", "--rules", "本市.toml")[1])
    benefit = [float(one["weight"]) for one in result["indicators"] if one["level1"] == "效益指标"]
    assert sum(benefit) == 20 and "tieout.mismatch" not in {one["id"] for one in result["findings"]}


def test_rules_say_which_checks_they_change(run: Run) -> None:
    text = 'extends = "mof-2020"\n[severities]\n"budget.changed" = "off"\n"reason.missing" = "warning"\n'
    Path("本市.toml").write_text(text, encoding="utf-8")
    code, out, _ = run("rules", "本市.toml")
    assert code == 0 and "budget.changed（预算有调整，没有说明）：关闭（默认为提示）" in out
    assert "reason.missing（没有写偏差原因）：警告（默认为错误）" in out
    assert "校验项的级别" not in run("rules", "mof-2020")[1]


def test_data_may_name_a_rule_file_beside_them(run: Run) -> None:
    Path("数据").mkdir()
    Path("数据/本市.toml").write_text('extends = "mof-2020"\n', encoding="utf-8")
    Path("数据/a.yaml").write_text("form: project\nrules: 本市.toml\nfields: {year: 2024}\n", encoding="utf-8")
    assert run("fill", "数据/a.yaml", "-o", "a.xlsx")[0] == 0
    assert json.loads(run("check", "--json", "a.xlsx", "--rules", "数据/本市.toml")[1])[0]["rules"] == "本市"


def test_grades_that_no_formula_knows_are_refused_in_a_workbook_of_ours(run: Run, blank: Path, demo: Path) -> None:
    Path("两等.toml").write_text(
        'extends = "mof-2020"\n[[grades]]\nname = "合格"\nat_least = 60\n[[grades]]\nname = "不合格"\nat_least = 0\n',
        encoding="utf-8",
    )
    for command in ("check", "score"):
        code, _, err = run(command, str(blank), "--rules", "两等.toml")
        assert code == 2 and "合格、不合格" in err and "优、良、中、差" in err


def test_a_rule_set_is_copied_to_be_changed(run: Run) -> None:
    code, out, _ = run("rules", "mof-2021-cost", "-o", "本市.toml")
    assert code == 0 and "本市.toml" in out
    own = Path("本市.toml")
    own.write_text(own.read_text(encoding="utf-8").replace('"成本指标" = 20', '"成本指标" = 10').replace('"产出指标" = 40', '"产出指标" = 50'), encoding="utf-8")
    assert "成本指标 10 分" in run("rules", "本市.toml")[1].replace("\n", "")
    changed = own.read_bytes()
    code, _, err = run("rules", "mof-2020", "-o", "本市.toml")
    assert code == 2 and "已经存在" in err and own.read_bytes() == changed
    assert run("rules", "-o", "-")[1].startswith("# 项目支出绩效自评的评分规则")


# --- score ---


def test_score_in_place_keeps_what_it_finds(run: Run, demo: Path) -> None:
    shutil.copy(next(demo.glob("project-2024*.xlsx")), "a.xlsx")
    code, out, err = run("score", "a.xlsx")
    assert (code, err) == (1, "") and "8.68" in out
    (before, after) = (
        json.loads(run("check", "--json", name)[1])[0]
        for name in (str(next(demo.glob("project-2024*.xlsx"))), "a.xlsx")
    )
    assert (before["total"], before["findings"]) == (after["total"], after["findings"])


def test_score_into_another_file_leaves_the_first(run: Run, demo: Path) -> None:
    path = Path(shutil.copy(next(demo.glob("*.xlsx")), "a.xlsx"))
    before = path.read_bytes()
    assert run("score", "a.xlsx", "-o", "b.xlsx")[0] in (0, 1)
    assert path.read_bytes() == before and Path("b.xlsx").exists()


# --- demo, fill, explain, templates ---


def test_demo_reports_the_four_samples(run: Run) -> None:
    code, out, err = run("demo")
    assert (code, err) == (1, "") and len(list(Path("selfeval-demo").glob("*.xlsx"))) == 4
    assert "175.48 ÷ 202.06 万元 = 86.85%" in out and "98.25%" in out


def test_demo_ends_with_a_command_that_can_be_pasted(run: Run) -> None:
    out = run("demo", "-o", "演示 (1)")[1]
    command = out.splitlines()[-1].partition("selfeval-xl ")[2]
    assert len(console_words(command)) == 5 and all(Path(name).exists() for name in console_words(command)[1:])


def console_words(command: str) -> list[str]:
    """What a shell of this system makes of a command; on Windows the program expands the ``*`` itself."""
    if sys.platform == "win32":
        import shlex

        first, *rest = shlex.split(command, posix=False)
        return [first, *expand(word.strip('"') for word in rest)]
    done = subprocess.run(["sh", "-c", f"printf '%s\\n' {command}"], capture_output=True, text=True, encoding="utf-8", check=True)
    return done.stdout.splitlines()


@pytest.mark.parametrize("word", ["自评表.xlsx", "演示 (1)", "甲&乙", "$HOME", "a'b", "it's", "", "*", "～"])
@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell of POSIX")
def test_quoted_words_reach_a_shell_as_they_are(word: str) -> None:
    assert console_words(quoted(word)) == [word]


def test_quoted_for_windows() -> None:
    assert quoted("报送件\\自评表.xlsx", windows=True) == "报送件\\自评表.xlsx"
    assert workbooks_in("演示 (1)", windows=True) == '"演示 (1)\\*.xlsx"'


def test_a_workbook_is_written_under_no_name_of_another_kind(run: Run, blank: Path) -> None:
    """Excel opens no .xlsx that is called .xlsm, nor the other way round, nor a template called either."""
    run("new", "project", "-o", "a.xlsm")
    Path("a.xltx").write_bytes(through(blank, lambda _, part: part.replace(XLSX.encode(), XLTX.encode())))
    data = str(next(SAMPLES.glob("project-2024*.yaml")))
    for argv, part in (
        (["score", str(blank), "-o", "b.xlsm"], "写出的文件扩展名也要是 .xlsx"),
        (["score", "a.xlsm", "-o", "b.xlsx"], "写出的文件扩展名也要是 .xlsm"),
        (["fill", data, "--template", "a.xlsm", "-o", "b.xlsx"], "写出的文件扩展名也要是 .xlsm"),
        (["fill", data, "--template", "a.xltx", "-o", "b.xlsx"], "另存为 .xlsx"),
    ):
        code, out, err = run(*argv)
        assert (code, out) == (2, "") and part in err and err.count("\n") == 1 and not list(Path().glob("b.*")), argv
    assert process("score", "a.xlsm", "-o", "-").stdout.startswith(b"PK")  # which has no name to tell a kind


def test_fill_into_a_workbook(run: Run, demo: Path) -> None:
    data = next(SAMPLES.glob("transfer-2023*.yaml"))
    code, out, err = run("fill", str(data), "-o", "a.xlsx")
    assert (code, err) == (0, "") and "转移支付" in out
    code, again, _ = run("fill", str(data), "--template", "a.xlsx", "-o", "b.xlsx")
    assert code == 0 and again == out.replace("a.xlsx", "b.xlsx")


def test_rules_are_listed_and_explained(run: Run) -> None:
    code, out, _ = run("rules")
    assert code == 0 and {line.split()[0] for line in out.splitlines()} >= {
        "mof-2020", "mof-2021-cost", "bands-80-50", "department-guangdong",
    }  # fmt: skip
    assert out.splitlines()[0].endswith("（默认）")
    explained = run("rules", "mof-2020")[1]
    assert "150%" in explained and "0.05" in explained


def test_checks_are_listed_and_explained(run: Run) -> None:
    code, out, _ = run("checks")
    assert code == 0 and any(line.startswith("budget.rate ") and "错误" in line for line in out.splitlines())
    explained = run("checks", "budget.rate")[1]
    assert "何时出现" in explained and "怎么改" in explained


def test_templates_check_agrees_with_the_committed_files(run: Run) -> None:
    assert run("templates", "check") == (0, "模板与表样说明一致\n", "")


def test_templates_build_then_check_then_a_difference(run: Run) -> None:
    Path("t").mkdir()
    assert run("templates", "build", "-o", "t")[0] == 0
    assert run("templates", "check", "-o", "t")[0] == 0
    shutil.copy("t/project.xlsx", "t/transfer.xlsx")
    code, out, _ = run("templates", "check", "-o", "t")
    assert code == 1 and out.strip()


def test_collect_names_a_path_that_is_not_there_and_goes_on(run: Run, demo: Path) -> None:
    code, out, err = run("collect", str(demo), "没有", "-o", "台账.xlsx", "--jobs", "1")
    assert code == 1 and "收到自评表 4 份" in out and "原因和办法" in out
    assert err == "selfeval-xl：找不到 没有，请检查路径；其余的已照收\n"


@pytest.mark.parametrize("option", ["--annotate", "--tables"])
def test_collect_takes_no_file_for_a_folder_and_says_so_before_any_work(run: Run, demo: Path, option: str) -> None:
    Path("甲.txt").touch()
    code, _, err = run("collect", str(demo), "-o", "台账.xlsx", option, "甲.txt")
    assert (code, err) == (2, "selfeval-xl：甲.txt 是文件，请给出文件夹\n") and not Path("台账.xlsx").exists()


def test_collect_that_can_not_run_says_why_in_the_object_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = str(tmp_path / "台账.xlsx")
    for argv in ([str(tmp_path / "没有")], [str(tmp_path), "--rules", "mof-2002"], [str(tmp_path), "--keys", "没有"]):
        assert main(["collect", *argv, "-o", ledger, "--json"]) == 2
        out, err = capsys.readouterr()
        printed = json.loads(out)
        assert printed["ledger"] == ledger
        assert err == f"selfeval-xl：{printed['reason']}\n"
