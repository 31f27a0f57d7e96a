"""What a self-evaluation is: the entered figures, each with its cell, and the scores and findings made of them.

Everything here is a frozen value that knows no file, no Excel and no clock.  Money, rates and scores are
:class:`decimal.Decimal`; a rate is a fraction (``Decimal("0.8685")``); what is not known is ``None``.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Context, Decimal
from typing import Literal, NamedTuple

from selfeval_xl.quantity import Quantity
from selfeval_xl.quantity.words import ERRORS

Form = Literal["project", "department", "transfer", "unknown"]
Severity = Literal["error", "warning", "info"]

SEVERITY_NAMES: Mapping[Severity, str] = {"error": "错误", "warning": "警告", "info": "提示"}
"""What a user reads of each severity, the gravest first: in the terminal, in workbooks, in ledgers and letters."""

Status = Literal["met", "missed", "exceeded", "undecided"]
STATUS_NAMES: Mapping[Status, str] = {
    "met": "已完成", "missed": "未完成", "exceeded": "超额完成", "undecided": "待评定",
}  # fmt: skip
SealState = Literal["absent", "whole", "broken", "outdated"]
SignatureState = Literal["absent", "false", "unknown", "known"]


class Place(NamedTuple):
    """A cell: the sheet's name and its A1 reference (the first cell of a merged range)."""

    sheet: str
    cell: str

    @property
    def row(self) -> int:
        """The number of its row, from 1."""
        return int("".join(filter(str.isdigit, self.cell)))

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell}"


class Entry(NamedTuple):
    """The content of one cell (or of one place in a data file): the text shown and, for a number, its value.

    ``text`` is what a person sees (``"86.85%"``); ``value`` the number behind it (``Decimal("0.868454")``), None for
    words.  ``formula`` is the cell's formula with its leading ``=``, or None where somebody typed.
    """

    text: str = ""
    value: Decimal | None = None
    place: Place | None = None
    formula: str | None = None

    @property
    def blank(self) -> bool:
        """True where nothing at all stands in the cell."""
        return not self.text.strip()

    @property
    def is_error(self) -> bool:
        """True where the cell holds a spreadsheet error (a pasted ``#N/A``), so that its real content is unknown."""
        return self.value is None and self.text.strip() in ERRORS


EMPTY = Entry()
FIFTEEN = Context(prec=15)
"""The 15 digits that a spreadsheet keeps of a number: ``FIFTEEN.plus(number)`` rounds as it does."""

UNREAD = "="
"""Stands for a cell's formula where the file only tells that there is one (as of an .xls)."""

NOTHING = Quantity("", "empty")

Row = Mapping[str, Entry]

LEVELS = ("level1", "level2")
"""The columns of an indicator's levels (一级指标, 二级指标)."""

CHANGE_COLUMNS = ("cut", "added", "change")
"""The columns of what leads from the initial to the adjusted budget: 调减, 调增, or both in one (调整数)."""

AMOUNT_COLUMNS = ("initial", *CHANGE_COLUMNS, "adjusted", "executed")
"""The columns of money that a line may have."""

SUM_NAMES = ("小计", "合计", "总计")
"""The names of lines that add up others."""

NATURES = frozenset({"基本支出", "项目支出"})
"""The two lines into which a table by 支出性质 divides all spending."""

OF_REGIONS = {"adjusted": "allocated", "executed": "used"}
"""Budget column → the column of an :class:`Allocation` that holds the same of one region."""

UNREAD_CHANGE = "unread_change"
"""Among a table's columns: there is a column nobody could read, which may hold changes of the budget."""

TOTAL_FIELDS = {
    "initial": "funds_initial",
    "adjusted": "funds_adjusted",
    "executed": "funds_executed",
    "weight": "budget_weight",
    "claimed_rate": "budget_claimed_rate",
    "claimed_score": "budget_claimed_score",
    "reason": "budget_reason",
    "cut": "funds_cut",
    "added": "funds_added",
    "change": "funds_change",
}
"""The total row of the funds block is stored as single fields: column of the funds table → field."""

NAMED = frozenset({"project", "unit", "department"})
"""The fields that hold the name of somebody or something."""

SUM_FIELDS = {TOTAL_FIELDS[key]: key for key in ("initial", "adjusted", "executed")}
"""Those fields of the total row that our forms add up from the rows below: field → column."""

