"""Words against words: what no reader doubts is decided, all else stays with the unit."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest

from selfeval_xl.model import Entry, Indicator, IndicatorScore
from selfeval_xl.quantity import read
from selfeval_xl.rules import load
from selfeval_xl.scoring import score_indicator

RULES = load("mof-2020")
TEN = Entry("10", Decimal(10))


def row(
    name: str, target: str, actual: str, claimed: str = "10", by_words: bool = True, op: str | None = None
) -> Indicator:
    return Indicator(
        level1=Entry("产出指标"), level2=Entry("质量指标"), name=Entry(name), target=Entry(target), actual=Entry(actual),
        weight=TEN, claimed_score=Entry(claimed, Decimal(claimed)), target_read=read(target, op=op, year=2024, name=name), op=Entry(op or ""),
        actual_read=read(actual, role="actual", year=2024, name=name), by_words=by_words,
    )  # fmt: skip


def verdict(one: Indicator) -> str:
    found = score_indicator(one, RULES)
    return "missed" if found.failed else found.status


@pytest.mark.parametrize(
    ("name", "target", "actual", "said"),
    [
        # said again, with something beside it
        ("资金使用", "合规", "合规，审计未发现违规问题", "met"), ("服务能力", "持续提升", "新增项目2个，服务能力持续提升", "met"),
        ("发放时间", "春节前", "春节前全部慰问到位", "met"), ("预算公开", "及时", "及时公开", "met"), ("水质", "达到一级A标准", "稳定达到一级A标准", "met"),
        ("热线", "7×24小时", "7×24小时", "met"), ("覆盖率", "全覆盖", "全覆盖", "met"), ("混凝土强度", "C30", "C30", "met"), ("挂图", "3套×12幅", "3套×12幅", "met"), ("抽检", "合格", "抽检12批，全部合格", "met"),
        ("服务能力", "持续提升", "持续提升", "undecided"), ("居民获得感", "有效提升", "参与度有效提升", "undecided"), ("群众满意度", "提升", "群众投诉提升", "undecided"),
        ("制度", "健全", "机制较健全", "undecided"), ("制度", "健全", "基本健全，已印发办法", "undecided"), ("报送", "及时", "及时，但11月延迟", "undecided"),
        ("满意度", "提升", "提升空间较大", "undecided"), ("满意度", "持续提升", "将持续提升", "undecided"), ("食品安全", "安全", "安全事故2起", "undecided"),
        ("挂图", "3套×12幅", "3套×11幅", "undecided"), ("设备", "2台或3台", "2台或3台", "undecided"), ("电压", "≥220V", "≥220V", "undecided"),
        ("图书", "30O册", "30O册", "undecided"), ("景区", "二星级以上", "二星级以上", "undecided"), ("水质", "Ⅲ类", "Ⅲ类以上", "met"),
        ("支付", "及时", "及时组织了全部项目验收", "undecided"), ("拨付", "及时", "工资及时发放", "undecided"), ("评审", "优秀", "！", "undecided"), ("评审", "！", "合格", "undecided"),
        # yes and no
        ("是否超概算", "否", "否", "met"), ("是否超概算", "否", "是", "missed"), ("是否超概算", "否", "未超概算", "met"), ("是否验收", "是", "是", "met"), ("是否验收", "是", "否", "missed"),
        ("是否逾期", "是否逾期", "否", "undecided"), ("是否验收", "是/否", "否", "undecided"), ("是否逾期", "不逾期", "否", "undecided"),
        # done to the very thing that the indicator is about
        ("1.设备采购", "完成", "已按期完成设备采购", "met"), ("建立长效机制", "建立", "已建立长效机制，印发办法1项", "met"), ("验收", "通过", "已通过验收", "met"),
        ("设备采购", "完成", "已完成设备采购招标", "undecided"), ("一期、二期建设", "完成", "已完成二期建设", "undecided"), ("验收", "通过", "已通过初步验收", "undecided"),
        ("服务能力", "提升", "已提升服务能力", "undecided"), ("设备采购", "完成", "基本完成设备采购", "undecided"), ("规划编制", "完成", "未完成规划编制", "missed"),
        ("设备采购", "完成", "已完成设备采购工作", "met"), ("设备采购", "完成", "已完成设备采购任务", "met"), ("完成率", "完成", "完成率", "undecided"),
        # denied
        ("拨付", "及时", "未及时拨付", "missed"), ("水质", "达到国家标准", "未达到国家标准", "missed"), ("服务能力", "持续提升", "服务能力未持续提升", "missed"),
        ("报送", "及时", "未发现不及时情况", "undecided"), ("检验", "合格", "不合格产品3批已下架", "undecided"), ("发放", "春节前", "春节后发放", "undecided"),
        ("检验", "合格", "不合格产品均已下架", "undecided"), ("检验", "合格", "清退不合格企业", "undecided"), ("拨付", "及时", "不及时率为零", "undecided"),
        # a change
        ("能耗", "同比下降", "同比下降2.1%", "met"), ("近视率", "逐年下降", "由52.6%降至51.8%", "met"), ("近视率", "逐年下降", " 由51.8%升至52.6%", "missed"),
        ("粮食产量", "不低于上年", "较上年下降1%", "missed"), ("粮食产量", "不低于上年", "与上年持平", "met"), ("能耗", "不高于上年", "较上年增加3%", "missed"),
        ("粮食产量", "稳步提高", "补助标准提高6%", "undecided"), ("收入", "明显提高", "提高2%", "undecided"), ("投诉量下降率", "有所提升", "下降2%", "undecided"),
        ("农药用量", "负增长", "-1.2%", "met"), ("人均收入", "正增长", "-2.1%", "missed"), ("刑事发案", "同比下降", "同比-6.3%", "met"), ("刑事发案", "同比下降", "6.3%", "undecided"),
        ("粮食产量", "逐年提高", "与上年持平", "undecided"), ("能耗下降率", "正增长", "2%", "undecided"), ("人均收入增长率", "正增长", "2.1%", "met"), ("人均收入增长率", "稳步提高", "提高2%", "undecided"),
        ("人均收入", "正增长", "-1%~2%", "undecided"), ("人均收入", "正增长", "0%", "undecided"), ("人均收入", "正增长", "-200元", "undecided"), ("能耗", "同比下降", "下降-2%", "undecided"), ("近视率", "逐年下降", "降至51.8%", "undecided"),
        # a rank
        ("考核", "全省前三", "全省第二", "met"), ("考核", "前三名", "第五名", "missed"), ("考核", "全市前三", "第二", "met"), ("工程", "质量第一", "质量第一", "undecided"),
        # a harm
        ("事故", "无重大安全事故", "未发生安全事故", "met"), ("事故", "无安全事故", "未发生重大安全事故", "undecided"), ("舆情事件", "不发生", "未发生", "met"),
        ("投诉", "无投诉", "0起", "met"), ("投诉", "无投诉", "2起", "missed"), ("投诉", "无投诉", "投诉1起，经核查不属实", "undecided"), ("投诉", "0起", "1起，经核查不属实", "undecided"), ("投诉", "0起", "1起，已办结", "missed"), ("投诉", "无投诉", "收到投诉2起，均已办结", "missed"), ("事故", "无重大事故", "发生一般事故1起", "undecided"),
        ("网络", "无线网络覆盖", "0", "undecided"), ("债务风险", "不发生", "未发生债务逾期", "undecided"),
        ("安全事故", "不发生", "未发生安全事故", "met"), ("安全事故", "无重大伤亡", "未发生安全事故", "undecided"), ("投诉", "不发生", "2起", "missed"), ("投诉", "无投诉", "0-1起", "undecided"),
        ("投诉", "无投诉", "约2起", "undecided"), ("投诉", "无投诉", "-2起", "undecided"), ("投诉", "无投诉", "投诉2%", "undecided"), ("投诉", "无投诉", "12345热线投诉2起", "undecided"),
        # money without a figure
        ("办案经费", "控制在预算内", "支出210万元，未超预算", "met"), ("办案经费", "不超预算", "超支2%", "missed"),
        # a grade
        ("水质", "Ⅲ类及以上", "Ⅱ类", "met"), ("水质", "不劣于Ⅲ类", "Ⅱ类", "met"), ("水质", "达到Ⅲ类", "劣Ⅴ类", "missed"), ("评审", "良好及以上", "优秀", "met"), ("评审", "优秀", "良好", "missed"),
        ("评审", "优", "优良", "undecided"), ("信用", "AA级", "AAA级", "met"), ("信用", "A级", "B级", "missed"), ("信用", "AAA级", "B级", "undecided"), ("评审", "良好", "（优秀）", "met"),
        ("满意度", "基本满意以上", "满意", "met"), ("满意度", "非常满意", "满意", "undecided"), ("满意度", "满意", "不满意", "missed"),
        # the day of each month
        ("发放", "每月20日前", "每月18日前完成发放", "met"), ("发放", "每月20日前", "每月22日", "missed"), ("报送", "次月15日前", "次月12日", "met"),
        ("发放", "每月10日前", "每月15日前", "undecided"), ("发放", "每月10日前", "每月5日-12日", "undecided"), ("发放", "每月10日前", "次月8日", "undecided"),
        ("发放", "每月20日前", "每个月18日", "met"), ("发放", "每个月20日前", "每月18日", "met"), ("发放", "每月20日", "每月18日", "undecided"), ("发放", "每月20日前", "每月18日力争发放", "undecided"),
        ("发放", "每月20日前完成上月工资发放", "每月18日", "undecided"), ("发放", "每月20日前基本发放", "每月18日", "undecided"),
    ],
)  # fmt: skip
def test_only_what_nobody_doubts_is_decided(name: str, target: str, actual: str, said: str) -> None:
    assert verdict(row(name, target, actual)) == said


@pytest.mark.parametrize(
    ("target", "actual", "said"),
    [("12月底前", "12月15日", "met"), ("12月底前", "次年1月15日", "missed"), ("上半年", "7月", "missed"), ("2024年10月", "10月", "met"),
     ("5月10日前", "5月", "undecided"), ("12月底前", "有序推进", "undecided"), ("12月底前", "未按时完成", "missed"), ("每年12月底前", "次年12月", "undecided")],
)  # fmt: skip
def test_a_deadline_that_is_called_words_is_one_all_the_same(target: str, actual: str, said: str) -> None:
    assert verdict(row("完成时间", target, actual, op="定性")) == said
    assert verdict(row("完成时间", target, actual, op="定性", by_words=False)) in ("undecided", "missed")


@pytest.mark.parametrize(
    ("target", "actual", "said"),
    [("12月底前", "预计12月底完成", "undecided"), ("12月底前", "力争2024年12月底前完成", "undecided"), ("12月底前", "12月仍未完成", "undecided"), ("6月左右", "7月", "undecided"),
     ("2024年8月前后", "9月", "undecided"), ("12月底前", "按计划于12月20日完成", "met"), ("12月底前", "12月15日完成验收，尾款预计2025年支付", "met"), ("12月底前", "12月1日完成，未超预算", "met")],
)  # fmt: skip
@pytest.mark.parametrize("op", ["定性", None])
def test_a_day_on_which_it_was_not_done_or_is_to_be_done_is_no_answer(target: str, actual: str, said: str, op: str | None) -> None:
    assert verdict(row("完成时间", target, actual, op=op)) == said


def test_what_was_surely_missed_can_not_have_full_marks_and_any_other_score_is_the_units() -> None:
    late = row("拨付", "及时", "未及时拨付")
    assert score_indicator(late, RULES) == IndicatorScore("undecided", short=True)
    marked_down = score_indicator(row("拨付", "及时", "未及时拨付", "7"), RULES)
    assert marked_down == IndicatorScore("undecided", Decimal("7.00"), short=True)


def test_a_unit_that_marks_itself_down_is_not_told_that_it_reached_its_target() -> None:
    assert verdict(row("资金使用", "合规", "合规，审计未发现违规问题", "7")) == "undecided"


def test_a_workbook_of_ours_goes_by_its_states_as_its_formulas_do() -> None:
    assert verdict(row("发放", "每月20日前", "每月18日", by_words=False)) == "undecided"
    assert verdict(row("挂图", "3套×12幅", "3套×12幅", by_words=False)) == "undecided"


@pytest.mark.parametrize(
    ("name", "target", "actual"),
    [("评审", "良好及以上", "达到" * 26 + "甲"), ("健全制度" * 4000, "健全", "甲健全，" * 4000), ("破损" * 3000 + "甲", "2次", "2次")],
)
def test_a_long_text_takes_no_long_time(name: str, target: str, actual: str) -> None:
    started = time.process_time()
    assert verdict(row(name, target, actual)) in ("undecided", "met")
    assert time.process_time() - started < 2
