"""The chart cores: what a picture shows is read from its artists, wide and narrow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from pictures import colliding, shown_texts, sticking_out

from catrade.charts import COLOURS, bars, chart, dots, grid, lines, spans, style
from catrade.charts.canvas import NARROW
from pagemill.display import Chart
from rounding.errors import ParameterError

Build = Callable[[], Chart]
PHONE = 350  # pixels a figure has on a phone 390 pixels wide


def yearly(**series: dict[int, float]) -> pd.DataFrame:
    """Return rows of billions, each published to the nearest 0.1."""
    rows = [
        {
            "year": year,
            "partner": code,
            "value_bn": v,
            "low_bn": v - 0.05,
            "high_bn": v + 0.05,
        }
        for code, values in series.items()
        for year, v in values.items()
    ]
    return pd.DataFrame(rows).assign(
        reporter="CHN", source_ids="a;b", basis="published"
    )


FIVE = yearly(
    KAZ={y: 20.0 + y - 2013 for y in range(2013, 2026)},
    KGZ=dict.fromkeys(range(2013, 2026), 5.2),
    TJK=dict.fromkeys(range(2013, 2026), 5.1),
    TKM=dict.fromkeys(range(2013, 2016), 5.0),
    UZB={y: 5.3 for y in range(2013, 2026) if y not in (2017, 2018)},
)
MONTHS = pd.DataFrame(
    {
        "date": pd.date_range("2018-01-01", periods=102, freq="MS"),
        "share": [0.02 + n / 300 for n in range(102)],
    }
)
RULES = pd.DataFrame(
    [
        ("2018-02-12", "Subsidy by driving range"),
        ("2019-06-26", "Subsidy halved"),
        ("2020-12-31", "Subsidy extended to 2022"),
        ("2022-12-31", "Subsidy ends"),
        ("2024-07-25", "Scrappage subsidy doubled"),
        ("2026-01-01", "Purchase tax at half rate"),
    ],
    columns=["date", "label"],
)
NEWEST = pd.DataFrame(
    [("UZB", 14.2, 13.0, 15.4), ("KAZ", 48.6, 48.55, 48.65), ("TKM", None, None, None)],
    columns=["partner", "value_bn", "low_bn", "high_bn"],
)
PARTS = pd.DataFrame(
    [
        ("KAZ", 0.047),
        ("UZB", -0.012),
        ("Residual", 0.002),
        ("CA5", 0.121),
        ("KGZ", 0.084),
    ],
    columns=["partner", "contribution"],
)
FLOWS = pd.DataFrame(
    [
        (y, flow, v)
        for y in (2023, 2024, 2025)
        for flow, v in (("export", 3.0), ("import", 2.0))
    ],
    columns=["year", "flow", "value_bn"],
)
PAIRS = pd.DataFrame(
    [
        ("KGZ", "CHN", "export", 22.7),
        ("KGZ", "KGZ", "export", 5.6),
        ("KAZ", "CHN", "export", 28.0),
        ("KAZ", "KGZ", "export", 25.0),
        ("TJK", "CHN", "export", 3.5),
        ("TJK", "KGZ", "export", None),
    ],
    columns=["partner", "reporter", "flow", "value_bn"],
)
LED = pd.DataFrame(
    [
        ("KAZ", 2022, "RUS"),
        ("KAZ", 2023, "CHN"),
        ("TKM", 2022, "CHN"),
        ("TKM", 2023, None),
    ],
    columns=["partner", "year", "leader"],
)
MEASURES = pd.DataFrame(
    [
        ("Purchase subsidy", "2009-01-23", "2022-12-31", "demand_support"),
        (
            "Purchase tax at half the rate, at most 15,000 yuan",
            "2026-01-01",
            None,
            "trade",
        ),
        ("Dual credits", "2017-09-28", None, "industrial_policy"),
    ],
    columns=["name", "start", "end", "theme"],
)
DAYS = pd.DataFrame(
    [
        ("2022-12-31", "Subsidy ends", "demand_support"),
        ("2023-06-21", "Tax exemption extended", "demand_support"),
        ("2026-07-01", "Battery safety standard", "safety"),
    ],
    columns=["date", "label", "theme"],
)
WORDS: dict[str, Any] = {
    "title": "A finding",
    "subtitle": "Exports plus imports of goods, $ billion, by the statistics of China’s customs, "
    "in the year’s prices",
}
CASES: dict[str, Build] = {
    "five lines": lambda: lines(FIVE, "year", **WORDS),
    "logarithm": lambda: lines(FIVE, "year", log=True, **WORDS),
    "months and rules": lambda: lines(MONTHS, y="share", marks=RULES, newest=True, **WORDS),
    "small shares": lambda: lines(MONTHS.assign(share=MONTHS["share"] / 200), y="share", **WORDS),
    "few months": lambda: lines(MONTHS[-20:], y="share", band=True, **WORDS),
    "one year": lambda: lines(FIVE[FIVE["year"] == 2025], "year", **WORDS),
    "ranked": lambda: bars(NEWEST, "partner", **WORDS),
    "grouped": lambda: bars(FIVE[FIVE["year"] > 2022], "partner", by="year", **WORDS),
    "contributions": lambda: bars(
        PARTS, "partner", "contribution", total="CA5", rest="Residual", **WORDS
    ),
    "arrows": lambda: dots(
        FIVE[FIVE["year"].isin([2015, 2025])], "partner", by="year", arrows=True, **WORDS
    ),
    "stacked": lambda: bars(FLOWS, "year", by="flow", upright=True, **WORDS),
    "dumbbells": lambda: dots(PAIRS, "partner", by="reporter", **WORDS),
    "panels": lambda: dots(
        pd.concat([PAIRS, PAIRS.assign(flow="import")]), "partner", by="reporter", panels="flow",
        **WORDS,
    ),
    "dots": lambda: dots(NEWEST, "partner", **WORDS),
    "words in cells": lambda: grid(LED, "partner", "year", "leader", **WORDS),
    "spans": lambda: spans(MEASURES, lane="theme", today="2026-11-25", landmarks=DAYS, **WORDS),
    "landmarks": lambda: spans(None, landmarks=DAYS, lane="theme", **WORDS),
}  # fmt: skip


def own_axes(kind: str) -> Chart:
    """Return a chart of an analyst's own axes."""
    axes = Figure(figsize=(6.4, 4.8)).subplots()
    if kind == "lines":
        rows = FIVE[FIVE["partner"].isin(["KAZ", "KGZ"])]
        sns.lineplot(rows, x="year", y="value_bn", hue="partner", ax=axes)
    elif kind == "many months":
        rows = MONTHS.assign(date=MONTHS["date"].dt.strftime("%B %Y"))[:30]
        sns.barplot(rows, x="date", y="share", ax=axes)
    else:
        rows = NEWEST.assign(
            partner=["Machinery and mechanical appliances", "Fuels", "Gold"]
        )
        sns.barplot(rows, x="value_bn", y="partner", ax=axes)
    return chart(axes, "A finding", data=rows, subtitle=WORDS["subtitle"])


