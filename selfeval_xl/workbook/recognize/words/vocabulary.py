"""The words of official forms: which heading means which column, and which label announces which field.

Each table maps a key to its synonyms, compared after :func:`labels.read_label` has removed spaces, colons, stars,
brackets, points, units and letters such as (A).  A word listed under two keys is weak: it gets the first of its keys
that no other heading of the same table has taken.  The words were collected from published forms (central, provincial,
municipal); a missing one is added here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import product

from selfeval_xl.lazy import lazy
from selfeval_xl.quantity.signs import DIRECTIONS
from selfeval_xl.quantity.units import CURRENCY

Vocabulary = Mapping[str, tuple[str, ...]]
"""Word → the keys it may mean, the likeliest first."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _vocabulary(**synonyms: str) -> Vocabulary:
    words: dict[str, tuple[str, ...]] = {}
    for key, text in synonyms.items():
        alone = (key,)  # one tuple shared by all its words, of which there are thousands
        for word in text.split():
            known = words.setdefault(word, alone)
            if key not in known:
                words[word] = (*known, key)
    return words


def _spelled(*parts: str) -> str:
    """All combinations of these parts: ``"年中|", "追加|调增"`` gives 年中追加, 年中调增, 追加 and 调增."""
    return " ".join(map("".join, product(*(part.split("|") for part in parts))))


def _of_execution(points: str) -> str:
    """预算执行分值, 执行率权重: names of the points given for, or scored by, the execution of the budget."""
    return _spelled("|预算|资金|预算资金", "执行", "|率|情况|进度", points)


# 资金执行差异情况说明: labels that ask why money was left unspent, without the word 原因.
_WHY_UNSPENT = _spelled("|预算|资金|预算资金", "执行", "偏差|差异|率偏低|率低|率低的|率偏低的", "说明|情况说明")


def _both(firsts: str, seconds: str) -> str:
    """分值/得分, 自评得分及权重: headings of a column whose cells hold both."""
    pairs = [pair for one in firsts.split() for two in seconds.split() for pair in ((one, two), (two, one))]
    return " ".join(f"{one}{link}{two}" for one, two in pairs for link in ("", "/", "|", "及", "和", "与"))


# 未完成原因分析及改进措施, 扣分原因: labels that ask why an indicator was missed.
_WHY = _spelled(
    "|偏差|存在偏差|偏离|差异|未完成|未完成的|未完成指标|未达标|未达到目标|未实现|扣分|减分",
    "原因",
    "|分析|说明",
    f"|{_spelled('及|和|与', '改进措施|整改措施|拟采取改进措施|拟采取的改进措施').replace(' ', '|')}",
)

_SCORING = {
    "points": _both("分值 权重 满分 标准分 指标分值", "得分 自评得分 自评分 实际得分"),
    "weight": """分值 权重 权重分值 分值权重 标准分值 标准分 满分 满分值 指标分值 指标权重 权重分 设定分值 赋分值 赋分
        赋值 分数 分值分 分配分值 基础分 基础分值 配分 权数 总分值 标准分数 权重值 指标分 指标赋分 应得分 应得分值
        评分分值""",
    "claimed_score": """得分 自评得分 自评分 自评分值 自评分数 单位自评得分 单位自评分 实际得分 评分 评价得分
        自评评分 部门自评得分 自我评分 评价分 项目得分 指标得分 得分情况 自评 单位自评 部门自评
        项目单位自评 预算单位自评 部门评分 单位评分 评分结果 赋分 赋分值 自评赋分""",
    "reason": f"""{_WHY} 偏差说明 偏差分析 偏差及原因分析 偏差分析及改进措施 未完成原因和改进措施及相关说明
        扣分说明 未完成说明 扣分理由 减分说明 偏差情况说明 改进措施 备注 说明 其他说明""",
    "note": f"备注 说明 改进措施 {_spelled('存在|存在的', '|主要', '问题')}",
    "number": "序号 编号",
}

# 调整及偏差说明, 预算调整和执行情况说明: labels that ask why the budget was changed and why money was left.
_WHY_CHANGED_AND_UNSPENT = _spelled(
    "|预算|资金", "调整|变动", "|及|和|与", "偏差|执行|执行偏差|执行差异|结余|结转结余", "说明|情况说明|原因|原因说明"
)

