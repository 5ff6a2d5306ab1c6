"""The customs table by country, in the layouts that the module's docstring describes.

The figures are invented round ones; headings, labels and quirks are those of the real files.
"""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import xlwt
from openpyxl import Workbook

from catrade.errors import FetchError
from catrade.fetch import gacc
from catrade.tables import fetched
from catrade.tables.manifests import manifests as manifests_of
from catrade.tables.manifests import sha256
from rounding.errors import DataError, ParameterError

Row = tuple[str, ...]


def _rows(text: str) -> list[Row]:
    return [tuple(line.split("|")) for line in text.strip("\n").splitlines()]


ENGLISH_TITLE = (
    "(2) Imports and Exports by Country (Region) of Origin/Destination,5.2026"
)
ENGLISH = _rows("""
TOTAL|530,000,000|2,500,000,000|300,000,000|1,500,000,000|230,000,000|1,000,000,000|5.1|6.2|3.4
Asia:|260,000,000|1,250,000,000|140,000,000|700,000,000|120,000,000|550,000,000|5.0|6.0|3.0
Kazakhstan|4,000,123|19,000,456|2,500,100|12,000,400|1,500,023|7,000,056|10.0|11.0|8.0
Kyrgyzstan|2,400,002|11,000,000|2,400,000|10,500,000|2|500,000|1.0|1.0|1.0
Turkmenistan|900,000|4,000,000|-|400,000|900,000|3,600,000|-|-|-
Atlantis|1|2|1|1|-|1|-|-|-
""")
#: What is said of the last row.
LEFT = (
    "1 partner worth 2,000 dollars is left out, which this library does not know:"
    " Atlantis (2,000)"
)
#: What stands around the table on every page of the site, and misled version 0.1.
MENU = "<div><a href='/p'>• Preliminary Release</a><a href='/m'>• Monthly Bulletin</a></div>"


def _spans(cells: Sequence[str]) -> str:
    return "<tr>" + "".join(f"<td><span>{cell}</span></td>" for cell in cells) + "</tr>"


def _english(
    rows: Sequence[Row] = ENGLISH,
    title: str = ENGLISH_TITLE,
    unit: str = "US$1,000",
    spans: tuple[str, str] = ("5", "1to5"),
) -> str:
    """An English bulletin page: bare spans in cells, a layout table around."""
    lines = "".join(
        f'<tr><td colspan="10"><span>{text}</span></td></tr>'
        for text in (title, f"Unit:{unit}")
    )
    lines += (
        '<tr><td rowspan="2"><span>Country （Region）</span></td>'
        '<td colspan="2"><span>Total</span></td><td colspan="2"><span>Exports</span></td>'
        '<td colspan="2"><span>Imports</span></td>'
        '<td colspan="3"><span>Percentage Change</span></td></tr>'
    )
    lines += _spans([*spans * 3, "Total", "Exports", "Imports"])
    lines += "".join(_spans(row) for row in rows)
    return (
        f"<html><head><meta charset='utf-8'></head><body>{MENU}<table><tr><td><table><tr><td>Home"
        f"</td></tr></table><table>{lines}</table></td></tr></table></body></html>"
    )


EXPRESS = _rows("""
Import Source|Export & Import|Export & Import|Export|Export|Import|Import
Export Destination|3|1- to-3|3|1- to-3|3|1- to-3|Export & Import|Export|Import
Total|900.5|2,700.0|500.5|1,500.0|400.0|1,200.0|5|7|9
European Union|90.0|270.5|50.0|150.5|40.0|120.0|5|7|9
of which: Germany|9.0|27.0|5.0|15.0|4.0|12.0|5|7|-9
""")


def _express() -> str:
    """A page of Statistics Express: the label's heading is two cells, one below the other."""
    title = (
        "(4) China's Total Export & Import Values by Country/Region, Mar 2026 (in CNY)"
    )
    change = "<td colspan='3'>1-to-3 Total Year-on-Year (±%)</td></tr>"
    return (
        f"<html><body>{MENU}<div class='atcl-date'>2026/04/14</div><table>"
        f"<tr><td colspan='10'><b>{title}</b></td></tr>"
        "<tr><td colspan='10'>Unit: CNY 100 Million</td></tr>"
        + _spans(EXPRESS[0]).replace("</tr>", change)
        + "".join(map(_spans, EXPRESS[1:]))
        + "</table></body></html>"
    )


