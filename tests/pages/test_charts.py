"""The chart cores: what a picture shows is read from its artists, wide and narrow."""

from html import escape
from typing import Any

import made_page
import numpy as np
import pandas as pd
import pytest
from drawn import (
    FLOWS,
    KEYS,
    MONTHS,
    NEWEST,
    SOURCES,
    WORDS,
    assert_readable,
    said,
    table,
    texts,
)
from fetch_files import cases
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from catrade import charts
from catrade.charts import COLOURS, bars, columns, dots, lines, spans, style
from catrade.charts.core import Measure, palette
from pagemill import display
from pagemill.display import Chart
from rounding.errors import ParameterError
from rounding.formats import MARK


def yearly(**series: dict[int, float]) -> pd.DataFrame:
    """Return rows of billions, each published to the nearest 0.1."""
    wide = pd.DataFrame(series).rename_axis("year").reset_index()
    rows = wide.melt("year", var_name="partner", value_name="value_bn")
    rows = rows.dropna(ignore_index=True)
    low, high = rows["value_bn"] - 0.05, rows["value_bn"] + 0.05
    return rows.assign(low_bn=low, high_bn=high, reporter="CHN", sources="a;b")


FIVE = yearly(
    KAZ={y: 20.0 + y - 2013 for y in range(2013, 2026)},
    KGZ=dict.fromkeys(range(2013, 2026), 5.2),
    TJK=dict.fromkeys(range(2013, 2026), 5.1),
    TKM=dict.fromkeys(range(2013, 2016), 5.0),
    UZB={y: 5.3 for y in range(2013, 2026) if y not in (2017, 2018)},
)
RULES = table("""date,label
2018-02-12,Subsidy by driving range
2019-06-26,Subsidy halved
2020-12-31,Subsidy extended to 2022
2022-12-31,Subsidy ends
2024-07-25,Scrappage subsidy doubled
2026-01-01,Purchase tax at half rate""")
PARTS = table("""partner,contribution
KAZ,0.047
UZB,-0.012
Residual,0.002
CA5,0.121
KGZ,0.084""")
PAIRS = table("""partner,reporter,flow,value_bn
KGZ,CHN,export,22.7
KGZ,KGZ,export,5.6
KAZ,CHN,export,28
KAZ,KGZ,export,25
TJK,CHN,export,3.5
TJK,KGZ,export,""")
LED = table("""partner,year,leader
KAZ,2022,RUS
KAZ,2023,CHN
TKM,2022,CHN
TKM,2023,""")
MONEY = FLOWS[:2].assign(date=pd.to_datetime(["2026-01-01", "2026-02-01"]))
MEASURES = table("""name,start,end,theme
Purchase subsidy,2009-01-23,2022-12-31,demand_support
"Purchase tax at half the rate, 15,000 yuan",2026-01-01,,trade
Dual credits,2017-09-28,,industrial_policy""")
DAYS = table("""date,label,theme
2022-12-31,Subsidy ends,demand_support
2023-06-21,Tax exemption extended,demand_support
2026-07-01,Battery safety standard,safety""")


CASES: dict[str, tuple[Any, ...]] = {
    "five lines": (lines, FIVE, "year"),
    "months and rules": (lines, MONTHS, "date", "share"),
    "small shares": (
        lines,
        MONTHS.assign(share=MONTHS["share"] / 200),
        "date",
        "share",
    ),
    "few months": (lines, MONTHS[-20:], "date", "share"),
    "one year": (lines, FIVE[FIVE["year"] == 2025], "year"),
    "ranked": (bars, NEWEST, "partner"),
    "grouped": (bars, FIVE[FIVE["year"] > 2022], "partner", "value_bn", "year"),
    "contributions": (charts.contributions, PARTS, "partner"),
    "stacked": (columns, FLOWS, "year", "value_bn", "flow"),
    "from January": (columns, MONEY.assign(currency="CNY"), "date"),
    "arrows": (
        dots,
        FIVE[FIVE["year"].isin([2015, 2025])],
        "partner",
        "value_bn",
        "year",
    ),
    "dumbbells": (dots, PAIRS, "partner", "value_bn", "reporter"),
    "dots": (dots, NEWEST, "partner"),
    "words in cells": (charts.grid, LED, "partner", "year", "leader"),
    "spans": (spans, MEASURES),
    "landmarks": (spans, None),
}
MORE: dict[str, dict[str, Any]] = {
    "months and rules": {"marks": RULES, "newest": True},
    "few months": {"band": True},
    "contributions": {"total": "CA5", "rest": "Residual"},
    "arrows": {"arrows": True},
    "spans": {"lane": "theme", "today": "2026-11-25", "landmarks": DAYS},
    "landmarks": {"lane": "theme", "landmarks": DAYS},
}