POINT_KEYS = frozenset(
    {"weight", "claimed_score", "budget_weight", "budget_claimed_score", "claimed_total", "total_weight"}
)
"""Keys whose figures are points: a weight of ``10%`` means 10 points."""

ALLOCATION_COLUMNS = ("allocated", "used", "households", "persons")
"""The columns of an allocation with money and people."""

FIGURE_KEYS = frozenset(
    {*POINT_KEYS, *TOTAL_FIELDS, *TOTAL_FIELDS.values(), *AMOUNT_COLUMNS, *ALLOCATION_COLUMNS}
    | {"year", "target", "actual", "stated", "expected", "tolerance"}
) - {"reason", "budget_reason"}
"""Keys that may hold a number; under all others even digits are words (a project named 00123)."""


class Entries(NamedTuple):
    """What every source is first read as, before it becomes an :class:`Evaluation`: entries by the form specs' keys.

    A data file, a workbook of ours (by its defined names), an official form (by its labels) and a workbook open in
    Excel all give this.  ``fields`` holds single entries by key (``"header_unit"``), ``tables`` rows by column key.
    """

    fields: Mapping[str, Entry] = {}
    tables: Mapping[str, tuple[Row, ...]] = {}


TABLE_TITLES: Mapping[str, str] = {
    "funds": "资金来源", "nature": "支出性质", "budget": "预算执行", "listed": "项目清单", "indicators": "绩效指标",
    "allocations": "资金分配", "tieout": "勾稽核对", "management": "管理效率", "rectification": "整改情况",
}  # fmt: skip
"""The tables' names for users."""


def kind_of_table(key: str) -> str:
    """A table's key without its number: an official form may have several of a kind (``budget``, ``budget2``)."""
    return key.rstrip("0123456789")


class Header(NamedTuple):
    """Whose evaluation it is: 年度, 实施单位 (or 填报单位), 主管部门, 项目名称; and 金额单位, as it stands there."""

    year: Entry = EMPTY
    unit: Entry = EMPTY
    department: Entry = EMPTY
    project: Entry = EMPTY
    currency_unit: Entry = EMPTY


class BudgetLine(NamedTuple):
    """One line of money: a row of the funds block, or of the budget table.

    ``level`` is 0 for a total line, 1 for a line of its own (一级项目), 2 for a part of the level-1 line above it.
    Amounts stand in the table's currency unit; some forms have what was ``cut`` and ``added`` in one ``change``.
    ``claimed_rate``, ``claimed_score`` are what the unit states.
    """

    name: Entry = EMPTY
    level: int = 1
    initial: Entry = EMPTY
    cut: Entry = EMPTY
    added: Entry = EMPTY
    change: Entry = EMPTY
    adjusted: Entry = EMPTY
    executed: Entry = EMPTY
    weight: Entry = EMPTY
    claimed_rate: Entry = EMPTY
    claimed_score: Entry = EMPTY
    reason: Entry = EMPTY


class BudgetTable(NamedTuple):
    """Lines of money that belong together; ``columns`` are the keys of the columns that the form has.

    ``currency_unit`` is "" where a workbook of ours leaves its cell blank.
    """

    title: str
    currency_unit: str
    lines: tuple[BudgetLine, ...] = ()
    columns: frozenset[str] = frozenset()

    @property
    def total(self) -> BudgetLine | None:
        """The first total line (合计), or where there is none the first subtotal (小计), or None."""
        totals = [line for line in self.lines if line.level == 0]
        return next((line for line in totals if "小计" not in line.name.text), next(iter(totals), None))


class Allocation(NamedTuple):
    """What one region got and used for one purpose (资金分配), in money and in people."""

    region: Entry = EMPTY
    purpose: Entry = EMPTY
    allocated: Entry = EMPTY
    used: Entry = EMPTY
    households: Entry = EMPTY
    persons: Entry = EMPTY
    claimed_rate: Entry = EMPTY
    reason: Entry = EMPTY
    total: bool = False


SHARED = "合用"
"""The ``child`` entry of an official form's row that shares a merged cell of points with the row above."""

OPEN_SIGN = "待定"
"""The sign of a target (≥, ≤ …) where the unit leaves open which way is better: then no rule gives a score."""


