"""`catrade fetch file`: any file is recognised, and what is read stands in `load_trade`."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import fetch_files as made
import pycountry
import pytest
from fetch_files import (
    SERIES,
    TURKEY,
    WITS,
    WORLD,
    Y2022,
    cases,
    copy_tables,
    imf,
    plus,
    record,
    write,
    zipped,
)

from catrade_build.check.check import check_data
from catrade_fetch import door, files, rows
from catrade_fetch.check import fetched_faults
from catrade_fetch.codes import called
from catrade_fetch.store import listing

# --- what is read --------------------------------------------------------------------------------


def _plus(folder: Path) -> Path:
    return plus(
        folder / "TradeData_9_1.csv",
        record("1250000500.25"),
        record("99", ",C00,=>,C01,"),  # parts of the same flow
        record("98", "China,0,=>China,643,"),
        record("97", "TOTAL,=>27,"),
        record("2500", "M,Import=>X,Export", TURKEY),
        record("30", "M,Import=>RX,Re-export"),
        record("", "M,Import=>X,Export"),  # not known
        record("0", "M,Import=>X,Export", "156,CHN,China=>490,S19,Other Asia nes"),
        record("40000", WORLD, "C,A=>C,M", "52,2024=>52,202403"),
        record("7", "156,CHN,China=>899,_X ,Areas nes"),
    )


IMF = {
    "Exports, FOB": """
Country|2022|2023
Australia|0.00461|
World|84000.5|78000.25
Advanced Economies|40000|35000
   Australia|0.00461|
China, P.R.: Mainland|13160.123456|14,700.50 e
Kyrgyz Rep.|0.00 e|900
""",
    "Imports, CIF": """
|2023M01|2023Q4
China, P.R.: Mainland|1000.5|4200.25
European Union|800|900
""",
}


def _imf(folder: Path, country: str = "Kazakhstan, Rep. of") -> Path:
    sheets = {
        name: made.imf_sheet(f"{name} to Partner Countries", rows, country)
        for name, rows in IMF.items()
    }
    return made.book(folder / "Exports_and_Imports_by_Areas_and_Co.xlsx", sheets)


#: Maker, sentence, and each figure: reporter, partner, period, flow, dollars.
READ = {
    _plus: """
kept 3 figures of 2024 and 2024-03 as comtrade-plus-uzb-2024-2024-03; partners that this
  library does not know are left out, worth $7: Areas nes ($7); 1 row of
  products left out: catrade fetch comtrade --level 2 brings goods
UZB CHN 2024 import 1250000500.25
UZB TUR 2024 export 2500
UZB WLD 2024-03 import 40000
""",
    _imf: """
kept 8 figures of 2022 to 2023-Q4 as imf-kaz-2022-2023-q4
KAZ AUS 2022 export 4610
KAZ WLD 2022 export 84000500000
KAZ WLD 2023 export 78000250000
KAZ CHN 2022 export 13160123456
KAZ CHN 2023 export 14700500000
KAZ KGZ 2023 export 900000000
KAZ CHN 2023-01 import 1000500000
KAZ CHN 2023-Q4 import 4200250000
""",
    lambda folder: made.wits(folder / "WITS-Partner.xlsx", WITS): """
kept 4 figures of 2022 as wits-kgz-2022
KGZ WLD 2022 export 2186500
KGZ WLD 2022 import 9803250
KGZ CHN 2022 export 60750
KGZ CHN 2022 import 4070500
""",
    lambda folder: made.wits(folder / "WITS.xlsx", SERIES, "Partner-Timeseries"): """
