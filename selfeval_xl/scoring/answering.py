"""Answers in words: whether an actual in words reached a target in words, decided only where no reader would doubt it.

Decided are: the target's words repeated with a result (健全，制定制度3项) or denied (未及时拨付), a change up or down,
harm that did not happen (未发生事故), a grade of a known scale, a day of each month, a cost within the budget.  The
rest is for the unit to judge.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from selfeval_xl.lazy import lazy
from selfeval_xl.quantity import Quantity, beyond_reading
from selfeval_xl.quantity.text import clean, squeeze, unnumbered
from selfeval_xl.quantity.words import cleared, is_change, none_of, within_budget
from selfeval_xl.scoring.deadlines import in_time
from selfeval_xl.scoring.ways import trend_of
from selfeval_xl.words.directions import counts_harm

# A verifiable result: a figure or a word for one (全覆盖), a letter, a rank (二星级, 三甲, 国家级), but neither a year
# nor a document's number.
_MARK = lazy("优秀?|优良|良好?|较?好|合格|[A-C]{1,3}级?|(?:动态)?[清归]零|(?:实现)?全覆盖")
_DATED = lazy("(?:19|20)[0-9]{2}(?:年度?)?|[0-9]+号|[一二三四五六七八九十]五(?:规划|时期|期间|末)?")
_DEFINITE = lazy(
    "[0-9]|(?:[A-Za-z]{1,5}|[一二三四五六七八九十甲乙丙丁特]+)(?:星级?|级|等|类|档|甲)"
    "|(?:国家|[部省市县区])级(?:及以上|以上)?(?:标准|示范|水平)?$"
    "|第[一二三四五六七八九十]+[名位批期次等]|(?:全[国省市县区]|排名|居|列)第[一二三四五六七八九十]"
)
_INEQUALITY = lazy("[≥≤<>或]|以[上下内]|不[低少大高]于|不[超多]过?|[超约近]")

_EDGE = '。;,、!.“”"'
_CLAUSE = lazy(r"[,;。!()\n]|(?<=[^0-9])[、.]")
# Words that take an answer back wherever they stand; then those that restrict or postpone it within its clause.
_SOME = "基本(?!生活|医|公共|公卫|药|农田|养老|建设)|部分|个别"
_TAKEN_BACK = lazy(
    f"{_SOME}|但|不过|然而|除|仅|未(?!发[现生]|出现|收到|接到|超|突破|反弹)|不够|不足|不到位|尚|有待|滞后|较差|延[迟期后]|推迟|逾期|一般(?!公共)"
)
_HEDGE = lazy(
    f"{_SOME}|[未不没无待需拟将预尚难欠缺仅半否差但除]|较(?!上年|去年|往年)|有望|力争|争取|目标|计划|为了|逐步|继续|进一步|空间"
)
_NO_PREDICATE = frozenset("率度性化的地得数")  # 及时率 states nothing, as 及时 does
# What may stand before the target's words; and words for a time or a manner, behind which more may stand (及时公开).
_LEAD = lazy(
    "(?:已经?|均|都|全部|全年|始终|一直|持续|稳定|保持|达到|按[时期]|如期|顺利|在|于|按照?|[较比](?:上年|去年|往年)|同比)*"
)
_MANNER = lazy(".*(?:[前内末]|时间|期限|及时|按[时期月季年].*|准[时点]|如期|足额|标准)")
# What is done once, and can be verified.
_DONE = lazy("(?:完成|建成|建立|设立|成立|制[定订]|修订|出台|印发|发布|签订|提交|通过)(?:健全)?")
_MOST_BEHIND, _MOST_DENIED = 6, 3
_NOT = ("未按", "未能", "尚未", "并未", "没有", "未", "没", "不")
_NEGATED = lazy("[未不没无非零防避]|杜绝")

_SINCE = (
    "(?:同比|环比|[比较与]?(?:上一?年度?|去年|往年)(?:同期|相比)?"
    "|逐[年步]|稳[步中]|持续|不断|有所|保持|略有|均|更|正|实现|稳定)*"
)
_CHANGE = lazy(f"{_SINCE}(?:(?P<up>增长|增加|提[高升]|上升|递增|回升)|(?P<down>下降|减少|降低|递减|缩短))")
_AGAINST = lazy("同比|环比|[比较与](?:上一?年度?|去年|往年)(?:同期|相比)?")
_AS_BEFORE = "(?:上一?年|去年|往年)(?:度|同期|水平)*"
_LIMIT = lazy(
    f"(?P<up>(?:不[低少]于|≥){_AS_BEFORE}|(?:较上年|同比)?不(?:下降|降低|减少))"
    f"|(?P<down>(?:不[高多]于|不超过?|≤){_AS_BEFORE}|(?:较上年|同比)?不(?:增加|增长|上升))"
)
_GROWTH = lazy("(?:(?P<up>正)|(?P<down>负))增长")
_SAME = lazy(f"[与同和]?(?:{_AS_BEFORE})?持平")
_BECAME = lazy("(?:(?P<down>[降减缩压])|(?P<up>[升增提]))[^,;。]{0,3}[至到为]")

_HAPPENED = lazy("(?:发生|出现|收到|接到)?(?P<harm>[^0-9]*)")
_CASES = frozenset(("起", "件", "次", "例", "宗", "人", "人次", "个"))

_OVER_BUDGET = lazy("(?:已|略|均|实际|有所)*超出?(?:预算|概算|支|标准).{0,6}")

# Each scale from the best grade to the worst; words in one tuple are the same grade.
_SCALES = (
    (("优秀", "优"), ("良好", "良"), ("合格", "及格"), ("不合格", "不及格", "差")),
    (("A",), ("B",), ("C",), ("D",)),
    (("AAA",), ("AA",), ("A",)),
    (("I类",), ("II类",), ("III类",), ("IV类",), ("V类",), ("劣V类",)),
    (("非常满意", "很满意"), ("满意",), ("基本满意", "较满意", "比较满意"), ("不满意",)),
)
_CONTENT = frozenset(("满意", "基本满意", "较满意", "比较满意"))  # whether less than 非常满意 is a miss, nobody says
_BETWEEN = {"优良": ("优", "良")}
_GRADES = sorted({*_BETWEEN, *(word for scale in _SCALES for grade in scale for word in grade)}, key=len, reverse=True)
_GRADED = lazy(
    "(?:由[^至到]*(?:提升|改善|提高))?(?:水质|质量)?(?:平均|稳定|总体|获评|评定?为|不[低劣]于|[均达到为至≥])*"
    f"(?P<grade>{'|'.join(_GRADES)})(?:级|水体?|水质|标准|等次|等级|工程|[及或含]*以上)*"
)

_EACH_TIME = lazy(
    r"(?P<period>每个?月|次月|下月|每个?季度?(?:首月|末月?|第一个月|初)?)(?:均|都|于|在)*"
    r"(?P<day>[0-9]{1,2})[日号](?P<before>之?前|以前|底前)?(?P<rest>.*)"
)
_NOT_BY_THEN = lazy("[以之]?后|起|[至到-]|~|左右")


def definite(words: str) -> bool:
    """True for a verifiable result (a mark, a grade, a measure): an actual that repeats it is an answer and no copy."""
    return _MARK.fullmatch(words) is not None or _DEFINITE.search(_DATED.sub("", words)) is not None


def same_figures(target: Quantity, actual: Quantity) -> bool:
    """True for 3套×12幅 beside 3套×12幅: whatever the figures mean, they are the same."""
    alike = target.kind == actual.kind == "unreadable" and _plain(target) == _plain(actual)
    return alike and beyond_reading(target.text) and _INEQUALITY.search(_plain(actual)) is None


def answered(target: Quantity, actual: Quantity, name: str) -> bool | None:
    """True where the words of the actual surely reach those of the target, False where they surely do not."""
    goal, said = _plain(target), _plain(actual)
    clauses = [clause for clause in _CLAUSE.split(said) if clause]
    if not goal or not clauses:
        return None
    answers = (
        in_time(target, actual),  # 12月底前, which a form may call 定性, beside 12月15日 or 次年1月5日
        _of_grades(goal, clauses[0]),
        _of_each_time(goal, clauses),
        _of_change(goal, actual, clauses, name),
        _of_harm(goal, actual, clauses, name),
        _of_budget(goal, clauses),
        _said_again(goal, said, clauses, squeeze(name)),
    )
    answer = next((one for one in answers if one is not None), None)
    return None if answer and _TAKEN_BACK.search(said.replace(goal, "")) else answer


def _plain(quantity: Quantity) -> str:
    return clean(quantity.text).strip(_EDGE)


def _said_again(goal: str, said: str, clauses: Sequence[str], name: str) -> bool | None:
    """True where a clause of the actual repeats the target's words, False where one denies them.

    An actual that is nothing but the target's words proves nothing, unless they are verifiable (:func:`definite`).
    """
    if goal == said:
        return True if definite(goal) and not _INEQUALITY.search(said) else None
    if len(goal) < 2 or _NEGATED.match(goal):
        return None
    if any(_denied(goal, clause, name) for clause in clauses):
        return False
    return True if any(_repeated(goal, clause, name) for clause in clauses) else None


def _repeated(goal: str, clause: str, name: str) -> bool:
    before, found, behind = clause.partition(goal)
    if not found or _HEDGE.search(before) or _HEDGE.search(behind):
        return False
    if behind and not _is_done(goal, behind, name):
        manner = _MANNER.fullmatch(goal) is not None or definite(goal)
        fits = len(behind) <= _MOST_BEHIND and behind[0] not in _NO_PREDICATE and not any(map(str.isdigit, behind))
        return manner and fits and _LEAD.fullmatch(before) is not None
    return _LEAD.fullmatch(before) is not None or _is_about(before, name)


def _is_done(goal: str, behind: str, name: str) -> bool:
    """True for 完成 with 设备采购 behind it, where the name is 设备采购 (or 完成设备采购): what was to be done."""
    thing = unnumbered(name).removeprefix(goal)
    return len(thing) > 1 and _DONE.fullmatch(goal) is not None and behind in (thing, thing + "工作", thing + "任务")


def _denied(goal: str, clause: str, name: str) -> bool:
    """True for 未及时拨付 where 及时 was wanted, not for 清退不合格企业 or 未发现不及时."""
    at, denial = next(((clause.find(no + goal), no + goal) for no in _NOT if no + goal in clause), (0, ""))
    before, behind = clause[:at], clause[at + len(denial) :]
    if not denial or _NEGATED.search(before) or any(map(str.isdigit, behind)):
        return False
    if len(behind) > _MOST_DENIED and not _is_done(goal, behind, name):
        return False
    return behind[:1] not in _NO_PREDICATE and (_LEAD.fullmatch(before) is not None or _is_about(before, name))


def _is_about(words: str, name: str) -> bool:
    """True where the words share two adjacent characters with the name, and both speak of a harm or neither does."""
    return counts_harm(words) == counts_harm(name) and any(left + right in name for left, right in pairwise(words))


def _of_change(goal: str, actual: Quantity, clauses: Sequence[str], name: str) -> bool | None:
    """同比下降 beside 同比下降2%, 不低于上年 beside 较上年下降2%; a change of something else decides nothing."""
    limit, growth = _LIMIT.fullmatch(goal), _GROWTH.fullmatch(goal)
    wanted = limit or growth or _CHANGE.fullmatch(goal)
    if wanted is None:
        return None
    if limit and any(map(_SAME.fullmatch, clauses)):
        return True
    if trend_of(name) == "down" or (trend_of(name) and not growth) or actual.kind != "number" or not actual.value:
        return None
    bare = not actual.label or _AGAINST.fullmatch(actual.label)
    if bare and actual.unit == "%" and (growth or actual.value < 0):
        return (actual.value > 0) == (wanted.lastgroup == "up")
    if actual.value < 0:
        return None
    if became := _BECAME.fullmatch(actual.label):
        happened = became.lastgroup if actual.text.lstrip().startswith(("由", "从")) else None
    else:
        happened = trend_of(actual.label) if is_change(actual.label, actual.text) else None
    return None if happened is None else happened == wanted.lastgroup


def _of_harm(goal: str, actual: Quantity, clauses: Sequence[str], name: str) -> bool | None:
    """无重大事故 beside 未发生, 未发生事故, 0起 or 1起."""
    harm = none_of(goal)
    if harm is None:
        return None
    for clause in clauses:
        kept = none_of(clause)
        if kept is not None and (harm.endswith(kept) or (not harm and kept in name)):
            return True
    if actual.kind != "number" or actual.value is None or not counts_harm(harm or name):
        return None
    happened = _HAPPENED.fullmatch(actual.label.partition(",")[0])  # 收到投诉2起，均已办结
    if happened is None or happened["harm"] not in ("", harm):
        return None
    if actual.value == 0:
        return True
    surely = actual.unit in _CASES and not actual.bound and not cleared(actual.text)
    return False if actual.value > 0 and surely else None


def _of_budget(goal: str, clauses: Sequence[str]) -> bool | None:
    """控制在预算内 beside 支出210万元，未超预算."""
    if not within_budget(goal):
        return None
    if any(map(_OVER_BUDGET.fullmatch, clauses)):
        return False
    return True if any(map(within_budget, clauses)) else None


def _of_grades(goal: str, said: str) -> bool | None:
    """Ⅲ类及以上 beside Ⅱ类, 良好 beside 合格."""
    wanted, reached = _GRADED.fullmatch(goal), _GRADED.fullmatch(said)
    if wanted is None or reached is None or "以上" in said:
        return None
    for scale in _SCALES:
        ranks = {word: rank for rank, grade in enumerate(scale) for word in grade}
        least, best, worst = (
            ranks.get(_BETWEEN.get(word, (word,))[end])
            for word, end in ((wanted["grade"], -1), (reached["grade"], 0), (reached["grade"], -1))
        )
        if least is not None and best is not None and worst is not None:
            return True if worst <= least else False if best > least and reached["grade"] not in _CONTENT else None
    return None


def _of_each_time(goal: str, clauses: Sequence[str]) -> bool | None:
    """每月20日前 beside 每月18日."""
    due = _EACH_TIME.fullmatch(goal)
    if due is None or not due["before"] or len(due["rest"]) > _MOST_BEHIND or _HEDGE.search(due["rest"]):
        return None
    for clause in clauses:
        done = _EACH_TIME.fullmatch(clause)
        if done is None or done["period"].replace("个", "") != due["period"].replace("个", ""):
            continue
        if _HEDGE.search(done["rest"]) or _NOT_BY_THEN.match(done["rest"]):
            return None
        late = int(done["day"]) > int(due["day"])
        return not late if not (late and done["before"]) else None
    return None
