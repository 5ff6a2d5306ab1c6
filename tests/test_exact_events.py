"""Claims on events and goods: worked out by hand from a few invented ones."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from claim_cells import NO_HIGHLIGHTS, cases, facts_with, goods_rows, judged

from catrade.claim_check.core import FAILS, HOLDS, UNKNOWN, WITHIN, Span
from pagemill.errors import ParameterError

# --- events -------------------------------------------------------------------------------------

BLANK = dict.fromkeys(
    ("subject", "partner", "scope", "flow", "period", "books", "terms"), ""
)
BLANK |= {"precision": 1.0, "unit": "count"}  # type: ignore[dict-item]
DAYS = {"terms": "first", "unit": "days"}
MIIT = "Ministry of Industry and Information Technology of China"
BOTH = f"{MIIT} and National Development and Reform Commission of China"


EVENTS = """
date event_id=first terms=2026-01-13 | holds | A meeting is dated 13 January 2026, as claimed.
date event_id=first terms=2026-01-14 | does not hold | A meeting is dated 13 January 2026; the
 claim has 14 January 2026.
date event_id=month terms=2026-01-14 | holds within rounding | A month is dated January 2026; the
 claim has 14 January 2026.
weekday event_id=first terms=Tuesday | holds | A meeting was on 13 January 2026, a Tuesday, as
 claimed.
weekday event_id=first terms=Monday | does not hold | A meeting was on 13 January 2026, a Tuesday;
 the claim has Monday.
weekday event_id=month terms=Monday | cannot be checked | A month is dated January 2026, without a
 day.
issuer event_id=first terms=NDRC | holds | A meeting was held or issued by BOTH, as claimed.
issuer event_id=first terms=MIIT;MOF | does not hold | A meeting was held or issued by BOTH; the
 claim has Ministry of Finance of China as well.
issuer_count event_id=first value=3 | does not hold | A meeting: 2 bodies (BOTH); the claim has 3.
count event_id=first value=12 | holds | A meeting: 12 firms, as claimed.
count event_id=first value=14 | does not hold | A meeting: 12 firms; the claim has 14.
count event_id=second value=14 | cannot be checked | Another meeting: no number is on record.
mentions event_id=first terms=steel;FIRMS | holds | A meeting: “Talked of Steel”, as claimed.
mentions event_id=first terms=steel;copper | cannot be checked | A meeting: “Talked of Steel”; that
 summary does not mention copper.
gap event_id=second value=1 | holds | Another meeting is dated 14 January 2026, 1 day after “a
 meeting” (13 January 2026), as claimed.
gap event_id=second value=1.5 | holds | Another meeting is dated 14 January 2026, 1 day after “a
 meeting” (13 January 2026), as claimed.
gap event_id=second value=3 rounding=above | does not hold | Another meeting is dated 14 January
 2026, 1 day after “a meeting” (13 January 2026); the claim has at least 3 days.
gap event_id=month value=6 rounding=below | holds within rounding | A month is dated January 2026,
 −12 to 18 days after “a meeting” (13 January 2026); the claim has at most 6 days.
gap event_id=second terms=month value=6 rounding=below | holds within rounding | Another meeting is
 dated 14 January 2026, −17 to 13 days after “A month” (January 2026); the claim has at most 6 days.
gap event_id=first value=5 precision=4 | does not hold | A meeting is dated 13 January 2026, the
 same day as “a meeting” (13 January 2026); the claim has 5 days.