OWN = ("lines", "many months", "long names")


@pytest.fixture(params=[*CASES, *OWN], scope="module")
def case(request: pytest.FixtureRequest) -> tuple[str, Chart]:
    name = request.param
    return name, own_axes(name) if name in OWN else CASES[name]()


def both(made: Chart) -> list[Figure]:
    assert made.narrow is not None
    return [made.figure, made.narrow]


def test_no_text_leaves_a_picture_or_lies_on_another(case: tuple[str, Chart]) -> None:
    for figure in both(case[1]):
        assert sticking_out(figure) == []
        assert colliding(figure) == []


def test_letters_are_readable_on_a_phone_and_on_a_dark_page(
    case: tuple[str, Chart],
) -> None:
    wide, narrow = both(case[1])
    scale = PHONE / (narrow.get_figwidth() * 72)
    assert narrow.get_figwidth() * 72 == pytest.approx(NARROW.width)
    assert min(text.get_fontsize() for text, _ in shown_texts(narrow)) * scale >= 9
    inks = {style.INK, style.MUTED}  # they follow the scheme
    if "cells" in case[0]:  # on a coloured cell, the one that reads better
        inks |= {"#000000", "#ffffff"}
    for figure in (wide, narrow):
        assert {to_hex(text.get_color()) for text, _ in shown_texts(figure)} <= inks


