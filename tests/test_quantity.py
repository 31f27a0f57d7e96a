"""Figures as real tables write them: what is read, what is left alone, and what is never guessed."""

from __future__ import annotations

import datetime
import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selfeval_xl.quantity import (
    Quantity,
    comparable,
    convert,
    figures,
    normalize_unit,
    read,
    reading,
    signs,
    single,
    units,
    words,
)
from selfeval_xl.quantity import text as spelling

D = Decimal


def seen(quantity: Quantity) -> dict[str, Any]:
    """What differs from an empty reading, without the text."""
    plain = Quantity("", quantity.kind)
    names = [name for name in Quantity._fields if name not in ("text", "kind", "parts", "label", "inferred")]
    return {name: getattr(quantity, name) for name in names if getattr(quantity, name) != getattr(plain, name)}


def n(value: str, unit: str | None = None, op: str | None = None, bound: str | None = None) -> dict[str, Any]:
    found = {"op": op, "value": D(value), "unit": unit, "bound": bound}
    return {key: one for key, one in found.items() if one is not None}


# text, op (None: inferred ≥), value, unit, bound
TARGETS = [
    ("≥10 个", ">=", "10", "个", None),
    ("≤40DDDs", "<=", "40", "DDDs", None),
    ("≥3pcs", ">=", "3", "pcs", None),
    ("≤90min", "<=", "90", "分钟", None),
    ("≥1000 人次", ">=", "1000", "人次", None),
    ("≥100.67 万元", ">=", "100.67", "万元", None),
    (">=530元/人*月", ">=", "530", "元/人·月", None),
    ("≥530元/人·月", ">=", "530", "元/人·月", None),
    ("≥530元/人/月", ">=", "530", "元/人·月", None),
    ("≥530元/(人·月)", ">=", "530", "元/人·月", None),
    ("≥530元/（人·月）（含社保）", ">=", "530", "元/人·月", None),
    ("每人每月530元", None, "530", "元/人·月", None),
    ("260元/车·年", None, "260", "元/车·年", None),
    ("4次/点/年", None, "4", "次/点·年", None),
    ("不低于每人每月530元", ">=", "530", "元/人·月", None),
    ("＞＝95％", ">=", "95", "%", None),
    ("≧95%", ">=", "95", "%", None),
    ("⩾95%", ">=", "95", "%", None),
    ("=>95%", ">=", "95", "%", None),
    ("≦5%", "<=", "5", "%", None),
    ("<=5%", "<=", "5", "%", None),
    ("＜５％", "<", "5", "%", None),
    ("＝100%", "=", "100", "%", None),
    ("＞90%", ">", "90", "%", None),
    ("≥ 95 %", ">=", "95", "%", None),
    ("≥95(%)", ">=", "95", "%", None),
    ("≥１０个", ">=", "10", "个", None),
    ("不低于95%", ">=", "95", "%", None),
    ("不少于7个工作日", ">=", "7", "工作日", None),
    ("不得低于95%", ">=", "95", "%", None),
    ("不小于3年", ">=", "3", "年", None),
    ("至少3次", ">=", "3", "次", None),
    ("90%以上", ">=", "90", "%", None),
    ("90%及以上", ">=", "90", "%", None),
    ("90%（含）以上", ">=", "90", "%", None),
    ("90%（及以上）", ">=", "90", "%", None),
    ("3次或以上", ">=", "3", "次", None),
    ("3次或者以上", ">=", "3", "次", None),
    ("三次或以上", ">=", "3", "次", None),
    ("5次或更多", ">=", "5", "次", None),
    ("达到或超过95%", ">=", "95", "%", None),
    ("不低于或等于95%", ">=", "95", "%", None),
    ("高于或等于95%", ">=", "95", "%", None),
    ("等于或小于5%", "<=", "5", "%", None),
    ("不超过或等于5%", "<=", "5", "%", None),
    ("线上或线下培训100人", None, "100", "人", None),
    ("达到95%以上", ">=", "95", "%", None),
    ("满意度达90%以上", ">=", "90", "%", None),
    ("不低于95%以上", ">=", "95", "%", None),
    ("180名辅警以上", ">=", "180", "名", None),
    ("不超过100万元", "<=", "100", "万元", None),
    ("不得超过5%", "<=", "5", "%", None),
    ("不超5%", "<=", "5", "%", None),
    ("不高于市场均价500元/吨", "<=", "500", "元/吨", None),
    ("不多于3次", "<=", "3", "次", None),
    ("最多2次", "<=", "2", "次", None),
    ("15日以内", "<=", "15", "日", None),
    ("15个工作日内", "<=", "15", "工作日", None),
    ("30天内完成", "<=", "30", "天", None),
    ("5%以下", "<=", "5", "%", None),
    ("控制在5%以内", "<=", "5", "%", None),
    ("控制在100万元内", "<=", "100", "万元", None),
    ("成本控制在 5.6 万元以内", "<=", "5.6", "万元", None),
    ("超过95%", ">", "95", "%", None),
    ("高于95%", ">", "95", "%", None),
    ("大于等于95%", ">=", "95", "%", None),
    ("小于等于3小时", "<=", "3", "小时", None),
    ("小于3%", "<", "3", "%", None),
    ("等于100%", "=", "100", "%", None),
    ("超5000人次", ">", "5000", "人次", "above"),
    ("≤0.52吨标准煤/万元", "<=", "0.52", "吨标准煤/万元", None),
    ("≤0.3吨/亿元", "<=", "0.3", "吨/亿元", None),
    ("≥12件/万人", ">=", "12", "件/万人", None),
    ("≥12件/万人口", ">=", "12", "件/万人", None),
    ("≥7张/千人", ">=", "7", "张/千人", None),
    ("≤12人/10万人", "<=", "12", "人/10万人", None),
    ("≤12/10万", "<=", "12", "/10万", None),
    ("12.5/10万人", None, "12.5", "/10万", None),
    ("控制在110/万以内", "<=", "110", "‱", None),
    ("98.6/万人口", None, "98.6", "‱", None),
    ("8.5升/百公里", None, "8.5", "升/百公里", None),
    ("≤18:1", "<=", "18", ":1", None),
    ("不高于15：1", "<=", "15", ":1", None),
    ("1∶1", None, "1", ":1", None),
    ("≥1:1.2", ">=", "1.2", "1:", None),
    ("1:15", None, "15", "1:", None),
    ("增长率-5%", None, "-5", "%", None),
    ("人均产值-5%", None, "-5", "%", None),
    ("30猕猴桃", None, "30", "猕猴桃", None),
    ("100%", None, "100", "%", None),
    ("40 课时", None, "40", "课时", None),
    ("80 家", None, "80", "家", None),
    ("95", None, "95", None, None),
    ("95分", None, "95", "分", None),
    ("1.5倍", None, "1.5", "倍", None),
    ("5‰", None, "5", "‰", None),
    ("3个百分点", None, "3", "百分点", None),
    ("500㎡", None, "500", "㎡", None),
    ("500m²", None, "500", "㎡", None),
    ("500m2", None, "500", "㎡", None),
    ("500平方米", None, "500", "平方米", None),
    ("3.2万平方米", None, "32000", "平方米", None),
    ("1200立方米", None, "1200", "立方米", None),
    ("≥12.5m³/s", ">=", "12.5", "m³/s", None),
    ("12.5m3/s", None, "12.5", "m³/s", None),
    ("10万m³/d", None, "100000", "m³/d", None),
    ("≤0.1μSv/h", "<=", "0.1", "μSv/h", None),
    ("≥3.5万kWp", ">=", "35000", "kWp", None),
    ("≤1/1000", "<=", "1", "‰", None),
    ("2/10000以内", "<=", "2", "‱", None),
    ("≥3次/日·泊位", ">=", "3", "次/日·泊位", None),
    ("150家次", None, "150", "家次", None),
    ("不超过第24日", "<=", "24", "日", None),
    ("≤1.8吨/百海里", "<=", "1.8", "吨/百海里", None),
    ("≤12元/亩次", "<=", "12", "元/亩次", None),
    ("≤420元/床日", "<=", "420", "元/床日", None),
    ("9600人时", None, "9600", "人·时", None),
    ("≥12.8万标箱", ">=", "128000", "标箱", None),
    ("3.5亿人公里", None, "350000000", "人公里", None),
    ("15 km", None, "15", "km", None),
    ("100 kg", None, "100", "kg", None),
    ("3千米", None, "3", "千米", None),
    ("5千克", None, "5", "千克", None),
    ("5千人", None, "5000", "人", None),
    ("3百户", None, "300", "户", None),
    ("3750元/人", None, "3750", "元/人", None),
    ("1600元/亩", None, "1600", "元/亩", None),
    ("5万元/个", None, "5", "万元/个", None),
    ("12元/㎡", None, "12", "元/㎡", None),
    ("2次/月", None, "2", "次/月", None),
    ("35微克/立方米", None, "35", "微克/立方米", None),
    ("1.2万人次", None, "12000", "人次", None),
    ("18.49万件", None, "184900", "件", None),
    ("2.6亿元", None, "2.6", "亿元", None),
    ("2亿人次", None, "200000000", "人次", None),
    ("300万", None, "3000000", None, None),
    ("500美元", None, "500", "美元", None),
    ("3万美元", None, "3", "万美元", None),
    ("¥5000", None, "5000", "元", None),
    ("1,415.43", None, "1415.43", None, None),
    ("50,000.00元", None, "50000.00", "元", None),
    ("10，000人", None, "10000", "人", None),
    ("1,234,567", None, "1234567", None, None),
    ("约350名", None, "350", "名", "about"),
    ("大约350名", None, "350", "名", "about"),
    ("≈350名", None, "350", "名", "about"),
    ("350名左右", None, "350", "名", "about"),
    ("近300家", None, "300", "家", "below"),
    ("将近300家", None, "300", "家", "below"),
    ("接近300家", None, "300", "家", "below"),
    ("不足300家", None, "300", "家", "below"),
    ("300余场（次）", None, "300", "场次", "above"),
    ("812万余元", None, "812", "万元", "above"),
    ("22万多人次", None, "220000", "人次", "above"),
    ("300多家", None, "300", "家", "above"),
    ("1000+人次", None, "1000", "人次", "above"),
    ("4万人（次）", None, "40000", "人次", None),
    ("30分钟到场率≥95%", ">=", "95", "%", None),
    ("5个工作日内办结率不低于98%", ">=", "98", "%", None),
    ("10（个）", None, "10", "个", None),
    ("20台（套）", None, "20", "台套", None),
    ("预计慰问费用约 232000 元", None, "232000", "元", "about"),
    ("预计组织约 46 名劳模", None, "46", "名", "about"),
    ("计划新增基层工会 80 家", None, "80", "家", None),
    ("覆盖全区企事业单位 200 家", None, "200", "家", None),
    ("180名辅警", None, "180", "名", None),
    ("完善4个警务平台", None, "4", "个", None),
    ("12个人", None, "12", "人", None),
    ("3个人工智能项目", None, "3", "个", None),
    ("20标段", None, "20", "标段", None),
    ("5部门", None, "5", "部门", None),
    ("节约10万元", None, "10", "万元", None),
    ("预约100人次", None, "100", "人次", None),
    ("附近3处", None, "3", "处", None),
    ("目前3家", None, "3", "家", None),
    ("提前3天", None, "3", "天", None),
    ("增长率≥-3%", ">=", "-3", "%", None),
    ("-3%", None, "-3", "%", None),
    ("+5%", None, "+5", "%", None),
    ("下降5%以上", ">=", "5", "%", None),
    ("较上年增长5%", None, "5", "%", None),
    ("维保期≥3年", ">=", "3", "年", None),
    ("期限≥20年", ">=", "20", "年", None),
    ("3个月", None, "3", "月", None),
    ("≥12月", ">=", "12", "月", None),
    ("2小时内", "<=", "2", "小时", None),
    ("24小时内", "<=", "24", "小时", None),
    ("24小时", None, "24", "小时", None),
    ("百分之百", None, "100", "%", None),
    ("百分之九十五以上", ">=", "95", "%", None),
    ("98.5℅", None, "98.5", "%", None),
    ("300种次", None, "300", "种次", None),
    ("≥1200kVA", ">=", "1200", "kVA", None),
    ("42.5万标准箱", None, "425000", "标箱", None),
    ("百分之95", None, "95", "%", None),
    ("三次", None, "3", "次", None),
    ("三周", None, "3", "周", None),
    ("四十五分钟", None, "45", "分钟", None),
    ("两场", None, "2", "场", None),
    ("十二个月", None, "12", "月", None),
    ("不少于三次", ">=", "3", "次", None),
    ("一百二十户", None, "120", "户", None),
    ("两万元", None, "20000", "元", None),
    ("培训2024年新录用公务员50人", None, "50", "人", None),
    ("《2024年度报告》3份", None, "3", "份", None),
    ("落实粤府办〔2024〕6号文件，补助50人", None, "50", "人", None),
    ("1.完成培训3场", None, "3", "场", None),
    ("（1）完成培训3场", None, "3", "场", None),
    ("①完成培训3场", None, "3", "场", None),
    ("指标1：≥10个", ">=", "10", "个", None),
    ("PM2.5浓度≤35微克/立方米", "<=", "35", "微克/立方米", None),
    ("K0+000至K8+600共8.6公里", None, "8.6", "公里", None),
    ("AK0+120至AK1+320.5匝道1.2公里", None, "1.2", "公里", None),
    ("5G基站100个", None, "100", "个", None),
    ("4A级景区2家", None, "2", "家", None),
    ("12345热线办结率≥98%", ">=", "98", "%", None),
    ("60岁以上老人覆盖率100%", None, "100", "%", None),
    ("人均预期寿命≥78岁", ">=", "78", "岁", None),
    ("第3批项目10个", None, "10", "个", None),
    ("110千伏线路12公里", None, "12", "公里", None),
    ("2024年12月31日前完成5个项目", None, "5", "个", None),
    ("实现100%全覆盖", None, "100", "%", None),
    ("前10名", "<=", "10", "名次", None),
    ("排名前20%", "<=", "20", "%", None),
    ("满意度：≥90%", ">=", "90", "%", None),
    ("≥10\n个", ">=", "10", "个", None),
    ("≥98.\n5%", ">=", "98.5", "%", None),
    ("≥1,\n280.50万元", ">=", "1280.50", "万元", None),
    ("≤12,350\n.5元", "<=", "12350.5", "元", None),
    ("≥95%。", ">=", "95", "%", None),
    ("0.00", "<=", "0.00", None, None),
    ("0", "<=", "0", None, None),
    ("0起", "<=", "0", "起", None),
    ("0 件", "<=", "0", "件", None),
    ("≥0", ">=", "0", None, None),
    ("=0", "=", "0", None, None),
    ("零投诉", "<=", "0", None, None),
    ("0事故", "<=", "0", None, None),
    ("100人天", None, "100", "人·天", None),
    ("40人次（其中女性20人次）", None, "40", "人次", None),
    ("共4场，其中线上3场", None, "4", "场", None),
    ("98%（49/50）", None, "98", "%", None),
    ("≥1户", ">=", "1", "户", None),
    ("8个班次", None, "8", "班次", None),
    ("第3名", "<=", "3", "名次", None),
    ("全省前3", "<=", "3", "名次", None),
    ("全省排名第2", "<=", "2", "名次", None),
    ("十项", None, "10", "项", None),
    ("十余次", None, "10", "次", "above"),
    ("千分之五", None, "5", "‰", None),
    ("≤万分之一", "<=", "1", "‱", None),
    ("万分之0.6", None, "0.6", "‱", None),
    ("十万分之三", None, "3", "/10万", None),
    ("≤35μg/m³", "<=", "35", "微克/m³", None),
    ("≥2500m³/d", ">=", "2500", "m³/d", None),
    ("大于95%（含）", ">=", "95", "%", None),
    ("低于5%（含5%）", "<=", "5", "%", None),
    ("＞5人（含志愿者）", ">", "5", "人", None),
    ("≥10hm²", ">=", "10", "hm2", None),
    ("50分贝", None, "50", "分贝", None),
    ("“50家”", None, "50", "家", None),
    ("计划建成5个", None, "5", "个", None),
    ("按每人每天100元标准发放", None, "100", "元/人·天", None),
    ("完成率504%", None, "504", "%", None),
    ("“零距离”服务3场", None, "3", "场", None),
    ("每月不少于1次", ">=", "1", "次/月", None),
    ("每季度开展培训2期", None, "2", "期/季度", None),
    ("每月惠及1200人", None, "1200", "人", None),
    ("≥3个/县", ">=", "3", "个/县", None),
    ("零发生", "<=", "0", None, None),
    ("一期", None, "1", "期", None),
    ("两批", None, "2", "批", None),
    ("1个半月", None, "1.5", "月", None),
    ("3个半小时以内", "<=", "3.5", "小时", None),
    ("一个半月内", "<=", "1.5", "月", None),
    ("2小时半", None, "2.5", "小时", None),
    ("不超过一年半", "<=", "1.5", "年", None),
    ("半年内", "<=", "0.5", "年", None),
    ("3个半导体项目", None, "3", "个", None),
    ("九成以上", ">=", "90", "%", None),
    ("半数以上", ">=", "50", "%", None),
    ("占比过半", ">", "50", "%", None),
    ("较上年翻一番", None, "100", "%", None),
    ("翻两番以上", ">=", "300", "%", None),
    ("近八成五", None, "85", "%", "below"),
    ("六成半", None, "65", "%", None),
    ("八成以上群众满意", ">=", "80", "%", None),
    ("≤1小时30分钟", "<=", "90", "分钟", None),
    ("13分42秒以内", "<=", "822", "秒", None),
    ("3年6个月", None, "42", "月", None),
    ("≤0.4MPa", "<=", "0.4", "MPa", None),
    ("20PFlops以上", ">=", "20", "PFlops", None),
    ("3条：1路、2路、5路", None, "3", "条", None),
    ("3场：线上2场，线下1场", None, "3", "场", None),
    ("五十六台次", None, "56", "台次", None),
    ("万分之五", None, "5", "‱", None),
    ("四分之三以上", ">=", "75", "%", None),
    ("三分之二", None, "66.6667", "%", None),
    ("4/5以上", ">=", "80", "%", None),
    ("≥2/3", ">=", "66.6667", "%", None),
    ("≥1 200人", ">=", "1200", "人", None),
    ("1\u2009200.50万元", None, "1200.50", "万元", None),
    ("≥12\xa0000 人次", ">=", "12000", "人次", None),
    ("一亿零五万人次", None, "100050000", "人次", None),
    ("9成以上", ">=", "90", "%", None),
    ("不低于8成5", ">=", "85", "%", None),
    ("≥9.5成", ">=", "95", "%", None),
    ("“最多跑一次”事项占比98%", None, "98", "%", None),
    ("最低生活保障1200人", None, "1200", "人", None),
    ("最低每人每月530元", ">=", "530", "元/人·月", None),
    ("最高限价500万元", "<=", "500", "万元", None),
    ("整治3处内涝点", None, "3", "处", None),
    ("开通3条市内公交线路", None, "3", "条", None),
    ("控制在5%的幅度内", "<=", "5", "%", None),
    ("帮扶12名科级以下干部", None, "12", "名", None),
    ("关键技术突破3项", None, "3", "项", None),
    ("1080P高清探头50个", None, "50", "个", None),
    ("1:0.4", None, "0.4", "1:", None),
]