CHINESE = _rows("""
总值|3700000|17500000|2100000|10500000|1600000|7000000|5|6|3
亚洲|1800000|8700000|1000000|5000000|800000|3700000|5|6|3
  哈萨克斯坦|2800000|13300000|1750000|8400000|1050000|4900000|1|1|1
  吉尔吉斯斯坦|1600000|7000000|1599000|6650000|1000|350000|1|1|1
欧洲联盟|40000000|200000000|25000000|125000000|15000000|75000000|1|1|1
注：本表不含…
""")
CHINESE_TITLE = "（2）2026年5月进出口商品国别(地区)总值表（人民币值）"


def _chinese(
    path: Path,
    rows: Sequence[Row] = CHINESE,
    title: str = CHINESE_TITLE,
    unit: str = "单位：万元人民币",
    spans: tuple[str, ...] = ("5月", "1至5月"),
) -> Path:
    """A Chinese bulletin workbook: merged headings, an empty first column, numbers as numbers."""
    top = ["进出口商品原产国(地)/目的国(地)"]
    for flow in ("进出口", "出口", "进口"):
        top += [flow, *[""] * (len(spans) - 1)]
    lines: list[Sequence[str]] = [[title], [unit], [*top, "累计比去年同期±％"]]
    if spans != ("",):
        lines.append(["", *(spans * 3), "进出口", "出口", "进口"])
    lines += rows
    (_xls if path.suffix == ".xls" else _ods if path.suffix == ".ods" else _xlsx)(
        path, lines
    )
    return path


def _value(text: str) -> float | str:
    return float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else text


def _xlsx(path: Path, lines: Sequence[Sequence[str]]) -> None:
    book = Workbook()
    for line in lines:
        book.active.append([None, *(_value(cell) or None for cell in line)])
    book.save(path)


def _xls(path: Path, lines: Sequence[Sequence[str]]) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Sheet1")
    for row, line in enumerate(lines):
        for column, cell in enumerate(line, 1):
            if cell:
                sheet.write(row, column, _value(cell))
    book.save(str(path))


def _ods(path: Path, lines: Sequence[Sequence[str]]) -> None:
    def cell(value: float | str) -> str:
        kind = "float" if isinstance(value, float) else "string"
        number = f' office:value="{value}"' if kind == "float" else ""
        return (
            f'<table:table-cell office:value-type="{kind}"{number}><text:p>{value}</text:p>'
            "</table:table-cell>"
        )

    rows = "".join(
        f"<table:table-row>{''.join(cell(_value(one)) for one in line)}</table:table-row>"
        for line in lines
    )
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:body><office:spreadsheet><table:table"
            f' table:name="t">{rows}</table:table></office:spreadsheet></office:body>'
            "</office:document-content>",
        )


def _page(folder: Path, text: str | bytes, name: str = "table.html") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def _table(rows) -> dict[tuple[str, str, str], float]:
    return rows.set_index(["partner", "period", "flow"])["value"].to_dict()


def test_an_english_page_gives_month_and_year_to_date_with_its_growth(
    tmp_path: Path,
) -> None:
    read = gacc.parse(_page(tmp_path, _english().replace(">8.0<", ">-8.0<")))
    values = _table(read.rows)
    assert values["KAZ", "2026-05", "export"] == 2_500_100_000
    assert values["KAZ", "2026-5M", "import"] == 7_000_056_000
    assert values["KGZ", "2026-05", "import"] == 2_000
    assert values["WLD", "2026-5M", "total"] == 2_500_000_000_000
    assert ("TKM", "2026-05", "export") not in values  # printed as -
    assert set(read.rows["partner"]) == {"WLD", "KAZ", "KGZ", "TKM"}
    assert len(read.rows) == 4 * 6 - 1
    row = read.rows.iloc[0]
    assert (row["reporter"], row["currency"], row["precision"]) == ("CHN", "USD", 1000)
    assert (row["quality"], row["rounding"], row["coverage"]) == (
        "ok",
        "nearest",
        "goods",
    )
    assert read.sources[["source_id", "kind"]].to_numpy().tolist() == [
        ["gacc-2026-05-usd", "official"]
    ]
    growth = read.rows.set_index(["partner", "period", "flow"])["growth_printed"]
    assert growth["KAZ", "2026-5M", "export"] == 0.11
    assert growth["KAZ", "2026-5M", "import"] == -0.08
    assert growth.xs("2026-05", level="period").isna().all()
    assert growth.xs("TKM").isna().all()  # printed as -


