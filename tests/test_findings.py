"""Sentences of the trade reports: hand-made frames, and the announcement's own figures."""

from __future__ import annotations

import pandas as pd
import pytest

from catrade.cells.printed import with_printed
from catrade.cells.series import annual
from catrade.load.trade import load_trade
from catrade.trade_growth.growth import growth
from catrade.trade_growth.say import running as findings_running
from catrade.trade_growth.say import year as findings
from catrade.trade_growth.views import year as views


def cells(*rows: tuple[int, str, float, float], quality: str = "ok") -> pd.DataFrame:
    """Cells of China and Uzbekistan: year, flow, value and rounding unit in billions."""
    return pd.DataFrame(
        {
            "reporter": "CHN",
            "partner": "UZB",
            "country": "UZB",
            "year": [row[0] for row in rows],
            "period": [str(row[0]) for row in rows],
            "flow": [row[1] for row in rows],
            "china_flow": [row[1] for row in rows],
            "value_usd": [row[2] * 1e9 for row in rows],
            "low_usd": [(row[2] - row[3] / 2) * 1e9 for row in rows],
            "high_usd": [(row[2] + row[3] / 2) * 1e9 for row in rows],
            "source_ids": "a",
            "basis": "published",
            "quality": quality,
            "disagrees": False,
            "n_sources": 1,
        }
    )


def printed_row(period: str, value: float, unit: float, source: str = "a") -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                **{"reporter": "CHN", "partner": "UZB", "period": period, "flow": "total"},
                **{"source_id": source, "growth_printed": value, "growth_precision": unit},
                **{"quality": "ok", "quality_reason": "", "currency": "USD"},
                **{"low_usd": 0.0, "high_usd": 1e12},  # it touches whatever figure is shown
            }
        ]
    )


NOTHING_PRINTED = printed_row("1990", 0.1, 0.01)


def rates_of(frame: pd.DataFrame, rows: pd.DataFrame = NOTHING_PRINTED) -> pd.DataFrame:
    return with_printed(growth(frame), rows)


@pytest.fixture(scope="module")
def trade() -> pd.DataFrame:
    return load_trade(end=2025)


def test_the_announcements_figures_stand_in_the_answer(trade: pd.DataFrame) -> None:
    # MOFCOM, January 2026: 106.3 billion, of which 71.2 and 35.1.
    # 106.3 / 94.82 − 1 = 12.107%.
    book = annual(trade)
    pair = book[book["country"] == "CA5"]
    rows = views.pair_rows(trade, reporter="CHN", partner="CA5")
    rates = with_printed(growth(pair), rows)
    text = findings.trade_growth(pair, rates, partner="CA5", reporter="CHN")
    assert "was $106.3 billion in 2025, up 12.1% on 2024" in text
    assert "China's exports $71.2 billion" in text
    assert "its imports $35.1 billion" in text


def test_a_total_without_flows_says_so() -> None:
    frame = cells((2024, "total", 10, 0.1), (2025, "total", 11, 0.1))
    text = findings.trade_growth(frame, rates_of(frame), partner="UZB", reporter="CHN")
    # 11 / 10 = 10%; 10.95 / 10.05 = 8.96%, 11.05 / 9.95 = 11.06%.
    assert "up 10% on 2024" in text
    assert text.endswith(
        "none of the sources held here gives exports and imports apart for that year."
    )


def test_a_change_within_rounding_is_no_change() -> None:
    frame = cells((2024, "total", 10, 0.8), (2025, "total", 10.2, 0.8))
    text = findings.trade_growth(frame, rates_of(frame), partner="UZB", reporter="CHN")
    assert "unchanged within rounding" in text


