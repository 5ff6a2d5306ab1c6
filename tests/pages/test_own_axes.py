"""`ct.chart`: any axes, of seaborn or one's own, become a picture of the house."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
import seaborn as sns
from drawn import (
    FLOWS,
    KEYS,
    MONTHS,
    NEWEST,
    SOURCES,
    WORDS,
    assert_readable,
    shown_texts,
    table,
    texts,
)
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

import catrade as ct
from catrade.charts import COLOURS, chart, style
from pagemill.display import Chart

YEARS = table("""partner_name,year,flow,value_bn,china_bn
Kazakhstan,2023,export,24.7,49.4
Kazakhstan,2024,export,28.0,56.0
Kazakhstan,2025,export,29.7,59.4
Uzbekistan,2023,import,12.4,24.8
Uzbekistan,2024,import,11.8,23.6
Uzbekistan,2025,import,14.2,28.4""")

GOODS = ["Machinery and mechanical appliances", "Fuels", "Gold"]

ACROSS = {"x": "value_bn", "y": "partner_name", "hue": None}

#: What seaborn draws.
OWN: dict[str, tuple[Any, pd.DataFrame, dict[str, Any]]] = {
    "own lines": (sns.lineplot, YEARS, {}),
    "many months": (
        sns.barplot,
        MONTHS.assign(date=MONTHS["date"].dt.strftime("%B %Y"))[:30],
        {"x": "date", "y": "share", "hue": None},
    ),
    "long names": (sns.barplot, NEWEST.assign(partner_name=GOODS), ACROSS),
    "own bars": (sns.barplot, YEARS.loc[[2, 5]], ACROSS),
    "cloud": (sns.scatterplot, YEARS.loc[[0, 1, 5]], {"x": "china_bn"}),
    "two kinds": (sns.lineplot, YEARS, {"style": "flow"}),
    "means": (sns.lineplot, YEARS, {"hue": None}),
    "close lines": (sns.lineplot, YEARS.assign(value_bn=[1, 2, 3, 1, 2, 3.01]), {}),
}


def _mine(draw: Any, frame: pd.DataFrame = YEARS, **look: Any) -> tuple[Axes, Chart]:
    """Draw a frame with seaborn and give it to the house; return the axes and the chart."""
    usual = {"x": "year", "y": "value_bn", "hue": "partner_name"}
    axes = draw(frame, **(usual | {"ax": Figure().subplots()} | look))
    return axes, chart(axes, data=frame, **WORDS)


ALTS = {
    "own bars": "partner_name. Kazakhstan $29.7 billion; Uzbekistan $14.2 billion.",
    "cloud": "Kazakhstan: from $24.7 billion ($49.4 billion) to $28.0 billion ($56.0 billion);"
    " Uzbekistan $14.2 billion ($28.4 billion).",
    # The line is of means, which are no figures of the frame.
    "means": "Chart of value_bn by year; rows of data: 6.",
}


@pytest.mark.parametrize("name", OWN)
def test_a_picture_can_be_read_on_a_page_and_on_a_phone(name):
    draw, frame, look = OWN[name]
    made = _mine(draw, frame, **look)[1]
    assert_readable(made)
    assert ALTS.get(name, "") in made.alt


def test_seaborns_lines_get_colours_names_at_their_ends_and_zero():
    """Nothing of it was asked for: `hue="partner_name"` is all that an analyst types."""
    axes, made = _mine(sns.lineplot, YEARS.assign(reporter="CHN", sources="a;b"))
    drawn = [to_hex(line.get_color()) for line in axes.lines[:2]]
    assert drawn == [COLOURS["Kazakhstan"], COLOURS["Uzbekistan"]]
    assert axes.get_legend() is None
    assert {"Kazakhstan", "Uzbekistan"} <= set(texts(made.figure))
    assert axes.get_ylim()[0] == 0
    assert made.alt == (
        "Chart of value_bn by year. Kazakhstan: from $24.7 billion (2023) to $29.7 billion (2025);"
        " Uzbekistan: from $12.4 billion (2023) to $14.2 billion (2025)."
    )
    assert made.source == SOURCES["a;b"]
    assert not axes.spines["right"].get_visible()


def test_what_was_chosen_stays():
    mine = {"Kazakhstan": "#ff0000", "Uzbekistan": "#00ff00"}
    axes, _ = _mine(sns.lineplot, palette=mine)
    assert [to_hex(line.get_color()) for line in axes.lines[:2]] == [*mine.values()]
    axes = sns.lineplot(YEARS[:3], x="year", y="value_bn", ax=Figure().subplots())
    axes.set_ylim(20, 30)
    chart(axes, data=YEARS[:3], **KEYS)
    assert axes.get_ylim() == (20, 30)


def test_seaborns_bars_get_colours_and_a_legend_of_names():
    axes, _ = _mine(sns.barplot, FLOWS.assign(year=2023), hue="flow")
    assert to_hex(axes.patches[0].get_facecolor()) == style.FLOW_COLOURS["export"]
    legend: Any = axes.get_legend()
    assert [text.get_text() for text in legend.get_texts()] == ["Exports", "Imports"]
    assert legend.get_title().get_text() == ""
    axes, _ = _mine(sns.scatterplot)
    legend = axes.get_legend()
    marks = [to_hex(mark.get_markerfacecolor()) for mark in legend.legend_handles]
    assert marks == [COLOURS["Kazakhstan"], COLOURS["Uzbekistan"]]


def test_without_a_legend_each_series_has_a_colour():
    figure = Figure()
    named, stack = figure.subplots(2, sharex=True)
    named.pie([3, 2], labels=["Kazakhstan", "Uzbekistan"])
    stack.stackplot([1, 2], [[1, 2], [3, 4]])
    chart(figure, **KEYS)
    drawn = [*named.patches, *stack.collections]
    faces = [to_hex(np.ravel(artist.get_facecolor())) for artist in drawn]
    own = [COLOURS["Kazakhstan"], COLOURS["Uzbekistan"]]
    # Neither of the first two looks like one of these.
    assert faces == [*own, *style.CATEGORY_COLOURS[:2]]


def test_cells_are_read_back_by_their_names():
    cells = YEARS.pivot_table("value_bn", "partner_name", "year")
    made = chart(sns.heatmap(cells, ax=Figure().subplots()), **KEYS)
    assert made.table.loc[3].tolist() == ["Uzbekistan", "2023", 12.4]
    assert "partner_name" not in texts(made.figure)


def test_axes_over_others_draw_no_lines_over_them():
    axes = Figure().subplots()
    both = [axes, axes.twinx()]
    chart(axes, **KEYS)
    lined = [axes.yaxis.get_gridlines()[0].get_visible() for axes in both]
    assert lined == [True, False]


@pytest.mark.parametrize("across", [True, False])
def test_values_of_ones_own_axes_are_named_and_shares_are_per_cent(
    across,
):
    shares = table("goods,share\nFuels,0.25\nGold,0.5")
    x, y = ("share", "goods") if across else ("goods", "share")
    axes = sns.barplot(shares, x=x, y=y, ax=Figure().subplots())
    made = chart(axes, data=shares, **KEYS)
    assert {"%", "0", "50"} <= {text.removesuffix(".0") for text in texts(made.figure)}
    assert (
        made.alt == "Chart of share by goods. Between 25.0% (Fuels) and 50.0% (Gold)."
    )


@pytest.mark.parametrize(
    ("panels", "kind"), [(2, None), (1, None), (1, "polar"), (1, "3d")]
)
def test_only_panels_side_by_side_have_no_drawing_for_a_phone(panels, kind):
    figure = Figure()
    figure.subplots(1, panels, sharey=True, subplot_kw={"projection": kind})
    for axes in figure.axes:
        axes.plot([1, 2], [3, 4], label="Trade")
        axes.legend()
    assert (chart(figure, **KEYS).narrow is None) == (panels > 1)
    # A name at an end would lie on the next panel.
    assert (figure.axes[0].get_legend() is None) == (panels == 1)


def test_a_house_chart_reads_back_what_is_drawn():
    axes = Figure().subplots()
    axes.plot([2024, 2025], [94.8, 106.3], label="Trade")
    axes.scatter([2025], [1.0], label="Point")
    axes.bar([2024], [2.0], label="Bar")
    axes.barh([3], [2.0], label="Lying")
    axes.axvline(2025)  # is no data
    made = chart(axes, alt="Trade rose in 2025.", **KEYS)
    assert made.table.to_dict("list") == {
        "series": ["Trade", "Trade", "Point", "Bar", "Lying"],
        "x": [2024, 2025, 2025, 2024, 2],
        "y": [94.8, 106.3, 1, 2, 3],
    }


def test_small_money_on_axes_of_one_s_own_is_in_millions():
    small = pd.DataFrame({"year": [2024, 2025], "value_bn": [0.017, 0.026]})
    axes = sns.lineplot(small, x="year", y="value_bn", ax=Figure().subplots())
    made = chart(axes, "Small", data=small)
    written = [text.get_text() for text, _ in shown_texts(made.figure)]
    assert {"$ million", "20"} <= {*written}
    assert "From $17 million (2024) to $26 million (2025)" in made.alt


@pytest.mark.parametrize(
    ("subtitle", "written"),
    [
        ("China’s exports", "China’s exports, $ million"),
        ("China’s exports, $ million", "China’s exports, $ million"),
        ("", "$ million"),
    ],
)
def test_an_axis_of_money_says_its_unit(subtitle, written):
    frame = pd.DataFrame({"year": [2024, 2025], "value_bn": [0.1, 0.2]})
    axes = Figure().subplots()
    axes.plot(frame["year"], frame["value_bn"])
    axes.set(xlabel="year", ylabel="value_bn")
    drawn = chart(axes, "Exports doubled", data=frame, subtitle=subtitle)
    assert drawn.figure.axes[0].get_title(loc="left") == written
    assert drawn.figure.axes[0].get_ylabel() == ""


def test_an_axis_of_values_says_what_the_door_says_of_them():
    """`value` may be of anything: it was written as it stands, and nobody read of what."""
    cars = ct.market("nev_sales", start=2024, freq="year")
    assert cars.attrs["unit"] == "vehicles"
    axes = sns.lineplot(cars, x="date", y="value", ax=Figure().subplots())
    drawn = chart(axes, "More cars", data=cars)
    assert drawn.figure.axes[0].get_title(loc="left") == "Vehicles"