@pytest.mark.parametrize(("text", "op", "value", "unit", "bound"), TARGETS, ids=[row[0] for row in TARGETS])
def test_number(text: str, op: str | None, value: str, unit: str | None, bound: str | None) -> None:
    quantity = read(text)
    zero = op == "<=" and text[0] in "0零"
    assert quantity.kind == "number"
    assert seen(quantity) == n(value, unit, op or ">=", bound)
    assert quantity.inferred == (op is None or zero)


ACTUALS = [
    ("11 个", None, "11", "个", None),
    ("95.6%，高于目标5.6个百分点", None, "95.6", "%", None),
    ("36场（比计划多6场）", None, "36", "场", None),
    ("计划50家，实际252家", None, "252", "家", None),
    ("年初计划培训30人，全年实际培训32人", None, "32", "人", None),
    ("实际完成252家，超额完成202家", None, "252", "家", None),
    ("高于目标5个百分点", ">", "5", "百分点", None),
    ("2023年12月（共3批）", None, "3", "批", None),
    ("100%", None, "100", "%", None),
    ("≥80%", ">=", "80", "%", None),
    ("不低于80%", ">=", "80", "%", None),
    ("高于80%", ">", "80", "%", None),
    ("=100%", "=", "100", "%", None),
    ("90%以上", None, "90", "%", "above"),
    ("3%以内", None, "3", "%", "below"),
    ("5个工作日内", None, "5", "工作日", "below"),
    ("超过5000人次", None, "5000", "人次", "above"),
    ("突破5000人次", None, "5000", "人次", "above"),
    ("超5000人次", None, "5000", "人次", "above"),
    ("近300家", None, "300", "家", "below"),
    ("300余家", None, "300", "家", "above"),
    ("0", None, "0", None, None),
    ("0.00", None, "0.00", None, None),
    ("实际使用慰问费用 230500 元", None, "230500", "元", None),
    ("实际组织 37 名劳模外出疗养", None, "37", "名", None),
    ("实际新增基层工会 245 家", None, "245", "家", None),
    ("已完成100%", None, "100", "%", None),
    ("无投诉", None, "0", None, None),
    ("全年未发生重大安全事故", None, "0", None, None),
    ("完成252家", None, "252", "家", None),
    ("95%（因疫情取消1场）", None, "95", "%", None),
    ("0.8685", None, "0.8685", None, None),
    ("-2.82%", None, "-2.82", "%", None),
    ("由3件降至1件", None, "1", "件", None),
    ("“宣讲 ≥ 3 场”，实际完成 331 场", None, "331", "场", None),
    ("排名由第8位升至第3位", None, "3", "名次", None),
    ("上半年3次，下半年4次，共7次", None, "7", "次", None),
    ("含续助46名共计218名", None, "218", "名", None),
    ("10万+人次", None, "100000", "人次", "above"),
    ("共安排15个，完成13个，2个未完成", None, "13", "个", None),
    ("计划15个，实际完成13个，剩2个", None, "13", "个", None),
    ("10场，2场延期到明年实施，实际完成8场", None, "8", "场", None),
    ("同比-5.2%", None, "-5.2", "%", None),
    ("约1小时30分钟", None, "90", "分钟", "about"),
    ("¥3万元", None, "3", "万元", None),
    ("12篇县级及以上媒体报道", None, "12", "篇", None),
    ("20家规模以上企业", None, "20", "家", None),
    ("控制在编制人数以内，实有86人", None, "86", "人", None),
    ("合格率从上年的92%提高到95.6%", None, "95.6", "%", None),
]