_RATE = """执行率 预算执行率 支出率 资金执行率 资金支出率 支出进度 执行进度 全年执行率 预算完成率
    预算支出率 全年预算执行率 执行比例 资金使用率 使用率 预算执行进度 支出执行率 支付率 支付进度
    兑付率 兑付进度 兑现率 兑现进度"""

# Why a budget was changed: in a column, the reason or a remark; as a row, a remark, for it explains no unspent money.
_CHANGED = _spelled("|年中", "|预算|资金", "调整|变动", "说明|原因|情况|情况说明|原因说明|情况及原因|事由|依据")


def _moved(verbs: str) -> str:
    """年中追加数, 预算调减: headings of columns that hold how much the budget was changed during the year."""
    return _spelled("|年中|本年|当年|全年", "|预算|资金", verbs, "|数|额|金额|预算|预算数|资金|经费")


# 预算执行金额, 全年实际支出数: headings of what was spent.
_YEARS, _SPENDS = "全年|年度|本年|本年度|当年|今年|累计", "执行|支出|支付|使用|兑付|兑现"
_WHOSE, _SUMS = "|预算|资金|项目|部门", "数|额|金额|资金"
_SPENT = " ".join(
    (
        _spelled(f"|{_YEARS}", _WHOSE, "|实际|已", _SPENDS, _SUMS),
        _spelled(f"|{_YEARS}", _WHOSE, "实际|已", _SPENDS),
        _spelled(_YEARS, _SPENDS),
    )
)

# 预算安排金额, 下达预算数: headings of a budget that may be the initial or the adjusted one.
_EITHER_BUDGET = " ".join(
    (
        _spelled("|项目|财政|年度|当年|本年", "预算安排|安排预算|预算下达|下达预算", "|数|金额"),
        _spelled("|项目|年度", "预算", "|数|金额"),
        "预算批复数 预算批复 预算资金 预算资金数 安排资金 资金安排数 批复金额 部门预算 部门预算数 部门预算批复数",
    )
)

_AT_END = "全年|年度|本年|当年|年末|年底"

# 调整指标值, 调整后年度目标值: headings of targets as revised during the year.
_WHEN_REVISED = "调整|调整后|调整后的|年中调整|全年调整"
_TARGET = "|年度|全年|绩效|年度绩效|预期", "指标值|目标值|值|指标|目标"
_REVISED = f"{_spelled(_WHEN_REVISED, *_TARGET)} {_spelled(*_TARGET, _WHEN_REVISED)}"

INDICATORS = {
    **_vocabulary(
        number=_SCORING["number"] + " 编码 代码 指标编码 指标编号 指标代码 指标序号",
        rank="级次 指标级次 级别 指标级别 层级 指标层级 指标层次",
        level1="一级指标 一级绩效指标 一级 一级指标名称 指标类型 指标类别 指标维度",
        level2="二级指标 二级绩效指标 二级 二级指标名称 指标类型 指标类别 指标分类",
        level4="四级指标 四级指标名称",
        name="""三级指标 三级绩效指标 三级 三级指标名称 指标名称 绩效指标名称 具体指标 具体指标名称 评价指标 考核指标
        关键指标 关键性指标 绩效指标 指标内容 指标 绩效目标指标 细化指标 绩效指标内容 具体指标内容""",
        op="指标性质 符号 运算符号 比较符号 指标符号 计算符号 运算符 比较符 性质 指标方向 方向 关系符号 逻辑符号",
        target=f"""{_spelled("|年度|全年|年初|本年|本年度|当年", "|绩效|预期|计划|设定", "指标值|目标值|指标目标值")}
        {_spelled("|年度|全年|年初|本年|本年度|当年", "预期|计划|预期完成|计划完成", "值")}
        {_spelled("年度|全年|年初|本年|当年|计划|指标|", "目标")} 指标预期值 预期 预定指标值 指标设定值 年初设定值
        年初绩效目标 年初值 数值 绩效标准 项目目标值 目标指标值 自评年度指标值 目标数 年度计划 标杆值""",
        revised=_REVISED,
        unit="度量单位 计量单位 单位 指标单位 数值单位 指标值单位",
        actual=f"""{_spelled(f"|{_AT_END}|指标|目标|绩效|绩效指标|全年指标|自评", "|实际", "完成值|实现值")}
        {_spelled(f"|{_AT_END}", "实际", "值|完成|完成情况|完成指标值")}
        {_spelled("全年|年度|年末|年底", "完成", "|情况")} 实际 实际完成数 实际指标值 实际达到值 实际完成目标值
        指标实际值 完成指标值 完成情况 指标完成情况 实际完成程度 目标完成情况 实现情况 绩效目标完成情况
        完成实际值 实际执行值""",
        state="""完成情况 指标完成情况 目标完成情况 达成情况 完成状态 是否完成 是否达标 目标达成情况 达成状态 完成与否
        指标达成情况 实现情况 是否达成 是否达到目标 定性状态""",
        points=_SCORING["points"],
        weight=_SCORING["weight"],
        claimed_score=_SCORING["claimed_score"],
        deducted="扣分 扣分值 扣分数 扣分分值 扣减分 扣减分值 扣减分数 扣除分值 自评扣分 减分 减分值 失分",
        claimed_completion="""完成率 指标完成率 完成比例 完成程度 完成度 目标完成率 指标完成度 指标完成比例 完成百分比
        实际完成率""",
        reason=_SCORING["reason"],
        note=_SCORING["note"],
    ),
    "自评分值": ("claimed_score", "weight"),
}

