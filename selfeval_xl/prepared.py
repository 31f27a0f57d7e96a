"""Shipped TOML files with a JSON copy of each, which loads in a tenth of the time.

The JSON holds a checksum of the TOML that it was made from; where that was edited since, the TOML itself is parsed.
``selfeval-xl templates build`` rebuilds the JSON; ``templates check`` and a test fail where it is out of date.
"""

from __future__ import annotations

import json
import zlib
from decimal import Decimal
from pathlib import Path
from typing import Any

from selfeval_xl.shipped import PACKAGE

READY = PACKAGE / "ready"
CATALOGUE = PACKAGE / "checks" / "catalogue.toml"


def load(path: Path) -> dict[str, Any]:
    """The keys of a TOML file; a number with a point is a Decimal.

    Raises OSError and ValueError (UnicodeDecodeError, TOMLDecodeError) where it can't be read.
    """
    raw = path.read_bytes()
    ready = _ready(path)
    if ready.is_file():
        data: dict[str, Any] = json.loads(ready.read_text(encoding="utf-8"), parse_float=Decimal)
        if data["made_of"] == zlib.crc32(raw):
            return dict(data["keys"])
    import tomllib

    # Notepad on Windows puts a byte order mark in front, which TOML does not know.
    return tomllib.loads(raw.decode("utf-8-sig"), parse_float=Decimal)


def texts() -> dict[Path, str]:
    """The JSON files as they should be: path → text."""
    import tomllib

    found = {}
    for path in (CATALOGUE, *sorted((PACKAGE / "rules").glob("*.toml"))):
        raw = path.read_bytes()
        data = {"made_of": zlib.crc32(raw), "keys": tomllib.loads(raw.decode("utf-8-sig"))}
        found[_ready(path)] = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    return found


def _ready(path: Path) -> Path:
    return READY / f"{path.stem}.json"