@pytest.mark.parametrize("name", ["表.xls", "表.xlsx", "表.ods", "xlsx.xls"])
def test_a_chinese_workbook_in_yuan_of_any_format(tmp_path: Path, name: str) -> None:
    path = _chinese(tmp_path / name.replace("xlsx.xls", "x.xlsx"))
    if name == "xlsx.xls":  # the content decides, not the ending
        path = path.rename(tmp_path / name)
    read = gacc.parse(path)
    values = _table(read.rows)
    assert values["KAZ", "2026-05", "total"] == 28_000_000_000
    assert values["KGZ", "2026-5M", "import"] == 3_500_000_000
    assert values["EU27", "2026-05", "export"] == 250_000_000_000
    assert set(read.rows["currency"]) == {"CNY"}
    assert set(read.rows["precision"]) == {10_000}
    assert read.sources["source_id"].tolist() == ["gacc-2026-05-cny"]


def test_statistics_express_is_read_with_its_own_name(tmp_path: Path) -> None:
    read = gacc.parse(_page(tmp_path, _express()))
    values = _table(read.rows)
    assert values["DEU", "2026-03", "import"] == 400_000_000
    assert values["DEU", "2026-Q1", "export"] == 1_500_000_000
    assert values["EU27", "2026-Q1", "total"] == 27_050_000_000
    growth = read.rows.set_index(["partner", "period", "flow"])["growth_printed"]
    assert growth["DEU", "2026-Q1", "import"] == -0.09
    assert set(read.rows["precision"]) == {
        10_000_000
    }  # one decimal of a hundred million
    assert read.sources[["source_id", "published"]].to_numpy().tolist() == [
        ["gacc-2026-03-cny-preliminary", "2026-04-14"]
    ]
    gacc.import_file(tmp_path / "table.html", tmp_path)
    bulletin = _english(
        title=ENGLISH_TITLE.replace("5.2026", "3.2026"), spans=("3", "1to3")
    )
    gacc.import_file(_page(tmp_path, bulletin), tmp_path)
    _chinese(tmp_path / "r.xls", title=CHINESE_TITLE + "（修订）")
    gacc.import_file(tmp_path / "r.xls", tmp_path)
    assert set(fetched.trade_rows(tmp_path).sources["source_id"]) == {
        "gacc-2026-03-cny-preliminary",
        "gacc-2026-03-usd",
        "gacc-2026-05-cny-revised",
    }


def test_cells_that_show_no_figure_are_named_and_left_out(tmp_path: Path) -> None:
    text = _english(
        title=ENGLISH_TITLE.replace("5.2026", "6.2026"), spans=("6", "1to6")
    )
    for hidden in ("2,500,000,000", "1,250,000,000"):
        text = text.replace(hidden, "############")
    said = gacc.import_file(_page(tmp_path, text), tmp_path)
    assert said == (
        "kept 22 figures of 2026-06 and 2026-H1 as gacc-2026-06-usd; unreadable in the file and"
        f" left out: TOTAL (total, year to date), Asia (total, year to date); {LEFT}"
    )
    read = fetched.trade_rows(tmp_path)
    assert ("WLD", "2026-H1", "total") not in _table(read.rows)
    assert _table(read.rows)["KAZ", "2026-H1", "total"] == 19_000_456_000
    assert "left out: TOTAL (total, year to date)" in read.sources["note"].iloc[0]


def test_html_that_is_called_xls_and_written_in_gbk(tmp_path: Path) -> None:
    rows = _rows("""
（2）2026年5月进出口商品国别（地区）总值表（美元值）
单位：千美元
国别|进出口||出口||进口||累计比去年同期±％||
|5月|1至5月|5月|1至5月|5月|1至5月|进出口|出口|进口
乌兹别克斯坦|1,300,000|6,000,000|900,000|4,500,000|400,000|1,500,000|1|2|3
""")
    lines = "".join(map(_spans, rows))
    table = f"<table>{lines}</table>"
    head = "<html><head><meta charset='gbk'></head>"
    page = f"{head}<![if !mso]>{table}<![foo[</html>"
    path = _page(tmp_path, page.encode("gbk"), "table.xls")
    assert _table(gacc.parse(path).rows)["UZB", "2026-5M", "export"] == 4_500_000_000