def made_of(name: str) -> Chart:
    draw, frame, *asked = CASES[name]
    drawn: Chart = draw(frame, *asked, **MORE.get(name, {}), **WORDS)
    return drawn


@pytest.mark.parametrize("name", CASES)
def test_a_picture_can_be_read_on_a_page_and_on_a_phone(name):
    made = made_of(name)
    # On a coloured cell the one that reads better.
    inks = ["#000000", "#ffffff"] if "cells" in name else []
    assert_readable(made, *inks)
    assert made.narrow is not None
    for figure in (made.figure, made.narrow):
        assert min(map(len, said(figure))) > 4


def boxes(made: Chart) -> list[Any]:
    return [box for box in made.figure.findobj(Rectangle) if box.get_gid()]


def paint(made: Chart) -> list[str]:
    return [to_hex(box.get_facecolor()) for box in boxes(made)]


def drawn_lines(made: Chart, points: int) -> list[Any]:
    """Return the lines of a core of so many points, without dots and grid."""
    every: Any = made.figure.axes[0].get_lines()
    return [
        line for line in every if len(line.get_xdata()) == points and not line.get_gid()
    ]


def ending_at(made: Chart, points: int) -> np.ndarray:
    (line,) = [o for o in drawn_lines(made, points) if o.get_zorder() == 3]
    return np.array([line.get_xdata(), line.get_ydata()], float)


@pytest.mark.parametrize("gap", ["no row", "no value"])
def test_a_missing_year_is_a_gap(gap):
    frame = yearly(KAZ={2022: 1.0, 2023: 2.0, 2024: 3.0, 2025: 4.0})
    missing = frame["year"] == 2024
    if gap == "no row":
        frame = frame[~missing]
    else:
        frame.loc[missing, ["value_bn", "low_bn", "high_bn"]] = np.nan
    made = lines(frame, "year", **KEYS)
    x, y = ending_at(made, 4)
    assert x.tolist() == [2022, 2023, 2024, 2025]
    assert np.isnan(y).tolist() == [False, False, True, False]
    assert "Where a line breaks, there is no figure." in made.note
    assert said(made.figure) == ["2022: $1.0bn", "2023: $2.0bn", "2025: $4.0bn"]


def test_a_missing_month_is_a_gap_and_those_between_quarters_are_none():
    made = lines(MONTHS.drop(index=[5, 6]), y="share", **KEYS)
    assert np.flatnonzero(np.isnan(ending_at(made, 102)[1])).tolist() == [5, 6]
    assert lines(MONTHS[::3], y="share", **KEYS).note == ""


def test_hollow_are_computed_and_newest_points():
    basis = ["sum_of_flows", "published", "published"]
    frame = yearly(KAZ={2023: 1.0, 2024: 2.0, 2025: 3.0}).assign(basis=basis)
    made = lines(frame, "year", newest=True, **KEYS)
    (points,) = made.figure.findobj(PathCollection)
    faces = [to_hex(face) for face in points.get_facecolors()]
    assert faces == [style.PAPER, style.INK, style.PAPER]
    assert made.note == (
        "Hollow marks: these figures were computed (exports plus imports). "
        "Hollow at the end: the newest figure, which may be revised."
    )


