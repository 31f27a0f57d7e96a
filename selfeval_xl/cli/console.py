"""The terminal's side of a command: UTF-8 everywhere, errors as one line, files that may be ``-``."""

from __future__ import annotations

import errno
import io
import os
import sys
from contextlib import contextmanager, suppress

from selfeval_xl.errors import SelfEvalError, TargetError, WorkbookError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import TextIO

STANDARD = "-"
WORKBOOKS = (".xlsx", ".xlsm")

_SYSTEM = {
    errno.ENOENT: "文件或文件夹不存在",
    errno.EACCES: "没有权限，或文件正在别的程序中打开",
    errno.EPERM: "没有权限，或文件正在别的程序中打开",
    errno.EISDIR: "这是文件夹，不是文件",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.ENOSPC: "磁盘已满",
    errno.EROFS: "磁盘是只读的",
    errno.ENAMETOOLONG: "文件名太长",
    errno.EINVAL: "文件名不能用",
}

# Files that people give in place of the workbook that they were made from, or came with.
_OTHERS = {
    **dict.fromkeys((".doc", ".docx", ".docm", ".wps", ".rtf"), " Word 文档"),
    **dict.fromkeys((".ppt", ".pptx", ".dps"), "演示文稿"),
    ".pdf": " PDF 文件",
    ".csv": " CSV 文本",
    **dict.fromkeys((".jpg", ".jpeg", ".png"), "图片"),
    **dict.fromkeys((".eml", ".msg", ".mbox"), "邮件（先存出附件；成批收表用 selfeval-xl collect）"),
    **dict.fromkeys((".yaml", ".yml", ".json"), "数据文件（用 selfeval-xl fill 填进工作簿）"),
}


def speak_utf8() -> None:
    """Restart in Python's UTF-8 mode where it takes file names as ASCII (``PYTHONUTF8=0`` and ``LC_ALL=C``)."""
    if sys.getfilesystemencoding() == "ascii":
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])


def use_utf8() -> None:
    """Write UTF-8 on every platform and into every pipe; what can't be encoded (half a surrogate pair) is escaped.

    A closed stream (``>&-``, a program without a console) is None in Python: it is replaced by the null device.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115  open to the end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def complain(reason: str) -> None:
    """Print one line on standard error, with control characters (which a terminal would obey) written out."""
    shown = (sign if sign.isprintable() else ascii(sign)[1:-1] for sign in " ".join(reason.split()))
    with suppress(OSError):  # standard error may go to the same full disk: the exit code still tells
        print(f"selfeval-xl：{''.join(shown)}", file=sys.stderr)


def end_output() -> None:
    """Flush the streams; one that fails is sent to the null device, so that Python's flush at exit reports nothing."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def reason_of(error: Exception) -> str:
    """The one line that tells a user what went wrong; for an unexpected error it names a log file with the details."""
    if isinstance(error, SelfEvalError):
        return str(error)
    if isinstance(error, OSError) and error.filename is not None:
        return f"{_shown(error.filename)}：{_SYSTEM.get(error.errno or 0, error.strerror or '无法读写')}"
    if isinstance(error, OSError) and error.errno in _SYSTEM:  # a stream: it has no name
        return f"没有写完：{_SYSTEM[error.errno]}"
    return f"程序内部出错（{type(error).__name__}），未能完成。详细记录：{_log(error)}"


def _shown(filename: object) -> str:
    return os.fsdecode(filename) if isinstance(filename, str | bytes | os.PathLike) else str(filename)


def _log(error: Exception) -> str:
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile(
        "w", prefix="selfeval-xl-", suffix=".log", delete=False, encoding="utf-8", errors="backslashreplace"
    ) as log:
        log.writelines(traceback.format_exception(error))
    return log.name


def choose(what: str, name: str, known: Iterable[str]) -> str:
    """``name`` if it is one of ``known``; else a SelfEvalError that suggests the nearest ones, or lists all."""
    known = list(known)
    if name in known:
        return name
    from selfeval_xl.mistakes import listed, question

    hint = question(name, known, most=3, likeness=0.5) or f"可选：{listed(known)}"
    raise SelfEvalError(f"没有{what} {name}。{hint}")


def report_stream(output: str) -> TextIO:
    """Where words go: standard output, or standard error where the workbook itself takes standard output."""
    return sys.stderr if output == STANDARD else sys.stdout


def existing(name: str) -> Path:
    """The file called ``name``; a SelfEvalError says that there is none, or that it is a folder."""
    from pathlib import Path

    path = Path(name)
    if path.is_dir():
        raise SelfEvalError(f"{name} 是文件夹，请给出文件")
    if not path.exists():
        raise SelfEvalError(f"文件不存在：{name}{_meant(path)}")
    return path


def _meant(path: Path) -> str:
    """A hint for a missing file: part of a name with spaces in it, or a name much like another file's."""
    from selfeval_xl.mistakes import BLANKS, near

    try:
        beside = [one for one in path.parent.iterdir() if one.is_file()]
    except OSError:
        return ""
    if any(path.name in one.name.split() for one in beside):
        return BLANKS
    stems = {one.stem: one.name for one in beside}
    return near(path.stem, stems, stems)


def workbook(name: str) -> Path:
    """As :func:`existing`; WorkbookError where the ending shows that it is no workbook, saying what it is."""
    from selfeval_xl.filenames import LOCK_FILES, locked_name

    path = existing(name)
    if path.name.startswith(LOCK_FILES):
        what = "这是锁文件，Excel、WPS 等打开工作簿时自动产生，里面没有表"
        raise WorkbookError(f"{name}：{what}；请给出工作簿 {locked_name(path.name)} 本身", "package.not_workbook")
    if path.suffix.lower() in _OTHERS:
        what = f"这是{_OTHERS[path.suffix.lower()]}，不是 Excel 工作簿"
        raise WorkbookError(f"{name}：{what}，请提供 .xlsx 文件", "package.not_workbook")
    return path


@contextmanager
def source(name: str, suffix: str) -> Iterator[Path]:
    """The file to read: ``name`` itself, or for ``-`` a temporary copy of standard input with that ``suffix``."""
    if name != STANDARD:
        yield workbook(name) if suffix in WORKBOOKS else existing(name)
        return
    with _passing(f"标准输入{suffix}") as path:
        path.write_bytes(sys.stdin.buffer.read())
        yield path


@contextmanager
def target(name: str) -> Iterator[Path]:
    """The workbook to write: ``name``, or for ``-`` a temporary file, copied to standard output when all went well.

    Raises TargetError before any work is done where ``name`` is a folder, has another ending than a workbook's, or
    stands in a folder that is missing, and where standard output is closed, so that the workbook would be lost.
    """
    if name == STANDARD:
        if getattr(sys.stdout, "name", None) == os.devnull:  # it stands in for a closed one
            raise TargetError("标准输出已经关闭，工作簿没有地方写：请用 -o 给出文件名")
        with _passing("标准输出") as path:
            yield path
            sys.stdout.flush()
            sys.stdout.buffer.write(path.read_bytes())
            sys.stdout.flush()  # now, so that an error counts: a buffer may hold all of it
        return
    from pathlib import Path

    from selfeval_xl.workbook.saving import require_file

    path = Path(name)
    require_file(path, *WORKBOOKS)
    yield path


@contextmanager
def _passing(name: str) -> Iterator[Path]:
    import tempfile
    from pathlib import Path

    # Windows deletes no file that a virus scanner has open: then it stays behind.
    with tempfile.TemporaryDirectory(prefix="selfeval-xl-", ignore_cleanup_errors=True) as folder:
        yield Path(folder) / name
