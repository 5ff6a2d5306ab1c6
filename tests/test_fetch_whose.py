"""Nothing is believed that was not asked: whose table it is, of what, and what else a file holds.

Titles of other tables are made on the model of published ones: provinces, other countries and
customs itself publish tables of the same columns.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fetched_pages import copy_tables
from test_fetch_files import TURKEY, WORLD, _book, _imf_sheet, _line, _plus, _series
from test_fetch_gacc import (
    CHINESE,
    CHINESE_TITLE,
    ENGLISH,
    _chinese,
    _english,
    _page,
    _table,
)
from typer.testing import CliRunner, Result

from catrade.check.check import check_data
from catrade.errors import FetchError
from catrade.fetch import commands, files, gacc, keep
from catrade.fetch.baci_import import import_release
from catrade.fetch.codes import called
from catrade.fetch.store import listing
from catrade.tables import doubts, fetched
from rounding.errors import ParameterError


def _run(data: Path, *words: str | Path) -> Result:
    return CliRunner().invoke(commands.app, [*map(str, words), "--data", str(data)])


def _said(result: Result) -> str:
    """Return what a command said, and the sentence it ended with."""
    return f"{result.output}{result.exception or ''}"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return copy_tables(tmp_path / "data")


# --- whose table, and of what ------------------------------------------------------------------

OCTOBER = "（2）2026年10月进出口商品国别（地区）总值表（人民币值）"
SPANS = ("10月", "1至10月")
OTHERS = {
    "（2）2026年10月新疆维吾尔自治区进出口商品国别（地区）总值表": "of 新疆维吾尔自治区",
    "本市2：2026年1至10月进出口商品国别（地区）总值表（人民币值）": "of 本市, not",
    "新疆（2）2026年10月进出口商品国别（地区）总值表（人民币值）": "of 新疆, not",
    "2026年10月农产品进出口商品国别（地区）总值表": "of 农产品, not",
    "2026年10月加工贸易进出口商品国别（地区）总值表": "of 加工贸易, not",
    "2026年10月跨境电商进出口国别（地区）总值表": "of 跨境电商, not",
    "2026年10月服务进出口国别（地区）总值表": "of 服务, not",
    OCTOBER + "（预测）": "（预测）', which no table",
    "Foreign trade of Kazakhstan by country, October 2026": "Kazakhstan by country",
    "(4) Korea's Total Export & Import Values by Country/Region, Oct 2026": "Korea's",
    "Forecast of exports and imports by country, 10.2026": "'Forecast of",
    "(2) Imports and Exports of Services by Country (Region) of Origin/Destination"
    ",10.2026": "of Services by Country",
    "Экспорт и импорт по странам, октябрь 2026": "'Экспорт и импорт",
}


@pytest.mark.parametrize(("title", "names"), OTHERS.items())
def test_a_table_of_something_else_is_refused_by_name(
    tmp_path: Path, title: str, names: str
) -> None:
    path = _chinese(tmp_path / "t.xlsx", CHINESE, title, spans=SPANS)
    with pytest.raises(FetchError) as caught:
        files.import_file(path, tmp_path)
    assert names in str(caught.value)
    assert "all of China's trade" in str(caught.value) or "is titled" in str(caught)
    assert not (tmp_path / "fetched").exists()


def test_a_line_beside_the_title_may_tell_whose_it_is(tmp_path: Path) -> None:
    """A province that prints the national title below its name, and a page headed by it."""
    lines = [("新疆维吾尔自治区统计局",), (OCTOBER,)]
    path = _book(
        tmp_path / "t.xlsx",
        {"t": [*lines, *_rows_of(_chinese(tmp_path / "x.xlsx", spans=SPANS))]},
    )
    with pytest.raises(
        FetchError, match="says '新疆维吾尔自治区统计局' above its table"
    ):
        gacc.parse(path)
    headed = "<h1>2026年5月新疆进出口商品国别（地区）总值表</h1>"
    page = _page(tmp_path, _english().replace("<body>", f"<body>{headed}"))
    with pytest.raises(FetchError, match="is a table of 新疆, not"):
        gacc.parse(page)


def _rows_of(path: Path) -> list[tuple[object, ...]]:
    """Return the rows of a workbook below its title."""
    from openpyxl import load_workbook

    return list(load_workbook(path).active.iter_rows(values_only=True))[1:]


TITLES = {
    "（6）2025年5月进出口商品\n主要国别（地区）总值表": ("2025-05", "preliminary"),
    "（6）2025年5月进出口商品主要国别（地区）总值表（人民币）": (
        "2025-05",
        "preliminary",
    ),
    "(2)2019年12月进出口商品国别(地区)总值表": ("2019-12", ""),
    "（5）2026年1至2月进出口商品主要国别（地区）总值表（人民币值）": (
        "2026-02",
        "preliminary",
    ),
    "（2）2026年5月进出口商品国别（地区）总值表（修订）": ("2026-05", "revised"),
    "(4) China's Total Export & Import Values by Country/Region, January-February 2025"
    " (in CNY)": ("2025-02", "preliminary"),
    "China’s Total Export & Import Values by Country/Region, March 2018 (in RMB)": (
        "2018-03",
        "preliminary",
    ),
    "China's Total Value of Imports and Exports by Major Country (Region), Jan. 2018": (
        "2018-01",
        "preliminary",
    ),
    "（2）Imports and Exports by Country （Region） of Origin/Destination,6.2026": (
        "2026-06",
        "",
    ),
}


@pytest.mark.parametrize(("line", "said"), TITLES.items())
def test_titles_that_customs_has_used(line: str, said: tuple[str, str]) -> None:
    from catrade.fetch import titles

    found = titles.parsed(line)
    assert found is not None
    assert (found.period, found.series) == said


#: In 10,000 yuan. Bundled are 4.7 trillion yuan for July 2026.
TOTAL = "总值|480000000|4000000000|280000000|2300000000|200000000|1700000000|5|6|3"
WHOLE = [tuple(TOTAL.split("|")), *CHINESE[1:]]


def test_the_total_must_be_of_the_size_of_chinas(data: Path, tmp_path: Path) -> None:
    path = _chinese(tmp_path / "t.xlsx", WHOLE, OCTOBER, spans=SPANS)
    other = _chinese(tmp_path / "u.xlsx", CHINESE, OCTOBER, spans=SPANS)
    times = r"its total.* is about 0\.\d+ times China's a month of 2026-"
    with pytest.raises(FetchError, match=times):
        gacc.import_file(other, data)
    assert not (data / "fetched").exists()
    assert "kept" in gacc.import_file(path, data)
    alone = _chinese(tmp_path / "v.xlsx", CHINESE[2:3], OCTOBER, spans=SPANS)
    with pytest.raises(FetchError, match="no total that can be read, by which China's"):
        gacc.import_file(alone, data)


def test_what_was_taken_in_before_is_found_and_named(
    data: Path, tmp_path: Path
) -> None:
    """As version 0.2 kept it: without the title, under the national name."""
    for name, month, rows in (("xj", "10", CHINESE), ("yn", "9", CHINESE[2:3])):
        title = OCTOBER.replace("10月", f"{month}月")
        spans = (f"{month}月", f"1至{month}月")
        path = _chinese(tmp_path / f"{name}.xlsx", rows, title, spans=spans)
        keep.keep(gacc.parse(path), path, data, "gacc")
    for manifest in (data / "fetched/gacc").glob("*.json"):
        content = json.loads(manifest.read_text(encoding="utf-8"))
        for new in ("series", "title", "reporters"):
            content.pop(new, None)
        manifest.write_text(json.dumps(content), encoding="utf-8")
    rows = fetched.trade_rows(data).rows
    assert set(rows["quality"]) == {"doubtful"}
    said = [doubt.message for doubt in check_data(data).doubts]
    assert len(said) == 2
    assert any("gacc-2026-10-cny: is not a table of all" in one for one in said)
    assert any("did not ask whose trade it is" in one for one in said)
    assert all("catrade fetch remove gacc/gacc-2026-" in one for one in said)


# --- nothing lost ------------------------------------------------------------------------------


def _imf_book(path: Path, sheet: str, *rows: tuple[object, ...]) -> Path:
    way = "to" if sheet.startswith("Exports") else "from"
    title = f"{sheet} {way} Partner Countries"
    head = ["", "2022", "2023"]
    return _book(path, {sheet: _imf_sheet(title, "Kazakhstan, Rep. of", head, *rows)})


def _values(data: Path) -> dict[tuple[str, ...], float]:
    rows = fetched.trade_rows(data).rows
    return rows.set_index(["reporter", "partner", "period", "flow"])["value"].to_dict()


def test_imports_after_exports_take_nothing_away(tmp_path: Path) -> None:
    """The IMF's portal and WITS offer the flows apart, each in a file of the same name."""
    sold = _imf_book(tmp_path / "a.xlsx", "Exports, FOB", ("Mongolia", 1.5, 2.5))
    bought = _imf_book(tmp_path / "b.xlsx", "Imports, CIF", ("Mongolia", 3.5, 4.5))
    result = _run(tmp_path, "file", sold, bought)
    assert result.exit_code == 0, result.output
    assert (
        "kept 2 figures of 2022 and 2023 as imf-kaz-mng-2022-2023-export"
        in result.output
    )
    assert sorted(_values(tmp_path).values()) == [1.5e6, 2.5e6, 3.5e6, 4.5e6]
    again = _run(tmp_path, "file", sold)
    assert again.exit_code == 0
    assert len(listing(tmp_path)) == 2  # the same file takes its own place