def test_whiskers_only_where_an_interval_can_be_seen():
    frame = yearly(KAZ={2024: 10.0, 2025: 10.0})
    frame.loc[1, ["low_bn", "high_bn"]] = [8.0, 12.0]
    made = lines(frame, "year", **KEYS)
    caps = [line for line in drawn_lines(made, 1) if line.get_marker() == "_"]
    assert [list(cap.get_ydata()) for cap in caps] == [[8.0], [12.0]]


def test_rules_are_named_above_and_listed_below_on_a_phone():
    made = made_of("months and rules")
    assert set(RULES["label"]) <= set(texts(made.figure))
    narrow = {"5 Scrappage subsidy doubled, July 2024", "1", "6"}
    assert narrow <= set(texts(made.narrow))
    assert "Marked: Subsidy by driving range (February 2018);" in made.alt


ALTS = {
    # 0.02 + n / 300: 2% at first, 0.02 + 101 / 300 = 35.7% in June 2026, the 102nd month.
    "months and rules": "2.0% in January 2018, 35.7% in June 2026; highest 35.7% in June 2026, "
    "lowest 2.0% in January 2018.",
    "one year": "Kazakhstan: $32.0 billion in 2025, the only figure.",
    "ranked": "Kazakhstan $48.6 billion; Uzbekistan $14 billion; Turkmenistan no figure.",
    "contributions": "Kyrgyzstan +8.4 points; Kazakhstan +4.7 points; Uzbekistan −1.2 points; "
    "Residual +0.2 points; Central Asia +12.1 points.",
    "stacked": "Stacked bar chart: Exports plus imports",
    "from January": "Jan 2026 3.0 billion yuan; Feb 2026 3.0 billion yuan.",
    "dumbbells": "Kyrgyzstan: Kyrgyzstan $5.6 billion, China $22.7 billion;",
    "words in cells": "Turkmenistan: 2022 China, 2023 no figure.",
    "spans": "Purchase subsidy: January 2009 to December 2022;",
    "landmarks": "Spans of time, December 2022 to July 2026. December 2022, Subsidy ends;",
}


@pytest.mark.parametrize("name", ALTS)
def test_alternative_texts(name):
    assert ALTS[name] in made_of(name).alt


def test_of_what_currency_a_frame_says_it_is():
    """What was published in yuan may have been converted: `attrs` know."""
    frame = MONEY.assign(currency="CNY")
    for unit, words in (("USD", "$3.0 billion"), ("EUR", "3 EUR billion")):
        frame.attrs["unit"] = f"{unit} billion"
        assert f"2023 {words}; 2024" in columns(frame, **KEYS).alt


def test_an_amount_below_a_million_is_written_in_millions_too():
    """Beside $10.2m $624,592 would be another unit; prices are in no column of billions."""
    small = {0.0102: "$10.2m", 0.000624592: "$0.6m", 0.000049042: "$0.05m", 0.0: "$0"}
    frame = pd.DataFrame({"year": [2020, 2021, 2022, 2023], "value_bn": list(small)})
    exact = frame.assign(low_bn=frame["value_bn"], high_bn=frame["value_bn"])
    assert Measure.of(exact, "value_bn", None).texts(exact) == list(small.values())
    prose = Measure.of(exact, "value_bn", None).texts(exact, prose=True)
    assert prose[1:3] == ["$0.6 million", "$0.05 million"]
    price = pd.DataFrame({"price_usd": [9113.0], "price_low_usd": 9113.0})
    price["price_high_usd"] = 9113.0
    assert Measure.of(price, "price_usd", None).texts(price) == ["$9,113"]


@pytest.mark.parametrize("ids", SOURCES)
def test_words_of_the_caller_win_and_sources_are_counted(ids):
    frame = FIVE.assign(sources=ids)
    made = lines(frame, "year", alt="Five lines that rise.", note="Mind this.", **KEYS)
    assert made.alt == "Five lines that rise."
    assert made.note == "Where a line breaks, there is no figure. Mind this."
    assert made.source == SOURCES[ids]
    assert made.table.equals(frame)


def test_a_bar_without_a_figure_says_so_and_is_no_zero():
    made = made_of("ranked")
    assert [box.get_width() for box in boxes(made)] == [48.6, 14.2]
    assert "n/a" in texts(made.figure)
    assert "n/a: no figure." in made.note


