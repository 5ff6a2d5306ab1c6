"""A figure is drawn once: `canvas`, `line`, `label`, `spread`, `between`; `ct.show` of any axes."""

import io
import itertools
import json
import re
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
import seaborn as sns
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure
from matplotlib.text import Text

import catrade as ct
from catrade import page
from pagemill.display import Chart
from rounding.errors import ParameterError
from rounding.told import Unknown

DOCS = Path(__file__).resolve().parents[2] / "docs"
#: Two countries over six years, of which one has no figure of 2022.
YEARS = pd.DataFrame(
    {
        "partner_name": ["Kazakhstan"] * 6 + ["Uzbekistan"] * 5,
        "year": [2019, 2020, 2021, 2022, 2023, 2024, 2019, 2020, 2021, 2023, 2024],
        "value_bn": [12.8, 11.7, 13.8, 16.4, 24.7, 28.0, 5.0, 5.1, 5.9, 12.4, 11.8],
        "sources": "eec-2022",
    }
)
KAZ = YEARS[:6]
#: The eleven months of gold: what is small before and after is told as well.
MONTHS = pd.DataFrame({"date": pd.date_range("2024-01-01", periods=31, freq="MS")})
IS_GOLD = MONTHS["date"].between("2024-10-01", "2025-08-01")
MONTHS["value_bn"] = np.where(IS_GOLD, 5.0, 0.1)
MONTHS.loc[14, "value_bn"] = 8.1  # March 2025


def drawn_boxes(figure: Figure) -> list[tuple[str, Any]]:
    """Return the texts of a figure that are seen, and where the renderer puts them."""
    outside: set[Any] = set()
    for axes in figure.axes:
        for axis, ends in (
            (axes.xaxis, axes.get_xlim()),
            (axes.yaxis, axes.get_ylim()),
        ):
            for tick in axis.get_major_ticks():
                if not axes.axison or not min(ends) <= tick.get_loc() <= max(ends):
                    outside |= {tick.label1, tick.label2}
    return [
        (text.get_text(), Text.get_window_extent(text))
        for text in figure.findobj(Text)
        if text not in outside and text.get_visible() and text.get_text().strip()
    ]


def assert_readable(chart: Chart | None) -> None:
    """Hold that a drawing is 640 wide in letters of 17, none cut and none on another."""
    assert chart is not None
    figure = chart.figure
    assert round(96 * figure.get_figwidth()) == 640
    width, height = figure.get_size_inches() * figure.dpi
    boxes = drawn_boxes(figure)
    for text, box in boxes:
        assert min(box.x0, box.y0) >= -1, text
        assert box.x1 <= width + 1, text
        assert box.y1 <= height + 1, text
    for (text, box), (other, its) in itertools.combinations(boxes, 2):
        across = min(box.x1, its.x1) - max(box.x0, its.x0)
        along = min(box.y1, its.y1) - max(box.y0, its.y0)
        assert min(across, along) <= 1, (text, other)
    sizes = [float(size) for size in re.findall(r"font-size: ([\d.]+)px", chart.svg())]
    assert min(sizes) * 350 / 480 >= 9


def tips(chart: Chart | None) -> list[str]:
    """Return what the marks of a drawing say by finger, mouse and keys, in their order."""
    assert chart is not None
    return re.findall("<title>(.*?)</title>", chart.svg())


def shown(drawing: Any, frame: pd.DataFrame, *titles: str, **words: str) -> Chart:
    chart = ct.show(drawing, frame, *(titles or ("A finding",)), **words)  # type: ignore[arg-type]
    assert_readable(chart)
    assert chart is not None
    return chart


# A line


def test_a_line_breaks_where_a_year_is_missing():
    _, axes = page.canvas()
    page.line(axes, YEARS[6:], "UZB")
    drawn = axes.lines[0].get_ydata()
    assert np.array_equal(drawn, [5.0, 5.1, 5.9, np.nan, 12.4, 11.8], equal_nan=True)


