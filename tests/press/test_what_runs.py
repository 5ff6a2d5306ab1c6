"""Outputs that would run: what is left of them, and what is said of the rest."""

import base64
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
import saved_pages

from pagemill import article, inert, live

PLOTLY = "application/vnd.plotly.v1+json"
NOTE = (
    '<p class="ct-note" role="note">An interactive view is not part of this page.</p>'
)
CHART = {PLOTLY: {"data": [{"y": [1, 2]}], "layout": {}}}


def notebook(*cells: list[dict[str, Any]]) -> nbformat.NotebookNode:
    """A notebook that was run: of each cell the data of its outputs."""
    made = []
    for data in cells:
        outputs = [nbformat.v4.new_output("display_data", data=one) for one in data]
        made.append(nbformat.v4.new_code_cell("show()", outputs=outputs))
    return saved_pages.notebook(*made)


def read(*cells: list[dict[str, Any]]) -> tuple[str, list[str]]:
    """What stands on the page, without its code, and what is lost."""
    made = article.read(notebook(*cells), None, "made", "left out")
    html = re.sub('<details class="code">.*?</details>\n', "", made.body, flags=re.S)
    return html, made.lost


PANEL = "application/vnd.holoviews_{}.v0+json"
ROOT = (
    '<div id="r" data-root-id="r" style="display: contents;"></div><script>1</script>'
)
#: Outputs that run, as libraries write them: what loads, what shows, and what of it is words.
STATIC: dict[str, tuple[list[dict[str, Any]], dict[str, Any], str]] = {
    "panel and hvplot": (
        [
            {"text/html": '<script type="esms-options">{}</script><style>a{}</style>'},
            {"application/javascript": "load()", PANEL.format("load"): "load()"},
            {PANEL.format("exec"): "", "text/html": ROOT},
        ],
        {PANEL.format("exec"): "", "text/html": ROOT, "text/plain": ":Curve [a]"},
        "<pre>:Curve [a]</pre>",
    ),
    "folium": (
        [],
        {
            "text/html": '<div><span style="color:#565656">Make this Notebook Trusted to load'
            ' map: File</span><iframe srcdoc="&lt;script&gt;m()&lt;/script&gt;"></iframe></div>',
            "text/plain": "<folium.folium.Map at 0x7f>",
        },
        "",
    ),
    "altair": (
        [],
        {
            "text/html": "<style>#v {width: 100%}</style><div id=v></div><script>v()</script>",
            "text/plain": "alt.Chart(...)",
        },
        "",
    ),
    "itables": (
        [
            {
                "text/html": "<script>const { set_or_remove_dark_class } = await window."
                "_itables_2;</script>"
            },
            {
                "text/html": "<script>load()</script><noscript>This is the <code>"
                "init_notebook_mode</code> cell from ITables v2</noscript>"
            },
        ],
        {
            "text/html": "<table hidden><tr><td>Loading</td></tr></table><table><tbody><tr><td>"
            "1</td></tr></tbody></table><script>t()</script>"
        },
        "<td>1</td>",
    ),
    "plotly": ([], CHART, ""),
    "a script": ([], {"application/javascript": "draw()"}, ""),
    "widgets": ([], {live.VIEW: {"model_id": "a"}, "text/plain": "IntSlider()"}, ""),
}


@pytest.mark.parametrize("kind", STATIC)
def test_what_runs_leaves_its_words_and_no_more(kind: str):
    """What only loads leaves nothing: five empty boxes stood above one chart of hvplot's."""
    loads, shows, words = STATIC[kind]
    html, lost = read(loads, [shows])
    assert len(lost) == 1
    # How to have it is for its author, on the terminal.
    assert re.fullmatch(
        r"outputs that would run or load something are left out, in the cells that begin"
        r" 'show\(\)' \([a-z]+/[\w.+-]+\): show a picture or a table of the same, too",
        lost[0],
    )
    said, _, more = html.partition(NOTE)
    assert (more, bool(said)) == ("", bool(words))
    assert words in said