@pytest.mark.parametrize("name", CASES)
def test_marks_say_what_they_are(name: str) -> None:
    for figure in both(CASES[name]()):
        said = {
            str(artist.get_gid()) for artist in figure.findobj() if artist.get_gid()
        }
        assert said
        assert all(one.startswith("t:") and len(one) > 6 for one in said)


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for text, _ in shown_texts(figure)]


def told(made: Chart) -> list[str]:
    return [str(a.get_gid())[2:] for a in made.figure.findobj() if a.get_gid()]


def marks(figure: Figure) -> list[Line2D]:
    return [one for one in figure.findobj(Line2D) if one.get_gid()]  # type: ignore[arg-type]


def boxes(figure: Figure) -> list[Rectangle]:
    return [one for one in figure.findobj(Rectangle) if one.get_gid()]  # type: ignore[arg-type]


def series(made: Chart, points: int) -> np.ndarray:
    """Return x and y of the one line of so many points."""
    drawn = [o for o in made.figure.axes[0].get_lines() if len(o.get_xdata()) == points]
    (line,) = drawn
    return np.array([line.get_xdata(), line.get_ydata()], float)


@pytest.mark.parametrize("gap", ["no row", "no value"])
def test_a_missing_year_is_a_gap(gap: str) -> None:
    frame = yearly(KAZ={2022: 1.0, 2023: 2.0, 2024: 3.0, 2025: 4.0})
    missing = frame["year"] == 2024
    if gap == "no row":
        frame = frame[~missing]
    else:
        frame.loc[missing, ["value_bn", "low_bn", "high_bn"]] = np.nan
    made = lines(frame, "year", title="A finding")
    x, y = series(made, 4)
    assert x.tolist() == [2022, 2023, 2024, 2025]
    assert np.isnan(y).tolist() == [False, False, True, False]
    assert "Where a line breaks, there is no figure." in made.note
    assert told(made) == ["2022: $1.0bn", "2023: $2.0bn", "2025: $4.0bn"]


def test_a_missing_month_is_a_gap_and_months_between_quarters_are_none() -> None:
    made = lines(MONTHS.drop(index=[5, 6]), y="share", title="A finding")
    assert np.flatnonzero(np.isnan(series(made, 102)[1])).tolist() == [5, 6]
    assert lines(MONTHS[::3], y="share", title="A finding").note == ""


def test_hollow_are_computed_and_newest_points() -> None:
    frame = yearly(KAZ={2023: 1.0, 2024: 2.0, 2025: 3.0})
    frame.loc[frame["year"] == 2023, "basis"] = "sum_of_flows"
    made = lines(frame, "year", newest=True, title="A finding")
    faces = {m.get_gid(): to_hex(m.get_markerfacecolor()) for m in marks(made.figure)}
    assert faces == {
        "t:2023: $1.0bn": style.PAPER,
        "t:2024: $2.0bn": style.INK,
        "t:2025: $3.0bn": style.PAPER,
    }
    assert made.note == (
        "Hollow marks: these figures were computed (exports plus imports). "
        "Hollow at the end: the newest figure, which may be revised."
    )


