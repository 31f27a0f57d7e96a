"""The shipped rule sets say what they should; a file of one's own loads; a wrong one is told where and why."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from build import form

import selfeval_xl.rules
from selfeval_xl.errors import RuleError
from selfeval_xl.examine import rules_of
from selfeval_xl.rules import load, names

D = Decimal
FOLDER = Path(selfeval_xl.rules.__file__).parent


def own(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_sets() -> None:
    assert names() == ("mof-2020", "bands-80-50", "department-guangdong", "mof-2021-cost")
    assert load().name == "mof-2020"


@pytest.mark.parametrize(
    ("name", "execution", "levels", "limits", "management"),
    [
        ("mof-2020", "10", {"产出指标": 50, "效益指标": 30, "满意度指标": 10}, ["0.8", "0.6", "0"], 0),
        ("mof-2021-cost", "10", {"成本指标": 20, "产出指标": 40, "效益指标": 20, "满意度指标": 10}, ["0.8", "0.6", "0"], 0),
        ("bands-80-50", "20", {}, ["0.8", "0.5", "0"], 0),
        ("department-guangdong", "0", {}, ["0.8", "0.6", "0"], 6),
    ],
)
def test_what_each_shipped_set_holds(name: str, execution: str, levels: dict[str, int], limits: list[str], management: int) -> None:
    rules = load(name)
    assert rules.name == name
    assert rules.execution_weight == D(execution)
    assert rules.level_weights == levels
    assert [(band.state, band.lower) for band in rules.bands] == list(zip(("reached", "partly", "missed"), map(D, limits), strict=True))
    assert [(grade.name, grade.at_least) for grade in rules.grades] == [("优", 90), ("良", 80), ("中", 60), ("差", 0)]
    assert (rules.over_completion, rules.low_rate, rules.tolerance, rules.full_marks) == (D("1.5"), D("0.9"), D("0.05"), 100)
    assert rules.compound == "mean"
    assert len(rules.management) == management
    assert rules.title and rules.source


def test_the_items_of_management() -> None:
    assert load("department-guangdong").management == ("预算编制", "目标设置", "成本管控", "预算执行", "绩效管理", "信息公开")


@pytest.mark.parametrize("name", names())
def test_sentences_are_plain_and_filled_in(name: str) -> None:
    sentences = load(name).plain
    assert len(sentences) >= 15
    assert not [sentence for sentence in sentences if "{" in sentence or not sentence.endswith(("。", "）。"))]


def test_what_is_not_read_in_a_document_says_so() -> None:
    levels = next(sentence for sentence in load("mof-2021-cost").plain if "成本指标 20 分" in sentence)
    assert "未核对原文" in levels
    assert "未核对原文" in load("mof-2021-cost").source


@pytest.mark.parametrize("subject", ["四舍五入", "指标值为 0", "期限", "几个指标值", "0.05 分", "不计入总分", "平均分配"])
def test_house_rules_say_so(subject: str) -> None:
    assert [sentence for sentence in load().plain if subject in sentence and "本工具约定" in sentence]


@pytest.mark.parametrize("name", names())
def test_shipped_figures_are_exact(name: str) -> None:
    """No figure has gone through a binary float."""
    written = (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    data = tomllib.loads(written, parse_float=str)
    for key in ("over_completion", "low_rate", "tolerance"):
        if key in data:
            assert str(getattr(load(name), key)) == data[key]


@pytest.mark.parametrize(
    ("state", "score", "holds"),
    [
        ("reached", "10", True), ("reached", "8", True), ("reached", "7.99", False), ("reached", "10.01", False),
        ("partly", "8", False), ("partly", "7.99", True), ("partly", "6", True), ("partly", "5.99", False),
        ("missed", "6", False), ("missed", "5.99", True), ("missed", "0", True), ("missed", "-0.01", False),
    ],
)  # fmt: skip
def test_bands_hold_their_lower_end(state: selfeval_xl.rules.State, score: str, holds: bool) -> None:
    assert load().band(state).holds(D(score), D(10)) is holds


def test_a_row_without_points_is_in_every_band() -> None:
    assert all(band.holds(D(0), D(0)) for band in load().bands)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("产出指标", "产出指标"), ("产出指标（50分）", "产出指标"), ("产 出\n指 标", "产出指标"), ("一、效益", "效益指标"),
        ("服务对象满意度指标", "满意度指标"), ("管理指标", None), ("", None), ("产出和效益", None), ("成本指标", None),
    ],
)  # fmt: skip
def test_a_level_by_the_words_of_its_cell(text: str, level: str | None) -> None:
    assert load().level(text) == level


def test_a_file_of_ones_own_gives_only_what_differs(tmp_path: Path) -> None:
    path = own(tmp_path, 'extends = "mof-2020"\nlow_rate = 0.95\n[severities]\n"budget.changed" = "off"\n[plain]\nlocal = "我市另有规定。"\n')
    rules = load(path)
    assert rules.name == "own"
    assert rules.low_rate == D("0.95")
    assert rules.severities == {"budget.changed": "off"}
    assert rules.level_weights == load().level_weights
    assert rules.source != load().source, "a changed rule set must not claim the ministry's authority"
    assert any("低于 95%" in sentence for sentence in rules.plain), "the sentences follow the figures"
    assert rules.plain[-1] == "我市另有规定。"
    assert load(str(path)) == rules


def test_a_figure_of_ones_own_has_no_borrowed_source(tmp_path: Path) -> None:
    path = own(tmp_path, 'extends = "mof-2020"\nover_completion = 1.2\nlow_rate = 0.9\ntolerance = 0.5\n[plain]\nlocal = "见我市文件（见于本地）。"\n')
    over, low, tolerance = (next(one for one in load(path).plain if word in one) for word in ("120%", "低于 90%", "0.5 分"))
    assert over.endswith("不扣分。") and "见于" not in over
    assert "见于一省的文件" in low, "the same figure has the same source"
    assert "本工具约定" not in tolerance
    assert load(path).plain[-1] == "见我市文件（见于本地）。"
    assert load("bands-80-50").plain[1].count("见于一省的样式") == 1


def test_a_table_of_levels_replaces_the_other(tmp_path: Path) -> None:
    rules = load(own(tmp_path, 'extends = "mof-2020"\ntitle = "甲市"\n[level_weights]\n"产出指标" = 60\n"效益指标" = 30\n'))
    assert rules.level_weights == {"产出指标": 60, "效益指标": 30}
    assert rules.title == "甲市"


def test_a_copied_file_loads(tmp_path: Path) -> None:
    copied = load(own(tmp_path, (FOLDER / "mof-2020.toml").read_text(encoding="utf-8")))
    assert copied.plain == load().plain


def test_a_file_saved_by_notepad_loads(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_bytes("\ufeffextends = \"mof-2020\"\r\ntolerance = 0.1\r\n".encode())
    assert load(path).tolerance == D("0.1")


WHOLE = (FOLDER / "mof-2020.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('extends = "mof-2020"\nlow_rat = 0.9', ["第 2 行，不认识 low_rat（是不是 low_rate？）", "可以写的有：extends"]),
        ('extends = "mof-2020"\n[severities]\n"budget.chnged" = "off"', ["第 3 行，", "budget.chnged", "是不是 budget.changed？"]),
        ('extends = "mof-2020"\n[severities]\n"执行率" = "off"', ["执行率", "selfeval-xl checks"]),
        ('title = "甲市"\nextends = "mof"', ["第 2 行，extends", "“mof”", "内置规则之一"]),
        ('extends = "mof-2020"\nlow_rate = 90', ["第 2 行，low_rate", "90", "0 到 1", "90% 写成 0.9"]),
        ('extends = "mof-2020"\nlow_rate = "0.9"', ["low_rate", "“0.9”", "0 到 1 之间的数，不加引号"]),
        ('extends = "mof-2020"\nlow_rate = nan', ["low_rate", "0 到 1"]),
        ('extends = "mof-2020"\nlow_rate = true', ["low_rate", "true"]),
        ('extends = "mof-2020"\ntolerance = -1', ["tolerance", "-1"]),
        ('extends = "mof-2020"\nover_completion = 0.5', ["over_completion", "1 到 100"]),
        ('extends = "mof-2020"\ncompound = "max"', ["compound", "mean、minimum"]),
        ('extends = "mof-2020"\ntitle = 3', ["title", "文字"]),
        ('extends = "mof-2020"\nmanagement = "预算编制"', ["management", "预算编制"]),
        ('extends = "mof-2020"\nexecution_weight = 20', ["level_weights", "90", "应为 80"]),
        ('extends = "mof-2020"\n[level_weights]\n"产出指标" = 33.333', ["level_weights.产出指标", "两位小数"]),
        ('extends = "mof-2020"\nlevel_weights = 3', ["level_weights", "[level_weights]"]),
        ('extends = "mof-2020"\n[severities]\n"budget.rate" = "hoch"', ["budget.rate", "hoch", "error、warning、info、off"]),
        ('extends = "mof-2020"\n[[grades]]\nname = "优"\nat_least = 60\n[[grades]]\nname = "良"\nat_least = 80', ["grades.at_least", "从高到低"]),
        ('extends = "mof-2020"\n[[grades]]\nname = "优"\nat_least = 60', ["grades.at_least", "最后一等为 0"]),
        ('extends = "mof-2020"\ngrades = []', ["grades", "name、at_least"]),
        ('extends = "mof-2020"\n[[bands]]\nstate = "reached"\nupper = 1', ["bands", "state、upper、lower"]),
        ('extends = "mof-2020"\n[[bands]]\nstate = "good"\nupper = 1\nlower = 0', ["bands.state", "reached、partly、missed"]),
        (WHOLE.replace("upper = 0.8", "upper = 0.7"), ["第 26 行，bands.upper", "0.7", "0.8"]),
        (WHOLE.replace("upper = 0.6", "upper = 0"), ["第 31 行，bands.upper", "0.6"]),
        (WHOLE.replace("lower = 0.6", "lower = 0.9"), ["bands.lower", "0.9", "小于 0.8"]),
        (WHOLE.replace("lower = 0\n", "lower = 0.1\n"), ["bands.lower", "0.1", "0"]),
        ('extends = "mof-2020"\n[plain]\nx = "至少 {lowrate}"', ["第 3 行，plain", "{lowrate}", "{low_rate}"]),
        ('extends = "mof-2019"', ["extends", "mof-2019", "mof-2020"]),
        ('title = "甲市"', ["缺少", "execution_weight", "level_weights", "extends"]),
        ('extends = "mof-2020"\n[plain]\nlow_rate = 0.95', ["low_rate 写在 [plain] 下面", "最前面"]),
        ('extends = "mof-2020"\n[level_weights]\n"产出指标" = 90\ntolerance = 1', ["tolerance 写在 [level_weights] 下面"]),
        ('extends = "mof-2020"\n[[grades]]\nname = "优"\nat_least = 0\ntitle = "甲市"', ["title 写在 [[grades]] 下面"]),
        ('extends = "mof-2020"\nlow_rate = 0.9\nlow_rate = 0.8\n', ["第 3 行", "只能写一次"]),
        ('extends = "mof-2020"\n[grades]\nname = "优"\n[grades]\nname = "良"\n', ["第 4 行", "[[grades]]"]),
        ('extends = "mof-2020"\n[grades]\nname = "优"\nat_least = 0\n', ["grades 要用两层方括号", "[[grades]]"]),
        ('extends = "mof-2020"\n[severities]\nbudget.changed = "off"\n', ['"budget.changed" = "off"', "英文双引号"]),
        ('extends = "mof-2020"\nlow_rate = \n', ["第 2 行"]),
        ('extends = "mof-2020"\nlow_rate = ', ["文件末尾"]),
        ('产出 = 3', ["第 1 行不符合 TOML 写法：“产出”要加英文双引号"]),
        ('extends ＝ “mof-2020”', ["第 1 行不符合 TOML 写法：＝ “ ” 是中文（全角）的，要改用英文的"]),
        ('extends = "mof-2020"\nlow_rate = ０.9　', ["第 2 行", "０ 空格 是中文（全角）的"]),
        ('title = "甲，市”\n', ["第 1 行", "英文双引号不成对"]),
        ('title = "甲市"2025年"通知"', ["引号要用中文的"]),
        ('extends: "mof-2020"', ["用等号 =，不用冒号"]),
        ('low_rate = 95%', ["写成小数"]),
        ('low_rate = 0.9  // 本市', ["前面加 #"]),
        ('low_rate = 0.9,\n', ["不加逗号"]),
        ('source = "D:\\规则"', ["反斜杠"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_file_key_and_what_is_allowed(tmp_path: Path, text: str, said: list[str]) -> None:
    with pytest.raises(RuleError) as caught:
        load(own(tmp_path, text))
    message = str(caught.value)
    assert message.startswith("own.toml：")
    assert [word for word in said if word not in message] == []
    assert "\n" not in message


def test_an_unknown_name_lists_the_known() -> None:
    with pytest.raises(RuleError, match="mof-2022") as caught:
        load("mof-2022")
    assert all(name in str(caught.value) for name in names())


def test_a_missing_file_and_one_in_gbk(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"gone\.toml：读不到"):
        load(tmp_path / "gone.toml")
    path = tmp_path / "own.toml"
    path.write_bytes('title = "甲市"'.encode("gbk"))
    with pytest.raises(RuleError, match="UTF-8"):
        load(path)


def test_a_changed_copy_can_not_pass_for_the_shipped_set(tmp_path: Path) -> None:
    path = tmp_path / "mof-2020.toml"
    path.write_text(WHOLE.replace("tolerance = 0.05", "tolerance = 5"), encoding="utf-8")
    with pytest.raises(RuleError, match="重名"):
        load(path)


def test_an_unknown_name_is_not_repeated_at_full_length() -> None:
    name = "年度" * 9000
    for asked in (lambda: load(name), lambda: rules_of(form()._replace(rules=name))):
        with pytest.raises(RuleError) as caught:
            asked()
        assert "年度…" in str(caught.value) and len(str(caught.value)) < 250