def test_bars_are_ranked_with_rest_and_total_last():
    made = made_of("contributions")  # their order and figures: `ALTS`
    assert paint(made)[2:] == [style.COLOURS["UZB"], style.NOT_ALLOCATED, style.INK]
    assert boxes(made)[2].get_width() < 0
    made = charts.contributions(PAIRS[:2], "flow", "value_bn", "reporter", **KEYS)
    assert "None" not in texts(made.figure)


def test_stacks_stand_on_one_another_and_write_their_sum():
    made = made_of("stacked")
    first, second, *_ = boxes(made)
    assert (first.get_y(), first.get_height(), second.get_y()) == (0, 3, 3)
    assert texts(made.figure).count("$5.0bn") == 3
    assert paint(made)[0] == style.FLOW_COLOURS["export"]
    # Imports of 2025 are not known.
    made = columns(FLOWS.assign(value_bn=[3, 3, 3, 2, 2, np.nan]), by="flow", **KEYS)
    written = texts(made.figure)
    assert (written.count("$5.0bn"), written.count("n/a")) == (2, 1)
    assert "No sum is written where a part has no figure: Imports." in made.note


def test_an_arrow_ends_at_the_newest_value_which_its_column_is_of():
    frame = table("""goods,year,share,dollars
Gas,2024,0.25,$5.1bn
Gas,2015,0.4,$2.0bn
Ores,2024,0.1,$2.1bn""")
    look: dict[str, Any] = {"column": "dollars", "colours": {"Gas": "KAZ"}}
    made = dots(frame, "goods", "share", by="year", arrows=True, **look, **KEYS)
    assert made.alt == "Dot chart: %. Gas: 2015 40.0%, 2024 25.0%; Ores: 2024 10.0%."
    grey, blue = style.NOT_ALLOCATED, style.COLOURS["KAZ"]
    circles, heads = made.figure.findobj(PathCollection)
    assert [to_hex(edge) for edge in circles.get_edgecolors()] == [blue, grey]
    assert [to_hex(edge) for edge in heads.get_edgecolors()] == [blue]
    # Its corners, the first of which comes again: "<".
    assert heads.get_paths()[0].vertices[:3, 0].argmin() == 0
    # The line of zero ends where a figure is written.
    assert len([o for o in made.figure.findobj(Text) if o.get_bbox_patch()]) == 3
    assert {"$5.1bn", "$2.1bn"} <= set(texts(made.figure))
    assert "$2.0bn" not in texts(made.figure)


def test_a_dot_that_another_hides_is_seen_as_a_ring():
    frame = table("partner,by,value_bn\nKGZ,a,2.42\nKGZ,b,2.41\nKAZ,a,7")
    ring, _ = dots(frame, "partner", by="by", **KEYS).figure.findobj(PathCollection)
    assert ring.get_offsets()[0, 0] == 2.41


def test_a_column_beyond_the_cut_is_cut_and_says_so():
    frame = table("year,growth\n2023,0.2\n2024,34\n2025,-0.1")
    made = columns(frame, "year", "growth", cut=0.6, **KEYS)
    assert [box.get_height() for box in boxes(made)] == [20, 60, -10]
    assert "↑ 3,400.0%" in texts(made.figure)
    assert "A bar with an arrow is cut" in made.note


def test_dots_of_a_row_are_joined_and_a_missing_one_is_named():
    made = made_of("dumbbells")
    (points,) = made.figure.findobj(PathCollection)
    assert set(points.get_offsets()[:, 0]) == {25, 28, 5.6, 22.7, 3.5}
    assert {"$5.6bn", "$22.7bn", "$3.5bn; Kyrgyzstan n/a"} <= set(texts(made.figure))
    segments: Any = made.figure.findobj(LineCollection)[-1]
    joined = [line[:, 0].tolist() for line in segments.get_segments()]
    assert joined == [[25, 28], [5.6, 22.7], [3.5, 3.5]]


