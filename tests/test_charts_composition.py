"""Charts of composition: words from the data plotted, units named, no text over another."""

from __future__ import annotations

import itertools

import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from catrade.load.goods import load_composition, load_composition_groups, load_highlights
from catrade.load.wits import load_product_groups
from catrade.trade_composition import both_sides as books
from catrade.trade_composition.both_sides import compare_reporters
from catrade.trade_composition.changes import contribution_to_change, top_contributions
from catrade.trade_composition.charts import structure as charts
from catrade.trade_composition.composition import group_share, share, top_items
from catrade.trade_composition.concentration import concentration
from pagemill.display import Chart
from pagemill.errors import ParameterError

TRIO = ["machinery", "electronics", "vehicles"]


def texts_of(chart: Chart) -> dict[Text, str]:
    return {
        text: text.get_text()
        for text in chart.figure.findobj(Text)
        if isinstance(text, Text) and text.get_visible() and text.get_text().strip()
    }


def overlaps(chart: Chart) -> list[tuple[str, str]]:
    """Pairs of texts whose boxes share more than a hair, and texts that leave the figure."""
    canvas = FigureCanvasAgg(chart.figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    boxes = []
    for axes in chart.figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in axis.get_major_ticks():
                inside = low <= tick.get_loc() <= high
                tick.label1.set_visible(tick.label1.get_visible() and inside)
    for text, said in texts_of(chart).items():
        # Of a label the words only, without its leader line.
        box = Text.get_window_extent(text, renderer)
        boxes.append((said, box.x0 + 1, box.x1 - 1, box.y0 + 2, box.y1 - 2))
    bad = [
        (a[0], b[0])
        for a, b in itertools.combinations(boxes, 2)
        if a[1] < b[2] and b[1] < a[2] and a[3] < b[4] and b[3] < a[4]
    ]
    width, height = canvas.get_width_height()
    bad += [
        (b[0], "outside the figure")
        for b in boxes
        if b[1] < 0 or b[2] > width or b[3] < -1 or b[4] > height + 1
    ]
    return bad


def cells() -> pd.DataFrame:
    rows = [
        ("KGZ", 2024, 2.8e9, 0.05e9),
        ("KGZ", 2025, 5.2e9, 0.05e9),
        ("CA5", 2024, 30.7e9, 0.05e9),
        ("CA5", 2025, 35.1e9, 0.05e9),
    ]
    return pd.DataFrame(
        [
            {
                "reporter": "CHN",
                "partner": partner,
                "period": str(year),
                "flow": "import",
                "value_usd": value,
                "low_usd": value - half,
                "high_usd": value + half,
            }
            for partner, year, value, half in rows
        ]
    )


def now() -> Chart:
    return charts.structure_now(share(top_items(load_composition("CHN", "KAZ", start=2024), 12)))


def over_time() -> Chart:
    frame = load_composition("KAZ", "CHN", level="group")
    return charts.structure_over_time(share(top_items(frame, 7, across="flow")))


def drivers() -> Chart:
    change = contribution_to_change(load_composition("KAZ", "CHN"), 2019, 2024)
    return charts.drivers_of_change(top_contributions(change, 10))


def published() -> Chart:
    return charts.published_groups(load_composition_groups("KGZ", "CHN", classification="SITC1"))


def concentrated() -> Chart:
    return charts.concentration_lines(concentration(load_composition("CHN", ["KAZ", "UZB"])))


def trio() -> Chart:
    frame = load_composition("CHN", ["KAZ", "UZB"])
    return charts.group_share_line(
        group_share(frame, TRIO, name="machinery, electronics and vehicles")
    )


def both() -> Chart:
    return charts.both_books(compare_reporters(load_composition("CHN", "UZB", start=2024)))


def product_groups() -> Chart:
    return charts.structure_now(share(top_items(load_product_groups("CHN", "KGZ", "CHN"), 8)))


def gap_by_goods() -> Chart:
    pairs = books.compare_reporters(load_product_groups("CHN", "KGZ"))
    return charts.both_books(books.shares_of_gap(pairs), top_n=16)


def gold() -> Chart:
    return charts.gold_effect(books.gold_effect(cells(), load_highlights(topic="gold")))


ALL = [
    *(now, over_time, drivers, published, concentrated, trio, both, gold),
    *(product_groups, gap_by_goods),
]


@pytest.mark.parametrize("draw", ALL, ids=lambda f: f.__name__)
def test_every_chart_is_complete(draw) -> None:  # type: ignore[no-untyped-def]
    chart = draw()
    assert overlaps(chart) == []
    assert len(chart.title) < 160
    assert chart.source
    assert not chart.table.empty
    assert "nan" not in f"{chart.title} {chart.alt} {chart.note}".split()
    assert chart.svg().count("<title") >= 0
    assert chart.alt in chart._repr_html_() or chart.alt.replace("'", "&#x27;") in (
        chart._repr_html_()
    )


@pytest.mark.parametrize(
    ("draw", "unit"),
    [
        (now, "Share of Kazakhstan's recorded imports from China in 2024, %"),
        (over_time, "Share of Kazakhstan's recorded exports to China, %"),
        (drivers, "percentage points"),
        (published, "by SITC section, %"),
        (concentrated, "Herfindahl–Hirschman index"),
        (trio, "Share of the goods traded, %"),
        (both, "$ billion"),
        (product_groups, "Share of China's recorded exports to Kyrgyzstan in 2023, %"),
        (gap_by_goods, "China's exports to Kyrgyzstan in 2023, $ billion"),
        (gold, "Growth of China's imports, 2024 to 2025, %"),
    ],
    ids=lambda x: getattr(x, "__name__", ""),
)
def test_axes_name_what_they_show_and_its_unit(draw, unit: str) -> None:  # type: ignore[no-untyped-def]
    assert any(unit in said for said in texts_of(draw()).values())


def made_up() -> pd.DataFrame:
    """Ores 60, fuels 30, chemicals 10 in 2019; 30, 60, 10 in 2024."""
    frames = []
    for year, values in ((2019, [60.0, 30.0, 10.0]), (2024, [30.0, 60.0, 10.0])):
        frames.append(
            pd.DataFrame(
                {
                    "exporter": "KAZ",
                    "importer": "CHN",
                    "reporter": "KAZ",
                    "year": year,
                    "hs_chapter": ["26", "27", "28"],
                    "short_name": ["Ores", "Fuels", "Chemicals"],
                    "group": ["ores_minerals", "fuels", "chemicals"],
                    "value_usd": [v * 1e8 for v in values],
                    "low_usd": [v * 1e8 for v in values],
                    "high_usd": [v * 1e8 for v in values],
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def test_structure_now_says_the_largest() -> None:
    frame = made_up()
    chart = charts.structure_now(share(top_items(frame[frame["year"] == 2024], 2)))
    assert chart.title == "Fuels: 60.0% of Kazakhstan's recorded exports to China, 2024"
    assert "Largest: Fuels, 60.0% ($6.00 billion)" in chart.alt
    assert "All other (1 chapter) 10.0%" in chart.alt


def test_structure_over_time_names_extremes_and_gaps() -> None:
    chart = charts.structure_over_time(share(top_items(made_up(), 3, across="flow")))
    assert chart.title == "Ores: 30.0% in 2024, 60.0% in 2019"
    assert "Fuels: 30.0% in 2019, 60.0% in 2024." in chart.alt
    assert "No complete table for 2020–2023." in chart.alt
    assert "2020–2023" in chart.note


def test_drivers_name_the_largest_push_either_way() -> None:
    change = contribution_to_change(made_up(), 2019, 2024)
    chart = charts.drivers_of_change(top_contributions(change, 3))
    assert chart.title == "Fuels added most: 30.0 points, 2019–2024"
    assert "Largest: Fuels +30.0; smallest: Ores −30.0." in chart.alt
    assert chart.table["contribution"].sum() == pytest.approx(0)


def test_concentration_says_no_direction_that_bounds_do_not_bear() -> None:
    frame = made_up()
    table = concentration(frame)
    # 0.36 + 0.09 + 0.01 in both years.
    assert table["hhi"].tolist() == pytest.approx([0.46, 0.46])
    chart = charts.concentration_lines(table)
    assert chart.title == "HHI 0.46 in 2024, as in the other years"
    assert chart.note.startswith("Over HS chapters; 1 would be one item only.")
    assert "HHI: 0.460 in 2019, 0.460 in 2024." in chart.alt
    moved = table.assign(hhi=[0.46, 0.30], hhi_low=[0.46, 0.30], hhi_high=[0.46, 0.30])
    assert charts.concentration_lines(moved).title == "HHI 0.30 in 2024, lowest of 2 years"


def test_group_share_line_names_its_years() -> None:
    chart = charts.group_share_line(group_share(made_up(), ["fuels"], name="fuels"))
    assert chart.title == "Fuels: 60.0% in 2024, 30.0% in 2019"
    assert "30.0% in 2019, 60.0% in 2024" in chart.alt
    assert "No complete table for 2020–2023." in chart.alt


def test_both_books_name_the_widest_gap() -> None:
    chart = both()
    # The gathered notes: vehicles 2.35 bn by China, 1.68 bn by Uzbekistan.
    assert chart.title == "Road vehicles: $2.35 billion exported, $1.68 billion imported"
    assert "of gap" not in texts_of(chart).values()
    assert "Lowest ratio: Knitted fabrics, 0.23." in chart.alt


def test_both_books_give_each_items_share_of_the_gap_where_it_means_something() -> None:
    pairs = books.compare_reporters(load_product_groups("CHN", "KGZ"))
    said = texts_of(charts.both_books(books.shares_of_gap(pairs), top_n=16))
    # Textiles: (8.08 − 0.53) of (19.72 − 5.35) billion is 52.5 per cent.
    assert {"ratio", "of gap", "53%", "1.00"} <= set(said.values())
    # The other way 80.4 and 83.2 million: the differences by good cancel.
    small = books.shares_of_gap(books.compare_reporters(load_product_groups("KGZ", "CHN")))
    assert small["share_of_gap"].isna().all()
    said = texts_of(charts.both_books(small, top_n=16))
    assert "of gap" not in said.values()
    assert "> 10" in said.values()


def test_both_books_show_items_of_one_side_only() -> None:
    frame = made_up()
    mine = frame[frame["year"] == 2024]
    theirs = mine[mine["hs_chapter"] != "28"].assign(reporter="CHN")
    chart = charts.both_books(compare_reporters(pd.concat([mine, theirs])))
    assert "Chemicals $1.00 billion and not listed" in chart.alt
    assert "–" in texts_of(chart).values()


def test_gold_effect_tells_both_growth_rates() -> None:
    chart = gold()
    # 35.1 / 30.7 − 1 = 14.3% and 29.9 / 27.9 − 1 = 7.2%; rounding bears whole per cents.
    assert chart.title == "Without Kyrgyzstan, imports grew 7% in 2025, not 14%"
    assert "(largest part, 95%)" in chart.alt
    assert "$5.2 billion in 2025" in chart.alt
    assert "Kyrgyzstan's part of the region's increase: about 55%." in chart.alt


def test_published_groups_are_dated() -> None:
    chart = published()
    assert chart.title.endswith("of China's imports from Kyrgyzstan, 2015")
    assert "no newer" not in chart.title
    assert chart.note == "UNCTAD's matrix ends in 2015: it is history, not today's structure."
    groups = load_composition_groups("KGZ", "CHN", classification="SITC1")
    newer = charts.published_groups(groups, newer="newer tables stand above").note
    assert newer.startswith("UNCTAD's matrix ends in 2015; newer tables stand above:")
    estimated = charts.published_groups(
        load_composition_groups("TKM", "CHN", classification="SITC1")
    )
    assert "UNCTAD's estimates" in estimated.note


@pytest.mark.parametrize(
    ("exporter", "importer"),
    [(a, b) for c in ("KAZ", "KGZ", "TJK", "TKM", "UZB") for a, b in (("CHN", c), (c, "CHN"))],
)
def test_published_groups_fit_for_every_flow(exporter: str, importer: str) -> None:
    groups = load_composition_groups(exporter, importer, classification="SITC1")
    assert overlaps(charts.published_groups(groups)) == []


@pytest.mark.parametrize("level", ["chapter", "section", "group"])
@pytest.mark.parametrize(
    ("exporter", "importer", "reporter"),
    [("CHN", "KAZ", "KAZ"), ("KAZ", "CHN", "KAZ"), ("CHN", "UZB", "CHN"), ("CHN", "UZB", "UZB")],
)
def test_structures_fit_for_every_flow_and_level(
    exporter: str, importer: str, reporter: str, level: str
) -> None:
    frame = load_composition(exporter, importer, reporter, level=level)  # type: ignore[arg-type]
    latest = frame[frame["year"] == 2024]
    assert overlaps(charts.structure_now(share(top_items(latest, 15)))) == []
    drawn = charts.structure_over_time(share(top_items(frame, 8, across="flow")))
    assert overlaps(drawn) == []
    change = contribution_to_change(frame, int(frame["year"].min()), 2024)
    assert overlaps(charts.drivers_of_change(top_contributions(change, 12))) == []


@pytest.mark.parametrize(
    "draw",
    [
        lambda f: charts.structure_now(f),
        lambda f: charts.structure_over_time(share(f)),
        lambda f: charts.concentration_lines(concentration(f)),
        lambda f: charts.group_share_line(group_share(f, ["fuels"])),
        lambda f: charts.both_books(compare_reporters(f)),
    ],
)
def test_nothing_to_draw_is_said(draw) -> None:  # type: ignore[no-untyped-def]
    chart = draw(load_composition("CHN", "KGZ"))
    assert "No complete table" in chart.alt
    assert chart.table.empty


@pytest.mark.parametrize(
    ("draw", "words"),
    [
        (lambda f: charts.structure_now(share(f)), "draws one year; the frame has 2019 and 2024"),
        (
            lambda f: charts.structure_over_time(share(pd.concat([f, f.assign(reporter="CHN")]))),
            "draws one flow as one side has it; the frame has 2",
        ),
        (
            lambda f: charts.both_books(
                compare_reporters(pd.concat([f, f.assign(reporter="CHN")]))
            ),
            "both_books draws one flow in one year; the table has 2",
        ),
    ],
)
def test_a_frame_of_the_wrong_kind_ends_in_one_sentence(draw, words: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ParameterError, match=words):
        draw(top_items(made_up(), 3))