@pytest.mark.parametrize(("text", "op", "value", "unit", "bound"), ACTUALS, ids=[row[0] for row in ACTUALS])
def test_actual(text: str, op: str | None, value: str, unit: str | None, bound: str | None) -> None:
    quantity = read(text, role="actual")
    assert quantity.kind == "number"
    assert seen(quantity) == n(value, unit, op, bound)
    assert not quantity.inferred


@pytest.mark.parametrize(
    ("text", "kind", "state"),
    [
        ("已完成，培训3场", "number", "reached"), ("完成（252家）", "number", "reached"), ("完成：100%", "number", "reached"),
        ("未完成，实际培训3场", "number", "missed"),
        ("达成预期指标，发布预警316条，准确率较上年提高3个百分点", "compound", "reached"),
    ],
)  # fmt: skip
def test_a_state_before_figures_is_kept(text: str, kind: str, state: str) -> None:
    quantity = read(text, role="actual")
    assert (quantity.kind, quantity.state) == (kind, state)


@pytest.mark.parametrize("text", ["±2%", "±2%以内", "控制在±2%以内", "误差±2%以内", "≤±2%"])
def test_a_spread_may_be_called_a_limit(text: str) -> None:
    quantity = read(text)
    assert (quantity.kind, quantity.value, quantity.upper, quantity.unit) == ("range", -2, 2, "%")


RANGES = [
    ("80-90", "80", "90", None),
    ("不少于10场不超过20场", "10", "20", "场"),
    ("至少5个至多8个", "5", "8", "个"),
    ("≥10场≤20场", "10", "20", "场"),
    ("80%～90%", "80", "90", "%"),
    ("80—90", "80", "90", None),
    ("80－90分", "80", "90", "分"), ("80‑90分", "80", "90", "分"), ("80–90分", "80", "90", "分"),
    ("80至90", "80", "90", None),
    ("80%-90", "80", "90", "%"),
    ("95%-100%", "95", "100", "%"),
    ("±10%", "-10", "10", "%"),
    ("误差±5%", "-5", "5", "%"),
    ("100±5", "95", "105", None),
    ("2.1万吨±5%", "19950", "22050", "吨"),
    ("95%±5%", "90", "100", "%"),
    ("3-5万元", "3", "5", "万元"),
    ("3万-5万元", "3", "5", "万元"),
    ("300元-500元", "300", "500", "元"),
    ("5000元-1万元", "5000", "10000", "元"),
    ("8千-1.2万元", "8", "12", "千元"),
    ("3000元-5万", "3000", "50000", "元"),
    ("3万元-5", "3", "5", "万元"),
    ("1-1.5万人次", "10000", "15000", "人次"),
    ("-5%～5%", "-5", "5", "%"),
    ("-5%~-3%", "-5", "-3", "%"),
    ("控制在80%-90%之间", "80", "90", "%"),
    ("2-3个月", "2", "3", "月"),
    ("≥95%且≤105%", "95", "105", "%"),
    ("1～2次", "1", "2", "次"),
    ("20-30个左右", "20", "30", "个"),
    ("90%≤满意度≤100%", "90", "100", "%"),
    ("0.2MPa-0.4MPa", "0.2", "0.4", "MPa"),
    ("20PFlops～30PFlops", "20", "30", "PFlops"),
]


@pytest.mark.parametrize(("text", "low", "high", "unit"), RANGES, ids=[row[0] for row in RANGES])
def test_range(text: str, low: str, high: str, unit: str | None) -> None:
    quantity = read(text)
    assert (quantity.kind, quantity.value, quantity.upper, quantity.unit) == ("range", D(low), D(high), unit)