def test_one_partner_after_all_takes_nothing_away(tmp_path: Path) -> None:
    """UN Comtrade Plus: all partners, then one of them with another figure."""
    everyone = _plus(
        tmp_path, _line("5"), _line("6", partner=TURKEY), _line("7", partner=WORLD)
    )
    everyone = everyone.rename(tmp_path / "all.csv")
    one = _plus(tmp_path, _line("55", partner=TURKEY)).rename(tmp_path / "one.csv")
    assert _run(tmp_path, "file", everyone).exit_code == 0
    said = _run(tmp_path, "file", one).output
    assert (
        "1 of them differs from all.csv (comtrade-plus-uzb-2024-import), which stays: the newest"
        " publication is used" in said
    )
    values = {cell[1]: value for cell, value in _values(tmp_path).items()}
    assert values == {"CHN": 5, "TUR": 55, "WLD": 7}
    shown = _run(tmp_path, "list").output
    assert "from all.csv" in shown
    assert "from one.csv" in shown
    gone = _run(tmp_path, "remove", "comtrade_plus/comtrade-plus-uzb-tur-2024-import")
    assert gone.exit_code == 0, gone.output
    assert {cell[1]: value for cell, value in _values(tmp_path).items()} == {
        "CHN": 5,
        "TUR": 6,
        "WLD": 7,
    }


