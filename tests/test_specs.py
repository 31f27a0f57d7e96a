"""The files of the forms' specs as their owner edits them: each mistake is told with file and key, and harms nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from selfeval_xl.cli import main
from selfeval_xl.errors import SpecError, TargetError
from selfeval_xl.forms import FORMS, build, load, outline
from selfeval_xl.forms.load import SPECS, load_spec
from selfeval_xl.forms.sound import wanted
from selfeval_xl.workbook import saving

RECTIFICATION, HEADER, BUDGET = "blocks/rectification_lines.toml", "blocks/header.toml", "blocks/budget_lines.toml"
PROJECT = "project.toml"


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SPECS, tmp_path / "specs"))


def edited(specs: Path, file: str, old: str, new: str) -> None:
    path = specs / file
    text = path.read_text(encoding="utf-8")
    assert old in text, (file, old)
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def load_all(specs: Path) -> None:
    for form in FORMS:
        load_spec(form, specs)


# file, what stands there, what an owner wrote instead, and what the message says
MISTAKES = {
    "typo key in column": (RECTIFICATION, 'heading = "整改效果"', 'headnig = "整改效果"', "[[column]] effect 不认识 headnig（是不是 heading？）"),
    "unknown key of a form": (PROJECT, "updated =", "update =", "不认识 update（是不是 updated？）"),
    "version as a number": (PROJECT, 'version = "1.0.0"', "version = 1.1", "version 的值 1.1 不对，应为三段数字的版本，加英文双引号，如 1.1.0"),
    "version in words": (PROJECT, 'version = "1.0.0"', 'version = "v二"', "version 的值 “v二” 不对"),
    "rows in words": (PROJECT, "indicators = 15", 'indicators = "二十"', "rows.indicators 的值 “二十” 不对，应为 1 到"),
    "no rows": (PROJECT, "indicators = 15", "indicators = 0", "rows.indicators 的值 0 不对，应为 1 到"),
    "rows of no table": (PROJECT, "indicators = 15", "indicator = 15", "[rows] 缺少 indicators（绩效指标的行数）（是不是 indicator？）"),
    "rows of a table of another form": (PROJECT, "indicators = 15", "indicators = 15\nnature = 2", "[rows] 的 nature 不是这种表里的表"),
    "unknown style": (RECTIFICATION, 'style = "entry"', 'style = "enrty"', "[[column]] problem 的 style 的值 “enrty” 不对（是不是 entry？）"),
    "a key twice": (HEADER, 'key = "department"', 'key = "project"', "[[field]] project 的 key project 与 blocks/header.toml：[[field]] project 的重名"),
    "field beyond the block": (HEADER, 'at = "C2:G2"', 'at = "C3:G3"', "[[field]] department 在第 3 行，heights 只写了 2 行"),
    "field without a label": (HEADER, '"${department_label}", "label"', '"${department_label}", "title"', "[[field]] department 的左边、上边都没有固定文字"),
    "field over field": (HEADER, 'at = "C2:G2"', 'at = "C1:G1"', "[[field]] department 占的位置与 blocks/header.toml：[[field]] project 重叠（工作表“自评表”的 C3）"),
    "field over label": (HEADER, 'at = "C2:G2"', 'at = "B2:G2"', "与 blocks/header.toml：labels 里 A2:B2 的文字 重叠"),
    "two columns at one place": (RECTIFICATION, 'at = "C"', 'at = "B"', "[[column]] effect 占的位置与 blocks/rectification_lines.toml：[[column]] measure 重叠"),
    "no address": (HEADER, 'at = "C2:G2"', 'at = "C二"', "at 的值 “C二” 不对，应为单元格的位置"),
    "address from right to left": (HEADER, 'at = "C2:G2"', 'at = "G2:C2"', "从左上到右下"),
    "column that the program needs": ("blocks/indicators.toml", 'key = "actual"', 'key = "actuals"', "缺少表 indicators 的列 actual（是不是 actuals？）"),
    "renamed entry": ("blocks/indicators.toml", 'key = "reason"', 'key = "yuanyin"', "缺少表 indicators 的列 reason"),
    "unknown list": (HEADER, 'list = "currency"', 'list = "curency"', "list 的值 “curency” 不对（是不是 currency？）"),
    "role in Chinese": (HEADER, 'role = "entry"', 'role = "填写"', "role 的值 “填写” 不对，应为下列之一：entry"),
    "another role": (HEADER, 'role = "entry"', 'role = "label"', "[[field]] project 的 role 应为 entry，现在是 label"),
    "formula with an unknown column": (BUDGET, "{executed}/{adjusted}", "{executed}/{ajusted}", "[[column]] rate 的 formula 里写了 {ajusted}，没有这个格，本表也没有这个列（是不是 adjusted？）"),
    "formula with a table's unknown column": ("blocks/budget_sums.toml", "{budget.initial}", "{budgets.initial}", "{budgets.initial}，没有这个列（是不是 budget.initial？）"),
    "formula without a bracket": (BUDGET, '{executed}/{adjusted},""),"")', '{executed}/{adjusted},"")', "不成对"),
    "formula with brackets that fit and commas that don't": (BUDGET, '{executed}/{adjusted},""),"")', '{executed}/{adjusted},"",""),"")', "IF 有 4 个参数"),
    "formula with Chinese signs": (BUDGET, '{executed}/{adjusted},""),"")', '{executed}/{adjusted}，""),"")', "有中文标点 ，"),
    "formula without a quote": (BUDGET, '{executed}/{adjusted},""),"")', '{executed}/{adjusted},"),"")', "英文双引号不成对"),
    "formula with a bare name": (BUDGET, "{executed}/{adjusted}", "executed/{adjusted}", "executed 不是格的名称"),
    "formula without =": ("blocks/budget_title.toml", "'=\"单位：\"", "'\"单位：\"", "应为以等号开头的公式"),
    "condition with an unknown column": (RECTIFICATION, '{measure}=""', '{mesure}=""', "第 1 个 [[highlight]] 的 when 里写了 {mesure}"),
    "highlight of an unknown column": (RECTIFICATION, '["problem", "effect"]', '["problem", "effects"]', "表 rectification 没有这一列（是不是 effect？）"),
    "highlight of an unknown field": ("blocks/summary.toml", '["card_findings", "card_findings"]\nwhen = \'AND(LEFT({card_findings},2)', '["card_finding", "card_findings"]\nwhen = \'AND(LEFT({card_findings},2)', "工作表“汇总”没有这个格（是不是 card_findings？）"),
    "highlight of a field with an unknown condition": ("blocks/closing.toml", 'FIND("未定",{progress})', 'FIND("未定",{progres})', "第 1 个 [[highlight]] 的 when 里写了 {progres}"),
    "colour in words": ("styles.toml", 'fill = "FFFBE6"', 'fill = "浅绿"', "[entry] 的 fill 的值 “浅绿” 不对，应为六位十六进制的颜色"),
    "colour with #": ("styles.toml", 'fill = "FFFBE6"', 'fill = "#FFFBE6"', "不带 #"),
    "style in a circle": ("styles.toml", '[base]\nfont = "宋体"', '[base]\nextends = "entry"\nfont = "宋体"', "绕了一圈"),
    "style without its base": ("styles.toml", '[subtitle]\nextends = "base"', "[subtitle]", "[subtitle] 缺少 font、size、valign"),
    "locked entry": (RECTIFICATION, 'style = "entry"', 'style = "label"', "单位填不进去"),
    "unlocked formula": ("blocks/budget_title.toml", 'style = "subtitle_right"', 'style = "entry"', "会被误改"),
    "no such block": (PROJECT, '"goals"', '"goal"', "blocks.evaluation 第 5 项 的值 “goal” 不对（是不是 goals？）"),
    "no such sheet": (PROJECT, '"tieout", "summary"', '"tieouts", "summary"', "sheets 第 4 项 的值 “tieouts” 不对（是不是 tieout？）"),
    "missing text": (PROJECT, "project_label =", "projectlabel =", "${project_label}，表的 [texts] 里没有这个名称（是不是 projectlabel？）"),
    "text that no block shows": (PROJECT, "[texts]", '[texts]\ncontact_label = "联系人"', "[texts] 的 contact_label 没有用处，这种表的各块里都没有写 ${contact_label}"),
    "Chinese quotes": (PROJECT, 'title = "项目支出绩效自评表"', "title = “项目支出绩效自评表”", "第 4 行不符合 TOML 写法"),
    "a line twice": (PROJECT, 'updated = "2026-11"', 'updated = "2026-11"\nupdated = "2026-12"', "第 6 行的项目前面已经写过"),
    "own rules": (PROJECT, 'rules = "mof-2020"', 'rules = "长宁市2025"', "rules 的值 “长宁市2025” 不对，应为内置规则之一"),
    "changed id": (PROJECT, 'id = "project"', 'id = "xiangmu"', "id 的值 “xiangmu” 不对，应为 project"),
    "overlong sheet name": ("sheets/evaluation.toml", 'name = "自评表"', f'name = "{"自评表" * 11}"', "不超过 31 个字"),
    "forbidden sheet name": ("sheets/evaluation.toml", 'name = "自评表"', 'name = "自评表[2025]"', "name 的值"),
    "one sheet name twice": ("sheets/budget.toml", 'name = "预算执行"', 'name = "自评表"', "sheets/budget.toml：name 与 sheets/evaluation.toml 的重名"),
    "overlong help": (HEADER, "四位年份，如 2024。", "四位年份，如 2024。" * 25, "不超过 255 个字的提示内容"),
    "help as one text": (HEADER, 'help = ["年度", "四位年份，如 2024。"]', 'help = "四位年份"', "应为 2 项，如"),
    "one heading twice": (RECTIFICATION, 'heading = "整改效果"', 'heading = "整改措施"', "列的标题不能重复"),
    "no heading": (RECTIFICATION, 'heading = "整改效果"\n', "", "[[column]] effect 缺少 heading"),
    "label without style": (HEADER, '["L1:M1", "金额单位", "label"]', '["L1:M1", "金额单位"]', "labels 第 3 项 的值 [“L1:M1”、“金额单位”] 不对，应为 3 项"),
    "print as no range": ("sheets/rectification.toml", 'print = "A:C"', 'print = "A-C"', "print 的值 “A-C” 不对"),
    "print cuts a column": ("sheets/rectification.toml", 'print = "A:C"', 'print = "A:B"', "在 C 列，打印不出来"),
    "entry in a hidden column": ("sheets/rectification.toml", 'print = "A:C"', 'print = "A:B"\nhidden = "C:C"', "把它隐藏了，单位看不到"),
    "hidden and printed": ("sheets/budget.toml", 'hidden = "L:O"', 'hidden = "K:O"', "有重叠的列"),
    "width in words": ("sheets/rectification.toml", "A = 40", 'A = "宽"', "widths.A 的值 “宽” 不对"),
    "column without width": ("sheets/rectification.toml", "A = 40, ", "", "widths 里缺少 A 列"),
    "freeze of no table": ("sheets/tieout.toml", 'freeze = "tieout"', 'freeze = "tieouts"', "freeze 的值“tieouts”不对（是不是 tieout？）"),
    "too few heights": (HEADER, "heights = [21, 21]", "heights = [21]", "heights 只写了 1 行的行高"),
    "default of no field": (PROJECT, 'currency_unit = "万元"', 'currency = "万元"', "[defaults] 的 currency 不是由单位填写的格（是不是 currency_unit？）"),
    "default not in its list": (PROJECT, 'currency_unit = "万元"', 'currency_unit = "千元"', "不在下拉列表 currency 里（是不是 元？），可选：万元、元、亿元"),
    "default that is no number": (PROJECT, 'currency_unit = "万元"', 'currency_unit = "万元"\nyear = "今年"', "year 只许填数"),
    "more defaults than rows": (PROJECT, "funds = 3", "funds = 2", "name 有 3 项，[rows] 里这张表只有 2 行"),
    "default of no column": (PROJECT, "[defaults.tables.funds]\nname", "[defaults.tables.funds]\nnames", "的 names 不是由单位填写的列（是不是 name？）"),
    "key in Chinese": (HEADER, 'key = "department"', 'key = "部门"', "key 的值 “部门” 不对，应为小写英文字母开头的名称"),
    "word of the program taken away": ("lists.toml", '"≥", "≤", "="', '"≥", "="', "op 里缺少“≤”"),
    "word that the program doesn't know": ("lists.toml", '"元", "亿元"', '"元", "千元"', "currency 里的“千元”程序不认得"),
    "chart of no field": ("blocks/charts.toml", 'to = "weight_other"', 'to = "weights_other"', "这张工作表没有这个格（是不是 weight_other？）"),
    "chart with too few colours": ("blocks/charts.toml", '"5B9BD5", "A5A5A5"', '"5B9BD5"', "每一点一个颜色（5 个）"),
    "table without rows' height": (RECTIFICATION, "height = 72\n", "", "缺少 height"),
    "style that blocks use taken away": ("styles.toml", "[helper]", "[helpers]", "style 的值 “helper” 不对（是不是 helpers？）"),
    "list that blocks use renamed": ("lists.toml", "budget_level =", "budgetlevel =", "list 的值 “budget_level” 不对（是不是 budgetlevel？），应为 lists.toml 里的列表之一"),
    "word twice in a list": ("lists.toml", '"成本指标", "产出指标", "效益指标"', '"成本指标", "成本指标", "效益指标"', "level1 里有重复的词"),
    "empty list": ("lists.toml", 'level1 = ["成本指标", "产出指标", "效益指标", "满意度指标"]', "level1 = []", "lists.toml：level1 是空的"),
    "list that is one word": ("lists.toml", 'level1 = ["成本指标", "产出指标", "效益指标", "满意度指标"]', 'level1 = "成本指标"', "level1 的值 “成本指标” 不对，应为一列"),
    "list of both kinds": ("lists.toml", "[suggest]", '[suggest]\ngrade = ["优"]', "grade 在 [strict] 和 [suggest] 里都有"),
    "entry with a formula": (RECTIFICATION, 'style = "entry"', "style = \"entry\"\nformula = '={measure}'", "[[column]] problem 有 formula，role 应为 formula，现在是 entry"),
    "formula without one": (BUDGET, "formula = ", "help = ['执行率', '不用填']\n#", "[[column]] rate 缺少 formula"),
    "chart from below to above": ("blocks/charts.toml", 'from = "weight_budget", to = "weight_other"', 'from = "weight_other", to = "weight_budget"', "应上下相连，从上到下"),
    "chart of what has no name": ("blocks/charts.toml", 'from = "weight_budget", to = "weight_other", color', 'from = "score_claimed", to = "score_claimed", color', "的 series 写了 score_claimed，这张工作表没有这个格（是不是 card_claimed？）"),
    "defaults of no table": (PROJECT, "[defaults.tables.funds]", "[defaults.tables.fund]", "[defaults.tables.fund] 不是这种表里的表（是不是 funds？）"),
    "highlight from right to left": (RECTIFICATION, '["problem", "effect"]', '["effect", "problem"]', "的 columns 应从左到右"),
    "overlong formula": (RECTIFICATION, '{measure}=""', '{measure}="' + "长" * 8200 + '"', "太长：写进表里有"),
    "formula that ends in a sign": (RECTIFICATION, '{measure}=""', "{measure}=", "写得不对：请检查括号、逗号和运算符"),
    "no text that the program shows": (PROJECT, "funds_label =", "fund_label =", "[texts] 缺少 funds_label（是不是 fund_label？）"),
    "sheet without blocks": (PROJECT, "\nbudget = [", "\nbudgets = [", "“budgets” 不对（是不是 budget？），应为 sheets 文件夹里的文件名之一"),
    "table twice": (PROJECT, '"indicators", "closing"', '"indicators", "indicators", "closing"', "表 indicators 的重名；每张表的 key 只能用一次"),
    "single brackets": (RECTIFICATION, "[[highlight]]", "[highlight]", "highlight 的值 {columns、when、style} 不对，每一个应以 [[highlight]] 开头"),
    "same strict key elsewhere": (RECTIFICATION, "[[highlight]]", '[[column]]\nkey = "op"\nat = "D"\nheading = "别的"\nrole = "entry"\nstyle = "entry"\n[[highlight]]', "别处也有，那里的下拉列表不同"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_its_file_and_key(specs: Path, mistake: str) -> None:
    file, old, new, said = MISTAKES[mistake]
    edited(specs, file, old, new)
    with pytest.raises(SpecError) as told:
        load_all(specs)
    assert said in str(told.value)
    assert ".toml：" in str(told.value) and "\n" not in str(told.value)


def test_what_another_editor_saves(specs: Path) -> None:
    text = (specs / PROJECT).read_text(encoding="utf-8")
    (specs / PROJECT).write_text(text, encoding="utf-8-sig")
    load_all(specs)
    (specs / PROJECT).write_text(text, encoding="gbk")
    load._load_spec.cache_clear()
    with pytest.raises(SpecError, match=r"project\.toml：不是 UTF-8 编码"):
        load_all(specs)


# --- building ---


@pytest.fixture
def home(specs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the built templates; specs and outlines are the test's own, too."""
    pytest.importorskip("xlsxwriter")
    pytest.importorskip("pyopenvba")
    monkeypatch.setattr(load, "SPECS", specs)
    monkeypatch.setattr(build, "OUTLINES", tmp_path / "outlines")
    monkeypatch.setattr(build.prepared, "texts", dict)
    load._load_spec.cache_clear()
    assert build.build(tmp_path / "built").warnings == ()
    return tmp_path / "built"


