"""Reads mails: sender, time, and attachments with their names, also of programs that keep to no standard."""

from __future__ import annotations

import codecs
import email
import email.utils
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import EmailMessage, Message
from email.policy import EmailPolicy
from typing import Any

_LONGEST_HEADER = 2_000  # characters; names of files and addresses are shorter, also in letters that spell out others


class _Policy(EmailPolicy):
    """The standard library's policy, safe for any header: its parser takes quadratic time and fails on some headers."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        beginning = value[:_LONGEST_HEADER]
        try:
            return super().header_fetch_parse(name, beginning)
        except Exception:
            return beginning


def message_of(data: bytes) -> EmailMessage:
    """The mail in these bytes; raises RecursionError for parts nested too deeply."""
    data = data.removeprefix(codecs.BOM_UTF8).lstrip()  # behind a BOM or blank lines headers are not recognized
    return email.message_from_bytes(data, _class=EmailMessage, policy=_Policy())  # type: ignore[arg-type]  # generic in stubs only


def sender_of(message: EmailMessage) -> str | None:
    """The address that it was sent from, in small letters."""
    try:
        return email.utils.parseaddr(str(message.get("From", "")))[1].lower() or None
    except Exception:  # this parser fails on some headers too
        return None


def is_draft(message: EmailMessage) -> bool:
    """Whether it was never sent: a draft, such as one of our own replies."""
    return "x-unsent" in _raw(message)


def sent_at(message: EmailMessage, otherwise: float) -> float:
    """When it was sent (POSIX seconds); ``otherwise`` where it does not say that."""
    try:
        return email.utils.parsedate_to_datetime(str(message["Date"])).timestamp()
    except (TypeError, ValueError, IndexError, AttributeError, OverflowError, OSError):
        return otherwise


def attached_name(part: EmailMessage) -> str | None:
    """The name of an attachment, without any folders; None for a part that is no file.

    The parser of the standard library gives up the bare GBK or UTF-8 bytes that old mailers put into headers, so these
    are made into text first.
    """
    if part.is_multipart():
        return None
    raw = _raw(part)
    for header, parameter in (("content-disposition", "filename"), ("content-type", "name")):
        plain = Message()
        plain[header] = " ".join(decoded(raw.get(header, "").encode("utf-8", "surrogateescape")).split())
        value = plain.get_param(parameter, header=header)
        if value:
            name = _spelled_out(email.utils.collapse_rfc2231_value(value))
            return name.replace("\\", "/").rpartition("/")[2] or None
    kind = raw.get("content-type", "").strip().lower()
    return "附件.xlsx" if "spreadsheet" in kind else "附件" if kind.startswith("application/") else None


def is_shown(part: EmailMessage) -> bool:
    """Whether a part is a picture shown within the text (in a signature), which nobody attached."""
    raw = _raw(part)
    return "content-id" in raw and raw.get("content-type", "").strip().lower().startswith("image/")


def forwarded(part: EmailMessage) -> bytes | None:
    """The bytes of a forwarded mail that is wrongly packed as base64, which the parser takes for text; else None."""
    encoding = _raw(part).get("content-transfer-encoding", "").strip().lower()
    inner = part.get_payload(0) if encoding == "base64" and part.is_multipart() else None
    text = inner.get_payload() if isinstance(inner, Message) else None
    if not isinstance(text, str) or part.get_content_type() != "message/rfc822":
        return None
    packed = EmailMessage()
    packed["content-transfer-encoding"] = encoding
    packed.set_payload(text)
    return payload(packed)


def payload(part: EmailMessage) -> bytes:
    """The content of a part, its transfer encoding undone; b"" for a part made of others."""
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def decoded(raw: bytes, declared: str | None = None) -> str:
    """Text in the declared encoding, or else in the first one that fits."""
    for encoding in filter(None, (declared, "utf-8", "gb18030")):
        try:
            return raw.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return raw.decode("utf-8", "replace")


def _raw(part: EmailMessage) -> dict[str, str]:
    return {header.lower(): str(value) for header, value in part.raw_items()}


def _spelled_out(text: str) -> str:
    """A text with its encoded words (``=?gb2312?B?…?=``) decoded."""
    try:
        words = decode_header(text)
    except (ValueError, HeaderParseError):
        return text
    return "".join(word if isinstance(word, str) else decoded(word, charset) for word, charset in words)