def test_flows_are_named_from_chinas_side_in_the_partners_book() -> None:
    frame = cells((2025, "total", 3, 0.1), (2025, "export", 1, 0.1), (2025, "import", 2, 0.1))
    mirrored = {"export": "import", "import": "export", "total": "total"}
    frame = frame.assign(reporter="UZB", partner="CHN", china_flow=frame["flow"].map(mirrored))
    rates = rates_of(frame.iloc[:0])
    text = findings.trade_growth(frame, rates, partner="UZB", reporter="partner")
    assert text.startswith("By Uzbekistan's statistics, China's trade with Uzbekistan was $3.0")
    assert "China's exports $2.0 billion and its imports $1.0 billion" in text


def test_nothing_to_show_is_said_plainly() -> None:
    frame = cells()
    text = findings.trade_growth(frame, frame, partner="TKM", reporter="partner")
    assert "Turkmenistan publishes no trade statistics" in text
    text = findings.trade_growth(frame, frame, partner="UZB", reporter="CHN")
    assert (
        text
        == "No yearly total of China's trade with Uzbekistan by China's statistics in these years."
    )


def test_printed_growth_stands_where_figures_of_two_vintages_contradict_it() -> None:
    # 17.8 / 12.5 = 42.4%, but the publisher prints 34%: its 2024 must be about 13.3 by now.
    frame = cells((2024, "total", 12.5, 0.1), (2025, "total", 17.8, 0.1))
    rates = rates_of(frame, printed_row("2025", 0.34, 0.01))
    row = rates.iloc[0]
    assert row["growth_basis"] == "printed"
    assert (row["growth"], row["growth_low"], row["growth_high"]) == pytest.approx(
        (0.34, 0.335, 0.345)
    )
    assert row["growth_computed"] == pytest.approx(0.424)
    text = findings.trade_growth(frame, rates, partner="UZB", reporter="CHN")
    assert "up 34% on 2024 as its publisher prints it" in text
    assert "would give 42%" in text


@pytest.mark.parametrize(
    ("value", "unit", "figure"),
    [
        (0.12, 0.01, 11e9),  # 11 to 13% meets the computed 8.96 to 11.06%
        (0.34, 0.01, 13e9),  # printed with a figure of another vintage
    ],
)
def test_computed_growth_stands_where_nothing_contradicts_it(
    value: float, unit: float, figure: float
) -> None:
    frame = cells((2024, "total", 10, 0.1), (2025, "total", 11, 0.1))
    row = printed_row("2025", value, unit).assign(low_usd=figure - 5e7, high_usd=figure + 5e7)
    rates = rates_of(frame, row)
    assert rates["growth_basis"].tolist() == ["computed"]
    assert rates["growth"].item() == pytest.approx(0.1)


def test_contributions_of_the_region_add_up_to_its_growth(trade: pd.DataFrame) -> None:
    split = views.contributions(annual(trade), "CA5")
    latest = split[split["period"] == "2025"]
    # 106.3 / 94.82 − 1
    assert latest["contribution"].sum() == pytest.approx(0.121072, abs=1e-6)
    assert {"KAZ", "KGZ", "TJK", "TKM", "UZB", "not allocated"} == set(latest["country"])


def test_contributions_of_a_country_are_its_flows() -> None:
    # 10 → 11 of which exports 6 → 6.5 and imports 4 → 4.5: 5 points each.
    values = {"total": (10, 11), "export": (6, 6.5), "import": (4, 4.5)}
    rows = [(2024 + n, f, v[n], 0.001) for f, v in values.items() for n in (0, 1)]
    split = views.contributions(cells(*rows), "UZB")
    found = split.set_index("flow")["contribution"]
    assert found["export"] == pytest.approx(0.05)
    assert found["import"] == pytest.approx(0.05)
    assert found["not allocated"] == pytest.approx(0)
    assert findings.drivers(split) == (
        "Contributions to the growth of 10.0% in 2025, in percentage points: exports +5.0 and "
        "imports +5.0."
    )


