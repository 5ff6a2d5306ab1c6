"""Claims on figures: every interval and sentence worked out by hand from a few invented ones."""

from __future__ import annotations

from typing import Any

import pytest
from claim_cells import (
    BILLION,
    EVENTS,
    FIGURES,
    GOODS,
    NO_HIGHLIGHTS,
    facts_with,
    judged,
    trade_rows,
)

from catrade.claim_check.claims import evidence, records, verdict_frame
from catrade.claim_check.core import (
    FAILS,
    HOLDS,
    UNKNOWN,
    WITHIN,
    Facts,
    Span,
    allowed,
    books_name,
    judge,
)
from catrade.claim_check.evidence import evidence_frame
from pagemill.errors import ParameterError
from pagemill.numbers import format_usd

# --- levels, growth, sums -----------------------------------------------------------------------

START = "By China's figures, China's trade with Kazakhstan in 2025 was $110 billion"


@pytest.mark.parametrize(
    ("changes", "verdict", "ending"),
    [
        ({}, HOLDS, "; the claim says $110 billion."),
        (
            {"precision": 0.5 * BILLION},
            WITHIN,
            ", whose rounding only overlaps with that of the $110 billion claimed.",
        ),
        ({"value": 115 * BILLION}, FAILS, ", but the claim says $115 billion."),
        (
            {"value": 100 * BILLION, "rounding": "above", "precision": None},
            HOLDS,
            "; the claim says more than $100.00 billion.",
        ),
        (
            {"value": 100 * BILLION, "rounding": "below", "precision": None},
            FAILS,
            ", but the claim says less than $100.00 billion.",
        ),
    ],
)
def test_a_level(changes: dict[str, Any], verdict: str, ending: str) -> None:
    found = judged("level", **changes)
    assert (found.verdict, found.reason) == (verdict, START + ending)
    assert (found.computed, found.unit) == (Span(109.5 * BILLION, 110.5 * BILLION), "USD")
    used = found.evidence[found.evidence["used"]]
    assert used[["low", "high"]].to_numpy().tolist() == [[109.5 * BILLION, 110.5 * BILLION]]
    assert (used["role"].tolist(), found.source_ids) == (["figure"], "a")
    other = found.evidence[~found.evidence["used"]].iloc[0]
    assert other[["value", "low", "high"]].tolist() == [x * BILLION for x in (120, 119.5, 120.5)]
    assert other[["basis", "source_ids"]].tolist() == ["published", "x"]


def test_flows_are_plural_and_the_other_book_names_its_owner() -> None:
    found = judged("level", flow="export", value=60 * BILLION)
    assert found.reason == (
        "By China's figures, China's exports to Kazakhstan in 2025 were $60 billion; the claim says"
        " $60 billion."
    )
    own = judged("level", books="partner", period="2024", value=60 * BILLION)
    assert own.whose == "Kazakhstan's own"
    assert own.reason.startswith("By Kazakhstan's own figures, China's trade with Kazakhstan in 20")


def test_what_another_figure_would_change() -> None:
    assert judged("level").sensitive == "with $120 billion for 2025 (x) it does not hold"
    # 119.5 to 120.5 is above 100 too: nothing changes
    above = {"value": 100 * BILLION, "rounding": "above", "precision": None}
    assert judged("level", **above).sensitive == ""
    # a figure that overlaps with the chosen one is the same figure, also where only ends meet
    for close in (109, 111):
        near = facts_with(("CHN", "KAZ", "2025", "total", close, 0.5, "y"), without="x")
        assert judged("level", near).verdict == HOLDS
        assert len(judged("level", near).evidence) == 2
        assert judged("level", near).sensitive == ""