def test_what_no_page_has_a_form_for_is_named():
    html, lost = read([{"application/json": {"a": 1}}])
    assert html == NOTE
    said = "outputs that no page has a form for are left out, in the cells that begin"
    assert lost == [f"{said} 'show()' (application/json): print them"]


#: A box of widgets that only show something, in the state that a notebook keeps of them.
WIDGETS = {
    "box": {
        "model_name": "VBoxModel",
        "state": {"children": ["IPY_MODEL_a", "IPY_MODEL_b"]},
    },
    "a": {
        "model_name": "HTMLModel",
        "state": {"value": "<b>bold words</b><script>x()</script>"},
    },
    "b": {
        "model_name": "OutputModel",
        "state": {
            "outputs": [
                {
                    "output_type": "stream",
                    "name": "stdout",
                    "text": "inside an <output>",
                },
                {
                    "output_type": "display_data",
                    "data": {"text/html": "<i>a table</i>"},
                },
            ]
        },
    },
    "own": {"model_name": "VBoxModel", "state": {"children": ["IPY_MODEL_own"]}},
}


def test_a_widget_that_only_shows_something_is_what_it_shows():
    shown = [
        {live.VIEW: {"model_id": name}, "text/plain": "VBox()"}
        for name in ("box", "own")
    ]
    made = notebook(shown)
    made.metadata["widgets"] = {article._WIDGETS: {"state": WIDGETS}}
    page = article.read(made, None, "made", "left out")
    for words in (
        "<b>bold words</b>",
        "<pre>inside an &lt;output&gt;</pre>",
        "<i>a table</i>",
    ):
        assert words in page.body
    assert "x()" not in page.body
    # What it would do is not there, and that is said; a box in itself ends.
    assert page.body.count(NOTE) == 2


VL_CONVERT = """
def get_vegalite_versions():
    return ["4.17", "5.8", "5.21", "6.1"]

def vegalite_to_svg(chart, vl_version=""):
    if chart == {}:
        raise ValueError("no chart")
    return f'<svg xmlns="http://www.w3.org/2000/svg"><title>{vl_version}</title></svg>'
"""


def test_a_vega_lite_chart_is_a_picture_where_something_draws_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "vl_convert.py").write_text(VL_CONVERT, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    kind = "application/vnd.vegalite.v5+json"
    html, _ = read([{kind: {"mark": "bar"}}])
    (coded,) = re.findall('src="data:image/svg.xml;base64,([^"]+)"', html)
    # In the version of the notebook's own library.
    assert b"<title>5.21</title>" in base64.b64decode(coded)
    html, _ = read([{kind: {}}])
    assert "<img" not in html
    assert NOTE in html


#: CSS of an output, and what of it stays.
STYLES = {
    "#T_1 td {color: red}": ".o #T_1 td {color: red}",
    "a, + p, ~ q, b ~ c, d + e, :root {top: 0}": ".o a, .o b ~ c, .o d + e, .o {top: 0}",
    # A library's own variables, and none of the page's.
    ":root {--sk-line: red} a {color: var(--sk-line)}": (
        ".o {--sk-line: red}\n.o a {color: var(--sk-line)}"
    ),
    "a {--ct-ink: red} b {--CT-paper : red} c {--x: url(y)} d {--y: '\\66'}": "",
    "a {--x: fixed; position: var(--x)}": "",
    "input {clip: rect(1px, 1px, 1px, 1px)}": (
        ".o input {clip: rect(1px, 1px, 1px, 1px)}"
    ),
    "a {background: url(https://example.org)}": "",
    "a {position: fixed}": "",
    "@import 'x'; @media print {a {color: red}} b {left: 0}": ".o b {left: 0}",
    "a {} </style><script>": ".o a {}",
    "a:is(b, c) {color: red} d {color: blue}": ".o d {color: blue}",
}


@pytest.mark.parametrize("style", STYLES)
def test_a_style_reaches_only_its_own_output(style: str):
    assert inert.rules(style, ".o") == STYLES[style]