FUNDS = _vocabulary(
    name="资金来源 资金性质 资金类型 资金名称 资金项目 资金构成 预算资金来源 资金来源渠道 收入性质 支出性质 资金",
    adjusted=f"""{_EITHER_BUDGET}
        {_spelled("全年|本年|当年|今年|调整|调整后|调整后全年|支出|合计", "预算", "|数|金额|资金|总额")}
        预算总额 年度预算总额 预算合计 预算资金总额 预算支出总额 预算支出总计 预算支出合计 支出总额
        资金总额 项目资金总额 {_spelled("调整后|全年", "|数|金额|资金|总金额")} 调整数 调整 预算调整后数 预算数调整后
        全年调整总金额 支出调整预算数 支出全年预算数 最终预算数 全年预算安排数 实际下达预算数 预算安排情况 预算安排资金
        {_spelled("下达|应到位", "资金|资金数|数|金额")} {_spelled("计划", "|安排", "资金|资金数|数|金额")} 计划投资
        {_spelled("可执行|可用", "预算|指标", "|数")} 可用资金 可用资金数 可用资金合计
        预算指标 预算指标数 全年指标数 指标金额 资金额 资金安排 项目当年预算 项目总预算 总预算""",
    initial=f"""{_EITHER_BUDGET}
        {_spelled("年初", "预算|批复预算|部门预算|预算安排", "|数|金额|资金|总额")} 期初预算 期初预算数 批复预算数
        年初 年初数 年初安排数 年初批复数 年初下达数 年初预算批复数""",
    cut=_moved("压减|调减|核减|减少|追减|削减|缩减"),
    added=_moved("追加|调增|增加|追增"),
    change=f"""{_moved("追加追减|追加核减|追加调减|调增减|调增调减|增减")}
        追加减数 {_spelled("|年中|本年", "|预算", "调整", "|数|额|金额")}""",
    received="""到位资金 资金到位数 到位数 实际到位 全年到位数 资金到位 实际到位资金 实际到位数 到位金额 到位资金数
        资金到位情况""",
    received_rate="到位率 资金到位率",
    executed=f"""{_SPENT}
        决算数 决算 部门决算数 支出决算 支出决算数 决算支出 实际数
        {_spelled("|实际|资金|全年", "执行|支出|使用", "总额")} 预算执行总额
        支出 支出合计 执行 部门执行 预算支出 资金使用 资金使用情况""",
    claimed_rate=_RATE,
    points=_SCORING["points"],
    weight=f"{_SCORING['weight']} {_of_execution('分值|权重|满分')}",
    claimed_score=f"{_SCORING['claimed_score']} {_of_execution('得分|自评得分')} 预算执行分",
    reason=f"{_SCORING['reason']} {_CHANGED}",
    note=f"{_SCORING['note']} {_CHANGED}",
)

MONEY = frozenset({"initial", "adjusted", "executed"})
MONEY_AND_RATE = MONEY | {"claimed_rate"}
POINTS = ("weight", "claimed_score")
NAMES = ("level1", "level2", "name")
FULL_MARKS = Decimal(100)
MOST_OF_EXECUTION = 30  # the most points any form gives for it; a higher figure is the score of the whole form

