"""``python -m selfeval_xl.excel recalculate --wb=自评表.xlsm --from_xl=1``: a click as a program of its own."""

from __future__ import annotations

import sys

from selfeval_xl import excel

if __name__ == "__main__":
    job = sys.argv[1] if len(sys.argv) > 1 else ""
    if job not in excel.__all__:
        sys.exit(f"selfeval_xl.excel: {' | '.join(excel.__all__)}")
    getattr(excel, job)()
