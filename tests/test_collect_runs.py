"""Runs that are interrupted, shared out or far away lose nothing; and the command that starts them."""

from __future__ import annotations

import itertools
import json
import multiprocessing.spawn
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import pytest
import returns
import sealing
from crashing import double
from intake import ONE, answers, book, call, column, last, put, run
from returns import PROJECT, UNIT, base, varied, zipped

from selfeval_xl.collect import engine as engine_module
from selfeval_xl.collect import journal as journal_module
from selfeval_xl.collect.engine import Engine, interruptible, processes
from selfeval_xl.collect.journal import Journal
from selfeval_xl.collect.run import Means, Steps, collect, journal_of
from selfeval_xl.errors import SelfEvalError
from selfeval_xl.seal.signing import new_keys

SLOW = 24  # returns of the runs that are interrupted


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A folder of returns, and the ledger of an uninterrupted run over it."""
    folder = tmp_path_factory.mktemp("whole")
    returns.build(folder, SLOW, kinds=("加密", "截断", "空的", "错表", "爬出", "占用", "读不到"))
    run(folder, ledger="全.xlsx", means=Means(jobs=2))
    return folder, (folder / "全.xlsx").read_bytes()


def test_a_backup_that_a_killed_run_left_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path / "收件" / "a.xlsx", book())
    for name in ("台账.备份.xlsx", "台账.备份2.xlsx", "台账.备份给人看.xlsx"):
        put(tmp_path / name, b"somebody's")
    call(str(tmp_path / "收件"), "-o", str(tmp_path / "台账.xlsx"), "--jobs", "1")
    assert "台账旁边还有 台账.备份.xlsx、台账.备份2.xlsx：" in capsys.readouterr().out
    assert (tmp_path / "台账.备份.xlsx").read_bytes() == b"somebody's"


def test_no_more_processes_than_windows_can_wait_for() -> None:
    assert Means(200).window == Means(61).window > Means(60).window


def started(folder: Path, ledger: str, jobs: int, annotate: Path | None = None) -> subprocess.Popen[bytes]:
    code = (
        "import sys\nfrom pathlib import Path\nfrom selfeval_xl.collect.run import Means, collect\n"
        "if __name__ == '__main__':\n"
        "    returns, ledger, jobs, *back = sys.argv[1:]\n"
        "    back = Path(back[0]) if back else None\n"
        "    try:\n"
        "        collect([returns], Path(ledger), means=Means(int(jobs)), annotate=back)\n"
        "    except KeyboardInterrupt:\n        sys.exit(130)\n"
    )
    script = folder / f"{ledger}.py"
    script.write_text(code, encoding="utf-8")
    path = os.pathsep.join([str(Path(returns.__file__).parent.parent), *sys.path])
    command = [sys.executable, script, folder / "收件", folder / ledger, str(jobs), *([annotate] if annotate else [])]
    return subprocess.Popen(command, env={**os.environ, "PYTHONPATH": path})


def test_killed_twenty_times_the_ledger_is_the_same(whole: tuple[Path, bytes]) -> None:
    folder, expected = whole
    back, chance = folder / "退回", random.Random(5)
    lasting = {}
    for given in (None, folder / "全退回"):
        begun = time.monotonic()
        assert started(folder, f"量{bool(given)}.xlsx", 1, given).wait() == 0
        lasting[bool(given)] = time.monotonic() - begun
    kills = 0
    for jobs, given in itertools.cycle([(1, None), (2, None), (1, None), (2, back)]):
        process = started(folder, "杀.xlsx", jobs, given)
        with suppress(subprocess.TimeoutExpired):
            process.wait(chance.uniform(0, lasting[bool(given)]))
        if process.poll() is None:
            process.kill()
            kills += 1
        else:  # done before it could be killed: once more from the start
            journal_of(folder / "杀.xlsx").unlink()
        process.wait()
        if kills == 20:
            break
    assert started(folder, "杀.xlsx", 2, back).wait() == 0
    assert (folder / "杀.xlsx").read_bytes() == expected == (folder / "量True.xlsx").read_bytes()
    assert answers(back) == answers(folder / "全退回")


def test_what_a_kill_left_of_a_ledger_goes_with_the_next_run_and_nothing_of_others(tmp_path: Path) -> None:
    put(tmp_path / "收件" / "a.xlsx", book())
    code = "import os, signal, sys, pathlib; from selfeval_xl.workbook.saving import rewrite; " \
        "rewrite(pathlib.Path(sys.argv[1]), lambda file: os.kill(os.getpid(), signal.SIGTERM))"  # fmt: skip
    for name in ("台账.xlsx", "另一份.xlsx"):
        path = os.pathsep.join([str(Path(returns.__file__).parent.parent), *sys.path])
        subprocess.run([sys.executable, "-c", code, tmp_path / name], env={**os.environ, "PYTHONPATH": path}, check=False)
    assert len(list(tmp_path.glob("~*.tmp"))) == 2
    run(tmp_path)
    (left,) = tmp_path.glob("~*.tmp")
    run(tmp_path, ledger="另一份.xlsx")
    assert not left.exists()


def test_no_room_for_the_journal_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    resource = pytest.importorskip("resource")
    put(tmp_path / "收件" / "a.xlsx", book())
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        assert call(str(tmp_path / "收件"), "-o", str(tmp_path / "台账.xlsx"), "--jobs", "1") == 2
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    said = capsys.readouterr().err
    assert "进度文件写不下" in said and len(said.splitlines()) == 1
    assert run(tmp_path).intake.counting == 1


def test_two_runs_on_one_ledger_keep_out_of_each_others_way(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path / "收件" / "a.xlsx", book())
    ledger = tmp_path / "台账.xlsx"
    with Journal(journal_of(ledger), "-"):
        assert call(str(tmp_path / "收件"), "-o", str(ledger), "--jobs", "1") == 2
        said = capsys.readouterr().err
        assert "另一次 collect" in said and len(said.splitlines()) == 1
        assert not ledger.exists()
        assert call(str(tmp_path / "收件"), "-o", str(tmp_path / "另一份.xlsx"), "--jobs", "1") == 0
    assert call(str(tmp_path / "收件"), "-o", str(ledger), "--jobs", "1") == 0


def remarks(ledger: Path) -> dict[str, object]:
    """What the ledger says of each file, by the file's own name."""
    return dict(zip(map(last, map(str, column(ledger, "一览", "文件"))), column(ledger, "一览", "说明"), strict=True))