DATES = [
    ("12月31日前", "2024-12-31"),
    ("12月31日", "2024-12-31"),
    ("2024年12月底前", "2024-12-31"),
    ("2021年12月完成", "2021-12-31"),
    ("2024-12-31", "2024-12-31"),
    ("2024/12/31", "2024-12-31"),
    ("2024.12.31前", "2024-12-31"),
    ("2024-12-31 00:00:00", "2024-12-31"),
    ("2024 年 6 月 30 日前", "2024-06-30"),
    ("２０２４年６月３０日", "2024-06-30"),
    ("≤2024年11月30日", "2024-11-30"),
    ("2024年2月底", "2024-02-29"),
    ("2月底前", "2024-02-29"),
    ("2023年2月", "2023-02-28"),
    ("第四季度末", "2024-12-31"),
    ("2024年第三季度", "2024-09-30"),
    ("2024年3季度末前", "2024-09-30"),
    ("第1季度", "2024-03-31"),
    ("2024年底前", "2024-12-31"),
    ("2024年年底", "2024-12-31"),
    ("2024年度内完成", "2024-12-31"),
    ("2024年完成", "2024-12-31"),
    ("2024年", "2024-12-31"),
    ("2024年上半年", "2024-06-30"),
    ("上半年", "2024-06-30"),
    ("下半年完成", "2024-12-31"),
    ("24年12月31日", "2024-12-31"),
    ("≤24年6月", "2024-06-30"),
    ("24年底前", "2024-12-31"),
    ("24年12月1日至31日", "2024-12-31"),
    ("年底前完成", "2024-12-31"),
    ("年底前", "2024-12-31"),
    ("当年底前完成", "2024-12-31"),
    ("年内完成", "2024-12-31"),
    ("1-12月", "2024-12-31"),
    ("2024年1-11月", "2024-11-30"),
    ("2024年1月-12月", "2024-12-31"),
    ("2024年3月1日至12月20日", "2024-12-20"),
    ("2024年1月1日-2025年6月30日", "2025-06-30"),
    ("12.31前", "2024-12-31"),
    ("2024.12前", "2024-12-31"),
    ("2024-12", "2024-12-31"),
    ("11月中旬", "2024-11-20"),
    ("按时完成，2024年12月", "2024-12-31"),
    ("项目于12月20日完成拨付", "2024-12-20"),
    ("12月", "2024-12-31"),
    ("次年3月底前", "2025-03-31"),
    ("次年底前完成", "2025-12-31"),
    ("下一年度第一季度末", "2025-03-31"),
    ("去年12月完成", "2023-12-31"),
    ("次年2026年3月前", "2026-03-31"),
    ("2024.12", "2024-12-31"),
    ("≤2024.9", "2024-09-30"),
    ("2024.3-2024.10", "2024-10-31"),
    ("5月20日-27日", "2024-05-27"),
    ("2024年5月20日至28日", "2024-05-28"),
    ("5月20-27日", "2024-05-27"),
    ("11月5日-12月", "2024-12-31"),
    ("11月20日（提前10天）", "2024-11-20"),
    ("11月20日完成，比计划提前10天", "2024-11-20"),
    ("12月10日（合同约定12月31日）", "2024-12-10"),
    ("十二月底前", "2024-12-31"),
    ("十一月", "2024-11-30"),
    ("三月十五日前", "2024-03-15"),
    ("20241231", "2024-12-31"),
    ("20241130前完成", "2024-11-30"),
    ("20241220通过验收", "2024-12-20"),
    ("2024年6月30完成", "2024-06-30"),
    ("7月1至9月30", "2024-09-30"),
    ("20240101-20241215", "2024-12-15"),
    ("24.12.5", "2024-12-05"),
    ("2024年12月31前", "2024-12-31"),
    ("12月31", "2024-12-31"),
]


@pytest.mark.parametrize(("text", "day"), DATES, ids=[row[0] for row in DATES])
def test_date(text: str, day: str) -> None:
    quantity = read(text, year=2024)
    assert (quantity.kind, quantity.date) == ("date", datetime.date.fromisoformat(day))
    assert (quantity.op, quantity.inferred) == ("<=", False)
    assert read(text, year=2024, role="actual").op is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024年3月15日", "2024-03-15"), ("2024年3月", "2024-03-01"), ("2024年3月底", "2024-03-21"), ("2024年3月中旬", "2024-03-11"),
        ("2024年3月下旬", "2024-03-21"), ("2024年第三季度", "2024-07-01"), ("2024年第三季度末", "2024-09-01"), ("2024年下半年", "2024-07-01"),
        ("2024年底", "2024-12-01"), ("2024年内", "2024-01-01"), ("2024年9月至12月", "2024-12-01"), ("2024-12-31 10:30", "2024-12-31"),
    ],
)  # fmt: skip
def test_the_first_day_that_a_date_may_mean(text: str, day: str) -> None:
    assert read(text, role="actual").since == datetime.date.fromisoformat(day)


@pytest.mark.parametrize("text", ["12月31日前", "第四季度末", "年底前", "12月底", "2月29日前"])
def test_date_without_a_year(text: str) -> None:
    quantity = read(text)
    assert (quantity.kind, quantity.date) == ("date", None)


def test_eight_digits_are_a_day_around_the_forms_own_year_only() -> None:
    day = "20241231"
    assert [read(text, year=year).kind for text, year in ((day, 2024), (day, 2020), (day, None), (f"{day}元", 2024), (f"合同号{day}", 2024))] == ["date", *4 * ["number"]]
    assert read("V24.1.1", year=2024).kind == "qualitative"
    assert read(day, unit="元", year=2024).value == D(day)


@pytest.mark.parametrize("text", ["7月10日后", "暑假期间（7月10日以后）", "2024年6月底之后开工"])
def test_what_begins_with_a_day_is_due_on_none(text: str) -> None:
    assert [read(text, role=role, year=2024).date for role in ("target", "actual")] == [None, None]


@pytest.mark.parametrize(("text", "value"), [("AED10台", "10"), ("购置UPS 2套", "2"), ("A4纸3000张", "3000")])
def test_capitals_may_name_what_is_counted(text: str, value: str) -> None:
    assert read(text).value == D(value)


@pytest.mark.parametrize("text", ["Win10套", "A4个", "GDP5万"])
def test_other_letters_before_a_figure_may_be_part_of_a_name(text: str) -> None:
    assert read(text).kind == "unreadable"


@pytest.mark.parametrize("role", ["target", "actual"])
@pytest.mark.parametrize("text", ["6月、12月", "春季6月底前、秋季12月底前", "春季6月20日、秋季12月18日"])
def test_of_several_dates_none_is_the_one(text: str, role: Any) -> None:
    quantity = read(text, role=role, year=2024)
    assert (quantity.kind, quantity.since, quantity.date) == ("date", None, None)


def test_a_month_behind_a_point() -> None:
    either = read("2024.1", role="actual", year=2024)  # October, where it was typed as a number
    assert (either.since, either.date) == (datetime.date(2024, 1, 1), datetime.date(2024, 10, 31))
    assert (read("2024.1", year=2024).kind, read("2024.1", year=2024).date) == ("date", None)
    assert [read("2024.6", year=2018).kind, read("2024.6", unit="万元", year=2024).kind] == ["number", "number"]


COMPOUNDS: list[tuple[str, list[tuple[str, str | None, str]]]] = [
    ("发布宣传报道 100 篇、阅读量 10000 人次", [("100", "篇", "发布宣传报道"), ("10000", "人次", "阅读量")]),
    ("宣传报道 605 篇，阅读总量 430426 人次", [("605", "篇", "宣传报道"), ("430426", "人次", "阅读总量")]),
    ("培训3场，覆盖200人", [("3", "场", "培训"), ("200", "人", "覆盖")]),
    ("培训3场200人", [("3", "场", "培训"), ("200", "人", "")]),
    ("3个团队和18名选手", [("3", "个", "团队"), ("18", "名", "选手")]),
    ("培训≥3场；参与≥200人次", [("3", "场", "培训"), ("200", "人次", "参与")]),
    ("培训3场\n参与200人", [("3", "场", "培训"), ("200", "人", "参与")]),
    ("①培训3场②覆盖200人", [("3", "场", "培训"), ("200", "人", "覆盖")]),
    ("1.培训3场；2.覆盖1,200人", [("3", "场", "培训"), ("1200", "人", "覆盖")]),
    ("线上3场、线下4场", [("3", "场", "线上"), ("4", "场", "线下")]),
    ("线上3场、线下4场、参观7场", [("3", "场", "线上"), ("4", "场", "线下"), ("7", "场", "参观")]),
    ("举办比赛2次，完成率100%", [("2", "次", "举办比赛"), ("100", "%", "完成率")]),
    ("覆盖率100%、满意度95%", [("100", "%", "覆盖率"), ("95", "%", "满意度")]),
    ("（一）培训3场（二）宣传5次", [("3", "场", "培训"), ("5", "次", "宣传")]),
    ("1、培训3场 2、宣传5次", [("3", "场", "培训"), ("5", "次", "宣传")]),
    ("计划培训3场、覆盖200人", [("3", "场", "计划培训"), ("200", "人", "覆盖")]),
    ("上半年10%，下半年15%", [("10", "%", "上半年"), ("15", "%", "下半年")]),
    ("30场，另因疫情取消2场", [("30", "场", ""), ("2", "场", "另因疫情取消")]),
    ("上半年3次，下半年4次，累计参加9次", [("3", "次", "上半年"), ("4", "次", "下半年"), ("9", "次", "累计参加")]),
    ("男3，女4", [("3", None, "男"), ("4", None, "女")]),
    ("2,150种，6,320册", [("2150", "种", ""), ("6320", "册", "")]),
    ("温度18-26℃、湿度30%-70%", [("18", "°C", "温度"), ("30", "%", "湿度")]),
    ("86%；投诉率0.2%", [("86", "%", ""), ("0.2", "%", "投诉率")]),
    ("32.6万件，比上年增加2.1万件", [("326000", "件", ""), ("21000", "件", "比上年增加")]),
    ("98.5%，较上年提升1.2个百分点", [("98.5", "%", ""), ("1.2", "百分点", "较上年提升")]),
]


