"""An .xls that is encrypted and opens for everybody: Excel does that where the structure is protected with a password.

It encrypts such a file with a password of its own, which all programs try before they ask for one ([MS-OFFCRYPTO] 2.4).
"""

from __future__ import annotations

import io
from importlib import import_module

_PASSWORD = "VelvetSweatshop"
MOST_LOCKED = 4 << 20  # bytes of a file that is decrypted: the library takes memory and time for each of them


def unlocked(data: bytes) -> bytes | None:
    """The file without encryption; None where it takes another password, or the library is missing."""
    opened = io.BytesIO()
    try:
        file = import_module("msoffcrypto").OfficeFile(io.BytesIO(data))
        file.load_key(password=_PASSWORD)
        file.decrypt(opened)
    except Exception:  # a stranger's bytes: the library does not say what it may raise
        return None
    return opened.getvalue()
