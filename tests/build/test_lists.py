"""Claims, facts, estimates and sources of the edition: each column by hand from the tables."""

import datetime as dt

import pytest
from fetch_files import rows_of

from catrade_build.columns import columns_of
from catrade_build.edition import table
from catrade_build.tables import as_of


def test_every_claim_has_a_row_for_each_side_it_names():
    wanted = [
        (row["document"], row["claim_id"], books)
        for row in rows_of("claims")
        for books in row["books"].split(";")
    ]
    rows = table("claims")
    assert [*rows.columns] == columns_of("claims")
    assert [
        tuple(row) for row in rows[["document", "claim_id", "books"]].to_numpy()
    ] == wanted
    # What only the announcement says, or no figure can judge, rests on nothing.
    rests = rows["evidence"] != ""
    assert rests[~rows["verdict"].eq("cannot be checked")].all()
    assert not rests[rows["kind"] == "not_checkable"].any()


def test_evidence_names_what_is_used_and_what_is_not():
    """Uzbekistan's trade with China in 2025: 17.2 is used, 17.8 of another paper is not."""
    rows = table("claims").query(
        "claim_id == 'largest-partner-uzb' and books == 'partner'"
    )
    assert rows["evidence"].item().splitlines()[:2] == [
        "Uzbekistan: trade with China, 2025: $17.2 billion with services, published (Caspian Post)",
        "Not used: Uzbekistan: trade with China, 2025: $17.8 billion with services, published"
        " (Sputnik Uzbekistan)",
    ]


def test_what_stood_when_it_was_printed():
    """Kazakhstan's own figures of 2025 came out after 18 January 2026."""
    rows = table("claims").query("claim_id == 'largest-partner-kaz'")
    assert set(rows["printed_in"]) == {"18 January 2026"}
    assert set(rows["printed"]) == {"cannot be checked"}
    assert set(rows["standing"]) == {"holds"}
    # The day before, nothing is known of the printing.
    with as_of.holding(dt.date(2026, 1, 17)):
        before = table("claims").query("claim_id == 'largest-partner-kaz'")
    assert set(before["printed"]) == set(before["printed_in"]) == {""}


def test_facts_are_the_highlights_with_their_ends():
    rows = table("facts")
    held = [row for row in rows_of("highlights") if row["quality"] != "rejected"]
    assert len(rows) == len(held)
    assert set(rows["flow"]) == {row["flow"] for row in held} == {"export", "total"}
    gold = rows.query(
        "exporter == 'KGZ' and topic == 'gold' and period == '2025'"
    ).iloc[0]
    assert gold["figure"] == "$4.95 billion"
    assert (gold["low"], gold["high"]) == pytest.approx((4.945e9, 4.955e9))


def test_who_is_not_named_is_told_so():
    """Of electric cars that Uzbekistan bought in 2025 its customs did not say from where."""
    told = table("things").query("table == 'highlights'")["what"]
    assert not told.str.contains("UNSPEC").any()
    cars = "electric vehicles, all origins, unnamed countries to Uzbekistan"
    assert told.str.startswith(cars).any()


def test_over_and_almost_are_told_as_printed():
    """A page has "over 13.7 billion" of 2024, another "nearly 10 bn", the president over 45."""
    facts = table("facts").set_index(["exporter", "importer", "period", "item"])
    goods = "two-way goods trade (scale only)"
    assert facts["figure"]["CHN", "UZB", "2024", goods] == "over $13.7 billion"
    cars = facts["figure"]["CHN", "CA5", "2024", "cars (passenger vehicles)"]
    assert cars == "almost $10 billion"
    cell = "reporter == 'RUS' and partner == 'CA5' and flow == 'total' and period == '2024'"
    assert table("figures").query(cell)["rounding"].tolist() == ["floor"]


def test_whose_statistics_a_fact_is_of_stands_in_a_column():
    """Of Uzbek gas to China in 2024 a page has Tashkent's count, of 2025 China's."""
    gas = table("facts").query(
        "exporter == 'UZB' and topic == 'gas' and sources == 'kazinform-gas-2025'"
    )
    assert gas.set_index("period")["counted_by"].to_dict() == {
        "2024": "UZB",
        "2025": "CHN",
    }
    assert set(gas["item"]) == {"natural gas", "pipeline natural gas"}
    told = table("things").query("table == 'highlights' and reporter == 'UZB'")
    assert (
        "natural gas, Uzbekistan to China, as counted by Uzbekistan"
        in told["what"].tolist()
    )


def test_an_estimate_has_the_record_of_a_year_that_was_left_out():
    """Customs' months begin in 2024: of 2025 the ranges are those that 2024 alone gives.

    The region's held in 5 of 8 months, Kazakhstan's in 4 of 10.
    """
    rows = table("estimates").query("reporter == 'CHN' and flow == 'total'")
    rows = rows.set_index("partner")[["tried_year", "tried", "held", "years"]]
    assert rows.loc["CA5"].tolist() == [2025, 8, 5, 2]
    assert rows.loc["KAZ"].tolist() == [2025, 10, 4, 2]


def test_a_year_that_is_whole_in_yuan_does_not_run_in_dollars():
    """Customs' year 2025 came with January 2026; in dollars ten months of it are held."""

    def years_on(day):
        with as_of.holding(dt.date.fromisoformat(day)):
            rows = table("estimates").query("reporter == 'CHN' and partner == 'KAZ'")
        return rows["year"].unique().tolist()

    days = ("2026-01-20", "2026-02-01", "2026-03-31")
    assert [*map(years_on, days)] == [[2025], [], [2026]]


def test_sources_of_a_day_are_those_published_by_then():
    with as_of.holding(dt.date(2025, 7, 1)):
        then = table("sources")
    dated = then[then["published"].str.len() == 10]
    assert dated["published"].max() <= "2025-07-01"
    assert len(then) < len(table("sources"))