def test_a_line_breaks_where_another_statistic_begins():
    """Of the years 2019 to 2024, figures from 2022 on are of another statistic."""
    frame = KAZ.assign(**{"break": KAZ["year"] == 2022})
    _, axes = page.canvas()
    page.line(axes, frame, "KAZ")
    assert np.isnan(axes.lines[0].get_ydata()).tolist().index(True) == 3
    _, axes = page.canvas()
    page.line(axes, frame, "KAZ", breaks="")
    assert not np.isnan(axes.lines[0].get_ydata()).any()


def test_months_break_where_one_is_missing():
    _, axes = page.canvas()
    page.line(axes, MONTHS.drop(index=[5, 6]), x="date")
    assert np.isnan(axes.lines[0].get_ydata()).sum() == 1


@pytest.mark.parametrize(
    "of_2024", [{"quality": "doubtful"}, {"quality": "estimated"}, {"basis": "nowcast"}]
)
def test_what_is_doubtful_or_estimated_is_hollow_and_not_in_the_line(of_2024):
    frame = KAZ.assign(quality="ok", basis="published")
    frame.loc[5, list(of_2024)] = list(of_2024.values())
    figure, axes = page.canvas()
    page.line(axes, frame, "KAZ", "Kazakhstan")
    sound, hollow = axes.lines
    assert sound.get_xdata().max() == 2023
    assert (hollow.get_xdata().tolist(), hollow.get_linestyle()) == ([2024], "None")
    assert mpl.colors.to_hex(hollow.get_markerfacecolor()) == "#fefefe"
    # What is not known for sure is told all the same.
    assert "Kazakhstan, 2024: $28.0bn" in tips(
        shown(figure, frame, subtitle="$ billion")
    )


def test_a_year_between_two_gaps_is_a_point():
    _, axes = page.canvas()
    page.line(axes, KAZ[KAZ["year"].isin([2019, 2021, 2023, 2024])], "KAZ")
    assert axes.lines[1].get_xdata().tolist() == [2019, 2021]


def test_what_rounding_allows_is_a_band():
    frame = KAZ.assign(low_bn=KAZ["value_bn"] - 2, high_bn=KAZ["value_bn"] + 2)
    _, axes = page.canvas()
    page.line(axes, frame, "KAZ")
    (band,) = axes.collections
    heights = band.get_paths()[0].vertices[:, 1]
    assert (heights.min(), heights.max()) == (9.7, 30.0)


def test_a_line_draws_one_series():
    _, axes = page.canvas()
    message = (
        "line draws one series, and 2019 comes twice: choose rows of one partner_name"
    )
    with pytest.raises(ParameterError, match=message):
        page.line(axes, YEARS)
    with pytest.raises(
        ParameterError, match=r"column of figures must be .* got 'worth'"
    ):
        page.line(axes, KAZ, value="worth")
    with pytest.raises(ParameterError, match=r"colour must be .* got 'KAS'"):
        page.line(axes, KAZ, "KAS")


def test_a_line_without_a_figure_is_not_drawn():
    _, axes = page.canvas()
    page.line(axes, KAZ[:0], "KAZ", "Kazakhstan")
    page.line(axes, KAZ.assign(value_bn=np.nan), "KAZ", "Kazakhstan")
    assert not axes.lines
    assert not axes.texts


def test_what_lies_between_two_books_is_shaded_where_both_are_held():
    books = KAZ.assign(own_bn=[10.0, 10, np.nan, np.nan, 20, 20])
    _, axes = page.canvas()
    page.between(axes, books, "value", "own")
    (shade,) = axes.collections
    years = [path.vertices[:, 0] for path in shade.get_paths()]
    assert [(one_part.min(), one_part.max()) for one_part in years] == [
        (2019, 2020),
        (2023, 2024),
    ]


def test_the_settings_of_a_notebook_stay_its_own():
    before = dict(mpl.rcParams)
    figure, axes = page.canvas()
    page.line(axes, KAZ, "KAZ", "Kazakhstan 28.0")
    shown(figure, KAZ, subtitle="$ billion")
    assert dict(mpl.rcParams) == before