def test_files_of_one_name_stand_beside_each_other(tmp_path: Path) -> None:
    rows = [("Mongolia", 1.5, 2.5), ("Iceland", 1.0, 2.0)]
    for number, row in enumerate(rows):
        (tmp_path / str(number)).mkdir()
        book = _imf_book(
            tmp_path / str(number) / "a.xlsx", "Exports, FOB", *rows[:1], row
        )
        assert "kept" in files.import_file(book, tmp_path)
    names = [entry.name for entry in listing(tmp_path)]
    assert names == ["imf-kaz-2022-2023-export", "imf-kaz-mng-2022-2023-export"]
    assert len(_values(tmp_path)) == 4


def test_a_shorter_table_of_a_month_leaves_the_longer_one(tmp_path: Path) -> None:
    gacc.import_file(_page(tmp_path, _english(), "a.html"), tmp_path)
    short = (
        _english([ENGLISH[0], ENGLISH[2]])
        .replace("2,500,100", "2,500,123")
        .replace("4,000,123", "4,000,146")
    )
    said = gacc.import_file(_page(tmp_path, short, "b.html"), tmp_path)
    assert (
        "kept 12 figures of 2026-05 and 2026-5M as gacc-2026-05-usd-2; 2 of them"
        in said
    )
    rows = fetched.trade_rows(tmp_path).rows
    assert len(rows) == 23
    assert _table(rows)["KAZ", "2026-05", "export"] == 2_500_123_000


