"""What a notebook shows: valid, escaped, accessible, repeatable."""

import re
import xml.etree.ElementTree as ET
from typing import Any

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from fetch_files import cases, options
from matplotlib.figure import Figure

from catrade.charts import style
from pagemill import display
from pagemill.csvtext import csv_text
from pagemill.saved import read_csv
from pagemill.svg import CSS_COLOURS
from rounding.errors import DataError, ParameterError

ALT = "Line chart of one made-up series: 1 in 2024, 2 in 2025."
SVG = "{http://www.w3.org/2000/svg}"


def read(thing: Any) -> BeautifulSoup:
    return BeautifulSoup(thing._repr_html_(), "html.parser")


def csv_of(page: BeautifulSoup) -> list[tuple[str, ...]]:
    frame = read_csv(str(page.select_one("a.ct-csv")["href"]))
    return [tuple(frame), *frame.itertuples(index=False, name=None)]


def make_chart(**changes: object) -> display.Chart:
    figure = Figure(figsize=(7.2, 2.5))
    axes = figure.subplots()
    axes.plot([2024, 2025], [1, 2], "o-", color=style.COUNTRY_COLOURS["KAZ"])
    axes.set_title("Costs $5 to $6 & more", parse_math=False)
    given: dict[str, object] = {
        "figure": figure,
        "title": "It rose",
        "alt": ALT,
        "table": pd.DataFrame({"year": [2024, 2025], "x": [1.0, -2.0]}),
        "source": "Statistics of nowhere",
        "note": "Made up.",
        "name": "rise",
    }
    return display.Chart(**{**given, **changes})  # type: ignore[arg-type]


# Chart -----------------------------------------------------------------------------------------

WORDS = "alt of chart 'rise' must say in words"


LACKING = f"""
"alt": "No description has been provided for this image" | {WORDS}
"alt": "Trade by year" | {WORDS}
"title": " " | title of a chart
"name": "My Chart" | got 'My Chart' (try 'my-chart')
"""


@pytest.mark.parametrize(("changes", "sentence"), cases(LACKING))
def test_a_chart_that_lacks_something_is_refused(changes, sentence):
    with pytest.raises(ParameterError, match=re.escape(sentence)):
        make_chart(**options(changes))


def test_chart_has_caption_alternative_source_note_and_downloads():
    chart = make_chart()
    page = read(chart)
    assert page.figure["id"] == "rise"
    assert (page.svg["role"], page.svg["aria-label"]) == ("img", ALT)
    assert "width" not in page.svg.attrs
    assert page.svg["viewbox"]
    for text in ("It rose", "Source: Statistics of nowhere", "Made up.", "Description"):
        assert text in page.text
    assert [button["data-ct-save"] for button in page("button")] == [
        "svg",
        "png",
        "copy",
        "cite",
    ]
    assert all(button.has_attr("hidden") for button in page("button"))
    assert csv_of(page) == [("year", "x"), ("2024", "1"), ("2025", "-2")]
    assert not read(make_chart(table=pd.DataFrame())).select("a.ct-csv")
    bundle = chart._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain"}
    assert bundle["text/plain"] == f"It rose\n{ALT}"


def test_svg_is_lean_safe_to_inline_and_always_the_same():
    text = make_chart().svg()
    assert text == make_chart().svg()
    root = ET.fromstring(text)
    assert "<?xml" not in text
    assert "<!DOCTYPE" not in text
    names = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert not names & {"metadata", "style", "script", "image"}
    assert not re.search(r"\d\.\d{3}", text), "a coordinate has more than two decimals"
    assert "font-family" not in text.replace('font-family="DejaVu Sans,', "", 1)
    shown = [element.text for element in root.iter(f"{SVG}text")]
    assert "Costs $5 to $6 & more" in shown, (
        "text must stay text, dollars must not become maths"
    )
    bare = text
    for colour, name in CSS_COLOURS.items():
        bare = bare.replace(f"var({name},{colour})", "")
    assert len(bare) < len(text)
    assert not any(colour in bare for colour in CSS_COLOURS), (
        "a house colour that is no variable"
    )
    assert style.COUNTRY_COLOURS["KAZ"] in bare


