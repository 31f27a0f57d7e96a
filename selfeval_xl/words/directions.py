"""Which way is better where a target has no sign (≥, ≤): told by the names of indicators and levels, where they can.

Chinese names put the thing counted last: 投诉率 counts complaints, 投诉办结率 what was done about them.  So a word for
a harm decides the direction only where nothing but a counting word (率, 次数) follows it.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Literal

from selfeval_xl.lazy import lazy
from selfeval_xl.quantity import normalize_unit
from selfeval_xl.quantity.text import squeeze, unspaced
from selfeval_xl.quantity.units import TIMES
from selfeval_xl.quantity.words import NO

Direction = Literal["higher", "lower", "either"]

# Harms: what nobody wants more of.
_HARMS = (
    "投诉", "事故", "故障", "差错", "出错", "失误", "错误", "错案", "错报", "违规", "违法", "违纪", "违章", "违约",
    "违反", "死亡", "伤亡", "重伤", "轻伤", "受伤", "发病", "患病", "感染", "致残", "复发", "延误", "延期", "逾期",
    "超期", "滞后", "漏损", "漏失", "损耗", "损失", "流失", "辍学", "失学", "退学", "离职", "失业", "空置", "闲置",
    "撂荒", "抛荒", "退货", "返工", "返修", "扣分", "上访", "拥堵", "排放", "污染", "能耗", "电耗", "水耗", "油耗",
    "煤耗", "耗电", "耗水", "耗能", "中断", "缺陷", "缺勤", "缺货", "旷工", "泄漏", "泄露", "返贫", "欠费", "拖欠",
    "欠薪", "误差", "偏差", "偏离", "超标", "超支", "浪费", "火灾", "成灾", "受害", "发案", "漏报", "漏检", "漏诊",
    "误诊", "误报", "丢失", "丢包", "破损", "停机", "宕机", "停电", "断电", "断水", "弃风", "弃光", "弃水", "负债",
    "债务", "危害", "黑臭水体", "次品", "废品", "败诉", "流拍", "再犯", "不良", "登记失业",
    "失信", "中毒", "溺水", "泄密", "断供", "停水", "坍塌", "过期", "外溢", "群体性",
    "物耗", "药耗", "气耗", "热耗", "近视", "肥胖", "剖宫产",
    "(?<![水流污沙物])截留", "挪用", "挤占", "侵占", "套取", "冒领", "骗取", "虚报",
    "不(?:合格|足|达标|满意|及时|规范|准确|到位|合规|文明)", "未(?:完成|达标|办结|到位)",
)  # fmt: skip
# Harms that may also be a unit's work, so that a plain count of them is no harm: 信访件数, 病例数.
_WORK = ("信访", "舆情", "举报", "纠纷", "诉讼", "病例", "病死", "案件", "受灾", "警情", "隐患", "漏洞", "消耗")
_BAD = "负面|恶性|有责|越级|集体|重复|新发|涉稳"

_PLAIN_HARM = "|".join(sorted(_HARMS, key=len, reverse=True))
_HARM = f"{_PLAIN_HARM}|{'|'.join(_WORK)}"
_FOLLOWING = "物|发生|出现|产生|案件|案|事件|情况|现象|行为|问题|工单|人员|人口|人|贷款|反应|资产|资金|记录"
_COUNTED = (
    "率|比例|比率|比重|占比|概率|频率|频次|频数|次数|起数|件数|例数|人数|人次|户数|宗数|天数|台次|量|总量|总数|数量"
    "|个数|数|金额|总额|余额|额|面积|强度|浓度|水平|系数|指数|程度|时间|时长|小时数"
)
_HARM_LAST = lazy(rf"(?:(?:{_HARM})(?:{_HARM}|{_FOLLOWING})*|发生)(?:{_COUNTED})?$")
_ILL_LAST = lazy(rf"(?:(?<![赛实盛办好要])事件|问题|现象|(?:环境|负面|不良)影响)(?:{_COUNTED})?$")  # but 赛事件数
_RATE_LAST = lazy(r"(?:率|比例|比率|比重|占比|概率|发生数|发生量|发生次数|发生起数|发生件数)$")
_WORSE = lazy(rf"{_PLAIN_HARM}|{_BAD}")
_HARM_WORD = lazy(_HARM)
_FREE_OF = lazy(
    rf"(?:{NO}|零|没有|[未不]发生|未出现|杜绝|避免|防止|防范)"
    "(?:重大|较大|一般|特大|安全|责任|有责|有效|群众)*"
    rf"(?:{_HARM}|发生)|(?:达标|合规|规范)排放"
)
# Burdens (costs, pollutants) whose names don't end in one of the harms.
_BURDEN = lazy(
    r"(?:成本(?:费用|支出|金额|总额)?|三公经费(?:支出|总额)?|PUE值?"
    r"|(?<![减少排除收集治理])(?:PM2\.5|PM10|颗粒物|二氧化硫|氮氧化物|臭氧|氨氮|化学需氧量|总磷)(?:.{0,6}浓度)?(?:年均值|均值|值)?)$"
)
# Money, by a name's last word: overheads should be low, money given or invested not; other names (培训费) don't tell.
_SPENT = lazy("(?:支出|开支|费用|经费|费)(?:总?额|金额|总数|标准)?$")
_PRICE = lazy("(?:单价|造价)$")
_OVERHEAD = lazy(
    "公用|三公|公务|机关|行政(?:运行|管理|经费)|管理费|办公|运[行转维营]|维护费|会议|差旅|接待|出国|用车|物业|水电|[水电]费|一般性"
    "|(?:[人次户例床]均|每|单位).*费用"
)
_GIVEN = lazy(
    "补助|补贴|救助|资助|奖|发放|投入|研发|试验发展|科研|科技|科普|教育|生均|民生|保障|社保|卫生|文化|收取|征收|收缴|收入|减免|保险|消费|旅游|扶"
    "|慰问|抚恤|优抚"
)
# Words of cost: a rate without any may be wanted high under a level of costs (危废处置达标率 under 生态环境成本).
_OF_COST = lazy("成本|支出|开支|费|价|预算|投资|资金|金额|补助|补贴|标准|控制|管控")
# A share of spending, or its growth (会议费占比, 药品费用增长率): has the direction of the spending itself.
_SPENT_RATE = lazy(
    "(?:支出|开支|费用|经费|(?<![免缴付消收学自])费)[^,、]{0,6}?(?:增幅|增速|增长率|增长幅度|增长比例|占比|比重|变动率)$"
)
# Common indicators of departments that should be low: 财政供养人员控制率, 结转结余率, 预算调整率.
_KEPT_TO = lazy(
    "(?:支出|开支|费用|经费|费|人员|编制|规模)控制率$|(?:结转|结余|预算调整)(?:资金)?(?:变动|占比)?(?:率|比率|比例|占比)$"
)
# A limit of money, under any level: 项目成本控制 120; as a rate (成本控制率) it may be meant either way.
_LIMITED = lazy("(?:成本|支出|开支|费用|经费|费|预算|投资|造价)(?:控制|管控)(?:(?P<rate>率)|数|额|情况|指标|目标)?$")
# What is done about a harm, or for its victims: more is better.
_DOING = (
    "处理|处置|办理|受理|化解|调处|调解|查处|查办|查获|侦破|审结|审理|整改|治理|整治|防治|排除|排查|消除|修复|恢复"
    "|维修|抢修|解决|监测|检测|检查|救治|诊治|打击|接处|扑救|勘查|调查|核查|发现|曝光|移送|督办|交办|收到|接到|纠正"
    "|纠治|起诉|代理|清理|清除|清偿|偿还|盘活|追缴|弥补|赔偿|补偿|回收|收集|利用|去除|遏制|拆除|取缔|关停|收治|收缴"
    "|清退|清收|收回|劝阻|劝导|制止|整顿"
)
_REMEDIES = lazy(
    f"{_DOING}|办结|答复|回复|响应|查结|破案|结案|防控|预防|防护|控制|管控|反馈|回访|监管|监督|巡查|执法|演练|培训"
    "|宣传|教育|应急|救援|赔付|理赔|治疗|治愈|管理|达标|合格|满意|覆盖|及时|知晓|完成|保障|处罚|立案|清欠|支付|安置"
    "|救助|补助|补贴|资助|帮扶|扶持|登记|参保|保险|发放|就业|识别|预警|报送|报告|接待|接访|服务|劝返|复学|减免|抚恤"
    "|转化|脱贫|建设|改造|出警|认定|鉴定|审计|抽查|征集|诊疗|诊断|筛查|随访|评估|普查|摸排|公诉|援助|复议|研判|分析"
    "|淘汰|采集|领取|享受|还本|付息|偿债|改善|好转|减排|减量|削减"
)
_KEPT_DOWN = lazy("(?:控制|管控)(?:数|指标|目标|情况|水平)?$")
_DONE = lazy(_DOING)
_FEWER = lazy("下降|减少|降低|降幅|减幅|缩短|压减|压降|压缩|削减|节约|节省|节支|提前|挽回|避免|追回")
_DOWN_TO = lazy("(?:降低?|下降|减少?|缩短|压减|压缩|控制)[至到在]$")
RISES = ("增长", "增加", "提高", "提升", "上升", "增幅", "增速")
_MORE = lazy("|".join(RISES))
_SAVED = lazy("(?:率|额|金额|幅度|比例|数|量|天数)$")

# Consumption may be a burden (人均用水量, 药占比), or something that was to be provided.
_CONSUMED = lazy(r"(?:(?<![利应采录引])用量|(?:消耗|[用耗取][水电能气油煤热])量|使用强度|(?:药|药品|耗材?)占比)$")
_GAP = lazy("间隔(?:时间|时长|天数|期)?$")

# A time before something: 春节前10日 may mean at least or at most ten days before.
_AHEAD_OF = lazy("(?:[节会汛期假始季]|开学)前|(?<![提目])前$")

# Durations: how long a task takes (shorter is better), and how long something lasts (longer is better).
_TIME_LAST = lazy("(?:时间|时长|时限|时效|用时|耗时|时数|天数|日数|小时数|分钟数|月数|工期|周期|期限|住院日)$")
_TIME_COUNTED = ("天数", "日数", "小时数", "分钟数", "住院日")
_LIMITS = ("时限", "周期", "时效", "工期", "用时", "耗时", "住院日")
_TAKEN = lazy("(?:工期|用时|耗时|住院日|住院天数)$")
_TASKS = (
    "响应", "办结", "办理", "处理", "处置", "审批", "审核", "审查", "受理", "答复", "回复", "等待", "等候", "排队",
    "候诊", "到达", "到场", "出动", "修复", "恢复", "抢修", "拨付", "支付", "兑付", "发放", "交付", "交货", "供货",
    "到货", "送达", "反馈", "完成", "竣工", "完工", "开工", "验收", "建成", "上线", "到位", "启动", "施工", "建设",
    "采购", "生产", "滞留", "办证", "出具", "救援", "周转", "通关",
)  # fmt: skip
_LASTING = (
    "服务", "培训", "开放", "志愿", "运行", "运转", "运营", "播出", "播放", "宣传", "授课", "学习", "教学", "实习",
    "实训", "值班", "值守", "巡查", "巡逻", "锻炼", "活动", "演出", "展览", "展出", "开展", "营业", "供电", "供水",
    "供气", "供暖", "供热", "保障", "使用", "飞行", "工作", "在岗", "出勤", "驻村", "续航", "直播", "阅读", "质保",
    "保修", "管护", "养护", "保存", "存储", "在线", "监测", "观测", "优良", "达标", "正常", "连续", "稳定",
    "无故障",
)  # fmt: skip

_BRACKETS = lazy(r"\([^()]*\)")
_UNIT_LAST = lazy(r"\((?:单位:)?([^()]{1,5})\)$")
_QUOTES = dict.fromkeys(map(ord, "“”\"'‘’「」≥≤<>=:,。;"))
_WHOLE_SHARE = Decimal(50)
_LONGEST = 500  # only so many last characters of a name are searched, as a hostile name could take forever


@lru_cache(maxsize=1024)
def counts_harm(words: str) -> bool:
    """True for a name that counts a harm and nothing else: 有责投诉, 安全事故起数, 审计问题."""
    name = _bare(words)
    last = _HARM_LAST.search(name) or _ILL_LAST.search(name)
    return last is not None and not (_BURDEN.search(name) or _DONE.search(name, 0, last.start()))


def is_promise(words: str) -> bool:
    """True for a rate of things done well (验收合格率), for which a target of 0 can't be meant."""
    name = _bare(words)
    return name.endswith(("率", "度")) and _REMEDIES.search(name) is not None and _HARM_WORD.search(name) is None


