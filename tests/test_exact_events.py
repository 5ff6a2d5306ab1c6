"""Claims on events and goods: worked out by hand from a few invented ones."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from claim_cells import EVENTS, FACTS, NO_HIGHLIGHTS, facts_with, goods_rows, judged

from catrade.claim_check.core import FAILS, HOLDS, UNKNOWN, WITHIN, Facts, Span
from pagemill.errors import ParameterError

# --- events -------------------------------------------------------------------------------------


def _event(kind: str, event: str = "first", **changes: Any) -> Any:
    blank = {"subject": "", "partner": "", "scope": "", "flow": "", "period": "", "books": ""}
    blank |= {"event_id": event, "terms": "", "precision": 1.0, "unit": "count"}
    return judged(kind, **(blank | changes))


@pytest.mark.parametrize(
    ("kind", "changes", "verdict", "sentence"),
    [
        (
            "event_date",
            {"terms": "2026-01-13"},
            HOLDS,
            "A meeting is dated 13 January 2026, as claimed.",
        ),
        (
            "event_date",
            {"terms": "2026-01-14"},
            FAILS,
            "A meeting is dated 13 January 2026, where the claim has 14 January 2026.",
        ),
        (
            "event_date",
            {"event": "month", "terms": "2026-01-14"},
            WITHIN,
            "A month is dated January 2026, where the claim has 14 January 2026.",
        ),
        (
            "event_weekday",
            {"terms": "Tuesday"},
            HOLDS,
            "A meeting was on 13 January 2026, a Tuesday, as claimed.",
        ),
        (
            "event_weekday",
            {"terms": "Monday"},
            FAILS,
            "A meeting was on 13 January 2026, a Tuesday, not a Monday.",
        ),
        (
            "event_weekday",
            {"event": "month", "terms": "Monday"},
            UNKNOWN,
            "A month is dated January 2026, without a day.",
        ),
        (
            "event_issuer",
            {"terms": "NDRC"},
            HOLDS,
            "A meeting was held or issued by: Ministry of Industry and Information Technology of"
            " China and National Development and Reform Commission of China, as claimed.",
        ),
        (
            "event_issuer",
            {"terms": "MIIT; MOF"},
            FAILS,
            "A meeting was held or issued by: Ministry of Industry and Information Technology of"
            " China and National Development and Reform Commission of China, without Ministry of"
            " Finance of China.",
        ),
        (
            "event_issuer_count",
            {"value": 3},
            FAILS,
            "A meeting: 2 bodies (Ministry of Industry and Information Technology of China and"
            " National Development and Reform Commission of China), where the claim has 3.",
        ),
        ("event_count", {"value": 12}, HOLDS, "A meeting: 12 firms, as claimed."),
        ("event_count", {"value": 14}, FAILS, "A meeting: 12 firms, where the claim has 14."),
        (
            "event_count",
            {"event": "second", "value": 14},
            UNKNOWN,
            "The table of events gives no number for: Another meeting.",
        ),
        (
            "event_mentions",
            {"terms": "steel;FIRMS"},
            HOLDS,
            "The table of events says “a meeting: Talked of Steel”.",
        ),
        (
            "event_mentions",
            {"terms": "steel; copper"},
            UNKNOWN,
            "The table of events does not mention copper, which is not to say that it was not so;"
            " it says “a meeting: Talked of Steel”.",
        ),
        (
            "event_gap",
            {"event": "second", "terms": "first", "value": 1, "unit": "days"},
            HOLDS,
            "Another meeting (14 January 2026) came 1 day after “a meeting” (13 January 2026); the"
            " claim allows 1.",
        ),
        (
            "event_gap",
            {"event": "second", "terms": "first", "value": 3, "rounding": "above", "unit": "days"},
            FAILS,
            "Another meeting (14 January 2026) came 1 day after “a meeting” (13 January 2026); the"
            " claim allows 3 days or more.",
        ),
        (
            "event_gap",
            {"event": "month", "terms": "first", "value": 6, "rounding": "below", "unit": "days"},
            WITHIN,
            "A month (January 2026) came -12 to 18 days after “a meeting” (13 January 2026); the"
            " claim allows at most 6 days.",
        ),
        (
            "event_gap",
            {"event": "first", "terms": "first", "value": 5, "precision": 4, "unit": "days"},
            FAILS,
            "A meeting (13 January 2026) came 0 days after “a meeting” (13 January 2026); the"
            " claim allows 3 to 7.",
        ),
        (
            "event_gap",
            {"event": "second", "terms": "month", "value": 0, "rounding": "above", "unit": "days"},
            WITHIN,
            "Another meeting (14 January 2026) came -17 to 13 days after “A month” (January 2026);"
            " the claim allows 0 days or more.",
        ),
        (
            "event_gap",
            {"event": "second", "terms": "first", "value": 1.5, "unit": "days"},
            HOLDS,
            "Another meeting (14 January 2026) came 1 day after “a meeting” (13 January 2026); the"
            " claim allows 1 to 2.",
        ),
        ("not_checkable", {"event": "", "note": "an opinion."}, UNKNOWN, "An opinion."),
    ],
)
def test_events(kind: str, changes: dict[str, Any], verdict: str, sentence: str) -> None:
    found = _event(kind, **changes)
    assert (found.verdict, found.reason, found.sensitive) == (verdict, sentence, "")


def test_the_evidence_of_an_event() -> None:
    row = _event("event_count", value=12).evidence.iloc[0]
    assert row[["role", "period", "value", "unit", "basis"]].tolist() == [
        *("event", "2026-01-13", 12, "firms", "record")
    ]
    assert row["item"] == "a meeting (MIIT;NDRC)"
    gap = _event("event_gap", "second", terms="first", value=1, unit="days")
    assert gap.evidence["period"].tolist() == ["2026-01-13", "2026-01-14"]
    assert gap.computed == Span(1, 1)
    with pytest.raises(ParameterError, match="did you mean 'first'"):
        _event("event_count", "frist", value=1)
    with pytest.raises(ParameterError, match="terms must be an event"):
        _event("event_gap", "first", terms="frist", value=1, unit="days")


# --- goods --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "verdict", "ends", "sentence"),
    [
        (
            {"period": "2024"},
            HOLDS,
            (3, 3),
            "By China's figures machinery and electronics led in 2024: electronics had 40.0% and"
            " vehicles, not named, 10.0%.",
        ),
        (
            {},
            WITHIN,
            (-2, 1),  # 2 less 4 to 2 less 1
            "By China's figures machinery and electronics may have led in 2025: electronics had"
            " 20.0% and vehicles, not named, 20.0%.",
        ),
        (
            {"books": "partner"},
            FAILS,
            (-6, -6),
            "By Kazakhstan's own figures machinery and electronics did not lead in 2025:"
            " electronics had 10.0% and vehicles, not named, 70.0%.",
        ),
    ],
)
def test_leading_goods(
    changes: dict[str, Any], verdict: str, ends: tuple[float, float], sentence: str
) -> None:
    found = judged("structure", **({"terms": "machinery;electronics", "flow": "export"} | changes))
    assert (found.verdict, found.reason) == (verdict, sentence)
    assert found.computed == Span(*ends)
    assert set(found.evidence["item"]) == {"Machinery", "Electronics", "Vehicles"}
    own = changes.get("books") == "partner"
    assert found.evidence["value"].is_monotonic_decreasing
    vehicles = found.evidence.set_index("item").loc["Vehicles", ["low", "high"]].tolist()
    assert vehicles == {"2024": [1, 1]}.get(changes.get("period", ""), [7, 7] if own else [1, 4])
    assert set(found.evidence["flow"]) == {"import" if own else "export"}
    assert set(found.evidence["partner"]) == {"CHN" if own else "KAZ"}


def test_a_group_that_is_not_listed_may_be_what_is_missing() -> None:
    goods = goods_rows(2025, "CHN", spare=3, machinery=6, vehicles=2)
    facts = Facts(FACTS.trade, EVENTS, goods, NO_HIGHLIGHTS)
    found = judged("structure", facts, terms="machinery;electronics", flow="export")
    # nothing less 2 to 3 less 2
    assert (found.verdict, found.computed) == (WITHIN, Span(-2, 1))
    assert found.reason.endswith("electronics had 0.0% and vehicles, not named, 25.0%.")
    with pytest.raises(ParameterError, match="needs a group of goods the claim does not name"):
        judged("structure", facts, terms="machinery;vehicles", flow="export")


def test_goods_of_a_year_without_a_table() -> None:
    asked = {"terms": "machinery;electronics", "flow": "export", "period": "2026"}
    found = judged("structure", **asked)
    assert (found.verdict, found.reason) == (
        UNKNOWN,
        "China's figures give no table of goods for Kazakhstan in 2026; what is known is the share"
        " of machinery and electronics: Kazakhstan 2025 by China's figures 80.0%, ahead of all"
        " others.",
    )
    own = judged("structure", books="partner", **asked)
    assert own.reason.endswith("2025 by Kazakhstan's own figures 30.0%, vehicles between them.")
    part = judged("structure", **(asked | {"period": "2026-5M"}))
    assert part.reason == found.reason
    early = judged("structure", **(asked | {"period": "2020"}))
    assert early.reason == "China's figures give no table of goods for Kazakhstan in 2020."


def test_goods_worth_less_than_a_dollar() -> None:
    asked = {"terms": "machinery", "flow": "export"}
    goods = goods_rows(2025, "CHN", machinery=0.75, vehicles=0.25)
    found = judged("structure", facts_with(composition=goods), **asked)
    assert (found.verdict, found.computed) == (HOLDS, Span(0.5, 0.5))
    bare = goods.drop(columns="unlisted_usd")
    none = judged(
        "structure", facts_with(composition=bare), **(asked | {"terms": "machinery;fuels"})
    )
    assert (none.verdict, none.computed) == (FAILS, Span(-0.25, -0.25))
    later = asked | {"terms": "machinery;fuels", "period": "2026"}
    assert judged("structure", facts_with(composition=goods), **later).reason.endswith(
        "Kazakhstan 2025 by China's figures 75.0%, vehicles between them."
    )


def test_what_gold_weighs_in_imports() -> None:
    columns = [*NO_HIGHLIGHTS.columns]
    rows = [
        ("KGZ", "CHN", "2025", 2025, "gold", "gold", 4e9, 3.5e9, 4.5e9, "USD", "h", None, None),
        ("KGZ", "UNSPEC", "2025", 2025, "gold", "gold", 9e9, 9e9, 9e9, "USD", "h", None, None),
        ("KGZ", "CHN", "2025", 2025, "gold", "gold", 9.0, 9.0, 9.0, "t", "h", None, None),
        ("KGZ", "CHN", "2024", 2024, "gold", "gold", 9e9, 9e9, 9e9, "USD", "h", None, None),
        ("RUS", "CHN", "2025", 2025, "gold", "gold", 9e9, 9e9, 9e9, "USD", "h", None, None),
        ("KGZ", "CHN", "2025", 2025, "farm_goods", "food", 9e9, 9e9, 9e9, "USD", "h", None, None),
        ("CA5", "CHN", "2025-5M", 2025, "farm_goods", "food", 5, 4, 6, "USD", "h", None, None),
        ("CA5", "CHN", "2024", 2024, "farm_goods", "food", 5, 4, 6, "USD", "h", None, None),
        ("CA5", "CHN", "2025", 2025, "all_goods", "all", 5, 4, 6, "USD", "h", None, None),
        ("CHN", "CA5", "2025", 2025, "vehicles", "cars", 5, 4, 6, "USD", "h", None, None),
    ]
    figures = [
        ("CHN", partner, year, "import", value, 0.5, "a")
        for partner, year, value in (
            *(("CA5", "2025", 20), ("CA5", "2024", 10), ("KGZ", "2025", 6), ("KGZ", "2024", 1)),
        )
    ]
    asked = {"partner": "CA5", "flow": "import", "terms": "", "base_period": "2024"}
    facts = facts_with(*figures, highlights=pd.DataFrame(rows, columns=columns))
    found = judged("concentration_falling", facts, **asked)
    # 3.5 to 4.5 of 19.5 to 20.5; 5 (4 to 6) of 10 (9 to 11)
    assert found.reason.startswith(
        "China's figures give no table of goods for Central Asia in 2024 and 2025; what is known is"
        " that gold from Kyrgyzstan alone, $4 billion, made up about 20% of the $20 billion"
        " imported, and Kyrgyzstan brought "
    )
    assert found.reason.endswith("of the increase.")
    rows_of = found.evidence[found.evidence["used"]].set_index("role")
    assert rows_of["period"].to_dict() == {
        "goods": "2025",
        "all goods": "2025",
        "all goods, year before": "2024",
        "all goods, KGZ 2025": "2025",
        "all goods, KGZ 2024": "2024",
    }
    stated = found.evidence[found.evidence["role"] == "stated"]
    assert stated[["period", "value", "low", "high", "source_ids"]].to_numpy().tolist() == [
        ["2025-5M", 5, 4, 6, "h"]
    ]
    assert rows_of.loc["goods", ["value", "low", "high"]].tolist() == [4e9, 3.5e9, 4.5e9]
    assert found.evidence.index.is_unique
    nothing = facts_with(*figures)
    assert judged("concentration_falling", nothing, **asked).reason == (
        "China's figures give no table of goods for Central Asia in 2024 and 2025."
    )
    sold = judged("concentration_falling", facts, **(asked | {"flow": "export"}))
    assert "gold" not in sold.reason


def test_more_or_less_diverse() -> None:
    asked = {"flow": "export", "terms": "", "base_period": "2024"}
    found = judged("concentration_falling", **asked)
    # 0.36 + 0.04 + 0.04 after 0.25 + 0.16 + 0.01
    assert "the Herfindahl–Hirschman index over groups of goods was 0.440 after 0.420." in (
        found.reason
    )
    # 6/12, 2/12, 1/9 at the least; 6/9, 2/9, 4/12 at the most
    low = (6 / 12) ** 2 + (2 / 12) ** 2 + (1 / 9) ** 2
    high = (6 / 9) ** 2 + (2 / 9) ** 2 + (4 / 12) ** 2
    assert found.computed.low == pytest.approx(low - 0.42)
    assert found.computed.high == pytest.approx(high - 0.42)
    assert (found.verdict, found.unit) == (WITHIN, "index")
    assert "was not clearly less or more concentrated in 2025 than in 2024" in found.reason
    goods = [
        goods_rows(2024, "CHN", machinery=9, fuels=1),
        goods_rows(2025, "CHN", machinery=5, fuels=5),
    ]
    facts = Facts(FACTS.trade, EVENTS, pd.concat(goods, ignore_index=True), NO_HIGHLIGHTS)
    falling = judged("concentration_falling", facts, **asked)
    assert (falling.verdict, falling.computed.high) == (HOLDS, pytest.approx(0.5 - 0.82))
    assert "trade was less concentrated in 2025 than in 2024" in falling.reason
    assert falling.evidence["value"].tolist() == [pytest.approx(0.82), pytest.approx(0.5)]
    rising = judged("concentration_falling", facts, period="2024", base_period="2025", **{
        "flow": "export", "terms": ""})  # fmt: skip
    assert rising.verdict == FAILS
    assert "trade was more concentrated in 2024 than in 2025" in rising.reason
    absent = judged("concentration_falling", **(asked | {"base_period": "2022"}))
    assert absent.reason == "China's figures give no table of goods for Kazakhstan in 2022."
