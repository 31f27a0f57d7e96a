"""Drafts of mails with workbooks attached, under names that old and new mail programs can read."""

from __future__ import annotations

from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP

_XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
_LINE = 68  # characters of a line of a header, with room for what stands before it


def unsent(subject: str) -> EmailMessage:
    """A mail that opens ready to be sent."""
    message = EmailMessage(policy=SMTP)
    message["X-Unsent"] = "1"  # Outlook opens such a file for editing
    message["Subject"] = subject
    return message


def attach(message: EmailMessage, workbook: bytes, name: str) -> None:
    """Attach a workbook without macros."""
    message.add_attachment(workbook, *_XLSX, filename=name)


def as_bytes(message: EmailMessage) -> bytes:
    """The mail (its policy is SMTP, its text in base64); each name also stands as encoded words behind the type.

    The standard library only writes it by RFC 2231, in pieces that some mail programs don't put together.
    """
    data = message.as_bytes()
    kind = f"Content-Type: {'/'.join(_XLSX)}".encode()
    for part in message.iter_attachments():
        words = Header(part.get_filename(), "utf-8", maxlinelen=_LINE).encode(linesep="\r\n")
        data = data.replace(kind + b"\r\n", kind + f';\r\n name="{words}"\r\n'.encode(), 1)
    return data
