"""Mail drafts that open ready to be sent, with workbooks attached under names that old and new mail programs read."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from selfeval_xl import prepared
from selfeval_xl.errors import SelfEvalError
from selfeval_xl.mistakes import unreadable
from selfeval_xl.submit.receipt import Facts

LETTER = Path(__file__).with_name("mail.toml")
_KEYS = ("to", "subject", "body")
_XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
_LINE = 68  # characters of a header line, leaving room for what stands before the name


@dataclass(frozen=True, slots=True)
class Letter:
    """Recipient, subject and text, with ``{names}`` for facts of a submission; ``file`` is the path, for messages."""

    file: str
    to: str
    subject: str
    body: str


def load_letter(path: Path | None) -> Letter:
    """The letter in a TOML file (None: the shipped one); SelfEvalError says what is wrong with it."""
    path = path or LETTER
    try:
        raw = prepared.load(path)
    except (OSError, ValueError) as error:
        raise SelfEvalError(unreadable(path.name, path, error, "邮件模板")) from error
    wrong = [key for key in raw if key not in _KEYS or not isinstance(raw[key], str)]
    missing = [key for key in ("subject", "body") if key not in raw]
    if wrong or missing:
        faults = [f"缺少 {'、'.join(missing)}"] if missing else []
        faults += [f"请检查 {'、'.join(wrong)}"] if wrong else []
        raise SelfEvalError(f"{path}：邮件模板里是 {'、'.join(_KEYS)}，都是文字；{'，'.join(faults)}")
    return Letter(str(path), raw.get("to", ""), raw["subject"], raw["body"])


def draft(letter: Letter, facts: Facts, workbook: bytes, to: str | None = None) -> bytes:
    """The draft as an ``.eml`` file; without a recipient the user fills that in."""
    subject = " ".join(_filled(letter, letter.subject, facts).split())
    recipient = to or letter.to
    if recipient:
        _require_address(recipient)
    return unsent(subject, recipient, _filled(letter, letter.body, facts), {facts["file"]: workbook})


def unsent(subject: str, to: str, text: str, workbooks: Mapping[str, bytes]) -> bytes:
    """A mail that opens ready to be sent, with .xlsx workbooks attached; ValueError where ``to`` has line breaks.

    The same mail gives the same bytes, so that changes can be detected.
    Each workbook's name is also written as encoded words after the type: the standard library only writes it in pieces
    by RFC 2231, which some mail programs don't put together.
    """
    message = EmailMessage(policy=SMTP)
    message["X-Unsent"] = "1"  # Outlook opens such a file for editing
    message["Subject"] = subject
    if to:
        message["To"] = to
    message.set_content(text, charset="utf-8", cte="base64")
    for name, workbook in workbooks.items():
        message.add_attachment(workbook, *_XLSX, filename=name)
    if workbooks:  # instead of a random boundary; base64, in which all parts are, has no "_"
        message.set_boundary(f"=_{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:32]}")
    data, kind = message.as_bytes(), f"Content-Type: {'/'.join(_XLSX)}".encode()
    for name in workbooks:
        words = Header(name, "utf-8", maxlinelen=_LINE).encode(linesep="\r\n")
        data = data.replace(kind + b"\r\n", kind + f';\r\n name="{words}"\r\n'.encode(), 1)
    return data


def _require_address(recipient: str) -> None:
    try:
        header = SMTP.header_store_parse("To", recipient)[1]
        sound = not header.defects and all("@" in one.addr_spec for one in header.addresses)
    except ValueError:
        sound = False
    if not sound:
        raise SelfEvalError(f"收件人“{recipient}”不是邮件地址")


def _filled(letter: Letter, text: str, facts: Facts) -> str:
    known = f"可用的有：{'、'.join(f'{{{word}}}' for word in facts)}"
    try:
        return text.format_map(facts)
    except KeyError as error:
        raise SelfEvalError(f"{letter.file}：邮件模板里的 {{{error.args[0]}}} 不认识；{known}") from error
    except (ValueError, AttributeError, TypeError) as error:
        raise SelfEvalError(f"{letter.file}：邮件模板里的花括号写法不对，应成对，里面只写名称；{known}") from error
