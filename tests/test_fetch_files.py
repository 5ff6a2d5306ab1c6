"""`catrade fetch file`: any file is recognised, and what is read stands in `load_trade`.

The figures are invented; headings, labels and quirks are those of real downloads of UN Comtrade
Plus, the IMF and WITS.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from baci_zip import Y2022, zipped
from fetched_pages import copy_tables
from openpyxl import Workbook
from test_fetch_gacc import (
    ENGLISH_TITLE,
    FRAME,
    _chinese,
    _english,
    _express,
    _rows,
    _value,
)
from typer.testing import CliRunner

from catrade.check.fetched import fetched_faults
from catrade.errors import FetchError
from catrade.fetch import commands, files
from catrade.fetch.store import listing
from catrade.tables import fetched
from catrade.tables.trade import load_sources, load_trade

# --- UN Comtrade Plus --------------------------------------------------------------------------

PLUS = (
    "typeCode,freqCode,refPeriodId,refYear,refMonth,period,reporterCode,reporterISO,reporterDesc,"
    "flowCode,flowDesc,partnerCode,partnerISO,partnerDesc,partner2Code,partner2ISO,partner2Desc,"
    "classificationCode,classificationSearchCode,isOriginalClassification,cmdCode,cmdDesc,"
    "aggrLevel,isLeaf,customsCode,customsDesc,mosCode,motCode,motDesc,qtyUnitCode,qtyUnitAbbr,qty,"
    "isQtyEstimated,altQtyUnitCode,altQtyUnitAbbr,altQty,isAltQtyEstimated,netWgt,"
    "isNetWgtEstimated,grossWgt,isGrossWgtEstimated,cifvalue,fobvalue,primaryValue,"
    "legacyEstimationFlag,isReported,isAggregate"
)


def _line(
    value: str,
    *,
    freq: str = "A",
    period: str = "2024",
    reporter: tuple[str, ...] = ("860", "UZB", "Uzbekistan"),
    flow: tuple[str, str] = ("M", "Import"),
    partner: tuple[str, ...] = ("156", "CHN", "China"),
    partner2: str = "0",
    code: str = "TOTAL",
    customs: str = "C00",
) -> str:
    cells = (
        *(
            "C",
            freq,
            f"{period[:4]}0101",
            period[:4],
            "52",
            period,
            *reporter,
            *flow,
            *partner,
        ),
        *(
            partner2,
            "W00",
            "World",
            "H6",
            "HS",
            "true",
            code,
            "All Commodities",
            "0",
            "false",
        ),
        *(
            customs,
            "TOTAL CPC",
            "0",
            "0",
            "TOTAL MOT",
            "-1",
            "N/A",
            "",
            "false",
            "-1",
            "N/A",
            "",
        ),
        *("false", "", "false", "", "false", value, "", value, "0", "false", "true"),
    )
    # As the site writes it: cells in quotes but empty ones, one comma more than in the heading.
    return ",".join(f'"{cell}"' if cell else "" for cell in cells) + ","


def _plus(folder: Path, *lines: str, encoding: str = "latin-1") -> Path:
    path = folder / "TradeData_9_1_2026_10_30_9.csv"
    path.write_bytes("\r\n".join([PLUS, *lines, ""]).encode(encoding))
    return path


WORLD = ("0", "W00", "World")
TURKEY = ("792", "TUR", "Türkiye")


def _csv(folder: Path) -> Path:
    return _plus(
        folder,
        _line("1250000500.25"),
        _line("99", customs="C01"),  # parts of the same flow
        _line("98", partner2="643"),
        _line("97", code="27"),
        _line("2500", flow=("X", "Export"), partner=TURKEY),
        _line("30", flow=("RX", "Re-export")),
        _line("", flow=("X", "Export")),  # not known
        _line("0", flow=("X", "Export"), partner=("490", "S19", "Other Asia, nes")),
        _line("40000", partner=WORLD, freq="M", period="202403"),
        _line("7", partner=("899", "_X ", "Areas, nes")),
    )


# --- workbooks of the IMF and WITS -------------------------------------------------------------


def _book(path: Path, sheets: dict[str, Sequence[Sequence[object]]]) -> Path:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def _imf_sheet(
    what: str, country: str, head: Sequence[object], *rows: Sequence[object]
) -> list:
    above = [[], [None, what], [], [None, country], [None, "US Dollars, Millions"], []]
    return [*above, [None, *head], *([None, *row] for row in rows)]


def _imf(folder: Path, country: str = "Kazakhstan, Rep. of") -> Path:
    years = ["Country", "2022", "2023"]
    return _book(
        folder / "Exports_and_Imports_by_Areas_and_Co.xlsx",
        {
            "Exports, FOB": _imf_sheet(
                *("Exports, FOB to Partner Countries", country, years),
                ("Australia", 0.00461, None),  # stands above the world, and again below
                ("World", 84000.5, 78000.25),
                ("Advanced Economies", 40000, 35000),
                ("   Australia", 0.00461, None),
                ("China, P.R.: Mainland", 13160.123456, "14,700.50 e"),
                ("Kyrgyz Rep.", "0.00 e", 900),
            ),
            "Imports, CIF": _imf_sheet(
                *(
                    "Imports, CIF from Partner Countries",
                    country,
                    ["", "2023M01", "2023Q4"],
                ),
                ("China, P.R.: Mainland", 1000.5, 4200.25),
                ("European Union", 800, 900),
            ),
        },
    )


WITS = """
Reporter Name|Partner Name|Year|Trade Flow|Export (US$ Thousand)|Import (US$ Thousand)
Kyrgyz Republic| World|2022|Exports & Imports|2186.5|9803.25
Kyrgyz Republic|China|2022|Exports & Imports|60.75|4070.5
Kyrgyz Republic|Russian Federation|2022|Exports & Imports||0
Kyrgyz Republic|East Asia & Pacific|2022|Exports & Imports|5|6
"""


def _wits(folder: Path) -> Path:
    rows = [[_value(cell) for cell in row] for row in _rows(WITS)]
    return _book(folder / "WITS-Partner.xlsx", {"Sheet1": [], "Partner": rows})


def _series(
    folder: Path, indicator: str = "Export (US$ Thousand)", **more: str
) -> Path:
    head = [
        "Reporter Name",
        "Partner Name",
        "Trade Flow",
        *more,
        "Indicator",
        "2019",
        2020.0,
    ]
    row = ["Uzbekistan", "China", "Export", *more.values(), indicator, None, 1600.5]
    return _book(
        folder / "WITS.xlsx", {"Sheet1": [], "Partner-Timeseries": [head, row]}
    )


def _figures(data: Path) -> dict[tuple[str, ...], float]:
    rows = fetched.trade_rows(data).rows
    return rows.set_index(["reporter", "partner", "period", "flow"])["value"].to_dict()


@pytest.mark.parametrize(
    ("make", "said", "expected"),
    [
        (
            _csv,
            "kept 3 figures of 2024 and 2024-03 as comtrade-plus-uzb-2024-2024-03; 1 partner"
            " worth 7 dollars is left out, which this library does not know: Areas, nes (7)",
            {
                ("UZB", "CHN", "2024", "import"): 1_250_000_500.25,
                ("UZB", "TUR", "2024", "export"): 2500,
                ("UZB", "WLD", "2024-03", "import"): 40_000,
            },
        ),
        (
            _imf,
            "kept 8 figures of 2022 to 2023-Q4 as imf-kaz-2022-2023-q4",
            {
                ("KAZ", "AUS", "2022", "export"): 4_610,
                ("KAZ", "WLD", "2022", "export"): 84_000_500_000,
                ("KAZ", "WLD", "2023", "export"): 78_000_250_000,
                ("KAZ", "CHN", "2022", "export"): 13_160_123_456,
                ("KAZ", "CHN", "2023", "export"): 14_700_500_000,
                ("KAZ", "KGZ", "2023", "export"): 900_000_000,
                ("KAZ", "CHN", "2023-01", "import"): 1_000_500_000,
                ("KAZ", "CHN", "2023-Q4", "import"): 4_200_250_000,
            },
        ),
        (
            _wits,
            "kept 4 figures of 2022 as wits-kgz-2022",
            {
                ("KGZ", "WLD", "2022", "export"): 2_186_500,
                ("KGZ", "WLD", "2022", "import"): 9_803_250,
                ("KGZ", "CHN", "2022", "export"): 60_750,
                ("KGZ", "CHN", "2022", "import"): 4_070_500,
            },
        ),
        (
            _series,
            "kept 1 figure of 2020 as wits-uzb-chn-2020-export",
            {("UZB", "CHN", "2020", "export"): 1_600_500},
        ),
    ],
)
def test_what_users_have_on_disk_is_read(
    tmp_path: Path, make, said: str, expected: dict[tuple[str, ...], float]
) -> None:
    path = make(tmp_path)
    assert files.import_file(path, tmp_path) == said
    assert _figures(tmp_path) == expected
    (entry,) = listing(tmp_path)
    publisher = entry.label.partition("/")[0]
    assert publisher in ("comtrade_plus", "imf", "wits")
    assert path.name in entry.about
    manifest = json.loads(entry.paths[1].read_text(encoding="utf-8"))
    assert manifest["source"]["locator"] == f"file {path.name}"
    assert fetched_faults(tmp_path) == []
    entry.paths[0].write_bytes(b"x")
    assert [fault for fault, _ in fetched_faults(tmp_path)] == [
        f"fetched/{publisher}/{entry.name}.csv"
    ]


def test_what_was_read_stands_beside_the_bundled_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = copy_tables(tmp_path / "data")
    monkeypatch.setenv("CATRADE_DATA", str(data))
    before = load_trade("KAZ", "CHN", "export", start=2022, end=2023)
    for make in (_csv, _imf, _wits):
        files.import_file(make(tmp_path), data)
    after = load_trade("KAZ", "CHN", "export", start=2022, end=2023)
    ours = after[after["source_id"] == "imf-kaz-2022-2023-q4"]
    assert len(after) == len(before) + 2
    assert set(ours["source_kind"]) == {"dataset"}
    assert set(ours["coverage"]) == {"goods"}
    assert ours["value_usd"].tolist() == [13_160_123_456.0, 14_700_500_000.0]
    assert ours["quality"].tolist() == ["ok", "doubtful"]
    assert "marked e by the IMF" in ours["quality_reason"].iloc[1]
    assert ours["precision_usd"].tolist() == [1.0, 10_000.0]
    sources = load_sources(["imf-kaz-2022-2023-q4", "wits-kgz-2022"])
    assert sources["publisher"].tolist() == [
        "International Monetary Fund",
        "World Bank, WITS",
    ]


def test_figures_of_a_country_that_publishes_none_are_doubtful(tmp_path: Path) -> None:
    files.import_file(_imf(tmp_path, "Turkmenistan"), tmp_path)
    rows = fetched.trade_rows(tmp_path).rows
    assert set(rows["quality"]) == {"doubtful"}
    assert rows["quality_reason"].str.startswith("not published by the country").all()


def test_customs_tables_and_releases_go_to_their_own_readers(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text(_english(), encoding="utf-8")
    express = tmp_path / "b.html"
    express.write_text(_express(), encoding="utf-8")
    book = _chinese(tmp_path / "c.xls")
    release = zipped(tmp_path / "d.zip")
    asked = [
        "file",
        *map(str, (page, express, book, release)),
        "--data",
        str(tmp_path / "data"),
    ]
    done = CliRunner().invoke(commands.app, asked)
    assert done.exit_code == 0, done.output
    names = {entry.label for entry in listing(tmp_path / "data")}
    assert names == {
        "baci/HS17_V202601",
        "gacc/gacc-2026-03-cny-preliminary",
        "gacc/gacc-2026-05-cny",
        "gacc/gacc-2026-05-usd",
    }


def test_what_contradicts_a_bundled_figure_is_said_and_doubtful(tmp_path: Path) -> None:
    data = copy_tables(tmp_path / "data")
    page = tmp_path / "[b]a.html"  # the name is shown as it is
    title = ENGLISH_TITLE.replace("5.2026", "6.2026")
    page.write_text(_english(title=title, spans=("6", "1to6")), encoding="utf-8")
    asked = ["file", str(page), str(_imf(tmp_path)), "--data", str(data)]
    done = CliRunner().invoke(commands.app, asked)
    assert done.exit_code == 0, done.output
    assert "[b]a.html: kept 23 figures" in done.output
    # 2 thousand dollars where customs' bulletin, which is bundled, has 13,012
    (said,) = (
        line
        for line in done.output.splitlines()
        if "KGZ, 2026-06, import: 2,000" in line
    )
    assert "doubtful: more than 2 times below the bundled figure, " in said
    assert "marked e" not in done.output  # what the IMF marks is no finding of ours


def _text(name: str, text: str | bytes):
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return folder / name

    return make


_HS6 = [
    ["Reporter", "TradeFlow", "ProductCode", "Product Description", "Year", "Partner"],
    ["Kazakhstan", "Export", "270900", "Petroleum oils", "2023", "China"],
]
_HS6[0] += ["Trade Value 1000USD"]
_ASK = "catrade fetch comtrade brings the same trade"
REFUSED = {
    "products of WITS": (
        lambda folder: _book(folder / "w.xlsx", {"Sheet1": [], "By-HS6Product": _HS6}),
        f"a file of WITS by product, not of all goods: {_ASK}",
    ),
    "CSV of WITS": (
        _text(
            "w.csv",
            '"Nomenclature","ReporterISO3","TradeValue in 1000 USD"\n"H4","CHN",1\n',
        ),
        f"a CSV of WITS by product, not of all goods: {_ASK}",
    ),
    "indicators of WITS": (
        lambda folder: _book(
            folder / "w.xlsx",
            {"Country-Timeseries": [["Country Name", "Indicator Name", "2020"]]},
        ),
        f"a WITS time series of a country, not by partner: {_ASK}",
    ),
    "shares of WITS": (
        lambda folder: _series(folder, "Import Partner Share (%)"),
        "WITS.xlsx holds Import Partner Share (%), not trade in US$ thousand of all products",
    ),
    "one product of WITS": (
        lambda folder: _series(folder, **{"Product Group": "Fuels"}),
        "WITS.xlsx holds Fuels, not trade in US$ thousand of all products",
    ),
    "OEC": (
        _text("o.csv", "HS4 ID,HS4,Trade Value\n52709,Oil,1\n"),
        f"a CSV of the OEC .*{_ASK}",
    ),
    "Atlas": (
        _text("a.csv", "country_id,year,export_value,import_value\n1,2020,2,3\n"),
        f"a CSV of the Atlas of Economic Complexity .*{_ASK}",
    ),
    "old Comtrade": (
        _text(
            "c.csv",
            "Reporter Code,Partner Code,Commodity Code,Trade Flow\n1,2,3,Import\n",
        ),
        f"a CSV of the old UN Comtrade site: {_ASK}",
    ),
    "CSV of the IMF": (
        _text("i.csv", "Country Name,Counterpart Country Name,Time Period\na,b,2020\n"),
        "CSV of the IMF's data portal: catrade fetch file reads the workbook Exports and Imports",
    ),
    "world of the IMF": (
        lambda folder: _imf(folder, "World"),
        "sheet Exports, FOB names no country that this library knows: .*World",
    ),
    "answer of an API": (
        _text("a.json", '{"count":0,"data":[]}'),
        "is JSON: answers of UN Com",
    ),
    "year of BACI": (
        _text("x.csv", Y2022),
        "taken out of its zip: give the zip as downloaded",
    ),
    "rar": (
        _text("BACI.rar", b"Rar!\x1a\7\0"),
        "is a .rar file: unpack it; of a BACI release give",
    ),
    "frame": (_text("p.html", FRAME), "only shows the table in a frame"),
    "products of Comtrade": (
        lambda folder: _plus(folder, _line("5", code="27")),
        "has no row with cmdCode TOTAL: products alone are no total of all goods",
    ),
    "cells shifted": (
        lambda folder: _plus(folder, _line("5")[4:]),
        r"row 2 has its cells under other headings",
    ),
    "more cells": (
        lambda folder: _plus(folder, _line("5") + "9"),
        "row 2 has 48 cells under 47",
    ),
    "twice": (
        lambda folder: _plus(folder, _line("5"), _line("6")),
        "partner CHN, period 2024, flow import, currency USD twice, which would count double",
    ),
    "infinite": (
        lambda folder: _plus(folder, _line("Infinity")),
        "primaryValue is 'Infinity', not",
    ),
    "too much": (
        lambda folder: _plus(folder, _line("1e16")),
        "primaryValue is '1e16', not a num",
    ),
    "period": (
        lambda folder: _plus(folder, _line("5", period="2024/3")),
        "period is '2024/3', w",
    ),
    "code": (
        lambda folder: _plus(folder, _line("5", partner=("../x", "X", "x"))),
        "partnerCode is '../x', which is not such a name",
    ),
    "no column": (
        _text(
            "TradeData.csv",
            "typeCode,reporterCode,cmdCode,primaryValue\nC,398,TOTAL,1\n",
        ),
        "TradeData.csv cannot be read (KeyError: 'freqCode')",
    ),
    "empty": (
        _text("e.csv", ""),
        "is empty, or no text, which is none of those read: tables of",
    ),
    "prose": (
        _text("e.txt", "To, whom, it may concern\n\nhello\n"),
        "is text, which is none of",
    ),
    "a table": (
        _text("e.csv", "a,b,c\n1,2,3\n"),
        "is a table with the columns a, b, c, which is",
    ),
    "escapes": (
        _text("e.csv", "a\x1b[2J,b,c\n1,2,3\n"),
        r"columns a\x1b[2J, b, c, which is none",
    ),
    "folder": (lambda folder: folder, "is a folder, which is none of those read"),
    "nothing": (lambda folder: folder / "none.csv", "there is no file"),
}


@pytest.mark.parametrize(("make", "message"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_read_is_named(tmp_path: Path, make, message: str) -> None:
    with pytest.raises(FetchError) as caught:
        files.import_file(make(tmp_path), tmp_path)
    said = str(caught.value)
    assert re.search(re.escape(message).replace(r"\.\*", ".*"), said), said
    assert said.isprintable()
    assert not (tmp_path / "fetched").exists()


def test_large_text_is_recognised_by_its_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catrade.fetch.grids.MOST_BYTES", 100_000)
    (tmp_path / "x.csv").write_text(Y2022 * 1000, encoding="utf-8")
    with pytest.raises(FetchError, match="one year of CEPII's BACI"):
        files.import_file(tmp_path / "x.csv", tmp_path)
    large = _plus(tmp_path, *[_line("5")] * 1000)
    with pytest.raises(
        FetchError, match="larger than 100,000 bytes, the most that is read"
    ):
        files.import_file(large, tmp_path)