# Texts


def test_a_text_that_lacks_its_figure_or_place_is_not_written():
    _, axes = page.canvas()
    missing: Any = Unknown()
    page.label(axes, 2024, 10, f"Kazakhstan {missing:bn}")
    page.label(axes, missing, 10, "Kazakhstan")
    page.label(axes, 2024, np.nan, "Kazakhstan")
    page.label(axes, 2024, 10, "")
    assert not axes.texts
    page.label(axes, 2024, 10, "Kazakhstan $28bn").get_text()  # type: ignore[union-attr]
    assert [text.get_text() for text in axes.texts] == ["Kazakhstan $28bn"]


def test_names_of_lines_that_end_together_stand_apart_and_in_order():
    """Five lines end within 0.4 of each other, on an axis of 30: their names are of two lines."""
    figure, axes = page.canvas(320)
    names = ["Kazakhstan", "Kyrgyzstan", "Tajikistan", "Turkmenistan", "Uzbekistan"]
    ends = [10.0, 10.1, 10.2, 10.3, 10.4]
    for name, end in zip(names, ends, strict=True):
        frame = pd.DataFrame({"year": [2023, 2024], "value": [1.0, end]})
        page.line(axes, frame, name, f"{name}\n{end}")
    axes.set_ylim(0, 30)
    shown(figure, YEARS)
    heights = {text: box.y0 for text, box in drawn_boxes(figure) if "stan" in text}
    assert [
        text.split("\n")[0] for text in sorted(heights, key=heights.__getitem__)
    ] == names


def test_a_text_moves_off_the_name_of_a_line_or_is_left_out():
    figure, axes = page.canvas(300)
    page.line(axes, KAZ, "KAZ", "Kazakhstan\n28.0")
    page.label(axes, 2024, 27.0, "$28.0bn in 2024", dx=10)
    shown(figure, KAZ)
    texts = [text for text, _ in drawn_boxes(figure)]
    assert {"Kazakhstan\n28.0", "$28.0bn in 2024"} <= set(texts)
    figure, axes = page.canvas(120)
    page.line(axes, KAZ, "KAZ", "Kazakhstan\n28.0")
    page.label(axes, 2024, 27.0, "has\nno\nroom\nat all", dx=10)
    shown(figure, KAZ)
    assert not any("no" in text for text, _ in drawn_boxes(figure))


def test_what_cannot_be_moved_is_refused_in_one_sentence():
    figure, axes = page.canvas(200)
    for number in range(12):
        frame = pd.DataFrame({"year": [2023, 2024], "value": [1.0, number]})
        page.line(axes, frame, text=f"Line {number}\nof twelve")
    with pytest.raises(ParameterError, match=r"in the figure.*more height") as refused:
        ct.show(figure, YEARS, "A finding")
    assert "\n" not in str(refused.value).replace("\\n", "")
    with pytest.raises(
        ParameterError, match="height must be 100 to 2000 pixels; got 20"
    ):
        page.canvas(20)


# What show puts around a drawing


def kazakhstan(**look: Any) -> Any:
    _, axes = page.canvas()
    page.line(axes, KAZ, "KAZ", "Kazakhstan", **look)
    return axes


def test_the_title_is_the_first_that_lacks_no_figure():
    missing: Any = Unknown()
    titles = (f"Trade passed {missing:bn} in {missing}", "Trade grew", "Trade")
    assert shown(kazakhstan(), KAZ, *titles).title == "Trade grew"
    chart = shown(kazakhstan(), KAZ, f"It was {missing:bn}", name="own-trade")
    assert (chart.title, chart.name) == ("Own trade", "own-trade")


def test_of_an_empty_frame_nothing_is_shown():
    _, axes = page.canvas()
    page.line(axes, KAZ[:0], "KAZ", "Kazakhstan")
    assert ct.show(axes, KAZ[:0], "Trade grew") is None
    _, axes = page.canvas()
    assert ct.show(axes, KAZ.assign(value_bn=np.nan), "Trade grew") is None


