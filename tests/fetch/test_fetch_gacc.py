"""The customs table by country, in the layouts that the module's docstring describes."""

from __future__ import annotations

import re
from pathlib import Path

import fetch_files as made
import pytest
from fetch_files import ENGLISH, EXPRESS, cases, changed, chinese, of_month, write

from catrade_fetch import files, gacc, grids, rows, titles
from catrade_fetch.errors import FetchError
from catrade_fetch.publishers import Rows
from rounding.errors import ParameterError

FILES = Path(__file__).parents[1] / "files"


def _page(folder: Path, *changes: str, page: str = ENGLISH) -> Path:
    return write(folder / "table.html", changed(page, *changes))


def _read(path: Path) -> tuple[Rows, set[str]]:
    """Return what is read, and China's figures as lines: partner, period, flow and value."""
    (table,) = gacc.parse(grids.recognise(path), path)[0]
    figures = made.told(made.figures_of(table.rows.rows))
    return table.rows, {figure.removeprefix("CHN ") for figure in figures}


# --- what is read --------------------------------------------------------------------------------


def test_an_english_page_gives_month_and_year_to_date_with_its_growth(tmp_path):
    read, values = _read(_page(tmp_path, ">8.0<=>>-8.0<"))
    assert values > {
        "KAZ 2026-05 export 2500100000",
        "KAZ 2026-5M import 7000056000",
        "WLD 2026-5M total 2500000000000",
    }
    # Four partners, three flows, two spans; Turkmenistan's exports of May are printed as -.
    assert len(values) == len(read.rows) == 4 * 6 - 1
    row = read.rows.iloc[0]
    assert (row["reporter"], row["currency"], row["precision"]) == ("CHN", "USD", 1000)
    growth = read.rows.set_index(["partner", "period", "flow"])["growth_printed"]
    assert growth["KAZ", "2026-5M", "import"] == -0.08
    assert growth.xs("2026-05", level="period").isna().all()
    assert growth.xs("TKM").isna().all()  # printed as -


@pytest.mark.parametrize("name", ["customs.xls", "customs.ods", "x.xlsx"])
def test_a_chinese_workbook_in_yuan_of_any_format(tmp_path, name):
    """The content decides, not the ending."""
    path = FILES / name if name != "x.xlsx" else chinese(tmp_path / name)
    read, values = _read(write(tmp_path / "表.xls", path.read_bytes()))
    assert values > {
        "KAZ 2026-05 total 28000000000",
        "KGZ 2026-5M import 3500000000",
        "EU27 2026-05 export 250000000000",
    }
    assert set(read.rows["currency"]) == {"CNY"}
    assert set(read.rows["precision"]) == {10_000}


def test_statistics_express_is_a_series_of_its_own(tmp_path):
    read, values = _read(_page(tmp_path, page=EXPRESS))
    assert values > {"DEU 2026-03 import 400000000", "EU27 2026-Q1 total 27050000000"}
    assert set(read.rows["precision"]) == {1e7}  # one decimal of a hundred million
    assert set(read.rows["note"]) == {"preliminary figure"}
    assert read.sources["published"].tolist() == ["2026-04-14"]
    revised = chinese(tmp_path / "r.xlsx", "（人民币值）=>（人民币值）（修订）")
    for path in (
        tmp_path / "table.html",
        _page(tmp_path / "..", *of_month(3)),
        revised,
    ):
        files.import_file(path, tmp_path)
    assert set(rows.trade_rows(tmp_path).sources["source_id"]) == {
        "gacc-2026-03-cny-preliminary",
        "gacc-2026-03-usd",
        "gacc-2026-05-cny-revised",
    }


def test_cells_that_show_no_figure_are_named_and_left_out(tmp_path):
    hidden = ("2,500,000,000=>############", "1,250,000,000=>############")
    told = files.import_file(_page(tmp_path, *of_month(6), *hidden), tmp_path)
    assert told == (
        "kept 22 figures of 2026-06 and 2026-H1 as gacc-2026-06-usd; unreadable in the file and"
        f" left out: TOTAL (total, year to date), Asia (total, year to date); {made.LEFT}"
    )
    values = made.told(made.figures(tmp_path))
    assert "WLD 2026-H1 total" not in str(values)
    assert "CHN KAZ 2026-H1 total 19000456000" in values
    note = rows.trade_rows(tmp_path).sources["note"].item()
    assert "unreadable in the file and left out: TOTAL (total, year to date)" in note


def test_an_empty_cell_of_a_country_is_a_hole_and_named(tmp_path):
    """Customs print "-" for nothing; an error of an old workbook arrives as an empty cell."""
    hole = "哈萨克斯坦|2800000|=>哈萨克斯坦||"
    told = files.import_file(chinese(tmp_path / "t.xlsx", hole), tmp_path)
    assert told.endswith(
        "unreadable in the file and left out: 哈萨克斯坦 (total, month)"
    )


#: What is left out of a page: HTML asks for no end of a row, a cell, or a part of a table.
OPEN = """
</td>
</td> </tr>
</td> </tr> </html> </body>
"""