# Words in headings of targets (考核目标, 任务量) and of actuals (实际业绩, 自评值), and what such headings end in.
_AIMED = "目标|指标|计划|预期|预计|设定|任务|约定"
_AHEAD = "(?:计划|预期|预计|应|拟)(?:完成|实现|达到)"
_REACHED = "实际|完成|实现|达到|达成|自评|业绩|实绩"
_ENDINGS = "值|数|(?<!质)量|情况|结果|水平|业绩|成效|成果|效果"

GUESSES = tuple(
    (key, lazy(pattern))
    for key, pattern in (
        (
            "reason",
            "^(?!.*(?:上年|去年|往年|历史|上一年|上期|同期|下年))"
            "(?:.*原因|.*(?:偏差|偏离|差异|未完成|未达标|未实现|扣分|减分|失分|得分|自评)(?:情况|事项|内容)?说明$)",
        ),
        (
            "",
            "上年|去年|往年|历史|上一年|上期|同期|评分|计分|解释|说明$|来源|依据|标准|公式|偏差[率值度]|差额|结余|结转数|下年"
            "|^(?!.*支出).*收入(?!.*(?:目标|指标))|基期|基准值|基数|现状|平均|科目|文号|[编代][码号]|(?:下达|支付|支出|拨付|执行|批复)(?:时间|日期)$",
        ),
        ("received_rate", "到位率"),
        ("received", "到位"),
        ("claimed_score", "得分(?!率|系数|比例|比率)|自评分|打分"),
        ("weight", "分值|权重|满分"),
        (
            "claimed_rate",
            "(?:执行|支出|支付|使用|兑[付现]|拨付)(?:[数额金资]*占(?!年初|到位)[^占]{0,4}(?:预算|资金)[数额金安排]*的?)?"
            "(?:率|进度|比例|比重|百分比)",
        ),
        ("claimed_completion", "(?:完成|达成|实现|达标)(?:率|度|比例)|得分(?:率|系数|比例|比率)"),
        (
            "executed",  # 年初支出预算 is a budget, 已支出预算 is not
            "^(?!(?!.*(?:已|实际|累计|完成)).*预算(?:数|金?额|总额)?$).*(?:执行|支出|支付|实付|决算|使用|兑[付现])",
        ),
        ("revised", "^(?!.*预算).*调整.*(?:指标|目标|任务).*(?:值|数|量)$"),
        ("initial", "^(?!.*(?:目标|任务|指标值|预期|调整后)).*(?:年初|期初|批复)"),
        ("adjusted", "^(?!.*(?:目标|任务|指标值)).*(?:预算|下达|安排|批复)"),
        ("reason", "偏差.*(?:分析|措施)|改进措施"),
        ("level1", "一级(?!.*[值数量]$)|^(?:评价|考核|考评)维度$"),
        ("level2", "二级(?!.*[值数量]$)|^(?:评价|考核|考评)(?:内容|项目)$"),
        ("name", "三级(?!.*[值数量]$)|指标名称|具体指标|^(?:评价|考核|考评)要点$"),
        (
            "actual",
            f"^(?!.*(?:{_AHEAD}(?!情况|结果|水平)|未))(?:.*(?:{_REACHED}).*(?:{_ENDINGS})|.*(?:实际|完成|达成|业绩|实绩))$",
        ),
        (
            "target",
            f"(?:{_AIMED}).*(?:值|数|(?<!质)量)(?:内容)?$|{_AHEAD}(?:值|数|(?<!质)量|目标)?$|目标$|目标任务$|^计划$"
            "|(?:目标|任务|考核|指标|完成)要求$",
        ),
        ("unit", "(?:[量值数]|指标|数据)单位$"),  # and not 责任单位, 实施单位
        ("households", "户数$"),
        ("persons", "人[数次口]$"),
    )
)
"""Patterns for headings outside the vocabulary; the first that matches decides, ``""`` being none of our columns."""

_PROJECTS = """项目名称 专项名称 专项项目名称 转移支付名称 转移支付项目名称 资金名称 二级项目名称 二级项目
    专项资金名称 专项转移支付名称 预算项目名称 三级项目名称 财政专项名称 基金名称
    项目全称 自评项目名称 评价项目名称 政策名称 政策项目名称 项目政策名称 项目支出名称 支出项目名称
    购买服务项目名称 服务项目名称 服务项目 购买服务项目 采购项目名称 PPP项目名称
    债券项目名称 专项债券项目名称 专项债项目名称"""