def test_a_wrong_call_is_told_what_would_be_right():
    _, axes = page.canvas()
    with pytest.raises(
        ParameterError, match=r"needs the axes or figure .* got DataFrame"
    ):
        ct.show(KAZ, axes, "Trade grew")  # type: ignore[arg-type]
    with pytest.raises(
        ParameterError, match=r"needs the frame that was drawn.* got str"
    ):
        ct.show(axes, "Trade grew")  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="show needs a title"):
        ct.show(axes, KAZ)
    with pytest.raises(ParameterError, match="nothing is drawn on the axes"):
        ct.show(axes, KAZ, "Trade grew")
    _, axes = page.canvas(width=840)
    page.line(axes, KAZ, "KAZ")
    with pytest.raises(
        ParameterError, match=r"640 pixels wide; this one has 840.*phone="
    ):
        ct.show(axes, KAZ, "Trade grew")


def test_a_figure_that_cannot_shrink_has_a_second_drawing():
    _, wide = page.canvas(width=840)
    page.line(wide, KAZ, "KAZ", "Kazakhstan")
    chart = ct.show(wide, KAZ, "Trade grew", phone=kazakhstan())
    assert chart is not None
    html = chart._repr_html_()
    assert html.index("ct-drawing ct-wide ct-one") < html.index("ct-drawing ct-narrow")


def test_the_line_of_source_names_who_published_most():
    """Of six rows three are of Comtrade and two of the EEC, as the table of sources has them."""
    ids = [
        "wits-wtw-2023",
        "eec-2022",
        "eec-2022",
        *["comtrade-chn-2022-nikolovska"] * 3,
    ]
    chart = shown(kazakhstan(), KAZ.assign(sources=ids), subtitle="$ billion")
    assert chart.source == "UN Comtrade; Eurasian Economic Commission and 1 more."
    with ct.as_of("2025-02-01"):
        chart = shown(kazakhstan(), KAZ, subtitle="$ billion")
    assert chart.source == "Eurasian Economic Commission, as known on 1 February 2025."


def test_the_data_are_the_frame_and_the_subtitle_is_on_the_page_and_in_the_picture():
    chart = shown(
        kazakhstan(),
        KAZ,
        subtitle="Exports, $ billion",
        note="One doubt.",
        name="exports",
    )
    assert chart.csv().splitlines()[1] == "Kazakhstan,2019,12.8,eec-2022"
    html = chart._repr_html_()
    assert '<p class="ct-subtitle">Exports, $&nbsp;billion</p>' in html
    assert "One doubt." in html
    assert 'class="ct-drawing ct-one" style="max-width:640px"' in html
    assert "ct-scroll" not in html
    assert "Exports, $ billion" in chart.svg(standalone=True)


# In words, and by finger


def test_the_text_alternative_has_the_finding():
    """What is drawn in another colour is told by itself, so the gold is not in “24 more”."""
    _, axes = page.canvas()
    colours = np.where(IS_GOLD, page.COLOURS["CA5"], page.PALE)
    axes.bar(MONTHS["date"], MONTHS["value_bn"], width=25, color=colours)
    page.label(
        axes, MONTHS["date"][14], 8.1, "58.1 billion yuan\nin eleven months", dy=20
    )
    chart = shown(axes, MONTHS, subtitle="China’s imports, billion yuan")
    assert chart.alt == (
        "China’s imports, billion yuan. From 100 million yuan (January 2024) to 100 million yuan"
        " (July 2026). From 5.0 billion yuan (October 2024) to 5.0 billion yuan (August 2025),"
        " highest 8.1 billion yuan (March 2025). Written in it: 58.1 billion yuan in eleven months."
    )


def test_of_many_series_those_with_a_name_are_told():
    """200 lines, of which two are named."""
    _, axes = page.canvas()
    frame = pd.DataFrame(
        {
            "series": [f"s{number}" for number in range(200) for _ in range(2)],
            "year": [2023, 2024] * 200,
            "value": np.arange(400.0),
        }
    )
    for name, rows in frame.groupby("series"):
        named = name in ("s7", "s50")
        page.line(
            axes, rows, "CHN" if named else page.PALE, f"Series {name}" if named else ""
        )
    chart = shown(axes, frame, subtitle="Things")
    assert "Series s7: from 14 (2023) to 15 (2024)" in chart.alt
    assert "Series s50: from 100 (2023) to 101 (2024)" in chart.alt
    assert len(chart.alt) < 500


