"""Mirror statistics: pairs, ratios, freight, the region's gap, and one country's weight."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catrade.cells.series import CELL_COLUMNS, annual
from catrade.load.trade import load_sources, load_trade
from catrade.mirror_statistics.mirror import (
    explained,
    gap_by_country,
    mirror_cells,
    pairs,
    source_changes,
)
from catrade.mirror_statistics.say import weight as findings_mirror_weight
from catrade.mirror_statistics.weight import gold_known, late_in_year, without_country
from catrade.trade_growth.running import figures
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
    swapped = _frame(one | {"value_usd": 7.0, "low_usd": 7 - half, "high_usd": 7 + half},
                     other | {k: one[k] for k in ("value_usd", "low_usd", "high_usd")})  # fmt: skip
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


# --- the region's gap -----------------------------------------------------------------------------


def test_gap_by_country_by_hand() -> None:
    cells = _frame(
        *(_cell("CHN", c, "total", v) for c, v in (("KAZ", 44.0), ("KGZ", 23.0), ("TJK", 4.0))),
        *(_cell(c, c, "total", v) for c, v in (("KAZ", 30.0), ("KGZ", 6.0), ("TJK", 3.0))),
        _cell("CHN", "TKM", "total", 10.0),
        _cell("TKM", "TKM", "total", 10.0, quality="doubtful"),
    )
    gap = gap_by_country(pairs(cells)).set_index("country")
    assert list(gap.index) == ["KAZ", "KGZ", "TJK"]  # the Turkmen figure repeats China's
    assert gap["difference_usd"].tolist() == [14, 17, 1]
    assert gap["share"].tolist() == pytest.approx([14 / 32, 17 / 32, 1 / 32])
    assert set(gap["missing"]) == {"TKM;UZB"}
    assert not gap["complete"].any()


def test_gaps_of_both_signs_have_no_shares() -> None:
    cells = _frame(
        _cell("CHN", "KAZ", "total", 5.0), _cell("KAZ", "KAZ", "total", 3.0),
        _cell("CHN", "UZB", "total", 5.0), _cell("UZB", "UZB", "total", 6.0),
    )  # fmt: skip
    gap = gap_by_country(pairs(cells))
    assert gap["difference_usd"].tolist() == [2, -1]
    assert gap["share"].isna().all()


def test_unknown_region() -> None:
    with pytest.raises(ParameterError, match="region must be one of CA5, CA4; got 'CA6'"):
        gap_by_country(pairs(TWO), "CA6")


# --- freight --------------------------------------------------------------------------------------


def test_explained_by_hand() -> None:
    rows = explained(TWO, margins=(0.05,)).set_index("flow")
    exports, imports = rows.loc["export"], rows.loc["import"]
    # China's exports of 28 against imports of 15: freight would have to be negative.
    assert exports["gap_usd"] == pytest.approx(28 - 15 / 1.05)
    assert exports["explained"] == pytest.approx(1 - (28 - 15 / 1.05) / 13)
    assert exports["explained"] < 0
    assert exports["needed"] == pytest.approx(15 / 28 - 1)
    # China's imports of 16 against exports of 15; the gap of 1 may be none at all (15 to 17 less
    # 14.5 to 15.5), so no part of it can be said to be explained.
    assert pd.isna(imports["explained"])
    assert imports["needed"] == pytest.approx(16 / 15 - 1)


def test_a_margin_that_closes_the_gap_explains_all_of_it() -> None:
    cells = _frame(_cell("CHN", "KAZ", "import", 11.0), _cell("KAZ", "KAZ", "import", 10.0))
    row = explained(cells, margins=(0.1,)).iloc[0]
    assert row["explained"] == pytest.approx(1)
    assert row["needed"] == pytest.approx(0.1)
    assert explained(cells, margins=(0.2,)).iloc[0]["explained"] > 1


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


def _months(*values: tuple[str, float]) -> pd.DataFrame:
    rows = [
        {"period": p, "year": int(p[:4]), "value": v, "low": v - 0.1, "high": v + 0.1,
         "source_ids": "a"} for p, v in values
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_late_in_year_by_hand() -> None:
    """3, 1 and 5 (a tenth either way) of 10: 0.9, from 8.7 / 10.1 to 9.3 / 9.9."""
    months = _months(("2023-11", 1), ("2024-09", 1), ("2024-10", 3), ("2024-11", 1), ("2024-12", 5))
    years = _months(("2023", 4), ("2024", 10))
    row = late_in_year(months, years).iloc[0]
    assert row["year"] == 2024
    assert row["share"] == pytest.approx(0.9)
    assert (row["share_low"], row["share_high"]) == pytest.approx((8.7 / 10.1, 9.3 / 9.9))
    assert late_in_year(months.iloc[:4], years).empty  # no December, and of 2023 one month
    assert late_in_year(months, years.iloc[:0]).empty


def test_gold_unknown_is_empty() -> None:
    book = _book(("CA5", 2023, 28.0), ("CA5", 2024, 31.0))
    columns = ["exporter", "importer", "period", "topic", "value", "low", "high", "unit"]
    assert gold_known(book, pd.DataFrame(columns=columns), 2024).empty


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


def test_a_change_of_source_is_marked(bundled: pd.DataFrame) -> None:
    """Kazakhstan's figures are the bureau's from 2018 to 2022 and UN Comtrade's around them."""
    sources = load_sources()
    kinds = dict(zip(sources["source_id"], sources["kind"], strict=True))
    rows = source_changes(pairs(bundled), kinds)
    kaz = rows[(rows["country"] == "KAZ") & (rows["flow"] == "export") & (rows["year"] >= 2015)]
    assert kaz.loc[kaz["new_kind"], "year"].tolist() == [2018, 2023]


def test_bundled_gap_adds_up(bundled: pd.DataFrame) -> None:
    gap = gap_by_country(pairs(bundled))
    rows = gap[(gap["flow"] == "total") & (gap["period"] == "2024")]
    assert rows["complete"].all()
    assert rows["share"].sum() == pytest.approx(1)
    assert rows.loc[rows["difference_usd"].idxmax(), "country"] == "KGZ"


def test_kyrgyzstan_by_hand() -> None:
    """35.1 less 5.2 against 30.7 less 2.8 billion: half the growth of imports is one country's."""
    rates = without_country(annual(load_trade()), "KGZ").set_index(["series", "flow", "period"])
    region = rates.loc[("region", "import", "2025"), "growth"]
    without = rates.loc[("without", "import", "2025"), "growth"]
    assert region == pytest.approx(35.1 / 30.7 - 1, abs=0.003)
    assert without == pytest.approx((35.1 - 5.24) / (30.7 - 2.81) - 1, abs=0.003)
    assert without < 0.6 * region


def test_last_quarter_of_2024_by_hand() -> None:
    """In yuan, as customs publishes the months, 83.8 per cent fell in October to December."""
    late = [
        _published("CHN", "KGZ", "import", f"2024-{month}", "gacc-country-months")
        for month in (10, 11, 12)
    ]
    share = sum(late) / _published("CHN", "KGZ", "import", "2024", "gacc-country-months")
    assert share == pytest.approx(0.838, abs=5e-4)
    customs = load_trade("CHN", "KGZ", "import", frequency=None, convert=False)
    months, years = (figures(customs, often) for often in ("monthly", "annual"))
    found = late_in_year(months, years).set_index("year")
    assert found.loc[2024, "share"] == pytest.approx(share)
    assert (
        "83.8% of China's imports from Kyrgyzstan in 2024"
        in findings_mirror_weight.late_in_year(found.reset_index(), "KGZ")
    )
