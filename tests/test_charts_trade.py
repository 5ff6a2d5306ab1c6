"""Charts of trade: titles and text alternatives from the data, gaps, hollow marks, odd input."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from catrade.charts import style, trade, words
from catrade.display import Chart
from catrade.errors import ParameterError

COLUMNS = ["reporter", "partner", "year", "flow", "value_usd", "low_usd", "high_usd", "basis"]


def cells(
    *rows: tuple[int, str, float, float], partner: str = "CA5", **more: object
) -> pd.DataFrame:
    """Build a cell frame from (year, flow, billions, rounding unit in billions)."""
    data = [
        (
            "CHN",
            partner,
            year,
            flow,
            v * 1e9,
            (v - unit / 2) * 1e9,
            (v + unit / 2) * 1e9,
            "published",
        )
        for year, flow, v, unit in rows
    ]
    frame = pd.DataFrame(data, columns=COLUMNS)
    frame["period"] = frame["year"].astype(str)
    frame["source_ids"] = "one;two"
    return frame.assign(**more)


# The published figures of 2023 to 2025 (data/trade.csv) and made-up ones before the gap.
REGION = cells(
    (2020, "total", 38.6, 0.1),
    (2023, "total", 89.4, 0.1),
    (2024, "total", 94.8, 0.1),
    (2025, "total", 106.3, 0.1),
    (2023, "export", 61.4, 0.1),
    (2025, "export", 71.2, 0.1),
    (2025, "import", 35.1, 0.1),
    (2025, "balance", 36.1, 0.2),
    (2023, "balance", -1.0, 0.2),
)


def texts(chart: Chart) -> list[str]:
    root = ET.fromstring(chart.svg())
    group = root[0]
    inside = set(group.iter())
    return [e.text or "" for e in root.iter() if e.tag.endswith("}text") and e not in inside]


def drawn(chart: Chart, panel: int = 0) -> list[tuple[str, np.ndarray]]:
    """Return colour and y values of the lines of a panel (those with more than one point)."""
    lines = chart.figure.axes[panel].lines
    return [(to_hex(li.get_color()), np.asarray(li.get_ydata(), float)) for li in lines]


def sticking_out(chart: Chart) -> list[str]:
    """Return the texts that stick out of the picture."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    renderer = FigureCanvasAgg(chart.figure).get_renderer()
    chart.figure.draw(renderer)
    frame = chart.figure.bbox.padded(1)
    found = []
    for panel in chart.figure.axes:
        low, high = panel.get_xlim()
        ticks = [t for t in panel.get_xticklabels() if low <= t.get_position()[0] <= high]
        for text in [*panel.texts, panel.title, panel._left_title, *ticks]:
            if text.get_text() and text.get_visible():
                box = text.get_window_extent(renderer)
                if not all(frame.contains(*corner) for corner in (box.min, box.max)):
                    found.append(text.get_text())
    return found


# levels ----------------------------------------------------------------------------------------


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
    assert "Hollow marks: not published as such but the sum of the countries." in chart.note


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


# growth ----------------------------------------------------------------------------------------


def growth_frame(*rows: tuple[int, str, float, float, float]) -> pd.DataFrame:
    names = ["year", "flow", "growth", "growth_low", "growth_high"]
    frame = pd.DataFrame(rows, columns=names).assign(reporter="CHN", partner="CA5")
    frame["period"] = frame["year"].astype(str)
    frame["base_period"] = (frame["year"] - 1).astype(str)
    return frame


GROWTH = growth_frame(
    (2020, "total", -0.17, -0.18, -0.16),
    (2024, "total", 0.0604, 0.0587, 0.0621),
    (2025, "total", 0.1213, 0.1202, 0.1224),
    (2025, "import", -0.02, -0.2, 0.2),
)


def test_growth_title_alt_and_numbers_on_bars() -> None:
    chart = trade.growth_bars(GROWTH)
    assert chart.title == ("China's trade with Central Asia grew 12.1 % in 2025, after 6 % in 2024")
    assert "lowest −17 % in 2020" in chart.alt
    assert "No growth rate for 2021–2023." in chart.alt
    shown = texts(chart)
    assert "12.1" in shown
    assert "−17" in shown


