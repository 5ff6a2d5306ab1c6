"""`page.canvas`, `line`, `between` and `label`: what plain matplotlib lacks."""

from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from computed import assert_readable, texts, tips

import catrade as ct
from catrade import page
from rounding.errors import ParameterError
from rounding.told import Unknown

#: China's exports to Kazakhstan, $ billion.
KAZ = pd.DataFrame(
    {"year": range(2019, 2025), "value": [12.8, 11.7, 13.8, 16.4, 24.7, 28.0]}
)


def years_drawn(axes: Any) -> list[list[int]]:
    return [drawn.get_xdata().tolist() for drawn in axes.lines]


def test_a_line_breaks_where_another_statistic_begins():
    frame = KAZ.assign(**{"break": KAZ["year"] == 2022})
    _, axes = page.canvas()
    page.line(axes, frame)
    assert years_drawn(axes) == [[2019, 2020, 2021], [2022, 2023, 2024]]
    _, axes = page.canvas()
    page.line(axes, frame, breaks="")
    assert len(axes.lines) == 1


def test_months_break_where_one_is_missing():
    dates = pd.date_range("2024-01-01", periods=12, freq="MS")
    frame = pd.DataFrame({"date": dates, "value": range(12)}).drop(index=[5, 6])
    _, axes = page.canvas()
    page.line(axes, frame, x="date")
    assert [len(part) for part in years_drawn(axes)] == [5, 5]


@pytest.mark.parametrize(
    "of_2024", [{"quality": "doubtful"}, {"quality": "estimated"}, {"basis": "nowcast"}]
)
def test_what_is_doubtful_or_estimated_is_hollow_and_not_in_the_line(of_2024):
    frame = KAZ.assign(quality="ok", basis="published")
    frame.loc[5, list(of_2024)] = list(of_2024.values())
    _, axes = page.canvas()
    page.line(axes, frame, "KAZ", "Kazakhstan")
    hollow = axes.lines[-1]
    assert years_drawn(axes) == [[2019, 2020, 2021, 2022, 2023], [2024]]
    assert mpl.colors.to_hex(hollow.get_markerfacecolor()) == "#fefefe"
    # What is not known for sure is told all the same.
    chart = ct.show(axes, frame, "Trade grew", subtitle="$ billion")
    assert "Kazakhstan, 2024: $28.0bn" in tips(chart)


def test_what_rounding_allows_is_a_band():
    frame = KAZ.assign(low=KAZ["value"] - 2, high=KAZ["value"] + 2)
    _, axes = page.canvas()
    page.line(axes, frame)
    heights = axes.collections[0].get_paths()[0].vertices[:, 1]
    assert (heights.min(), heights.max()) == (9.7, 30.0)


def test_what_lies_between_two_books_is_shaded_where_both_are_held():
    books = KAZ.assign(own=[10.0, 10, np.nan, np.nan, 20, 20])
    _, axes = page.canvas()
    page.between(axes, books, "value", "own")
    shaded = [drawn.get_paths()[0].vertices[:, 0] for drawn in axes.collections]
    assert [(x.min(), x.max()) for x in shaded] == [(2019, 2020), (2023, 2024)]


def test_a_text_that_lacks_its_figure_or_place_is_not_written():
    missing: Any = Unknown()
    _, axes = page.canvas()
    page.label(axes, 2024, 10, f"Kazakhstan {missing:bn}")
    page.label(axes, missing, 10, "Kazakhstan")
    page.label(axes, 2024, np.nan, "Kazakhstan")
    page.label(axes, 2024, 10, "")
    assert not axes.texts


def test_names_of_lines_that_end_together_stand_apart_and_in_order():
    """Five lines end within 0.4 of each other, on an axis of 30: their names are of two lines."""
    names = ["Kazakhstan", "Kyrgyzstan", "Tajikistan", "Turkmenistan", "Uzbekistan"]
    figure, axes = page.canvas(320)
    for name, end in zip(names, [10.0, 10.1, 10.2, 10.3, 10.4], strict=True):
        frame = pd.DataFrame({"year": [2023, 2024], "value": [1.0, end]})
        page.line(axes, frame, name, f"{name}\n{end}")
    axes.set_ylim(0, 30)
    assert_readable(ct.show(axes, KAZ, "All grew"))
    heights = {text: box.y0 for text, box in texts(figure).items() if "stan" in text}
    in_order = sorted(heights, key=heights.__getitem__)
    assert [text.split("\n")[0] for text in in_order] == names


def test_a_text_that_has_no_room_is_left_out():
    figure, axes = page.canvas(120)
    page.line(axes, KAZ, "KAZ", "Kazakhstan\n28.0")
    page.label(axes, 2024, 27.0, "has\nno\nroom\nat all", dx=10)
    assert_readable(ct.show(axes, KAZ, "Trade grew"))
    assert not any("room" in text for text in texts(figure))


def test_a_wrong_call_is_told_what_would_be_right():
    _, axes = page.canvas()
    twice = pd.concat([KAZ, KAZ])
    with pytest.raises(ParameterError, match="one series, and 2019 comes twice"):
        page.line(axes, twice)
    with pytest.raises(ParameterError, match=r"column must be .* got 'worth'"):
        page.line(axes, KAZ, value="worth")
    with pytest.raises(ParameterError, match=r"colour must be .* got 'KAS'"):
        page.line(axes, KAZ, "KAS")
    with pytest.raises(ParameterError, match="height must be 100 to 2000 pixels"):
        page.canvas(20)


def test_the_settings_of_a_notebook_neither_change_nor_are_changed():
    def drawn() -> str:
        _, axes = page.canvas()
        page.line(axes, KAZ, "KAZ", "Kazakhstan\n28.0")
        chart = ct.show(axes, KAZ, "Trade grew", subtitle="$ billion")
        assert chart is not None
        return chart.svg()

    usual = drawn()
    with mpl.rc_context({"font.size": 30, "axes.facecolor": "red", "axes.grid": True}):
        before = dict(mpl.rcParams)
        assert drawn() == usual
        assert dict(mpl.rcParams) == before
