"""What a notebook shows: valid, escaped, accessible, repeatable."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pandas as pd
import pytest
from matplotlib.figure import Figure

from catrade.charts import style
from pagemill import display
from pagemill.csvtext import csv_text, safe_cell
from pagemill.errors import DataError, ParameterError
from pagemill.svg import CSS_COLOURS

ALT = "Line chart of one made-up series: 1 in 2024, 2 in 2025."
EVIL = "<script>alert(\"x\")</script> & 'quotes'"


class Reader(HTMLParser):
    """Collect tags with their attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


def make_chart(**changes: object) -> display.Chart:
    with style.house():
        figure = Figure(figsize=(7.2, 2.5))
        axes = figure.subplots()
        axes.plot([2024, 2025], [1, 2], "o-", color=style.COUNTRY_COLOURS["KAZ"])
        axes.set_title("Costs $5 to $6 & more")
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


def csv_of(html: str) -> list[list[str]]:
    href = next(a["href"] for a in Reader(html).all("a") if a.get("class") == "ct-csv")
    assert href is not None
    head, body = href.split(",", 1)
    assert head == "data:text/csv;charset=utf-8"
    return list(csv.reader(io.StringIO(unquote(body).removeprefix("\ufeff"))))


# Chart -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "alt",
    [
        "",
        "   ",
        "No description has been provided for this image",
        "alt text",
        "Image",
        "Figure 1",
        "chart",
        "tbd",
        "<Figure size 720x360 with 1 Axes>",
        "Trade by year",
    ],
)
def test_chart_refuses_an_empty_or_placeholder_text_alternative(alt: str) -> None:
    with pytest.raises(ParameterError, match="alt of chart 'rise' must say in words"):
        make_chart(alt=alt)


def test_chart_refuses_an_empty_title_and_a_bad_name() -> None:
    with pytest.raises(ParameterError, match="title of a chart"):
        make_chart(title=" ")
    with pytest.raises(ParameterError, match=r"got 'My Chart' \(try 'my-chart'\)"):
        make_chart(name="My Chart")


def test_chart_html_has_caption_alternative_source_note_and_downloads() -> None:
    html = make_chart()._repr_html_()
    read = Reader(html)
    assert read.all("figure")[0]["id"] == "rise"
    (picture,) = read.all("svg")
    assert picture["role"] == "img"
    assert picture["aria-label"] == ALT
    assert "width" not in picture
    assert "viewbox" in picture
    (scroller,) = [a for a in read.all("div") if a.get("class") == "ct-scroll"]
    assert scroller["tabindex"] == "0"
    assert scroller["aria-labelledby"] == "rise-title"
    for text in ("It rose", "Source: Statistics of nowhere", "Made up.", "Description"):
        assert text in read.text
    kinds = [(b["data-ct-save"], b["data-ct-figure"], "hidden" in b) for b in read.all("button")]
    assert kinds == [("svg", "rise", True), ("png", "rise", True)]
    assert csv_of(html) == [["year", "x"], ["2024", "1"], ["2025", "-2"]]


def test_chart_without_data_offers_no_csv() -> None:
    assert "ct-csv" not in make_chart(table=pd.DataFrame())._repr_html_()


def test_chart_mime_bundle_is_html_and_text() -> None:
    bundle = make_chart()._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain"}
    assert bundle["text/plain"] == f"It rose\n{ALT}"


def test_everything_from_outside_is_escaped() -> None:
    chart = make_chart(title=EVIL, alt=f"{EVIL} in four words", source=EVIL, note=EVIL)
    table = display.table(pd.DataFrame({EVIL: [EVIL]}), EVIL, note=EVIL, source=EVIL, name="t")
    for html in (chart._repr_html_(), table._repr_html_(), display.answer(EVIL)._repr_html_(),
                 display.note(EVIL)._repr_html_()):  # fmt: skip
        read = Reader(html)
        assert read.all("script") == []
        assert EVIL in read.text


