"""Charts of contributions and of the months: who pushed growth, and what a year is so far."""

from __future__ import annotations

import pytest
from matplotlib.colors import to_hex
from pictures import texts
from trade_frames import (
    PARTS,
    contribution_frame,
    month_frame,
    split_frame,
    ytd_frame,
)

from catrade.charts import style
from catrade.trade_growth.charts import levels as trade


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
    listing = "In 2025: Kazakhstan +5.0, Kyrgyzstan +4.7, Residual +3.1, Turkmenistan −0.7."
    assert listing in chart.alt
    assert "Residual (grey): growth that the figures give to no single part." in chart.note


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
    assert "grey" not in chart.note
    assert not any("Residual" in text for text in texts(chart))


def test_months_are_drawn_a_panel_a_flow_and_a_missing_one_is_shaded() -> None:
    chart = trade.monthly(month_frame(), ytd_frame(), subject="China's trade with Kazakhstan")
    assert chart.title == (
        "China's trade with Kazakhstan was 224.3 billion yuan in January–July 2026, up 19.4%"
    )
    exports, imports = chart.figure.axes
    heights = [[bar.get_height() for bar in panel.patches[:4]] for panel in (exports, imports)]
    assert heights == [[38e8, 26e8, 40e8, 41e8], [9e8, 8e8, 7e8, 6e8]]
    assert "No figure for exports in March 2024." in chart.note
    assert "No figure for imports in March 2024." in chart.alt
    assert "Exports: 3.80 in January 2024, 4.10 in May 2024; highest 4.10 in May 2024" in chart.alt
    assert {"Exports, billion yuan", "Imports, billion yuan"} <= set(texts(chart))
    assert {"Jan", "Mar", "May", "2024"} <= set(texts(chart))


def test_months_of_a_total_alone_are_drawn_in_its_currency() -> None:
    frame = month_frame().query("flow == 'export'").assign(flow="total")
    chart = trade.monthly(frame, subject="Kazakhstan's trade with China", currency="USD")
    assert chart.title == "Kazakhstan's trade with China, by month to May 2024"
    assert len(chart.figure.axes) == 1
    assert "Total, $ billion" in texts(chart)


def test_a_regions_growth_is_split_by_partner_and_flow() -> None:
    chart = trade.contribution_split(split_frame())
    assert chart.title == "Imports from Kazakhstan added +7.2 points, imports from Kyrgyzstan −7.9"
    widths = [bar.get_width() for bar in chart.figure.axes[0].patches]
    assert widths == pytest.approx([7.2, -2.2, -7.9])
    colours = [to_hex(bar.get_facecolor()) for bar in chart.figure.axes[0].patches]
    flows = [style.FLOW_COLOURS[flow] for flow in ("import", "export", "import")]
    assert colours == flows
    assert "Exports to Kyrgyzstan −2.2; Imports from Kyrgyzstan −7.9." in chart.alt
