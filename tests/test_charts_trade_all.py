"""What every chart of trade keeps: texts inside, the same bytes, words for it, no data said."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from pictures import colliding, sticking_out, texts
from trade_frames import (
    GROWTH,
    PARTS,
    REGION,
    both_frame,
    cells,
    coverage_frame,
    index_frame,
    month_frame,
    share_frame,
    split_frame,
    ytd_frame,
)

from catrade.trade_growth.charts import levels as trade
from pagemill.display import Chart

MAKERS: dict[str, Callable[[], Chart]] = {
    "levels": lambda: trade.levels(REGION),
    "levels_one": lambda: trade.levels(cells((2025, "import", 0.9, 0.1), partner="TJK")),
    "growth": lambda: trade.growth_bars(GROWTH),
    "growth_flows": lambda: trade.growth_bars(GROWTH, flows=("total", "import")),
    "growth_one": lambda: trade.growth_bars(GROWTH.tail(2)),
    "index": lambda: trade.index_lines(index_frame()),
    "index_plain": lambda: trade.index_lines(index_frame(), log=False),
    "contribution": lambda: trade.contribution_bars(PARTS),
    "share": lambda: trade.share_line(share_frame()),
    "monthly": lambda: trade.monthly(month_frame(), ytd_frame()),
    "split": lambda: trade.contribution_split(split_frame()),
    "coverage": lambda: trade.coverage_grid(coverage_frame()),
    "both": lambda: trade.both_books(both_frame()),
}
EMPTY: dict[str, Callable[[], Chart]] = {
    "levels": lambda: trade.levels(REGION.iloc[:0]),
    "levels_nan": lambda: trade.levels(REGION.assign(value_usd=float("nan"))),
    "growth": lambda: trade.growth_bars(GROWTH.iloc[:0]),
    "growth_other_flow": lambda: trade.growth_bars(GROWTH, flows=("export",)),
    "index": lambda: trade.index_lines(index_frame().iloc[:0]),
    "contribution": lambda: trade.contribution_bars(PARTS.iloc[:0]),
    "share": lambda: trade.share_line(share_frame().iloc[:0]),
    "monthly": lambda: trade.monthly(month_frame().iloc[:0]),
    "split": lambda: trade.contribution_split(split_frame().iloc[:0]),
    "coverage": lambda: trade.coverage_grid(coverage_frame().iloc[:0]),
    "both": lambda: trade.both_books(both_frame().iloc[:0]),
}


@pytest.mark.parametrize("which", MAKERS)
def test_every_chart_keeps_its_texts_inside_the_picture(which: str) -> None:
    assert sticking_out(MAKERS[which]()) == []


@pytest.mark.parametrize("which", MAKERS)
def test_no_text_lies_on_another(which: str) -> None:
    assert colliding(MAKERS[which]()) == []


@pytest.mark.parametrize("which", MAKERS)
def test_every_chart_is_repeatable_and_light(which: str) -> None:
    one, two = MAKERS[which](), MAKERS[which]()
    assert one._repr_html_() == two._repr_html_()
    assert len(one.svg()) < 16_000


@pytest.mark.parametrize("which", MAKERS)
def test_every_alt_is_computed_and_long_enough_to_replace_the_picture(which: str) -> None:
    chart = MAKERS[which]()
    assert len(chart.alt.split()) >= 12
    assert any(ch.isdigit() for ch in chart.alt)
    assert "nan" not in (chart.alt + chart.title + chart.note).lower()
    assert not chart.table.empty


@pytest.mark.parametrize("which", EMPTY)
def test_nothing_to_draw_is_said_not_raised(which: str) -> None:
    chart = EMPTY[which]()
    assert chart.title.endswith(": no figure found")
    assert "no data to draw" in chart.alt
    assert texts(chart) == ["No figure was found for this selection."]


@pytest.mark.parametrize("which", MAKERS)
def test_input_frames_are_not_changed(which: str) -> None:
    before = [frame.copy() for frame in (REGION, GROWTH, PARTS)]
    MAKERS[which]()
    for frame, kept in zip((REGION, GROWTH, PARTS), before, strict=True):
        pd.testing.assert_frame_equal(frame, kept)


def test_an_empty_frame_takes_its_subject_from_the_caller() -> None:
    whose = "Turkmenistan's trade with China"
    chart = trade.growth_bars(GROWTH.iloc[:0], subject=whose)
    assert chart.title == "Turkmenistan's trade with China, growth: no figure found"
    assert trade.levels(REGION.iloc[:0], subject=whose).title == f"{whose}: no figure found"