class Indicator(NamedTuple):
    """One row of the indicator table: entries as written, and target and actual also as quantities.

    ``by_words``: where the target has no sign (≥, ≤), the name may tell which way is better.  False in a workbook of
    ours, whose formulas can't read names; there a sign is picked, or left open (``OPEN_SIGN``).
    ``child`` marks a part (其中) of the row above, mostly without points of its own.  One that also ``shares`` is no
    part, but an indicator under one merged cell of points: the first of such rows has the scores of all in
    ``claimed_score`` (10+10), and each has its own cell's in ``own_score``.
    ``standard`` is the form's own rule for the points, where it isn't weight × completion (每低1个百分点扣0.5分).
    """

    place: Place | None = None
    row: int = 0
    level1: Entry = EMPTY
    level2: Entry = EMPTY
    name: Entry = EMPTY
    op: Entry = EMPTY
    target: Entry = EMPTY
    unit: Entry = EMPTY
    actual: Entry = EMPTY
    state: Entry = EMPTY
    weight: Entry = EMPTY
    claimed_score: Entry = EMPTY
    reason: Entry = EMPTY
    standard: Entry = EMPTY
    target_read: Quantity = NOTHING
    actual_read: Quantity = NOTHING
    child: bool = False
    by_words: bool = True
    shares: bool = False
    own_score: Entry = EMPTY

    @property
    def in_error(self) -> bool:
        """True in a workbook of ours where an input of the row is an error value, so that its formulas fail too."""
        made_of = self.name, self.op, self.target, self.unit, self.actual
        return not self.by_words and any(entry.is_error for entry in made_of)


class Subtotal(NamedTuple):
    """A row of an indicator table that adds up others (产出指标小计): its name, the level that it sums up, its points.

    The row of the ``whole`` table (总分) has its weight here; its score is ``Evaluation.claimed_total``.
    """

    row: int = 0
    name: Entry = EMPTY
    level1: Entry = EMPTY
    level2: Entry = EMPTY
    weight: Entry = EMPTY
    claimed_score: Entry = EMPTY
    whole: bool = False


class Listed(NamedTuple):
    """A project in a list of several, with the score and the grade that the list gives it."""

    name: Entry = EMPTY
    claimed_score: Entry = EMPTY
    claimed_grade: Entry = EMPTY


class Review(NamedTuple):
    """What a second judge gave beside the unit (主管部门评分, 复核得分): its column's name, the score in each row."""

    name: str
    scores: tuple[Entry, ...] = ()
    execution: Entry = EMPTY
    total: Entry = EMPTY


class Statement(NamedTuple):
    """A figure that the written report states, beside the figure that the tables give for it (勾稽核对).

    ``expected.value`` is what the cell's formula gives, worked out by us; ``tolerance`` is how much may be put down to
    rounding.  ``hollow``: the formula refers only to cells that are still blank, so the tables give no figure yet.
    """

    topic: Entry = EMPTY
    text: Entry = EMPTY
    stated: Entry = EMPTY
    unit: Entry = EMPTY
    expected: Entry = EMPTY
    tolerance: Entry = EMPTY
    hollow: bool = False

    @property
    def shown(self) -> Decimal | None:
        """The number that the cell of ``expected`` shows: for blank cells a spreadsheet gives 0."""
        return Decimal(0) if self.hollow else self.expected.value


class ManagementItem(NamedTuple):
    """One item of 管理效率 with its own points."""

    name: Entry = EMPTY
    weight: Entry = EMPTY
    claimed_score: Entry = EMPTY
    note: Entry = EMPTY
    measure: Entry = EMPTY  # 存在问题和改进措施


class Rectification(NamedTuple):
    """One finding of last year with its measure and effect (整改情况)."""

    problem: Entry = EMPTY
    measure: Entry = EMPTY
    effect: Entry = EMPTY


UNSTATED = "0"
"""The template version of a workbook that doesn't state one."""


class Template(NamedTuple):
    """Which template of ours a workbook was made from; ``current`` is the version that this program ships, if known.

    ``lacks`` names, in Chinese, what this copy of another version misses and the current version has.
    """

    id: str
    version: str
    current: str | None = None
    lacks: tuple[str, ...] = ()

    @property
    def other(self) -> bool:
        """Whether the workbook is of another version than the current one; False where it doesn't state its version."""
        return self.current not in (None, self.version) and self.stated

    @property
    def stated(self) -> bool:
        """Whether the workbook says its version."""
        return self.version != UNSTATED


class Deviation(NamedTuple):
    """A changed formula of the template ("formula"), or a stored value that its formula doesn't give ("stale").

    ``provided`` is what stands in the cell, ``expected`` what belongs there.  Of a formula ``label`` is the cell's name
    for users, ``result`` what it gives now: "" where nothing can be worked out yet, None where that is unknown.
    """

    kind: Literal["formula", "stale"]
    place: Place
    provided: str
    expected: str
    label: str = ""
    result: str | None = None


