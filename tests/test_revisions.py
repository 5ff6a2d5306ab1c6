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
    return revisions(pd.DataFrame(rows))


def test_later_figures_outside_the_first_one_are_revisions_the_largest_first() -> None:
    # Of 2024 the newest of three counts, 0.5 / 10 = 5%; of 2023 it is −0.2 / 0.8 = −25%.
    months = ((10.5, "2025-12"), (10.0, "2025-01"), (10.3, "2025-06"))
    before = (
        dated(v, m, period="2023") for v, m in ((0.8, "2025-01"), (0.6, "2025-06"))
    )
    found = of(*(dated(*one) for one in months), *before)
    assert found[["first", "later", "first_source", "later_source"]].T.to_dict(
        "list"
    ) == {
        0: [0.8, 0.6, "s-2025-01", "s-2025-06"],
        1: [10.0, 10.5, "s-2025-01", "s-2025-12"],
    }
    assert found["relative"].tolist() == pytest.approx([-0.25, 0.05])
    assert set(found["seen"]) == {"published"}


@pytest.mark.parametrize(
    "rows",
    [
        (
            dated(10.0, "2025-01"),
            dated(10.04, "2025-06", precision=0.01),
        ),  # within its rounding
        # 9.75 to 10.25 touches 10.25 to 10.75, and 9.25 to 9.75
        *(
            (
                dated(10.0, "2025-01", precision=0.5),
                dated(later, "2025-06", precision=0.5),
            )
            for later in (10.5, 9.5)
        ),
        # of one day, or undated: nobody knows which came first
        (dated(10.0, "2025-01-31"), dated(10.5, "2025-01-31", source_kind="dataset")),
        (dated(10.0, ""), dated(10.5, "2025-06")),
        (
            dated(10.0, "2025-01", quality="doubtful"),
            dated(10.5, "2025-06", quality="doubtful"),
        ),
        (dated(10.0, "2025-01"), dated(10.5, "2025-06", quality="doubtful")),
        (dated(10.0, "2025-01"), dated(10.5, "2025-06", currency="CNY")),
        (dated(10.0, "2025-01"), dated(10.5, "2025-06", coverage="goods_and_services")),
        (
            dated(0.0, "2025-01", precision=0.0),
            dated(10.5, "2025-06"),
        ),  # nothing to divide by
        (
            dated(0.0, "2025-01"),
            dated(10.5, "2025-01", period="2025", growth_printed=0.05),
        ),
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
    # 0.9 is said to be 25% more, so last year's 0.8 has become 0.72.
    rows = (
        row("KAZ", "2025-7M", 0.8),
        row("KAZ", "2026-7M", 0.9, 0.25, source_id="next"),
    )
    found = of(*(one | {"quality_reason": "", "precision": 0.01} for one in rows)).iloc[
        0
    ]
    assert (found["period"], found["seen"]) == ("2025-7M", "growth")
    assert (found["first_source"], found["later_source"]) == ("gacc", "next")
    assert found["relative"] == pytest.approx(-0.1)


def test_the_largest_is_that_of_a_whole_year() -> None:
    frame = pd.DataFrame(
        {"period": ["2024-7M", "2023", "2024"], "relative": [0.06, -0.03, 0.01]}
    )
    assert largest(frame) == 0.03
    assert largest(frame[:1]) == 0.0


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