"""


@pytest.mark.parametrize(("kind", "changes", "verdict", "sentence"), cases(EVENTS))
def test_events(
    kind: str, changes: dict[str, Any], verdict: str, sentence: str
) -> None:
    found = judged(
        f"event_{kind}", **(BLANK | (DAYS if kind == "gap" else {}) | changes)
    )
    told = sentence.replace("BOTH", BOTH)
    assert (found.verdict, found.reason, found.sensitive) == (verdict, told, "")


def test_what_nothing_can_judge() -> None:
    found = judged("not_checkable", **(BLANK | {"note": "an opinion."}))
    assert (found.verdict, found.reason, len(found.evidence)) == (
        UNKNOWN,
        "An opinion.",
        0,
    )


def test_the_evidence_of_an_event() -> None:
    row = judged(
        "event_count", **(BLANK | {"event_id": "first", "value": 12})
    ).evidence.iloc[0]
    assert row[["role", "period", "value", "unit", "basis", "item"]].tolist() == [
        *("event", "2026-01-13", 12, "firms", "record", "a meeting (MIIT;NDRC)")
    ]
    gap = judged("event_gap", **(BLANK | DAYS | {"event_id": "second", "value": 1}))
    assert gap.evidence["period"].tolist() == ["2026-01-13", "2026-01-14"]
    assert gap.computed == Span(1, 1)


@pytest.mark.parametrize(
    ("kind", "changes", "message"),
    [
        (
            "event_count",
            {"event_id": "frist"},
            "event_id must be .*did you mean 'first'",
        ),
        (
            "event_gap",
            {"event_id": "first", "terms": "frist"},
            "terms must be an event",
        ),
        (
            "event_weekday",
            {"event_id": "first", "terms": "Thuesday"},
            "terms must .*'Tuesday'",
        ),
        (
            "event_issuer",
            {"event_id": "first", "terms": "MIITT"},
            "terms must .*'MIIT'",
        ),
    ],
)
def test_an_event_claim_that_is_none(
    kind: str, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ParameterError, match=f"claim c: {message}"):
        judged(kind, **(BLANK | {"value": 1} | changes))


# --- goods --------------------------------------------------------------------------------------

NAMED = {"terms": "machinery;electronics", "flow": "export"}
NO_TABLE = "figures give no table of goods for Kazakhstan in"


GOODS = f"""
3,3 period=2024 | holds | By China’s figures machinery and electronics led in 2024: electronics had
 40.0% and vehicles, not named, 10.0%.
-2,1 period=2025 | holds within rounding | By China’s figures machinery and electronics may have led
 in 2025: electronics had 20.0% and vehicles, not named, 20.0%.
-6,-6 books=partner | does not hold | By Kazakhstan’s own figures machinery and electronics did not
 lead in 2025: electronics had 10.0% and vehicles, not named, 70.0%.
1,1 period=2024 terms=machinery | holds | By China’s figures machinery led in 2024: machinery had
 50.0% and electronics, not named, 40.0%.
-3,-3 period=2024 terms=machinery;vehicles | does not hold | By China’s figures machinery and
 vehicles did not lead in 2024: vehicles had 10.0% and electronics, not named, 40.0%.
- partner=CA5 | cannot be checked | China’s figures give no table of goods for Central Asia in 2025;
 what is known is the share of machinery and electronics: Kazakhstan 2025 by China’s figures 80.0%,
 ahead of all others.
- period=2026 | cannot be checked | China’s {NO_TABLE} 2026; what is known is the share of machinery
 and electronics: Kazakhstan 2025 by China’s figures 80.0%, ahead of all others.
- period=2026-5M books=partner | cannot be checked | Kazakhstan’s own {NO_TABLE} 2026; what is known
 is the share of machinery and electronics: Kazakhstan 2025 by Kazakhstan’s own figures 30.0%,
 vehicles between them.