#: What the title says, unit, spans, row; and what is read: partner's exports, precision, source.
MONTHS = """
2026年1月进出口商品国别|万元人民币|;哈萨克斯坦|100|60|40|1|1|1;2026-01|600000|10000|2026-01-cny
2026年1至2月进出口商品主要国别|亿元人民币|1至2月;其中：哈萨克斯坦|10.5|6.25|4.25|1|1|1;2026-2M|625000000|1e6|2026-02-cny-preliminary
2025年3月进出口商品国别|万元|3月|1至3月;哈萨克斯坦|28|133|17|84|11|49|1|1|1;2025-Q1|840000|10000|2025-03-cny
2025年6月进出口商品国别|万元|6月|1至6月;哈萨克斯坦|28|133|17|84|11|49|1|1|1;2025-H1|840000|10000|2025-06-cny
2025年12月进出口商品国别|万元|12月|1至12月;哈萨克斯坦|28|133|17|84|11|49|1|1|1;2025|840000|10000|2025-12-cny
"""


@pytest.mark.parametrize("line", MONTHS.split())
def test_january_joined_months_quarter_half_and_year(tmp_path: Path, line: str) -> None:
    (title, unit, *spans), row, (period, value, precision, source) = (
        part.split("|") for part in line.split(";")
    )
    path = _chinese(
        tmp_path / "t.xlsx",
        [tuple(row)],
        f"（2）{title}（地区）总值表（人民币值）",
        f"单位：{unit}",
        tuple(spans),
    )
    read = gacc.parse(path)
    assert _table(read.rows)["KAZ", period, "export"] == float(value)
    assert set(read.rows["precision"]) == {float(precision)}
    assert read.sources["source_id"].tolist() == [f"gacc-{source}"]


@pytest.mark.parametrize(
    ("unit", "factor", "currency"),
    [
        ("US$1,000", 1e3, "USD"),
        ("US$1 000", 1e3, "USD"),
        ("USD1 Million", 1e6, "USD"),
        ("CNY 100 Million", 1e8, "CNY"),
        ("RMB 10,000 yuan", 1e4, "CNY"),
        ("10 thousand US dollars", 1e4, "USD"),
    ],
)
def test_units_are_read_from_the_header(
    tmp_path: Path, unit: str, factor: float, currency: str
) -> None:
    rows = gacc.parse(_page(tmp_path, _english(unit=unit))).rows
    assert _table(rows)["KGZ", "2026-05", "import"] == 2 * factor
    assert set(rows["currency"]) == {currency}


def test_a_total_that_does_not_add_up_is_marked(tmp_path: Path) -> None:
    page = _page(tmp_path, _english().replace("4,000,123", "4,100,123"))
    rows = gacc.parse(page).rows.set_index(["partner", "period"])
    assert set(rows.loc[("KAZ", "2026-05"), "quality"]) == {"doubtful"}
    assert "do not add up" in rows.loc[("KAZ", "2026-05"), "quality_reason"].iloc[0]
    assert set(rows.loc[("KAZ", "2026-5M"), "quality"]) == {"ok"}


def test_rows_are_kept_read_back_replaced_removed_and_guarded(tmp_path: Path) -> None:
    page = _page(tmp_path, _english())
    said = gacc.import_file(page, tmp_path, published="2026-06-18")
    assert said == f"kept 23 figures of 2026-05 and 2026-5M as gacc-2026-05-usd; {LEFT}"
    later = _english().replace("2,500,100", "2,500,200")
    _page(tmp_path, later.replace("4,000,123", "4,000,223"))
    gacc.import_file(page, tmp_path, published="2026-06-20")
    gacc.import_file(_chinese(tmp_path / "cny.xls"), tmp_path, published="2026-06-18")
    read = fetched.trade_rows(tmp_path)
    assert _table(read.rows[read.rows["currency"] == "USD"])[
        "KAZ", "2026-05", "export"
    ] == (2_500_200_000)
    checked = fetched.trade(tmp_path)
    assert (len(checked.rows), len(checked.sources)) == (
        len(read.rows),
        len(read.sources),
    )
    manifests = dict(manifests_of(tmp_path / "fetched/gacc"))
    usd = tmp_path / "fetched/gacc/gacc-2026-05-usd-2.json"
    assert manifests[usd]["file_sha256"] == sha256(page)
    kept = usd.with_suffix(".csv")
    kept.write_text(
        kept.read_text(encoding="utf-8").replace("KAZ", "UZB"), encoding="utf-8"
    )
    with pytest.raises(DataError, match="changed after it was fetched"):
        fetched.trade_rows(tmp_path)