_REPORTING = "实施|承担|承办|经办|执行|建设|负责|牵头|申报|填报|填表|自评|编制|编报|上报|报送"
_REPORTERS = _spelled("|项目|具体", _REPORTING, "单位|部门|主体|机构|企业", "|名称")
_UNITS = f"""{_REPORTERS} 项目单位 预算单位 单位名称 单位全称 部门名称 部门全称 部门单位名称 资金使用单位 预算单位名称
    部门预算单位 用款单位 使用单位 地方主管部门 市县主管部门 评价单位 项目法人 项目法人单位
    二级单位 基层单位 资金使用单位名称 项目使用单位 项目责任单位 责任单位
    部门单位 二级预算单位 基层预算单位 主管部门及实施单位 主管部门和实施单位 购买主体 购买单位
    被评价单位 被评价部门 被评价单位名称 被评价部门名称"""

_BUDGET_NAMES = """项目名称 子项目名称 二级项目名称 一级项目名称 二级项目 一级项目 支出项目 预算项目 任务名称
        主要任务 项目 子项目 资金用途 用途 明细项目 支出内容 工作任务 年度主要任务 主要任务名称 项目内容 明细内容
        支出明细 重点任务 预算项目名称 重点工作任务 任务 对应项目 对应项目名称"""

TASKS = _words("工作任务 任务名称 重点任务 重点工作任务 主要任务 年度主要任务 任务内容 工作内容 工作事项 重点工作 任务")
"""Headings of names of tasks, which are the indicators' names where these have no column of their own."""

OWNERS = _words(f"{_PROJECTS} {_UNITS}") - _words(_BUDGET_NAMES)
"""Labels of whose form it is; in a list of several forms they head the names.  No table is recognized by them alone."""

BUDGET_NAMES = _words(_BUDGET_NAMES) | OWNERS
"""Headings of the names in a budget table or a list; a funds block has none of them."""

BUDGET = {
    **{word: keys for word, keys in FUNDS.items() if keys != ("name",)},  # 项目名称 heads them, not 资金来源
    **dict.fromkeys(OWNERS, ("name", "beside")),  # 转移支付名称 heads the names, unless 项目名称 does
    **_vocabulary(
        number=_SCORING["number"],
        level="项目级次 级次 项目层级 项目级别 层级",
        name=_BUDGET_NAMES,
    ),
}

# 应兑付金额, 实发: what is due by a standard to people, schools or counties, and what was paid to them.
_PAID_TO = "兑付|兑现|发放|补贴|补助|拨付|发|补|拨", "|数|额|金额|资金"

# 县名, 各县区, 旗县名称: one or several kinds of regions.
_REGIONS = _spelled(
    "|各",
    "地区|区域|县|县区|县市|县市区|区县|市县|市县区|市区|地市|市州|州市|地州市|盟市|旗县|旗县区|旗县市区"
    "|镇街|乡镇|街道|乡镇街道|镇街道",
    "|名|名称",
)

ALLOCATIONS = _vocabulary(
    number=_SCORING["number"],
    region=f"""{_REGIONS} 市名 区名 镇名 乡名 市名称 区名称 镇名称 行政区划 区划
        所属地区 分配地区 使用地区 学校 学校名称 项目学校 受助学校 院校 院校名称 高校 高校名称""",
    purpose="""用途 资金用途 支出方向 救助类型 帮扶类型 使用方向 项目内容 使用项目 救助项目 帮扶项目 支出内容 项目
        项目名称 具体用途 资金名称 任务名称 补助内容 补助项目 补助方向 支持方向 支持内容 资金投向""",
    allocated=f"""分配资金 分配金额 下达资金 下达金额 安排资金 分配数 安排金额 分配资金数 资金分配 资金分配数 下达数
        分配 分配额度 分配额 资金分配额 计划资金 计划资金数 计划安排资金 下达资金数 分配下达资金 预算数 全年预算数
        预算金额 拨付资金 资金合计 资金总额 资金小计 预算合计 可用资金 可用资金合计 补助资金 补助金额 下达预算
        下达预算数
        {_spelled("应", *_PAID_TO)}""",
    used=f"""使用资金 使用金额 支出金额 实际使用 已使用 使用数 实际支出 支出数 实际使用资金 已使用资金 使用资金数
        资金使用 资金使用数 执行数 全年执行数 实际使用金额 已支出 支出资金 完成资金 完成资金数
        {_spelled("实际|已|实", *_PAID_TO)}""",
    households="户数 救助户数 惠及户数 帮扶户数 受益户数 补助户数 受助户数",
    persons="""人数 人次 救助人数 帮扶人数 受益人数 惠及人数 救助人次 帮扶人次 受益人次 补助人数 惠及人次 受助人数
        受助人次""",
    claimed_rate=_RATE,
    reason=_SCORING["reason"],
    note=_SCORING["note"],
)