@pytest.mark.parametrize(("text", "parts"), COMPOUNDS, ids=[row[0] for row in COMPOUNDS])
def test_compound(text: str, parts: list[tuple[str, str | None, str]]) -> None:
    quantity = read(text)
    assert quantity.kind == "compound"
    assert [(part.value, part.unit, part.label) for part in quantity.parts] == [
        (D(v), u, label) for v, u, label in parts
    ]
    assert all(part.op == (None if part.upper else ">=") for part in quantity.parts)


@pytest.mark.parametrize("text", ["2023 年\n11 月 25 日", "2023 年 11\n月 25 日", "2023年11月\n25日", "2023\n年11月25日"])
def test_a_date_that_was_broken_into_lines(text: str) -> None:
    assert read(text, role="actual").date == datetime.date(2023, 11, 25)


@pytest.mark.parametrize("text", ["100%、90%", "100%；90%", "100%\n90%"])
def test_a_name_that_lists_things_names_as_many_figures(text: str) -> None:
    quantity = read(text, role="actual", name="开工率、完工率")
    assert [(part.value, part.label) for part in quantity.parts] == [(D("100"), "开工率"), (D("90"), "完工率")]
    assert read(text, role="actual", name="普及率、参与率").parts[1].label == "参与率"
    assert read(text, role="actual", name="开工率和完工率").parts[1].label == "完工率"
    assert read(text, role="actual", name="5、开工率、完工率").parts[0].label == "开工率"
    for other in ("完工率", "开工率、完工率、验收率"):
        assert read(text, role="actual", name=other).kind == "unreadable"


NUMBERED = [
    ("1、100人\n2、5场", "", ["100人", "5场"]), ("1. 100人\n2. 5场；", "", ["100人", "5场"]), ("1、100人；2、5场", "", ["100人", "5场"]),
    ("1.120人\n2.6场", "1.培训人数\n2.培训场次", ["120人", "6场"]), ("1.120人\n2.6场", "培训", ["1.120人", "2.6场"]),
    ("1.168.3公里\n2.100%", "", ["168.3公里", "100%"]), ("2、100人\n3、5场", "", None), ("1.5万元；2.3场", "", ["1.5万元", "2.3场"]),
    ("1. 95% 2. 90%", "1. 开工率 2. 完工率", ["95%", "90%"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name", "parts"), NUMBERED)
def test_what_only_numbers_items_is_no_figure(text: str, name: str, parts: list[str] | None) -> None:
    quantity = read(text, role="actual", name=name)
    assert quantity.kind == ("compound" if parts else "unreadable")
    single = [read(part, role="actual") for part in parts or ()]
    assert [(part.value, part.unit) for part in quantity.parts] == [(one.value, one.unit) for one in single]


@pytest.mark.parametrize("name", ["合格率\n优良率", "1.合格率\n2.优良率"])
def test_a_name_of_two_lines_names_two_figures(name: str) -> None:
    assert [part.label for part in read("≥95%\n≥80%", name=name).parts] == ["合格率", "优良率"]


@pytest.mark.parametrize("text", ["1.完成；2.未完成", "1、部分完成\n2、完成", "达标；未达标"])
def test_of_items_in_several_states_no_one_state_is_told(text: str) -> None:
    assert read(text, role="actual")[1:] == Quantity(text, "qualitative")[1:]
    assert read("1.完成；2.已完成", role="actual").state == "reached"


def test_shares_with_a_slash_between_them_are_several() -> None:
    for name in ("合格率/结业率", "合格率、结业率"):
        target = read("≥95%/≥98%", name=name)
        assert [(part.op, part.value, part.label) for part in target.parts] == [(">=", D(95), "合格率"), (">=", D(98), "结业率")]
        assert [part.value for part in read("97%/100%", role="actual", name=name).parts] == [D(97), D(100)]
    assert read("≥95%/≥98%", name="合格率").kind == "unreadable"
    assert read("3750元/人、1600元/亩", name="补助标准（元/人）").kind == read("3750元/人、1600元/亩").kind


QUALITATIVE = [
    "1次性完成", "≥Ⅲ类", "≥良", "≥三级", "≥AA级",
    "有效提升", "可持续", "效果明显", "合规", "很满意", "广泛宣传,形成全社会营造尊重劳模的浓厚氛围", "发挥工会职能,提供文化服务",
    "落实“十四五”规划", "贯彻二十大精神", "落实粤办发〔2024〕6号文件要求", "粤办发[1997]28号", "24小时服务", "提供24小时值守", "双减",
    "A级", "AAA级", "达到ISO9001标准", "7×24小时服务", "每日18:00-21:00", "每日18:30", "每季度首月15日前", "不低于合格", "不低于A级", "18:00前", "完善12345热线平台", "推进5G应用", "创建5A景区", "推动“1+6+N”体系建设",
    "1+N模式", "“3·15”宣传", "3·15宣传活动", "一户一策", "1户1策", "一级", "一流", "一般", "十分满意", "一起推进", "一次性验收合格",
    "长期", "优", "良好", "正常", "高质量完成各项工作", "进一步提升2024年工作水平", "2023-2024学年工作有序开展", "《2024年工作要点》落实到位",
    "第十四届全运会筹备", "第14届全运会筹备有序", "每月10日前发放", "每个月10日前发放", "每个季度10日前", "次月15日前", "每季度末月25日前", "本月5日前报送", "每季度末上报", "严格按规定执行", "按计划推进", "三年行动计划有序推进",
    "3年行动计划有序推进", "建成15分钟生活圈", "改善PM2.5质量", "维修K3+200、K5+150两处", "提高服务数量", "零距离服务", "0-3岁婴幼儿照护水平提升", "逐步改善", "较高", "显著",
    "不低于Ⅳ类", "不低于优等", "符合GB/T19001-2016标准", "符合JTG F80/1-2017标准", "通过ISO9001:2015认证", "GB/T 28001—2011", "上半年有序推进", "一成不变", "二〇次", "打造3D展厅", "等保2.0三级", "0距离服务", "3+2模式", "“1+3”", "根据2024年3月15日会议精神，持续提升服务质量和水平",
]  # fmt: skip


@pytest.mark.parametrize("text", QUALITATIVE)
def test_qualitative(text: str) -> None:
    assert seen(read(text)) == {}
    assert read(text).kind == "qualitative"


REFERENCES = [
    "按分配名额", "2024年建档立卡困难职工数量", "2024 年建档立卡困难职工数量", "按实际需求", "以实际发生为准", "据实结算", "按实际发生数",
    "以财政局批复为准", "按上级下达任务数", "按上年数", "≤预算数", "不低于合同约定", "实际在册人数", "按需求", "实报实销", "详见附件2", "同上",
    "按2023年建档困难职工数", "2023年建档困难职工数", "按照核定学生数",
]  # fmt: skip


@pytest.mark.parametrize("text", REFERENCES)
def test_reference(text: str) -> None:
    quantity = read(text)
    assert (quantity.kind, quantity.value) == ("reference", None)


STATES = [
    ("达成预期指标", "qualitative", "reached", ""),
    ("部分达成预期指标并具有一定效果", "qualitative", "partly", ""),
    ("全部或基本达成预期指标", "qualitative", "reached", ""),
    ("未达成预期指标且效果较差", "qualitative", "missed", ""),
    ("达成", "qualitative", "reached", ""),
    ("部分达成", "qualitative", "partly", ""),
    ("基本达成", "qualitative", "partly", ""),
    ("未达成", "qualitative", "missed", ""),
    ("达到预期效果", "qualitative", "reached", ""),
    ("已实现预期目标", "qualitative", "reached", ""),
    ("完成", "status", "reached", ""),
    ("已完成", "status", "reached", ""),
    ("已完成。", "status", "reached", ""),
    ("达标", "status", "reached", ""),
    ("按时完成", "status", "reached", ""),
    ("是", "status", "reached", ""),
    ("√", "status", "reached", ""),
    ("全部完成", "status", "reached", ""),
    ("超额完成", "status", "reached", ""),
    ("已100%完成", "status", "reached", ""),
    ("基本完成", "status", "partly", ""),
    ("否", "status", "missed", ""),
    ("不达标", "status", "missed", ""),
    ("未开展", "status", "missed", ""),
    ("尚未完成", "status", "missed", ""),
    ("未完成（原因：无法联系上劳模）", "status", "missed", "无法联系上劳模"),
    ("未完成（原因：1名劳模退出）", "status", "missed", "1名劳模退出"),
    ("未完成，原因是疫情影响", "status", "missed", "疫情影响"),
    ("未完成，受2022年疫情影响取消3场", "status", "missed", "受2022年疫情影响取消3场"),
    ("未完成(因2024年省里未批复)", "status", "missed", "因2024年省里未批复"),
    ("完成，效果良好", "status", "reached", "效果良好"),
]


@pytest.mark.parametrize(("text", "kind", "state", "reason"), STATES, ids=[row[0] for row in STATES])
@pytest.mark.parametrize("role", ["target", "actual"])
def test_state(text: str, kind: str, state: str, reason: str, role: Any) -> None:
    quantity = read(text, role=role)
    assert (quantity.kind, quantity.state, quantity.reason, quantity.value) == (kind, state, reason, None)


@pytest.mark.parametrize("text", ["", "  ", "无", "/", "-", "—", "——", "－", "N/A", "无。", "不涉及", "\\"])
def test_nothing(text: str) -> None:
    assert read(text) == Quantity(text, "empty")


PLACEHOLDERS = [
    "……",
    "…",
    "...",
    "指标2：",
    "指标1",
    "指标1：……",
    "XX",
    "××",
    "≥XX%",
    "XX个",
    "X%",
    "____",
    "请填写",
    "（填写具体指标值）",
    "填写说明：请按实际填写",
    "xx年xx月",
]


@pytest.mark.parametrize("text", PLACEHOLDERS)
def test_placeholder(text: str) -> None:
    assert read(text) == Quantity(text, "empty", placeholder=True)


UNREADABLE = [
    "约20-30个左右，去年25", "10/20", "10/20个", "5.%", "3、4", "1,2,3", "3，5", "1.2.3", "10-20-30", "3:18", "8:30", "5*3", "3x4",
    "100个，100个", "252家，186家", "20台，另购5台", "比上年118.15万元减少3.77万元", "目标1：完成126页；目标2：完成3件", "252家，去年186家", "252家，比去年186家多66家", "1亿2000万元", "3万5千", "2月30日", "13月5日", "2024年13月底前", "2204年11月底前", "12月初",
    "10-5", "5000-1万元", "≥20-30个", "不低于95%以下", "≥5%以内", "80%/90%", "5O个", "l0个", "1e5", "1E+05", "10^4", "10⁴", "3½", "0750-3333333",
    "1 100%", "12 30", "1 200人 300人", "2/3", "3/2以上", "十来个", "三五次", "数百人", "几十家", "2024.12", "123456789012345678", "满意度-95%", "10几个", "两三次", "三〇分之一", "＞95%≥", "95.5%%", "10/万元", "5/万车次", "5/10万元", "5/10", "5/20万", "≥1:1:2", "0:1", "-3:1", "252家，去年186", "12V", "GDP5%", "3m^4", "3·5%", "3。5%", "3天24小时", "3年90天", "3个半", "50+30人", "5万3千元", "５/１０",
    "1000 或 1200 人次", "1000或1200人次", "10个或20个", "≥10个或≥20个", "不少于1000或1200人次", "100人次或5场", "培训100人或举办5场",
    "1000人次以上或者1200人次", "不低于90%或不少于10个", "100人（或50户）", "100%或达到国家标准", "上级下达数或100人", "5天或7天内",
    "三次或四次", "一至两次", "3-007次", "3天2小时5分", "达成3-007次", "9.5成5", "一次或多次", "介于5%和10%之间",
    "80分-120%", "100人±5次", "≤80-90分", "≥±2%", "≥90%，≤80%", "80%，≤90%", "≥1小时≤30分钟", "3Ω", "15:1a", "3.1415926535897932384626433832795",
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("285/300=95%", "95"), ("(285÷300)×100%=95.00%", "95"), ("2件/3件＝66.67%", "66.67"), ("98%（49/50=98%）", "98"),
        ("52/96，54.2%", "54.2"), ("52件/96件（54.17%）", "54.17"), ("36/36，100%", "100"), ("52/96，55%", None), ("完成36，100%", None),
        ("窗口246份+网上246份=492份", "492"), ("1.2万人＋0.8万人＝2万人", "20000"), ("246份+246份=493份", None), ("12次+13次", None),
        ("280/300=95%", None), ("285/0=95%", None), ("1/285/300=95%", None), (f"{'9' * 32}/3=5%", None),
    ],
)  # fmt: skip
def test_a_share_or_sum_worked_out_in_an_actual_is_read_where_it_is_right(text: str, value: str | None) -> None:
    assert read(text, role="actual").value == (None if value is None else D(value))


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("计划50家，实际252家", "target"), ("实际完成252家，超额完成202家", "target"), ("按计划完成50家，实际走访252家", "actual"),
        ("计划生育服务30人，实际服务28人", "actual"),
    ],
)  # fmt: skip
def test_of_what_was_planned_and_done_only_an_actual_tells_which_is_meant(text: str, role: Any) -> None:
    assert read(text, role=role).kind == "unreadable"