def test_periods_on_a_revised_base_have_no_contributions() -> None:
    frame = cells((2024, "total", 12.5, 0.1), (2025, "total", 17.8, 0.1))
    rates = rates_of(frame, printed_row("2025", 0.34, 0.01))
    split = pd.DataFrame({"period": ["2024", "2025"], "contribution": [0.1, 0.4]})
    assert views.comparable(split, rates)["period"].tolist() == ["2024"]


def test_gaps_are_named_as_ranges() -> None:
    frame = cells(*[(year, "total", 1, 0.1) for year in (2013, 2017, 2018)])
    assert findings.gaps(frame, 2013, 2019).startswith("No total was found for 2014–2016 and 2019:")
    assert findings.gaps(frame, 2017, 2018) == ""


def test_a_doubtful_newest_total_is_explained(trade: pd.DataFrame) -> None:
    rows = views.pair_rows(trade, reporter="partner", partner="TKM")
    pair = annual(trade, reporter="partner", partner="TKM")
    text = findings.context(pair, rows, partner="TKM")
    assert "The total of 2024 is doubtful: equal to the Chinese figure" in text


def test_disagreements_name_the_widest_gap(trade: pd.DataFrame) -> None:
    # Partners' sum for 2024: CERR 60.7, EDB 66.2 billion (5.5; at ±0.05 each "about").
    rows = views.pair_rows(trade, reporter="partner", partner="CA5")
    apart = views.disagreeing(rows[rows["period"] == "2024"])
    assert apart.iloc[0][["country", "chosen_usd", "other_usd"]].tolist() == [
        *("Central Asia", 60.7e9, 66.2e9)
    ]
    assert "is in Central Asia's total of 2024" in findings.disagreements(apart)
    assert findings.disagreements(apart.iloc[:0]).endswith("within rounding or one per cent.")


def months(*rows: tuple[str, str]) -> pd.DataFrame:
    """Totals of China and Uzbekistan by period and source."""
    return (
        cells((2026, "total", 1, 0.1))
        .drop(columns=["period", "source_ids"])
        .merge(pd.DataFrame(rows, columns=["period", "source_ids"]), how="cross")
    )


READ = {"gacc-2026-04-usd", "gacc-2026-05-usd", "gacc-2026-05-cny-revised"}


def test_a_fetched_month_without_the_year_before_says_what_brings_its_growth() -> None:
    april, may = ("2026-04", "gacc-2026-04-usd"), ("2026-05", "gacc-2026-05-usd")
    to_april, to_may = ("2026-4M", "gacc-2026-04-usd"), ("2026-5M", "a;gacc-2026-05-cny-revised")
    known, known_to = ("2025-05", "gacc-2024-rmb-github"), ("2025-5M", "b")
    assert findings_running.without_base(months(april, may, to_april, to_may), READ) == (
        "Growth of May 2026 and January–May 2026 cannot be computed, as the same part of the year "
        "before is not held: it comes with catrade fetch gacc FILE and the table of May 2025 "
        "downloaded from Chinese customs."
    )
    said = findings_running.without_base(months(april, may, known, to_april, to_may), READ)
    assert said.startswith("Growth of January–May 2026 cannot be computed")
    said = findings_running.without_base(
        months(april, may, known, to_april, to_may, known_to), READ
    )
    assert said.startswith("Growth of April 2026 and January–April 2026")
    assert "the table of April 2025" in said
    assert findings_running.without_base(months(may, known, to_may, known_to), READ) == ""


def test_of_bundled_months_without_the_year_before_nothing_is_said() -> None:
    bundled = months(("2024-12", "gacc-2024-rmb-github"), ("2024-11", "a;b"))
    assert findings_running.without_base(bundled, READ) == ""
    assert findings_running.without_base(months(("2026-05", "gacc-2026-05-usd")), set()) == ""
    sold = months(("2026-05", "gacc-2026-05-usd")).assign(flow="export")
    assert findings_running.without_base(sold, READ) == ""
    assert findings_running.without_base(bundled.iloc[:0], READ) == ""
