"""The customs table by country, in the variants whose layout the module's docstring describes.

The figures are invented round ones, except where a test says otherwise.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from openpyxl import Workbook

from catrade import data_fetched
from catrade.errors import DataError, FetchError, ParameterError
from catrade.fetch import fetched_trade_rows, gacc, listing, store

Row = tuple[str, ...]
ENGLISH_TITLE = "(2) Imports and Exports by Country (Region) of Origin/Destination,5.2026"
ENGLISH: list[Row] = [
    ("TOTAL", "530,000,000", "2,500,000,000", "300,000,000", "1,500,000,000", "230,000,000",
     "1,000,000,000", "5.1", "6.2", "3.4"),
    ("Asia:", "260,000,000", "1,250,000,000", "140,000,000", "700,000,000", "120,000,000",
     "550,000,000", "5.0", "6.0", "3.0"),
    ("Kazakhstan", "4,000,123", "19,000,456", "2,500,100", "12,000,400", "1,500,023",
     "7,000,056", "10.0", "11.0", "8.0"),
    ("Kyrgyzstan", "2,400,002", "11,000,000", "2,400,000", "10,500,000", "2", "500,000", "1.0",
     "1.0", "1.0"),
    ("Turkmenistan", "900,000", "4,000,000", "-", "400,000", "900,000", "3,600,000", "-", "-",
     "-"),
    ("Atlantis", "1", "2", "1", "1", "-", "1", "-", "-", "-"),
]  # fmt: skip


def _english(rows: list[Row] = ENGLISH, title: str = ENGLISH_TITLE, unit: str = "US$1,000") -> str:
    """An English bulletin page: bare spans in cells, a layout table around."""
    head = [
        (title, 10), (f"Unit:{unit}", 10),
    ]  # fmt: skip
    lines = "".join(f'<tr><td colspan="{n}"><span>{text}</span></td></tr>' for text, n in head)
    lines += (
        '<tr><td rowspan="2"><span>Country (Region)</span></td>'
        '<td colspan="2"><span>Total</span></td><td colspan="2"><span>Exports</span></td>'
        '<td colspan="2"><span>Imports</span></td>'
        '<td colspan="3"><span>Percentage Change of Accumulation (±%)</span></td></tr>'
        "<tr>"
        + "".join(f"<td><span>{t}</span></td>" for t in ["5", "1to5"] * 3)
        + "".join(f"<td><span>{t}</span></td>" for t in ("Total", "Exports", "Imports"))
        + "</tr>"
    )
    for row in rows:
        lines += "<tr>" + "".join(f"<td><span>{cell}</span></td>" for cell in row) + "</tr>"
    return (
        "<html><head><meta charset='utf-8'></head><body><table><tr><td>"
        f"<table><tr><td>Home</td></tr></table><table>{lines}</table></td></tr></table></body></html>"
    )


CHINESE: list[Row] = [
    ("总值", "3700000", "17500000", "2100000", "10500000", "1600000", "7000000", "5", "6", "3"),
    ("亚洲", "1800000", "8700000", "1000000", "5000000", "800000", "3700000", "5", "6", "3"),
    ("  哈萨克斯坦", "2800000", "13300000", "1750000", "8400000", "1050000", "4900000", "1", "1",
     "1"),
    ("  吉尔吉斯斯坦", "1600000", "7000000", "1599000", "6650000", "1000", "350000", "1", "1", "1"),
    ("欧洲联盟", "40000000", "200000000", "25000000", "125000000", "15000000", "75000000", "1", "1",
     "1"),
    ("注：本表不含…",) + ("",) * 9,
]  # fmt: skip


def _chinese(
    path: Path,
    rows: list[Row] = CHINESE,
    title: str = "（2）2026年5月进出口商品国别（地区）总值表（人民币值）",
    unit: str = "单位：万元人民币",
    spans: tuple[str, ...] = ("5月", "1至5月"),
    indent: int = 1,
) -> Path:
    """A Chinese bulletin workbook: merged headings, an empty first column, numbers as numbers."""
    book = Workbook()
    sheet = book.active
    before = [None] * indent
    sheet.append([*before, title])
    sheet.append([*before, unit])
    width = len(spans)
    top = ["进出口商品原产国(地)/目的国(地)"]
    for flow in ("进出口", "出口", "进口"):
        top += [flow, *([None] * (width - 1))]
    sheet.append([*before, *top, "累计比去年同期±％", None, None])
    if spans != ("",):
        sheet.append([*before, None, *(spans * 3), "进出口", "出口", "进口"])
    for row in rows:
        sheet.append([*before, row[0], *(_cell(value) for value in row[1:])])
    book.save(path)
    return path


def _cell(text: str) -> float | str | None:
    return float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else (text or None)


def _table(rows) -> dict[tuple[str, str, str], float]:
    return rows.set_index(["partner", "period", "flow"])["value"].to_dict()


def test_an_english_page_gives_month_and_year_to_date_at_full_precision(tmp_path: Path) -> None:
    page = tmp_path / "table.html"
    page.write_text(_english(), encoding="utf-8")
    read = gacc.parse(page)
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
    assert (row["quality"], row["rounding"]) == ("ok", "nearest")
    assert read.sources["source_id"].tolist() == ["gacc-2026-05-usd"]
    assert read.sources["kind"].tolist() == ["official"]


def test_the_growth_the_table_prints_goes_with_the_year_to_date(tmp_path: Path) -> None:
    page = tmp_path / "table.html"
    page.write_text(_english().replace(">8.0<", ">-8.0<"), encoding="utf-8")
    rows = gacc.parse(page).rows.set_index(["partner", "period", "flow"])
    growth = rows["growth_printed"]
    assert growth["KAZ", "2026-5M", "total"] == 0.10
    assert growth["KAZ", "2026-5M", "export"] == 0.11
    assert growth["KAZ", "2026-5M", "import"] == -0.08
    assert rows.loc[("KAZ", "2026-5M", "import"), "growth_precision"] == 0.001
    assert growth.xs("2026-05", level="period").isna().all()
    assert growth.xs("TKM").isna().all()  # printed as -


def test_a_chinese_workbook_in_yuan_with_another_ending(tmp_path: Path) -> None:
    path = _chinese(tmp_path / "table.xlsx")
    renamed = path.rename(tmp_path / "表.xls")
    read = gacc.parse(renamed)
    values = _table(read.rows)
    assert values["KAZ", "2026-05", "total"] == 28_000_000_000
    assert values["KGZ", "2026-5M", "import"] == 3_500_000_000
    assert values["EU27", "2026-05", "export"] == 250_000_000_000
    assert set(read.rows["currency"]) == {"CNY"}
    assert set(read.rows["precision"]) == {10_000}
    assert read.sources["source_id"].tolist() == ["gacc-2026-05-cny"]


def test_html_that_is_called_xls_and_written_in_gbk(tmp_path: Path) -> None:
    lines = "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>"
        for row in (
            ("（2）2026年5月进出口商品国别（地区）总值表（美元值）",),
            ("单位：千美元",),
            ("国别", "进出口", "", "出口", "", "进口", "", "累计比去年同期±％", "", ""),
            ("", *(("5月", "1至5月") * 3), "进出口", "出口", "进口"),
            ("乌兹别克斯坦", "1,300,000", "6,000,000", "900,000", "4,500,000", "400,000",
             "1,500,000", "1", "1", "1"),
        )
    )  # fmt: skip
    page = f"<html><head><meta charset='gbk'></head><table>{lines}</table></html>"
    path = tmp_path / "table.xls"
    path.write_bytes(page.encode("gbk"))
    values = _table(gacc.parse(path).rows)
    assert values["UZB", "2026-5M", "export"] == 4_500_000_000


def test_january_has_one_column_a_flow(tmp_path: Path) -> None:
    rows = [("哈萨克斯坦", "100", "60", "40", "1", "1", "1")]
    path = _chinese(
        tmp_path / "t.xlsx",
        rows,
        "（2）2026年1月进出口商品国别（地区）总值表（人民币值）",
        spans=("",),
    )
    assert _table(gacc.parse(path).rows) == {
        ("KAZ", "2026-01", "total"): 1_000_000,
        ("KAZ", "2026-01", "export"): 600_000,
        ("KAZ", "2026-01", "import"): 400_000,
    }


def test_january_and_february_together_are_a_span(tmp_path: Path) -> None:
    rows = [("其中：哈萨克斯坦", "10.5", "6.25", "4.25", "1", "1", "1")]
    path = _chinese(
        tmp_path / "t.xlsx",
        rows,
        "（4）2026年1至2月进出口商品主要国别（地区）总值表（人民币值）",
        "单位：亿元人民币",
        spans=("1至2月",),
    )
    read = gacc.parse(path)
    assert _table(read.rows)["KAZ", "2026-2M", "export"] == 625_000_000
    # two decimals of a hundred million
    assert set(read.rows["precision"]) == {1_000_000}
    assert set(read.rows["note"]) == {"preliminary figure"}
    assert read.sources["source_id"].tolist() == ["gacc-2026-02-cny-preliminary"]


@pytest.mark.parametrize(
    ("month", "span", "period"),
    [(3, "1至3月", "2026-Q1"), (6, "1至6月", "2026-H1"), (12, "1至12月", "2026")],
)
def test_quarter_half_and_year_have_the_names_of_the_other_tables(
    tmp_path: Path, month: int, span: str, period: str
) -> None:
    title = f"（2）2026年{month}月进出口商品国别（地区）总值表（人民币值）"
    path = _chinese(tmp_path / "t.xlsx", CHINESE, title, spans=(f"{month}月", span))
    assert set(gacc.parse(path).rows["period"]) == {f"2026-{month:02d}", period}


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
    page = tmp_path / "t.html"
    page.write_text(_english(unit=unit), encoding="utf-8")
    rows = gacc.parse(page).rows
    assert _table(rows)["KGZ", "2026-05", "import"] == 2 * factor
    assert set(rows["currency"]) == {currency}


def test_a_total_that_does_not_add_up_is_marked(tmp_path: Path) -> None:
    page = tmp_path / "t.html"
    page.write_text(_english().replace("4,000,123", "4,100,123"), encoding="utf-8")
    rows = gacc.parse(page).rows.set_index(["partner", "period"])
    assert set(rows.loc[("KAZ", "2026-05"), "quality"]) == {"doubtful"}
    assert "do not add up" in rows.loc[("KAZ", "2026-05"), "quality_reason"].iloc[0]
    assert set(rows.loc[("KAZ", "2026-5M"), "quality"]) == {"ok"}


def test_rows_are_kept_read_back_and_replaced_by_a_later_file(tmp_path: Path) -> None:
    page = tmp_path / "table.html"
    page.write_text(_english(), encoding="utf-8")
    said = gacc.import_file(page, tmp_path, published="2026-06-18")
    assert said == "kept 23 figures of 2026-05 and 2026-5M as gacc-2026-05-usd"
    page.write_text(_english().replace("2,500,100", "2,500,200"), encoding="utf-8")
    gacc.import_file(page, tmp_path)
    read = fetched_trade_rows(tmp_path)
    assert _table(read.rows)["KAZ", "2026-05", "export"] == 2_500_200_000
    assert len(read.rows) == 23
    assert read.rows["note"].tolist() == [""] * 23
    _, manifest = store.manifests(tmp_path / "fetched/gacc")[0]
    assert manifest["file_sha256"] == store.sha256(page)
    (entry,) = listing(tmp_path)
    assert entry.label == "gacc/gacc-2026-05-usd"
    store.remove(tmp_path, entry.label, [entry])
    assert fetched_trade_rows(tmp_path).rows.empty


def test_rows_and_sources_fit_the_tables(tmp_path: Path) -> None:
    for name in ("usd.html", "cny.xlsx"):
        path = tmp_path / name
        if name == "usd.html":
            path.write_text(_english(), encoding="utf-8")
        else:
            _chinese(path)
        gacc.import_file(path, tmp_path, published="2026-06-18")
    read, checked = fetched_trade_rows(tmp_path), data_fetched.trade(tmp_path)
    assert (len(checked.rows), len(checked.sources)) == (len(read.rows), len(read.sources))


def test_a_preliminary_table_stands_beside_the_bulletin(tmp_path: Path) -> None:
    _chinese(tmp_path / "a.xlsx")
    express = "（4）2026年5月进出口商品主要国别（地区）总值表（人民币值）"
    _chinese(tmp_path / "b.xlsx", title=express)
    revised = "（2）2026年5月进出口商品国别（地区）总值表（人民币值）（修订）"
    _chinese(tmp_path / "c.xlsx", title=revised)
    for name in "abc":
        gacc.import_file(tmp_path / f"{name}.xlsx", tmp_path)
    assert set(fetched_trade_rows(tmp_path).sources["source_id"]) == {
        "gacc-2026-05-cny",
        "gacc-2026-05-cny-preliminary",
        "gacc-2026-05-cny-revised",
    }


def test_the_day_of_publication_is_read_or_given(tmp_path: Path) -> None:
    page = tmp_path / "table.html"
    text = _english().replace("<body>", "<body><p>发布时间：2026-06-18</p>")
    page.write_text(text, encoding="utf-8")
    assert gacc.parse(page).sources["published"].tolist() == ["2026-06-18"]
    read = gacc.parse(page, published="2026-06-20")
    assert read.sources["published"].tolist() == ["2026-06-20"]
    with pytest.raises(ParameterError, match="must be a date such as 2026-06-18; got 'June'"):
        gacc.parse(page, published="June")


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "table.html"
    page.write_text(_english(), encoding="utf-8")
    gacc.import_file(page, tmp_path)
    kept = tmp_path / "fetched/gacc/gacc-2026-05-usd.csv"
    kept.write_text(kept.read_text(encoding="utf-8").replace("KAZ", "UZB"), encoding="utf-8")
    with pytest.raises(DataError, match="changed after it was fetched"):
        fetched_trade_rows(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "save it as .xlsx"),
        (b"PK\x03\x04 not a zip", "cannot be read as an xlsx workbook"),
        (b"%PDF-1.7", "neither an html page nor an xlsx workbook"),
        (b"<html><body>Maintenance</body></html>", "holds no table"),
        (b"<table><tr><td>a</td></tr></table>", "no heading with country .region., exports"),
        (_english(title="Imports and Exports by Country"), "which month it is for"),
        (_english(title=ENGLISH_TITLE.replace("5.2026", "13.2026")), "for month 13"),
        (_english(title=ENGLISH_TITLE.replace("5.2026", "6.2026")), "for month 6 .* column '1to5'"),
        (_english(unit="1,000"), "clearly whether it is in dollars or yuan"),
        (_english(unit="US$12"), "has the unit 'US.12'"),
        (_english(title=ENGLISH_TITLE + " (in CNY)"), "says CNY in its title and 'US.1,000'"),
        (_english().replace(">Exports<", ">Sales<"), "no heading|no column of exports"),
        (_english([ENGLISH[-1]]), "no row of a country this library knows"),
        (_english().replace("2,500,100", "2.5e6"), "'2.5e6' where 'Kazakhstan' should have"),
        (_english([*ENGLISH, ("Kazakhstan", *ENGLISH[3][1:])]), "'Kazakhstan' twice"),
    ],
    ids=range(15),
)
def test_files_that_cannot_be_trusted_are_refused(
    tmp_path: Path, content: bytes | str, message: str
) -> None:
    path = tmp_path / "table.xls"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(FetchError, match=message) as caught:
        gacc.import_file(path, tmp_path)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "fetched").exists()