class Outside(NamedTuple):
    """What somebody typed in a ``row`` above or below a table, where nothing reads it.

    ``sure``: it must be meant for the table, as the form has no row there, or as it is filled like one of the table's.
    ``last`` is the table's last row, ``free`` are its rows in which nothing was typed yet.
    """

    table: str
    above: bool
    row: int
    cells: tuple[Entry, ...]
    sure: bool
    last: int = 0
    free: tuple[int, ...] = ()


SealChangeKind = Literal[
    "content", "formula", "value", "result", "row_hidden", "hidden", "sense", "sheet_hidden", "veiled", "looks", "name",
    "name_gone", "rows_gone", "row_added", "row_moved", "moved", "rules", "label",
]  # fmt: skip
"""How a cell was changed after sealing: "content" where no more is known; "value": a value in place of a formula."""


class SealChange(NamedTuple):
    """A cell that differs from what was sealed; ``detail`` is the name redirected or gone, or how many "rows_gone"."""

    place: Place
    kind: SealChangeKind = "content"
    detail: str = ""


class Structure(NamedTuple):
    """What the file itself looks like, apart from its figures.

    ``broken_contents`` says in Chinese what the broken names stand for; ``old_format`` is the ending (``".xls"``) of a
    format of which only the cells could be read.  ``connections`` fetch data from elsewhere, ``commands`` are
    formulas that start programs, ``programs`` the programs that links and names start, called by a formula or not.
    ``seal`` is None where none was looked for, and "absent" where there is none; so is ``signature``, which is looked
    for in a seal where keys are given.  ``seal_code`` is None without a seal; ``signer`` names a known key.  A seal is
    "outdated" where our own writing of results changed what it covers.  ``seal_damaged``: broken, for it lacks parts.
    Of a workbook of ours: ``without_formulas`` are sheets that have lost all formulas of the form; ``nameless`` says
    that it has lost its defined names, so that its cells were found by the printed labels; ``outside`` are rows that a
    user added at a table's edge, beyond its names; ``further`` are other sheets that hold a form too.
    ``examples`` are sheets of an official form that show how to fill it in.
    Of a sealed workbook: ``code_line`` is the line that shows the code, ``covered`` are filled cells that something
    lies over, ``unseen`` cells typed in hidden columns, ``unsealed`` the sheets that its seal does not cover.
    """

    deviations: tuple[Deviation, ...] = ()
    broken_names: tuple[str, ...] = ()
    broken_contents: tuple[str, ...] = ()
    macro: bool = False
    own_macros: bool = False
    external_links: tuple[str, ...] = ()
    connections: tuple[str, ...] = ()
    commands: tuple[Place, ...] = ()
    programs: tuple[str, ...] = ()
    fetches: tuple[Place, ...] = ()
    hidden_sheets: tuple[str, ...] = ()
    seal: SealState | None = None
    seal_changes: tuple[SealChange, ...] = ()
    seal_code: str | None = None
    signature: SignatureState | None = None
    signer: str | None = None
    old_format: str | None = None
    outside: tuple[Outside, ...] = ()
    seal_damaged: bool = False
    further: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    code_line: Entry = EMPTY
    covered: tuple[Place, ...] = ()
    unseen: tuple[Place, ...] = ()
    unsealed: tuple[str, ...] = ()
    nameless: bool = False
    without_formulas: tuple[str, ...] = ()


UNKNOWN_FILE = Structure()
"""The structure of figures that come from no file, or of a file not looked at."""


# The first reading of an Ambiguity may be one of these.
UNUSED_COLUMN = "不采用这一列"
"""The heading fits a column that another heading was already taken for."""

ONE_OF_REGIONS = "一个地区的一列"
"""The heading repeats for several regions (甲县执行数, 乙县执行数), and there is none for all of them together."""

UNKNOWN_COLUMN = "没有认出的一列"
"""The heading is unknown, in a table where a column is missing; the other readings are what it may be."""

HIDDEN_ROW = "不计入的一行"
"""An indicator in a hidden row, without which the points make the full marks, and with which they don't."""

UNREAD_MONEY = "没有读到的预算执行情况"
"""A label of money with a figure behind it, in a form whose money was not read at all; the only reading."""