def test_a_figure_that_is_missing_and_the_newest_there_is() -> None:
    found = judged("level", books="partner")
    assert (found.verdict, found.computed, found.sensitive) == (UNKNOWN, None, "")
    assert found.reason == (
        "Kazakhstan's own figures give no total for 2025; the newest is $60 billion for 2024,"
        " where China has $100 billion."
    )
    assert found.evidence["role"].tolist() == ["newest", "newest, other books"]
    nothing = judged("level", flow="export", books="partner")
    assert nothing.reason == "Kazakhstan's own figures give no imports for 2025."
    flows = judged("sum", books="partner")
    assert flows.reason == "Kazakhstan's own figures give no imports for 2025."
    assert judged("growth", period="2023").reason == (
        "China's figures give no total for 2022; the newest is $110 billion for 2025."
    )


def test_a_region_says_whose_figure_is_missing() -> None:
    figures = [(c, "CHN", "2025", "total", 1, 0.5, "k") for c in ("KGZ", "TJK", "TKM", "UZB")]
    facts = facts_with(*figures)
    found = judged("level", facts, partner="CA5", books="partner")
    assert found.reason == (
        "The countries' own figures give no total for 2025 (without one: Kazakhstan)."
    )
    none = judged("level", partner="CA5", books="partner")
    assert none.reason == "The countries' own figures give no total for 2025."


@pytest.mark.parametrize(
    ("changes", "verdict", "ending"),
    [
        ({}, WITHIN, ", which only overlaps with what the claim allows, 9.5 to 10.5 per cent."),
        ({"precision": 0.1}, HOLDS, ", inside what the claim allows, 5 to 15 per cent."),
        ({"value": 0.2}, FAILS, ", outside what the claim allows, 19.5 to 20.5 per cent."),
        (
            {"value": 0, "rounding": "above", "precision": None},
            HOLDS,
            ", inside what the claim allows, any rise.",
        ),
        (
            {"value": 0, "rounding": "below", "precision": None},
            FAILS,
            ", outside what the claim allows, any fall.",
        ),
    ],
)
def test_growth(changes: dict[str, Any], verdict: str, ending: str) -> None:
    # 109.5 to 110.5 on 99.5 to 100.5: 8.96 to 11.06 per cent
    asked = {"value": 0.1, "precision": 0.01, "unit": "fraction"}
    found = judged("growth", **(asked | changes))
    assert (found.verdict, found.unit) == (verdict, "fraction")
    assert found.reason == (
        "By China's figures, China's trade with Kazakhstan went from $100 billion in 2024 to $110"
        f" billion in 2025, a change of +10% (rounding allows 9 to 11%){ending}"
    )
    assert found.computed.low == pytest.approx(109.5 / 100.5 - 1)
    assert found.computed.high == pytest.approx(110.5 / 99.5 - 1)
    roles = found.evidence.loc[found.evidence["used"], ["role", "period"]]
    assert roles.to_numpy().tolist() == [["figure", "2025"], ["base", "2024"]]


def test_growth_from_another_year_and_from_nothing() -> None:
    asked = {"value": 0.375, "precision": 0.1, "unit": "fraction"}
    found = judged("growth", base_period="2023", **asked)
    assert found.verdict == HOLDS
    assert "$80 billion in 2023" in found.reason
    figures = [("CHN", "UZB", "2024", "total", 0.5, 0.5, "a")]
    facts = facts_with(*figures)
    with pytest.raises(ParameterError, match="claim c: growth needs a base above zero; 2024 may"):
        judged("growth", facts, partner="UZB", **asked)


def test_a_difference_in_growth() -> None:
    asked = {"value": -0.15, "precision": 0.1, "unit": "points", "base_period": "2024"}
    found = judged("growth_difference", **asked)
    # 8.96 to 11.06 per cent after 99.5/80.5 to 100.5/79.5: 23.6 to 26.4
    assert found.computed.low == pytest.approx(109.5 / 100.5 - 100.5 / 79.5)
    assert found.computed.high == pytest.approx(110.5 / 99.5 - 99.5 / 80.5)
    assert (found.verdict, found.unit) == (HOLDS, "points")
    assert found.reason == (
        "By China's figures, China's trade with Kazakhstan grew 10% in 2025 and 25% in 2024, a"
        " difference of about −15 points (rounding allows −17 to −13), inside what the claim"
        " allows, −20 to −10 points."
    )
    used = found.evidence[found.evidence["used"]]
    assert used["role"].tolist() == ["figure", "base", "base of the base"]
    assert used["period"].tolist() == ["2025", "2024", "2023"]
    missing = judged("growth_difference", **(asked | {"base_period": "2023"}))
    assert (missing.verdict, missing.reason) == (
        UNKNOWN,
        "China's figures give no total for 2022; the newest is $110 billion for 2025.",
    )