def test_same_chart_gives_the_same_bytes() -> None:
    chart = make_chart()
    assert chart._repr_html_() == chart._repr_html_() == make_chart()._repr_html_()


def test_svg_is_lean_and_safe_to_inline() -> None:
    text = make_chart().svg()
    root = ET.fromstring(text)
    assert "<?xml" not in text
    assert "<!DOCTYPE" not in text
    names = {element.tag.split("}")[1] for element in root.iter()}
    assert not names & {"metadata", "style", "script", "image"}
    assert not re.search(r"\d\.\d{3}", text), "a coordinate has more than two decimals"
    assert "font-family" not in text.replace('font-family="DejaVu Sans,', "", 1)
    shown = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "Costs $5 to $6 & more" in shown, "text must stay text, dollars must not become maths"
    assert len(text) < 6000


def test_svg_ids_of_two_charts_do_not_clash() -> None:
    one, other = make_chart().svg(), make_chart(name="fall").svg()
    ids = [set(re.findall(r' id="([^"]+)"', text)) for text in (one, other)]
    assert ids[0]
    assert not ids[0] & ids[1]
    assert set(re.findall(r'(?:url\(#|href="#)([^")]+)', one)) == ids[0]


def test_svg_house_colours_are_variables_with_fallback() -> None:
    text = make_chart().svg()
    assert "var(--ct-ink,#1b1f24)" in text
    bare = text
    for colour, name in CSS_COLOURS.items():
        bare = bare.replace(f"var({name},{colour})", "")
    assert not any(colour in bare for colour in CSS_COLOURS)
    assert style.COUNTRY_COLOURS["KAZ"] in bare


def test_exported_svg_carries_title_and_source_the_pages_svg_hides_them() -> None:
    chart = make_chart()
    page, alone = ET.fromstring(chart.svg()), ET.fromstring(chart.svg(standalone=True))
    assert page[0].attrib["class"] == alone[0].attrib["class"] == "ct-export"
    assert page[0].attrib["display"] == "none"
    assert "display" not in alone[0].attrib
    assert [t.text for t in alone[0]][1:] == ["It rose", "Statistics of nowhere"]
    assert page.attrib["data-ct-viewbox"] == alone.attrib["viewBox"]
    assert "var(" not in chart.svg(standalone=True)
    assert alone.attrib["width"] == "518.4"


def test_chart_saves_svg_png_and_csv(tmp_path: Path) -> None:
    chart = make_chart()
    ET.parse(chart.save(tmp_path / "a.svg"))
    assert chart.save(tmp_path / "a.png").read_bytes()[:4] == b"\x89PNG"
    assert chart.save(tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbfyear,x\n")
    with pytest.raises(ParameterError, match=r"file name ending must be one of .svg, .png, .csv"):
        chart.save(tmp_path / "a.pdf")


# CSV -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+cmd|' /C calc'!A0", "-1+2", "@SUM(A1)", "\n=1", "  =1+1", "\u3000=1", "＝1", "＠x"],
)
def test_text_that_could_be_a_formula_is_defused(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


def test_a_formula_behind_a_separator_is_defused() -> None:
    """Tester D23: a spreadsheet whose list separator is a semicolon begins a cell there."""
    assert safe_cell("x;=1+1") == "x;'=1+1"
    assert safe_cell('x";=HYPERLINK("e")') == 'x";\'=HYPERLINK("e")'
    assert safe_cell("tariffs; 5% of value") == "tariffs; 5% of value"
    assert safe_cell("\t=1") == "'\t'=1"
    assert safe_cell("\r=1") == "'\n=1"  # what follows a lone CR would be a cell of its own


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-2.5, "-2.5"),
        (106300000000.0, "106300000000"),
        (0.1 + 0.2, "0.3"),
        (6351234567890.25, "6351234567890.25"),
        (1e-7, "1e-07"),
        ("-2.5", "-2.5"),
        ("2025-10M", "2025-10M"),
        ("01", "01"),
        (None, ""),
        (float("nan"), ""),
        (pd.NA, ""),
        (pd.NaT, ""),
        (True, "true"),
        (0, "0"),
    ],
)
def test_other_cells_stay_what_they_are(value: object, text: str) -> None:
    for column in ([value], [value, "text"]):
        frame = pd.DataFrame({"year": range(len(column)), "x": column})
        assert csv_text(frame).splitlines()[1] == f"0,{text}"


