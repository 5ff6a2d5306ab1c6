"""Fetched figures beside the bundled ones: in the loaders, in reports, and gone when removed.

What the test server answers is worked out from `Api.value`: a heading of China's exports to
Kyrgyzstan in 2023 is 146,000 dollars (59 + 61 + 23 + 3 thousand) plus its code, all times 100: the
sum is within a factor of two of the bundled 19.7 billion.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from comtrade_server import Api, fetch, serve
from fetch_files import ROOT, cases, copy_tables, options, run, write
from processes import python
from published_rows import of

from catrade_build.cells.selection import select_published
from catrade_build.check.check import check_data
from catrade_build.tables import choices
from catrade_build.tables.goods import load_composition
from catrade_build.tables.trade import load_trade
from catrade_fetch import rows
from pagemill import kernels, plan, provenance
from rounding.errors import DataError, ParameterError

CHINA, KAZAKHSTAN, ICELAND, TAJIKISTAN, GEORGIA = 156, 398, 352, 762, 268
# 12 headings of each of 96 chapters; the chapters' numbers add up to 4,676
SCALE = 100


EXPORTS_2023 = SCALE * (96 * 12 * 146_000 + 4_676 * 100 * 12 + 96 * 78)


# Tajikistan's imports from Russia, 83 + 20 + 23 + 5 thousand a heading, all times 10: 1.57 billion
# is near the 1.58 billion of a newspaper, the only bundled figure.
TAJIK_IMPORTS_2023 = 10 * (96 * 12 * 131_000 + 4_676 * 100 * 12 + 96 * 78)


def _fetch(api: Api, data: Path, pair: str, start: int, **asked: Any) -> None:
    """Fetch the totals of a year, and write the tables."""
    reporter, partner = pair.split()
    usual = {"reporters": [reporter], "partners": [partner], "end": start, "level": 0}
    fetch(api, data, start=start, **usual | asked)
    rows.write_tables(data)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled tables and what `catrade fetch comtrade` brought; read only."""
    data = copy_tables(tmp_path_factory.mktemp("kept") / "data")
    with serve() as api:
        api.scale = SCALE
        api.release(CHINA, range(2022, 2025))
        api.release(ICELAND, range(2022, 2023))
        api.release(TAJIKISTAN, range(2023, 2024))
        _fetch(api, data, "CHN KGZ", 2022, end=2024, level=2)
        _fetch(api, data, "ISL CHN", 2022)
        api.scale = 10
        _fetch(api, data, "TJK RUS", 2023)
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


# --- totals in load_trade ------------------------------------------------------------------------


def test_fetched_totals_are_chosen_before_press_and_after_others(data):
    held = of(load_trade(), frequency="annual").query("year in (2022, 2023)")
    chosen = select_published(held).set_index(["reporter", "partner", "period", "flow"])
    ours = chosen.loc["TJK", "RUS", "2023", "import"]
    assert ours["sources"].startswith("comtrade-tjk-")
    interval = [TAJIK_IMPORTS_2023 + half for half in (0, -0.5, 0.5)]
    assert ours[["value_usd", "low_usd", "high_usd"]].tolist() == interval
    # The server's release of June 2024 contradicts WITS of August 2026, which is newer.
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
    bought = {"exporter": "KGZ", "importer": "CHN", "reporter": "CHN"}
    assert of(load_composition(), **bought).empty
    partly = of(load_composition(partial=True), **bought, year=2023)
    assert set(partly["coverage"]) == {"partial"}


def test_what_is_not_needed_is_not_imported(kept):
    code = (
        "import sys; from catrade_build.tables.trade import load_trade; load_trade();"
        " print(sorted({'duckdb', 'httpx2', 'catrade_fetch.comtrade'} & set(sys.modules)))"
    )
    assert python(code, CATRADE_DATA=str(ROOT / "data")) == "[]\n"
    # Nor is there a thread in the server that is forked.
    code = "import os, catrade.warm; print(len(os.listdir('/proc/self/task')))"
    assert python(code, CATRADE_DATA=str(kept), **kernels.AT_START) == "1\n"


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
    assert (
        of(load_trade(), reporter="TJK", partner="RUS", flow="import")[
            "value_usd"
        ].max()
        > 1.5e9
    )


# --- goods, and pages ----------------------------------------------------------------------------


def test_fetched_chapters_fill_a_flow_that_has_no_table(data):
    frame = of(load_composition(), exporter="CHN", importer="KGZ", year=2023)
    cars = frame.set_index("hs_chapter").loc["87"]
    assert cars["value_usd"] == SCALE * (12 * (146_000 + 8_700) + 78)
    assert frame["value_usd"].sum() == EXPORTS_2023
    assert len(frame) == 96
    whole = cars[["basis", "coverage", "unlisted_usd", "classification"]].tolist()
    assert whole == ["reported", "complete", 0, "HS 2022"]
    # Totals are no composition.
    nothing = "no table lists the goods that Iceland and China"
    with pytest.raises(ParameterError, match=nothing):
        choices.goods_held("ISL", "CHN")
    choices.goods_held("KGZ", "CHN")


def test_one_source_a_flow_and_year_complete_then_newest(own):
    def source_of(exporter: str, importer: str, reporter: str, year: int) -> str:
        flow = {"exporter": exporter, "importer": importer, "reporter": reporter}
        frame = of(load_composition(), **flow, year=year)
        return frame["sources"].str.partition("-")[0].unique().item()

    with serve() as api:
        api.scale = SCALE
        # Both complete: the bundled copy was published in 2026, the answer released in 2024.
        api.release(KAZAKHSTAN, range(2023, 2024))
        _fetch(api, own, "KAZ CHN", 2023, level=2)
        assert source_of("KAZ", "CHN", "KAZ", 2023) == "ds"
        api.release(KAZAKHSTAN, range(2023, 2024), on="2026-07-01T10:00:00")
        _fetch(api, own, "KAZ CHN", 2023, level=2, refresh=True)
        assert source_of("KAZ", "CHN", "KAZ", 2023) == "comtrade"
        # The bundled table of China's exports to Uzbekistan lacks small cells.
        api.release(CHINA, range(2024, 2025))
        _fetch(api, own, "CHN UZB", 2024, level=2)
        assert source_of("CHN", "UZB", "CHN", 2024) == "comtrade"


def test_a_page_knows_what_was_fetched_of_what_it_is_made(own, kept):
    made = plan.load_plan(ROOT / plan.PLAN).named["trade-composition-uzb"]
    tables = ["composition", "composition_totals", "sources", "trade"]
    before = provenance.inputs(made, own, tables)
    shutil.copytree(kept / "fetched", own / "fetched")
    fetched = {f"fetched/{name}" for name in tables if name != "sources"}
    assert fetched < {*provenance.inputs(made, own, tables)["tables"]}
    shutil.rmtree(own / "fetched")
    assert provenance.inputs(made, own, tables) == before