_DIVIDED = ("allocated", "used", "households", "persons", "claimed_rate")
REGION = lazy(
    "(?!地区|区域|市区|[省市县区]{2,}).+(?:[县市区旗州盟镇乡]|地区|街道|本级|市直|省直|兵团)|第.+师|(?:市|省)(?:本级|直)"
)
"""The full name of a region."""
BARE_REGION = lazy("[省市州盟县区旗镇乡]")
"""A kind of region without its name: the heading 市, beside 区."""

AMOUNT_WORDS = {
    **{word: key for word, (key, *_) in ALLOCATIONS.items() if key in _DIVIDED},
    **dict.fromkeys(_words("分配 下达 安排 预算 拨付 计划 资金"), "allocated"),
    **dict.fromkeys(_words("使用 支出 执行 已用 实支"), "used"),
}
"""Names of an amount below the name of a purpose, or beside it (低保 above 分配 | 使用)."""

MANAGEMENT = _vocabulary(
    name=" ".join(sorted(TASKS)),
    note="情况说明 自评情况 说明 完成情况 实际完成情况 任务完成情况",
    measure="存在问题和改进措施 存在问题及改进措施 存在的问题和改进措施 存在的问题及改进措施 问题和改进措施",
    weight=_SCORING["weight"],
    claimed_score=_SCORING["claimed_score"],
)

TABLES = (INDICATORS, ALLOCATIONS, BUDGET, FUNDS, MANAGEMENT)
"""The vocabularies of headings, one for each kind of table."""

_WHEN = "年度|全年|年初|当年|本年|本年度"
_EXPECTED = "预期|总体|绩效|预期总体|预期绩效|总体预期|总体绩效|绩效预期|总|绩效总"
_GOAL_OF = "项目|政策|部门|整体|部门整体"

GOALS = _vocabulary(
    goal_expected=f"""{_spelled(f"|{_GOAL_OF}", _WHEN, f"|{_EXPECTED}", "目标")}
        {_spelled(f"|{_GOAL_OF}", _EXPECTED, "目标")}
        年初设定目标 设定目标 预定目标 目标内容 总体目标预期 年度绩效目标预期目标 年初设定的目标 项目目标 政策目标
        年度目标设定 年度工作目标 年度整体绩效目标 全年调整绩效目标""",
    goal_actual=f"""{_spelled("|年度|全年", "|总体|绩效|总体绩效|总", "目标", "|实际", "完成情况|实现情况")}
        {_spelled("|年度|全年|总体|全年总体|具体|目标具体", "|实际", "完成情况")} 实际完成 实际情况 目标实际完成
        目标完成情况综述 年度总体目标完成情况综述 实际完成目标 实际完成总体目标 完成情况说明 目标完成情况及效果
        主要绩效""",
)

_OF_PERIOD = "评价|自评|考核|所属"
_YEAR_LABELS = f"""{_spelled(f"|{_OF_PERIOD}|预算|项目|填报|资金|绩效", "年度|年份")}
    {_spelled(_OF_PERIOD, "期|期间|时期|时段")}"""