def test_whiskers_only_where_an_interval_can_be_seen() -> None:
    frame = yearly(KAZ={2024: 10.0, 2025: 10.0})
    frame.loc[1, ["low_bn", "high_bn"]] = [8.0, 12.0]
    made = lines(frame, "year", title="A finding")
    seen = [o for o in made.figure.axes[0].get_lines() if o.get_marker() == "_"]
    assert [list(o.get_ydata()) for o in seen] == [[8.0, 12.0]]


def test_a_total_shows_beside_a_part_that_is_nearly_all_of_it() -> None:
    both = [(y, flow, 5.0) for y in (2023, 2024, 2025) for flow in ("total", "export")]
    made = lines(pd.DataFrame(both, columns=FLOWS.columns), "year", title="A finding")
    drawn = [o for o in made.figure.axes[0].get_lines() if len(o.get_xdata()) == 3]
    wide = {to_hex(o.get_color()): o.get_linewidth() for o in drawn}
    assert wide[style.INK] > wide[style.COLOURS["export"]] + 1
    # Parts are drawn later, so on top.
    assert [to_hex(o.get_color()) for o in drawn][-1] != style.INK


def test_end_labels_say_name_value_and_the_year_of_a_line_that_ended() -> None:
    shown = texts(CASES["five lines"]().figure)
    # Kazakhstan: 20 in 2013, one more each year.
    assert {
        "Kazakhstan $32.0bn",
        "Turkmenistan $5.0bn (2015)",
        "Uzbekistan $5.3bn",
    } <= set(shown)


def test_labels_stand_at_most_sixty_pixels_from_their_lines() -> None:
    figure = CASES["five lines"]().figure
    where = {text.get_text(): box for text, box in shown_texts(figure)}
    axes = figure.axes[0]
    for label, end in {
        "Kazakhstan $32.0bn": (2025, 32.0),
        "Turkmenistan $5.0bn (2015)": (2015, 5.0),
        "Uzbekistan $5.3bn": (2025, 5.3),
    }.items():
        x, y = axes.transData.transform(end)
        box = where[label]
        across = max(box[0] - x, x - box[2], 0)
        along = max(box[1] - y, y - box[3], 0)
        assert np.hypot(across, along) * 760 / 518.4 <= 60


def test_rules_are_named_above_and_listed_below_on_a_phone() -> None:
    made = CASES["months and rules"]()
    assert set(RULES["label"]) <= set(texts(made.figure))
    narrow = texts(made.narrow) if made.narrow else []
    assert "5 Scrappage subsidy doubled, July 2024" in narrow
    assert {"1", "6"} <= set(narrow)


ALTS = {
    # 0.02 + n / 300: 2% at first, 0.02 + 101 / 300 = 35.7% in June 2026, the 102nd month.
    "months and rules": "2.0% in January 2018, 35.7% in June 2026; highest 35.7% in June 2026, "
    "lowest 2.0% in January 2018.",
    "five lines": "Kazakhstan: $20.0 billion in 2013, $32.0 billion in 2025; highest $32.0 billion "
    "in 2025, lowest $20.0 billion in 2013.",
    "one year": "Kazakhstan: $32.0 billion in 2025, the only figure.",
    "ranked": "Kazakhstan $48.6 billion; Uzbekistan $14 billion; Turkmenistan no figure.",
    "contributions": "Kyrgyzstan +8.4 points; Kazakhstan +4.7 points; Uzbekistan −1.2 points; "
    "Residual +0.2 points; Central Asia +12.1 points.",
    "stacked": "2023: Exports $3.0 billion, Imports $2.0 billion;",
    "dumbbells": "Kyrgyzstan: Kyrgyzstan $5.6 billion, China $22.7 billion;",
    "words in cells": "Kazakhstan: 2022 Russia, 2023 China; Turkmenistan: 2022 China, 2023 "
    "no figure.",
    "spans": "Purchase subsidy: January 2009 to December 2022;",
    "landmarks": "Spans of time, December 2022 to July 2026. December 2022, Subsidy ends;",
}