def test_a_refused_file_does_not_keep_others_from_being_read(tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("a,b,c\n1,2,3\n", encoding="utf-8")
    good = _imf_book(tmp_path / "b.xlsx", "Imports, CIF", ("Mongolia", 3.5, 4.5))
    result = _run(tmp_path, "file", bad, good)
    assert result.exit_code == 1
    assert "b.xlsx: kept 2 figures" in result.output
    assert "bad.csv is a table with the columns a, b, c" in _said(result)


# --- every country, or what it is worth --------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "codes"),
    [
        # The IMF
        (
            "Netherlands, The|Egypt, Arab Rep. of|Czech Rep.|Slovak Rep.",
            "NLD EGY CZE SVK",
        ),
        ("Congo, Dem. Rep. of the|Congo, Rep. of|Gambia, The", "COD COG GMB"),
        ("Lao People's Dem. Rep.|Korea, Dem. People's Rep. of", "LAO PRK"),
        ("Venezuela, Rep. Bolivariana de|St. Kitts and Nevis", "VEN KNA"),
        # WITS
        (
            "Czech Republic|Egypt, Arab Rep.|Congo, Dem. Rep.|Slovak Republic",
            "CZE EGY COD SVK",
        ),
        (
            "Ethiopia(excludes Eritrea)|Lao PDR|Korea, Dem. Rep.|Occ.Pal.Terr",
            "ETH LAO PRK PSE",
        ),
        # The UN
        (
            "Bolivia (Plurinational State of)|Rep. of Moldova|Côte d'Ivoire",
            "BOL MDA CIV",
        ),
        # Customs
        (
            "刚果（金）|刚果(布)|多米尼加|多米尼克|波黑|朝鲜|老挝",
            "COD COG DOM DMA BIH PRK LAO",
        ),
        (
            "Czechia(CzechRepublic)|Viet Nam|Taiwan, China|Macao, China",
            "CZE VNM TWN MAC",
        ),
    ],
)
def test_countries_as_their_publishers_write_them(names: str, codes: str) -> None:
    assert [called(name) for name in names.split("|")] == codes.split()


def test_every_country_is_known_by_its_names_in_the_standard() -> None:
    import pycountry

    for country in pycountry.countries:
        for kind in ("name", "common_name", "official_name"):
            if name := getattr(country, kind, ""):
                assert called(name) == country.alpha_3, name


def test_groups_are_no_partners_and_what_is_unknown_is_said(tmp_path: Path) -> None:
    book = _imf_book(
        tmp_path / "a.xlsx",
        "Exports, FOB",
        ("Netherlands, The", 100, 4390),
        ("Netherlands Antilles", 2.5, 1000),
        ("Czechoslovakia", "", 0.25),
        ("Advanced Economies", 5000, 6000),
    )
    said = files.import_file(book, tmp_path)
    assert set(fetched.trade_rows(tmp_path).rows["partner"]) == {"NLD"}
    assert said.endswith(
        "; 2 partners worth 1.0 billion dollars are left out, which this library does not know:"
        " Netherlands Antilles (1.0 billion), Czechoslovakia (250,000)"
    )


# --- sheets, rows and cells --------------------------------------------------------------------


def test_imports_free_on_board_are_never_imports(tmp_path: Path) -> None:
    alone = _imf_book(tmp_path / "a.xlsx", "Imports, FOB", ("Mongolia", 1, 2))
    with pytest.raises(
        FetchError, match=r"nothing of it is read; sheet 'Imports, FOB' is left out: im"
    ):
        files.import_file(alone, tmp_path)
    rows = [("Mongolia", 1, 2)]
    both = _book(
        tmp_path / "b.xlsx",
        {
            sheet: _imf_sheet(f"{sheet} …", "Kazakhstan", ["", "2022", "2023"], *rows)
            for sheet in ("Exports, FOB", "Imports, FOB", "Notes")
        },
    )
    said = files.import_file(both, tmp_path)
    assert "'Imports, FOB' is left out" in said
    assert "sheet 'Notes' is no such table" in said
    assert set(fetched.trade_rows(tmp_path).rows["flow"]) == {"export"}


