"""Sentences on the running year, the other side and revisions: hand-made frames."""

from __future__ import annotations

import pandas as pd
import pytest
from test_running import of, row

from catrade.trade_growth.say import nowcast as findings_nowcast
from catrade.trade_growth.say import running as findings


def pair(*rows: tuple[str, float, float | None], flow: str = "total") -> list[dict]:
    return [
        row("KAZ", period, v, float("nan") if g is None else g, flow=flow) for period, v, g in rows
    ]


NEW = ("2026-7M", 224.3e9, 0.194)


def test_only_what_is_newer_than_the_last_year_is_news() -> None:
    held = of(*pair(NEW))
    said = findings.this_year(held, held, after=2025, partner="KAZ")
    assert said == "In January–July 2026 it was 224.3 billion yuan, up 19.4% on a year before."
    assert findings.this_year(held, held, after=2026, partner="KAZ") == ""


@pytest.mark.parametrize(
    ("growth", "said"),
    [
        (-0.348, "down 34.8% on a year before"),
        (0.0, "unchanged within rounding on a year before"),  # ±0.05%
        (None, "224.3 billion yuan."),
    ],
)
def test_growth_of_the_running_year_in_words(growth: float | None, said: str) -> None:
    held = of(*pair(("2026-7M", 224.3e9, growth)))
    assert said in findings.this_year(held, held, after=2025, partner="KAZ")


def test_a_year_of_nothing_has_no_rate() -> None:
    held = of(*(one | {"precision": 0.0} for one in pair(("2026-7M", 0.0, None))))
    said = findings.this_year(held, held, after=2025, partner="KAZ")
    assert said == "In January–July 2026 it was 0 yuan."


def test_the_base_in_dollars_is_named() -> None:
    rows = [one | {"currency": "USD"} for one in pair(("2026-H1", 52.94e9, 0.065))]
    said = findings.in_dollars(of(*rows, currency="USD"), 2025)
    assert said == (
        "In dollars January–June 2026 was $52.9 billion, up 6.5% on a year before (its base "
        "follows from the growth that customs prints)."
    )


def test_whiskers_are_rounding_and_revisions_are_said() -> None:
    revised = pd.DataFrame({"period": ["2024", "2024-7M"], "relative": [0.09, -0.2]})
    assert findings.whiskers(revised) == (
        "Whiskers are rounding only; past revisions of these yearly figures were up to 9.0%."
    )
    assert "January-to-month figures were up to 20.0%" in findings.whiskers(revised, annual=False)
    assert "no revision of these yearly figures is known" in findings.whiskers(revised.iloc[:0])


def test_yuan_stand_beside_dollars_where_one_source_has_both_years() -> None:
    # 312.04 → 674.15 billion yuan is 116.0%, 50 → 95 billion dollars 90%.
    yuan = of(
        *(
            one | {"frequency": "annual"}
            for one in pair(("2013", 312.04e9, None), ("2024", 674.15e9, None))
        ),
        frequency="annual",
    )
    dollars = pd.DataFrame({"year": [2013, 2024], "flow": "total", "value_usd": [50e9, 95e9]})
    assert findings.yuan_and_dollars(yuan, dollars) == (
        "From 2013 to 2024 trade grew by 116.0% in yuan and by 90.0% in dollars, both at current "
        "prices."
    )
    assert findings.yuan_and_dollars(yuan.assign(source_ids=["a", "b"]), dollars) == ""


def test_a_flow_that_went_away_is_named_among_the_pitfalls() -> None:
    now = pd.DataFrame({"year": [2026], "months": [7]})
    rows = pair(("2025-7M", 34.7e9, None), ("2026-7M", 0.8756e9, -0.975), flow="import")
    said = findings_nowcast.pitfalls(now, of(*rows))
    assert "January and February are only taken together" in said
    assert (
        "China's imports from Kazakhstan fell from 34.7 billion yuan to 875.6 million yuan" in said
    )
    assert "fell" not in findings_nowcast.pitfalls(now, of(*rows[:1]))


def test_gold_is_a_count_by_ria_novosti_and_only_of_the_year_it_is_of() -> None:
    facts = pd.DataFrame({"period": ["2025"], "share": [0.952]})
    assert findings_nowcast.gold(facts).endswith(
        "of 2025 RIA Novosti counted in customs data that 95% was gold."
    )
    assert findings_nowcast.gold(facts.iloc[:0]) == ""
