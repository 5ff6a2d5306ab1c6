"""`ct.show` takes any axes of matplotlib or seaborn, drawn on a figure of any size."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from computed import assert_readable, texts, tips
from matplotlib.figure import Figure

import catrade as ct
from catrade import page

#: Two countries over three years.
YEARS = pd.DataFrame(
    {
        "country": ["Kazakhstan"] * 3 + ["Uzbekistan"] * 3,
        "year": [2022, 2023, 2024] * 2,
        "value_bn": [16.4, 24.7, 28.0, 7.5, 12.4, 11.8],
        "sources": "eec-2022",
    }
)
HUE = {"hue": "country", "palette": page.COLOURS}


def test_lines_of_seaborn():
    axes = sns.lineplot(YEARS, x="year", y="value_bn", **HUE, ax=Figure().subplots())
    chart = ct.show(axes, YEARS, "Both grew", unit="$ billion")
    assert_readable(chart)
    assert chart.subtitle == "$ billion"
    assert {"Kazakhstan", "Uzbekistan"} <= {*texts(chart.figure)}
    assert "Kazakhstan, 2024: $28.0bn" in tips(chart)
    assert "value_bn" not in chart.svg()


def test_bars_of_seaborn_begin_at_zero():
    # Columns that are no plain numbers do no harm.
    frame = YEARS.assign(since=pd.Timedelta("3D"), count=pd.array([1, None, 3] * 2))
    axes = sns.barplot(frame, x="year", y="value_bn", **HUE, ax=Figure().subplots())
    axes.set_ylim(5, 30)
    chart = ct.show(axes, frame, "Both grew", subtitle="$ billion")
    assert_readable(chart)
    assert axes.get_ylim()[0] == 0
    assert "Uzbekistan, 2024: $11.8bn" in tips(chart)


def test_bars_across_keep_their_names_whole():
    goods = ["Machinery and mechanical appliances", "Articles of apparel, not knitted"]
    frame = pd.DataFrame({"goods": goods, "value_bn": [3.0, 2.0]})
    axes = sns.barplot(frame, x="value_bn", y="goods", ax=Figure().subplots())
    chart = ct.show(axes, frame, "Machinery leads", subtitle="$ billion")
    assert_readable(chart)
    assert tips(chart)[0] == "Machinery and mechanical appliances: $3.0bn"


def test_error_bars_and_bands_say_their_figures_once():
    figure, axes = plt.subplots()
    rows = YEARS[:3]
    axes.errorbar(rows["year"], rows["value_bn"], yerr=1, capsize=3, label="Kazakhstan")
    axes.fill_between(rows["year"], rows["value_bn"] - 1, rows["value_bn"] + 1)
    axes.legend()
    chart = ct.show(figure, rows, "It grew", subtitle="$ billion")
    # pyplot shows it no second time.
    assert not plt.fignum_exists(figure.number)
    assert_readable(chart)
    assert tips(chart) == [
        "Kazakhstan, 2022: $16.4bn",
        "Kazakhstan, 2023: $24.7bn",
        "Kazakhstan, 2024: $28.0bn",
    ]


def test_a_heat_map_is_told_cell_by_cell():
    """Two years of months, of the second only seven."""
    dates = pd.date_range("2024-01-01", periods=19, freq="MS")
    frame = pd.DataFrame({"year": dates.year, "month": dates.strftime("%b")})
    frame["value"] = 18 + np.arange(19) / 10
    cells = frame.pivot_table("value", "year", "month", sort=False)
    axes = sns.heatmap(cells, annot=True, fmt=".0f", ax=Figure().subplots())
    chart = ct.show(axes, frame, "Seasons", subtitle="Trade, $ billion")
    assert_readable(chart)
    assert len(tips(chart)) == 19
    assert "Jan, 2024: $18.0bn" in tips(chart)
    assert "Jul 2025" in chart.alt.replace("$19.8bn (2025)", "2025")
    assert not {"year", "month"} & {*texts(chart.figure)}


def test_grids_of_seaborn():
    grid = sns.FacetGrid(YEARS, col="country")
    grid.map_dataframe(sns.lineplot, x="year", y="value_bn")
    chart = ct.show(grid, YEARS, "Both grew", subtitle="$ billion")
    assert_readable(chart)
    assert {"Kazakhstan", "Uzbekistan"} <= {*texts(chart.figure)}
    assert tips(chart)[0] == "Kazakhstan, 2022: $16.4bn"
    grid = sns.relplot(YEARS, x="year", y="value_bn", **HUE, col="country", kind="line")
    assert_readable(ct.show(grid, YEARS, "Both grew"))


def test_a_cloud_of_seaborn_has_a_name_a_point():
    """All its points are one artist of several colours."""
    axes = sns.scatterplot(YEARS, x="year", y="value_bn", **HUE, ax=Figure().subplots())
    chart = ct.show(axes, YEARS, "Both grew", subtitle="$ billion")
    assert_readable(chart)
    assert {"Kazakhstan, 2024: $28.0bn", "Uzbekistan, 2024: $11.8bn"} <= {*tips(chart)}
