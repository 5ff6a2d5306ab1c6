"""First and later figures, by hand and as the referee found them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from test_running import row

from catrade.load.trade import load_trade
from catrade.trade_growth.revisions import largest, revisions


def dated(value: float, published: str, **more: Any) -> dict:
    return row("KAZ", "2024", value) | {
        **{"currency": "USD", "published": published, "source_id": f"s-{published}"},
        **{"quality_reason": "", "precision": 0.1},
        **more,
    }


def of(*rows: dict) -> pd.DataFrame:
    return revisions(pd.DataFrame(rows).assign(quality_reason=lambda f: f["quality_reason"]))


def test_a_later_figure_outside_the_first_one_is_a_revision() -> None:
    found = of(dated(10.0, "2025-01"), dated(10.5, "2025-06")).iloc[0]
    assert (found["first"], found["later"], found["seen"]) == (10.0, 10.5, "published")
    assert found["relative"] == pytest.approx(0.05)


@pytest.mark.parametrize(
    "rows",
    [
        (dated(10.0, "2025-01"), dated(10.04, "2025-06", precision=0.01)),  # within its rounding
        (dated(10.0, "2025-01"), dated(10.5, "2025-06", quality="doubtful")),
        (dated(10.0, "2025-01"), dated(10.5, "2025-06", currency="CNY")),
        (dated(10.0, "2025-01"), dated(10.5, "2025-06", coverage="goods_and_services")),
        (dated(0.0, "2025-01", precision=0.0), dated(10.5, "2025-06")),  # nothing to divide by
    ],
)
def test_what_is_no_revision(rows: tuple[dict, dict]) -> None:
    assert of(*rows).empty


def test_a_first_release_comes_first_whenever_its_copy_was_published() -> None:
    first = {"quality": "doubtful", "quality_reason": "first release; later revised up"}
    found = of(dated(10.5, "2025-01"), dated(10.0, "2025-06", **first)).iloc[0]
    assert (found["first"], found["later"]) == (10.0, 10.5)


def test_flows_of_a_later_source_revise_a_total() -> None:
    flows = [
        dated(v, "2025", flow=f, source_kind="dataset")
        for f, v in (("export", 6.3), ("import", 4.2))
    ]
    found = of(dated(10.0, "2025-01"), *flows).iloc[0]
    assert (found["flow"], found["later"]) == ("total", pytest.approx(10.5))


def test_growth_printed_a_year_later_shows_a_revision() -> None:
    # 120 is said to be 25% more, so last year's 100 has become 96.
    rows = [row("KAZ", "2025-7M", 100.0), row("KAZ", "2026-7M", 120.0, 0.25)]
    found = of(*(one | {"quality_reason": ""} for one in rows)).iloc[0]
    assert (found["period"], found["seen"]) == ("2025-7M", "growth")
    assert found["relative"] == pytest.approx(-0.04)


def test_the_largest_is_that_of_a_whole_year() -> None:
    frame = pd.DataFrame({"period": ["2024-7M"], "relative": [0.06]})
    assert largest(frame) == 0.0


@pytest.mark.parametrize(
    ("reporter", "partner", "period", "flow", "first", "later"),
    [  # the referee's table M3
        ("CHN", "CA5", "2022", "total", 70.2, 69.8),
        ("KAZ", "CHN", "2023", "import", 15.389, 16.772),
        ("UZB", "CHN", "2024", "total", 12.5, 17.8 / 1.34),
        ("UZB", "CHN", "2025", "total", 17.2, 17.8),
    ],
)
def test_the_revisions_of_the_referee(
    reporter: str, partner: str, period: str, flow: str, first: float, later: float
) -> None:
    found = revisions(load_trade(reporter, partner, frequency=None, convert=False))
    row = found[(found["period"] == period) & (found["flow"] == flow)].iloc[0]
    assert row["first"] / 1e9 == pytest.approx(first, abs=0.001)
    assert row["later"] / 1e9 == pytest.approx(later, abs=0.001)