def test_dates_are_written_as_days() -> None:
    days = pd.to_datetime(["2009-02-09", None])
    assert csv_text(pd.DataFrame({"day": days, "n": [1, 2]})) == "day,n\n2009-02-09,1\n,2\n"


def test_csv_headers_are_defused_and_quotes_survive() -> None:
    frame = pd.DataFrame({"=x": ['say "hi", you', "two\nlines"]})
    read = list(csv.reader(io.StringIO(csv_text(frame), newline="")))
    assert read == [["'=x"], ['say "hi", you'], ["two\nlines"]]


# Table -----------------------------------------------------------------------------------------


@pytest.fixture
def growth() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "country": ["Kazakhstan", "Kyrgyzstan"],
            "value_usd": [48.6e9, float("nan")],
            "growth": [0.1213, 0.2],
            "growth_low": [0.1202, -0.1],
            "growth_high": [0.1224, 0.5],
            "day": ["2026-01-14", "2026"],
            "year": [2024, 2025],
        }
    )


def test_table_is_captioned_with_headers_of_both_kinds(growth: pd.DataFrame) -> None:
    shown = display.table(
        growth,
        "Growth in 2025",
        columns={
            "country": "Country",
            "value_usd": ("Trade, $ billion", "billion"),
            "growth": ("Growth", display.Interval("growth_low", "growth_high")),
            "day": ("Published", "date"),
        },
        source="Customs",
        note="Rounded.",
    )
    read = Reader(shown._repr_html_())
    assert shown.name == "growth-in-2025"
    assert len(read.all("caption")) == 1
    scopes = [a["scope"] for a in read.all("th")]
    assert scopes == ["col"] * 4 + ["row"] * 2
    assert shown.rows == [
        ["Kazakhstan", "48.6", "12.1% (12.0 to 12.2)", "14 January 2026"],
        ["Kyrgyzstan", "–", "between −10% and 50%", "2026"],
    ]
    keys = [a["data-sort"] for a in read.all("td") if "data-sort" in a]
    assert keys == ["48600000000", "0.1213", "", "0.2"]
    assert "Source: Customs" in read.text
    assert "Rounded." in read.text
    # The CSV has the whole frame, also the columns not shown.
    assert csv_of(shown._repr_html_())[0] == list(growth.columns)


@pytest.mark.parametrize(
    ("ends", "text"),
    [
        ((0.4838, 0.4844), "48.4%"),  # both ends print as 48.4
        ((0.484, 0.484), "48.4%"),
        ((0.4834, 0.4844), "48.4% (48.3 to 48.4)"),
    ],
)
def test_an_interval_that_prints_as_its_point_is_the_point(
    ends: tuple[float, float], text: str
) -> None:
    row = {"share": 0.484, "low": ends[0], "high": ends[1]}
    assert display.Interval("low", "high").write(row, "share") == text


def test_table_without_columns_shows_all_and_years_stay_years(growth: pd.DataFrame) -> None:
    shown = display.table(growth[["country", "year"]], "All")
    assert shown.rows[0] == ["Kazakhstan", "2024"]
    assert str(shown) == "All\ncountry\tyear\nKazakhstan\t2024\nKyrgyzstan\t2025"


def test_table_formats_may_be_functions(growth: pd.DataFrame) -> None:
    shown = display.table(growth, "F", columns={"country": "C", "year": ("Y", lambda y: f"<{y}>")})
    assert "&lt;2024&gt;" in shown._repr_html_()