@pytest.mark.parametrize("text", ["26个项目验收合格25个，合格率96.15%", "比上年118.15万元减少3.77万元，减少3.19%"])
def test_a_doubt_about_figures_of_one_unit_leaves_those_of_another(text: str) -> None:
    assert [part.unit for part in read(text, role="actual").parts if part.kind == "number"] == ["%"]
    assert read(text).kind == "unreadable"


@pytest.mark.parametrize(
    ("text", "value", "upper"),
    [
        ("共安排15个，剩余2个未完成", 13, 15), ("15个（2个未完成）", 13, 15), ("15个，未完成2个", 13, 15), ("共15个，其中2个未开工", 13, 15),
        ("12期（其中1期延至2025年）", 11, 12), ("12期，1期因汛期推迟到次年", 11, 12), ("12期（其中1期延至12月）", 12, None), ("8期（计划10期，2期延至2025年）", 8, None), ("12项，2项结转至下年", 10, 12), ("12期（上年1期延至2024年）", 12, None), ("12期（另有1期延至2025年）", 12, None),
        ("12场（2场推迟）", 10, 12), ("培训12场，其中2场因疫情取消", 10, 12), ("举办12场（2场推迟）", 12, None), ("12场（2场推迟举办）", 12, None), ("12场（另有2场取消）", 12, None),
        ("12场（其中2场因疫情取消，其中1场推迟）", 9, 12), ("5场，未完成3场，其中4场取消", None, None),
        ("共安排15个，完成13个", 13, None), ("完成13个，剩余2个未完成", 13, None), ("完成15个（1个未完成报备）", 15, None),
        ("15个，未完成0个", None, None), ("建成15个，未建成2个", None, None), ("安排就业100人，完成培训200人", None, None), ("15个（0个未完成）", 15, None),
        ("15个（其中2个为上年未完成）", 15, None), ("98%（2个未完成）", 98, None), ("100人，3人未达标", None, None), ("15个，全部完成", 15, None),
        ("150个（100或120，30个）", 150, None), ("≥15个，其中2个未开工", 15, None),
    ],
)  # fmt: skip
def test_what_may_count_things_not_done_is_from_what_was_done_to_all_of_them(
    text: str, value: int | None, upper: int | None
) -> None:
    quantity = read(text, role="actual")
    assert (quantity.value, quantity.upper) == (value, upper)


def test_of_several_figures_the_first_may_count_things_not_done() -> None:
    held, came = read("12场（2场取消），510人", role="actual").parts
    assert (held.kind, held.value, held.upper, came.value, came.unit) == ("range", 10, 12, 510, "人")


def test_a_state_stands_though_its_figure_can_not_be_read() -> None:
    said = read("达标，100%或达到国家标准", role="actual")
    assert (said.kind, said.state) == ("unreadable", "reached")


@pytest.mark.parametrize("text", UNREADABLE)
@pytest.mark.parametrize("role", ["target", "actual"])
def test_never_guessed(text: str, role: Any) -> None:
    assert read(text, role=role) == Quantity(text, "unreadable")


class Everything(frozenset[str]):
    def __contains__(self, sign: object) -> bool:
        return True

    def isdisjoint(self, signs: object) -> bool:
        return False


