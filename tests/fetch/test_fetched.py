"""Fetched figures beside the bundled ones: in the loaders, in reports, and gone when removed.

What the test server answers is worked out from `Api.value`: a heading of China's exports to
Kyrgyzstan in 2023 is 146,000 dollars (59 + 61 + 23 + 3 thousand) plus its code, all times 100: the
sum is within a factor of two of the bundled 19.7 billion.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from computed import displayed
from comtrade_server import Api, fetch, serve
from fetch_files import cases, options, run, write
from fetched_pages import ROOT, copy_tables, make_page, words_of
from published_rows import of

import catrade as ct
from catrade_build.cells.selection import select_published
from catrade_build.check.check import check_data
from catrade_build.tables import choices
from catrade_build.tables.goods import load_composition
from catrade_build.tables.trade import load_trade
from catrade_fetch import answers, rows
from catrade_fetch.publishers import Rows
from pagemill import kernels, plan, provenance
from rounding.errors import DataError, ParameterError

CHINA, KAZAKHSTAN, ICELAND, TAJIKISTAN, TURKMENISTAN = 156, 398, 352, 762, 795
GEORGIA = 268
SENT = {"exporter": "CHN", "importer": "KGZ"}
KYRGYZ = {"exporter": "KGZ", "importer": "CHN", "reporter": "CHN"}
# 12 headings of each of 96 chapters; the chapters' numbers add up to 4,676
SCALE = 100
EXPORTS_2023 = SCALE * (96 * 12 * 146_000 + 4_676 * 100 * 12 + 96 * 78)
# Tajikistan's imports from Russia, 83 + 20 + 23 + 5 thousand a heading, all times 10: 1.57 billion
# is near the 1.58 billion of a newspaper, the only bundled figure.
TAJIK = {"reporter": "TJK", "partner": "RUS", "flow": "import", "period": "2023"}
TAJIK_IMPORTS_2023 = 10 * (96 * 12 * 131_000 + 4_676 * 100 * 12 + 96 * 78)


def _fetch(
    api: Api, data: Path, pair: str, years: tuple[int, int], level: int = 0, **more: Any
) -> None:
    reporter, partner = pair.split()
    asked = {"reporters": [reporter], "partners": [partner], "level": level, **more}
    fetch(api, data, start=years[0], end=years[1], **asked)
    rows.write_tables(data)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled tables and what `catrade fetch comtrade` brought; read only."""
    data = copy_tables(tmp_path_factory.mktemp("kept") / "data")
    with serve() as api:
        api.scale = SCALE
        api.release(CHINA, range(2022, 2024), "H5")
        api.release(CHINA, range(2024, 2025), "H6")
        for year in (2022, 2024):
            api.release(ICELAND, range(year, year + 1))
        api.release(KAZAKHSTAN, range(2022, 2023))
        api.release(TAJIKISTAN, range(2023, 2024))
        api.no_trade.add((CHINA, ICELAND, "2024", "M"))
        _fetch(api, data, "CHN KGZ", (2022, 2024), 2)
        _fetch(api, data, "CHN ISL", (2023, 2024))
        _fetch(api, data, "KAZ CHN", (2022, 2022))
        _fetch(api, data, "ISL CHN", (2022, 2024))
        api.scale = 10
        _fetch(api, data, "TJK RUS", (2023, 2023))
    return data


