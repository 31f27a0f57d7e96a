"""What cells show: values under number formats, as Excel with Chinese settings shows them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from selfeval_xl.workbook.number_format import BUILT_IN, ErrorValue, NumberFormat

ACCOUNTING = '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ '


@pytest.mark.parametrize(
    ("code", "number", "shown"),
    [
        ("General", "5", "5"),
        ("General", "-0.5", "-0.5"),
        ("General", "0.868454321987", "0.868454322"),
        ("General", "1234567.891234", "1234567.891"),
        ("General", "123456789012", "1.23457E+11"),
        ("General", "0.00000000012", "1.2E-10"),
        ('G/通用格式"个"', "-11", "-11个"),
        ("0.00%", "0.868454", "86.85%"),
        ("0%", "1", "100%"),
        ("0.00\\%", "86.851", "86.85%"),
        ("0.00", "2.345", "2.35"),
        ("0.00", "-2.345", "-2.35"),
        ("0.00_ ", "8.7", "8.70"),
        ("#,##0.00", "1234567.891", "1,234,567.89"),
        ("#,##0", "999", "999"),
        ("#,##0", "1000", "1,000"),
        ("#,##0;[红色]-#,##0", "-1234", "-1,234"),
        ("0.00_);[Red]\\(0.00\\)", "-1.2", "(1.20)"),
        (ACCOUNTING, "-12345.6", "-12,345.60"),
        (ACCOUNTING, "0", "-"),
        ('0.00"万元"', "175.475", "175.48万元"),
        ('0!.0,"万元"', "2020600", "202.1万元"),
        ('[>=10000]0!.0,"万";0', "23456", "2.3万"),
        ('[>=10000]0!.0,"万";0', "5", "5"),
        ("[<-25]0;[>25]0;0.0", "-26", "-26"),
        ('[=1]"是";[=0]"否"', "20", "20"),
        ("mmmmm\\ yy", "45657", "D 24"),
        ("[$¥-804]#,##0.00", "12", "¥12.00"),
        ("#,##0,", "1234567", "1,235"),
        ("0000", "12", "0012"),
        ("000-0000", "1234567", "123-4567"),
        ("#.##", "5", "5."),
        (".00", "1.5", "1.50"),
        ("0.0#", "1.5", "1.5"),
        ("0.00E+00", "12345", "1.23E+04"),
        ("##0.0E+0", "12345", "12.3E+3"),
        ("0E+00", "9.6E5", "1E+06"),
        ("≥0", "5", "≥5"),
        ("yyyy-mm-dd", "45657", "2024-12-31"),
        ('yyyy"年"m"月"d"日"', "45657", "2024年12月31日"),
        ("[$-804]yyyy/m/d aaaa", "45657", "2024/12/31 星期二"),
        ("[$-F800]dddd, mmmm dd, yyyy", "45657", "2024年12月31日"),
        ("[$-F400]h:mm:ss AM/PM", "0.75", "18:00:00"),
        ("e.mm", "45657", "2024.12"),
        ('gge"年"', "45657", "2024年"),
        ("yyyy/m/d h:mm", "45657.75", "2024/12/31 18:00"),
        ("h:mm AM/PM", "0.75", "6:00 PM"),
        ('上午/下午h"时"mm"分"', "0.25", "上午6时00分"),
        ("[h]:mm:ss", "1.5", "36:00:00"),
        ("mm:ss.0", "0.00001", "00:00.9"),
        ("yyyy-mm-dd", "59", "1900-02-28"),
        ("yyyy-mm-dd", "61", "1900-03-01"),
        # What a format can't show is shown as it is.
        ("yyyy-mm-dd", "-1", "-1"),
        ("yyyy-mm-dd", "1e9", "1000000000"),
        ("# ?/?", "0.5", "0.5"),
        (";;;", "5", "5"),
        ("0;-0;;@", "0", "0"),
        ("[DBNum2][$-804]General", "12", "12"),
        ("0." + "0" * 40, "1.5", "1.5"),
        ("0", "1e40", "1E+40"),
    ],
)
def test_numbers(code: str, number: str, shown: str) -> None:
    assert NumberFormat(code).text(Decimal(number)) == shown


def test_other_values() -> None:
    assert NumberFormat("0.00").text("约 10 个") == "约 10 个"
    assert NumberFormat('0;0;0;"约"@').text("10") == "约10"
    assert NumberFormat("0.00").text(None) == ""
    assert NumberFormat("0.00").text(True) == "TRUE"
    assert NumberFormat("0.00").text(ErrorValue("#REF!")) == "#REF!"
    assert NumberFormat("yyyy-mm-dd", date1904=True).text(Decimal(44195)) == "2024-12-31"


def test_dates_are_known() -> None:
    assert NumberFormat('yyyy"年"').is_date
    assert not NumberFormat('0"年"').is_date
    assert not NumberFormat().is_date


@pytest.mark.parametrize("code", [*BUILT_IN.values(), "", ";", "[", '"', "\\", "_", "[>]0", "[>=1.2.3]0", "E+", "0E+", ".", ",", "%" * 250, "#" * 250, "[h", "yyyy" * 60])
def test_every_format_shows_every_number(code: str) -> None:
    for number in ("0", "1", "-1", "0.5", "1e15", "1e-15", "-1e300", "45657.123456789", "2958465.99999999"):
        assert NumberFormat(code).text(Decimal(number))


@pytest.mark.parametrize(
    ("code", "read"),
    [
        *((code, "2024/12/31") for code in ("d-mmm-yy", "[$-409]mmmm d, yyyy", "dd/mm/yyyy", "m/d/yy", "yy/m/d", "[$-409]ddd, mmm d, yyyy")),
        ("mmm-yy", "2024年12月"), ("mmmmm\\ yy", "2024年12月"), ("d-mmm", "12月31日"), ("m/d/yy h:mm", "2024/12/31 18:00"), ("d/m/yyyy h:mm:ss", "2024/12/31 18:00:00"), ("[$-409]mmmm", "12月"),
        ("yyyy-mm-dd", "2024-12-31"), ('yy"年"m"月"d"日"', "24年12月31日"), ("e.mm", "2024.12"), ("h:mm", "18:00"), ("mm:ss", "00:00"),
    ],
)  # fmt: skip
def test_dates_are_read_year_first_whatever_their_format(code: str, read: str) -> None:
    assert NumberFormat(code).reading(Decimal("45657.75")) == read