class Ambiguity(NamedTuple):
    """A cell that can be read in several ways; the first of the ``readings`` was taken."""

    place: Place
    text: str
    readings: tuple[str, ...]


class Evaluation(NamedTuple):
    """A whole self-evaluation as it was entered.  ``columns`` are the indicator columns that the form has.

    ``weights_proposed``: the weights are marked as proposed by the tool, not the unit's own.  ``parameters`` are the
    rule set's numbers as they stand in a workbook of ours, by key.  ``allocations_unit`` is the currency unit of the
    allocations where their own sheet names one.  ``texts`` are other words of an official form (自评结论, notes);
    ``lists`` are sheets that list several projects and are no form, ``listed`` these projects.
    """

    form: Form
    sheet: str | None = None
    header: Header = Header()
    funds: BudgetTable | None = None
    budgets: tuple[BudgetTable, ...] = ()
    allocations: tuple[Allocation, ...] = ()
    allocations_unit: str = ""
    goal_expected: Entry = EMPTY
    goal_actual: Entry = EMPTY
    indicators: tuple[Indicator, ...] = ()
    columns: frozenset[str] = frozenset()
    subtotals: tuple[Subtotal, ...] = ()
    reviews: tuple[Review, ...] = ()
    claimed_total: Entry = EMPTY
    claimed_grade: Entry = EMPTY
    weights_proposed: bool = False
    statements: tuple[Statement, ...] = ()
    management: tuple[ManagementItem, ...] = ()
    rectifications: tuple[Rectification, ...] = ()
    problems: Entry = EMPTY
    measures: Entry = EMPTY
    texts: tuple[Entry, ...] = ()
    lists: tuple[Place, ...] = ()
    listed: tuple[Listed, ...] = ()
    rules: str | None = None
    template: Template | None = None
    structure: Structure = UNKNOWN_FILE
    ambiguities: tuple[Ambiguity, ...] = ()
    parameters: Mapping[str, Entry] = {}

    @property
    def funds_total(self) -> BudgetLine:
        """The total line of the funds block; a blank one where there is none."""
        return (self.funds and self.funds.total) or BudgetLine()

    @property
    def money_tables(self) -> tuple[BudgetTable, ...]:
        """All tables of money: the funds block, where there is one, then the others."""
        return self.budgets if self.funds is None else (self.funds, *self.budgets)


class BudgetScore(NamedTuple):
    """Execution of one line: ``rate`` unrounded, ``score`` to two decimals; None where a figure is missing."""

    rate: Decimal | None = None
    weight: Decimal | None = None
    score: Decimal | None = None


class IndicatorScore(NamedTuple):
    """What the rules give for one indicator.

    ``score`` is None while it is undecided; ``completion`` is unrounded actual ÷ target (target ÷ actual where lower is
    better); ``share`` is the unrounded part of the weight that the figures earn, None where the unit enters the score;
    ``excluded``: the row doesn't apply, with a reason given, and is left out of the total; ``short``: it is late or
    below its range, so not reached, though no rule says which share that earns.
    """

    status: Status
    score: Decimal | None = None
    completion: Decimal | None = None
    share: Decimal | None = None
    excluded: bool = False
    short: bool = False

    @property
    def failed(self) -> bool:
        """True where the target was surely not reached, also where no rule says what that costs."""
        return self.status == "missed" or self.short


class TotalScore(NamedTuple):
    """``score`` is None while any part's is; ``attainable`` is the most that can still be reached then."""

    score: Decimal | None = None
    grade: str | None = None
    attainable: Decimal | None = None


class Finding(NamedTuple):
    """One thing that is wrong, once: where, what stands there, what belongs there, and how to mend it (Chinese)."""

    id: str
    severity: Severity
    sheet: str | None
    cells: tuple[str, ...]
    message: str
    provided: str | None = None
    expected: str | None = None
    difference: str | None = None
    fix: str = ""


class Assessment(NamedTuple):
    """The scores and findings of one evaluation under one rule set.

    ``budget`` scores the execution of all the money: of ``line``, the total line of ``table`` (None where no table has
    one).  ``indicators`` run parallel to ``evaluation.indicators``.
    """

    evaluation: Evaluation
    rules: str
    budget: BudgetScore
    indicators: tuple[IndicatorScore, ...]
    total: TotalScore
    findings: tuple[Finding, ...] = ()
    table: BudgetTable | None = None
    line: BudgetLine = BudgetLine()