def is_cost(levels: str) -> bool:
    """True for the names of levels of costs (成本指标)."""
    return "成本" in unspaced(levels)


@lru_cache(maxsize=1024)
def wanted(words: str, levels: str, unit: str | None, value: Decimal | None) -> Direction | None:
    """The direction told by the words around a figure without a sign; ``either`` where it is truly doubtful.

    None where they don't tell, so that more is better, as usual.  ``words`` is the indicator's name, ``levels`` are the
    names of its levels; ``unit`` and ``value`` are the figure's, None where it has none.
    """
    name = _bare(words)
    unit = unit or unit_behind(words)
    over, _, under = (unit or "").partition("/")
    if over in TIMES and under not in TIMES:  # 7天/期, but 8小时/天
        unit = over
    if is_cost(levels):
        if _FEWER.search(name) is None:
            most = unit == "%" and value is not None and value >= _WHOLE_SHARE
            return "higher" if most and is_promise(words) and not _OF_COST.search(name) else "lower"
        return "higher" if _SAVED.search(name) else "either"
    if unit in TIMES and _AHEAD_OF.search(name):
        return "either"
    if _DOWN_TO.search(name):
        return "lower"
    if _FEWER.search(name):
        return "higher"
    if _GAP.search(name):
        return "higher" if _HARM_WORD.search(name) else "either"  # 平均故障间隔时间; 发车间隔
    found = _of_time(name, levels, unit) or _of_harm(name) or _of_money(name, unit)
    found = found or ("either" if _CONSUMED.search(name) else None)
    if found == "lower" and unit == "%" and value is not None and value >= _WHOLE_SHARE:
        return "either"  # 安全事故 100% must mean that there was none, or that all were dealt with
    return found


