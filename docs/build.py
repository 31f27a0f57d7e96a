"""Write checks.md and rules.md from the catalogue of checks and the rule sets: ``python docs/build.py``."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from selfeval_xl.checks import catalogue
from selfeval_xl.model import SEVERITY_NAMES
from selfeval_xl.report.text import in_general
from selfeval_xl.rules import DEFAULT, load, names

DOCS = Path(__file__).parent

SUBJECTS = {
    "budget": "预算与执行",
    "weights": "分值",
    "target": "年度指标值",
    "actual": "实际完成值",
    "score": "得分",
    "reason": "偏差原因",
    "table": "指标表的结构",
    "tieout": "勾稽核对",
    "transfer": "转移支付",
    "template": "模板",
    "reading": "读取",
    "package": "文件本身",
    "seal": "封签",
}


def checks() -> str:
    """The page of all checks, one table for each subject."""
    lines = [
        "# 校验项一览",
        "",
        "由 `docs/build.py` 根据校验目录生成，请勿手工修改。每一项都可以用 `selfeval-xl checks 编号` 查看；",
        "规则集可以关闭某一项，或改变它的级别：写法见 [own-rules.md](own-rules.md)。",
        "",
        "级别：**错误** 与数据或规则矛盾，必须更正（退出码 1）；**警告** 多半有误，请核对；**提示** 供了解。",
    ]
    for subject, specs in groupby(catalogue().values(), key=lambda spec: spec.id.partition(".")[0]):
        lines += ["", f"## {SUBJECTS[subject]}（{subject}）", ""]
        lines += ["| 编号 | 级别 | 何时出现 | 怎么改 |", "|---|---|---|---|"]
        lines += [
            _row(f"`{spec.id}` {spec.title}", SEVERITY_NAMES[spec.severity], spec.when, in_general(spec.fix))
            for spec in specs
        ]
    return "\n".join([*lines, ""])


def rules() -> str:
    """The page of all rule sets in plain words."""
    lines = [
        "# 规则集",
        "",
        "由 `docs/build.py` 根据规则文件生成，请勿手工修改。每一个都可以用 `selfeval-xl rules 名称` 查看。",
        "",
        f"本地规则不同时：用 `selfeval-xl rules {DEFAULT} -o 本市规则.toml` 抄一份改好，各个命令里用",
        "`--rules 本市规则.toml` 指定；规则文件的每个键怎样写，见 [own-rules.md](own-rules.md)。",
    ]
    for name in names():
        rule_set = load(name)
        default = "（默认）" if name == DEFAULT else ""
        lines += ["", f"## `{name}`{default}", "", f"**{rule_set.title}**。依据：{rule_set.source}", ""]
        lines += [f"- {sentence}" for sentence in rule_set.plain]
    return "\n".join([*lines, ""])


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


PAGES = {"checks.md": checks, "rules.md": rules}

if __name__ == "__main__":
    for page, text in PAGES.items():
        (DOCS / page).write_text(text(), encoding="utf-8", newline="\n")