def test_a_sheet_whose_title_is_of_another_flow_is_refused(tmp_path: Path) -> None:
    rows = _imf_sheet("Imports, FOB from …", "Kazakhstan", ["", "2022"], ("China", 1))
    book = _book(tmp_path / "a.xlsx", {"Imports, CIF": rows})
    with pytest.raises(FetchError, match="says 'Imports, FOB from …' above its table"):
        files.import_file(book, tmp_path)


def test_all_sheets_are_read_and_others_named(tmp_path: Path) -> None:
    """A workbook with two months, one sheet each, and one with something else."""
    sheets = {}
    for month in (4, 5):
        title = CHINESE_TITLE.replace("5月", f"{month}月")
        path = _chinese(
            tmp_path / "x.xlsx", CHINESE, title, spans=(f"{month}月", f"1至{month}月")
        )
        sheets[f"{month}月"] = [(None, title), *_rows_of(path)]
    book = _book(tmp_path / "two.xlsx", {**sheets, "说明": [("注", "x")]})
    said = gacc.import_file(book, tmp_path)
    assert "as gacc-2026-04-cny" in said
    assert "as gacc-2026-05-cny" in said
    assert said.endswith("left out, as no such table: sheet 说明")
    twice = _book(tmp_path / "same.xlsx", {"a": sheets["4月"], "b": sheets["4月"]})
    with pytest.raises(FetchError, match="has two tables of one month"):
        gacc.parse(twice)
    below = _book(tmp_path / "below.xlsx", {"a": [*sheets["4月"], *sheets["5月"]]})
    with pytest.raises(FetchError, match="has a second heading"):
        gacc.parse(below)


LOST = {
    # a whole cell of the heading: what was under it moves
    "heading": (
        lambda page: page.replace('<td colspan="2"><span>Total</span></td>', ""),
        "has no column of totals",
    ),
    "months": (
        lambda page: page.replace("<td><span>5</span></td>", "", 1),
        "has a column 'Total', which is no month",
    ),
    "change": (
        lambda page: page.replace('<td colspan="3">', '<td colspan="2">'),
        "has a heading of 9 cells where its table has 10",
    ),
    "cell": (
        lambda page: page.replace("<td><span>4,000,123</span></td>", ""),
        "has row 'Kazakhstan' of 9 cells where its table has 10",
    ),
    "no total": (
        lambda page: page.replace(
            '<span>Total</span></td><td colspan="2">',
            '<span>X</span></td><td colspan="2">',
        ),
        "has no column of totals",
    ),
    "flows swapped": (
        lambda page: (
            page.replace('colspan="2"><span>Total', 'colspan="2"><span>T')
            .replace('colspan="2"><span>Exports', 'colspan="2"><span>Total')
            .replace('colspan="2"><span>T<', 'colspan="2"><span>Exports<')
        ),
        "its columns are not what its headings say",
    ),
    "services": (
        lambda page: page.replace(
            "<span>Exports</span></td><td colspan",
            "<span>Exports of services</span></td><td colspan",
        ),
        "has no column of exports",
    ),
}


@pytest.mark.parametrize(("change", "message"), LOST.values(), ids=LOST)
def test_a_table_that_lost_a_cell_is_refused(
    tmp_path: Path, change, message: str
) -> None:
    page = change(_english())
    assert page != _english()
    with pytest.raises(FetchError) as caught:
        gacc.parse(_page(tmp_path, page))
    assert message in str(caught.value)


def test_one_cell_with_decimals_says_nothing_of_the_others(tmp_path: Path) -> None:
    """171.412 among whole thousands: a point that means thousands, or a slip."""
    page = _english().replace("2,500,100", "2,500.100").replace(">4,000,123<", ">-<")
    rows = gacc.parse(_page(tmp_path, page)).rows
    assert set(rows["precision"]) == {1000.0}
    odd = rows[rows["quality"] == "doubtful"]
    assert odd[["partner", "period", "flow"]].to_numpy().tolist() == [
        ["KAZ", "2026-05", "export"]
    ]
    assert "has decimals, which the other figures" in odd["quality_reason"].item()


