"""The receipt: one page with the figures and the check code, to be printed, signed and kept."""

from __future__ import annotations

import datetime
import hashlib
import html
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from string import Template

from selfeval_xl.evaluation import year_of
from selfeval_xl.model import Assessment
from selfeval_xl.report.json import figure, number
from selfeval_xl.report.text import claimed, counts, form_title, spending
from selfeval_xl.submit.pack import Packed, in_words

_UNKNOWN = "—"
_OFFICES = (
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.exe",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)
_PATIENCE = 90  # seconds for LibreOffice
_HERE = Path(__file__).parent
_HTML_ROW = "<tr><td>{}</td><td>{}</td></tr>"
_SHEET_ROW = (
    '<table:table-row table:style-name="{2}"><table:table-cell table:style-name="label" office:value-type="string">'
    '<text:p>{0}</text:p></table:table-cell><table:table-cell table:style-name="{3}" office:value-type="string">'
    "<text:p>{1}</text:p></table:table-cell></table:table-row>"
)
_NOTE = "核对码由报送的工作簿内容算出，与工作簿“汇总”表上的一致；内容有改动，核对码就对不上。"
_SIGNED, _UNSIGNED = "已用单位私钥签名", "未签名"
_VERIFIED = "签名可由登记了本单位公钥的财政部门核验。"
_SIGN = "填报人（签字）：＿＿＿＿＿＿　　负责人（签字）：＿＿＿＿＿＿　　单位（盖章）："
_ROWS = {
    "year": "年度", "unit": "单位", "department": "主管部门", "project": "项目", "form": "表式",
    "money": "全年执行数 ÷ 全年预算数", "rate": "预算执行率", "claimed": "自评总分", "computed": "按规则测算",
    "findings": "校验结果", "date": "报送日期", "file": "文件", "size": "文件大小", "digest": "文件指纹（SHA-256）",
    "signed": "电子签名",
}  # fmt: skip

Facts = Mapping[str, str]
"""The facts of a submission by the names that a letter uses for them; "" for what is unknown."""


def facts_of(assessment: Assessment, package: Packed, file: str, day: datetime.date) -> Facts:
    """The facts of a submission, from its assessment, its package, the name of its ``file`` and its date."""
    evaluation, rate = assessment.evaluation, assessment.budget.rate
    header = evaluation.header
    score, grade = number(assessment.total.score, 2) or "待评定", assessment.total.grade or "待评定"
    computed = score if score == grade else f"{score} {grade}"
    stated = claimed(evaluation)
    if figure(evaluation.claimed_total) is None:  # the form then shows the computed total
        stated = f"{score} {stated}" if stated else computed
    facts = {
        "year": str(year_of(header.year) or header.year.text.strip()),
        "unit": header.unit.text.strip(),
        "project": header.project.text.strip(),
        "department": header.department.text.strip(),
        "form": form_title(evaluation.form, "绩效自评表"),
        "money": spending(assessment),
        "rate": "" if rate is None else f"{number(rate * 100, 2)}%",
        "claimed": stated,
        "score": score,
        "grade": grade,
        "findings": counts(assessment.findings),
        "file": file,
        "size": f"{len(package.data):,} 字节",
        "digest": hashlib.sha256(package.data).hexdigest(),
        "code": package.code,
        "signed": _SIGNED if package.signed else _UNSIGNED,
        "date": in_words(day),
        "computed": computed,
    }
    project = f"“{facts['project']}”" if facts["project"] else ""
    when = f"{facts['year']}年度" if facts["year"] else ""
    return {**facts, "about": f"{facts['unit']}{project}{when}{facts['form']}"}


def receipt(facts: Facts) -> tuple[bytes, str]:
    """The page and its ending: a PDF where LibreOffice is installed and succeeds, otherwise HTML."""
    pdf = _pdf(_page("receipt.fods", facts, _SHEET_ROW))
    return (pdf, ".pdf") if pdf else (_page("receipt.html", facts, _HTML_ROW), ".html")


def _page(template: str, facts: Facts, row: str) -> bytes:
    """A page from its template; the last row, with the check code, is larger."""
    shown = ((html.escape(label), html.escape(facts[key] or _UNKNOWN)) for key, label in _ROWS.items())
    lines = [row.format(label, value, "row", "value") for label, value in shown]
    lines.append(row.format("核对码", facts["code"], "high", "code"))
    note = _NOTE + (_VERIFIED if facts["signed"] == _SIGNED else "")
    text = (_HERE / template).read_text(encoding="utf-8")
    return Template(text).substitute(rows="\n".join(lines), note=note, sign=_SIGN).encode("utf-8")


def _pdf(page: bytes) -> bytes | None:
    """The page printed by LibreOffice, in a profile of its own so that a running one isn't disturbed; None if none."""
    names = (shutil.which("soffice"), shutil.which("libreoffice"), *_OFFICES)
    office = next((name for name in names if name and Path(name).is_file()), None)
    if office is None:
        return None
    with tempfile.TemporaryDirectory(prefix="selfeval-xl-", ignore_cleanup_errors=True) as folder:
        source = Path(folder) / "receipt.fods"
        source.write_bytes(page)
        command = [
            office, f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}", "--headless", "--norestore",
            "--nologo", "--convert-to", "pdf:calc_pdf_Export", "--outdir", folder, str(source),
        ]  # fmt: skip
        try:
            subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=True)
            return source.with_suffix(".pdf").read_bytes()
        except (OSError, subprocess.SubprocessError):
            return None