def test_years_that_do_not_touch() -> None:
    figures = [("CHN", "KAZ", y, "total", n, 0.5, "a") for y, n in (("2020", 40), ("2021", 50))]
    facts = facts_with(*figures)
    asked = {"value": -0.15, "precision": 0.1, "unit": "points", "base_period": "2021"}
    found = judged("growth_difference", facts, **asked)
    used = found.evidence[found.evidence["used"]]
    assert used["role"].tolist() == ["figure", "base", "other year", "its base"]
    assert used["period"].tolist() == ["2025", "2024", "2021", "2020"]


@pytest.mark.parametrize(
    ("changes", "verdict", "ending"),
    [
        ({"precision": 5 * BILLION}, HOLDS, "; the claim says about $110 billion."),
        (
            {},
            WITHIN,
            ", which agrees with the $110 billion claimed as far as three rounded figures can.",
        ),
        ({"value": 120 * BILLION}, FAILS, ", but the claim says $120 billion."),
    ],
)
def test_a_sum(changes: dict[str, Any], verdict: str, ending: str) -> None:
    found = judged("sum", flow="", **changes)
    assert (found.verdict, found.reason) == (
        verdict,
        "By China's figures, exports of $60 billion and imports of $50 billion in 2025 make $110"
        f" billion (rounding allows $109 to 111 billion){ending}",
    )
    assert found.computed == Span(109 * BILLION, 111 * BILLION)


# --- what the verdicts share --------------------------------------------------------------------


def test_the_announcement_alone_is_no_source() -> None:
    asked = {"flow": "export", "value": 60 * BILLION}  # a figure of source a alone
    alone = judged("level", **asked, source_id="a", document="d")
    assert (alone.verdict, alone.reason) == (
        UNKNOWN,
        "Only the announcement itself says so; no other source was found.",
    )
    assert judged("level", **asked, source_id="d", document="a").verdict == UNKNOWN
    assert judged("level", **asked, source_id="d", document="x").verdict == HOLDS
    assert judged("level", **asked, source_id="a", document="a").verdict == UNKNOWN
    # of the total another source speaks too
    assert judged("level", source_id="a", document="d").verdict == HOLDS


def test_verdicts_as_a_table_and_as_records() -> None:
    found = [judged("level"), judged("rank_among_partners"), judged("level", books="partner")]
    frame = verdict_frame(found)
    ends = ["computed_low", "computed_high", "asserted_low", "asserted_high"]
    assert (frame[ends].iloc[0] / BILLION).tolist() == [109.5, 110.5, 109.5, 110.5]
    assert (frame.loc[1, ["computed_low", "computed_high"]] / BILLION).tolist() == [19, 21]
    assert (frame.loc[1, "asserted_low"], frame["asserted_high"].isna().tolist()) == (
        0,
        [False, True, True],
    )
    rows = records(found)
    assert rows[1]["asserted_high"] is None
    assert rows[2]["computed_low"] is None
    assert rows[0]["source_ids"] == "a"
    assert list(verdict_frame([]).columns) == list(frame.columns)
    assert set(verdict_frame(found[2:])[ends].dtypes.astype(str)) == {"float64"}
    table = evidence(found)
    assert list(table.columns)[:2] == ["claim_id", "books"]
    assert list(table.index) == list(range(len(table)))
    assert list(evidence([]).columns) == ["claim_id", "books"]