def _bare(words: str) -> str:
    """The words without brackets, quotation marks and spaces."""
    text = _BRACKETS.sub("", squeeze(words)).translate(_QUOTES)
    return text.replace("安全生产", "安全运行")[-_LONGEST:]  # 生产 is a task, but not in 安全生产


def unit_behind(words: str) -> str | None:
    """The unit in brackets that ends a name: 平均响应时间（分钟）, 培训人数（单位：人）."""
    inside = _UNIT_LAST.search(squeeze(words))
    return normalize_unit(inside[1]) if inside else None


def _of_harm(name: str) -> Direction | None:
    if _BURDEN.search(name):
        return "lower"
    last = _HARM_LAST.search(name)
    if last is None and _HARM_WORD.search(name) is None:
        return None
    if _FREE_OF.search(name):
        return "higher"
    if last is None:
        remedied = not _KEPT_DOWN.search(name) and _REMEDIES.search(_HARM_WORD.sub(" ", name))
        return "higher" if remedied else "either"
    rate = _RATE_LAST.search(name) is not None
    # 查处各类违法案件数 counts what was done, but 业务处理差错率 is still a rate of harm.
    done = not rate and _DONE.search(name, 0, last.start())
    work = not rate and not _WORSE.search(name)
    return "either" if done or work or _MORE.search(name) else "lower"


