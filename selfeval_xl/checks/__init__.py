"""The checks: small functions that look at a scored evaluation and say what is wrong; a module per subject.

A check is a generator of hits, registered with :func:`~selfeval_xl.checks.registry.check` under the ids that it may
yield; severity, message and remedy of an id stand in ``catalogue.toml``, whose order is the order of the findings.
All that checks look at is a ``view``: the ``rows`` of the indicator table, a ``ledger`` of each table of money, and
``points`` and ``claims``.  Other modules that are not imported here help one or two subjects.
"""

from __future__ import annotations

# Importing a subject registers its checks.
from selfeval_xl.checks import actual as actual
from selfeval_xl.checks import budget as budget
from selfeval_xl.checks import cells as cells
from selfeval_xl.checks import counts as counts
from selfeval_xl.checks import execution as execution
from selfeval_xl.checks import goals as goals
from selfeval_xl.checks import package as package
from selfeval_xl.checks import reading as reading
from selfeval_xl.checks import reason as reason
from selfeval_xl.checks import reviews as reviews
from selfeval_xl.checks import score as score
from selfeval_xl.checks import seal as seal
from selfeval_xl.checks import table as table
from selfeval_xl.checks import target as target
from selfeval_xl.checks import template as template
from selfeval_xl.checks import tieout as tieout
from selfeval_xl.checks import transfer as transfer
from selfeval_xl.checks import weights as weights
from selfeval_xl.checks.package import UNREADABLE, finding_of_error
from selfeval_xl.checks.registry import Spec, catalogue, registered, run
from selfeval_xl.checks.view import View

__all__ = ["UNREADABLE", "Spec", "View", "catalogue", "finding_of_error", "registered", "run"]
