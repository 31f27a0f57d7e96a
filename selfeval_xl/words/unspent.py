"""Recognizes words about unspent money: that some was left, and why."""

from __future__ import annotations

from selfeval_xl.lazy import lazy
from selfeval_xl.quantity.text import squeeze, unnumbered

_LEFT = lazy(
    "执行率|(?:支出|支付|执行|拨付)(?:率|进度|数?未达)|结[余转]|剩余|尾款|质保金|分期(?:付款|支付)"
    "|未(?:能)?(?:全部|完全|全额|及时)?(?:支[出付]|拨付|付款|使用|执行)"
    "|(?:招标|招投标|采购|评审|审计)[^,，。;；]{0,8}(?:节[约支省余]|核减|下浮)"
    "|(?:次年|下年|下一年|跨年)度?[^,，。;；]{0,8}(?:支付|拨付|付款|结算)"
    "|(?:资金|款项|经费)[^,，。;；]{0,10}(?:未|慢|滞后|不及时|迟|缓)"
)
_BECAUSE = lazy(
    "因(?!此|而|素|公|地|人)|由于|受(?!益|众|访|理)|主要是|(?<![体关联])系(?!统|列|数)|原因"
    "|需(?![求要])|待(?!遇)|尚未|未达|滞后|导致|致使|节约|[流废]标|较晚|推迟|延期|暂缓|(?:执行|支出|支付|拨付)[^,，。;；]{0,8}[低慢][,，:：]"
)
_OTHERWISE = lazy(
    "预算.{0,6}执行|预算调|压减|未能?开展|未能?实施|厉行节约|节支|来不及|据实(?:结算|支付|列支|支出)"
    "|(?:资金|经费|成本|费用|开支|支出|预算)[^,，。;；]{0,4}节[约省]|节[约省][^,，。;；]{0,4}(?:资金|经费|成本|费用|开支|支出|预算|[万元])"
    "|(?:资金|指标|额度|财政|国库)[^,，。;；]{0,6}收回|收回[^,，。;；]{0,6}(?:资金|指标|额度|预算)"
    "|(?:资金|指标|经费|月|年底|年末)[^,，。;；]{0,4}下达|下达[^,，。;；]{0,4}[晚迟]"
    "|(?:未|不)(?:达到?|具备|满足|符合|到)[^,，。;；]{0,4}(?:付款|支付|拨付|结算)|待[^,，。;；]{0,8}(?:支付|付款|拨付|结算)|[待未]付"
    "|(?:按照?|依照)[^,，。;；]{0,2}(?:合同|进度)[^,，。;；]{0,6}(?:支付|付款|拨付|结算)|分[两二三四五多][年期次批][^,，。;；]{0,4}(?:支付|付款|拨付)"
    "|合同[^,，。;；]{0,4}未到期|发票"
)
_OF_BEFORE = lazy("[上前去]一?年|以前|历年|往年|[年期]初")
_REST = lazy(
    "(?:[年期]末|年[终底]|收支).{0,6}(?:结[转余存]|余额).{0,6}|.{0,4}[转留][至到待]?(?:下|次)一?年.{0,6}|(?:下|次)一?年度?结转.{0,4}"
)
_BALANCE = lazy(
    "(?:[本当]年度?|滚存|累计)[^用]{0,6}(?:结[转余存]|余额)[^用]{0,6}"
    "|(?:年度|项目|资金|预算|财政)*(?:结转[和与及、]?)?结余(?:资金|金额|数|额)?"
)
_SENTENCES = lazy("[。；;！\n]")


def tells_of_unspent(text: str) -> bool:
    """True for words about money left over, or a budget not carried out as planned."""
    words = squeeze(text)
    return _LEFT.search(words) is not None or _OTHERWISE.search(words) is not None


def explains_unspent(text: str) -> bool:
    """True where one sentence says both that money was left and why: 因招标较晚，项目尾款在次年验收后支付."""
    return any(_LEFT.search(words) and _BECAUSE.search(words) for words in map(squeeze, _SENTENCES.split(text)))


def names_rest(name: str, *, budgeted: bool = False) -> bool:
    """True for what of the year's money is left at its end: 年末结转和结余, 结转下年; 上年结转 is money to be spent.

    结余资金 and 累计结转 are left as well, unless they are ``budgeted``: then they are a source of what is to be spent.
    """
    words = unnumbered(squeeze(name))
    if _OF_BEFORE.search(words):
        return False
    return _REST.fullmatch(words) is not None or (not budgeted and _BALANCE.fullmatch(words) is not None)


def names_carried(name: str) -> bool:
    """True for 上年结转 and 年初结转和结余: what earlier years have left to be spent."""
    words = squeeze(name)
    return _OF_BEFORE.search(words) is not None and "结" in words