def test_each_mark_says_country_year_and_figure_with_unit():
    figure, axes = page.canvas()
    page.line(axes, KAZ, "KAZ", "Kazakhstan\n28.0")
    page.line(axes, YEARS[6:], "UZB", "Uzbekistan 11.8")
    said_by_marks = tips(shown(figure, YEARS, subtitle="China’s exports, $ billion"))
    assert said_by_marks[0] == "Kazakhstan, 2019: $12.8bn"
    assert said_by_marks[-1] == "Uzbekistan, 2024: $11.8bn"
    # The end of a line is drawn as a point besides, and told once.
    assert len(said_by_marks) == len(YEARS)


def test_a_mark_bears_no_more_digits_than_its_interval():
    frame = KAZ.assign(low_bn=KAZ["value_bn"] - 2, high_bn=KAZ["value_bn"] + 2)
    _, axes = page.canvas()
    page.line(axes, frame, "KAZ", "Kazakhstan")
    assert (
        tips(shown(axes, frame, subtitle="$ billion"))[-1]
        == "Kazakhstan, 2024: about $28bn"
    )


@pytest.mark.parametrize(
    ("subtitle", "drawn", "told"),
    [
        ("Share of exports, %", 100 * 0.1921, "2024: 19.2%"),
        ("Share of exports, %", 0.1921, "2024: 19.2%"),
        ("Exports less 6% freight, $ billion", 19.907, "2024: $19.9bn"),
        ("Exports, billion yuan", 141.66, "2024: 141.7 billion yuan"),
        (
            "Cars imported, thousand, used ones among them",
            49.497,
            "2024: 49.5 thousand",
        ),
        ("Growth, percentage points", -3.2, "2024: −3.2 points"),
        ("Rain", 812, "2024: 812"),
    ],
)
def test_the_unit_is_the_one_that_the_subtitle_names(subtitle, drawn, told):
    frame = pd.DataFrame(
        {"year": [2023, 2024], "share": [0.5, 0.1921], "other": [1.0, drawn]}
    )
    _, axes = page.canvas()
    axes.plot(frame["year"], frame["other"] if drawn != 0.1921 else frame["share"])
    assert tips(shown(axes, frame, subtitle=subtitle))[-1] == told


def test_per_cent_is_never_taken_for_a_share_of_one():
    """The unit of a frame decides, then the name of its column, then what is there."""
    for told, frame in [
        ("67.1%", pd.DataFrame({"value": [0.3, 0.671], "unit": "fraction"})),
        ("67.1%", pd.DataFrame({"share": [0.3, 0.671]})),
        ("67.1%", pd.DataFrame({"share": [30, 67.1]})),
        ("0.7%", pd.DataFrame({"value": [0.3, 0.7], "unit": "percent"})),
    ]:
        frame["year"] = [2025, 2026]
        _, axes = page.canvas()
        page.line(axes, frame, "CHN", told, frame.columns[0])
        assert (
            tips(shown(axes, frame, subtitle="Share of sales, %"))[-1]
            == f"2026: {told}"
        )


def test_bars_drawn_one_by_one_are_named_from_the_frame():
    """A loop over rows draws on places 0, 1, 2 …: which country it is the frame says."""
    moves = pd.DataFrame(
        {
            "partner_name": ["Kazakhstan", "Kazakhstan", "Uzbekistan"],
            "flow": ["export", "import", "export"],
            "move": [3.2, -1.1, 0.4],
        }
    )
    _, axes = page.canvas(200)
    for place, move in enumerate(moves["move"]):
        axes.barh(place, move, color=page.PALE)
    axes.set_yticks([])
    assert tips(shown(axes, moves, subtitle="Change, $ billion")) == [
        "Kazakhstan, Exports: $3.2bn",
        "Kazakhstan, Imports: −\u2060$1.1bn",
        "Uzbekistan, Exports: $400m",
    ]