@pytest.mark.parametrize("jobs", [1, 2])
def test_files_that_go_or_change_while_it_runs_are_a_line_each(jobs: int, tmp_path: Path) -> None:
    box = tmp_path / "收件"
    for name in ("不变", "删了", "改名", "重写", "截断", "夹/移走"):
        put(box / f"{name}.xlsx", book(name))
    put(box / "包.zip", zipped({"旧.xlsx": book("旧")}))
    put(box / "没了.zip", zipped({"旧.xlsx": book("旧")}))

    def change(title: str, _size: int) -> None:
        if title != "读取并校验":
            return
        (box / "删了.xlsx").unlink()
        (box / "没了.zip").unlink()
        (box / "改名.xlsx").rename(box / "新名.xlsx")
        (box / "重写.xlsx").write_bytes(book("重写以后"))
        (box / "截断.xlsx").write_bytes(book("截断")[:3000])
        (box / "包.zip").write_bytes(zipped({"新.xlsx": book("换过的")}))
        (box / "夹").rename(tmp_path / "移走")

    collect([str(box)], tmp_path / "台账.xlsx", means=Means(jobs), annotate=tmp_path / "退回", steps=Steps(change))
    lines = remarks(tmp_path / "台账.xlsx")
    gone = {name for name, said in lines.items() if "读的时候已经不在了" in str(said)}
    assert gone == {"删了.xlsx", "没了.zip", "改名.xlsx", "移走.xlsx"}
    assert "已损坏" in str(lines.pop("截断.xlsx"))
    assert set(lines) - gone == {"不变.xlsx", "重写.xlsx", "新.xlsx"}
    assert {"不变", "重写以后", "换过的"} <= set(column(tmp_path / "台账.xlsx", "一览", "单位"))
    run(tmp_path, means=Means(jobs))
    run(tmp_path, ledger="全新.xlsx")
    assert (tmp_path / "台账.xlsx").read_bytes() == (tmp_path / "全新.xlsx").read_bytes()