def held(*folders: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for folder in folders for path in folder.iterdir()}


def test_a_build_that_fails_writes_nothing(
    home: Path, specs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = held(home, tmp_path / "outlines")
    edited(specs, "project.toml", 'updated = "2026-11"', 'updated = "2026-12"')
    edited(specs, "transfer.toml", "indicators = 15", "indicators = 0")  # the last of the forms
    load._load_spec.cache_clear()
    with pytest.raises(SpecError):
        build.build(home)
    assert held(home, tmp_path / "outlines") == before
    edited(specs, "transfer.toml", "indicators = 0", "indicators = 15")
    load._load_spec.cache_clear()
    real = saving.replace

    def stuck(path: Path, data: bytes) -> None:
        if path.name == "project.xlsm":  # open in Excel
            raise TargetError("文件正被打开")
        real(path, data)

    monkeypatch.setattr(saving, "replace", stuck)
    with pytest.raises(TargetError):
        build.build(home)
    assert held(home, tmp_path / "outlines") == before


def test_a_change_that_reaches_other_forms_is_told(home: Path, specs: Path) -> None:
    edited(specs, "project.toml", 'version = "1.0.0"', 'version = "1.1.0"')
    edited(specs, HEADER, '"金额单位", "label"', '"单位", "label"')
    load._load_spec.cache_clear()
    (line,) = build.build(home).warnings
    assert line.startswith("department、transfer 的内容变了，version 还是 1.0.0")
    assert build.build(home).warnings == ()
    edited(specs, "project.toml", 'version = "1.1.0"', 'version = "1.0.9"')
    load._load_spec.cache_clear()
    (line,) = build.build(home).warnings
    assert "project.toml：version 是 1.0.9，比原来的 1.1.0 旧" in line
    (specs / "pilot.toml").write_bytes((specs / PROJECT).read_bytes())
    (line,) = build.build(home).warnings
    assert line.startswith("pilot.toml 没有用到") and "不能另加" in line


def test_every_key_so_far_is_one_that_every_copy_has() -> None:
    for form in FORMS:
        known = outline.outline(form)
        names = {*known.fields, *(f"{table}.{key}" for table, columns in known.tables.items() for key in columns)}
        assert names - known.added == wanted(form).keys()


def test_the_command_says_it_in_one_line(
    specs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    edited(specs, RECTIFICATION, 'style = "entry"', 'style = "enrty"')
    monkeypatch.setattr(load, "SPECS", specs)
    for action in ("build", "check"):
        assert main(["templates", action]) == 2
        out, err = capsys.readouterr()
        assert out == "" and err.count("\n") == 1
        assert err.startswith("selfeval-xl：blocks/rectification_lines.toml：[[column]] problem 的 style")