def test_table_of_nothing_is_a_sentence() -> None:
    frame = pd.DataFrame({"country": [], "value_usd": []})
    html = display.table(frame, "Nothing", columns={"country": "Country"})._repr_html_()
    assert html == '<p class="ct-none" id="nothing">Nothing: none.</p>'


def test_table_names_wrong_columns_and_formats(growth: pd.DataFrame) -> None:
    with pytest.raises(
        ParameterError, match=r"column must be one of .* \(did you mean 'growth'\?\)"
    ):
        display.table(growth, "X", columns={"grwth": "G"})
    with pytest.raises(ParameterError, match=r"format of column growth .*did you mean 'percent'"):
        display.table(growth, "X", columns={"growth": ("G", "percnt")})
    with pytest.raises(ParameterError, match=r"column must be one of .* got 'low'"):
        display.table(
            growth, "X", columns={"growth": ("G", display.Interval("low", "growth_high"))}
        )
    with pytest.raises(ParameterError, match="caption of a table"):
        display.table(growth, "")


# Answer, note, sources -------------------------------------------------------------------------


def test_answer_and_note_are_paragraphs() -> None:
    assert '<p class="ct-answer">Yes.</p>' in display.answer("Yes.")._repr_html_()
    assert display.note("But.")._repr_html_() == '<p class="ct-note" role="note">But.</p>'
    assert display.answer("Yes.")._repr_mimebundle_()["text/plain"] == "Yes."


@pytest.fixture
def table_of_sources() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "source_id": ["a", "b", "c"],
            "publisher": ["Customs", "Bank & Co", "Blog"],
            "title": ["Table 1", "<b>Report</b>", "Trap"],
            "url": ["https://example.org/?a=1&b=2", "", "javascript:alert(1)"],
            "published": ["2026-01-14", "2025-06", ""],
            "kind": ["official_statement", "research", "press"],
            "locator": ["p. 3", "", ""],
        }
    )


def test_sources_lists_each_once_in_order_with_web_links_only(
    table_of_sources: pd.DataFrame,
) -> None:
    frame = pd.DataFrame({"source_ids": ["b;a", "a", ""]})
    listed = display.sources(frame, "c", ["a"], table=table_of_sources)
    html = listed._repr_html_()
    read = Reader(html)
    assert [a["id"] for a in read.all("li")] == ["source-a", "source-b", "source-c"]
    assert [a["href"] for a in read.all("a")] == ["https://example.org/?a=1&b=2"]
    assert "javascript" not in html
    assert read.all("b") == []
    assert "<b>Report</b>" in read.text
    assert "Customs: Table 1, 14 January 2026; official statement. (p. 3)" in read.text
    assert str(listed).startswith("1. Customs: Table 1, 14 January 2026, official statement.")


def test_sources_begin_with_who_vouches_most_for_a_figure() -> None:
    rows = {
        "paper": ("Newspaper", "press"),
        "copy": ("UN Comtrade, copied by GitHub user someone", "dataset"),
        "said": ("Customs of China, via a newspaper", "official"),
        "office": ("Statistics Agency (Tashkent)", "official"),
    }
    frame = pd.DataFrame(
        [
            (one, who, "T", "https://example.org", "2026", kind, "")
            for one, (who, kind) in rows.items()
        ],
        columns=["source_id", "publisher", "title", "url", "published", "kind", "locator"],
    )
    html = display.sources(rows, table=frame)._repr_html_()
    said = re.sub(r"<[^>]+>", "|", html)
    places = [said.index(text) for text in ("Official statistics", "Statistics Agency (Tashkent)",
              "relayed by others", "UN Comtrade:", "read from the copy of GitHub user someone",
              "Customs of China:", "Press and others", "Newspaper")]  # fmt: skip
    assert places == sorted(places)
    assert re.findall(r'start="(\d)"', html) == ["1", "2", "4"]