def test_a_file_that_changed_after_it_was_read_is_not_sent_back_marked(tmp_path: Path) -> None:
    """Its letter tells what was read; the copy would show something else."""
    for name in ("甲", "乙"):
        put(tmp_path / "收件" / f"{name}.xlsx", book(name))

    def change(title: str, _size: int) -> None:
        if title == "写台账":
            put(tmp_path / "收件" / "乙.xlsx", book("丙单位"))

    collect([str(tmp_path / "收件")], tmp_path / "台账.xlsx", means=ONE, annotate=tmp_path / "退回", steps=Steps(change))
    assert len([*(tmp_path / "退回").glob("*_批注*.xlsx")]) == 1


def test_what_may_not_be_looked_at_is_a_line_and_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path / "收件" / "a.xlsx", book())
    closed = put(tmp_path / "收件" / "附件", book("乙"))  # no ending: its content would have to tell
    stat = Path.stat

    def refused(path: Path, **options: bool) -> os.stat_result:
        if path == closed:
            raise PermissionError(13, "closed", str(path))
        return stat(path, **options)

    monkeypatch.setattr(Path, "stat", refused)
    ledger = tmp_path / "台账.xlsx"
    assert call(str(closed), str(tmp_path / "收件"), "-o", str(ledger), "--jobs", "1") == 1
    assert "收到自评表 1 份" in capsys.readouterr().out
    assert "没有权限读取" in str(remarks(ledger)["附件"])


def test_folders_that_can_not_be_made_or_written_are_told_before_any_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "收件" / "a.xlsx", book())
    taken, closed = put(tmp_path / "占了", b"") / "里面", tmp_path / "不让写"
    opened = Path.open

    def refused(path: Path, *how: Any, **options: Any) -> IO[Any]:
        if path.parent == closed:
            raise PermissionError(13, "closed", str(path))
        return opened(path, *how, **options)

    monkeypatch.setattr(Path, "open", refused)
    for option, folder in itertools.product(("--annotate", "--tables"), (taken, closed)):
        ledger = tmp_path / f"{option}.xlsx"
        assert call(str(tmp_path / "收件"), "-o", str(ledger), "--jobs", "1", option, str(folder)) == 2
        assert "不能建立这个文件夹，或不能往里面写" in capsys.readouterr().err
        assert not ledger.exists() and not journal_of(ledger).exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGINT to a single process")
def test_interrupted_it_keeps_what_was_done(whole: tuple[Path, bytes]) -> None:
    folder, expected = whole
    process = started(folder, "断.xlsx", jobs=2)
    journal = journal_of(folder / "断.xlsx")
    while not (journal.exists() and journal.stat().st_size):
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 130
    lines = journal.read_bytes().splitlines()
    assert lines and all(json.loads(line)["record"] for line in lines)
    assert not (folder / "断.xlsx").exists()
    run(folder, ledger="断.xlsx")
    assert (folder / "断.xlsx").read_bytes() == expected


@pytest.mark.skipif(os.name == "nt", reason="only elsewhere processes can be begun without Ctrl-C")
def test_ctrl_c_while_its_processes_begin_is_an_interruption_too(tmp_path: Path) -> None:
    put(tmp_path / "a.xlsx", book())
    command = [sys.executable, "-m", "selfeval_xl", "collect", "a.xlsx", "-o", "台账.xlsx", "--jobs", "2"]
    path = os.pathsep.join([str(Path(returns.__file__).parent.parent), *sys.path])
    env = {**os.environ, "PYTHONPATH": path}
    process = subprocess.Popen(command, cwd=tmp_path, env=env, stderr=subprocess.PIPE, start_new_session=True)
    while not journal_of(tmp_path / "台账.xlsx").exists():
        time.sleep(0.01)
    time.sleep(0.15)
    os.killpg(process.pid, signal.SIGINT)
    said = process.communicate(timeout=60)[1].decode()
    assert process.returncode == 130 and said.count("\n") == 1 and "已中断" in said