kept 1 figure of 2020 as wits-uzb-chn-2020-export
UZB CHN 2020 export 1600500
""",
}


@pytest.mark.parametrize(("make", "expected"), READ.items())
def test_what_users_have_on_disk_is_read(tmp_path, make, expected):
    path, (sentence, *figures) = make(tmp_path), [line for (line,) in cases(expected)]
    assert files.import_file(path, tmp_path) == sentence
    assert made.told(made.figures(tmp_path)) == {*figures}
    (entry,) = listing(tmp_path)
    assert path.name in entry.about
    assert fetched_faults(tmp_path) == []
    entry.paths[0].write_bytes(b"x")
    (fault,) = fetched_faults(tmp_path)
    assert fault[0] == f"fetched/{entry.label}.csv"


def test_what_the_imf_marks_is_doubtful_and_known_less_finely(tmp_path):
    files.import_file(_imf(tmp_path), tmp_path)
    read = rows.trade_rows(tmp_path).rows.query("partner == 'CHN' and flow == 'export'")
    assert read["quality"].tolist() == ["ok", "doubtful"]
    assert read["precision"].tolist() == [1.0, 10_000.0]
    assert read["quality_reason"].iloc[1] == "marked e by the IMF"
    files.import_file(_imf(tmp_path, "Turkmenistan"), tmp_path)
    read = rows.trade_rows(tmp_path).rows.query("reporter == 'TKM'")
    assert read["quality_reason"].str.startswith("not published by the country").all()


def test_a_figure_that_is_known_to_be_wrong_does_not_come_back(tmp_path):
    """The IMF's exports of Uzbekistan to China are 1.33 times its own: within a factor of two."""
    data = copy_tables(tmp_path / "data")
    table = "|2025\nChina, P.R.: Mainland|3354.87\nKazakhstan, Rep. of|1649.1\n"
    path = made.imf(tmp_path / "x.xlsx", table, country="Uzbekistan, Rep. of")
    files.import_file(path, data)
    kept = rows.trade_rows(data).rows.set_index("partner")
    assert kept["quality"].to_dict() == {"CHN": "doubtful", "KAZ": "ok"}
    why = kept.loc["CHN", "quality_reason"]
    assert why.startswith("a figure that is known to be wrong (imf-imts-2026-04): 1.3 ")


def test_customs_tables_and_releases_go_to_their_own_readers(tmp_path):
    """Names are shown as they are; what contradicts a bundled figure is said."""
    data = copy_tables(tmp_path / "data")
    page = write(tmp_path / "[b]a.html", made.changed(made.ENGLISH, *made.of_month(6)))
    done = made.run(data, "file", page, zipped(tmp_path / "d.zip"))
    assert done.exit_code == 0, done.output
    labels = {entry.label for entry in listing(data)}
    assert labels == {"baci/HS17_V202601", "gacc/gacc-2026-06-usd"}
    assert "[b]a.html: kept 23 figures" in done.output
    # 2 thousand dollars where customs' bulletin, which is bundled, has 13,012
    lines = done.output.splitlines()
    (doubt,) = [line for line in lines if "KGZ, 2026-06, import: 2,000" in line]
    assert "doubtful: more than 2 times below the bundled figure, " in doubt


def test_a_table_that_excel_saved_again_is_the_same_table(tmp_path):
    """A day of publication, told with one of them, stays; another day is another publication."""
    first = plus(tmp_path / "a.csv", record("5", TURKEY), encoding="utf-8")
    text = first.read_text(encoding="utf-8").replace(",", "\t")
    for name, encoding in {"b.txt": "utf-16", "c.txt": "utf-8-sig"}.items():
        (tmp_path / name).write_text(text, encoding)
    days = {"a.csv": None, "b.txt": "2025-06-18", "c.txt": "2025-06-18"}
    for name, day in days.items():
        told = files.import_file(tmp_path / name, tmp_path, published=day)
        assert told == "kept 1 figure of 2024 as comtrade-plus-uzb-tur-2024-import"
    assert len(listing(tmp_path)) == 1
    told = files.import_file(first, tmp_path, published="2025-12-01")
    assert told.endswith("as comtrade-plus-uzb-tur-2024-import-2")