@pytest.mark.parametrize(
    ("stated", "given", "published"),
    [
        ("<p>发布时间：2026-06-18</p>", None, "2026-06-18"),
        ("<div class='atcl-date'>2026/06/18</div>", None, "2026-06-18"),
        ("<p>2026/06/18</p>", "2026-06-20", "2026-06-20"),
        (
            "<p>2026/05/18</p><p>2026年6月9日</p>",
            None,
            "2026-06-09",
        ),  # before it, then after it
        ("<p>2999-01-01</p>", None, ""),
        ("", "20260618", "--published is '20260618', not a day YYYY-MM-DD"),
        ("", "2026-W25-4", "not a day YYYY-MM-DD"),
        ("", "9999-12-31", "from 1950 to today"),
        ("", "June", "--published is 'June'"),
        ("", "2026-05-20", "is of 2026-05, which had not ended then"),
    ],
)
def test_the_day_of_publication(
    tmp_path: Path, stated: str, given: str | None, published: str
) -> None:
    page = _page(tmp_path, _english().replace("<body>", f"<body>{stated}"))
    if re.fullmatch(r"[\d-]*", published):
        assert gacc.parse(page, published=given).sources["published"].tolist() == [
            published
        ]
    else:
        with pytest.raises(ParameterError, match=re.escape(published)):
            gacc.parse(page, published=given)


def _flipped(path: Path) -> bytes:
    """A workbook with two bytes of its packed sheet changed, as a bad download has."""
    content = bytearray(_chinese(path / "whole.xlsx").read_bytes())
    start = content.index(b"xl/worksheets/sheet1.xml") + 40
    content[start : start + 2] = bytes(
        byte ^ 0xFF for byte in content[start : start + 2]
    )
    return bytes(content)


def _stray(path: Path, cell: str) -> bytes:
    book = Workbook()
    book.active["A1"] = book.active[cell] = "x"
    book.save(path / "stray.xlsx")
    return (path / "stray.xlsx").read_bytes()


def _encrypted(path: Path) -> bytes:
    content = bytearray(_chinese(path / "whole.xlsx").read_bytes())
    for sign, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        for found in re.finditer(re.escape(sign), bytes(content)):
            struct.pack_into("<H", content, found.start() + at, 1)
    return bytes(content)


def _with_part(name: str, change: Callable[[bytes], bytes]) -> Callable[[Path], bytes]:
    """A workbook of which one part is changed."""

    def make(path: Path) -> bytes:
        whole, changed = _chinese(path / "whole.xlsx"), path / "changed.xlsx"
        with zipfile.ZipFile(whole) as old, zipfile.ZipFile(changed, "w") as new:
            for part in old.namelist():
                content = old.read(part)
                new.writestr(part, change(content) if part == name else content)
        return changed.read_bytes()

    return make


def _of_no_list(sheet: bytes) -> bytes:
    """The title is the 9,999th of the workbook's texts, which has not so many."""
    return re.sub(rb'<c r="B1".*?</c>', b'<c r="B1" t="s"><v>9999</v></c>', sheet)


