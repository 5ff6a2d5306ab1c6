"""`ct.show`: the title, subtitle, source, data and note around a drawing, and what it refuses."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from computed import assert_readable, texts, tips

import catrade as ct
from catrade import page
from rounding.errors import ParameterError
from rounding.told import Unknown

DOCS = Path(__file__).resolve().parents[2] / "docs"
#: China's exports to Kazakhstan, $ billion.
KAZ = pd.DataFrame(
    {
        "country": "Kazakhstan",
        "year": range(2019, 2025),
        "value": [12.8, 11.7, 13.8, 16.4, 24.7, 28.0],
        "sources": "eec-2022",
    }
)


def kazakhstan() -> Any:
    _, axes = page.canvas()
    page.line(axes, KAZ, "KAZ", "Kazakhstan\n28.0")
    return axes


def test_the_title_is_the_first_that_lacks_no_figure():
    missing: Any = Unknown()
    titles = (f"Trade passed {missing:bn} in {missing}", "Trade grew", "Trade")
    assert ct.show(kazakhstan(), KAZ, *titles).title == "Trade grew"
    chart = ct.show(kazakhstan(), KAZ, f"It was {missing:bn}", name="own-trade")
    assert (chart.title, chart.name) == ("Own trade", "own-trade")


def test_the_line_of_source_names_who_published_most():
    """Of six rows three are of Comtrade and two of the EEC, as the table of sources has them."""
    ids = ["wits-wtw-2023", *["eec-2022"] * 2, *["comtrade-chn-2022-nikolovska"] * 3]
    chart = ct.show(kazakhstan(), KAZ.assign(sources=ids), "Trade grew")
    assert chart.source == "UN Comtrade; Eurasian Economic Commission and 1 more."
    with ct.as_of("2025-02-01"):
        chart = ct.show(kazakhstan(), KAZ, "Trade grew")
    assert chart.source == "Eurasian Economic Commission, as known on 1 February 2025."


def test_data_subtitle_and_note_are_on_the_page_and_in_the_picture():
    words = {"subtitle": "Exports, $ billion", "note": "One doubt.", "name": "exports"}
    chart = ct.show(kazakhstan(), KAZ, "Trade grew", **words)
    assert chart.csv().splitlines()[1] == "Kazakhstan,2019,12.8,eec-2022"
    html = chart._repr_html_()
    assert '<p class="ct-subtitle">Exports, $&nbsp;billion</p>' in html
    assert "One doubt." in html
    assert 'class="ct-drawing ct-one" style="max-width:640px"' in html
    assert "Exports, $ billion" in chart.svg(standalone=True)


def test_of_an_empty_frame_or_drawing_nothing_is_shown():
    _, axes = page.canvas()
    assert ct.show(axes, KAZ[:0], "Trade grew") is None
    assert ct.show(axes, KAZ[:0], "") is None
    assert ct.show(axes, KAZ, "Trade grew") is None


def test_a_wrong_call_is_told_what_would_be_right():
    _, axes = page.canvas()
    with pytest.raises(ParameterError, match=r"needs the axes or figure .* DataFrame"):
        ct.show(KAZ, axes, "Trade grew")  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match=r"needs the frame that was drawn.* str"):
        ct.show(axes, "Trade grew")  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="show needs a title"):
        ct.show(axes, KAZ)


def test_what_cannot_be_moved_is_refused_in_one_sentence():
    _, axes = page.canvas(200)
    for number in range(12):
        frame = pd.DataFrame({"year": [2023, 2024], "value": [1.0, number]})
        page.line(axes, frame, text=f"Line {number}\nof twelve")
    with pytest.raises(ParameterError, match=r"in the figure.*more height"):
        ct.show(axes, KAZ, "A finding")


def test_a_legend_of_many_names_is_refused():
    _, axes = page.canvas()
    for number in range(30):
        axes.plot([2023, 2024], [number, number + 1], label=f"Series {number}")
    axes.legend()
    with pytest.raises(ParameterError, match="legend of 30 names has no room"):
        ct.show(axes, KAZ, "A finding")


@pytest.mark.parametrize("kind", ["line", "bar", "barh"])
@pytest.mark.parametrize(
    "values",
    [[1e-3, 2e-3], [1e12, 3e12], [-5.0, 4.0], [0.0, 0.0], [1e-3, 1e12], [np.nan, 3.0]],
)
def test_figures_of_any_size_are_drawn(values, kind):
    frame = pd.DataFrame({"year": [2023, 2024], "value": values})
    _, axes = page.canvas()
    if kind == "line":
        page.line(axes, frame, "CHN", "China")
    else:
        getattr(axes, kind)(frame["year"], frame["value"])
    chart = ct.show(axes, frame, "A finding", subtitle="Things")
    assert_readable(chart)
    assert len(tips(chart)) == np.isfinite(values).sum()
    assert not any("e+" in text or "e-" in text for text in tips(chart))


def test_years_are_whole_and_the_newest_is_among_them():
    frame = pd.DataFrame({"year": range(1994, 2025), "value": range(31)})
    _, axes = page.canvas()
    page.line(axes, frame, "CHN", "China\n30")
    chart = ct.show(axes, frame, "It grew")
    assert_readable(chart)
    boxes = sorted(texts(chart.figure).items(), key=lambda drawn: drawn[1].x0)
    years = [text for text, _ in boxes if len(text) == 4]
    assert years[-1] == "2024"
    assert all(text.isdigit() for text in years)


def test_years_that_an_author_chose_have_no_comma():
    """A slope from 2015 to 2025 was drawn from 2,015 to 2,025, and its text had no years."""
    frame = KAZ.iloc[[0, 3]].assign(year=[2015, 2025])
    _, axes = page.canvas()
    axes.plot(frame["year"], frame["value"], label="Kazakhstan")
    axes.set_xticks([2015, 2025])
    chart = ct.show(axes, frame, "Trade grew")
    assert [text.get_text() for text in axes.get_xticklabels()] == ["2015", "2025"]
    assert chart.alt == "Kazakhstan: from 12.8 (2015) to 16.4 (2025)."


@pytest.mark.parametrize("months", [4, 31, 200])
def test_an_axis_of_any_number_of_months_has_dates(months):
    # 31 months had no interval that matplotlib knew of, and it warned.
    dates = pd.date_range("2024-01-01", periods=months, freq="MS")
    frame = pd.DataFrame({"date": dates, "value": range(1, months + 1)})
    _, axes = page.canvas()
    axes.bar(frame["date"], frame["value"], 24)
    page.label(axes, dates[0], months, "Before")
    chart = ct.show(axes, frame, "Trade grew", subtitle="$ billion")
    assert_readable(chart)
    ticks = [text.get_text() for text in axes.get_xticklabels() if text.get_text()]
    assert 2 <= len(ticks) <= 8
    assert f"${months}bn" in chart.alt.replace(".0bn", "bn")


def test_a_minus_is_a_minus_and_per_cent_has_its_sign():
    frame = pd.DataFrame({"year": [2023, 2024], "growth": [-0.1, 0.2]})
    _, axes = page.canvas()
    bars = axes.bar(frame["year"], 100 * frame["growth"])
    axes.bar_label(bars, fmt="{:+.1f}%")
    chart = ct.show(axes, frame, "It grew", subtitle="Growth, %")
    assert {"−10.0%", "+20.0%", "−10%", "20%"} <= {*texts(chart.figure)}


def test_figures_of_a_scale_have_alike_many_decimals():
    frame = pd.DataFrame(
        {"year": range(2020, 2025), "value": [0.0, 0.4, 0.9, 1.2, 1.6]}
    )
    _, axes = page.canvas()
    axes.bar(frame["year"], frame["value"])
    ct.show(axes, frame, "It grew", subtitle="Thousand")
    assert [text.get_text() for text in axes.get_yticklabels()] == [
        "0",
        "0.5",
        "1.0",
        "1.5",
    ]


def test_what_is_rounded_to_nothing_has_no_sign():
    frame = pd.DataFrame(
        {"good": ["Oil", "Coal", "Gold"], "value": [0.2, 0.0002, -0.0002]}
    )
    _, axes = page.canvas()
    axes.bar_label(axes.barh(frame["good"], frame["value"]), fmt="{:+.2f}")
    ct.show(axes, frame, "Oil grew", subtitle="$ billion")
    assert [text.get_text() for text in axes.texts] == ["+0.20", "0.00", "0.00"]


def test_the_example_of_the_page_on_drawing_runs():
    """Its books of 2024 are 19.9 and 5.5 billion dollars, freight left in."""
    text = (DOCS / "drawing.md").read_text("utf-8")
    code = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert code is not None
    before, call, last = code[1].rpartition("ct.show(")
    held: dict[str, Any] = {}
    exec(before, held)
    chart = eval(call + last, held)
    assert_readable(chart)
    assert chart.title == "China counts $19.91bn sent to Kyrgyzstan in 2024"
    assert "Kyrgyzstan, 2024: $5.45bn" in tips(chart)
