"""What the trade table must hold, counted from the CSV files alone and worked out by hand."""

from __future__ import annotations

from collections import Counter

import pytest
from by_hand import rows_of

FIVE = ("KAZ", "KGZ", "TJK", "TKM", "UZB")
FLOWS = ("export", "import")
TRADE = rows_of("trade")
CUSTOMS = [row for row in TRADE if row["source_id"] == "gacc-country-months"]
RATES = {(row["currency"], row["period"]): row for row in rows_of("exchange_rates")}


def _held(period: str, currency: str | None = None) -> set[tuple[str, str]]:
    """Return partner and flow of what China reports of the five for a period, in good standing."""
    return {
        (row["partner"], row["flow"])
        for row in TRADE
        if row["reporter"] == "CHN"
        and row["period"] == period
        and row["partner"] in FIVE
        and row["quality"] == "ok"
        and currency in (None, row["currency"])
    }


ALL_TEN = {(partner, flow) for partner in FIVE for flow in FLOWS}


@pytest.mark.parametrize("year", range(2017, 2026))
def test_both_flows_with_each_of_the_five_are_held_for_every_year(year: int) -> None:
    # From 2024 on the flows of the smaller four exist in yuan only.
    currency = "CNY" if year >= 2024 else "USD"
    assert _held(str(year), currency) >= ALL_TEN


def test_every_month_from_january_2024_to_july_2026_is_held_in_yuan() -> None:
    months = [f"{y}-{m:02d}" for y in (2024, 2025, 2026) for m in range(1, 13)][:31]
    assert (months[0], months[-1]) == ("2024-01", "2026-07")
    assert [m for m in months if not _held(m, "CNY") >= ALL_TEN] == []
    assert (
        sum(row["period"] in months and row["partner"] in FIVE for row in CUSTOMS)
        == 31 * 5 * 3
    )


def test_totals_of_customs_table_are_exports_plus_imports_to_the_yuan() -> None:
    cells: dict[tuple[str, str], dict[str, int]] = {}
    for row in CUSTOMS:
        cells.setdefault((row["partner"], row["period"]), {})[row["flow"]] = int(
            row["value"]
        )
    assert len(cells) > 300
    # Four decimals of ten thousand yuan: each of the three is rounded to the yuan.
    off = [
        k for k, c in cells.items() if abs(c["total"] - c["export"] - c["import"]) > 1
    ]
    assert off == []


def test_the_total_for_2025_in_yuan_is_the_dollar_total_at_the_rate_of_the_year() -> (
    None
):
    totals = [r for r in CUSTOMS if (r["period"], r["flow"]) == ("2025", "total")]
    yuan = sum(int(row["value"]) for row in totals if row["partner"] in FIVE)
    # 106.3 billion dollars, as the commerce ministry printed it
    assert 106.25e9 <= yuan / float(RATES["CNY", "2025"]["rate"]) < 106.35e9


def test_every_figure_in_another_currency_has_a_rate() -> None:
    missing = {
        (row["currency"], row["period"])
        for row in TRADE
        if row["currency"] != "USD" and (row["currency"], row["period"]) not in RATES
    }
    assert missing == set()
    assert sum(row["currency"] == "EUR" for row in TRADE) == 84


@pytest.mark.parametrize(
    ("period", "yuan", "dollars"),
    [
        # Each the total of China with the world, as printed in both currencies.
        (
            "2013",
            25.83e12,
            4.15899959e12,
        ),  # 2,209.00728 and 1,949.99231 billion of WITS
        ("2025", 454_687.3e8, 63_547.7e8),
        ("2025-12", 42_629.6e8, 6_014.2e8),
        ("2025-07", 3.91e12, 5_453.2e8),
    ],
)
def test_rates_are_yuan_over_dollars(period: str, yuan: float, dollars: float) -> None:
    rate = RATES["CNY", period]
    assert float(rate["rate"]) == pytest.approx(yuan / dollars, rel=2e-5)
    assert float(rate["low"]) < yuan / dollars < float(rate["high"])


def test_the_rate_of_2024_lies_where_the_five_intervals_meet() -> None:
    # Dollar totals as Kazinform printed them in January 2025, in billions to 0.01.
    printed = {"KAZ": 43.82, "KGZ": 22.71, "TJK": 3.86, "TKM": 10.65, "UZB": 13.78}
    totals = [r for r in CUSTOMS if (r["period"], r["flow"]) == ("2024", "total")]
    yuan = {row["partner"]: int(row["value"]) for row in totals}
    low = max(yuan[p] / ((v + 0.005) * 1e9) for p, v in printed.items())
    high = min(yuan[p] / ((v - 0.005) * 1e9) for p, v in printed.items())
    assert 7.116 < low <= float(RATES["CNY", "2024"]["rate"]) <= high < 7.1163
    assert (
        float(RATES["CNY", "2024"]["high"]) - float(RATES["CNY", "2024"]["low"])
        < 0.0032
    )


def _coverage(**wanted: str) -> Counter[str]:
    return Counter(
        row["coverage"] for row in TRADE if all(row[k] == v for k, v in wanted.items())
    )


