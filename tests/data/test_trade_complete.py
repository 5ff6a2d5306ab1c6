"""What the trade table must hold, counted from the CSV files alone and worked out by hand."""

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
def test_both_flows_with_each_of_the_five_are_held_for_every_year(year):
    # From 2024 on the flows of the smaller four exist in yuan only.
    currency = "CNY" if year >= 2024 else "USD"
    assert _held(str(year), currency) >= ALL_TEN


def test_every_month_from_january_2024_to_july_2026_is_held_in_yuan():
    months = [f"{y}-{m:02d}" for y in (2024, 2025, 2026) for m in range(1, 13)][:31]
    assert (months[0], months[-1]) == ("2024-01", "2026-07")
    assert [m for m in months if not _held(m, "CNY") >= ALL_TEN] == []
    assert (
        sum(row["period"] in months and row["partner"] in FIVE for row in CUSTOMS)
        == 31 * 5 * 3
    )


def test_every_figure_in_another_currency_has_a_rate():
    missing = {
        (row["currency"], row["period"])
        for row in TRADE
        if row["currency"] != "USD" and (row["currency"], row["period"]) not in RATES
    }
    assert missing == set()
    assert sum(row["currency"] == "EUR" for row in TRADE) == 84


#: China's trade with the world, as printed in yuan and in dollars; that of 2013 is 2,209.00728 and
#: 1,949.99231 billion of WITS.
BOTH = """
2013 25.83e12 4.15899959e12
2025 454687.3e8 63547.7e8
2025-12 42629.6e8 6014.2e8
2025-07 3.91e12 5453.2e8
"""


@pytest.mark.parametrize("line", BOTH.strip().splitlines())
def test_rates_are_yuan_over_dollars(line):
    period, yuan, dollars = line.split()
    rate = RATES["CNY", period]
    printed = float(yuan) / float(dollars)
    assert float(rate["rate"]) == pytest.approx(printed, rel=2e-5)
    assert float(rate["low"]) < printed < float(rate["high"])


def test_sums_of_ours_are_marked_and_wide_enough():
    derived = [row for row in TRADE if row["derived"] == "true"]
    assert {row["source_id"] for row in derived if row["reporter"] == "CHN"} == {
        "wits-wtw-2023"  # 16 groups, each to the dollar
    }
    assert all("add" in row["note"] or "sum" in row["note"] for row in derived)
    for row in derived:
        parts = {"wits-wtw-2023": 16, "uzb-siat-exports-2026": 27 * 100}
        parts["kaz-bns-revisions-2026"] = 6  # months, each to the dollar
        assert float(row["precision"]) >= parts.get(row["source_id"], 12)


def test_what_was_read_at_github_is_a_copy_unless_it_was_published_there():
    at_github = {
        row["source_id"]: row["read_in"]
        for row in rows_of("sources")
        if row["url"].startswith("https://github.com/")
    }
    there = {source for source, place in at_github.items() if place == "publisher"}
    assert {source for source in there if not source.startswith("s60-")} == {
        "datasets-hs",
        "open-ev-charts",
    }
    # A repository's name, never only the site's.
    urls = [row["url"].rstrip("/") for row in rows_of("sources")]
    assert "https://github.com" not in urls


def test_sources_stand_in_the_order_of_their_ids():
    ids = [row["source_id"] for row in rows_of("sources")]
    assert ids == sorted(ids)
