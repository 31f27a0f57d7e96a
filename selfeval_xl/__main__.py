"""``python -m selfeval_xl``: the same as the command ``selfeval-xl``."""

from __future__ import annotations

import sys

from selfeval_xl.cli import start

if __name__ == "__main__":
    sys.exit(start())
