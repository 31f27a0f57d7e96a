"""Shipped TOML files kept ready as JSON, which a start loads in a tenth of the time.

The JSON says of which text it was made: a TOML file that was edited since then is parsed itself.
``selfeval-xl templates build`` makes the JSON anew, ``templates check`` and a test say where it has fallen behind.
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
    kept = _kept(path)
    if kept.is_file():
        made: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"), parse_float=Decimal)
        if made["made_of"] == zlib.crc32(raw):
            return dict(made["keys"])
    import tomllib

    # Notepad on Windows puts a byte order mark in front, which TOML does not know.
    return tomllib.loads(raw.decode("utf-8-sig"), parse_float=Decimal)


def texts() -> dict[Path, str]:
    """What has to stand in each JSON file."""
    import tomllib

    found = {}
    for path in (CATALOGUE, *sorted((PACKAGE / "rules").glob("*.toml"))):
        raw = path.read_bytes()
        data = {"made_of": zlib.crc32(raw), "keys": tomllib.loads(raw.decode("utf-8-sig"))}
        found[_kept(path)] = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    return found


def _kept(path: Path) -> Path:
    return READY / f"{path.stem}.json"
