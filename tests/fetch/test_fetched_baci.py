"""A release of BACI beside the bundled tables: any pair in the world, in loaders and reports."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import faults
import pandas as pd
import pytest
from baci_zip import FILES, HEAD, zipped
from computed import displayed
from fetch_files import cases, run, said
from fetched_pages import ROOT, copy_tables, make_page, words_of
from published_rows import of

import catrade as ct
from catrade import params
from catrade_build.tables.goods import load_composition
from catrade_build.tables.trade import load_sources
from catrade_fetch import baci, rows
from catrade_fetch.baci_import import import_release
from pagemill import provenance
from pagemill.params import chips
from rounding.errors import ParameterError

# --- BACI ------------------------------------------------------------------------------------

_COUNTRIES = """\
country_code,country_name,country_iso2,country_iso3
156,China,CN,CHN
276,Germany,DE,DEU
251,France,FR,FRA
496,Mongolia,MN,MNG
"""
_PRODUCTS = """\
code,description
270112,Coal
270900,Oil
840734,Engines
870323,Cars
870380,Electric cars
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
    texts = f"{HEAD}{early}\n", f"{HEAD}{late}", _COUNTRIES, _PRODUCTS
    files = dict(zip(FILES, texts, strict=False))
    import_release(zipped(folder / "BACI_HS17_V202601.zip", **files), data)
    for pair in ("DEU-FRA", "Mongolia-CHN"):
        baci.add_pair(data, pair)
    rows.write_tables(data)
    return data