@pytest.mark.parametrize("name", ALTS)
def test_alternative_texts(name: str) -> None:
    assert ALTS[name] in CASES[name]().alt


def test_words_of_the_caller_win_and_the_source_is_named() -> None:
    made = lines(
        FIVE, "year", title="A finding", alt="Five lines that rise.", note="Mind this."
    )
    assert (made.title, made.alt) == ("A finding", "Five lines that rise.")
    assert made.note == "Where a line breaks, there is no figure. Mind this."
    assert (
        made.source
        == "Statistics of China, as published in 2 sources (listed under Sources)."
    )
    assert made.table.equals(FIVE)


def test_a_bar_without_a_figure_says_so_and_is_no_zero() -> None:
    made = CASES["ranked"]()
    assert [b.get_width() for b in boxes(made.figure)] == [48.6, 14.2]
    assert "n/a" in texts(made.figure)
    assert "n/a: no figure." in made.note


def test_bars_are_ranked_with_rest_and_total_last() -> None:
    made = CASES["contributions"]()
    assert told(made) == [
        *("Kyrgyzstan: +8.4", "Kazakhstan: +4.7", "Uzbekistan: −1.2"),
        *("Residual: +0.2", "Central Asia: +12.1"),
    ]
    paint = [to_hex(b.get_facecolor()) for b in boxes(made.figure)]
    assert paint[2:] == [style.COLOURS["UZB"], style.NOT_ALLOCATED, style.INK]
    assert [b.get_width() < 0 for b in boxes(made.figure)] == [
        False,
        False,
        True,
        False,
        False,
    ]


def test_stacks_stand_on_one_another_and_write_their_sum() -> None:
    made = CASES["stacked"]()
    first, second, *_ = boxes(made.figure)
    assert (first.get_y(), first.get_height(), second.get_y()) == (0, 3, 3)
    assert texts(made.figure).count("$5.0bn") == 3
    assert to_hex(first.get_facecolor()) == style.FLOW_COLOURS["export"]


def test_an_arrow_ends_at_the_newest_value_which_its_column_is_of() -> None:
    frame = pd.DataFrame(
        {
            "goods": ["Gas", "Gas", "Ores"],
            "year": [2024, 2015, 2024],
            "share": [0.25, 0.4, 0.1],
            "dollars": ["$5.1bn", "$2.0bn", "$2.1bn"],
        }
    )
    look = {"arrows": True, "column": "dollars", "colours": {"Gas": "KAZ"}}
    made = dots(frame, "goods", "share", by="year", title="A finding", **look)
    assert made.alt == "Dot chart: %. Gas: 2015 40.0%, 2024 25.0%; Ores: 2024 10.0%."
    heads = [(m.get_marker(), m.get_color()) for m in marks(made.figure)]
    grey, blue = style.NOT_ALLOCATED, style.COLOURS["KAZ"]
    assert heads == [("o", blue), ("<", blue), ("o", grey)]
    assert {"$5.1bn", "$2.1bn"} <= set(texts(made.figure))
    assert "$2.0bn" not in texts(made.figure)


def test_a_bar_beyond_the_cut_is_cut_and_says_so() -> None:
    frame = pd.DataFrame({"year": [2023, 2024, 2025], "growth": [0.2, 34.0, -0.1]})
    made = bars(frame, "year", "growth", upright=True, cut=0.6, title="A finding")
    assert [b.get_height() for b in boxes(made.figure)] == [20, 60, -10]
    assert "↑ 3,400.0%" in texts(made.figure)
    assert "A bar with an arrow is cut" in made.note


