"""Charts of trade by year: levels, growth, index and share, their titles and text alternatives."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.colors import to_hex
from pictures import drawn, sticking_out, texts
from trade_frames import (
    GROWTH,
    REGION,
    cells,
    growth_frame,
    index_frame,
    share_frame,
)

from catrade.charts import style, words
from catrade.trade_growth.charts import levels as trade
from pagemill.errors import ParameterError


def test_levels_title_states_the_level_and_leaves_growth_to_the_next_chart() -> None:
    # Growth may come from print (views.with_printed), so this chart must not work out its own.
    assert trade.levels(REGION).title == (
        "China's trade with Central Asia reached $106.3 billion in 2025"
    )


def test_levels_says_reached_only_for_a_new_high_beyond_rounding() -> None:
    # 10.65 after rounding 0.01, then about 10 at 1, at most 10.5: no new high.
    frame = cells((2024, "total", 10.65, 0.01), (2025, "total", 10, 1), partner="TKM")
    assert trade.levels(frame).title == "China's trade with Turkmenistan was $10 billion in 2025"


def test_levels_title_names_the_only_flow() -> None:
    chart = trade.levels(cells((2020, "export", 4, 0.1), (2025, "export", 3, 0.1)))
    assert chart.title == "China's exports to Central Asia were $3.0 billion in 2025"


def test_levels_alt_names_extremes_latest_and_gaps() -> None:
    alt = trade.levels(REGION).alt
    assert "Line chart by year, 2020 to 2025" in alt
    assert "Total: $38.6 billion in 2020, $106.3 billion in 2025; highest $106.3 billion" in alt
    assert "lowest $38.6 billion in 2020." in alt
    assert "Imports: $35.1 billion in 2025, the only figure." in alt
    assert "Balance: −$1.0 billion in 2023, $36.1 billion in 2025." in alt
    assert "No figure for the total in 2021–2022." in alt


def test_levels_leaves_gaps_open_and_shades_them() -> None:
    chart = trade.levels(REGION)
    total = max((y for c, y in drawn(chart) if c == style.INK), key=len)
    assert np.isnan(total[1:3]).all()
    assert total[[0, 3, 4, 5]] == pytest.approx([38.6e9, 89.4e9, 94.8e9, 106.3e9])
    shades = [p for p in chart.figure.axes[0].patches if to_hex(p.get_facecolor()) == style.SOFT]
    assert [(p.get_x(), p.get_width()) for p in shades] == [(2020.5, 2.0)]
    assert chart.note.startswith("Shaded: no figure for the total (2021–2022).")


def test_levels_marks_computed_figures_hollow() -> None:
    frame = REGION.assign(basis=["sum_of_partners", *["published"] * 8])
    chart = trade.levels(frame)
    hollow = [
        line
        for line in chart.figure.axes[0].lines
        if line.get_marker() == "o" and to_hex(line.get_markerfacecolor()) == style.PAPER
    ]
    assert [list(line.get_xdata()) for line in hollow] == [[2020]]
    assert "Hollow marks: these figures were computed (the sum of the countries)." in chart.note


@pytest.mark.parametrize("basis", ["sum_of_flows", "published"])
def test_the_newest_mark_keeps_its_face(basis: str) -> None:
    # The label at the end of a line must not paint a filled dot over a hollow mark.
    frame = cells((2024, "total", 1.0, 0.1), (2025, "total", 2.0, 0.1))
    chart = trade.levels(frame.assign(basis=["published", basis]))
    marks = [
        to_hex(line.get_markerfacecolor())
        for line in chart.figure.axes[0].lines
        if line.get_marker() == "o" and 2025 in list(line.get_xdata())
    ]
    assert marks == [style.PAPER if basis == "sum_of_flows" else style.INK]


def test_whisker_figures_say_what_whiskers_are_not() -> None:
    caution = "Whiskers are rounding only; past revisions were up to 9.0%."
    for chart in (
        trade.levels(REGION, caution=caution),
        trade.growth_bars(GROWTH, caution=caution),
    ):
        assert caution in chart.note
    assert "current prices" in " ".join(texts(trade.levels(REGION)))
    assert "current dollars" in " ".join(texts(trade.growth_bars(GROWTH)))


def test_levels_labels_the_ends_with_their_year_if_older() -> None:
    frame = REGION[~((REGION["flow"] == "export") & (REGION["year"] == 2025))]
    shown = texts(trade.levels(frame))
    assert "Total $106.3 bn" in shown
    assert "Exports $61.4 bn (2023)" in shown
    assert "+$36.1 bn" in shown


def test_levels_shows_whiskers_only_where_rounding_can_be_seen() -> None:
    frame = cells((2024, "total", 10.0, 0.01), (2025, "total", 10, 1))
    bars = trade.levels(frame).figure.axes[0].collections
    segments = [seg for bar in bars for seg in bar.get_segments()]
    assert [seg[:, 0].tolist() for seg in segments] == [[2025, 2025]]
    assert segments[0][:, 1] == pytest.approx([9.5e9, 10.5e9])


def test_levels_note_names_doubtful_figures() -> None:
    frame = REGION.assign(quality=["ok"] * 4 + ["doubtful"] + ["ok"] * 4)
    assert "Doubtful (marked so in the data): exports 2023." in trade.levels(frame).note


def test_levels_source_counts_distinct_sources() -> None:
    assert trade.levels(REGION).source == (
        "Statistics of China, as published in 2 sources (listed under Sources)."
    )
    assert trade.levels(REGION, source="Own line").source == "Own line"


def test_levels_table_holds_what_is_drawn() -> None:
    table = trade.levels(REGION).table
    assert len(table) == len(REGION)
    assert {"flow", "period", "value_usd", "low_usd", "high_usd", "basis"} <= set(table.columns)


def test_levels_draws_a_zero_as_a_figure() -> None:
    chart = trade.levels(cells((2024, "total", 0, 0), (2025, "total", 1, 0.1)))
    assert "Total: $0 in 2024, $1.0 billion in 2025." in chart.alt
    assert chart.title == "China's trade with Central Asia reached $1.0 billion in 2025"


def test_growth_title_alt_and_numbers_on_bars() -> None:
    chart = trade.growth_bars(GROWTH)
    assert chart.title == ("China's trade with Central Asia grew 12.1% in 2025, after 6% in 2024")
    assert "lowest −17% in 2020" in chart.alt
    assert "No growth rate for 2021–2023." in chart.alt
    shown = texts(chart)
    assert "12.1" in shown
    assert "−17" in shown


def test_growth_of_two_flows_has_a_legend_and_no_false_precision() -> None:
    chart = trade.growth_bars(GROWTH, flows=("import", "total"))
    assert chart.title == (
        "China's imports from Central Asia saw a change of between −20% and +20% in 2025"
    )
    shown = texts(chart)
    assert {"Imports", "Total"} <= set(shown)
    assert not any(text.startswith(("−2.0", "between")) for text in shown)


def test_growth_cuts_a_bar_that_would_flatten_all_others() -> None:
    # China's imports from Kyrgyzstan rose 35 times over in 2024.
    frame = growth_frame(
        (2022, "import", 0.2, 0.2, 0.2),
        (2023, "import", -0.1, -0.1, -0.1),
        (2024, "import", 34.0, 33.0, 35.0),
        (2025, "import", 0.86, 0.85, 0.87),
    )
    chart = trade.growth_bars(frame, flows=("import",))
    assert chart.figure.axes[0].get_ylim()[1] < 1
    assert "↑ 3,400%" in texts(chart)
    assert "A bar with an arrow is cut" in chart.note
    assert "highest about 3,400% in 2024" in chart.alt
    assert sticking_out(chart) == []


def test_growth_does_not_cut_what_is_merely_high() -> None:
    chart = trade.growth_bars(
        growth_frame((2024, "total", 0.1, 0.1, 0.1), (2025, "total", 1, 1, 1))
    )
    assert chart.figure.axes[0].get_ylim()[1] > 1
    assert "cut" not in chart.note


def test_growth_refuses_an_unknown_flow() -> None:
    with pytest.raises(
        ParameterError, match=r"flows must be one of .* \(did you mean 'export'\?\)"
    ):
        trade.growth_bars(GROWTH, flows=("exports",))


def test_index_names_the_country_that_rose_most() -> None:
    chart = trade.index_lines(index_frame())
    assert chart.title == (
        "China's trade with Kyrgyzstan stood at 5.3 times its 2013 level in 2025, "
        "the most of 2 countries"
    )
    assert "Kazakhstan: 100 in 2013, 170 in 2025." in chart.alt
    assert chart.figure.axes[0].get_yscale() == "log"
    assert {"Kyrgyzstan 529", "Central Asia 211"} <= set(texts(chart))


def test_index_of_exports_is_plural_and_zero_needs_a_plain_scale() -> None:
    frame = index_frame("export").replace({"index": {170.0: 0.0}, "index_low": {170.0: 0.0}})
    chart = trade.index_lines(frame)
    assert "China's exports to Kyrgyzstan stood at 5.3 times their 2013 level" in chart.title
    assert chart.figure.axes[0].get_yscale() == "linear"


def test_index_colours_are_the_countries() -> None:
    colours = {colour for colour, _ in drawn(trade.index_lines(index_frame()))}
    assert {style.COUNTRY_COLOURS[c] for c in ("KAZ", "KGZ", "CA5")} <= colours


def test_share_title_and_label() -> None:
    # 0.0167 ± 0.0001: 1.66 to 1.68%, within one hundredth of 1.67%.
    chart = trade.share_line(share_frame())
    assert chart.title == (
        "Central Asia's share in China's trade with the world was 1.67% in 2025, "
        "against 0.83% in 2020"
    )
    assert "Central Asia 1.67%" in texts(chart)
    assert "No figure in 2021–2023." in chart.alt


def test_subjects_are_english() -> None:
    assert words.subject(["KAZ"], ["CHN"], "export") == "Kazakhstan's exports to China"
    assert words.subject(["CHN"], ["WLD"], "total") == "China's trade with the world"
    assert words.subject(["EU27"], ["UZB"], "import") == "The EU's imports from Uzbekistan"
