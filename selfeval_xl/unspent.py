"""What words say of money that was not spent: that some of it was left, and why."""

from __future__ import annotations

from selfeval_xl.lazy import lazy
from selfeval_xl.quantity.text import squeeze

_LEFT = lazy(
    "执行率|(?:支出|支付|执行|拨付)(?:率|进度|数?未达)|结[余转]|剩余|尾款|质保金|分期(?:付款|支付)"
    "|未(?:能)?(?:全部|完全|全额|及时)?(?:支[出付]|拨付|付款|使用|执行)"
    "|(?:次年|下年|下一年|跨年)度?[^,，。;；]{0,8}(?:支付|拨付|付款|结算)"
    "|(?:资金|款项|经费)[^,，。;；]{0,10}(?:未|慢|滞后|不及时|迟|缓)"
)
_BECAUSE = lazy(
    "因(?!此|而|素|公|地|人)|由于|受(?!益|众|访|理)|主要是|(?<![体关联])系(?!统|列|数)|原因"
    "|需(?![求要])|待(?!遇)|尚未|未达|滞后|导致|致使|节约|[流废]标|较晚|推迟|延期|暂缓|(?:执行|支出|支付|拨付)[^,，。;；]{0,8}[低慢][,，:：]"
)
_OTHERWISE = lazy("预算.{0,6}执行|预算调|压减|未能?开展|未能?实施")
_SENTENCES = lazy("[。；;！\n]")


def tells_of_unspent(text: str) -> bool:
    """True for words about money that was left, or a budget that was not carried out as planned."""
    words = squeeze(text)
    return _LEFT.search(words) is not None or _OTHERWISE.search(words) is not None


def explains_unspent(text: str) -> bool:
    """True where one sentence says both that money was left and why: 因招标较晚，项目尾款在次年验收后支付."""
    return any(_LEFT.search(words) and _BECAUSE.search(words) for words in map(squeeze, _SENTENCES.split(text)))
