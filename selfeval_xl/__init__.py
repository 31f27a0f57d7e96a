"""Fill, score and check the Excel forms of the yearly performance self-evaluation of public money (预算绩效自评).

Every job goes the same way, read → assess → render; ``model`` holds the values that are passed along:

- ``read`` (through ``workbook``, ``forms``, ``evaluation``): a workbook or data file as an Evaluation;
- ``assess`` (through ``scoring``, ``checks``, ``rules``): its scores and findings, an Assessment;
- ``render`` and ``report``: the Assessment as changes to a workbook, or as words and JSON.

The jobs are modules of this folder (``examine``, ``explain``, ``score``, ``fill``, ``annotate``, ``demo``) or packages
(``importing``, ``fill_official``, ``seal``, ``submit``, ``collect``).  ``cli`` calls them from the command line,
``excel`` from the button in a workbook.  Reading and judging share ``quantity`` (what figures mean) and ``words`` (what
other words do); ``errors``, ``mistakes``, ``filenames``, ``groups``, ``lazy``, ``shipped`` and ``prepared`` are small
tools of all.
"Ours" are workbooks made from the templates of ``forms``; any other form is called official.
"""

from __future__ import annotations

__version__ = "0.1.0"


def ends_soon() -> None:
    """Tune Python for a process that does one job and ends: collect cyclic garbage seldom, and never at exit."""
    import atexit
    import gc

    gc.set_threshold(100_000)
    atexit.register(gc.freeze)