def test_dots_of_a_row_are_joined_and_a_missing_one_is_named() -> None:
    made = CASES["dumbbells"]()
    assert [float(m.get_xdata()[0]) for m in marks(made.figure)] == [
        25,
        28,
        5.6,
        22.7,
        3.5,
    ]
    assert {"$5.6bn", "$22.7bn", "$3.5bn; Kyrgyzstan n/a"} <= set(texts(made.figure))
    bar = [o for o in made.figure.axes[0].get_lines() if len(o.get_xdata()) == 2]
    assert [o.get_xdata() for o in bar] == [[25, 28], [5.6, 22.7]]


def test_panels_stand_beside_one_another_wide_and_below_narrow() -> None:
    wide, narrow = ([a.get_position() for a in f.axes] for f in both(CASES["panels"]()))
    assert wide[0].x1 < wide[1].x0
    assert wide[0].y0 == wide[1].y0
    assert narrow[0].y0 > narrow[1].y1


def test_cells_have_the_colour_of_what_they_say() -> None:
    made = CASES["words in cells"]()
    mesh = made.figure.axes[0].collections[0]
    made.figure.canvas.draw() if hasattr(made.figure.canvas, "draw") else None
    faces = [to_hex(c) for c in mesh.to_rgba(mesh.get_array()).reshape(-1, 4)[:3]]
    assert faces == [style.COLOURS["RUS"], style.COLOURS["CHN"], style.COLOURS["CHN"]]
    assert told(made) == [
        *("Kazakhstan, 2022: Russia", "Kazakhstan, 2023: China"),
        *("Turkmenistan, 2022: China", "Turkmenistan, 2023: n/a"),
    ]


def test_spans_last_as_long_as_they_were_in_force_and_go_on_with_an_arrow() -> None:
    made = CASES["spans"]()
    ends = {
        b.get_gid()[2:].split(":")[0]: (
            str(np.datetime64(int(b.get_x()), "D")),
            str(np.datetime64(int(b.get_x() + b.get_width()) - 1, "D")),
        )
        for b in boxes(made.figure)
    }
    assert ends["Purchase subsidy"] == ("2009-01-23", "2022-12-31")
    arrows = [o for o in made.figure.axes[0].get_lines() if o.get_marker() == ">"]
    assert len(arrows) == 2
    assert "An arrow: no end is announced." in made.note
    assert "25 November 2026" in texts(made.figure)
    assert made.narrow is not None
    assert {"2010", "2026"} & set(texts(made.narrow))


def test_colours_mean_one_thing_by_code_or_by_name() -> None:
    assert COLOURS["Kazakhstan"] == COLOURS["KAZ"] == style.COUNTRY_COLOURS["KAZ"]
    goods = pd.DataFrame({"group_name": ["Fuels", "Machinery"], "value_bn": [1.0, 2.0]})
    made = bars(
        goods, "group_name", title="A finding", colours={"Machinery": "machinery"}
    )
    paint = [to_hex(b.get_facecolor()) for b in boxes(made.figure)]
    assert paint == [style.GOODS_COLOURS["machinery"], style.GOODS_COLOURS["fuels"]]
    assert not set(style.FLOW_COLOURS.values()) & set(style.COUNTRY_COLOURS.values())


def test_a_house_chart_of_seaborns_axes() -> None:
    frame = FLOWS.assign(reporter="CHN", sources="a;b")
    ax = sns.lineplot(frame, x="year", y="value_bn", hue="flow", palette=COLOURS)
    made = chart(ax, "A finding", data=frame)
    assert made.alt == (
        "Chart of value_bn by year. Exports: from $3.0 billion (2023) to $3.0 billion (2023); "
        "Imports: from $2.0 billion (2023) to $2.0 billion (2023)."
    )
    assert (
        made.source
        == "Statistics of China, as published in 2 sources (listed under Sources)."
    )
    assert made.table.equals(frame)
    assert to_hex(ax.get_lines()[0].get_color()) == style.FLOW_COLOURS["export"]
    assert not ax.spines["right"].get_visible()