def test_small_panels_say_whose_they_are():
    figure, panels = page.canvas(300, columns=2)
    for axes, (name, rows) in zip(panels, YEARS.groupby("partner_name"), strict=True):
        page.line(axes, rows, name)
        axes.set_title(name)
    chart = shown(figure, YEARS, subtitle="$ billion")
    assert tips(chart)[0] == "Kazakhstan, 2019: $12.8bn"
    assert "Uzbekistan: from $5.0bn (2019) to $11.8bn (2024)" in chart.alt


def test_a_line_that_only_leads_to_something_says_nothing():
    figure, axes = page.canvas()
    page.line(axes, KAZ, "KAZ", "Kazakhstan")
    axes.plot([2020, 2021], [7, 7], color="black")
    axes.axvline(2022)
    assert len(tips(shown(figure, KAZ, subtitle="$ billion"))) == len(KAZ)


def test_bars_over_dates_are_spells_and_not_figures():
    """What leaves the window has no end that is told: nobody set one."""
    rules = pd.DataFrame(
        {
            "title": ["Purchase tax: half", "Payment in 60 days"],
            "start": pd.to_datetime(["2026-01-01", "2026-09-07"]),
            "end": pd.to_datetime(["2027-12-31", "2028-12-31"]),
        }
    )
    _, axes = page.canvas(220)
    lengths = rules["end"] - rules["start"]
    axes.barh(rules["title"], lengths, left=rules["start"], color=page.PALE)
    axes.set_xlim(pd.Timestamp("2025-01-01"), pd.Timestamp("2028-06-30"))
    assert tips(shown(axes, rules, subtitle="Rules in force")) == [
        "Purchase tax: half: from 1 January 2026 until 31 December 2027",
        "Payment in 60 days: from 7 September 2026",
    ]


def test_points_in_rows_are_figures_across_and_have_no_line_at_zero():
    shares = pd.DataFrame(
        {
            "country_name": ["Kazakhstan", "Kyrgyzstan", "Uzbekistan"],
            "china": [0.236, 0.345, 0.21],
            "russia": [0.19, 0.27, 0.165],
        }
    )
    _, axes = page.canvas(200)
    for row, share in enumerate(shares.to_dict("records")):
        for side in ("china", "russia"):
            axes.plot(100 * share[side], row, "o", label=side.capitalize())
    axes.set_yticks([])
    lines = len(axes.lines)
    told = tips(shown(axes, shares, subtitle="Share of trade, %"))
    assert told[:2] == ["China: 23.6%", "Russia: 19.0%"]
    assert len(axes.lines) == lines
    _, axes = page.canvas(200)
    axes.plot(100 * shares["china"], range(3), "o")
    axes.axis("off")
    page.label(axes, 34.5, 1, "Kyrgyzstan leads", dx=12)
    assert tips(shown(axes, shares, subtitle="Share, %"))[0] == "Kazakhstan: 23.6%"


# Seaborn, and matplotlib as it comes


def month_rows() -> pd.DataFrame:
    """Return two years of months, of the second only seven."""
    dates = pd.date_range("2024-01-01", periods=19, freq="MS")
    frame = pd.DataFrame({"date": dates, "value_bn": 18 + np.arange(19) / 10})
    return frame.assign(
        year=dates.year,
        month=dates.month,
        text=dates.year.astype(str),
        called=dates.strftime("%b"),
        sources="gacc-country-months",
    )


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        ("year", "month"),
        ("text", "month"),
        ("year", "called"),
        ("month", "year"),
        ("called", "year"),
    ],
)
def test_a_heat_map_of_years_by_months_is_told_cell_by_cell(rows, columns):
    frame = month_rows()
    cells = frame.pivot_table("value_bn", rows, columns, sort=False)
    axes = sns.heatmap(cells, ax=Figure().subplots())
    chart = shown(axes, frame, "Seasons", subtitle="Trade, $ billion")
    told = tips(chart)
    assert len(told) == 19
    assert "January 2024: $18.0bn" in told
    assert "July 2025: $19.8bn" in told
    # In order of time, wherever the cells stand.
    assert "From $18.0bn (January 2024) to $19.8bn (July 2025)." in chart.alt
    assert chart.source == "General Administration of Customs of China."
    assert not {rows, columns} & {text for text, _ in drawn_boxes(chart.figure)}