@pytest.mark.parametrize("ends", cases(OPEN))
@pytest.mark.parametrize("page", [ENGLISH, EXPRESS])
def test_end_tags_of_rows_and_cells_may_be_left_out(tmp_path, ends, page):
    """Tester T8: rows of 21 to 79 cells."""
    whole = _read(_page(tmp_path, page=page))[1]
    for end in ends[0].split():
        page = page.replace(end, "\n")
    # The layout table's cell and row, around the data table, end where they say.
    page = page.replace("<tr>", "<tbody><TR valign=top>").replace(
        "<td", "<!-- </table> --><TD"
    )
    assert _read(write(tmp_path / "open.html", page))[1] == whole
    assert len(whole) > 15


#: Beginning, what comes again and again, and end of a page.
LONG = """
<table> | <tr><td> |
<table><tr><td>1<td>2 | <!-- | </table>
<table><tr><td>1<td>2 | <a =" | </table>
<body> | <table> |
<body> | <script> | <table></table>
<body> | <![if | <table></table>
<body> | <a href=' | <table></table>
"""


@pytest.mark.parametrize(("begin", "again", "end"), cases(LONG))
def test_a_page_costs_what_it_is_long(tmp_path, begin, again, end):
    """Tester T8: 5.6 kB took 20 seconds. Of work that grows as a square this would not end."""
    page = write(tmp_path / "table.html", f"<html>{begin}{again * 50_000}{end}")
    assert "is a page without such a table" in _refusal(page)


#: What has too many cells, by what it repeats | how often a bound of 10,000 lets it.
MANY = """
<table> <tr><td>x
<table> <td colspan=50 rowspan=50>x
<table> <table>
"""


@pytest.mark.parametrize(
    ("begin", "again"), [line[0].split(" ", 1) for line in cases(MANY)]
)
def test_cells_of_a_page_have_a_bound(tmp_path, monkeypatch, begin, again):
    monkeypatch.setattr(grids, "MOST_CELLS", 10_000)
    page = write(tmp_path / "table.html", f"<html>{begin}{again * 10_001}")
    assert "has more than 10,000 cells, the most that is read" in _refusal(page)


def test_html_that_is_called_xls_and_written_in_gbk(tmp_path):
    rows = made.grid("""
（2）2026年5月进出口商品国别（地区）总值表（美元值）
单位：千美元
国别|进出口||出口||进口||累计比去年同期±％||
|5月|1至5月|5月|1至5月|5月|1至5月|进出口|出口|进口
乌兹别克斯坦|1,300,000|6,000,000|900,000|4,500,000|400,000|1,500,000|1|2|3
""")
    table = f"<![if !mso]><table>{''.join(map(made.line, rows))}</table><![foo[</html>"
    page = f"<html><head><meta charset='gbk'></head>{table}"
    _, values = _read(write(tmp_path / "table.xls", page.encode("gbk")))
    assert "UZB 2026-5M export 4500000000" in values


@pytest.mark.parametrize(
    ("month", "period"), [(3, "2025-Q1"), (6, "2025-H1"), (8, "2025-8M"), (12, "2025")]
)
def test_months_from_january_on_are_a_period_of_their_own(tmp_path, month, period):
    _, values = _read(_page(tmp_path, *of_month(month, 2025)))
    assert values > {
        f"KAZ 2025-{month:02d} export 2500100000",
        f"KAZ {period} export 12000400000",
    }


#: January has one column a flow; January and February come together.
JANUARY = """
（2）2026年1月进出口商品国别（地区）总值表（人民币值）
单位：万元人民币
国别|进出口|出口|进口|累计比去年同期±％
哈萨克斯坦|100|60|40|1|1|1
"""
FEBRUARY = """
（2）2026年1至2月进出口商品主要国别（地区）总值表（人民币值）
单位：亿元人民币
国别|进出口|出口|进口|累计比去年同期±％
|1至2月|1至2月|1至2月|进出口|出口|进口
其中：哈萨克斯坦|10.5|6.25|4.25|1|1|1
"""


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        (JANUARY, "KAZ 2026-01 export 600000"),
        (FEBRUARY, "KAZ 2026-2M export 625000000"),
    ],
)
def test_january_and_february(tmp_path, text, figure):
    path = made.book(tmp_path / "t.xlsx", {"t": made.grid(text)}, column=1)
    read, values = _read(path)
    assert figure in values
    assert set(read.rows["growth_printed"]) == {0.01}


UNITS = """
US$1 000 | 1e3 | USD
USD1 Million | 1e6 | USD
CNY 100 Million | 1e8 | CNY
RMB 10,000 yuan | 1e4 | CNY
10 thousand US dollars | 1e4 | USD
"""


@pytest.mark.parametrize(("unit", "factor", "currency"), cases(UNITS))
def test_units_are_read_from_the_header(tmp_path, unit, factor, currency):
    read, values = _read(_page(tmp_path, f"US$1,000=>{unit}"))
    assert f"KGZ 2026-05 import {2 * float(factor):.15g}" in values
    assert set(read.rows["currency"]) == {currency}


