"""The table of units: families with their sizes, measure words, scales such as 万, and conversion within a family."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from selfeval_xl.lazy import lazy
from selfeval_xl.quantity.text import clean

# Sizes within a family are relative; areas count in thirds of a square metre, because 15 亩 are exactly one 公顷.
_FAMILIES: dict[str, dict[str, str]] = {
    "money": {"元": "1"},
    "ratio": {"%": "10", "‰": "1", "‱": "0.1", "/10万": "0.01"},
    "persons": {"人": "1", "名": "1", "位": "1", "生": "1"},
    "batches": {"批": "1", "批次": "1"}, "doses": {"剂": "1", "剂次": "1"},
    "things": {"个": "1", "学位": "1", "点位": "1", "标段": "1", "课题": "1"},
    "events": {"次": "1", "场": "1", "场次": "1"},
    "days": {"天": "86400", "日": "86400", "d": "86400", "自然日": "86400", "周": "604800", "星期": "604800",
             "小时": "3600", "h": "3600", "分钟": "60", "秒": "1", "s": "1", "毫秒": "0.001", "ms": "0.001"},
    "months": {"月": "1", "季度": "3", "年": "12"},
    "length": {"公里": "1000", "海里": "1852", "千米": "1000", "km": "1000", "米": "1", "m": "1", "厘米": "0.01",
               "cm": "0.01", "毫米": "0.001", "mm": "0.001"},
    "area": {"㎡": "3", "平方米": "3", "亩": "2000", "公顷": "30000", "hm2": "30000",
             "平方公里": "3000000", "km2": "3000000"},
    "volume": {"立方米": "1000", "m³": "1000", "升": "1", "L": "1", "毫升": "0.001", "ml": "0.001"},
    "mass": {"吨": "1000000", "t": "1000000", "千克": "1000", "公斤": "1000", "kg": "1000", "斤": "500", "克": "1",
             "g": "1", "毫克": "0.001", "mg": "0.001", "微克": "0.000001"},
    "beds": {"床位": "1", "张": "1"}, "noise": {"分贝": "1", "dB": "1"},
    "power": {"千瓦": "1", "kW": "1", "兆瓦": "1000", "MW": "1000"},
    "pressure": {"MPa": "1000", "kPa": "1", "Pa": "0.001"},
    "speed": {"Gbps": "1000", "Mbps": "1"},
    "energy": {"千瓦时": "1", "kWh": "1", "度": "1", "兆瓦时": "1000", "MWh": "1000"},
}  # fmt: skip
_CURRENCIES = ("美元", "港元", "欧元", "日元", "英镑")
# Each of these is a family of its own: 件 are not converted into 家.
_MEASURES = (
    *"家件户项篇套台份部座所处辆条期册本幅块片组班间栋幢棵株头只羽尾匹艘架列节门堂盏根支枚颗粒袋箱",
    *"盒瓶桶趟轮届笔宗起例岁倍级分字页集床口眼孔扇面对双副种类段站",
    *(f"{what}次" for what in "人班车架航台户辆件例频家项艘头条站亩种册篇所处门节堂组"),
    *(f"{what}公里" for what in "吨人车班"),
    "人份", "课时", "学时", "工时", "机时", "工作日", "百分点", "学分", "台套", "件套",
    "工日", "床日", "台班", "标箱", "标方", "kVA", "延米", "周岁", "吨标准煤", "GB", "TB", "MB", "°C",
    "DDDs",
)  # fmt: skip
_ALIASES: dict[str, str] = {
    **{
        f"个{unit}": unit
        for units in (_MEASURES, *map(_FAMILIES.__getitem__, ("days", "months", "things", "batches")))
        for unit in units if len(unit) > 1
    },
    "个月": "月", "个人": "人", "个年度": "年", "张床位": "床位", "钟头": "小时",
    "平米": "平方米", "平方": "平方米", "m2": "㎡", "m^2": "㎡", "M2": "㎡", "m3": "m³", "m^3": "m³", "立方": "立方米",
    "方": "立方米",
    "平方千米": "平方公里", "km^2": "km2", "hm^2": "hm2",
    "百分比": "%", "百分号": "%", "百分数": "%", "mg/l": "mg/L",
    "min": "分钟", "秒钟": "秒", "Mpa": "MPa", "KPa": "kPa",
    "ha": "公顷", "KM": "km", "Km": "km", "KG": "kg", "Kg": "kg", "mL": "ml", "KW": "kW", "kw": "kW",
    "μg": "微克", "ug": "微克", "港币": "港元", "吨标煤": "吨标准煤", "标准箱": "标箱", "延长米": "延米",
    "人天": "人·天", "人日": "人·日", "人月": "人·月", "人年": "人·年", "人时": "人·时",
    "人学时": "人·学时", "人课时": "人·课时",
    "台/套": "台套", "件/套": "件套", "场/次": "场次", "人/次": "人次",
}  # fmt: skip
_SIZES: dict[str, tuple[str, Decimal]] = {
    **{unit: (unit, Decimal(1)) for unit in (*_MEASURES, *_CURRENCIES)},
    **{unit: (family, Decimal(size)) for family, sizes in _FAMILIES.items() for unit, size in sizes.items()},
}
SCALES = {
    "": 0, "万亿": 12, "千亿": 11, "百亿": 10, "十亿": 9, "亿": 8, "千万": 7, "百万": 6, "十万": 5, "万": 4, "千": 3,
    "百": 2,
}  # fmt: skip
CURRENCY = {f"{scale}元": Decimal(10) ** SCALES[scale] for scale in ("亿", "百万", "万", "千", "")}
"""The units in which forms state their money, in 元; none is the end of one behind it."""

# Measure words that may count the same things; people, events and sheets of paper have others.
_COUNTED = frozenset("个家件户项套台部座所处辆条期本幅块片组班间栋幢棵株只艘架节门堂盏根支种类段站")
_CASES = frozenset("起件例宗次")  # of accidents, complaints, offences
_CALLED = {"个": _COUNTED, "台套": _COUNTED, "起": _CASES, "宗": frozenset("件"), "台": frozenset("辆套部架艘"),
           "家": frozenset("户所"), "株": frozenset("棵"), "口": frozenset("眼"), "册": frozenset("本"),
           "份": frozenset("篇"), "期": frozenset(("班", "班次")), "课时": frozenset(("学时",))}  # fmt: skip
_SIGNS = dict.fromkeys(map(ord, "/·"))

# Units of how long something takes or lasts; 分 may be points as well, and 工作日 convert into no other time.
CLOCK_TIMES = frozenset((*_FAMILIES["days"], *_FAMILIES["months"], "分"))
TIMES = CLOCK_TIMES | {"工作日"}
# What happens again and again, and adds up over a year.
EVENTS = frozenset(("次", "场", "场次", "期", "批次", "轮", "趟", "份", "篇"))
# How many of each a year has.
_A_YEAR = {"年": 1, "年度": 1, "学年": 1, "半年": 2, "学期": 2, "季度": 4, "季": 4, "月": 12, "周": 52, "星期": 52,
           "天": 365, "日": 365}  # fmt: skip
# Where a measure word is only the beginning of a noun: 3部门, 20家庭, 4名单.
_NOUNS = {
    "项": "目", "家": "庭属长", "部": "门队", "名": "单额录", "人": "工才员口民", "个人": "工才员", "年": "级龄",
    "分": "局公类包", "期": "间刊", "组": "织", "台": "账", "条": "例线", "种": "植养", "类": "型别", "面": "积向对",
    "位": "置", "处": "理室", "所": "有在", "次": "品", "批": "准复", "场": "地所馆", "班": "级子", "起": "来",
    "节": "约能省水", "支": "持出付部", "门": "户诊店", "级": "别", "本": "级地科市省", "对": "象接", "口": "岸",
    "户": "籍口外", "日": "常均", "天": "然", "周": "边", "段": "落", "站": "点", "生": "态活产", "字": "典",
    "根": "据", "集": "中体", "双": "创", "升": "级学", "米": "粉", "度": "假", "/10万": "元", "床日": "常均",
    "方": "面式案法位向便言协",
}  # fmt: skip
_FOLLOWERS = {word: frozenset(nouns) for word, nouns in _NOUNS.items()}
_WORDS = frozenset((*_SIZES, *_ALIASES))
_LONGEST = max(map(len, _WORDS))
# 生师比 15:1 is 15 on the unit ":1", 1:15 is 15 on "1:", of which nobody can tell whether more is better.
RATIOS = (":1", "1:")
_NOUN = lazy(r"[^\W0-9A-Za-z_]{1,2}(?=$|[,;。、()以·*×/])")
_PER_MANY = lazy(r"1?/(10)?万(?:人口?)?$")
_PER_10_000 = lazy(r"/万(?:人口?)?(?=$|\W|以)|/10万(?!元)")  # no other unit: 5/万元, 5/10万元 are unreadable
_FOR_EACH = lazy(r"([^\W0-9])均|(?:每个?|单(?!位))(平方米|人次|公里|[^\W0-9])")
_DENOMINATOR = lazy(r"(?:10{1,5})?[十百千]?[万亿]?")
_PER = lazy(r"/每?|每|[*·×./每]+")
_PERS = frozenset("/每*·×.")
_TENS = lazy(r"10{1,5}(?=[^0-9])")
_GLUE = lazy(r"[·*×.]")


def _one_unit(text: str, start: int) -> int:
    for end in range(start + _LONGEST, start, -1):
        word = text[start:end]
        if word in _WORDS and text[end : end + 1] not in _FOLLOWERS.get(word, ()):
            return end
    return start


def _under(text: str, start: int) -> int:
    """Where the unit below a fraction bar ends: 元, or with a number 万元, 10万人, 百公里, or a bare 10万."""
    end = _one_unit(text, start)
    if end > start:
        return end
    scale = _DENOMINATOR.match(text, start)
    begin = scale.end() if scale else start
    end = begin + 2 if text.startswith("人口", begin) else _one_unit(text, begin)
    if end > begin or text[start:begin] == "10万":
        return end
    noun = _NOUN.match(text, start) if text[start - 1] in "/·" else None  # 3个/县, 4次/点/年, 260元/车·年, 3次/日·泊位
    return noun.end() if noun else start


def unit_end(text: str, start: int) -> int:
    """Where the longest unit that begins at ``start`` ends (元/人·月, 个工作日); ``start`` for none."""
    if _PER_10_000.match(text, start):
        return _under(text, start + 1)
    end = _one_unit(text, start)
    glue = _PER.match(text, end) if end > start and text[end : end + 1] in _PERS else None
    while glue and (further := _under(text, glue.end())) > glue.end():
        end = further
        glue = _PER.match(text, end) if text[start:end].count("/") + text[start:end].count("每") else None
    return end


def known(unit: str) -> bool:
    """True for a unit that the table has, with any scale."""
    return split_scale(unit)[1] in _SIZES


@lru_cache(maxsize=1024)
def normalize_unit(text: str) -> str:
    """One way to write a unit: ``"元/人*月"``, ``"元/(人·月)"``, ``"元每人每月"`` → ``"元/人·月"``; ``""`` for none."""
    if text in RATIOS:
        return text
    if many := _PER_MANY.match(text):
        return "/10万" if many[1] else "‱"
    bare = clean(text).strip("()/-—:").replace("(", "").replace(")", "")
    if bare in _ALIASES:
        return _ALIASES[bare]
    if bare == "无":
        return ""
    over, *under = [
        "·".join(_ALIASES.get(factor, factor.replace("^", "")) for factor in _GLUE.split(part) if factor)
        for part in bare.replace("每", "/").split("/")
        if part
    ] or [""]
    return f"{over}/{'·'.join(under).replace('人口', '人')}" if under else over


@lru_cache(maxsize=1024)
def split_scale(unit: str) -> tuple[str, str]:
    """A normalized unit as its scale and the rest: ``"万人次"`` → ``("万", "人次")``, ``"千米"`` → ``("", "千米")``."""
    over = unit.partition("/")[0]
    if over not in _SIZES:
        for scale in SCALES:
            rest = over.removeprefix(scale)
            if rest != over and rest and (rest in _SIZES or scale[-1] in "万亿"):
                return scale, unit[len(scale) :]
    return "", unit


def is_money(unit: str) -> bool:
    """True for 元, 万元, 美元 and for prices such as 元/人."""
    base = split_scale(unit)[1].partition("/")[0]
    return base == "元" or base in _CURRENCIES


def plain(value: Decimal) -> Decimal:
    """The same number without an exponent and without zeros that scaling left behind."""
    whole = value.to_integral_value()
    return whole.quantize(Decimal(1)) if value == whole and value.adjusted() < 27 else value.normalize()


def scaled(value: Decimal, scale: str) -> Decimal:
    """``value`` written out: 1.2 万 → 12000."""
    return plain(value.scaleb(SCALES[scale]))


def settle(value: Decimal, unit: str) -> tuple[Decimal, str]:
    """Money keeps its written unit, everything else is scaled out: 1.2 万人次 → 12000 人次.  A house rule."""
    scale, base = split_scale(unit)
    return (value, unit) if not scale or is_money(base) else (scaled(value, scale), normalize_unit(base))


@lru_cache(maxsize=1024)
def _dimension(unit: str) -> tuple[list[tuple[str, ...]], list[Decimal]]:
    """The families above and below the fraction bar, and the sizes in them; an unknown unit is a family of its own."""
    over, under = _sides(unit)
    sides: list[tuple[str, ...]] = []
    sizes: list[Decimal] = []
    for factors in (over.split("·"), under):
        families, size = [], Decimal(1)
        for factor in filter(None, factors):
            times = _TENS.match(factor)
            scale, base = split_scale(factor[times.end() :] if times else factor)
            family, relative = _SIZES.get(base, (base, Decimal(1)))
            size *= relative.scaleb(SCALES[scale]) * int(times[0] if times else 1)
            families.append(family)
        sides.append(tuple(sorted(families)))
        sizes.append(size)
    return sides, sizes


def convert(value: Decimal, unit: str, to: str) -> Decimal | None:
    """``value`` in ``unit``, given in ``to``; None where their families differ (工作日 and 天, 个 and 家)."""
    source, target = normalize_unit(unit), normalize_unit(to)
    if source == target:
        return value
    families, (over, under) = _dimension(source)
    wanted, (other_over, other_under) = _dimension(target)
    if families != wanted:
        return None
    return plain(value * over * other_under / (under * other_over))  # divided once: 每天1次 is 每周7次, and not 6.99…


def called_alike(one: str, other: str) -> bool:
    """True for units that may count the same: 个 and 处, 台（套） and 辆, 户次 and 家次, 册 and 本, 条次 and 条/次."""
    if one.endswith("次") and other.endswith("次"):
        one, other = one.removesuffix("次"), other.removesuffix("次")
    pairs = (one, other), (other, one)
    return any(b in _CALLED.get(a, ()) for a, b in pairs) or one.translate(_SIGNS) == other.translate(_SIGNS)


def without_year(unit: str) -> str:
    """The unit without 年 below its fraction bar: in the evaluation of one year 期/年 counts 期."""
    over, under = _sides(unit)
    rest = [factor for factor in under if factor not in ("年", "年度")]
    return f"{over}/{'·'.join(rest)}" if rest else over


def in_a_year(unit: str) -> tuple[str, int] | None:
    """A unit of events without its period, and how many of these a year has: 次/季度 → 次, 4; None for other units."""
    over, under = _sides(unit)
    periods = [factor for factor in under if factor in _A_YEAR]
    if over not in EVENTS or len(periods) > 1:
        return None
    rest = [factor for factor in under if factor not in periods]
    return f"{over}/{'·'.join(rest)}" if rest else over, _A_YEAR[periods[0]] if periods else 1


def lacks_tail(unit: str, whole: str) -> bool:
    """True where ``unit`` lacks something that ``whole`` has below its fraction bar: 元 or 元/户 beside 元/户·年."""
    over, under = _sides(normalize_unit(whole))
    other, below = _sides(normalize_unit(unit))
    return set(below) < set(under) and convert(Decimal(1), other, over) is not None


def said_for_each(unit: str, whole: str, words: str) -> str | None:
    """``unit`` with the tail of ``whole`` that it lacks, where the words name it: 元 beside 元/人 and 人均 is 元/人."""
    (over, under), (_, tail) = _sides(normalize_unit(unit)), _sides(normalize_unit(whole))
    missing = [factor for factor in tail if factor not in (*under, "年", "年度")]
    named = [one for pair in _FOR_EACH.findall(words) for one in pair if one]
    all_named = missing and all(any(convert(Decimal(1), one, factor) == 1 for one in named) for factor in missing)
    often = over in EVENTS and not _A_YEAR.keys().isdisjoint(missing)  # 12次 of 每月1次 are those of the year
    return f"{over}/{'·'.join(tail)}" if all_named and not often and lacks_tail(unit, whole) else None


def within_period(unit: str, whole: str) -> str | None:
    """``unit`` with the tail of ``whole`` where it lacks nothing but a period: 小时 beside 小时/周 is 小时/周.

    None for a period longer than a month, and for events, which are counted over the year.
    """
    (over, under), (_, tail) = _sides(normalize_unit(unit)), _sides(normalize_unit(whole))
    missing = [factor for factor in tail if factor not in under]
    short = bool(missing) and all(_A_YEAR.get(factor, 0) >= _A_YEAR["月"] for factor in missing)
    return f"{over}/{'·'.join(tail)}" if short and over not in EVENTS and lacks_tail(unit, whole) else None


def _sides(unit: str) -> tuple[str, list[str]]:
    """What stands above the fraction bar, and the factors below it."""
    over, _, under = (unit, "", "") if unit in _SIZES else unit.partition("/")
    return over, [factor for factor in under.split("·") if factor]