def test_cells_have_their_numbers():
    frame = month_rows()
    cells = frame.pivot_table("value_bn", "year", "month")
    axes = sns.heatmap(cells, annot=True, fmt=".0f", ax=Figure().subplots())
    chart = shown(axes, frame, "Seasons", subtitle="Trade, $ billion")
    assert [text for text, _ in drawn_boxes(chart.figure)].count("18") == 7
    assert axes.findobj(QuadMesh)


def test_lines_of_seaborn_have_their_names_at_their_ends():
    axes = sns.lineplot(
        YEARS,
        x="year",
        y="value_bn",
        hue="partner_name",
        palette=page.COLOURS,
        ax=Figure().subplots(),
    )
    chart = shown(axes, YEARS, "Both grew")
    assert axes.get_legend() is None
    assert {"Kazakhstan", "Uzbekistan"} <= {
        text for text, _ in drawn_boxes(chart.figure)
    }
    assert chart.subtitle == "$ billion"
    assert "Kazakhstan, 2024: $28.0bn" in tips(chart)
    assert "value_bn" not in chart.svg()


def test_bars_of_seaborn_begin_at_zero():
    axes = sns.barplot(
        YEARS, x="year", y="value_bn", hue="partner_name", ax=Figure().subplots()
    )
    axes.set_ylim(5, 30)
    chart = shown(axes, YEARS, "Both grew")
    assert axes.get_ylim()[0] == 0
    assert "Uzbekistan, 2024: $11.8bn" in tips(chart)


def test_bars_across_keep_their_names_whole():
    goods = [
        "Machinery and mechanical appliances",
        "Articles of apparel, not knitted",
        "Gold",
    ]
    frame = pd.DataFrame({"goods": goods, "value_bn": [3.0, 2.0, 1.0]})
    axes = sns.barplot(frame, x="value_bn", y="goods", ax=Figure().subplots())
    chart = shown(axes, frame, "Machinery leads")
    assert tips(chart)[0] == "Machinery and mechanical appliances: $3.0bn"
    assert "…" not in chart.svg()


def test_grids_of_seaborn_are_shown_whole():
    grid = sns.FacetGrid(YEARS, col="partner_name")
    grid.map_dataframe(sns.lineplot, x="year", y="value_bn")
    chart = shown(grid, YEARS, "Both grew")
    assert {"Kazakhstan", "Uzbekistan"} <= {
        text for text, _ in drawn_boxes(chart.figure)
    }
    assert tips(chart)[0] == "Kazakhstan, 2019: $12.8bn"
    drawn = sns.relplot(
        YEARS,
        x="year",
        y="value_bn",
        hue="partner_name",
        col="partner_name",
        kind="line",
    )
    assert_readable(ct.show(drawn, YEARS, "Both grew"))


def test_four_panels_beside_each_other_have_no_room():
    frame = YEARS[YEARS["year"] > 2020]
    grid = sns.FacetGrid(frame, col="year")
    grid.map_dataframe(sns.barplot, x="partner_name", y="value_bn")
    with pytest.raises(ParameterError, match=r"4 panels beside each other.*col_wrap=2"):
        ct.show(grid, frame, "Both grew")


def test_a_legend_of_many_names_is_refused():
    figure, axes = page.canvas()
    for number in range(30):
        axes.plot([2023, 2024], [number, number + 1], label=f"Series {number}")
    axes.legend()
    with pytest.raises(
        ParameterError, match="legend of 30 names has no room: name at most 24"
    ):
        ct.show(figure, YEARS, "A finding")