@pytest.mark.parametrize("place", [5, 34])
def test_a_row_that_lost_a_cell_is_refused(tmp_path: Path, place: int) -> None:
    """UN Comtrade Plus: without its 35th cell a row has the flag 4 under primaryValue."""
    cells = _line("3050000000").split(",")
    cells[44] = '"4"'
    del cells[place]
    path = _plus(
        tmp_path, ",".join(cells), _line("6", partner=TURKEY), _line("7", partner=WORLD)
    )
    with pytest.raises(FetchError, match="row 2 has 47 cells where the others have 48"):
        files.import_file(path, tmp_path)
    alone = _plus(tmp_path, ",".join(cells))
    with pytest.raises(FetchError, match="row 2 has its cells under other headings"):
        files.import_file(alone, tmp_path)


def test_a_flow_that_its_indicator_contradicts_is_not_read(tmp_path: Path) -> None:
    path = _series(tmp_path, "Import (US$ Thousand)")  # the flow is Export
    with pytest.raises(FetchError, match="holds Import "):
        files.import_file(path, tmp_path)


def test_services_of_comtrade_are_called_that(tmp_path: Path) -> None:
    path = _plus(tmp_path, _line("5").replace('"C"', '"S"', 1))
    with pytest.raises(
        FetchError, match="is of services: this library holds trade in goods"
    ):
        files.import_file(path, tmp_path)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-8-sig"])
def test_unicode_text_of_excel_is_read(tmp_path: Path, encoding: str) -> None:
    path = _plus(tmp_path, _line("5", partner=TURKEY), encoding="utf-8")
    text = path.read_text(encoding="utf-8").replace(",", "\t")
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    path.write_bytes((mark + text).encode(encoding))
    assert "kept 1 figure" in files.import_file(path, tmp_path)


def test_a_second_number_of_a_country_is_refused(tmp_path: Path) -> None:
    from baci_zip import COUNTRIES, zipped

    double = COUNTRIES + "999,China again,CN,CHN\n"
    path = zipped(tmp_path / "x.zip", **{"country_codes_V202601.csv": double})
    with pytest.raises(
        FetchError, match=r"999 in country_codes_V202601\.csv is CHN, which is"
    ):
        import_release(path, tmp_path)


# --- files of one's own ------------------------------------------------------------------------

OWN = "reporter,partner,period,flow,value,currency\nCHN,Kazakhstan,2026-08,export,2500000000,USD\n"
OFFICE = files.Own("Statistics office", "https://example.org/table")


def test_a_table_of_ones_own_is_read(data: Path, tmp_path: Path) -> None:
    (path := tmp_path / "aug.csv").write_text(OWN, encoding="utf-8")
    result = _run(data, "file", path, "--source", OFFICE.publisher, "--url", OFFICE.url)
    assert result.exit_code == 0, result.output
    assert (
        "kept 1 figure of 2026-08 as statistics-office-chn-kaz-2026-08-export; no column"
        " `precision`: every figure is taken as printed to the unit" in result.output
    )
    read = fetched.trade_rows(data)
    row = read.rows.iloc[0]
    assert (row["partner"], row["value"], row["quality"]) == ("KAZ", 2.5e9, "ok")
    source = read.sources.iloc[0]
    assert (source["publisher"], source["url"]) == (OFFICE.publisher, OFFICE.url)
    assert check_data(data).problems == []