@pytest.fixture
def data(kept: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CATRADE_DATA", str(kept))
    return kept


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the bundled tables to fetch into."""
    data = copy_tables(tmp_path / "data")
    monkeypatch.setenv("CATRADE_DATA", str(data))
    return data


@pytest.fixture
def api() -> Iterator[Api]:
    with serve() as served:
        served.scale = SCALE
        yield served


# --- UN Comtrade in load_trade ---------------------------------------------------------------


def test_fetched_totals_are_chosen_before_press_and_after_official_figures(
    data,
):
    held = of(load_trade(), frequency="annual").query("year in (2022, 2023)")
    chosen = select_published(held).set_index(["reporter", "partner", "period", "flow"])
    ours = chosen.loc["TJK", "RUS", "2023", "import"]
    assert ours["sources"].startswith("comtrade-tjk-")
    interval = [TAJIK_IMPORTS_2023 + half for half in (0, -0.5, 0.5)]
    assert ours[["value_usd", "low_usd", "high_usd"]].tolist() == interval
    bureau = chosen.loc["KAZ", "CHN", "2022", "export"]
    assert bureau["source_kind"] == "official"
    assert bureau["sources"] == "kaz-bns-2022-2023;kaz-bns-panel-2026"
    assert bureau["disagrees"]  # the server's figure stands beside it
    # The server's release of June 2025 contradicts WITS of August 2026, which is newer.
    assert chosen.loc[("CHN", "KGZ", "2023", "export"), "value_usd"] == 19_720_744_971


def test_a_fetched_figure_that_contradicts_the_bundled_ones_is_not_chosen(
    data,
):
    held = of(load_trade(), reporter="CHN", partner="KGZ", flow="import", period="2023")
    # The bundled table's; the server says 17 billion.
    assert select_published(held).iloc[0]["value_usd"] == 83_207_752
    fetched = held[held["sources"].str.fullmatch(r"comtrade-chn-[\d-]+")].iloc[0]
    assert fetched["quality"] == "doubtful"
    why = "more than 2 times above the bundled figure, 83,207,752 USD"
    assert why in fetched["quality_reason"]
    # Its products say no more than their total does.
    assert of(load_composition(), **KYRGYZ).empty
    partly = of(load_composition(partial=True), **KYRGYZ, year=2023)
    assert set(partly["coverage"]) == {"partial"}


def _run(code: str, data: Path, **environment: str) -> str:
    """Return what code prints in a process of its own."""
    told = {**os.environ, "CATRADE_DATA": str(data), **environment}
    return subprocess.check_output([sys.executable, "-c", code], env=told, text=True)[
        :-1
    ]


def test_without_fetched_data_nothing_of_it_is_imported():
    code = (
        "import sys; from catrade_build.tables.trade import load_trade; load_trade();"
        " print(sorted({'duckdb', 'httpx', 'catrade_fetch.comtrade'} & set(sys.modules)))"
    )
    assert _run(code, ROOT / "data") == "[]"


BROKEN = r"""
"value": -1.0 | column value must be 0 or more; got -1
"note": "a\u202eb" | column note holds U\+202E
"period": "2024/1" | column period must be
"partner": "KGZ", "period": "2023" | row \d+ has the same key as row 0 \(reporter CHN
"""


@pytest.mark.parametrize(("change", "why"), cases(BROKEN))
def test_rows_that_break_a_definition_are_refused(data, change, why):
    broken = rows.trade_rows(data).rows.assign(**options(change))
    with pytest.raises(DataError, match=f"table trade: {why}"):
        rows.check_rows(broken, "trade")


def test_a_fetched_table_is_read_as_the_bundled_one_is(own, kept):
    shutil.copytree(kept / "fetched", own / "fetched")
    file = own / "fetched/trade.csv"
    write(file, file.read_text("utf-8").replace("ISL,CHN,2022,", "ISL,CHN,2O22,"))
    why = r"fetched/trade\.csv, row \d+, column period: must be a period .* got '2O22'"
    with pytest.raises(DataError, match=why):
        load_trade()
    assert re.match(why, str(check_data(own).problems[0]))
    # It is made of what was kept, so the next command makes it anew.
    assert rows.write_tables(own)
    assert check_data(own).problems == []
    assert not rows.write_tables(own)


def test_what_was_damaged_after_it_was_kept_changes_no_table(own, kept):
    shutil.copytree(kept / "fetched", own / "fetched")
    before = load_trade()
    file = next((own / "fetched").glob("comtrade/CHN/*.parquet"))
    file.write_bytes(file.read_bytes() + b"x")
    (own / "fetched/tables.json").write_text("{}")
    with pytest.raises(DataError, match="was changed after it was fetched"):
        rows.write_tables(own)
    pd.testing.assert_frame_equal(load_trade(), before)
    faults = [str(problem) for problem in check_data(own).problems]
    assert len(faults) == 1
    assert "was damaged or changed after it was fetched" in faults[0]


def test_what_an_older_version_fetched_is_taken_over_once(own, kept):
    """Version 0.3 kept the same files, and read them at each load."""
    shutil.copytree(kept / "fetched", own / "fetched")
    for made in (own / "fetched").glob("*.*"):
        made.unlink()
    with pytest.raises(DataError, match="run catrade fetch list, which writes it"):
        load_trade()
    assert "fetched: the tables do not hold" in str(check_data(own).problems[0])
    told = run(own, "list").output
    assert f"what was fetched before now stands in the tables of {own}/fetched" in told
    assert "what was fetched before" not in run(own, "list").output
    assert of(load_trade(), **TAJIK)["value_usd"].max() > 1.5e9


# --- UN Comtrade in load_composition ---------------------------------------------------------


def test_fetched_chapters_fill_a_flow_that_has_no_table(data):
    frame = of(load_composition(), **SENT, year=2023)
    cars = frame.set_index("hs_chapter").loc["87"]
    value = SCALE * (12 * (146_000 + 8_700) + 78)
    assert cars["value_usd"] == value
    assert frame["value_usd"].sum() == EXPORTS_2023
    whole = cars[["basis", "coverage", "unlisted_usd"]].tolist()
    assert whole == ["reported", "complete", 0]
    assert len(frame) == 96
    assert len(of(load_composition(), **SENT)) == 3 * 96
    editions = of(load_composition(), **SENT).groupby("year")["classification"].unique()
    assert [list(names) for names in editions] == [
        ["HS 2017"],
        ["HS 2017"],
        ["HS 2022"],
    ]


def test_one_source_a_flow_and_year_complete_then_newest(own, api):

    def source_of(exporter: str, importer: str, reporter: str, year: int) -> list[str]:
        frame = of(
            load_composition(),
            exporter=exporter,
            importer=importer,
            reporter=reporter,
            year=year,
        )
        return sorted(set(frame["sources"].str.partition("-")[0]))

    api.release(KAZAKHSTAN, range(2023, 2024), on="2024-06-01T10:00:00")
    api.release(CHINA, range(2024, 2025), on="2025-06-01T10:00:00")
    _fetch(api, own, "KAZ CHN", (2023, 2023), 2)
    _fetch(api, own, "CHN UZB", (2024, 2024), 2)
    # Both complete: the bundled copy was published in 2026, the answer released in 2024.
    assert source_of("KAZ", "CHN", "KAZ", 2023) == ["ds"]
    # The bundled table of China's exports to Uzbekistan lacks small cells.
    assert source_of("CHN", "UZB", "CHN", 2024) == ["comtrade"]
    assert source_of("CHN", "UZB", "CHN", 2023) == ["ds"]
    api.release(KAZAKHSTAN, range(2023, 2024), on="2026-07-01T10:00:00")
    _fetch(api, own, "KAZ CHN", (2023, 2023), 2, refresh=True)
    assert source_of("KAZ", "CHN", "KAZ", 2023) == ["comtrade"]


def test_a_flow_that_does_not_reach_its_total_stays_out_unless_asked_for(
    own, kept, monkeypatch
):
    shutil.copytree(kept / "fetched", own / "fetched")
    read = answers.chapter_rows(own)
    late = (read.rows["year"] == 2024) & (read.rows["hs_chapter"] == "87")
    short = read.rows[~late].copy()
    short.loc[short["year"] == 2024, "coverage"] = "partial"
    made = Rows(short, read.sources)
    monkeypatch.setattr(answers, "chapter_rows", lambda _: made)
    (own / "fetched/tables.json").unlink()
    assert rows.write_tables(own)
    assert set(of(load_composition(), **SENT)["year"]) == {2022, 2023}
    frame = of(load_composition(partial=True), **SENT, year=2024)
    assert set(frame["coverage"]) == {"partial"}
    # What is missing to the reported total is said: 147,000 dollars and the code, twelve times.
    assert frame["unlisted_usd"].unique().tolist() == [
        SCALE * (12 * (147_000 + 8_700) + 78)
    ]


@pytest.mark.kernel
def test_the_composition_report_shows_what_was_fetched_and_forgets_what_was_removed(
    own, kept, tmp_path
):
    made = plan.make_run("trade_composition", ROOT / "notebooks", {"partner": "KGZ"})
    tables = ["composition", "composition_totals", "sources", "trade"]
    fetched = [f"fetched/{name}" for name in tables if name != "sources"]
    before = provenance.inputs(made, own, tables)
    shutil.copytree(kept / "fetched", own / "fetched")
    output = tmp_path / "reports"
    output.mkdir()
    made, page = make_page("trade_composition", own, output, partner="KGZ")
    text = words_of(page)
    assert "UN Comtrade: Merchandise trade reported by China, fetched" in text
    # The server's exports to China are 200 times the bundled ones: their table is not used; what
    # Kyrgyzstan counts is WITS', which is bundled.
    block = provenance.from_html(page)
    assert block is not None
    assert set(fetched) < set(block["inputs"]["tables"])
    assert provenance.changed(made, block, own) == []
    shutil.rmtree(own / "fetched")
    gone = [f"table {name} is gone" for name in fetched]
    assert provenance.changed(made, block, own) == gone
    # A page made of the bundled tables alone is current again.
    assert provenance.inputs(made, own, tables) == before
    for flow in (("CHN", "KGZ"), ("KGZ", "CHN")):
        assert set(ct.read.composition(*flow)["level"]) == {"wits"}


#: Türkiye and Georgia, in dollars: 2.61 + 0.50 of 2024 is 3.11, 15.6% more than 2.14 + 0.55.
TWO_COUNTRIES = """\
reporter,partner,period,flow,value,currency
TUR,GEO,2023,export,2140000000,USD
TUR,GEO,2023,import,550000000,USD
TUR,GEO,2024,export,2610000000,USD
TUR,GEO,2024,import,500000000,USD
GEO,TUR,2023,import,2530000000,USD
"""


def test_a_file_of_ones_own_makes_pages_of_two_countries_far_away(own, tmp_path):
    office = ("--source", "Statistics office", "--url", "https://example.org/table")
    run(own, "file", write(tmp_path / "own.csv", TWO_COUNTRIES), *office)
    asked = {"reporter": "TUR", "partner": "Georgia"}
    for notebook in ("trade_growth", "country_dossier"):
        text = " ".join(map(str, displayed(notebook, **asked)))
        assert "$3.11 billion of trade" in text
        assert "15.6%" in text


def test_goods_fetched_of_two_countries_far_away_are_a_page_of_theirs(own, api):
    """A heading of Iceland's exports is 88 thousand (61 + 1 + 23 + 3) and its code, Georgia's 187.

    The 14 chapters of textiles come to 15.73 million of Iceland's 106.99, all times 100; Georgia
    has 221.04.
    """
    for country in (ICELAND, GEORGIA):
        api.release(country, range(2023, 2024))
    for pair in ("ISL GEO", "GEO ISL"):
        _fetch(api, own, pair, (2023, 2023), 2)
    asked = {"reporter": "ISL", "partner": "GEO"}
    shown = displayed("trade_composition", **asked)
    text = "\n".join(f"{thing} {getattr(thing, 'note', '')}" for thing in shown)
    # 15.73 million, times 100.
    assert "To Georgia Iceland sells textiles and clothing above all" in text
    assert "$1.57 billion" in text


@pytest.mark.usefixtures("data")
def test_a_country_fetched_from_comtrade_by_product_may_be_asked_for():
    with pytest.raises(
        ParameterError, match="no table lists the goods that China and Ice"
    ):
        choices.goods_held("CHN", "ISL")  # its totals are no composition
    choices.goods_held("KGZ", "CHN")


# --- reports ---------------------------------------------------------------------------------


def test_fetched_files_start_no_thread_in_the_server_that_is_forked(kept):
    code = "import os, catrade.warm; print(len(os.listdir('/proc/self/task')))"
    assert _run(code, kept, **kernels.AT_START) == "1"
