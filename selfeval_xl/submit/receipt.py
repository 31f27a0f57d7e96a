"""The receipt: one page with the figures and the check code, to be printed, signed and kept."""

from __future__ import annotations

import datetime
import hashlib
import html
import shutil
import subprocess
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from string import Template

from selfeval_xl.model import Assessment
from selfeval_xl.report.json import number, year
from selfeval_xl.report.text import claimed, counts, form_title, spending
from selfeval_xl.submit.pack import Packed

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
_SIGNED = "签名可由登记了本单位公钥的财政部门核验。"
_SIGN = "填报人（签字）：＿＿＿＿＿＿　　负责人（签字）：＿＿＿＿＿＿　　单位（盖章）："


@dataclass(frozen=True, slots=True)
class Facts:
    """What a submission says of itself, in words to be shown; ``—`` for what is not known."""

    year: str
    unit: str
    project: str
    department: str
    form: str
    money: str
    rate: str
    claimed: str
    score: str
    grade: str
    findings: str
    file: str
    size: str
    digest: str
    code: str
    signed: bool
    date: str

    @property
    def computed(self) -> str:
        """Score and grade as one would say them: 99.50 优, or 待评定."""
        return _said(self.score, self.grade)

    def words(self) -> dict[str, str]:
        """The facts by name, for a letter: what is not known is left out of its sentences."""
        known = {key: "" if value == _UNKNOWN else str(value) for key, value in asdict(self).items()}
        project = f"“{known['project']}”" if known["project"] else ""
        year = f"{known['year']}年度" if known["year"] else ""
        return {**known, "computed": self.computed, "about": f"{known['unit']}{project}{year}{self.form}"}


def facts_of(assessment: Assessment, package: Packed, file: str, day: datetime.date) -> Facts:
    """The facts of a packed workbook that will be called ``file``."""
    evaluation = assessment.evaluation
    header = evaluation.header
    score, grade = number(assessment.total.score, 2) or "待评定", assessment.total.grade or "待评定"
    when = year(header.year)
    return Facts(
        year=str(when) if when else header.year.text.strip() or _UNKNOWN,
        unit=header.unit.text.strip() or _UNKNOWN,
        project=header.project.text.strip() or _UNKNOWN,
        department=header.department.text.strip() or _UNKNOWN,
        form=form_title(evaluation.form, "绩效自评表"),
        money=spending(assessment),
        rate=_percent(assessment),
        claimed=claimed(evaluation) or _said(score, grade),  # what the form shows where nothing else is typed
        score=score,
        grade=grade,
        findings=counts(assessment.findings),
        file=file,
        size=f"{len(package.data):,} 字节",
        digest=hashlib.sha256(package.data).hexdigest(),
        code=package.code,
        signed=package.signed,
        date=day.isoformat(),
    )


def _said(score: str, grade: str) -> str:
    return score if score == grade else f"{score} {grade}"


def receipt(facts: Facts) -> tuple[bytes, str]:
    """The page and its ending: a PDF where LibreOffice is there and prints it, HTML otherwise."""
    pdf = _pdf(_page("receipt.fods", facts, _SHEET_ROW))
    return (pdf, ".pdf") if pdf else (_page("receipt.html", facts, _HTML_ROW), ".html")


def _page(template: str, facts: Facts, row: str) -> bytes:
    """A page from its template; the last row, with the check code, is larger."""
    lines = [row.format(html.escape(label), html.escape(value), "row", "value") for label, value in _rows(facts)]
    lines.append(row.format("核对码", facts.code, "high", "code"))
    note = _NOTE + (_SIGNED if facts.signed else "")
    text = (_HERE / template).read_text(encoding="utf-8")
    return Template(text).substitute(rows="\n".join(lines), note=note, sign=_SIGN).encode("utf-8")


def _rows(facts: Facts) -> tuple[tuple[str, str], ...]:
    return (
        ("年度", facts.year),
        ("单位", facts.unit),
        ("主管部门", facts.department),
        ("项目", facts.project),
        ("表样", facts.form),
        ("全年执行数 ÷ 全年预算数", facts.money),
        ("预算执行率", facts.rate),
        ("自评总分", facts.claimed),
        ("按规则测算", facts.computed),
        ("校验结果", facts.findings),
        ("报送日期", facts.date),
        ("文件", facts.file),
        ("文件大小", facts.size),
        ("文件 SHA-256", facts.digest),
        ("签名", "已用单位私钥签名" if facts.signed else "未签名"),
    )


def _percent(assessment: Assessment) -> str:
    rate = assessment.budget.rate
    return f"{number(rate * 100, 2)}%" if rate is not None else _UNKNOWN


def _pdf(page: bytes) -> bytes | None:
    """What LibreOffice prints, in a profile of its own so that an open office is left alone."""
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