SHEET = "xl/worksheets/sheet1.xml"
FRAME = "<html><body><iframe src='/P/2026/5.xls'></iframe></body></html>"
LINK = "<html><body><p>（2）2026年5月</p><a href='/files/5.xls'>附件</a></body></html>"
BEFORE_2099 = _english(title=ENGLISH_TITLE.replace("5.2026", "5.2099"))
CASES: dict[str, tuple[object, str]] = {
    "cut xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "cannot be read"),
    "cut xlsx": (
        b"PK\x03\x04 not a zip",
        "cannot be read .BadZipFile: File is not a zip file.; get it again",
    ),
    "flipped": (_flipped, "cannot be read"),
    "encrypted": (_encrypted, "cannot be read"),
    "cut sheet": (_with_part(SHEET, lambda xml: xml[:-300]), "cannot be read"),
    "cut list": (
        _with_part("xl/workbook.xml", lambda xml: xml[:300]),
        "cannot be read",
    ),
    "odd styles": (_with_part("xl/styles.xml", lambda _: b"<x/>"), "cannot be read"),
    "no text": (_with_part(SHEET, _of_no_list), "cannot be read|which month it is for"),
    "far cell": (lambda path: _stray(path, "XFD1048576"), "memory, for which one cell"),
    "no table": (
        lambda path: _stray(path, "A1"),
        "is a workbook without a table .sheets: Sheet., not the monthly table",
    ),
    "pdf": (b"%PDF-1.7", "is a PDF file, not the monthly table"),
    "empty": (b"", "is empty, or no text, not the monthly table"),
    "frame": (
        FRAME,
        "only shows the table in a frame .* save /P/2026/5.xls and give that",
    ),
    "link": (LINK, "save /files/5.xls and give that file"),
    "page": (
        "<html><body>Maintenance</body></html>",
        "is a page without such a table, not the mo",
    ),
    "other table": (
        "<table><tr><td>a</td></tr></table>",
        "not the monthly table of imports and",
    ),
    "wits": (
        "Reporter,ProductCode,Trade Value 1000USD\na,1,2\n",
        "WITS by product, .*: catrade f",
    ),
    "slice": (
        "name,level,total\n泰国,1,2\n",
        "a table with the columns name, level, total, not",
    ),
    "no month": (
        _english(title="Imports and Exports by Country"),
        "says 'Imports and Exports by Country' above its table, which no table of China's",
    ),
    "month 13": (
        _english(title=ENGLISH_TITLE.replace("5.2026", "13.2026")),
        "month 13 of 2026",
    ),
    "to come": (BEFORE_2099, "for month 5 of 2099"),
    "other month": (_english(spans=("6", "1to6")), "for month 5 .* column '6'"),
    "no currency": (_english(unit="1,000"), "clearly whether it is in dollars or yuan"),
    "unit": (_english(unit="US$12"), "has the unit 'US.12'"),
    "two currencies": (
        _english(title=ENGLISH_TITLE + " (in CNY)"),
        "CNY in its title and 'US.1,",
    ),
    "headings": (
        _english().replace(">Exports<", ">Sales<"),
        "not the monthly|no column of exports",
    ),
    "nobody": (_english([ENGLISH[-1]]), "no row of a country this library knows"),
    "number": (
        _english().replace("2,500,100", "2.5e6"),
        "Kazakhstan, export has '2.5e6' where",
    ),
    "other digits": (
        _english().replace("2,500,100", "２５"),
        "has '２５' where a number",
    ),
    "nines": (
        _english().replace("2,500,100", "9" * 400),
        "is '9999.*not a number from 0 to",
    ),
    "decimals": (
        _english().replace("2,500,100", "1." + "1" * 400),
        "where a number should stand",
    ),
    "twice": (
        _english([*ENGLISH, ("Kazakhstan", *ENGLISH[3][1:])]),
        "'Kazakhstan' twice",
    ),
}


@pytest.mark.parametrize(("content", "message"), CASES.values(), ids=CASES)
def test_files_that_cannot_be_trusted_are_refused(
    tmp_path: Path, content: object, message: str
) -> None:
    made = content(tmp_path) if callable(content) else content
    path = _page(tmp_path, made, "table.xls")  # type: ignore[arg-type]
    with pytest.raises(FetchError, match=message) as caught:
        gacc.import_file(path, tmp_path)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "fetched").exists()


def test_a_cell_far_below_costs_little(tmp_path: Path) -> None:
    """An innocent workbook: something typed into its last row."""
    from openpyxl import load_workbook

    from catrade.fetch import grids

    path = _chinese(tmp_path / "t.xlsx")
    book = load_workbook(path)
    book.active["J1048576"] = " "
    book.save(path)
    assert _table(gacc.parse(path).rows)["KAZ", "2026-05", "total"] == 28_000_000_000
    assert grids.MOST_MEMORY <= 1 << 30  # the bound that the reader's process has


@pytest.mark.parametrize("span", ["²", "①", "0", "-1", "9" * 5000, "x"])
def test_spans_that_are_no_numbers_count_as_one(tmp_path: Path, span: str) -> None:
    text = _english().replace(
        "<td><span>Kazakhstan",
        f"<td colspan='{span}' rowspan='{span}'><span>Kazakhstan",
    )
    assert len(gacc.parse(_page(tmp_path, text)).rows) == 23