# Extremes


@pytest.mark.parametrize(
    "values",
    [[1e-3, 2e-3], [1e12, 3e12], [-5.0, 4.0], [0.0, 0.0], [1e-3, 1e12], [np.nan, 3.0]],
)
@pytest.mark.parametrize("kind", ["line", "bar", "barh"])
def test_figures_of_any_size_are_drawn(values, kind):
    frame = pd.DataFrame({"year": [2023, 2024], "value": values})
    _, axes = page.canvas()
    if kind == "line":
        page.line(axes, frame, "CHN", "China")
    else:
        getattr(axes, kind)(frame["year"], frame["value"])
    said = tips(shown(axes, frame, subtitle="Things"))
    assert len(said) == np.isfinite(values).sum()
    assert not any("e+" in text or "e-" in text for text in said)


def test_one_row_is_drawn_with_its_whole_year():
    _, axes = page.canvas()
    page.line(axes, KAZ[:1], "KAZ", "Kazakhstan 12.8")
    chart = shown(axes, KAZ[:1], subtitle="$ billion")
    years = [text for text, _ in drawn_boxes(chart.figure) if text.startswith("20")]
    assert years == ["2019"]
    assert chart.alt.startswith("$ billion. Kazakhstan: $12.8bn (2019)")


def test_years_are_whole_and_the_newest_is_among_them():
    frame = pd.DataFrame({"year": range(1994, 2025), "value": range(31)})
    _, axes = page.canvas()
    page.line(axes, frame, "CHN", "China 30")
    chart = shown(axes, frame)
    boxes = sorted(drawn_boxes(chart.figure), key=lambda drawn: drawn[1].x0)
    years = [text for text, _ in boxes if len(text) == 4]
    assert years[-1] == "2024"
    assert all(text.isdigit() for text in years)


def test_a_minus_is_a_minus_and_per_cent_has_its_sign():
    frame = pd.DataFrame({"year": [2023, 2024], "growth": [-0.1, 0.2]})
    _, axes = page.canvas()
    bars = axes.bar(frame["year"], 100 * frame["growth"])
    axes.bar_label(bars, fmt="{:+.1f}%")
    chart = shown(axes, frame, subtitle="Growth, %")
    texts = [text for text, _ in drawn_boxes(chart.figure)]
    assert {"−10.0%", "+20.0%", "−10%", "20%"} <= set(texts)
    assert not any(text.startswith("-") for text in texts)


def test_texts_in_colour_can_be_read_on_both_pages():
    """WCAG 2.2 asks 4.5 : 1 of texts; a line needs 3 : 1, so one colour cannot serve both."""
    svg = shown(kazakhstan(), KAZ).svg()
    (light, dark) = re.findall(r"light-dark\((#\w+),(#\w+)\)", svg)[0]

    def luminance(colour: str) -> float:
        parts = np.array(mpl.colors.to_rgb(colour))
        linear = np.where(
            parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4
        )
        return float(linear @ [0.2126, 0.7152, 0.0722])

    assert (luminance("#fefefe") + 0.05) / (luminance(light) + 0.05) >= 4.5
    assert (luminance(dark) + 0.05) / (luminance("#14171c") + 0.05) >= 4.5
    saved = io.StringIO(shown(kazakhstan(), KAZ).svg(standalone=True)).read()
    assert "light-dark" not in saved
    assert json.dumps(saved)


def test_the_example_of_the_page_on_drawing_runs():
    """Its books of 2024 are 19.9 and 5.5 billion dollars, freight left in."""
    code = re.search(
        r"```python\n(.*?)```", (DOCS / "drawing.md").read_text("utf-8"), re.DOTALL
    )
    assert code is not None
    before, call, last = code[1].rpartition("ct.show(")
    held: dict[str, Any] = {}
    exec(before, held)
    chart = eval(call + last, held)
    assert_readable(chart)
    assert chart.title == "China counts $19.91bn sent to Kyrgyzstan in 2024"
    assert "Kyrgyzstan counts, 2024: $5.45bn" in tips(chart)