- period=2020 | cannot be checked | China’s {NO_TABLE} 2020.
"""


@pytest.mark.parametrize(("ends", "changes", "verdict", "sentence"), cases(GOODS))
def test_leading_goods(
    ends: str, changes: dict[str, Any], verdict: str, sentence: str
) -> None:
    """In 2025 vehicles were 1 to 4: 2 less 4 to 2 less 1."""
    found = judged("structure", **(NAMED | changes))
    assert (found.verdict, found.reason) == (verdict, sentence)
    assert found.computed == (
        Span(*map(float, ends.split(","))) if ends != "-" else None
    )
    own = changes.get("books") == "partner"
    assert found.evidence["value"].is_monotonic_decreasing
    assert set(found.evidence["role"]) <= {"goods"}
    assert set(found.evidence["flow"]) <= {"import" if own else "export"}
    assert set(found.evidence["partner"]) <= {"CHN" if own else "KAZ"}


def test_the_evidence_of_goods() -> None:
    found = judged("structure", **NAMED).evidence
    told = found[["item", "value", "low", "high", "source_ids"]].to_numpy().tolist()
    assert sorted(told) == [
        ["Electronics", 2, 2, 2, "g"],
        ["Machinery", 6, 6, 6, "g"],
        ["Vehicles", 2, 1, 4, "g"],
    ]


SPARE = goods_rows(2025, "CHN", spare=3, machinery=6, vehicles=2)
#: Goods worth less than a dollar.
SMALL = goods_rows(2025, "CHN", machinery=0.75, vehicles=0.25)


@pytest.mark.parametrize(
    ("goods", "asked", "verdict", "ends", "said"),
    [
        # a group that is not listed may be what is missing: nothing less 2 to 3 less 2
        (SPARE, "machinery;electronics", WITHIN, (-2, 1), "electronics had 0.0%"),
        (SMALL, "machinery", HOLDS, (0.5, 0.5), "machinery had 75.0%"),
        (
            SMALL.drop(columns="unlisted_usd"),
            "machinery;fuels",
            FAILS,
            (-0.25, -0.25),
            "had 0.0%",
        ),
    ],
)
def test_groups_that_are_not_listed(
    goods: pd.DataFrame, asked: str, verdict: str, ends: tuple[float, float], said: str
) -> None:
    found = judged(
        "structure", facts_with(composition=goods), terms=asked, flow="export"
    )
    assert (found.verdict, found.computed) == (verdict, Span(*ends))
    assert found.reason.endswith(f"{said} and vehicles, not named, 25.0%.")


def test_leading_goods_need_another_group_and_a_known_one() -> None:
    facts = facts_with(composition=SPARE)
    with pytest.raises(
        ParameterError, match="needs a group of goods the claim does not name"
    ):
        judged("structure", facts, terms="machinery;vehicles", flow="export")
    with pytest.raises(
        ParameterError, match="'machinry' \\(did you mean 'machinery'\\?\\)"
    ):
        judged("structure", terms="machinry", flow="export")


def test_what_gold_weighs_in_imports() -> None:
    def fact(
        exporter: str, importer: str, period: str, topic: str, value: float, unit: str
    ) -> Any:
        where = (exporter, importer, period, int(period[:4]), topic, topic)
        return (*where, value, 0.875 * value, 1.125 * value, unit, "h", None, None)

    rows = [
        fact("KGZ", "CHN", "2025", "gold", 4e9, "USD"),
        # none of these is the gold of the year in dollars
        fact("KGZ", "UNSPEC", "2025", "gold", 9e9, "USD"),
        fact("KGZ", "CHN", "2025", "gold", 9, "t"),
        fact("KGZ", "CHN", "2024", "gold", 9e9, "USD"),
        fact("RUS", "CHN", "2025", "gold", 9e9, "USD"),
        fact("KGZ", "CHN", "2025", "farm_goods", 9e9, "USD"),
        # what was said of all five in the year is shown beside it
        fact("CA5", "CHN", "2025-5M", "farm_goods", 8, "USD"),
        fact("CA5", "CHN", "2024", "farm_goods", 8, "USD"),
        fact("CA5", "CHN", "2025", "all_goods", 8, "USD"),
        fact("CHN", "CA5", "2025", "vehicles", 8, "USD"),
    ]
    imports = {
        ("CA5", "2025"): 20,
        ("CA5", "2024"): 10,
        ("KGZ", "2025"): 6,
        ("KGZ", "2024"): 1,
    }
    figures = [("CHN", *at, "import", value, 0.5, "a") for at, value in imports.items()]
    asked = {"partner": "CA5", "flow": "import", "terms": "", "base_period": "2024"}
    facts = facts_with(
        *figures, highlights=pd.DataFrame(rows, columns=NO_HIGHLIGHTS.columns)
    )
    found = judged("concentration_falling", facts, **asked)
    # 3.5 to 4.5 of 19.5 to 20.5; 5 (4 to 6) of 10 (9 to 11): 36.4 to 66.7 per cent
    assert found.reason == (
        "China’s figures give no table of goods for Central Asia in 2024 and 2025; what is known is"
        " that gold from Kyrgyzstan alone, $4 billion, was about 20% of the $20 billion imported,"
        " and Kyrgyzstan brought between 36% and 67% of the increase."
    )
    used = found.evidence[found.evidence["used"]].set_index("role")
    assert set(used.index) == {
        "goods",
        *(f"all goods, {one} {year}" for one, year in imports),
    }
    ends = ["value", "low", "high", "source_ids"]
    assert used.loc["goods", ends].tolist() == [4e9, 3.5e9, 4.5e9, "h"]
    stated = found.evidence[found.evidence["role"] == "stated"]
    assert stated[["period", *ends]].to_numpy().tolist() == [["2025-5M", 8, 7, 9, "h"]]
    assert found.evidence.index.is_unique
    nothing = judged("concentration_falling", facts_with(*figures), **asked)
    sold = judged("concentration_falling", facts, **(asked | {"flow": "export"}))
    for bare in (nothing, sold):
        assert bare.reason.endswith(
            "no table of goods for Central Asia in 2024 and 2025."
        )


# The squares of the shares in 2024 are 0.25, 0.16 and 0.01, in 2025 0.36, 0.04 and 0.04; there the
# shares are 6/12, 2/12 and 1/9 at the least, 6/9, 2/9 and 4/12 at the most.
LOW = (6 / 12) ** 2 + (2 / 12) ** 2 + (1 / 9) ** 2 - 0.42
HIGH = (6 / 9) ** 2 + (2 / 9) ** 2 + (4 / 12) ** 2 - 0.42
EVEN = pd.concat(
    [
        goods_rows(2024, "CHN", machinery=9, fuels=1),
        goods_rows(2025, "CHN", machinery=5, fuels=5),
    ],
    ignore_index=True,
)


@pytest.mark.parametrize(
    ("goods", "years", "verdict", "ends", "says"),
    [
        (
            None,
            ("2025", "2024"),
            WITHIN,
            (LOW, HIGH),
            "was not clearly less or more concentrated in 2025 than in 2024: the "
            "Herfindahl–Hirschman index over groups of goods was 0.440 after 0.420.",
        ),
        (
            None,
            ("2024", "2025"),
            WITHIN,
            (-HIGH, -LOW),
            "concentrated in 2024 than in 2025",
        ),
        (
            EVEN,
            ("2025", "2024"),
            HOLDS,
            (0.5 - 0.82, 0.5 - 0.82),
            "was less concentrated in 2025",
        ),
        (
            EVEN,
            ("2024", "2025"),
            FAILS,
            (0.82 - 0.5, 0.82 - 0.5),
            "was more concentrated in 2024",
        ),
        (None, ("2025", "2022"), UNKNOWN, None, f"China’s {NO_TABLE} 2022."),
    ],
)
def test_more_or_less_diverse(
    goods: Any,
    years: tuple[str, str],
    verdict: str,
    ends: tuple[float, float] | None,
    says: str,
) -> None:
    facts = facts_with() if goods is None else facts_with(composition=goods)
    asked = {"flow": "export", "terms": "", "period": years[0], "base_period": years[1]}
    found = judged("concentration_falling", facts, **asked)
    assert (found.verdict, says in found.reason) == (verdict, True)
    if ends:
        assert (found.computed.low, found.computed.high) == pytest.approx(ends)
        new, base = (found.evidence.set_index("period").loc[year] for year in years)
        assert (new["low"] - base["high"], new["high"] - base["low"]) == pytest.approx(
            ends
        )
        assert set(found.evidence["basis"]) == {"computed"}