_OVER_IT = "中央|省级|市级|区级|县级|州级|地方|市县|预算|项目|业务|资金"
_DEPARTMENTS = _words("部门 " + _spelled("|省级|市级|县级|区级|州级|一级", "预算部门", "|名称"))
_FIELDS = _vocabulary(
    project=_PROJECTS,
    department=f"""{_spelled(f"|{_OVER_IT}", "主管部门", "|名称|代码|及代码")}
        主管单位 项目主管单位 部门及代码 归口部门 一级预算单位""",
    unit=_UNITS,
    year=_YEAR_LABELS,
    currency_unit="单位 经费单位 金额单位 货币单位 计量单位 资金单位",
    claimed_total="""自评总分 自评总得分 综合得分 总得分 自评得分 自评综合得分 评价总分 绩效自评得分 评价得分
        绩效自评总分 总分 自评分数 项目自评得分 绩效评价得分 自评分 综合评分 最终得分""",
    claimed_grade="""自评等级 评价等级 等级 绩效等级 自评等次 评价等次 评价级别 绩效评价等级 自评档次 绩效等次
        自评结果等级 评定等级 等次 自评结果 评价结果""",
    problems=f"""{_spelled("存在|存在的", "|主要", "问题", "|及原因|及原因分析|及建议|及改进措施|和改进措施")}
        {_spelled("偏差|偏离|未完成|目标未完成|绩效目标未完成|绩效目标偏差", "原因", "|分析", "|及改进措施|和改进措施")}
        问题 主要问题 问题及建议 偏差大或目标未完成原因分析 未完成目标的原因分析 偏差原因及改进措施说明 自评中发现的问题
        自评发现的问题及原因""",
    measures="""改进措施 下一步改进措施 下一步措施 整改措施 改进措施及建议 下一步改进工作措施 下一步工作计划
        改进建议 有关建议 下一步改进的意见及建议 改进措施和建议 下一步打算 相关建议 改进意见 下一步工作措施
        下一步拟采取的改进措施 有关意见和建议 改进措施及结果应用方案 整改措施及结果应用 结果应用方案
        下一步改进工作的意见及建议""",
    budget_reason=f"""{_WHY_UNSPENT} {_WHY_CHANGED_AND_UNSPENT}
        预算调整说明 预算调整原因 预算调整情况说明 资金调整说明 预算执行说明 预算执行情况说明""",
    conclusion="评价结论 自评结论 绩效自评结论 结论 自评综合结论 绩效评价结论 自评意见 综合评价 总体评价",
    remarks=f"""{_CHANGED}
        其他需要说明事项 其他需要说明的事项 其他需要说明的问题 其他需说明事项 其他需要说明问题 其他说明事项
        其他事项 其他""",
    instructions="填表说明 填报说明 注 备注 说明 填写说明 评分说明 评分规则 评分标准 计分规则 计分方法 得分计算方法",
    person="""联系人 联系电话 项目负责人 填表人 填报人 负责人 单位负责人 审核人 经办人 电话 联系方式 填报人姓名
        部门负责人 财务负责人 分管领导 项目联系人 单位领导 复核人 制表人""",
    date="填报日期 填表日期 填报时间 日期 填表时间 自评日期 自评时间 评价时间",
    opinion="主管部门意见 财政部门意见 单位意见 审核意见 主管部门审核意见 财政部门审核意见 评审意见 预算单位意见",
    description="""项目类别 项目类型 项目属性 项目编码 项目代码 项目概况 项目概述 单位代码 单位编码 部门代码
        部门编码 部门职能 部门职责 项目周期 项目期限 起止时间 项目起止时间 实施期限 立项依据 项目内容 主要内容
        资金用途 支出类型 分管科室 业务科室 项目性质 资金性质 是否公开 年度履职目标 部门整体概况 资金管理办法
        归口科室 项目分类 预算编码 主要职责 单位职责 项目主要内容 绩效类型""",
)

_WIDER = _words("一级项目名称 一级项目 专项名称 专项资金名称 财政专项名称 资金名称 基金名称")

FIELDS = {
    **_FIELDS,
    **dict.fromkeys(_DEPARTMENTS, ("unit", "department")),
    **dict.fromkeys(_WIDER, ("project", "description")),
}
"""Labels of fields.  部门 and 预算部门 name the unit whose form it is, or its superior if another label names the unit.

So 一级项目名称 and 基金名称 name the project, or what it belongs to if 二级项目名称 or 项目名称 names the project.
"""

UNMODELLED = frozenset({"conclusion", "remarks", "person", "date", "opinion", "description"})
"""Fields whose labels are known but whose values have no place in an evaluation: they are listed as left over."""

SECTIONS = _words("""绩效指标 年度绩效指标 项目资金 资金情况 预算执行情况 预算情况 资金使用情况 项目基本情况
        基本情况 基本信息 项目信息 项目基本信息 年度总体目标 总体目标 年度绩效目标 绩效目标 年度目标 总体绩效目标
        年度总体绩效目标 年度主要任务 年度主要任务完成情况 年度预算申请 绩效指标完成情况 绩效指标情况 资金管理情况
        资金投入和使用情况 项目资金情况 年度绩效指标完成情况 整体支出情况 部门整体支出情况 项目预算执行情况
        年度预算执行情况 部门预算情况 部门预算执行情况 预算资金 年度资金 整体支出 部门预算 部门整体支出 资金投入情况
        年度资金预算情况 资金来源 预算资金情况 绩效自评情况 自评情况 年度部门预算 项目支出预算执行情况
        年度总体目标完成情况 其中 资金 投入和使用情况 按收入性质分 按支出性质分 收入性质 支出性质 项目预算
        绩效目标完成情况 资金执行情况 整体绩效目标 年度资金执行情况 附件 附表 绩效指标自评情况 资金落实情况 资金落实
        资金分配情况 资金分配 子项目预算执行情况 二级项目预算执行情况""")
