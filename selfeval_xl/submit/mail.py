"""The mail draft: opens ready to be sent, with the workbook attached byte for byte."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from selfeval_xl import prepared
from selfeval_xl.errors import SelfEvalError
from selfeval_xl.mistakes import unreadable
from selfeval_xl.submit.attached import as_bytes, attach, unsent
from selfeval_xl.submit.receipt import Facts

LETTER = Path(__file__).with_name("mail.toml")
_KEYS = ("to", "subject", "body")


@dataclass(frozen=True, slots=True)
class Letter:
    """Recipient, subject and text, with ``{names}`` for the facts of a submission; ``file`` is where they stand."""

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
    """The draft as an ``.eml`` file; without a recipient that line stays empty for the user."""
    words = facts.words()
    message = unsent(" ".join(_filled(letter, letter.subject, words).split()))
    recipient = to or letter.to
    if recipient:
        try:
            message["To"] = recipient
        except ValueError as error:
            raise SelfEvalError(f"收件人“{recipient}”不是邮件地址") from error
        if message["To"].defects or not all("@" in one.addr_spec for one in message["To"].addresses):
            raise SelfEvalError(f"收件人“{recipient}”不是邮件地址")
    message.set_content(_filled(letter, letter.body, words), charset="utf-8", cte="base64")
    attach(message, workbook, facts.file)
    return as_bytes(message)


def _filled(letter: Letter, text: str, words: Mapping[str, str]) -> str:
    known = f"可用的有：{'、'.join(f'{{{word}}}' for word in words)}"
    try:
        return text.format_map(words)
    except KeyError as error:
        raise SelfEvalError(f"{letter.file}：邮件模板里的 {{{error.args[0]}}} 不认识；{known}") from error
    except (ValueError, AttributeError, TypeError) as error:
        raise SelfEvalError(f"{letter.file}：邮件模板里的花括号写法不对，应成对，里面只写名称；{known}") from error