def _of_money(name: str, unit: str | None) -> Direction | None:
    if _KEPT_TO.search(name):
        return "lower"
    if _SPENT_RATE.search(name) and not _GIVEN.search(name):
        return "lower" if _OVERHEAD.search(name) else "either"
    money, limited = unit is None or "元" in unit, _LIMITED.search(name)
    if limited and (money or unit == "%"):
        return "lower" if money and not limited["rate"] else "either"
    if not money:
        return None
    if _PRICE.search(name):
        return "either" if "售" in name or "收" in name else "lower"
    if not _SPENT.search(name) or _GIVEN.search(name):
        return None
    return "lower" if _OVERHEAD.search(name) else "either"


def _of_time(name: str, levels: str, unit: str | None) -> Direction | None:
    last = _TIME_LAST.search(name)
    timely = "时效" in levels and unit in TIMES
    if (last is None and not timely) or not (unit is None or unit in TIMES) or _HARM_LAST.search(name):
        return None  # 故障时长 is a harm
    ending = last[0] if last else ""
    task, lasting = (max(name.rfind(word) for word in words) for words in (_TASKS, _LASTING))
    if lasting > task and ending not in _LIMITS:
        return "higher" if task < 0 else "either"
    taken = _TAKEN.search(name) is not None or (ending == "时限" and lasting < 0)
    # Without a unit 100 may also mean 100%; and 发放月数 counts months that were paid, not a duration.
    certain = ending in _TIME_COUNTED or (unit is not None and ending != "月数")
    return "lower" if certain and (taken or task > lasting) else "either"
