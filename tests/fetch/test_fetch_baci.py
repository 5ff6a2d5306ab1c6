"""Releases of BACI: from a zip or folder to sums by pair and goods, and how one can be wrong."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import processes
import pytest
from computed import displayed
from fetch_files import (
    FILES,
    HEAD,
    Y2021,
    Y2022,
    cases,
    changed,
    copy_tables,
    imported,
    options,
    run,
    said,
    write,
    zipped,
)
from published_rows import of

import catrade as ct
from catrade_build.tables.goods import load_composition
from catrade_fetch import baci, rows, store
from catrade_fetch.baci_import import import_release
from catrade_fetch.check import fetched_faults
from catrade_fetch.errors import FetchError
from catrade_fetch.store import listing
from rounding.errors import DataError, ParameterError


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return imported(tmp_path)


# --- what is read --------------------------------------------------------------------------------


def _rows(frame: pd.DataFrame) -> str:
    return " ".join(frame.to_csv(index=False, header=False).split())


def test_thousands_become_dollars_and_codes_keep_their_zeros(data):
    cars = {"exporter": "CHN", "importer": "KAZ"}
    assert _rows(baci.load_flows(data, **cars, level=6, end=2021)) == (
        "CHN,KAZ,2021,270900,16.0,, CHN,KAZ,2021,870380,1500250.0,300.0,1500250.0"
    )
    assert baci.load_flows(data, exporter="KGZ", level=6)["code"].tolist() == ["010121"]
    chapters = baci.load_flows(data, **cars, level=2, start=2021)
    assert _rows(chapters.drop(columns=["quantity_t", "weighed_usd"])) == (
        "CHN,KAZ,2021,27,16.0 CHN,KAZ,2021,87,1500250.0 CHN,KAZ,2022,87,4000000.0"
    )
    assert chapters.attrs["sources"] == ["cepii-baci-hs17-v202601"]
    # A country with two numbers is one country; Namibia's NA is not missing.
    sudan = baci.load_flows(data, exporter="SDN", level=4)
    assert _rows(sudan) == "SDN,CHN,2022,2709,3000.0,2.0,3000.0"
    totals = baci.load_flows(data, level=0)
    assert "CHN,NAM,2021,TOTAL,10000.0,2.0" in _rows(totals)


def test_a_release_without_trade_of_the_pairs_stops_nothing(tmp_path):
    """A small release of other countries: KeyError, in every `catrade fetch` after it."""
    year = "t,i,j,k,v,q\n2021,729,516,270900,3.000,2\n"
    file = zipped(tmp_path / "r.zip", **{D2021: year, D2022: None})
    done = run(tmp_path / "data", "baci", file)
    assert done.exit_code == 0, done.output
    assert baci.pair_rows(tmp_path / "data").rows.empty
    assert "baci/HS17_V202601" in run(tmp_path / "data", "list").output


WRONG = """
"exporter": "KAS" | exporter must be one of .*did you mean 'KAZ'
"importer": [] | an empty list asks for nothing
"level": 3 | level must be one of 0, 2, 4, 6
"""


@pytest.mark.parametrize(("asked", "message"), cases(WRONG))
def test_wrong_parameters(there, asked, message):
    with pytest.raises(ParameterError, match=message):
        baci.load_flows(there, **options(asked))


def test_line_ends_quotes_paddings_and_order_make_no_difference(data, tmp_path):
    odd = changed(Y2022, "       50.000=>NA  ", '870380=>"870380"')
    head, *rows = odd.splitlines(keepends=True)
    other = {
        "BACI_HS17_Y2021_V202601.csv": Y2021.replace("\n", "\r\n"),
        "BACI_HS17_Y2022_V202601.csv": (head + "".join(rows[::-1])).rstrip("\n"),
    }
    whole = baci.load_flows(data, level=6)
    import_release(zipped(tmp_path / "other.zip", **other), data, force=True)
    again = baci.load_flows(data, level=6)
    assert again["value_usd"].tolist() == whole["value_usd"].tolist()
    assert again["code"].tolist() == whole["code"].tolist()
    assert again["quantity_t"].isna().sum() == whole["quantity_t"].isna().sum() + 1


# Rows of the three areas that are no country, as releases call them.
_NEW = """\
country_code,country_name,country_iso2,country_iso3
398,Kazakhstan,KZ,KAZ
156,China,CN,CHN
490,"Other Asia, nes",,S19
697,"Europe EFTA, nes",,R20
849,US Misc. Pacific Isds,PU,PUS
58,Belgium-Luxembourg (...1998),BE,BEL
56,Belgium,BE,BEL
"""


_OLD = """\
country_code,country_name_abbreviation,country_name_full,iso_2digit_alpha,iso_3digit_alpha
398,Kazakhstan,Kazakhstan,KZ,KAZ
156,China,China,CN,CHN
490,"Other Asia, nes","Other Asia, not elsewhere specified",N/A,N/A
697,"Europe EFTA, nes","Europe EFTA, not elsewhere specified",N/A,N/A
849,US Misc. Pacific Isds,US Miscellaneous Pacific Islands,N/A,N/A
58,Belgium-Luxembourg,Belgium-Luxembourg,BE,BEL
56,Belgium,Belgium,BE,BEL
"""


@pytest.mark.parametrize(
    ("version", "countries"),
    [
        ("V202601", _NEW),
        ("V202001", _OLD),
        ("V202102", changed(_OLD, "3digit_alpha=>3digit_alpha,Country")),
        ("V202301", changed(_OLD, 'specified",N/A,N/A=>specified",TW,TWN')),
    ],
)
def test_every_layout_of_the_country_table(tmp_path, version, countries):
    """As a folder, with the zip it came from beside its parts."""
    (folder := tmp_path / f"BACI_HS17_{version}").mkdir()
    write(folder / f"country_codes_{version}.csv", countries.encode("latin-1"))
    flows = HEAD + "\n".join(
        f"2020,{code},398,270900,{code}.0,1" for code in (56, 58, 490, 697, 849)
    )
    write(folder / f"BACI_HS17_Y2020_{version}.csv", flows)
    write(folder / f"{folder.name}.zip", "the zip it came from")
    assert import_release(folder, tmp_path / "data") == f"HS17_{version}"
    sums = baci.load_flows(tmp_path / "data", level=0)
    sums = sums.groupby("exporter")["value_usd"].sum()
    thousands = {"BEL": 114_000, "TWN": 490_000, "R20": 697_000, "PUS": 849_000}
    assert sums.to_dict() == thousands


# --- releases beside each other, again, at once --------------------------------------------------


def test_releases_stand_side_by_side_and_the_newest_is_the_default(data, tmp_path):
    newer = {name.replace("V202601", "V202602"): text for name, text in FILES.items()}
    newer["BACI_HS17_Y2022_V202602.csv"] = changed(Y2022, "3000.000=>3500.000")
    path = zipped(tmp_path / "newer.zip", **(dict.fromkeys(FILES) | newer))
    import_release(path, data)
    asked = {"exporter": "CHN", "importer": "KAZ", "start": 2022}
    assert baci.load_flows(data, **asked)["value_usd"].tolist() == [4_500_000]
    entry, _ = listing(data)
    assert (entry.label, entry.records) == ("baci/HS17_V202601", 10)
    store.remove_fetched(data, "baci/HS17_V202602")
    assert baci.load_flows(data, **asked)["value_usd"].tolist() == [4_000_000]
    store.remove_fetched(data, "baci/HS17_V202601")
    with pytest.raises(DataError, match="no BACI release is there; download one"):
        baci.load_flows(data, exporter="CHN")


def test_the_same_file_is_not_imported_twice_and_another_only_by_force(data, tmp_path):
    steps: list[str] = []
    import_release(tmp_path / "BACI_HS17_V202601.zip", data, progress=steps.append)
    assert steps == ["BACI HS17_V202601 was imported from this very file before"]
    other = zipped(tmp_path / "other.zip", Readme="x")
    with pytest.raises(FetchError, match="from another file; add --force"):
        import_release(other, data)
    import_release(other, data, force=True)
    assert len(baci.load_flows(data, exporter="CHN", importer="KAZ")) == 3


def test_check_names_what_is_damaged_of_a_release(data):
    assert fetched_faults(data) == []
    folder = data / "fetched/baci/HS17_V202601"
    early, late = [folder / f"trade/year={y}/part-000.parquet" for y in (2021, 2022)]
    shutil.copy(early, late)
    here, again = "fetched/baci/HS17_V202601", "import the release again with --force"
    part = f"{here}/trade/year=2022/part-000.parquet"
    assert fetched_faults(data) == [(part, f"has 4 rows instead of 6: {again}")]
    late.write_bytes(late.read_bytes()[:-9])
    broken = f"is missing or no whole Parquet file: {again}"
    assert fetched_faults(data) == [(part, broken)]
    (folder / "countries.parquet").unlink()
    countries = (f"{here}/countries.parquet", broken)
    assert fetched_faults(data) == [countries, (part, broken)]
    write(folder / "manifest.json", "{")
    fault = f"is not a readable manifest: {again}"
    assert fetched_faults(data) == [(f"{here}/manifest.json", fault)]


# --- what is refused -----------------------------------------------------------------------------

D2021, D2022 = "BACI_HS17_Y2021_V202601.csv", "BACI_HS17_Y2022_V202601.csv"
#: The file, what is changed in it | what is said.
CHANGES = f"""
2022 +2022,398,156,270900,1.000,NA | has the product 270900 of 398 to 156 more than once
2021 +{Y2021.splitlines()[-1]} | has the product 270900 of 398 to 156 more than once
2022 k,v,q=>k,val,q | {D2022} has the columns t, i, j, k, val, q instead of t, i, j, k, v, q
2022 +2022,156,398,870380 | {D2022} cannot be read (row 8: Expected Number of Columns: 6 Found: 4)
2022 2.000=>two | two" to 'DOUBLE'): nothing was imported
2022 +2022,156,{"9" * 70_000} | {D2022} cannot be read (row 8
2022 +2021,156,398,1,1,1 | {D2022} cannot be read (a row of the year 2021
2022 +,736,398,270900,1,1 | a row of the year
2022 417=>41700 | of the exporter 41700
2022 870390=>870390.4 | product 870390.4
2022 +2022,,156,270900,1,1 | a row of the exporter
2022 +2022,736,398,,1,1 | a row of the product
2022 +2022,736,398,27,1,1 | of the product 27
2022 +2022,736,398,270900,,1 | the value in a row of 736
2022 5000=>-500 | the value -500.0 in a row of
2022 5000.000=>inf | the value inf in a row of
2022 5000.000=>nan | the value nan in a row of
2022 5000.000=>1e308 | the value 1e+308 in a row of
2022 9500.000=>inf | the quantity inf in a row
2022 9500.000=>n/a | the quantity n/a in a row
2022 417=>418 | has the country 418, which its table lacks
codes country_iso3=>iso | has no column country_iso3 or iso_3digit_alpha but country_code
codes +156,China,CN,CHN | country_code 156 twice
2022 +2022,156,156,10121,1,1 | a row of 156.0 with itself
codes CN,CHN=>KZ,KAZ | the ISO code of country 156 in
  country_codes_V202601.csv is KAZ, and 156 is CHN
codes KAZ=>../../x | the ISO code of country 398 in country_codes_V202601.csv is '../../x'
codes 398=>３９８ | country_code in
"""


_OF = {"2021": D2021, "2022": D2022, "codes": "country_codes_V202601.csv"}
#: Members of the zip: without those behind -, with those behind + | what is said.
MEMBERS = """
-country_codes_V202601.csv +country_codes_V202501.csv | has no country_codes_V202601.csv
+more/country_codes_V202601.csv | has more than one country_codes_V202601.csv
-BACI_HS17_Y2021_V202601.csv -BACI_HS17_Y2022_V202601.csv | is a zip, not a BACI release, as
+BACI_HS22_Y2022_V202601.csv | mixes the releases HS17_V202601, HS22_V202601
+BACI_HS17_Y２０２２_V202601.csv | V202601.csv', which no
+more/BACI_HS17_Y2022_V202601.csv | holds a year more than once
"""


def _refusal(path: Path, data: Path) -> str:
    """Return the sentence with which a release is refused; what was there stays as it is."""
    before = processes.content(data)
    with pytest.raises(FetchError) as caught:
        import_release(path, data, force=True)
    assert processes.content(data) == before
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return imported(tmp_path_factory.mktemp("there"))


@pytest.mark.parametrize(("change", "message"), cases(CHANGES))
def test_a_wrong_part(there, tmp_path, change, message):
    of, _, what = change.partition(" ")
    name = _OF[of]
    text = FILES[name]
    text = f"{text}{what[1:]}\n" if what[0] == "+" else changed(text, what)
    assert message in _refusal(zipped(tmp_path / "bad.zip", **{name: text}), there)


@pytest.mark.parametrize(("members", "message"), cases(MEMBERS))
def test_wrong_members(there, tmp_path, members, message):
    parts = {part[1:]: Y2022 if part[0] == "+" else None for part in members.split()}
    assert message in _refusal(zipped(tmp_path / "bad.zip", **parts), there)


def test_a_damaged_release(there, tmp_path):
    assert "there is no file" in _refusal(tmp_path / "bad.zip", there)
    content = zipped(tmp_path / "whole.zip").read_bytes()
    cut = write(tmp_path / "cut.zip", content[:-200])
    assert "cannot be read (BadZipFile: File is not a zip file); get it" in _refusal(
        cut, there
    )
    start = content.index(D2021.encode()) + 30
    flipped = write(
        tmp_path / "f.zip", content[:start] + bytes(20) + content[start + 20 :]
    )
    assert f"is damaged at {D2021}" in _refusal(flipped, there)
    empty = zipped(tmp_path / "empty.zip", **{D2022: HEAD})
    assert f"{D2022} has no rows" in _refusal(empty, there)


# --- beside the bundled tables -------------------------------------------------------------------

_COUNTRIES = """\
country_code,country_name,country_iso2,country_iso3
156,China,CN,CHN
276,Germany,DE,DEU
251,France,FR,FRA
496,Mongolia,MN,MNG
"""


# year, exporter, importer, product, thousand dollars, tonnes
_ROWS = """\
2021,276,251,870323,300.000,30
2021,276,251,270900,100.000,200
2021,251,276,870323,100.000,10
2021,156,496,840734,50.000,5
2021,156,496,870323,50.000,5
2021,496,156,270112,400.000,4000
2021,496,156,270900,100.000,1000

2022,276,251,870323,600.000,60
2022,276,251,270900,100.000,200
2022,251,276,870380,200.000,10
2022,156,496,840734,80.000,8
2022,156,496,870323,20.000,2
2022,496,156,270112,500.000,NA
"""


@pytest.fixture(scope="module")
def with_baci(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("baci")
    data = copy_tables(folder / "data")
    early, late = _ROWS.split("\n\n")
    texts = f"{HEAD}{early}\n", f"{HEAD}{late}", _COUNTRIES
    files = dict(zip(FILES, texts, strict=False))
    import_release(zipped(folder / "BACI_HS17_V202601.zip", **files), data)
    for pair in ("DEU-FRA", "Mongolia-CHN"):
        baci.add_pair(data, pair)
    rows.write_tables(data)
    return data


@pytest.fixture
def world(with_baci: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CATRADE_DATA", str(with_baci))
    return with_baci


def test_pairs_that_were_asked_for_stand_in_the_tables(world):
    both = load_composition(reconciled=True)
    chapters = of(both, exporter="DEU", importer="FRA", year=2022)
    assert chapters[["hs_chapter", "value_usd", "basis"]].to_numpy().tolist() == [
        ["27", 100_000.0, "reconciled"],
        ["87", 600_000.0, "reconciled"],
    ]
    assert set(chapters["classification"]) == {"HS 2017"}
    # It has figures of this pair, which nobody asked for; and it is no side's own book.
    assert of(both, exporter="DEU", importer="CHN").empty
    assert "BACI" not in set(load_composition()["reporter"])


def test_goods_of_any_pair_by_baci_at_the_door(world):
    frame = ct.goods("France", "export", start=2022, reporter="Germany", book="BACI")
    held = frame.dropna(
        subset="value"
    )  # the years asked for that the release lacks are NaN
    assert held[["goods", "value"]].to_numpy().tolist() == [
        ["Road vehicles", 0.0006],
        ["Fuels", 0.0001],
    ]
    assert set(held["sources"]) == {"cepii-baci-hs17-v202601"}
    with pytest.warns(UserWarning, match="catrade fetch baci --pair DEU-CHN brings"):
        ct.goods("CHN", "export", reporter="DEU", book="BACI")


def test_goods_of_two_countries_by_baci_are_a_page_of_theirs(world):
    shown = displayed("trade_composition", reporter="DEU", partner="France")
    # Cars, 600 of 700 thousand, 300 of 400 the year before.
    sells = "To France Germany sells road vehicles above all: $600,000 in 2022, 85.7%"
    assert sells in str(shown[0])
    assert "China" not in " ".join(map(str, shown))


#: A pair | what is wrong with it
QUESTIONS = r"""
DEU-FRX | --pair must be one of
DEU-DEU | --pair must be two countries, such as CHN-MNG; got 'DEU-DEU'
DEU | --pair must be two countries, such as CHN-MNG; got 'DEU'
"""


def test_pairs_can_be_asked_for_later(with_baci, tmp_path):
    data = tmp_path / "data"
    shutil.copytree(with_baci, data)
    for pair, words in cases(QUESTIONS):
        with pytest.raises(ParameterError, match=words):
            baci.add_pair(data, pair)
    told = run(data, "baci", "--pair", "fra-deu", "--pair", "CHN-FRA").output
    assert "the trade of CHN and FRA stands in the tables (reporter BACI)" in told
    kept = json.loads((data / "fetched/baci/pairs.json").read_text())["pairs"]
    assert kept == [["DEU", "FRA"], ["MNG", "CHN"], ["CHN", "FRA"]]
    nothing = run(data, "baci")
    assert "FILE must name a release of BACI, or --pair two countries" in said(nothing)
