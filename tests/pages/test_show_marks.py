"""What a drawing says: each mark by finger, mouse and keys, and the whole of it in words."""

import numpy as np
import pandas as pd
import pytest
from computed import assert_readable, tips

import catrade as ct
from catrade import page

#: Two countries over two years, $ billion.
YEARS = pd.DataFrame(
    {
        "country": ["Kazakhstan", "Kazakhstan", "Uzbekistan", "Uzbekistan"],
        "year": [2023, 2024, 2023, 2024],
        "value": [24.7, 28.0, 12.4, 11.8],
    }
)
KAZ = YEARS[:2]


def test_each_mark_says_country_year_and_figure_with_unit():
    _, axes = page.canvas()
    page.line(axes, KAZ, "KAZ", "Kazakhstan\n28.0")
    page.line(axes, YEARS[2:], "UZB", "Uzbekistan\n11.8")
    chart = ct.show(axes, YEARS, "Trade grew", subtitle="China’s exports, $ billion")
    assert tips(chart) == [
        "Kazakhstan, 2023: $24.7bn",
        "Kazakhstan, 2024: $28.0bn",
        "Uzbekistan, 2023: $12.4bn",
        "Uzbekistan, 2024: $11.8bn",
    ]


def test_bars_of_a_group_are_called_by_the_name_they_share():
    names = ["Kazakhstan", "Uzbekistan"]
    won = pd.DataFrame({"country": names * 2, "value": [1.5, 2.5, 3.5, 4.5]})
    _, axes = page.canvas(300)
    axes.barh([0.2, 1.2], [1.5, 2.5], 0.38, label="export")
    axes.barh([-0.2, 0.8], [3.5, 4.5], 0.38, label="import")
    axes.set_yticks(range(2), names)
    chart = ct.show(axes, won, "Trade grew", subtitle="$ billion")
    assert tips(chart)[0] == "Exports, Kazakhstan: $1.5bn"
    assert "Exports: Uzbekistan $2.5bn, Kazakhstan $1.5bn" in chart.alt
    assert "Imports: Uzbekistan $4.5bn, Kazakhstan $3.5bn" in chart.alt


def test_a_mark_bears_no_more_digits_than_its_interval():
    frame = KAZ.assign(low=KAZ["value"] - 2, high=KAZ["value"] + 2)
    _, axes = page.canvas()
    page.line(axes, frame, "KAZ", "Kazakhstan")
    chart = ct.show(axes, frame, "Trade grew", subtitle="$ billion")
    assert tips(chart)[-1] == "Kazakhstan, 2024: about $28bn"


def test_of_two_figures_of_one_value_each_mark_has_its_own_ends():
    """28.0 in both years and of both countries, each time known otherwise."""
    frame = YEARS.assign(value=28.0)
    half = [0.05, 2, 0.5, 20]
    frame["low"], frame["high"] = frame["value"] - half, frame["value"] + half
    _, axes = page.canvas()
    page.line(axes, frame[2:], "UZB", "Uzbekistan")
    page.line(axes, frame[:2], "KAZ", "Kazakhstan")
    chart = ct.show(axes, frame, "Trade stood", subtitle="$ billion")
    assert tips(chart) == [
        "Uzbekistan, 2023: $28bn",
        "Uzbekistan, 2024: between $8bn and $48bn",
        "Kazakhstan, 2023: $28.0bn",
        "Kazakhstan, 2024: about $28bn",
    ]


def test_of_two_months_of_one_value_each_mark_has_its_own_ends():
    frame = pd.DataFrame({"date": pd.to_datetime(["2026-06-01", "2026-07-01"])})
    frame = frame.assign(value=28.0, low=[27.95, 26], high=[28.05, 30])
    _, axes = page.canvas()
    page.line(axes, frame, "KAZ", x="date")
    chart = ct.show(axes, frame, "Trade stood", subtitle="$ billion")
    assert tips(chart) == ["June 2026: $28.0bn", "July 2026: about $28bn"]


def test_a_sum_without_some_of_its_parts_is_at_least_what_its_label_says():
    frame = pd.DataFrame({"year": [2024, 2025], "value": [49.3, 51.3]})
    frame["low"], frame["high"] = frame["value"] - 0.01, frame["value"] + 0.08
    frame["rounding"] = ["nearest", "at_least"]
    _, axes = page.canvas()
    page.line(axes, frame, "CHN", "China\nat least $51.3bn")
    chart = ct.show(axes, frame, "Trade grew", subtitle="$ billion")
    assert tips(chart) == ["China, 2024: $49.3bn", "China, 2025: at least $51.3bn"]


@pytest.mark.parametrize(
    ("subtitle", "drawn", "told"),
    [
        ("Exports less 6% freight, $ billion", 19.907, "2024: $19.9bn"),
        ("Growth, percentage points", -3.2, "2024: −3.2 points"),
        ("Rain", 812, "2024: 812"),
    ],
)
def test_the_unit_is_the_one_that_the_subtitle_names(subtitle, drawn, told):
    frame = pd.DataFrame({"year": [2023, 2024], "value": [1.0, drawn]})
    _, axes = page.canvas()
    axes.plot(frame["year"], frame["value"])
    assert tips(ct.show(axes, frame, "It grew", subtitle=subtitle))[-1] == told