@pytest.mark.parametrize(
    ("module", "guard"),
    [
        (figures, "_GOES_ON"),
        (figures, "_SCALED"),
        (figures, "_TO"),
        (single, "_MARKS"),
        (signs, "_COMPARING"),
        (signs, "_TAILS"),
        (units, "_PERS"),
        (words, "_COUNTED_ENDS"),
        (words, "_NUMERALS"),
        (words, "_PLACEHOLDER_STARTS"),
        (words, "_VAGUE_ENDS"),
        (spelling, "_ITEM_SIGNS"),
    ],
)
def test_a_pattern_that_is_not_tried_would_not_have_matched(
    module: Any, guard: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows: list[Any] = [*TARGETS, *ACTUALS, *RANGES, *DATES, *STATES, *COMPOUNDS]
    texts = [*(row[0] for row in rows), *QUALITATIVE, *REFERENCES, *UNREADABLE, *PLACEHOLDERS]
    readings = [read(text, role=role) for text in texts for role in ("target", "actual")]
    monkeypatch.setattr(module, guard, Everything())
    reading._cell.cache_clear()
    assert [read(text, role=role) for text in texts for role in ("target", "actual")] == readings
    reading._cell.cache_clear()


def test_label_holds_the_words_around_the_figure() -> None:
    assert read("预计慰问费用约 232000 元").label == "预计慰问费用"
    assert read("完善4个警务平台").label == "完善警务平台"
    assert read("180名辅警以上").label == "辅警"
    assert read("≥95%").label == ""


def test_parts_in_a_bracket() -> None:
    quantity = read("4 场次（工会干部线上业务培训 3 场，女职工知识讲座 1 场）")
    assert (quantity.kind, quantity.value, quantity.unit) == ("number", D(4), "场次")
    assert [(part.value, part.unit, part.label) for part in quantity.parts] == [
        (D(3), "场", "工会干部线上业务培训"), (D(1), "场", "女职工知识讲座"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["40人（其中女性20人、残疾5人）", "98%（49/50）", "4场（线上3场）", "4场（线上3场，200人）", "10万元（含税）"],
)
def test_a_bracket_that_holds_no_parts(text: str) -> None:
    assert read(text).parts == ()


@pytest.mark.parametrize(
    ("text", "unit", "op", "value", "expected_unit", "expected_op", "inferred"),
    [
        ("95", "%", "≥", "95", "%", ">=", False),
        ("95", "％", "＞＝", "95", "%", ">=", False),
        ("95", "%", None, "95", "%", ">=", True),
        ("95", None, "≤", "95", None, "<=", False),
        ("≥95", "%", "=", "95", "%", ">=", False),
        ("10个", "家", None, "10", "个", ">=", True),
        ("95", "", "", "95", None, ">=", True),
        ("95", "/", "/", "95", None, ">=", True),
        ("1.2", "万人次", "≥", "12000", "人次", ">=", False),
        ("120", "人（次）", "≥", "120", "人次", ">=", False),
        ("1.2万", "人次", "≥", "12000", "人次", ">=", False),
        ("1.2", "万元", "≤", "1.2", "万元", "<=", False),
        ("100万", "元", "≤", "100", "万元", "<=", False),
        ("530", "元/人*月", ">=", "530", "元/人·月", ">=", False),
        ("0", "起", None, "0", "起", "<=", True),
        ("0", "起", "=", "0", "起", "=", False),
        ("12", "月", "≤", "12", "月", "<=", False),
        ("12月", "月", None, "12", "月", ">=", True),
        ("2024.12", "万元", None, "2024.12", "万元", ">=", True),
        ("2024.12", None, "≥", "2024.12", None, ">=", False),
        ("95%以上", None, "≥", "95", "%", ">=", False),
        ("三次", None, "大于等于", "3", "次", ">=", False),
        ("12", "圈地", "≥", "12", "圈地", ">=", False),
    ],
)
def test_columns_complete_the_cell(
    text: str, unit: str | None, op: str | None, value: str, expected_unit: str | None, expected_op: str, inferred: bool
) -> None:
    quantity = read(text, unit=unit, op=op)
    assert (quantity.value, quantity.unit, quantity.op, quantity.inferred) == (
        D(value),
        expected_unit,
        expected_op,
        inferred,
    )


def test_an_actual_has_no_sign_of_its_column() -> None:
    assert read("98", unit="%", op="≥", role="actual") == Quantity("98", "number", value=D(98), unit="%")


@pytest.mark.parametrize("text", ["95", "有效提升", "三次", "按分配名额", "5月或6月1.2.3"])
def test_op_qualitative(text: str) -> None:
    assert read(text, op=" 定性 ") == Quantity(text, "qualitative")
    due = read("12月底前", op="定性", year=2024)
    assert (due.kind, str(due.since), str(due.date)) == ("qualitative", "2024-12-21", "2024-12-31")
    assert read("达成预期指标", op="定性", role="actual").state == "reached"
    assert read("……", op="定性").kind == read("", op="定性").kind == "empty"


@pytest.mark.parametrize(
    ("value", "unit", "to", "expected"),
    [
        ("2.6", "亿元", "万元", "26000"), ("2.6", "亿元", "元", "260000000"), ("5000", "元", "万元", "0.5"), ("3", "千万元", "百万元", "30"),
        ("1.2", "万人次", "人次", "12000"), ("5", "‰", "%", "0.5"), ("15", "亩", "公顷", "1"), ("1", "公顷", "㎡", "10000"), ("3", "万平方米", "㎡", "30000"),
        ("2", "公里", "米", "2000"), ("1", "吨", "千克", "1000"), ("3", "天", "日", "3"), ("5", "m³/d", "立方米/日", "5"), ("2", "年", "月", "24"), ("37", "人", "名", "37"),
        ("4", "场", "场次", "4"), ("5", "万元/公里", "元/米", "50"), ("10", "元/人*月", "元/人·月", "10"), ("3", "个工作日", "工作日", "3"),
        ("3", "标杆", "标杆", "3"), ("2", "万标杆", "标杆", "20000"),
        ("3", "工作日", "天", None), ("3", "个", "家", None), ("3", "%", "百分点", None), ("3", "人", "人次", None), ("3", "元/人", "元/户", None),
        ("3", "元", "%", None), ("3", "元", "元/人", None), ("3", "月", "天", None), ("3", "美元", "元", None),
    ],
)  # fmt: skip
def test_convert(value: str, unit: str, to: str, expected: str | None) -> None:
    assert convert(D(value), unit, to) == (None if expected is None else D(expected))


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("元/人*月", "元/人·月"), ("元/人/月", "元/人·月"), ("元/（人·月）", "元/人·月"), ("元每人每月", "元/人·月"), ("元/每人每月", "元/人·月"), ("％", "%"),
        ("（个）", "个"), ("个工作日", "工作日"), ("㎡", "㎡"), ("m²", "㎡"), ("平方米", "平方米"), (" 万 元 ", "万元"), ("人（次）", "人次"), ("无", ""), ("/", ""),
        ("", ""), ("‰", "‰"), ("人天", "人·天"), ("台/套", "台套"), ("台（套）", "台套"), ("mg/L", "mg/L"),
        ("件/万人口", "件/万人"), ("/10万", "/10万"), ("1/10万", "/10万"), ("/万人", "‱"), (":1", ":1"), ("1:", "1:"),
    ],
)  # fmt: skip
def test_normalize_unit(written: str, unit: str) -> None:
    assert normalize_unit(written) == unit
    assert normalize_unit(unit) == unit


@pytest.mark.parametrize(
    ("target", "actual", "value"),
    [
        ("≥10 个", "11 个", "11"), ("≥10 个", "11", "11"), ("≥10", "11 个", "11"), ("≥100 万元", "2500000 元", "250"), ("≥1.2万人次", "11000人次", "11000"),
        ("≥46名", "37人", "37"), ("≥95%", "98", "98"), ("≥95%", "0", "0"), ("≤2%", "0", "0"),
        ("≥95%", "0.98", None), ("≥95%", "1", None), ("≥95百分比", "98%", "98"), ("≤1.0mg/L", "0.86mg/l", "0.86"), ("≥10 个", "11 万元", None), ("12期/年", "12期", "12"), ("12期", "12期/年", "12"), ("≥3000元/户/年", "3200元/户", "3200"),
        ("≥3000元/户/年", "3200元", None), ("≥4次/月", "50次", None), ("≤12/10万", "0.1‰", "10"), ("≤0.3吨/万元", "250千克/万元", "0.25"),
        ("≤12人/10万人", "1人/万人", "10"), ("≤12/10万", "1/万", "10"), ("≤15:1", "14.2:1", "14.2"), ("≤15:1", "14", "14"), ("≥1:1.2", "1.3:1", None),
        ("≥10个", "已完成", None), ("有效提升", "11", None), ("7个工作日", "7天", None),
        ("≥10000份（册）", "10000册", "10000"), ("≥10000份（册）", "9000份", "9000"), ("≥20篇", "22条（篇）", "22"), ("≥3个（套）", "3套", "3"),
        ("≥10000份（册）", "10000件", None), ("≥12万元（含税）", "13万元", "13"), ("≥3次（每季度）", "4场", "4"), ("≥300人（次）", "310人", None),
        ("≤30万元", "30万", "30"), ("≤30万", "29.8万元", "298000"), ("≤1.5万元/个", "1.4万", "1.4"), ("≤30万元", "30", "30"), ("≥3万人", "3.1万", "31000"),
        ("≥100张", "100张床位", "100"), ("≤55分贝", "52dB", "52"), ("每月1次", "12次", None), ("每周7次", "每天1次", "7"), ("300元/人·年", "小学300元/生·年", "300"), ("每季度1次", "全年4次", None), ("每年2次", "3次", "3"),
        ("≥95", "0.965", None), ("≥0.95", "96.5", None), ("≥100", "1", "1"), ("≥40", "0.965", "0.965"), ("≥95", "96.5", "96.5"),
    ],
)  # fmt: skip
def test_comparable(target: str, actual: str, value: str | None) -> None:
    assert comparable(read(target), read(actual, role="actual")) == (None if value is None else D(value))