def test_cells_have_the_colour_of_what_they_say():
    made = made_of("words in cells")
    red = style.COLOURS["CHN"]
    assert paint(made) == [style.COLOURS["RUS"], red, red, style.SOFT]
    assert said(made.figure) == [
        "Kazakhstan, 2022: Russia",
        "Kazakhstan, 2023: China",
        "Turkmenistan, 2022: China",
        "Turkmenistan, 2023: n/a",
    ]


def test_spans_last_as_long_as_they_were_in_force_and_go_on_with_an_arrow():
    made = made_of("spans")
    (box,) = [box for box in boxes(made) if "Purchase subsidy" in str(box.get_gid())]
    days = [int(box.get_x()), int(box.get_x() + box.get_width()) - 1]
    ends = [str(np.datetime64(day, "D")) for day in days]
    assert ends == ["2009-01-23", "2022-12-31"]
    arrows = [line for line in drawn_lines(made, 1) if line.get_marker() == ">"]
    assert len(arrows) == 2
    assert "An arrow: no end is announced." in made.note
    assert "25 November 2026" in texts(made.figure)
    assert {"2010", "2026"} & set(texts(made.narrow))


def test_colours_mean_one_thing_by_code_or_by_name():
    assert COLOURS["Kazakhstan"] == COLOURS["KAZ"] == style.COUNTRY_COLOURS["KAZ"]
    goods = table("name,value_bn\nFuels,1\nMachinery,2")
    made = bars(goods, "name", colours={"Machinery": "machinery"}, **KEYS)
    of = style.GOODS_COLOURS
    assert paint(made) == [of["machinery"], of["fuels"]]
    assert not set(style.FLOW_COLOURS.values()) & set(style.COUNTRY_COLOURS.values())
    # The first that is free looks like Kazakhstan's; there are enough for twelve.
    assert palette(["KAZ", "CA4"])["CA4"] == style.CATEGORY_COLOURS[1]
    assert len({*palette(range(12)).values(), style.NOT_ALLOCATED}) == 13


def test_a_doubtful_figure_is_marked_and_named():
    frame = table("year,value_bn,quality\n2014,1,ok\n2015,2,doubtful")
    made = lines(frame, "year", **KEYS)
    assert texts(made.figure).count("?") == 1
    assert made.note == "Doubtful: 2015."
    assert "?" not in texts(lines(frame.assign(quality="ok"), "year", **KEYS).figure)
    of_dots = dots(frame.assign(partner=["KAZ", "UZB"]), "partner", **KEYS)
    assert texts(of_dots.figure).count("?") == 1


WRONG = r"""
lines(FIVE, "yaer", **KEYS) | column for lines must be .*'yaer' \(did you mean 'year'\?\)
bars(NEWEST, "partner", "partner", **KEYS) | column 'partner' must hold numbers to
lines(PAIRS.assign(year=2024), "year", **KEYS) | one row a year and reporter; year 2024, reporter
  China comes twice
lines(FIVE, "year", marks=NEWEST, **KEYS) | column for marks of lines must be one
bars(NEWEST, "partner", order="size", **KEYS) | order must be one of value, given
charts.grid(FLOWS, "year", "year", "flow", **KEYS) | year 2023 comes twice \(choose rows, or
bars(NEWEST, "partner", titel="x", **KEYS) | 'titel' \(did you mean 'title'\?\)
bars(NEWEST, "partner", title="") | title of a chart must state
columns(NEWEST.replace("UZB", "Central Asia").assign(year=2025), by="partner", **KEYS) | cannot
  stack Central Asia on its own parts, Kazakhstan, Turkmenistan: leave
lines(FLOWS[:2].assign(currency=["CNY", "USD"]), "year", **KEYS) | 'value_bn' holds billions of CNY,
  USD: choose the rows of one
"""


@pytest.mark.parametrize(("call", "sentence"), cases(WRONG))
def test_wrong_calls_end_in_a_sentence(call, sentence):
    with pytest.raises(ParameterError, match=sentence):
        eval(call)