def test_journal_drops_a_torn_line_and_ignores_other_rules(tmp_path: Path) -> None:
    path = tmp_path / "j"
    with Journal(path, "-") as journal:
        at = journal.add("a" * 64, '{"x":1}')
        journal.add("b" * 64, '{"x":2}')
    whole_size = path.stat().st_size
    with path.open("ab") as stream:
        stream.write(path.read_bytes()[:90])
    with Journal(path, "-") as journal:
        assert path.stat().st_size == whole_size
        assert journal.find("a" * 64) == at and journal.record(at) == {"x": 1}
        assert journal.find("c" * 64) is None
    with Journal(path, "other") as journal:
        assert not journal and journal.find("a" * 64) is None
        journal.add("a" * 64, '{"x":3}')
    with Journal(path, "-") as journal:
        assert journal.record(journal.find("a" * 64) or 0) == {"x": 1}


@pytest.mark.parametrize("was", ['"x":2', "bbbb", '"}', "}}"])
def test_journal_drops_what_a_disk_has_changed(was: str, tmp_path: Path) -> None:
    """A digit that is another one would stand in the ledger as if a unit had reported it."""
    path = tmp_path / "j"
    with Journal(path, "-") as journal:
        journal.add("a" * 64, '{"x":1}')
        journal.add("b" * 64, '{"x":2,"y":"}"}')
    path.write_bytes(path.read_bytes().replace(was.encode(), was[:-1].encode() + b"\xff"))
    with Journal(path, "-") as journal:
        assert journal.find("b" * 64) is None
        assert journal.record(journal.add("b" * 64, '{"x":3}')) == {"x": 3}


def test_journal_of_other_forms_or_checks_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "j"
    package = tmp_path / "包"
    (package / "forms").mkdir(parents=True)
    spec = package / "forms" / "a.toml"
    monkeypatch.setattr(journal_module, "PACKAGE", package)

    def known(text: str) -> bool:
        spec.write_text(text, encoding="utf-8")
        journal_module.made_by.cache_clear()
        with Journal(path, "-") as journal:
            found = journal.find("a" * 64) is not None
            journal.add("a" * 64, "{}")
        return found

    try:
        assert [known(text) for text in ("a = 1", "a = 1", "a = 2", "a = 1")] == [False, True, False, True]
        (package / "macros").mkdir()  # an installed package holds what lies beside one in a checkout
        (package / "macros" / "words.toml").write_text("a = 1", encoding="utf-8")
        assert known("a = 1")
    finally:
        journal_module.made_by.cache_clear()


def test_a_file_that_kills_its_process_takes_nobody_along() -> None:
    with interruptible() as stopping:
        engine: Engine[int, int] = Engine(double, lambda: processes(2), 4, stopping)
        results = dict(engine.run([list(range(start, start + 4)) for start in range(0, 20, 4)]))
    assert results == {item: None if item in (13, 17) else 2 * item for item in range(20)}


def test_processes_that_can_not_be_started_are_one_line(tmp_path: Path) -> None:
    put(tmp_path / "收件" / "甲.xlsx", book())
    python = multiprocessing.spawn.get_executable()
    multiprocessing.spawn.set_executable(str(tmp_path / "没有这个程序"))
    try:
        with pytest.raises(SelfEvalError, match="--jobs 1"):
            run(tmp_path, means=Means(jobs=2))
    finally:
        multiprocessing.spawn.set_executable(python)


def test_dask_gives_the_same_ledger(whole: tuple[Path, bytes]) -> None:
    distributed = pytest.importorskip("distributed")
    folder, expected = whole
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None
    ) as cluster:
        run(folder, ledger="云.xlsx", means=Means(scheduler=cluster.scheduler_address))
    assert (folder / "云.xlsx").read_bytes() == expected


