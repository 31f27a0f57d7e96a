"""Data kept ready for a quick start is the same as its TOML, and never outlives it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from selfeval_xl import prepared
from selfeval_xl.prepared import READY, load, texts
from selfeval_xl.shipped import PACKAGE


def test_what_is_kept_is_up_to_date() -> None:
    kept = {path: path.read_text(encoding="utf-8") for path in READY.iterdir()}
    assert kept == texts(), "run: selfeval-xl templates build"


@pytest.mark.parametrize("name", ["checks/catalogue.toml", "rules/mof-2020.toml"])
def test_both_give_the_same(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    quick = load(PACKAGE / name)
    monkeypatch.setattr(prepared, "READY", tmp_path)
    assert repr(load(PACKAGE / name)) == repr(quick)


def test_an_edited_file_is_read_itself(tmp_path: Path) -> None:
    own = tmp_path / "mof-2020.toml"
    own.write_text("tolerance = 0.10\n", encoding="utf-8")
    assert load(own) == {"tolerance": Decimal("0.10")}
