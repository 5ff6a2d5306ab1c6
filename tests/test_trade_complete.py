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


def test_january_2026_in_dollars_is_the_yuan_table_at_one_rate() -> None:
    rate = RATES["CNY", "2026-01"]
    both: dict[tuple[str, str], dict[str, float]] = {}
    for row in TRADE:
        if (
            row["reporter"] == "CHN"
            and row["partner"] in FIVE
            and row["period"] == "2026-01"
        ):
            both.setdefault((row["partner"], row["flow"]), {})[row["currency"]] = float(
                row["value"]
            )
    assert len(both) == 15
    for pair in both.values():
        assert (
            float(rate["low"]) - 1e-4
            <= pair["CNY"] / pair["USD"]
            <= float(rate["high"]) + 1e-4
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


def test_imports_of_series_1176_are_goods() -> None:
    flows: dict[str, dict[str, float]] = {}
    for row in TRADE:
        if (row["reporter"], row["partner"], row["flow"]) == ("UZB", "CHN", "import"):
            flows.setdefault(row["period"], {})[row["source_id"]] = float(row["value"])
    ratios = [
        cell["uzb-stat-sdmx-1176"] / cell["comtrade-mirror-cipf"]
        for cell in flows.values()
        if {"uzb-stat-sdmx-1176", "comtrade-mirror-cipf"} <= set(cell)
    ]
    assert len(ratios) == 7
    assert all(abs(ratio - 1) < 0.025 for ratio in ratios)


def test_kyrgyz_figures_printed_with_one_decimal_of_a_thousand_have_that_unit() -> None:
    rows = [row for row in TRADE if row["source_id"].startswith("kgz-nsc-")]
    assert len(rows) == 240 + 64  # four neighbours, Türkiye and the EU since 2017
    assert Counter(row["precision"] for row in rows) == {"100": 108, "1": 132 + 64}
    # 83,679.3 thousand dollars of exports to Russia in 1998
    (one,) = (
        r
        for r in rows
        if (r["partner"], r["period"], r["flow"]) == ("RUS", "1998", "export")
    )
    assert (one["value"], one["precision"]) == ("83679300", "100")


def test_shares_of_kazakhstan_give_the_amounts_the_bureau_implies() -> None:
    """Share times the bureau's total lies where the exact amount of another vintage does."""
    totals = {
        (row["period"], row["flow"]): float(row["value"])
        for row in TRADE
        if row["source_id"].startswith("kaz-bns-release-")
    }
    shares = [
        row
        for row in rows_of("trade_shares")
        if row["source_id"].startswith("kaz-bns-release-")
    ]
    assert (
        Counter((row["partner"], row["period"]) for row in shares)["CHN", "2025"] == 2
    )
    amount = {
        (r["partner"], r["period"], r["flow"]): float(r["share"])
        * totals[r["period"], r["flow"]]
        for r in shares
    }
    # 18.7% of 78,674.5 and 29.2% of 64,847.0 million dollars
    assert amount["CHN", "2023", "export"] == pytest.approx(14_712.13e6, rel=1e-6)
    assert amount["CHN", "2025", "import"] == pytest.approx(18_935.32e6, rel=1e-6)


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


def test_eurostat_is_to_the_euro() -> None:
    rows = {
        (row["partner"], row["period"]): row["value"]
        for row in TRADE
        if row["source_id"] == "eurostat-github-2025" and row["precision"] == "1"
    }
    assert len(rows) == 5 * 14
    # As the file of the copy has them.
    assert rows["KGZ", "2010"] == "205513924"
    assert rows["TKM", "2011"] == "887373116"


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


def test_how_far_the_two_books_are_apart_is_what_the_readme_says() -> None:
    def total(reporter: str, partner: str, year: str, sources: set[str]) -> float:
        return sum(
            float(row["value"])
            for row in TRADE
            if (row["reporter"], row["partner"], row["period"])
            == (reporter, partner, year)
            and row["flow"] in FLOWS
            and row["source_id"] in sources
        )

    kyrgyz = {"kgz-nsc-export-1994-2023", "kgz-nsc-import-1994-2023"}
    for year, sources, times in (
        ("2008", {"wits-partner-github-2017"}, 12),
        ("2021", {"comtrade-2021-exports-slayton", "imf-dots-2022-lin5698"}, 4.9),
    ):
        china = total("CHN", "KGZ", year, sources)
        assert china / total("KGZ", "CHN", year, kyrgyz) == pytest.approx(
            times, abs=0.1
        )