def test_chart_saves_svg_png_and_csv(tmp_path):
    chart = make_chart()
    ET.parse(chart.save(tmp_path / "a.svg"))
    assert chart.save(tmp_path / "a.png").read_bytes()[:4] == b"\x89PNG"
    assert (
        chart.save(tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbfyear,x\n")
    )
    with pytest.raises(
        ParameterError, match=r"file name ending must be one of .svg, .png, .csv"
    ):
        chart.save(tmp_path / "a.pdf")


def test_a_mark_with_a_title_says_it():
    chart = make_chart()
    axes = chart.figure.axes[0]
    axes.lines[0].set_gid('t:Kazakhstan & "others": $48.6bn')
    axes.scatter([1, 2], [1, 2], urls=["t:A point", "https://a.example"])
    drawn = ET.fromstring(chart.svg()).iter(f"{SVG}g")
    titles = [group[0].text for group in drawn if group.find(f"{SVG}title") is not None]
    assert titles == ["A point", 'Kazakhstan & "others": $48.6bn']
    assert "t:Kaz" not in chart.svg()


# CSV -------------------------------------------------------------------------------------------


CELLS = """
-2.5 | -2.5
6351234567890.25 | 6351234567890.25
"2025-10M" | 2025-10M
None |
pd.NA |
pd.Timestamp("2009-02-09") | 2009-02-09
True | true
"""


@pytest.mark.parametrize(("cell", "text"), cases(CELLS))
def test_other_cells_stay_what_they_are(cell, text):
    value = eval(cell)
    frames = [pd.DataFrame({"year": [0], "x": [value]})]
    if not isinstance(value, pd.Timestamp):
        frames.append(pd.DataFrame({"year": [0, 1], "x": [value, "text"]}))
    for frame in frames:
        assert csv_text(frame).splitlines()[1] == f"0,{text}"


# Table -----------------------------------------------------------------------------------------

GROWTH = pd.DataFrame(
    {
        "country": ["Kazakhstan", "Kyrgyzstan"],
        "value": [48.6, float("nan")],
        "growth": [0.1213, 0.2],
        "growth_low": [0.1202, -0.1],
        "growth_high": [0.1224, 0.5],
        "day": ["2026-01-14", "2026"],
        "year": [2024, 2025],
    }
)


def test_table_is_captioned_with_headers_of_both_kinds():
    shown = display.table(
        GROWTH,
        "Growth in 2025",
        columns={
            "country": "Country",
            "value": ("Trade, $bn", "bn"),
            "growth": ("Growth", display.Interval("growth_low", "growth_high")),
            "day": ("Published", "date"),
        },
        source="Customs",
        note="Rounded.",
    )
    page = read(shown)
    assert shown.name == "growth-in-2025"
    assert len(page("caption")) == 1
    assert [head["scope"] for head in page("th")] == ["col"] * 4 + ["row"] * 2
    assert shown.rows == [
        ["Kazakhstan", "48.6", "12.1% (12.0 to 12.2)", "14 January 2026"],
        ["Kyrgyzstan", "–", "between −10% and 50%", "2026"],
    ]
    keys = [cell["data-sort"] for cell in page.select("td[data-sort]")]
    assert keys == ["48.6", "0.1213", "", "0.2"]
    assert "Source: Customs" in page.text
    assert "Rounded." in page.text
    # The CSV has the whole frame, also the columns not shown.
    assert csv_of(page)[0] == tuple(GROWTH.columns)
    kazakhstan = "Kazakhstan 48.6 0.1213 0.1202 0.1224 2026-01-14 2024"
    assert csv_of(page)[1] == tuple(kazakhstan.split())


def test_table_without_columns_shows_all_and_years_stay_years():
    # A column may be called by a number: a pivot's years were "not one of 2024, 2025".
    frame = GROWTH[["country", "year"]].set_axis(["country", 2030], axis=1)
    shown = display.table(frame, "All")
    assert str(shown) == "All\ncountry\t2030\nKazakhstan\t2024\nKyrgyzstan\t2025"
    nothing = display.table(GROWTH[:0], "Nothing", columns={"country": "Country"})
    assert nothing._repr_html_() == '<p class="ct-none" id="nothing">Nothing: none.</p>'


WRONG = r"""
{"grwth": "G"} | column must be one of .* \(did you mean 'growth'\?\)
{"value": ("V", "billion")} | 'billion' of column value is no more: give a column in billions
{"growth": ("G", "percnt")} | format of column growth .*did you mean 'percent'
None | caption of a table
"""


@pytest.mark.parametrize(("columns", "sentence"), cases(WRONG))
def test_table_names_wrong_columns_and_formats(columns, sentence):
    caption = " " if columns == "None" else "X"
    with pytest.raises(ParameterError, match=sentence):
        display.table(GROWTH, caption, columns=eval(columns))
    with pytest.raises(ParameterError, match=r"choose from .*did you mean 'country'"):
        display.register(GROWTH, "X", choices=["countri"])


def test_a_cell_that_opens():
    frame = pd.DataFrame({"claim": ["A < B", "C"], "why": ["1 < 2", ""]})
    shown = display.table(
        frame, "Claims", columns={"claim": ("Claim", display.Opens("why"))}
    )
    html = shown._repr_html_()
    assert "<details><summary>A &lt; B</summary>1 &lt; 2</details>" in html
    assert html.count("<details>") == 1  # nothing to open
    assert str(shown) == "Claims\nClaim\nA < B\nC"


# Answer, note, sources -------------------------------------------------------------------------


def sources(*rows: tuple[str, ...]) -> pd.DataFrame:
    columns = ["source_id", "publisher", "title", "url", "published", "kind", "locator"]
    return pd.DataFrame(rows, columns=columns)


TABLE = sources(
    (
        "a",
        "Customs",
        "Table 1",
        "https://example.org/?a=1&b=2",
        "2026-01-14",
        "dataset",
        "p. 3",
    ),
    ("b", "Bank & Co", "<b>Report</b>", "", "2025-06", "research", ""),
    ("c", "Blog", "Trap", "javascript:alert(1)", "", "press", ""),
)


def test_sources_lists_each_once_in_order_with_web_links_only():
    frame = pd.DataFrame({"sources": ["b;a", "a", ""]})
    listed = display.sources(frame, "c", ["a"], table=TABLE)
    page = read(listed)
    assert [item["id"] for item in page("li")] == ["source-a", "source-b", "source-c"]
    assert [link["href"] for link in page("a")] == ["https://example.org/?a=1&b=2"]
    assert "javascript" not in listed._repr_html_()
    assert not page("b")
    assert "<b>Report</b>" in page.text
    assert "Customs: Table 1, 14 January 2026; dataset. (p. 3)" in page.text
    assert str(listed).startswith("1. Customs: Table 1, 14 January 2026, dataset.")


def test_sources_begin_with_who_vouches_most_for_a_figure():
    rest = ("T", "https://example.org", "2026")
    table = sources(
        ("paper", "Newspaper", *rest, "press", ""),
        ("copy", "UN Comtrade, copied by GitHub user someone", *rest, "dataset", ""),
        ("said", "Customs of China, via a newspaper", *rest, "official", ""),
        ("office", "Statistics Agency (Tashkent)", *rest, "official", ""),
    )
    page = read(display.sources(table["source_id"], table=table))
    order = (
        "Official statistics.*Statistics Agency .Tashkent.*relayed by others.*UN Comtrade:.*"
        "read from the copy of GitHub user someone.*Customs of China:.*Press and others.*Newspaper"
    )
    assert re.search(order, page.text, re.DOTALL)
    assert [part["start"] for part in page("ol")] == ["1", "2", "4"]


@pytest.mark.parametrize(
    ("frame", "ids"),
    [
        (pd.DataFrame({"x": [1]}), ["a", "c"]),
        (pd.DataFrame({"source_id": ["b"]}), ["b"]),
    ],
)
def test_sources_falls_back_on_attrs_only_without_id_columns(frame, ids):
    frame.attrs["sources"] = ["a", "c"]
    assert list(display.sources(frame, table=TABLE).frame["source_id"]) == ids


def test_what_has_no_sources_is_refused_in_a_sentence():
    with pytest.raises(DataError, match="source 'zz' is not in the table of sources"):
        display.sources("zz", table=TABLE)
    with pytest.raises(ParameterError, match="a table, an id or a list of ids; got 5"):
        display.sources(5)  # type: ignore[arg-type]
