"""Mirror statistics: pairs, ratios, freight, goods, and one country's weight."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catrade import params
from catrade.cells.rows import CELL_COLUMNS
from catrade.cells.series import annual
from catrade.load.goods import load_highlights
from catrade.load.trade import load_sources, load_trade
from catrade.mirror_statistics import goods, mirror, say
from catrade.mirror_statistics.mirror import mirror_cells, pairs
from catrade.mirror_statistics.weight import without_country
from pagemill.errors import ParameterError

DATA = Path(__file__).parent.parent / "data"


def _cell(reporter: str, country: str, flow: str, value: float, **more: Any) -> dict[str, Any]:
    """Return a cell; `flow` is as China sees it and half a unit each way is the rounding."""
    half = more.pop("half", 0.0)
    year = more.pop("year", 2024)
    return {
        "reporter": reporter,
        "partner": country if reporter == "CHN" else "CHN",
        "country": country,
        "china_flow": flow,
        "flow": flow,
        "period": str(year),
        "year": year,
        "value_usd": value,
        "low_usd": value - half,
        "high_usd": value + half,
        "basis": "published",
        "quality": "ok",
        "source_ids": f"{reporter.lower()}-{flow}",
        "n_sources": 1,
        "disagrees": False,
        "frequency": "annual",
    } | more


def _frame(*cells: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(cells)


TWO = _frame(
    _cell("CHN", "KAZ", "export", 28.0, half=0.5),
    _cell("KAZ", "KAZ", "export", 15.0, half=0.5),
    _cell("CHN", "KAZ", "import", 16.0, half=0.5),
    _cell("KAZ", "KAZ", "import", 15.0, half=0.5),
)


def test_pair_by_hand() -> None:
    row = pairs(TWO).set_index("flow").loc["export"]
    assert row["ratio"] == pytest.approx(28 / 15)
    assert (row["ratio_low"], row["ratio_high"]) == pytest.approx((27.5 / 15.5, 28.5 / 14.5))
    assert row["difference_usd"] == 13
    assert (row["difference_low_usd"], row["difference_high_usd"]) == (12, 14)
    assert row["source_ids"] == "chn-export;kaz-export"


def test_margin_takes_freight_from_the_importer_only() -> None:
    """China's exports are f.o.b. and Kazakhstan's imports of them c.i.f.; the other way round."""
    at = pairs(TWO, cif_margin=0.1).set_index("flow")
    assert at.loc["export", "china_usd"] == 28
    assert at.loc["export", "partner_usd"] == pytest.approx(15 / 1.1)
    assert at.loc["import", "china_usd"] == pytest.approx(16 / 1.1)
    assert at.loc["import", "partner_usd"] == 15
    assert set(at["cif_margin"]) == {0.1}


def test_total_loses_the_freight_of_its_imports() -> None:
    totals = _frame(_cell("CHN", "KAZ", "total", 44.0), _cell("KAZ", "KAZ", "total", 30.0))
    both = pd.concat([TWO, totals], ignore_index=True)
    row = pairs(both, cif_margin=0.1).set_index("flow").loc["total"]
    # China's total holds imports of 16 (15.5 to 16.5), Kazakhstan's imports of 15.
    assert row["china_usd"] == pytest.approx(44 - 16 * 0.1 / 1.1)
    assert row["partner_usd"] == pytest.approx(30 - 15 * 0.1 / 1.1)
    assert row["china_low_usd"] == pytest.approx(44 - 16.5 * 0.1 / 1.1)
    assert row["china_high_usd"] == pytest.approx(44 - 15.5 * 0.1 / 1.1)


def test_total_of_unknown_parts_is_between_none_and_all_imports() -> None:
    totals = _frame(_cell("CHN", "TJK", "total", 4.4), _cell("TJK", "TJK", "total", 2.2))
    row = pairs(totals, cif_margin=0.1).iloc[0]
    assert (row["china_low_usd"], row["china_high_usd"]) == pytest.approx((4.0, 4.4))
    assert row["china_usd"] == pytest.approx(4.2)
    assert (row["ratio_low"], row["ratio_high"]) == pytest.approx((4.0 / 2.2, 4.4 / 2.0))


@settings(deadline=None, max_examples=25)
@given(
    china=st.floats(1, 1e3),
    partner=st.floats(1, 1e3),
    margin=st.floats(0.001, 0.5),
    flow=st.sampled_from(["export", "import"]),
)
def test_margin_moves_the_ratio_by_itself(
    china: float, partner: float, margin: float, flow: str
) -> None:
    cells = _frame(_cell("CHN", "KGZ", flow, china), _cell("KGZ", "KGZ", flow, partner))
    before, after = (pairs(cells, cif_margin=m)["ratio"].item() for m in (0.0, margin))
    factor = 1 + margin if flow == "export" else 1 / (1 + margin)
    assert after == pytest.approx(before * factor)


@settings(deadline=None, max_examples=25)
@given(value=st.floats(1, 1e6), half=st.floats(0, 0.4))
def test_swapping_the_books_turns_the_ratio_over(value: float, half: float) -> None:
    one = _cell("CHN", "UZB", "total", value, half=half)
    other = _cell("UZB", "UZB", "total", 7.0, half=half)
    swapped = _frame(
        one | {"value_usd": 7.0, "low_usd": 7 - half, "high_usd": 7 + half},
        other | {k: one[k] for k in ("value_usd", "low_usd", "high_usd")},
    )
    straight, turned = (pairs(f).iloc[0] for f in (_frame(one, other), swapped))
    assert turned["ratio"] == pytest.approx(1 / straight["ratio"])
    assert turned["ratio_low"] == pytest.approx(1 / straight["ratio_high"])
    assert turned["difference_usd"] == pytest.approx(-straight["difference_usd"])


def test_a_year_one_side_lacks_makes_no_pair() -> None:
    cells = _frame(
        _cell("CHN", "KAZ", "export", 2.0), _cell("KAZ", "KAZ", "export", 1.0, year=2023)
    )
    assert pairs(cells).empty


def test_a_base_that_may_be_zero_has_no_ratio() -> None:
    cells = _frame(_cell("CHN", "KAZ", "export", 2.0), _cell("KAZ", "KAZ", "export", 0.2, half=0.2))
    row = pairs(cells).iloc[0]
    assert pd.isna(row["ratio"])
    assert pd.isna(row["ratio_low"])
    assert row["difference_usd"] == pytest.approx(1.8)


@pytest.mark.parametrize("margin", [-0.01, 0.51, 5])
def test_a_margin_that_is_none(margin: float) -> None:
    with pytest.raises(ParameterError, match=r"cif_margin must be a fraction from 0 to 0\.5"):
        pairs(TWO, cif_margin=margin)


def test_missing_column_is_named() -> None:
    with pytest.raises(ParameterError, match="pairs needs column 'china_flow'"):
        pairs(TWO.drop(columns="china_flow"))


# --- what is drawn and said ---------------------------------------------------------------------


def _books(*rows: tuple[str, str, int, float | None, float | None]) -> pd.DataFrame:
    """Return cells from (country, flow, year, China's figure, the partner's)."""
    return _frame(
        *(
            _cell(side, country, flow, value, year=year)
            for country, flow, year, *both in rows
            for side, value in zip(("CHN", country), both, strict=True)
            if value is not None
        )
    )


def test_the_margin_that_would_close_a_gap_by_hand() -> None:
    """Importer over exporter less 1; China exports 28 where 15 are imported, imports 16 of 15."""
    total = _books(("KAZ", "total", 2024, 44.0, 30.0))
    margin = pairs(pd.concat([TWO, total])).set_index("flow")["implied_margin"]
    assert margin["export"] == pytest.approx(15 / 28 - 1)
    assert margin["import"] == pytest.approx(16 / 15 - 1)
    assert pd.isna(margin["total"])
    closed = pairs(TWO, cif_margin=1 / 15).set_index("flow")
    assert closed.loc["import", "implied_margin"] == pytest.approx(0)


SIDES = _books(
    ("KAZ", "export", 2023, 5.0, 3.0),
    ("KAZ", "export", 2024, 6.0, 4.0),
    ("KAZ", "export", 2025, 7.0, None),
    ("TJK", "export", 2023, 3.0, 1.0),
    ("TKM", "export", 2024, 1.0, None),
    ("TKM", "export", 2025, 2.0, None),
)


def test_of_each_country_the_newest_figures_that_can_be_compared_are_drawn() -> None:
    rows = mirror.sides(SIDES)
    drawn = {(row.label, row.side): row.value_usd for row in rows.itertuples()}
    assert drawn == {
        ("Kazakhstan", "China"): 6,
        ("Kazakhstan", "Partner"): 4,
        ("Tajikistan (2023)", "China"): 3,
        ("Tajikistan (2023)", "Partner"): 1,
        ("Turkmenistan (China only)", "China"): 1,  # of 2024, as most of the others
    }
    assert set(mirror.sides(SIDES, "TJK")["label"]) == {"Tajikistan"}
    newest = mirror.newest(pairs(SIDES))
    assert newest[["country", "year"]].to_numpy().tolist() == [["TJK", 2023], ["KAZ", 2024]]


def test_a_line_breaks_where_its_source_changes_and_where_a_year_is_missing() -> None:
    years = ((2018, "a"), (2019, "a"), (2020, "b"), (2022, "b"))
    cells = pd.concat(
        _books(("KAZ", "total", year, 2.0, 1.0)).assign(source_ids=kind) for year, kind in years
    )
    rows = mirror.with_breaks(pairs(cells), {"a": "official", "b": "dataset"})
    assert rows.loc[rows["ratio"].isna(), "year"].tolist() == [2019.5, 2021]
    assert len(mirror.with_breaks(pairs(cells), {})) == 5  # one kind: the missing year only


def test_kazakhstans_figures_change_their_source(bundled: pd.DataFrame) -> None:
    """They are the bureau's from 2018 to 2022 and UN Comtrade's around them."""
    rows = mirror.with_breaks(pairs(bundled), load_sources().set_index("source_id")["kind"])
    kaz = rows[(rows["country"] == "KAZ") & (rows["flow"] == "export") & (rows["year"] > 2015)]
    assert kaz.loc[kaz["ratio"].isna(), "year"].tolist() == [2017.5, 2022.5]


def test_pages_hold_a_country_or_those_that_publish(bundled: pd.DataFrame) -> None:
    both = pairs(bundled)
    assert set(mirror.of_partner(both, "UZB")["country"]) == {"UZB"}
    four = {"KAZ", "KGZ", "TJK", "UZB"}
    assert set(mirror.of_partner(both, "CA5")["country"]) == four | {"CA4"}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "nothing for freight to explain"),
        (
            [("KAZ", "export", 2024, 28.0, 15.0), ("KAZ", "import", 2024, 16.5, 15.0)],
            "in 1 of 2 cases it widens the gap, because the importer’s figure, which includes "
            "freight and insurance, is the smaller one. A margin of 10.0% would close the gap in "
            "China’s imports from Kazakhstan.",
        ),
        ([("KGZ", "import", 2024, 2.8, 0.1)], "so it should be the larger one."),
        ([("CA4", "export", 2024, 2.8, 0.1)], "nothing for freight"),  # it is its members
    ],
    ids=["none", "both ways", "no plausible margin", "a region"],
)
def test_what_freight_explains(rows: list[Any], said: str) -> None:
    cells = _books(*rows) if rows else TWO[:0]
    assert said in say.freight(mirror.newest(pairs(cells)))


def test_which_flow_the_gap_is_in() -> None:
    assert say.where(mirror.newest(pairs(TWO))) == "Most of the gap is in China’s exports"
    assert say.where(pairs(TWO[:0])) == "No year has both sides’ figures"


def test_contrary_figures_and_gold_are_told(bundled: pd.DataFrame) -> None:
    """China's 2.8 billion over the ministry's 2.04 is 1.4; 4.95 of 5.24 billion is 95 per cent."""
    said = say.contrary(load_highlights(), pairs(bundled), "KGZ")
    assert "Kyrgyz ministry of agriculture, is $2.04 billion" in said
    assert re.search(r"would be 1\.4 times Kyrgyzstan’s, not 23 times", said)
    china = annual(load_trade())
    # "about 70%" of what Kyrgyzstan imports as clothing, in the words of a study
    said = say.sent_on(load_highlights(), "KGZ")
    assert "70% of Kyrgyzstan’s imported clothing was sent on to Russia" in said
    assert "$4.95 billion in 2025, 95% of China’s" in say.gold(load_highlights(), china, "KGZ")
    for country in ("UZB", "TKM"):
        assert say.contrary(load_highlights(), pairs(bundled), country) == ""
        assert say.gold(load_highlights(), china, country) == ""
        assert say.sent_on(load_highlights(), country) == ""


def test_facts_bear_on_the_gap() -> None:
    rows = say.facts(load_highlights(), "CA5")
    assert {"gold", "gold-bearing ore"} <= set(rows["item"])
    assert not {"honey", "hard coal"} & set(rows["item"])
    assert rows.loc[rows["item"] == "gold", "figure"].str.contains(r"\d").all()
    assert set(say.facts(load_highlights(), "KGZ")["item"]) <= set(rows["item"])


def test_goods_by_both_sides() -> None:
    """By WITS China sent Kyrgyzstan textiles and clothing of 8.08 billion, 0.53 arrived."""
    rows = goods.by_side("KGZ", 2015, 2026, top=3)
    assert len(rows) == 6
    textiles = rows[rows["good"] == "Textiles and clothing"].set_index("side")["value_usd"] / 1e9
    assert textiles.round(2).to_dict() == {"China": 8.08, "Kyrgyzstan": 0.53}
    table = goods.widest(["KGZ", "TJK", "TKM"], 2015, 2026)
    assert table["country"].tolist() == ["KGZ", "TJK"]  # Turkmenistan has no table of its own
    assert list(goods.GAP_COLUMNS) == [c for c in goods.GAP_COLUMNS if c in table]
    assert set(goods.GAP_COLUMNS) <= set(goods.widest(["TKM"], 2015, 2026))


@pytest.mark.parametrize(
    ("asked", "margin"),
    [("as_reported", 0.0), ("0", 0.0), ("cif_5", 0.05), ("10", 0.1), (25, 0.25)],
    ids=str,
)
def test_valuation_is_read(asked: object, margin: float) -> None:
    assert params.validate("mirror_statistics", valuation=asked).cif_margin == margin


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"valuation": "cif_26"}, "valuation must be as_reported, or a whole"),
        ({"valuation": "as_repotred"}, "did you mean 'as_reported'"),
        ({"valuation": "5.5"}, "valuation must be as_reported"),
        ({"partner": "WLD"}, "partner must be one of CA5, KAZ"),
    ],
    ids=str,
)
def test_parameters_that_are_none(asked: dict[str, object], sentence: str) -> None:
    with pytest.raises(ParameterError, match=sentence):
        params.validate("mirror_statistics", **asked)


# --- one country's weight -------------------------------------------------------------------------


def _book(*rows: tuple[str, int, float]) -> pd.DataFrame:
    cells = [
        _cell("CHN", code, "import", value, year=year, half=0.05) for code, year, value in rows
    ]
    return pd.DataFrame(cells)[CELL_COLUMNS]


def test_without_country_by_hand() -> None:
    book = _book(("CA5", 2023, 28.0), ("CA5", 2024, 31.0), ("KGZ", 2023, 0.1), ("KGZ", 2024, 2.8))
    rates = without_country(book, "KGZ").set_index("series")
    assert rates.loc["region", "growth"] == pytest.approx(31 / 28 - 1)
    assert rates.loc["without", "growth"] == pytest.approx(28.2 / 27.9 - 1)
    assert rates.loc["without", "growth_low"] == pytest.approx(28.1 / 28.0 - 1)
    assert rates.loc["without", "growth_high"] == pytest.approx(28.3 / 27.8 - 1)
    assert rates.loc["country", "growth"] == pytest.approx(27)


def test_without_figures_of_either_there_is_no_growth() -> None:
    book = _book(("CA5", 2023, 28.0), ("CA5", 2024, 31.0))
    assert set(without_country(book, "TJK")["series"]) == {"region"}
    assert without_country(book[:0], "KGZ").empty
    with pytest.raises(ParameterError, match="without_country needs column 'basis'"):
        without_country(book.drop(columns="basis"), "KGZ")


# --- the bundled figures, by hand -----------------------------------------------------------------


def _published(reporter: str, partner: str, flow: str, period: str, source: str) -> float:
    with (DATA / "trade.csv").open(encoding="utf-8", newline="") as file:
        found = [
            float(row["value"]) / 1e9
            for row in csv.DictReader(file)
            if (row["reporter"], row["partner"], row["flow"], row["period"], row["source_id"])
            == (reporter, partner, flow, period, source)
        ]
    assert len(found) == 1
    return found[0]


@pytest.fixture(scope="module")
def bundled() -> pd.DataFrame:
    return mirror_cells(load_trade())


def test_bundled_ratios_by_hand(bundled: pd.DataFrame) -> None:
    rows = pairs(bundled).set_index(["country", "flow", "period"])
    kgz = _published("CHN", "KGZ", "total", "2024", "astanatimes-2025-01") / (
        _published("KGZ", "CHN", "import", "2024", "comtrade-mirror-cipf")
        + _published("KGZ", "CHN", "export", "2024", "comtrade-mirror-cipf")
    )
    assert rows.loc[("KGZ", "total", "2024"), "ratio"] == pytest.approx(kgz, rel=1e-3)
    assert 4.0 < kgz < 4.1
    kaz = _published("CHN", "KAZ", "export", "2022", "comtrade-chn-github-2024") / _published(
        "KAZ", "CHN", "import", "2022", "kaz-bns-2022-2023"
    )
    assert rows.loc[("KAZ", "export", "2022"), "ratio"] == pytest.approx(kaz, rel=1e-6)


@pytest.mark.parametrize(
    ("year", "ratio", "gap"),
    [("2024", 1.69, 0.82), ("2023", 0.94, -0.10)],
    ids=["2024", "2023"],
)
def test_uzbek_goods_are_compared_with_goods(
    bundled: pd.DataFrame, year: str, ratio: float, gap: float
) -> None:
    """The office's exports hold services, 2.05 billion in 2024; Comtrade has 1.19 of goods.

    For 2023 China's figure is 1.66 billion; the 1.6 that newspapers had would give 0.91.
    """
    rows = pairs(bundled).set_index(["country", "flow", "period"])
    row = rows.loc[("UZB", "import", year)]
    assert row["ratio"] == pytest.approx(ratio, abs=0.01)
    assert row["difference_usd"] / 1e9 == pytest.approx(gap, abs=0.02)
    goods = _published("UZB", "CHN", "export", year, "comtrade-mirror-cipf")
    assert row["partner_usd"] / 1e9 == pytest.approx(goods)
    assert rows.loc[("UZB", "total", "2024"), "ratio"] == pytest.approx(1.20, abs=0.005)
    # 2025 is published with services only, so it has no pair.
    assert ("UZB", "total", "2025") not in rows.index


def test_the_region_is_the_four_that_publish(bundled: pd.DataFrame) -> None:
    """By the rows of the file: 84.2 over 49.1 billion of goods, 50.1 with Uzbek services."""
    china = sum(
        _published("CHN", code, "total", "2024", "astanatimes-2025-01")
        for code in ("KAZ", "KGZ", "TJK", "UZB")
    )
    goods = sum(
        _published(code, "CHN", flow, "2024", "comtrade-mirror-cipf")
        for code in ("KAZ", "KGZ", "UZB")
        for flow in ("export", "import")
    )
    own = goods + _published("TJK", "CHN", "total", "2024", "review-uz-chn-2025")
    rows = pairs(bundled).set_index(["country", "flow", "period"])
    row = rows.loc[("CA4", "total", "2024")]
    assert china / own == pytest.approx(1.71, abs=0.005)
    assert row["ratio"] == pytest.approx(china / own, rel=2e-3)
    assert "CA5" not in rows.index.get_level_values("country")
    with_services = pairs(mirror_cells(load_trade(), coverage=None, partner="CA4"))
    row = with_services.set_index(["flow", "period"]).loc[("total", "2024")]
    uzbek = _published("UZB", "CHN", "total", "2024", "review-uz-chn-2025")
    uzbek -= sum(
        _published("UZB", "CHN", flow, "2024", "comtrade-mirror-cipf")
        for flow in ("export", "import")
    )
    assert china / (own + uzbek) == pytest.approx(1.68, abs=0.005)
    assert row["ratio"] == pytest.approx(china / (own + uzbek), rel=2e-3)


def test_kyrgyzstan_by_hand() -> None:
    """35.1 less 5.2 against 30.7 less 2.8 billion: half the growth of imports is one country's."""
    rates = without_country(annual(load_trade()), "KGZ").set_index(["series", "flow", "period"])
    region = rates.loc[("region", "import", "2025"), "growth"]
    without = rates.loc[("without", "import", "2025"), "growth"]
    assert region == pytest.approx(35.1 / 30.7 - 1, abs=0.003)
    assert without == pytest.approx((35.1 - 5.24) / (30.7 - 2.81) - 1, abs=0.003)
    assert without < 0.6 * region