def test_a_register_offers_choices_and_links_to_its_sources(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frame = pd.DataFrame(
        {"day": ["2026-01-20", "2026-01-14", ""], "kind": ["tax", "tax", "subsidy"],
         "source_ids": ["dailymail-2026-01", "", "dailymail-2026-01;24kg-2020-01-28"]}
    )  # fmt: skip
    shown = display.register(frame, "All", columns={"day": ("Date", "date"), "kind": "Kind"})
    html = shown._repr_html_()
    read = Reader(html)
    assert read.all("figure")[0]["class"] == "ct-figure ct-table-figure ct-register"
    assert [head.get("data-ct-choice") for head in read.all("th")[:3]] == [None, "Kind", None]
    web = [a["href"] or "" for a in read.all("a") if a.get("rel")]
    assert len(web) == 3
    assert all(address.startswith("https://") for address in web)
    assert shown.rows[1][2] == ""
    assert ">24.kg" in html
    with pytest.raises(ParameterError, match=r"column to choose from .*did you mean 'kind'"):
        display.register(frame, "All", choices=["kinds"])


def test_a_second_drawing_is_for_narrow_windows() -> None:
    plain = make_chart()
    html = make_chart(narrow=plain.figure)._repr_html_()
    assert html.count("<svg") == 2
    assert "overflow-x" not in html
    assert '<div class="ct-drawing ct-narrow" style="display:none"><svg' in html
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(set(ids)) == len(ids)


def test_a_mark_with_a_title_says_it(tmp_path: Path) -> None:
    chart = make_chart()
    chart.figure.axes[0].lines[0].set_gid('t:Kazakhstan & "others": $48.6bn')
    root = ET.fromstring(chart.svg())
    (title,) = root.iter("{http://www.w3.org/2000/svg}title")
    assert title.text == 'Kazakhstan & "others": $48.6bn'
    (group,) = [g for g in root.iter("{http://www.w3.org/2000/svg}g") if title in list(g)]
    assert group[0] is title
    assert "t:Kaz" not in chart.svg()


def test_sources_falls_back_on_attrs_only_without_id_columns(
    table_of_sources: pd.DataFrame,
) -> None:
    loaded = pd.DataFrame({"x": [1]})
    loaded.attrs["sources"] = ["a", "c"]
    assert list(display.sources(loaded, table=table_of_sources).frame["source_id"]) == ["a", "c"]
    filtered = pd.DataFrame({"source_id": ["b"]})
    filtered.attrs["sources"] = ["a", "b", "c"]
    assert list(display.sources(filtered, table=table_of_sources).frame["source_id"]) == ["b"]


def test_an_unknown_source_is_named(table_of_sources: pd.DataFrame) -> None:
    with pytest.raises(DataError, match="source 'zz' is not in the table of sources"):
        display.sources("zz", table=table_of_sources)


def test_what_has_no_sources_is_refused_in_a_sentence() -> None:
    with pytest.raises(ParameterError, match="a table, an id or a list of ids; got 5"):
        display.sources(5)  # type: ignore[arg-type]


def test_sources_reads_the_projects_own_table() -> None:
    assert "dailymail" in display.sources("dailymail-2026-01")._repr_html_()


def test_a_cell_that_opens() -> None:
    frame = pd.DataFrame({"claim": ["A < B", "C"], "why": ["1 < 2", ""]})
    shown = display.table(frame, "Claims", columns={"claim": ("Claim", display.Opens("why"))})
    html = shown._repr_html_()
    assert "<details><summary>A &lt; B</summary>1 &lt; 2</details>" in html
    assert html.count("<details>") == 1  # nothing to open
    assert str(shown) == "Claims\nClaim\nA < B\nC"
    with pytest.raises(ParameterError, match="did you mean 'why'"):
        display.table(frame, "Claims", columns={"claim": ("Claim", display.Opens("whi"))})