#: As the IMF, WITS, the UN and customs write them.
NAMES = """
Netherlands, The|Egypt, Arab Rep. of|Czech Rep.|Slovak Rep. | NLD EGY CZE SVK
Congo, Dem. Rep. of the|Congo, Rep. of|Gambia, The | COD COG GMB
Lao People's Dem. Rep.|Korea, Dem. People's Rep. of | LAO PRK
Venezuela, Rep. Bolivariana de|St. Kitts and Nevis | VEN KNA
Czech Republic|Egypt, Arab Rep.|Congo, Dem. Rep.|Slovak Republic | CZE EGY COD SVK
Ethiopia(excludes Eritrea)|Lao PDR|Korea, Dem. Rep.|Occ.Pal.Terr | ETH LAO PRK PSE
Bolivia (Plurinational State of)|Rep. of Moldova|Côte d'Ivoire | BOL MDA CIV
刚果（金）|刚果(布)|多米尼加|多米尼克|波黑|朝鲜|老挝 | COD COG DOM DMA BIH PRK LAO
Czechia(CzechRepublic)|Viet Nam|Taiwan, China|Macao, China | CZE VNM TWN MAC
"""


def test_countries_as_their_publishers_write_them():
    for names, codes in cases(NAMES):
        assert [called(name) for name in names.split("|")] == codes.split()
    for country in pycountry.countries:
        for kind in ("name", "common_name", "official_name"):
            if name := getattr(country, kind, ""):
                assert called(name) == country.alpha_3, name


def test_groups_are_no_partners_and_what_is_unknown_is_said(tmp_path):
    rows = """
|2022|2023
Netherlands, The|100|4390
Netherlands Antilles|2.5|1000
Czechoslovakia||0.25
Advanced Economies|5000|6000
"""
    told = files.import_file(imf(tmp_path / "a.xlsx", rows), tmp_path)
    assert {cell[1] for cell in made.figures(tmp_path)} == {"NLD"}
    assert told.endswith(
        "; partners that this library does not know are left out, worth $1.00 billion:"
        " Netherlands Antilles ($1.00 billion), Czechoslovakia ($250,000)"
    )


def test_imports_free_on_board_are_never_imports(tmp_path):
    sheets = {
        sheet: made.imf_sheet(f"{sheet} …", "|2022\nMongolia|1", "Kazakhstan")
        for sheet in ("Exports, FOB", "Imports, FOB", "Notes")
    }
    told = files.import_file(made.book(tmp_path / "b.xlsx", sheets), tmp_path)
    assert "'Imports, FOB' is left out: imports are c.i.f." in told
    assert "sheet 'Notes' is no such table" in told
    assert {cell[3] for cell in made.figures(tmp_path)} == {"export"}


def _answer(path: Path, **changes: object) -> Path:
    """Write an answer of the API: the columns of its site, with numbers as numbers."""
    cells = [cell.strip('"') or None for cell in record("16354.5").split(",")]
    row = dict(zip(made.PLUS.split(","), cells, strict=False))
    row |= {"reporterCode": 860, "isAggregate": True, "primaryValue": 16354.5}
    data = [row | changes]
    return write(path, json.dumps({"count": 1, "data": data}))


def test_a_saved_answer_of_the_api_is_read(tmp_path):
    other = _answer(tmp_path / "a.json", refYear=2009)
    why = "a.json, record 1 has another year than its period: refYear '2009'"
    assert why in _refusal(other)
    told = files.import_file(_answer(tmp_path / "a.json", partnerDesc=None), tmp_path)
    assert told == "kept 1 figure of 2024 as comtrade-plus-uzb-chn-2024-import"
    assert list(made.figures(tmp_path).values()) == [16354.5]


# --- files of one's own --------------------------------------------------------------------------

OWN = "reporter,partner,period,flow,value,currency\nCHN,Kazakhstan,2026-08,export,2500000000,USD\n"