"""Words that only head a part of the form."""

TOTAL_ROWS = _words("""总分 合计 总计 总得分 得分合计 自评总分 评价总分 综合得分 自评得分 总分合计 合计得分
        自评总得分 总评分 合计分 分值合计""")
LINE_TOTALS = _words(f"""合计 总计 金额合计 总额 预算合计 资金合计 小计 合计金额 支出合计 支出总计 本年支出合计
        {_spelled("全", "省|市|县|区|州|旗|国", "|合计|总计")} 全合计 全总计""")
MAIN_SUBHEADINGS = _words("财政总额 总额 小计 合计 金额 数额 值 数值 数量 数 完成值 指标值 内容")
"""Headings in a second row that stand for all of what the heading above says."""

SUBHEADINGS = MAIN_SUBHEADINGS | _words(f"""财政拨款 其他资金 其他 其中财政拨款 其中其他资金
        {_spelled("中央|省级|市级|县级|区级|地方|省|市|州|县|区", "|资金|财政资金")}""")
"""These, and other headings that mean nothing without the one above."""

LEVEL1 = _words("""产出指标 效益指标 满意度指标 成本指标 产出 效益 满意度 成本 服务对象满意度指标 投入指标 过程指标
        效果指标 影响力指标 管理效率 履职效能 社会效应 可持续影响 投入 过程 效果 决策 管理 产出绩效指标 效益绩效指标
        管理效率指标 履职效能指标 影响指标 决策指标 管理指标 运行成本 可持续发展能力 履职效果 预算执行""")
LEVEL2 = _words("""数量指标 质量指标 时效指标 成本指标 经济效益指标 社会效益指标 生态效益指标 可持续影响指标
        服务对象满意度指标 满意度指标 经济成本指标 社会成本指标 生态环境成本指标 数量 质量 时效 经济效益 社会效益
        生态效益 可持续影响 服务对象满意度""")
EXECUTION_ROWS = _words("""预算执行 预算执行率 预算执行情况 资金执行率 预算执行指标 资金执行 预算执行进度
        预算资金执行率 预算执行得分 预算执行率得分 预算执行情况得分 预算执行分 执行率得分
        执行率 年度预算执行率 部门预算执行率 项目预算执行率 财政资金执行率 支出率 支出进度 资金支出率 资金支出进度
        预算支出率 预算支出进度""")
"""Names in an indicator table of the row that holds the score of the budget's execution."""
LEVEL_NAMES = LEVEL1 | LEVEL2 | EXECUTION_ROWS

OPERATORS = _words("≥ ≤ = > < ≧ ≦ >= <= == ⩾ ⩽ 定性 定性指标")
SIGN_WORDS = OPERATORS | DIRECTIONS.keys()

GRADES = _words("优 良 中 差 优秀 良好 中等 较差 合格 不合格 一般 及格 不及格")
CURRENCIES = tuple(CURRENCY)

TITLES = {
    "level1": "一级指标", "level2": "二级指标", "name": "名称", "op": "指标性质", "target": "年度指标值",
    "unit": "度量单位", "actual": "实际完成值", "state": "完成情况", "weight": "分值", "claimed_score": "得分",
    "deducted": "扣分", "reason": "偏差原因", "initial": "年初预算数", "adjusted": "全年预算数",
    "executed": "全年执行数", "claimed_rate": "执行率", "change": "调整额", "cut": "压减", "added": "追加",
    "allocated": "分配资金", "used": "使用资金", "number": "序号", "rank": "级次", "level": "级次",
    "level4": "四级指标", "revised": "调整后指标值", "points": "分值和得分", "claimed_completion": "完成率",
    "note": "备注", "received": "到位资金", "received_rate": "到位率", "region": "地区", "purpose": "用途",
    "households": "户数", "persons": "人数", "measure": "改进措施", "beside": "所属单位或项目",
}  # fmt: skip
"""What a column is called in the message of a doubt."""