def test_what_figures_count() -> None:
    # Series 1105 of Uzbekistan counts services and gold; 14 years of China and Russia, 7 of
    # four neighbours and Türkiye.
    assert _coverage(source_id="uzb-stat-sdmx-1105") == {"goods_and_services": 28 + 35}
    # Series 1176 is within two per cent of the goods imports reported to UN Comtrade.
    assert _coverage(source_id="uzb-stat-sdmx-1176") == {"goods": 28 + 35}
    assert set(_coverage(reporter="UZB", partner="WLD")) == {"goods_and_services"}
    # The five's own 2024 holds China's figure for Turkmenistan.
    assert _coverage(reporter="CA5", source_id="review-uz-chn-2025") == {"mixed": 3}
    # "Own" figures of Turkmenistan that repeat China's are recognisable and doubtful.
    repeated = [r for r in TRADE if (r["reporter"], r["partner"]) == ("TKM", "CHN")]
    repeated = [r for r in repeated if r["coverage"] == "mixed"]
    assert [(r["period"], r["quality"]) for r in repeated] == [("2024", "doubtful")] * 2
    assert all("Chinese figure" in r["quality_reason"] for r in repeated)
    # Russia's trade with Turkmenistan without its gas: 2020 (Trend) and 2022 (Daryo).
    part = [r for r in TRADE if r["coverage"] == "part_of_goods"]
    assert [(r["reporter"], r["partner"], r["period"]) for r in part] == [
        ("RUS", "TKM", "2020"),
        ("RUS", "TKM", "2022"),
    ]
    assert all("gas" in r["note"] for r in part)


def test_one_page_has_one_source() -> None:
    """Two ids at one address are parts of a repository: other files, sheets or tables."""
    pages = Counter(
        row["url"].split("://", 1)[1].removeprefix("www.").rstrip("/")
        for row in rows_of("sources")
    )
    # Two headlines of which only the site is known.
    assert pages.pop("chinanews.com.cn") == 2
    twice = {page for page, n in pages.items() if n > 1}
    assert {page for page in twice if page.split("/")[0] != "github.com"} == set()


def _sums(source: str, partner: str, period: str, flow: str) -> dict[bool, float]:
    """Return what a source has of a cell: as printed (False) and as a sum of ours (True)."""
    wanted = {"source_id": source, "partner": partner, "period": period, "flow": flow}
    rows = [r for r in TRADE if all(r[k] == v for k, v in wanted.items())]
    return {row["derived"] == "true": float(row["value"]) for row in rows}


@pytest.mark.parametrize("year", [2023, 2024, 2025])
@pytest.mark.parametrize("flow", FLOWS)
def test_kazakh_months_add_up_to_the_year_that_is_ours(year: int, flow: str) -> None:
    source = "kaz-bns-months-2026"
    months = [
        _sums(source, "WLD", f"{year}-{month:02d}", flow)[False]
        for month in range(1, 13)
    ]
    assert _sums(source, "WLD", str(year), flow) == {True: sum(months)}


def test_sums_of_ours_are_marked_and_wide_enough() -> None:
    derived = [row for row in TRADE if row["derived"] == "true"]
    assert {row["source_id"] for row in derived if row["reporter"] == "CHN"} == {
        "wits-wtw-2023"  # 16 groups, each to the dollar
    }
    assert all("add" in row["note"] or "sum" in row["note"] for row in derived)
    for row in derived:
        parts = {"wits-wtw-2023": 16, "uzb-siat-exports-2026": 27 * 100}
        assert float(row["precision"]) >= parts.get(row["source_id"], 12)


def test_the_british_are_in_the_eu_of_the_old_kazakh_tables_only() -> None:
    for year in ("2018", "2019", "2020", "2021", "2022"):
        both = [
            row
            for row in TRADE
            if row["reporter"] == "KAZ"
            and row["period"] == year
            and row["flow"] == "export"
            and row["partner"] in {"EU27", "EU28"}
        ]
        by = {row["partner"]: row for row in both}
        assert by["EU27"]["derived"] == "true"
        assert by["EU28"]["derived"] == "false"
        assert float(by["EU28"]["value"]) > float(by["EU27"]["value"])


def test_what_was_read_at_github_is_a_copy_unless_it_was_published_there() -> None:
    at_github = {
        row["source_id"]: row["read_in"]
        for row in rows_of("sources")
        if row["url"].startswith("https://github.com/")
    }
    there = {one for one, place in at_github.items() if place == "publisher"}
    assert {one for one in there if not one.startswith("s60-")} == {
        "datasets-hs",
        "open-ev-charts",
    }
    # A repository's name, never only the site's.
    urls = [row["url"].rstrip("/") for row in rows_of("sources")]
    assert "https://github.com" not in urls
    publisher = {row["source_id"]: row["read_in"] for row in rows_of("sources")}
    assert publisher["gacc-country-months"] == "copy"
    assert publisher["tass-2025-07-15"] == "publisher"


def test_sources_stand_in_the_order_of_their_ids() -> None:
    ids = [row["source_id"] for row in rows_of("sources")]
    assert ids == sorted(ids)