@pytest.mark.parametrize("text", ["3A", "1E3", "5G2", "12.5m3/5", "30/1000人", "8核16G"])
def test_letters_and_fractions_that_are_no_unit(text: str) -> None:
    assert read(text).value is None


@pytest.mark.parametrize(("text", "op", "inferred"), [("≤2起/3人", "<=", False), ("2起、3人", ">=", True)])
def test_one_sign_for_all_figures_without_words(text: str, op: str, inferred: bool) -> None:
    assert [(part.op, part.inferred) for part in read(text).parts] == [(op, inferred)] * 2


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("≥80%，≤90分", "target"),
        ("≥80%，误差≤90%", "target"),
        ("由5天压缩至3次", "actual"),
        ("举办15场，未举办2场", "actual"),
    ],
)
def test_two_figures_of_different_things_are_no_single_one(text: str, role: Any) -> None:
    assert read(text, role=role).kind == "compound"


@pytest.mark.parametrize("text", ["≤3天、100%", "≤10万元、20场", ">0件、100%", "≤5%、3场"])
def test_a_sign_is_not_that_of_a_figure_of_another_sort(text: str) -> None:
    assert [(part.op, part.inferred) for part in read(text).parts[1:]] == [(">=", True)]


def test_a_column_of_units_may_name_two_for_the_same_count() -> None:
    assert [read("45", unit=unit).unit for unit in ("元（含税）", "元（每人）", "人（次）")] == ["元", "元/人", "人次"]
    actuals = [read(text, unit="份（册）", role="actual") for text in ("21册", "21份", "21", "21本")]
    assert [comparable(read("20", unit="份（册）"), one) for one in actuals] == [21, 21, 21, None]


OPS = {
    "": ">=",
    "≥": ">=",
    ">=": ">=",
    "＞＝": ">=",
    "≤": "<=",
    "<=": "<=",
    ">": ">",
    "＜": "<",
    "=": "=",
    "不低于": ">=",
    "不超过": "<=",
    "至少": ">=",
}
UNITS = [
    "",
    "%",
    "‰",
    "个",
    "家",
    "人",
    "人次",
    "场次",
    "万元",
    "元",
    "亿元",
    "课时",
    "工作日",
    "㎡",
    "亩",
    "元/人",
    "元/人·月",
    "标段",
    "百分点",
    "公里",
    "件",
    "分",
]


@given(
    st.sampled_from(sorted(OPS)),
    st.decimals(min_value=D("0.01"), max_value=D("99999999"), places=2) | st.integers(1, 10**12).map(D),
    st.sampled_from(UNITS),
    st.sampled_from(["", " ", "\u3000"]),
)
def test_any_plain_figure_comes_back(op: str, value: Decimal, unit: str, gap: str) -> None:
    quantity = read(f"{op}{gap}{value}{gap}{unit}", unit="%" if not unit else None)
    assert (quantity.kind, quantity.op, quantity.value) == ("number", OPS[op], value)
    assert quantity.unit == (unit or "%")
    assert quantity.inferred == (op == "")


@given(st.integers(0, 10**12))
def test_thousands_separators_change_nothing(value: int) -> None:
    assert read(f"{value:,}元").value == value
    assert read(f"{value:,}元".replace(",", "，")).value == value


PIECES = st.sampled_from(
    [
        "0",
        "1",
        "12",
        "2024",
        "95",
        "3.5",
        ",",
        ".",
        "。",
        "、",
        "，",
        "；",
        "：",
        "-",
        "—",
        "～",
        "~",
        "±",
        "+",
        "/",
        "%",
        "％",
        "‰",
        "年",
        "月",
        "日",
        "季度",
        "底",
        "前",
        "内",
        "以上",
        "以内",
        "左右",
        "约",
        "近",
        "超",
        "余",
        "多",
        "万",
        "亿",
        "元",
        "个",
        "人次",
        "场",
        "家",
        "次",
        "不低于",
        "不超过",
        "≥",
        "≤",
        ">",
        "<",
        "=",
        "（",
        "）",
        "(",
        ")",
        "《",
        "》",
        "“",
        "”",
        "第",
        "每",
        "零",
        "一",
        "十",
        "百分之",
        "完成",
        "未完成",
        "达成",
        "按",
        "名额",
        "数量",
        "其中",
        "去年",
        "和",
        "XX",
        "…",
        "①",
        "²",
        "½",
        "A",
        "PM2.5",
        "kg",
        "㎡",
        "¥",
        "\n",
        "几",
        "号",
        "岁",
        "工作日",
    ]
)


@settings(max_examples=600)
@given(st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=40), st.sampled_from(["target", "actual"]))
def test_no_text_makes_it_raise(text: str, role: Any) -> None:
    quantity = read(text, role=role, year=2024)
    assert quantity.text == text
    assert (quantity.value is not None) == (quantity.kind in ("number", "range"))
    assert (quantity.kind == "compound") == (len(quantity.parts) > 1 and quantity.value is None)
    assert quantity.upper is None or (quantity.value is not None and quantity.value <= quantity.upper)
    assert read(text, role=role, year=2024, unit="个", op="≥").text == text
    assert read(text, op="定性").kind in ("qualitative", "empty") or spelling.clean(text)[:1] == "#"  # #N/A


@given(st.text(max_size=20), st.text(max_size=20))
def test_no_unit_makes_it_raise(unit: str, to: str) -> None:
    assert convert(D(3), unit, unit) == 3
    convert(D(3), unit, to)
    read("95", unit=unit, op=to)


def test_a_long_text_takes_no_long_time() -> None:
    for text in (
        "1" * 5000,
        "不" * 5000,
        "1年" * 2000,
        "(" * 5000,
        "1,000" * 1000,
        "A" * 5000,
        "完成" * 2000,
        "《" * 3000,
        "十" * 5000,
        "每人" * 2000,
        "X" * 5000,
        "1个" * 1000,
        "-" * 5000,
        "零十" * 15000 + "分之多",
        "前一" + "亿" * 5000 + "名",
        "." * 3000 + "≤甲≤",
        "1." + " " * 30000 + "甲",
        " " * 30000 + "1\n甲",
        "完成1万元，" * 5000,
    ):
        started = time.process_time()
        assert read(text).text == text
        assert time.process_time() - started < 2


def test_no_complaints_are_a_figure_where_they_happened_and_words_as_a_target() -> None:
    assert read("无投诉", role="actual").value == 0
    for praised in ("未发生安全事故，系统运行有序", "零失误，圆满完成任务"):
        assert read(praised, role="actual").value == 0, praised
    for doubtful in ("未发生重大事故，发生一般事故", "未发生事故，但有隐患"):
        assert read(doubtful, role="actual").value is None, doubtful
    assert read("无投诉", role="target").value is None


def test_a_bracket_that_names_no_unit_is_none() -> None:
    assert [read(text).either for text in ("100份（册）", "100份（试行）")] == ["册", ""]


def test_months_that_begin_in_another_year_than_the_forms_are_no_date() -> None:
    assert read("2023.3-2024.11", year=2024).kind == "date"
    assert read("2019.3-2024.11", year=2024).kind != "date"


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("12w元", "12", "万元"), ("3.5W人次", "35000", "人次"), ("2w余户", "20000", "户"), ("5W/㎡", "5", "W/㎡"), ("100W", None, None), ("10kW", "10", "kW"),
        ("10w+", "100000", None), ("10W+人次", "100000", "人次"), ("1.2w", "12000", None), ("12w多", "120000", None), ("10w阅读量", "100000", "阅读量"), ("5W点光源", None, None),
        ("100W户外灯", None, None), ("60W人体感应灯", None, None),
        ("计划100/实际98", "98", None), ("计划：100 实际：98", "98", None), ("计划100人实际98人", "98", "人"), ("实际98人，计划100人", "98", "人"),
        ("已完成整治13个村，剩余2个村正在施工", "13", "个"),
        ("实际98/计划100", "98", None), ("实际完成32个，计划外5个", None, None), ("计划开展3次", "3", "次"),
    ],
)  # fmt: skip
def test_ten_thousand_as_a_letter_and_what_was_planned_beside_what_was_done(text: str, value: str | None, unit: str | None) -> None:
    found = read(text, role="actual")
    assert (found.value, found.unit) == (value and D(value), unit)