YEARS = pd.DataFrame(
    {
        "year": [2023, 2024, 2025] * 2,
        "partner_name": ["Kazakhstan"] * 3 + ["Uzbekistan"] * 3,
        "value_bn": [24.7, 28.0, 29.7, 12.4, 11.8, 14.2],
    }
)


def _mine(draw: Any, frame: pd.DataFrame = YEARS, **look: Any) -> tuple[Axes, Chart]:
    """Draw a frame with seaborn and give it to the house; return the axes and the chart."""
    look = {"hue": "partner_name", "ax": Figure().subplots()} | look
    axes = draw(frame, x="year", y="value_bn", **look)
    return axes, chart(axes, "A finding", data=frame)


def test_seaborns_lines_get_colours_names_at_their_ends_and_zero() -> None:
    """Nothing of it was asked for: `hue="partner_name"` is all that an analyst types."""
    axes, made = _mine(sns.lineplot)
    paint = [to_hex(line.get_color()) for line in axes.lines[:2]]
    assert paint == [COLOURS["Kazakhstan"], COLOURS["Uzbekistan"]]
    assert axes.get_legend() is None
    assert {"Kazakhstan", "Uzbekistan"} <= set(texts(made.figure))
    assert axes.get_ylim()[0] == 0
    assert {one.get_fontsize() for one in axes.texts} == {9}
    assert made.narrow is not None


def test_names_at_the_ends_lie_on_none_other() -> None:
    close = YEARS.assign(value_bn=[1.0, 2.0, 3.0, 1.0, 2.0, 3.01])
    axes, _ = _mine(sns.lineplot, close)
    (_, one), (_, other) = (name.get_position() for name in axes.texts)
    ends = axes.transData.transform([name.xy for name in axes.texts])[:, 1]
    gap = abs((ends[0] - ends[1]) * 72 / axes.figure.dpi + one - other)
    assert gap >= 9


def test_what_was_chosen_stays() -> None:
    mine = {"Kazakhstan": "#ff0000", "Uzbekistan": "#00ff00"}
    axes, _ = _mine(sns.lineplot, palette=mine)
    assert [to_hex(line.get_color()) for line in axes.lines[:2]] == [*mine.values()]
    axes = sns.lineplot(YEARS[:3], x="year", y="value_bn", ax=Figure().subplots())
    axes.set_ylim(20, 30)
    chart(axes, "A finding", data=YEARS[:3])
    assert axes.get_ylim() == (20, 30)


def test_seaborns_bars_get_colours_and_a_legend_of_names() -> None:
    flows = FLOWS.assign(year=2023)
    axes, _ = _mine(sns.barplot, flows, hue="flow")
    assert to_hex(axes.patches[0].get_facecolor()) == style.FLOW_COLOURS["export"]
    legend = axes.get_legend()
    assert [text.get_text() for text in legend.get_texts()] == ["Exports", "Imports"]
    assert legend.get_title().get_text() == ""


def test_a_doubtful_figure_is_marked_and_named() -> None:
    frame = pd.DataFrame(
        {"year": [2014, 2015], "value_bn": [1.0, 2.0], "quality": ["ok", "doubtful"]}
    )
    made = lines(frame, "year", title="A finding")
    assert texts(made.figure).count("?") == 1
    assert made.note == "Doubtful: 2015."
    sure = lines(frame.assign(quality="ok"), "year", title="A finding")
    assert "?" not in texts(sure.figure)
    of_dots = dots(frame.assign(partner=["KAZ", "UZB"]), "partner", title="A finding")
    assert texts(of_dots.figure).count("?") == 1
    axes = sns.lineplot(frame, x="year", y="value_bn", ax=Figure().subplots())
    assert chart(axes, "A finding", data=frame).note == "Doubtful: 2015."


def test_marks_are_days_and_words() -> None:
    days = FLOWS.iloc[:1].assign(date=pd.Timestamp("2024-01-01"))
    more = days.assign(date=pd.Timestamp("2024-03-01"))
    rows = pd.concat([days, more])
    made = lines(rows, title="A finding", marks={"2024-02-25": "BYD starts"})
    assert "Marked: BYD starts (February 2024)." in made.alt


