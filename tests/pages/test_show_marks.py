"""`ct.show`: what groups of bars, months and empty frames become."""

import pandas as pd
import pytest

import catrade as ct
from catrade.page import canvas, label

WON = pd.DataFrame(
    {
        "country_name": ["Kazakhstan", "Uzbekistan"] * 2,
        "flow": ["export", "export", "import", "import"],
        "value_bn": [1.5, 2.5, 3.5, 4.5],
    }
)


def test_bars_of_a_group_are_called_by_the_name_they_share():
    _, axes = canvas(300)
    for shift, flow in ((0.2, "export"), (-0.2, "import")):
        rows = WON[WON["flow"] == flow]
        places = [place + shift for place in range(2)]
        axes.barh(places, rows["value_bn"], 0.38, label=flow)
    axes.set_yticks(range(2), ["Kazakhstan", "Uzbekistan"])
    shown = ct.show(axes, WON, "Trade grew", subtitle="$ billion")
    assert "Exports: Uzbekistan $2.5bn, Kazakhstan $1.5bn" in shown.alt
    assert "Imports: Uzbekistan $4.5bn, Kazakhstan $3.5bn" in shown.alt


def test_a_point_near_a_number_of_the_axis_is_not_called_by_it():
    frame = pd.DataFrame({"income": [1.2, 3.2], "value_bn": [10.0, 20.0]})
    _, axes = canvas(300)
    axes.bar(frame["income"], frame["value_bn"])
    axes.set_xticks([1, 3])
    alt = ct.show(axes, frame, "Trade grows with income", subtitle="$ billion").alt
    assert alt.startswith("$ billion. $20.0bn, $10.0bn")


@pytest.mark.parametrize("months", [4, 13, 31, 36, 60, 200])
def test_an_axis_of_any_number_of_months_has_dates(months):
    # 31 months had no interval that matplotlib knew of, and it warned.
    dates = pd.date_range("2024-01-01", periods=months, freq="MS")
    frame = pd.DataFrame({"date": dates, "value_bn": range(1, months + 1)})
    _, axes = canvas(300)
    axes.bar(frame["date"], frame["value_bn"], 24)
    label(axes, dates[0], months, "Before")
    shown = ct.show(axes, frame, "Trade grew", subtitle="$ billion")
    texts = [text.get_text() for text in axes.get_xticklabels() if text.get_text()]
    assert 2 <= len(texts) <= 8
    assert f"${months}bn" in shown.alt.replace(".0bn", "bn")


def test_a_frame_without_a_row_shows_nothing_whatever_its_title():
    _, axes = canvas(300)
    assert ct.show(axes, WON.head(0), "") is None