@pytest.fixture
def imported(with_baci: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CATRADE_DATA", str(with_baci))
    return with_baci


def _rows(frame: pd.DataFrame, columns: list[str]) -> str:
    text = frame.to_csv(columns=columns, index=False, header=False, float_format="%.3f")
    return " ".join(text.splitlines())


def test_any_pair_in_the_world_at_two_four_and_six_digits(imported):
    chapters = of(load_composition(reconciled=True), exporter="DEU", importer="FRA")
    columns = ["year", "hs_chapter", "value_usd"]
    assert _rows(chapters, columns) == (
        "2021,27,100000.000 2021,87,300000.000 2022,27,100000.000 2022,87,600000.000"
    )
    of_all = ["reporter", "basis", "classification"]
    assert {*_rows(chapters, of_all).split()} == {"BACI,reconciled,HS", "2017"}
    sections = of(
        load_composition("section", reconciled=True),
        exporter="DEU",
        importer="FRA",
        year=2022,
    )
    shown = ["Minerals and fuels", "Vehicles and transport"]
    assert sections["section_short"].tolist() == shown
    back = baci.load_flows(imported, exporter="FRA", importer="DEU", level=4)
    lines = _rows(back, ["year", "code", "value_usd"])
    assert lines == "2021,8703,100000.000 2022,8703,200000.000"
    fine = baci.load_flows(
        imported, exporter="FRA", importer="DEU", level=6, start=2022
    )
    names = baci.products(imported).set_index("code")["name"]
    assert names[fine["code"]].tolist() == ["Electric cars"]
    # It has figures of this pair, which nobody asked for.
    assert of(load_composition(reconciled=True), exporter="DEU", importer="CHN").empty
    sources = load_sources().set_index("source_id")
    assert sources.loc["cepii-baci-hs17-v202601", "publisher"] == "CEPII"


def test_baci_is_never_mixed_with_the_two_sides_books(imported):
    assert of(load_composition(), exporter="CHN", importer="MNG").empty
    assert len(of(load_composition(reconciled=True), exporter="CHN", importer="MNG"))
    assert set(of(load_composition(), exporter="CHN", importer="KAZ")["reporter"]) == {
        "KAZ"
    }


@pytest.mark.kernel
def test_reports_of_any_country_once_a_release_is_there(imported, tmp_path):
    made, page = make_page("trade_composition", imported, tmp_path, partner="MNG")
    assert made.slug == "trade-composition-mng"
    text = words_of(page)
    # Coal, 500 of 500 thousand; engines 80 of 100.
    assert "To Mongolia China sells machinery above all: $80,000 in 2022, 80" in text
    assert "What each side counts" not in text
    assert "BACI HS17_V202601, imported" in text
    assert "CEPII: BACI HS17_V202601" in text
    block = provenance.from_html(page)
    assert block is not None
    assert "fetched/composition" in block["inputs"]["tables"]


def test_who_may_be_asked_for_depends_on_what_was_fetched(imported, monkeypatch):
    def refusal(**values: str) -> str:
        with pytest.raises(ParameterError) as caught:
            params.validate("trade_composition", **values)
        return str(caught.value)

    assert (
        params.validate("trade_composition", partner="MNG", reporter="BACI").partner
        == "MNG"
    )
    # Whose trade with China is not there.
    assert "catrade fetch baci --pair CHN-DEU" in refusal(partner="DEU")
    asked = {"partner": "France", "reporter": "DEU"}
    assert params.validate("trade_composition", **asked).sides == ("DEU", "FRA")
    values = params.validate(
        "trade_composition", partner="MNG", reporter="BACI"
    ).model_dump()
    assert ("Partner", "Mongolia") in chips("trade_composition", values)
    monkeypatch.setenv("CATRADE_DATA", str(ROOT / "data"))
    assert refusal(**asked).startswith(
        "no table lists the goods that Germany and France"
    )
    assert "run catrade fetch baci FILE" in refusal(reporter="BACI")


def test_goods_of_two_countries_by_baci_are_a_page_of_theirs(imported):
    asked = {"reporter": "DEU", "partner": "France"}
    shown = displayed("trade_composition", **asked)
    # Cars, 600 of 700 thousand, 300 of 400 the year before.
    sells = "To France Germany sells road vehicles above all: $600,000 in 2022, 85.7%"
    assert sells in str(shown[0])
    assert "China" not in " ".join(map(str, shown))


def test_reporter_baci_comes_first_where_it_is_asked_for(
    imported,
):
    def books(partner: str) -> list[str]:
        flows = (("CHN", partner), (partner, "CHN"))
        tables = [ct.read.composition(*flow, book="BACI") for flow in flows]
        return [code for table in tables for code in table["reporter"].unique()]

    assert books("MNG") == ["BACI", "BACI"]
    # This release has nothing on Kazakhstan: its own table is shown.
    assert books("KAZ") == ["KAZ", "KAZ"]


def test_goods_of_any_pair_by_baci_at_the_door(imported):
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


QUESTIONS = r"""
DEU-FRX | --pair must be one of .* got 'FRX' \(did you mean
DEU-DEU | --pair must be two countries, such as CHN-MNG; got 'DEU-DEU'
DEU | --pair must be two countries, such as CHN-MNG; got 'DEU'
"""


@pytest.mark.parametrize(("pair", "words"), cases(QUESTIONS))
def test_wrong_pairs(imported, pair, words):
    before = faults.content(imported)
    with pytest.raises(ParameterError, match=words):
        baci.add_pair(imported, pair)
    assert faults.content(imported) == before


def test_pairs_can_be_asked_for_later(imported, tmp_path):
    data = tmp_path / "data"
    shutil.copytree(imported, data)
    result = run(data, "baci", "--pair", "fra-deu", "--pair", "CHN-FRA")
    assert result.exit_code == 0, result.output
    assert (
        "the trade of CHN and FRA stands in the tables (reporter BACI)" in result.output
    )
    kept = json.loads((data / "fetched/baci/pairs.json").read_text())["pairs"]
    assert kept == [["DEU", "FRA"], ["MNG", "CHN"], ["CHN", "FRA"]]
    nothing = run(data, "baci")
    assert nothing.exit_code == 1
    assert "FILE must name a release of BACI, or --pair two countries" in said(nothing)