@pytest.mark.parametrize(
    ("told", "frame"),
    [
        ("67.1%", pd.DataFrame({"value": [0.3, 0.671], "unit": "fraction"})),
        ("67.1%", pd.DataFrame({"share": [0.3, 0.671]})),
        ("67.1%", pd.DataFrame({"share": [30, 67.1]})),
        ("0.7%", pd.DataFrame({"value": [0.3, 0.7], "unit": "percent"})),
    ],
)
def test_per_cent_is_never_taken_for_a_share_of_one(told, frame):
    """The unit of a frame decides, then the name of its column, then what is there."""
    frame["year"] = [2025, 2026]
    _, axes = page.canvas()
    page.line(axes, frame, "CHN", value=frame.columns[0])
    chart = ct.show(axes, frame, "It grew", subtitle="Share of sales, %")
    assert tips(chart)[-1] == f"2026: {told}"


def test_points_in_rows_are_figures_across():
    shares = pd.DataFrame({"china": [0.236, 0.345], "russia": [0.19, 0.27]})
    _, axes = page.canvas(200)
    for row, share in enumerate(shares.to_dict("records")):
        for side in ("china", "russia"):
            axes.plot(100 * share[side], row, "o", label=side.capitalize())
    axes.set_yticks([])
    chart = ct.show(axes, shares, "China leads", subtitle="Share of trade, %")
    assert tips(chart)[:2] == ["China: 23.6%", "Russia: 19.0%"]


def test_a_line_that_only_leads_to_something_says_nothing():
    _, axes = page.canvas()
    page.line(axes, KAZ, "KAZ", "Kazakhstan")
    axes.plot([2023, 2024], [7, 7], color="black")
    axes.axvline(2023)
    chart = ct.show(axes, KAZ, "Trade grew", subtitle="$ billion")
    assert len(tips(chart)) == len(KAZ)


@pytest.mark.parametrize(
    ("whose", "told"),
    [
        ({"country": "KAZ"}, "Kazakhstan, 2024: $28.0bn"),
        ({"reporter": "CHN", "partner": "KAZ"}, "Kazakhstan, 2024: $28.0bn"),
        ({"exporter": "CHN", "importer": "KAZ"}, "China to Kazakhstan, 2024: $28.0bn"),
        # Of two countries each mark has its own, by its series.
        ({"partner": ["KAZ", "UZB"]}, "2024: $28.0bn"),
    ],
)
def test_a_mark_says_the_one_country_of_its_frame(whose, told):
    frame = pd.DataFrame({"year": [2023, 2024], "value": [24.7, 28.0]}).assign(**whose)
    _, axes = page.canvas()
    axes.bar(frame["year"], frame["value"])
    chart = ct.show(axes, frame, "Trade grew", subtitle="$ billion")
    assert tips(chart)[-1] == told


def test_spells_say_what_their_author_gives_them():
    rules = pd.DataFrame({"begin": [2024, 2026], "end": [2026, 2028]})
    _, axes = page.canvas()
    spells = axes.hlines([0, 1], rules["begin"], rules["end"])
    page.tips(spells, ["Half the tax: to 2026", "Payment in 60 days: to 2028"])
    chart = ct.show(axes, rules, "Two rules begin")
    assert tips(chart) == ["Half the tax: to 2026", "Payment in 60 days: to 2028"]


def test_bars_over_dates_are_spells_and_no_figures():
    start = pd.to_datetime(["2026-01-01", "2026-09-07"])
    rules = pd.DataFrame(
        {"title": ["Half the tax", "Payment in 60 days"], "start": start}
    )
    _, axes = page.canvas(220)
    axes.barh(rules["title"], pd.Timedelta(365, "D"), left=rules["start"])
    assert tips(ct.show(axes, rules, "Two rules begin")) == []


def test_the_text_alternative_has_the_finding():
    """What is drawn in another colour is told by itself: eleven months of gold among others."""
    months = pd.DataFrame({"date": pd.date_range("2024-01-01", periods=31, freq="MS")})
    is_gold = months["date"].between("2024-10-01", "2025-08-01")
    months["value"] = np.where(is_gold, 5.0, 0.1)
    months.loc[14, "value"] = 8.1  # March 2025
    _, axes = page.canvas()
    colours = np.where(is_gold, page.COLOURS["CA5"], page.PALE)
    axes.bar(months["date"], months["value"], width=25, color=colours)
    text = "58.1 billion yuan\nin eleven months"
    page.label(axes, months["date"][14], 8.1, text, dy=20)
    subtitle = "China’s imports, billion yuan"
    chart = ct.show(axes, months, "Gold came in eleven months", subtitle=subtitle)
    assert_readable(chart)
    assert chart.alt == (
        "China’s imports, billion yuan. From 100 million yuan (January 2024) to 100 million yuan"
        " (July 2026). From 5.0 billion yuan (October 2024) to 5.0 billion yuan (August 2025),"
        " highest 8.1 billion yuan (March 2025). Written in it: 58.1 billion yuan in eleven months."
    )


def test_of_many_series_those_with_a_name_are_told():
    """200 lines, of which two are named."""
    _, axes = page.canvas()
    frame = pd.DataFrame({"series": range(400), "year": [2023, 2024] * 200})
    frame["series"] //= 2
    frame["value"] = np.arange(400.0)
    for number, rows in frame.groupby("series"):
        is_named = number in (7, 50)
        colour = "CHN" if is_named else page.PALE
        page.line(axes, rows, colour, f"Series {number}" * is_named)
    chart = ct.show(axes, frame, "Two stand out", subtitle="Things")
    assert "Series 7: from 14 (2023) to 15 (2024)" in chart.alt
    assert "Series 50: from 100 (2023) to 101 (2024)" in chart.alt
    assert len(chart.alt) < 500