class Cluster:
    """A scheduler and workers in processes of their own."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, role: str, kind: str = "") -> None:
        script = str(Path(__file__).with_name("cluster.py"))
        process = subprocess.Popen([sys.executable, script, role, self.address, kind], stdout=subprocess.PIPE)
        self.processes.append(process)
        assert process.stdout is not None and process.stdout.readline() == b"ready\n"

    def stop(self, number: int) -> None:
        process = self.processes.pop(number)
        process.kill()
        process.communicate()


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    pytest.importorskip("distributed")
    made = Cluster()
    yield made
    while made.processes:
        made.stop(-1)


@pytest.mark.parametrize(
    ("scheduler", "worker", "word"),
    [
        ("hidden", "", "没有装本程序"), ("", "hidden", "没有装本程序"), ("hidden", "hidden", "没有装本程序"),
        ("", "other", "版本不同"),
    ],
)  # fmt: skip
def test_cluster_without_this_program_is_one_line(
    tmp_path: Path, cluster: Cluster, scheduler: str, worker: str, word: str
) -> None:
    """On the scheduler, the worker, or both: nothing is written, where each file would seem to be a hostile one."""
    put(tmp_path / "收件" / "a.xlsx", book())
    cluster.start("s", scheduler)
    cluster.start("w", worker)
    with pytest.raises(SelfEvalError, match=word):
        run(tmp_path, means=Means(scheduler=cluster.address))
    assert not (tmp_path / "台账.xlsx").exists() and not journal_of(tmp_path / "台账.xlsx").exists()


@pytest.mark.parametrize(("worker", "word"), [("other", "版本不同"), ("hidden", "没有装本程序")])
def test_a_worker_that_comes_late_is_asked_too(cluster: Cluster, worker: str, word: str) -> None:
    cluster.start("s")
    cluster.start("w")

    def late() -> Iterator[Sequence[int]]:
        yield [1]
        cluster.start("w", worker)
        cluster.stop(1)
        yield [2]

    engine: Engine[int, int] = Engine(list, lambda: engine_module.Dask(cluster.address), 1, threading.Event())
    with pytest.raises(SelfEvalError, match=word):
        list(engine.run(late()))


def test_missing_scheduler_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    put(tmp_path / "收件" / "a.xlsx", book())
    monkeypatch.setattr(engine_module, "PATIENCE", 1)
    with pytest.raises(SelfEvalError, match=r"连不上分派任务的调度程序 tcp://127.0.0.1:9"):
        run(tmp_path, means=Means(scheduler="tcp://127.0.0.1:9"))
    assert not journal_of(tmp_path / "台账.xlsx").exists(), "nothing was done: nothing is left behind"
    put(tmp_path / "收件" / "b.xlsx", b"broken")
    run(tmp_path)
    with pytest.raises(SelfEvalError):
        put(tmp_path / "收件" / "c.xlsx", book("丙单位"))
        run(tmp_path, means=Means(scheduler="tcp://127.0.0.1:9"))
    assert journal_of(tmp_path / "台账.xlsx").stat().st_size


def test_without_the_extra_it_works_and_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "收件" / "a.xlsx", book())
    for module in ("distributed", "fsspec"):
        monkeypatch.setitem(sys.modules, module, None)
    assert run(tmp_path).intake.returned == 1
    put(tmp_path / "收件" / "b.xlsx", book("乙单位"))
    with pytest.raises(SelfEvalError, match=r"需要组件 distributed.*pip install distributed"):
        run(tmp_path, means=Means(scheduler="tcp://127.0.0.1:9"))
    with pytest.raises(SelfEvalError, match=r"需要组件 fsspec.*pip install fsspec"):
        collect(["memory://收件"], tmp_path / "另.xlsx", means=ONE)


def test_urls(tmp_path: Path) -> None:
    fsspec = pytest.importorskip("fsspec")
    memory = fsspec.filesystem("memory")
    memory.pipe("/收件/a.xlsx", book("甲单位"))
    memory.pipe("/收件/b.zip", zipped({"b.xlsx": book("乙单位")}))
    memory.pipe("/收件/c.pdf", b"%PDF")
    result = collect(["memory://收件"], tmp_path / "台账.xlsx", means=ONE, details=True)
    assert [(last(one["file"]), one["unit"]) for one in result.details] == [("a.xlsx", "甲单位"), ("b.xlsx", "乙单位")]
    assert [last(one.name) for one in result.intake.passed] == ["c.pdf"]


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path / "收件" / "a.xlsx", book())
    units = tmp_path / "名单.csv"
    units.write_text("单位\n甲单位\n乙单位\n", encoding="utf-8")
    ledger = str(tmp_path / "台账.xlsx")
    assert call(str(tmp_path / "收件"), "-o", ledger, "--units", str(units), "--jobs", "1") == 0
    out = capsys.readouterr().out
    assert "1 份" in out and "未交：乙单位" in out
    put(tmp_path / "收件" / "b.xlsx", b"broken")
    assert call(str(tmp_path / "收件"), str(tmp_path / "没有.xlsx"), "-o", ledger, "--json", "--jobs", "1") == 1
    printed = json.loads(capsys.readouterr().out)
    assert (printed["returns"], printed["unread"], printed["errors"]) == (1, 2, 2)
    assert [one["readable"] for one in printed["files"]] == [True, False, False]


def test_errors_of_an_old_version_count_for_the_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = varied(base(claimed="88.88"), {UNIT: "甲单位", PROJECT: "专项一"})
    put(tmp_path / "收件" / "旧.xlsx", wrong, day=1)
    put(tmp_path / "收件" / "新.xlsx", book(), day=2)
    argv = [str(tmp_path / "收件"), "-o", str(tmp_path / "台账.xlsx"), "--jobs", "1"]
    assert call(*argv) == 1
    assert "其中有错误的 0 份；没有读出自评表的文件 0 个；旧版和重复的 1 份，没有计入，里面有错误的 1 份" in capsys.readouterr().out
    assert call(*argv, "--json") == 1
    printed = json.loads(capsys.readouterr().out)
    assert (printed["errors"], printed["flawed"]) == (0, 1)


def test_signatures_stand_in_the_ledger(tmp_path: Path) -> None:
    pytest.importorskip("cryptography")
    public = tmp_path / "公钥"
    for unit in (sealing.UNIT, "别的单位"):
        new_keys(unit, tmp_path)[1].replace(put(public / f"{unit}.pem", b""))
    secret = tmp_path / f"{sealing.UNIT}_私钥.pem"
    put(tmp_path / "收件" / "1.xlsx", sealing.packed_bytes(sealing.CLEAN, key=secret))
    for number in (2, 3):
        other = sealing.CLEAN.replace("职工技能竞赛", f"项目{number}")
        put(tmp_path / "收件" / f"{number}.xlsx", sealing.packed_bytes(other, key=secret if number == 2 else None))
    argv = [str(tmp_path / "收件"), "-o", str(tmp_path / "台账.xlsx"), "--jobs", "1"]
    assert call(*argv) == 0
    assert set(column(tmp_path / "台账.xlsx", "一览", "签名")) == {None}
    assert call(*argv[:-1], "2", "--keys", str(public)) == 0
    assert column(tmp_path / "台账.xlsx", "一览", "封签") == ["完好"] * 3
    known = f"由“{sealing.UNIT}”签名"
    assert column(tmp_path / "台账.xlsx", "一览", "签名") == [known, known, "未签名"]
    (public / f"{sealing.UNIT}.pem").unlink()
    assert call(*argv, "--keys", str(public)) == 0
    assert column(tmp_path / "台账.xlsx", "一览", "签名") == ["签名人未登记", "签名人未登记", "未签名"]
    assert column(tmp_path / "台账.xlsx", "问题清单", "编号").count("seal.unknown_key") == 2


@pytest.mark.parametrize(
    ("argv", "word"),
    [
        (["没有的文件夹", "-o", "台账.xlsx"], "找不到"),
        (["空", "-o", "台账.xlsx"], "没有找到"),
        (["空", "-o", "台账.txt"], ".xlsx"),
        (["空", "-o", "没有的文件夹/台账.xlsx"], "文件夹不存在"),
        (["空", "-o", "台账.xlsx", "--units", "没有.csv"], "文件不存在"),
    ],
)
def test_command_that_can_do_nothing(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    argv: list[str],
    word: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "空").mkdir()
    assert call(*argv) == 2
    said = capsys.readouterr().err
    assert word in said and len(said.splitlines()) == 1


@pytest.mark.parametrize("jobs", ["0", "-1", "两个", "1.5"])
def test_number_of_jobs_is_asked_for_in_words(capsys: pytest.CaptureFixture[str], jobs: str) -> None:
    with pytest.raises(SystemExit) as ended:
        call("收件", "-o", "台账.xlsx", f"--jobs={jobs}")
    said = capsys.readouterr().err
    assert ended.value.code == 2 and f"参数 --jobs：应为大于 0 的整数，而不是 {jobs}" in said


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        call("--help")
    assert "selfeval-xl collect 收件 -o 台账.xlsx" in capsys.readouterr().out