#: What is changed | the doubtful figures | why
DOUBTS = """
4,000,123=>4,100,123 | KAZ 2026-05 export, KAZ 2026-05 import, KAZ 2026-05 total | do not add up
>900,000</span></td><td><span>4,000,000=>>9,000,000</span></td><td><span>4,000,000 |
  TKM 2026-05 import, TKM 2026-05 total | do not add up
2,500,100=>2,500.100 >4,000,123<=>>-< | KAZ 2026-05 export | has decimals, which the other figures
"""


@pytest.mark.parametrize(("changes", "doubtful", "why"), cases(DOUBTS))
def test_what_cannot_be_right_is_doubtful(tmp_path, changes, doubtful, why):
    """171.412 among whole thousands: a point that means thousands, or a slip."""
    rows = _read(_page(tmp_path, *changes.split()))[0].rows
    odd = rows[rows["quality"] == "doubtful"]
    cells = odd[["partner", "period", "flow"]].agg(" ".join, axis=1)
    assert sorted(cells) == doubtful.split(", ")
    assert odd["quality_reason"].str.contains(why).all()
    assert set(rows["precision"]) == {1000.0}


#: What a page states | what is given | the day, or a sentence
DAYS = """
<p>发布时间：2026-06-18</p> |  | 2026-06-18
<p>2026/06/18</p> | 2026-06-20 | 2026-06-20
<p>2026/05/18</p><p>2026年6月9日</p> |  | 2026-06-09
<p>2999-01-01</p> |  |
- | 20260618 | --published is '20260618', not a day YYYY-MM-DD
- | 2026-W25-4 | not a day YYYY-MM-DD
- | 9999-12-31 | from 1950 to today
- | 2026-05-20 | is of 2026-05, which had not ended then
"""


@pytest.mark.parametrize(
    ("stated", "given", "published"),
    cases(DAYS),
)
def test_the_day_of_publication(tmp_path, stated, given, published):
    page = _page(tmp_path, f"<body>=><body>{stated}")
    if re.fullmatch(r"[\d-]*", published):
        (table,) = gacc.parse(grids.recognise(page), page, given or None)[0]
        assert table.rows.sources["published"].tolist() == [published]
    else:
        with pytest.raises(ParameterError, match=re.escape(published)):
            gacc.parse(grids.recognise(page), page, given)


def test_all_sheets_are_read_and_others_named(tmp_path):
    """A workbook with two months, one sheet each, and one with something else."""
    april, may = [
        made.grid(changed(made.CHINESE, f"5月=>{month}月")) for month in (4, 5)
    ]
    two = {"4": april, "5": may, "说明": [("注", "x")]}
    told = files.import_file(made.book(tmp_path / "two.xlsx", two), tmp_path)
    assert "as gacc-2026-04-cny" in told
    assert "as gacc-2026-05-cny" in told
    assert told.endswith("left out, as no such table: sheet 说明")
    twice = {"a": april, "b": april}, "has two tables of one month"
    for sheets, why in (twice, ({"a": [*april, *may]}, "has a second heading")):
        with pytest.raises(FetchError, match=why):
            files.import_file(made.book(tmp_path / "x.xlsx", sheets), tmp_path)


# --- whose table, and of what --------------------------------------------------------------------


def test_a_page_headed_by_another_title_is_refused(tmp_path):
    headed = "<body>=><body><h1>2026年5月新疆进出口商品国别（地区）总值表</h1>"
    with pytest.raises(FetchError, match="says '2026年5月新疆进出口商品"):
        files.import_file(_page(tmp_path, headed), tmp_path)


TITLES = r"""
（6）2025年5月进出口商品\n主要国别（地区）总值表 | 2025-05 preliminary
（6）2025年5月进出口商品主要国别（地区）总值表（人民币） | 2025-05 preliminary
(2)2019年12月进出口商品国别(地区)总值表 | 2019-12
（5）2026年1至2月进出口商品主要国别（地区）总值表（人民币值） | 2026-02 preliminary
（2）2026年5月进出口商品国别（地区）总值表（修订） | 2026-05 revised
(4) China's Total Export & Import Values by Country/Region, January-February 2025 (in CNY) |
  2025-02 preliminary
China’s Total Export & Import Values by Country/Region, March 2018 (in RMB) | 2018-03 preliminary
China's Total Value of Imports and Exports by Major Country (Region), Jan. 2018 | 2018-01
  preliminary
（2）Imports and Exports by Country （Region） of Origin/Destination,6.2026 | 2026-06
"""


@pytest.mark.parametrize(("line", "release"), cases(TITLES))
def test_titles_that_customs_has_used(line, release):
    title = titles.parsed(line.replace(r"\n", "\n"))
    assert title is not None
    assert f"{title.period} {title.series}".strip() == release


# --- what is refused -----------------------------------------------------------------------------


def _refusal(path: Path) -> str:
    return made.refusal(files.import_file, path)
