"""Charts of contributions and of the months: who pushed growth, and what a year is so far."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.colors import to_hex
from pictures import texts
from trade_frames import (
    PARTS,
    contribution_frame,
    month_frame,
    ytd_frame,
)

from catrade.charts import style, trade


def test_contributions_stack_outwards_and_sum_to_the_mark() -> None:
    chart = trade.contribution_bars(PARTS)
    axes = chart.figure.axes[0]
    bars = [p for p in axes.patches if p.get_height() != 0 and p.get_width() == pytest.approx(0.68)]
    spans = {to_hex(p.get_facecolor()): (p.get_y(), p.get_y() + p.get_height()) for p in bars}
    assert spans[style.COUNTRY_COLOURS["KAZ"]] == pytest.approx((0, 0.05))
    assert spans[style.COUNTRY_COLOURS["KGZ"]] == pytest.approx((0.05, 0.097))
    assert spans[style.COUNTRY_COLOURS["TKM"]] == pytest.approx((0, -0.007))
    assert spans[style.NOT_ALLOCATED] == pytest.approx((0.097, 0.128))
    marks = [line for line in axes.lines if line.get_marker() == "D"]
    assert marks[0].get_ydata() == pytest.approx([0.121])


def test_contributions_title_ranks_and_notes_grey() -> None:
    chart = trade.contribution_bars(PARTS)
    assert chart.title == (
        "Kazakhstan added most to the rise in China's trade with Central Asia in 2025: "
        "+5.0 percentage points"
    )
    listing = "In 2025: Kazakhstan +5.0, Kyrgyzstan +4.7, Not allocated +3.1, Turkmenistan −0.7."
    assert listing in chart.alt
    assert "Grey: growth that the figures give to no single part." in chart.note


def test_contributions_name_all_who_may_be_first() -> None:
    frame = contribution_frame(
        ("KAZ", "2025", 0.05, 0.04, 0.06), ("KGZ", "2025", 0.047, 0.046, 0.048)
    )
    assert trade.contribution_bars(frame).title == (
        "Kazakhstan (+5) and Kyrgyzstan (+4.7) added most to the rise in China's trade with "
        "Central Asia in 2025, in percentage points"
    )


def test_contributions_to_a_fall_name_the_deepest() -> None:
    frame = contribution_frame(
        ("KAZ", "2015", -0.18, -0.181, -0.179), ("KGZ", "2015", 0.01, 0.009, 0.011)
    )
    assert trade.contribution_bars(frame).title.startswith("Kazakhstan added most to the fall in")


def test_contributions_without_remainder_show_no_grey() -> None:
    frame = contribution_frame(
        ("KAZ", "2025", 0.05, 0.05, 0.05), ("not allocated", "2025", 1e-17, 0.0, 0.0)
    )
    chart = trade.contribution_bars(frame)
    assert "Grey" not in chart.note
    assert not any("allocated" in text for text in texts(chart))


def test_monthly_shows_the_missing_month_and_the_year_to_date() -> None:
    chart = trade.monthly(month_frame(), ytd_frame())
    assert chart.title == (
        "China's trade with Kazakhstan: $39.8 billion in January–October 2025, "
        "up 9 % on the year before"
    )
    assert "No figure for March 2024." in chart.alt
    assert "lowest $2.60 billion in February 2024" in chart.alt
    shades = [p for p in chart.figure.axes[0].patches if to_hex(p.get_facecolor()) == style.SOFT]
    assert len(shades) == 1
    assert {"Jan", "Mar", "May", "2024", "+9 %", "January–October 2025"} <= set(texts(chart))


@pytest.mark.parametrize(
    ("months", "ytd", "panels"),
    [(month_frame(), None, 1), (month_frame().iloc[:0], ytd_frame(), 1)],
)
def test_monthly_works_with_either_half(
    months: pd.DataFrame, ytd: pd.DataFrame | None, panels: int
) -> None:
    chart = trade.monthly(months, ytd)
    assert len(chart.figure.axes) == panels
    assert chart.title.startswith("China's trade with Kazakhstan: $")