def test_growth_of_two_flows_has_a_legend_and_no_false_precision() -> None:
    chart = trade.growth_bars(GROWTH, flows=("import", "total"))
    assert chart.title == (
        "China's imports from Central Asia saw a change of between −20 % and +20 % in 2025"
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
    assert "↑ 3,400 %" in texts(chart)
    assert "A bar with an arrow is cut" in chart.note
    assert "highest about 3,400 % in 2024" in chart.alt
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


# index -----------------------------------------------------------------------------------------


def index_frame(flow: str = "total") -> pd.DataFrame:
    rows = [
        ("KAZ", 2013, 100.0),
        ("KAZ", 2025, 170.0),
        ("KGZ", 2013, 100.0),
        ("KGZ", 2025, 529.0),
        ("CA5", 2013, 100.0),
        ("CA5", 2025, 211.0),
    ]
    frame = pd.DataFrame(rows, columns=["partner", "year", "index"])
    frame = frame.assign(reporter="CHN", flow=flow, base_period="2013", basis="published")
    return frame.assign(
        period=frame["year"].astype(str), index_low=frame["index"], index_high=frame["index"]
    )


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


# contributions ---------------------------------------------------------------------------------


def contribution_frame(*rows: tuple[str, str, float, float, float]) -> pd.DataFrame:
    names = ["partner", "period", "contribution", "contribution_low", "contribution_high"]
    frame = pd.DataFrame(rows, columns=names)
    return frame.assign(base_period="2024", change_usd=0.0, missing="")


PARTS = contribution_frame(
    ("KAZ", "2025", 0.050, 0.0498, 0.0502),
    ("KGZ", "2025", 0.047, 0.0468, 0.0472),
    ("TKM", "2025", -0.007, -0.0072, -0.0068),
    ("not allocated", "2025", 0.031, 0.030, 0.032),
)


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


# share -----------------------------------------------------------------------------------------


def share_frame() -> pd.DataFrame:
    rows = [(2020, 0.0083), (2024, 0.0154), (2025, 0.0167)]
    frame = pd.DataFrame(rows, columns=["year", "share"]).assign(
        reporter="CHN", partner="CA5", flow="total", basis="published"
    )
    return frame.assign(
        period=frame["year"].astype(str),
        share_low=frame["share"] - 0.0001,
        share_high=frame["share"] + 0.0001,
    )


def test_share_title_and_label() -> None:
    # 0.0167 ± 0.0001: 1.66 to 1.68 %, within one hundredth of 1.67 %.
    chart = trade.share_line(share_frame())
    assert chart.title == (
        "Central Asia's share in China's trade with the world was 1.67 % in 2025, "
        "against 0.83 % in 2020"
    )
    assert "Central Asia 1.67 %" in texts(chart)
    assert "No figure in 2021–2023." in chart.alt


# months ----------------------------------------------------------------------------------------


def month_frame() -> pd.DataFrame:
    frame = cells(*((2024, "total", v, 0.01) for v in (3.8, 2.6, 4.0, 4.1)), partner="KAZ")
    return frame.assign(period=["2024-01", "2024-02", "2024-04", "2024-05"])


def ytd_frame() -> pd.DataFrame:
    frame = cells((2025, "total", 39.8, 0.1), partner="KAZ").assign(
        period="2025-10M", base_period="2024-10M", base_usd=36.5e9
    )
    # 39.75/36.55 and 39.85/36.45.
    return frame.assign(growth=0.0904, growth_low=0.0876, growth_high=0.0933)


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


# coverage --------------------------------------------------------------------------------------


def coverage_frame() -> pd.DataFrame:
    rows = [
        ("KAZ", "total", "2024", "reported", 4),
        ("KAZ", "total", "2025", "reported", 1),
        ("KAZ", "export", "2024", "converted", 1),
        ("KAZ", "export", "2025", "derived", 0),
        ("TKM", "total", "2024", "zero", 1),
        ("TKM", "total", "2025", "not_yet_reported", 0),
        ("TKM", "export", "2024", "missing", 0),
        ("TKM", "export", "2025", "missing", 0),
    ]
    names = ["partner", "flow", "period", "status", "n_sources"]
    frame = pd.DataFrame(rows, columns=names).assign(reporter="CHN")
    return frame.assign(year=frame["period"].astype(int))


def test_coverage_counts_and_writes_numbers_of_sources() -> None:
    chart = trade.coverage_grid(coverage_frame())
    assert chart.title == "A figure is published for 4 of 8 cells and can be computed for 1 more"
    assert "Without a figure: Turkmenistan 2." in chart.alt
    assert "Most sources: 4, for Kazakhstan, total, 2024." in chart.alt
    shown = texts(chart)
    assert {"4", "Kazakhstan", "Turkmenistan", "exports", "no figure", "not yet reported"} <= set(
        shown
    )
    assert "1" not in shown, "one source is the rule and is not written"
    assert not chart.latest_right


def test_coverage_tells_statuses_apart_without_colour() -> None:
    # Each status that is not "published" has its sign: in the grid and once more in the key.
    shown = texts(trade.coverage_grid(coverage_frame()))
    assert [shown.count(sign) for sign in ("c", "=", "0", "…", "·")] == [2, 2, 2, 2, 3]


def test_coverage_of_a_large_grid_stays_light() -> None:
    frame = pd.concat([coverage_frame().assign(period=str(y), year=y) for y in range(1992, 2026)])
    frame = frame.drop_duplicates(["partner", "flow", "period"])
    assert len(trade.coverage_grid(frame).svg()) < 20_000


# both books ------------------------------------------------------------------------------------


def both_frame() -> pd.DataFrame:
    china = cells((2023, "total", 19.8, 0.1), (2024, "total", 22.71, 0.01), partner="KGZ")
    kyrgyz = cells((2024, "total", 5.6, 0.1)).assign(reporter="KGZ", partner="CHN")
    return pd.concat([china, kyrgyz], ignore_index=True).assign(china_flow="total")


def test_both_books_gives_the_ratio() -> None:
    # 22.71 / 5.6 = 4.055
    chart = trade.both_books(both_frame())
    assert chart.title == (
        "China's trade with Kyrgyzstan in 2024: China reports 4.1 times what Kyrgyzstan does"
    )
    assert chart.table["ratio"].dropna().unique() == pytest.approx([22.71 / 5.6])
    assert "4.06" in texts(chart)


def test_both_books_that_agree_say_so() -> None:
    frame = both_frame()
    same = frame["reporter"] == "KGZ"
    frame.loc[same, ["value_usd", "low_usd", "high_usd"]] = [22.7e9, 22.65e9, 22.75e9]
    assert "China reports within rounding what Kyrgyzstan does" in trade.both_books(frame).title


@pytest.mark.parametrize(
    ("keep", "title"),
    [
        ("CHN", "China's trade with Kyrgyzstan: only China's figures were found"),
        ("KGZ", "China's trade with Kyrgyzstan: only Kyrgyzstan's figures were found"),
    ],
)
def test_both_books_with_one_side(keep: str, title: str) -> None:
    frame = both_frame()
    assert trade.both_books(frame[frame["reporter"] == keep]).title == title


# all charts ------------------------------------------------------------------------------------

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
    "coverage": lambda: trade.coverage_grid(coverage_frame().iloc[:0]),
    "both": lambda: trade.both_books(both_frame().iloc[:0]),
}


@pytest.mark.parametrize("which", MAKERS)
def test_every_chart_keeps_its_texts_inside_the_picture(which: str) -> None:
    assert sticking_out(MAKERS[which]()) == []


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


# words -----------------------------------------------------------------------------------------


def test_subjects_are_english() -> None:
    assert words.subject(["KAZ"], ["CHN"], "export") == "Kazakhstan's exports to China"
    assert words.subject(["CHN"], ["WLD"], "total") == "China's trade with the world"
    assert words.subject(["EU27"], ["UZB"], "import") == "The EU's imports from Uzbekistan"