OFFICE = ("--source", "Statistics office", "--url", "https://example.org/table")


def test_a_table_of_ones_own_is_read(tmp_path):
    data = copy_tables(tmp_path / "data")
    result = made.run(data, "file", write(tmp_path / "aug.csv", OWN), *OFFICE)
    assert result.exit_code == 0, result.output
    assert (
        "kept 1 figure of 2026-08 as statistics-office-chn-kaz-2026-08-export; no column"
        " `precision`: every figure is taken as printed to the unit" in result.output
    )
    assert made.figures(data) == {("CHN", "KAZ", "2026-08", "export"): 2.5e9}
    source = rows.trade_rows(data).sources.iloc[0]
    assert (source["publisher"], source["url"]) == OFFICE[1::2]
    assert check_data(data).problems == []


#: What is said of who published it | the answer
WHOSE = """
 | say who published the figures, and where, with --source NAME and --url ADDRESS
--source Office | --source and --url go together
--url https://a.b | --source and --url go together
--source Office --url a.b | --source and --url go together
"""


@pytest.mark.parametrize(("words", "message"), cases(WHOSE))
def test_who_published_a_table_of_ones_own_must_be_said(tmp_path, words, message):
    file = write(tmp_path / "aug.csv", OWN)
    assert message in made.said(made.run(tmp_path, "file", file, *words.split()))


#: A period | what is wrong with it on 29 November 2026.
PERIODS = """
2025 |
2026-10 |
2026-Q3 |
2026-10M |
2026-11 | has not ended
2026-H2 | has not ended
2027 | has not ended
2026 | has not ended: write 2026-10M for the sum of its months that are over
2026-12M | has not ended: write 2026-10M for the sum of its months that are over
"""


@pytest.mark.parametrize(("period", "fault"), cases(PERIODS))
def test_a_period_that_is_not_over_is_no_whole_one(period, fault):
    assert door.unended(period, date(2026, 11, 29)) == fault
    # In January no month of the year is over yet.
    assert door.unended("2026", date(2026, 1, 31)) == "has not ended"


# --- what is refused, and how it is called -------------------------------------------------------


def _refusal(path: Path) -> str:
    return made.refusal(files.import_file, path)


def test_a_long_file_has_a_bound(tmp_path, monkeypatch):
    """A million rows took 22 seconds and 1.2 GB; many different columns made a square."""
    monkeypatch.setattr("catrade_fetch.grids.MOST_CELLS", 600)
    long = write(tmp_path / "own.csv", OWN + OWN.splitlines(keepends=True)[1] * 100)
    said = made.said(made.run(tmp_path, "file", long, *OFFICE))
    assert "own.csv has more than 600 cells, the most that is read" in said
    wide = dict.fromkeys(map(str, range(100)), 1)
    records = write(tmp_path / "a.json", json.dumps({"data": [wide, *[{"1": 1}] * 9]}))
    assert "a.json has more than 600 cells" in _refusal(records)
    monkeypatch.setattr("catrade_fetch.grids.MOST_BYTES", 100_000)
    assert "one year of CEPII's BACI" in _refusal(write(tmp_path / "x", Y2022 * 1000))


def test_what_is_left_out_is_said(tmp_path):
    """Tester U7 and U8, analyst N13: gaps and parts that were dropped without a word."""
    ahead = str(date.today().year)
    lines = record("5"), record("6", f"A,20240101,2024,52,2024=>A,,{ahead},52,{ahead}")
    chapter = record("4", "TOTAL,=>27,")
    told = files.import_file(plus(tmp_path / "p.csv", *lines, chapter), tmp_path)
    assert told == (
        "kept 1 figure of 2024 as comtrade-plus-uzb-chn-2024-import; left out, as they have not"
        f" ended: {ahead}; 1 row of products left out: catrade fetch comtrade --level 2 brings"
        " goods"
    )