@pytest.mark.parametrize(
    ("computed", "asserted", "verdict"),
    [
        ((1, 2), (1, 2), HOLDS),
        ((1, 2), (1.5, 3), WITHIN),
        ((1, 2), (0, 1.5), WITHIN),
        ((1, 2), (2, 3), WITHIN),  # touching
        ((2, 3), (1, 2), WITHIN),
        ((1, 2), (2.1, 3), FAILS),
        ((2.1, 3), (1, 2), FAILS),
        ((1 - 1e-12, 2), (1, 2), HOLDS),  # float noise
        ((0, 0), (0, float("inf")), HOLDS),
        ((-2, -1), (float("-inf"), 0), HOLDS),
        ((float("-inf"), float("inf")), (float("-inf"), float("inf")), HOLDS),
    ],
)
def test_judging(computed: tuple[float, float], asserted: tuple[float, float], verdict: str):
    assert judge(Span(*computed), Span(*asserted)) == verdict


def test_words_of_a_span_and_of_a_book() -> None:
    assert allowed(Span(1e9, float("inf")), format_usd, 1e9) == "more than $1.00 billion"
    assert allowed(Span(float("-inf"), 1e9), format_usd, 1e9) == "less than $1.00 billion"
    assert allowed(Span(0.5e9, 1.5e9), format_usd, 1e9) == "$1 billion"
    claim = {"subject": "CHN", "partner": "CA5"}
    assert books_name(claim, "partner") == "the countries' own"
    assert books_name(claim, "CHN") == "China's"
    assert books_name(claim, "") == ""
    for low, high in ((2, 1), (float("nan"), 1), (1, float("nan"))):
        with pytest.raises(ParameterError, match="low must not be above high"):
            Span(low, high)


def test_evidence_rows_have_every_column() -> None:
    frame = evidence_frame([{"role": "x", "used": True}])
    assert frame[["value", "low", "high"]].isna().all(axis=None)
    assert frame.loc[0, ["reporter", "item", "source_ids"]].tolist() == ["", "", ""]
    whole = evidence_frame([{"value": 1, "low": 1, "high": 2, "used": True}])
    assert [str(whole[name].dtype) for name in ("value", "low", "high")] == ["float64"] * 3
    assert frame["used"].dtype == bool


def test_facts_of_parts_of_a_year_and_without_a_source() -> None:
    half = [("CHN", "KAZ", "2025-H1", "total", 50, 0.5, "a")]
    trade = trade_rows(FIGURES + half)
    trade.loc[trade["period"] == "2025-H1", "frequency"] = "half"
    facts = Facts(trade, EVENTS, GOODS, NO_HIGHLIGHTS)
    for period in ("2025-H1", "2025-6M"):
        figure = facts.figure(("CHN", "KAZ", "total", period))
        assert figure is not None
        assert (figure.value, figure.interval.low) == (50 * BILLION, 49.5 * BILLION)
    pair = facts.cells("CHN", "KAZ")
    assert set(zip(pair["reporter"], pair["partner"], strict=True)) == {("CHN", "KAZ")}
    # a quarter that does not begin in January is no part of a running sum
    assert facts.figure(("CHN", "KAZ", "total", "2025-Q2")) is None
    cell = ("CHN", "KAZ", "total", "2025")
    assert facts.published(cell)["source_id"].tolist() == ["a", "x"]
    other = facts.using(cell, "x").figure(cell)
    assert other is not None
    assert (other.value, other.source_ids) == (120 * BILLION, "x")
    # also of the country's own books, asked for before
    both = facts_with(("KAZ", "CHN", "2024", "total", 70, 1, "y"))
    own = ("KAZ", "CHN", "total", "2024")
    before, after = both.figure(own), both.using(own, "y").figure(own)
    assert before is not None
    assert after is not None
    assert (before.source_ids, after.source_ids) == ("k", "y")
    assert facts.figure(("CHN", "KAZ", "total", "1999")) is None
    with pytest.raises(ParameterError, match="country"):
        facts.figure(("CHN", "XXX", "total", "2025"))