def test_values_of_ones_own_axes_are_named_and_shares_are_per_cent() -> None:
    shares = pd.DataFrame({"goods": ["Fuels", "Gold"], "share": [0.25, 0.5]})
    for x, y in (("goods", "share"), ("share", "goods")):
        made = chart(
            sns.barplot(shares, x=x, y=y, ax=Figure().subplots()),
            "A finding",
            data=shares,
        )
        assert "%" in texts(made.figure)
        assert {"0", "50"} <= {text.removesuffix(".0") for text in texts(made.figure)}
        assert (
            made.alt == "Chart of share by goods. From 25.0% (Fuels) to 50.0% (Gold)."
        )


@pytest.mark.parametrize(
    ("columns", "kind"), [(2, None), (1, None), (1, "polar"), (1, "3d")]
)
def test_only_panels_side_by_side_have_no_drawing_for_a_phone(
    columns: int, kind: str | None
) -> None:
    figure = Figure()
    figure.subplots(1, columns, subplot_kw={"projection": kind})
    assert (chart(figure, "A finding").narrow is None) == (columns > 1)


def test_a_house_chart_reads_back_what_is_drawn() -> None:
    axes = Figure().subplots()
    axes.plot([2024, 2025], [94.8, 106.3], label="Trade")
    axes.scatter([2025], [1.0], label="Point")
    axes.bar([2024], [2.0], label="Bar")
    made = chart(axes, "A finding", alt="Trade rose in 2025.")
    assert made.table.to_dict("list") == {
        "series": ["Trade", "Trade", "Point", "Bar"],
        "x": [2024, 2025, 2025, 2024],
        "y": [94.8, 106.3, 1, 2],
    }


KEYS: dict[str, Any] = {"title": "A finding"}
WRONG: list[tuple[Build, str]] = [
    (
        lambda: lines(FIVE, "yaer", **KEYS),
        r"column for lines must be one of .*; got 'yaer' \(did you mean 'year'\?\)",
    ),
    (
        lambda: bars(NEWEST, "partner", "partner", **KEYS),
        r"column 'partner' must hold numbers to",
    ),
    (
        lambda: lines(FIVE.iloc[:0], "year", **KEYS),
        r"lines has nothing to draw: the frame has no",
    ),
    (
        lambda: dots(NEWEST[2:], "partner", **KEYS),
        r"dots has nothing to draw: no row has a value in 'value_bn'",
    ),
    (
        lambda: lines(PAIRS.assign(year=2024), "year", **KEYS),
        r"lines needs one row a year and partner; year 2024, partner Kyrgyzstan comes twice",
    ),
    (
        lambda: lines(FIVE, "year", marks=NEWEST, **KEYS),
        r"column for marks of lines must be one",
    ),
    (
        lambda: bars(NEWEST, "partner", order="size", **KEYS),
        r"order must be one of value, given",
    ),
    (
        lambda: grid(FLOWS, "year", "year", "flow", **KEYS),
        r"grid needs one row a year; year 2023 comes twice \(choose rows, or name",
    ),
    (
        lambda: bars(NEWEST, "partner", titel="A finding"),  # type: ignore[call-arg]
        r"argument must be one of .*; got 'titel' \(did you mean 'title'\?\)",
    ),
    (lambda: bars(NEWEST, "partner"), r"title of a chart must state"),  # type: ignore[call-arg]
    (lambda: spans(None, **KEYS), r"spans has nothing to draw"),
]


@pytest.mark.parametrize(("call", "sentence"), WRONG, ids=[w[1][:30] for w in WRONG])
def test_wrong_calls_end_in_a_sentence(call: Build, sentence: str) -> None:
    with pytest.raises(ParameterError, match=sentence):
        call()