@pytest.mark.parametrize(
    ("text", "own", "error", "message"),
    [
        (OWN, None, ParameterError, "with --source NAME and --url ADDRESS"),
        (PLUS_HEAD := "typeCode,reporterCode,cmdCode,primaryValue\nC,398,TOTAL,1\n", OFFICE,
         ParameterError, "but aug.csv is a CSV saved from UN Comtrade Plus"),
        (OWN.replace("Kazakhstan", "Kasachstan"), OFFICE, FetchError,
         "row 2 has 'Kasachstan' as partner, which is no country's code or name"),
        (OWN.replace("export", "exports"), OFFICE, FetchError,
         "row 2, column flow, must be one of export, import, total; got 'exports'"),
        (OWN.replace("2500000000", "2.5bn"), OFFICE, FetchError, "column value, must be a plain"),
        (OWN.replace("currency", "currency,growth").replace("USD", "USD,1"), OFFICE, FetchError,
         "has a column 'growth', which trade.csv has not"),
        (OWN.replace("2026-08", "August"), OFFICE, FetchError, "column period, must be a period"),
    ],
)  # fmt: skip
def test_a_table_of_ones_own_is_asked_as_the_bundled_one_is(
    tmp_path: Path, text: str, own, error: type[Exception], message: str
) -> None:
    (path := tmp_path / "aug.csv").write_text(text, encoding="utf-8")
    with pytest.raises(error) as caught:
        files.import_file(path, tmp_path, own=own)
    assert message in str(caught.value)
    assert not (tmp_path / "fetched").exists()


@pytest.mark.parametrize(
    ("name", "url"), [("Office", ""), ("", "https://a.b"), ("Office", "a.b")]
)
def test_a_source_has_a_name_and_an_address(name: str, url: str) -> None:
    with pytest.raises(ParameterError, match="--source and --url go together"):
        files.own(name, url)


# --- what a refusal says -----------------------------------------------------------------------


def test_a_workbook_is_named_by_its_sheets_and_columns(tmp_path: Path) -> None:
    book = _book(
        tmp_path / "w.xlsx",
        {
            "Exports 2024": [["Partner", "Weight", "Tons"], ["a", "b", "c"]],
            "Notes": [["x"]],
        },
    )
    with pytest.raises(FetchError) as caught:
        files.import_file(book, tmp_path)
    assert str(caught.value).startswith(
        "w.xlsx is a workbook whose sheet 'Exports 2024' has the columns Partner, Weight, Tons"
        " (other sheets: Notes), which is none of those read: tables of Chinese customs"
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("Country Name,Country Code,Indicator Name,Indicator Code,2020\n",
         "a table of the World Bank's indicators by country: it holds no trade between two"),
        ("code,description\n010121,Horses\n", "is the product table of CEPII's BACI"),
        (b"{\\rtf1 x", "a Word or PowerPoint file: save the table in it as a workbook"),
        (b"\xd0\xcf\x11\xe0" + "WordDocument".encode("utf-16-le"), "a Word or PowerPoint file"),
    ],
)  # fmt: skip
def test_other_files_are_called_what_they_are(
    tmp_path: Path, content: str | bytes, message: str
) -> None:
    path = tmp_path / "x"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(FetchError) as caught:
        files.import_file(path, tmp_path)
    assert message in str(caught.value)


def test_a_month_to_come_is_ahead_of_the_clock(tmp_path: Path) -> None:
    page = _page(tmp_path, _english(title=CHINESE_TITLE.replace("2026", "2099")))
    with pytest.raises(
        FetchError, match=r"5 of 2099.* lies ahead of this machine's clock"
    ):
        gacc.parse(page)


def test_an_empty_name_is_not_this_folder(tmp_path: Path) -> None:
    assert "FILE must name a file" in _said(_run(tmp_path, "file", ""))


def test_installed_tables_are_no_place_to_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from catrade.tables import paths

    installed = copy_tables(tmp_path / "site-packages/catrade/data")
    monkeypatch.setattr(paths, "_OWN", (tmp_path / "data", installed))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    book = _imf_book(tmp_path / "b.xlsx", "Imports, CIF", ("Mongolia", 3.5, 4.5))
    assert _run(installed, "file", book).exit_code == 0
    home = tmp_path / "home/catrade/fetched"
    assert [path.name for path in home.glob("*/*.csv")] == [
        "imf-kaz-mng-2022-2023-import.csv"
    ]
    assert not (installed / "fetched").exists()
    assert f"in {home}" in _run(installed, "list").output
    assert len(doubts.marked(fetched.trade_rows(installed).rows, installed)) == 2