NOTHING = """
lines(FIVE[:0], "year", **KEYS) | lines has nothing to draw: the frame has no rows
dots(NEWEST[2:], "partner", **KEYS) | dots has nothing to draw: no row has a value in 'value_bn'
columns(NEWEST[2:], "partner", **KEYS) | columns has nothing to draw: no row has a value in
  'value_bn'
charts.panels(FIVE[:0], by="reporter", **KEYS) | panels has nothing to draw: the frame has no rows
charts.grid(LED[:0], "partner", "year", "leader", **KEYS) | grid has nothing to draw: the frame has
  no rows
spans(None, **KEYS) | spans has nothing to draw: no measure and no landmark
"""


@pytest.mark.parametrize(("call", "why"), cases(NOTHING))
def test_a_chart_of_nothing_says_why_in_jupyterlab_and_is_on_no_page(
    call, why, tmp_path
):
    made = eval(call)
    assert made._repr_html_() == f'<p class="ct-none">{escape(why)}.</p>'
    html = made_page.page(made_page.shown(made._repr_html_()))
    assert "<figure" not in html
    assert "nothing to draw" not in html
    with pytest.raises(ParameterError, match="nothing to draw"):
        made.save(tmp_path / "chart.png")
    assert not any(tmp_path.iterdir())
    # Beside another it leaves no gap.
    shown = lines(FIVE, "year", **KEYS)
    assert display.beside(made, shown).html == shown._repr_html_()
    assert display.beside(made).html == ""


def test_a_row_of_an_unknown_thing_is_not_lost_without_a_word():
    """A contribution without a name, as a missing figure writes one, had no bar and no word."""
    parts = PARTS.assign(partner=["KAZ", None, f"in {MARK}", "CA5", "KGZ"])
    made = charts.contributions(parts, "partner", total="CA5", **KEYS)
    assert "2 rows are not drawn: what they are of is not known." in made.note
    assert "Kazakhstan +4.7 points" in made.alt
    whole = charts.contributions(PARTS, "partner", total="CA5", **KEYS)
    assert "not drawn" not in whole.note
    nothing = bars(parts[1:3], "partner", "contribution", **KEYS)
    assert nothing.alt == "bars has nothing to draw: no row has a partner"


def test_a_rule_outside_of_the_data_is_told_and_not_drawn():
    made = lines(
        FIVE[:3],
        "year",
        marks={"2014-05-01": "Inside", "2020-01-01": "Too late"},
        **KEYS,
    )
    assert "Before or after what is shown: Too late." in made.note
    assert "Too late" not in made.alt
    assert "Inside" in made.alt


def test_each_panel_has_its_own_scale_and_says_what_stands_at_its_ends():
    rows = [
        ("KAZ", "CHN", 2023, 41.0),
        ("KAZ", "CHN", 2024, 43.9),
        ("KAZ", "KAZ", 2023, None),
        ("KAZ", "KAZ", 2024, 30.2),
        ("TJK", "CHN", 2023, 3.9),
        ("TJK", "CHN", 2024, 0.56),
    ]
    frame = pd.DataFrame(rows, columns=["partner", "side", "year", "value_bn"])
    chart = charts.panels(
        frame, by="side", heads={"KAZ": "1.4 times"}, between=True, title="Both sides"
    )
    assert chart.alt == (
        "Small panels, 2023 to 2024: $ billion. Kazakhstan: China $41.0 billion, $43.9 billion,"
        " Kazakhstan $30.2 billion in 2024; Tajikistan: China $3.9 billion, $560 million."
    )
    assert chart.narrow is not None
    for drawing in (chart.figure, chart.narrow):
        insets = [axes for plot in drawing.axes for axes in plot.child_axes]
        tops = [axes.get_ylim()[1] for axes in insets]
        assert tops == pytest.approx([1.08 * 43.9, 1.08 * 3.9])
        texts = [text.get_text() for text in drawing.texts]
        # One that has a panel of its own has its colour beside the panel's name.
        assert {"43.9", "30.2", "0.56", "China"} <= {*texts}
    nothing = charts.panels(frame.assign(value_bn=float("nan")), by="side", title="x")
    assert nothing.alt == "panels has nothing to draw: no row has a value in 'value_bn'"
