"""What tries to run, to write elsewhere or to tell a secret: refused, or inert."""

import csv
import io
import re

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from computed import SVG, page, shown, text
from hypothesis import given
from hypothesis import strategies as st
from watched import PAYLOADS, RUN

from pagemill import inert
from pagemill.csvtext import csv_text

# --- HTML that a notebook shows -------------------------------------------------------------

ACTIVE = [
    # what runs
    "<img src=x onerror=1>",
    "<svg onload=1></svg>",
    "<svg/onload=1>",
    "<p ONCLICK=1>x</p>",
    "<p/onclick=1>x</p>",
    "<p id=x onclick =1>x</p>",
    '<a href="x"onclick=1>x</a>',
    "<details ontoggle=1 open><summary>x</summary></details>",
    "<input onfocus=1 autofocus>",
    "<marquee onstart=1>x</marquee>",
    "<script>1</script>",
    "<script",
    "<scr<script>ipt>1</script>",
    "<SCRIPT SRC=x>",
    '<svg><script href="data:text/javascript,1"/></svg>',
    "<style>p{color:red}",
    "<svg><style>*{fill:url(https://e.example)}",
    # what runs when it is pressed
    '<a href="javascript:1">x</a>',
    '<a href="JaVaScRiPt:1">x</a>',
    '<a href=" javascript:1">x</a>',
    '<a href="&#106;avascript:1">x</a>',
    '<a href="&#x6A;avascript&colon;1">x</a>',
    '<a href="java&Tab;script:1">x</a>',
    '<a href="java\nscript:1">x</a>',
    '<a href="&#1;javascript:1">x</a>',
    "<a href=javascript:1>x</a>",
    '<a href="vbscript:1">x</a>',
    '<a href="data:text/html,x">x</a>',
    '<a href="file:///etc/passwd">x</a>',
    '<a href="//e.example/">x</a>',
    '<svg><a xlink:href="javascript:1"><text>x</text></a></svg>',
    '<svg><animate attributeName="href" values="javascript:1"/></svg>',
    '<svg><set attributeName="onload" to="1"/></svg>',
    '<button formaction="javascript:1">x</button>',
    '<button popovertarget="x">x</button>',
    '<math href="javascript:1">x</math>',
    # what loads or sends something
    '<img src="https://e.example/y.png" alt="">',
    '<img src="y.png" alt="">',
    '<img srcset="https://e.example 1x" src="data:image/png;base64,aa" alt="">',
    "<img src=//e.example/x.png>",
    "<picture><source srcset=x></picture>",
    "<video src=x></video>",
    '<input type="image" src="https://e.example">',
    '<a href="https://e.example" ping="https://e.example">x</a>',
    '<svg><use href="https://e.example/x.svg#a"/></svg>',
    '<svg><use href="data:image/svg+xml,x#a"/></svg>',
    '<svg><use xlink:href="x.svg#a"/></svg>',
    '<svg><image href="https://e.example/y.png"/></svg>',
    '<svg><feImage href="https://e.example"/></svg>',
    '<svg><rect fill="url(https://e.example/y#a)"/></svg>',
    '<svg><rect style="fill:u&#114;l(https://e.example)"/></svg>',
    '<svg><rect style="fill:u\\72l(https://e.example)"/></svg>',
    "<p style=\"background:url('//e.example')\">x</p>",
    "<p style=\"background:image-set('https://e.example' 1x)\">x</p>",
    '<p style="--a:url( https://e.example)">x</p>',
    '<p style="background:var(--a,url(https://e.example))">x</p>',
    "<p style=\"@import 'x'\">x</p>",
    '<p style="width:expression(1)">x</p>',
    "<meta http-equiv=refresh content=0>",
    '<base href="https://e.example">',
    "<link rel=stylesheet href=x>",
    '<form action="https://e.example"></form>',
    '<iframe srcdoc="x"></iframe>',
    "<object data=x></object>",
    "<embed src=x>",
    "<svg><foreignObject><p>x</p></foreignObject></svg>",
    # what browsers and this program might read in two ways
    '<textarea><img title="</textarea><img src=x onerror=1>"></textarea>',
    '<noscript><p title="</noscript><img src=x onerror=1>"></noscript>',
    "<xmp></xmp>",
    "<plaintext>",
    "<template></template>",
    "<!--><img src=x onerror=1>-->",
    "<!-- --!><img src=x onerror=1> -->",
    "<custom-element>x</custom-element>",
    # what swallows the text that follows
    '<p title="a',
    "<!-- a",
]
#: What is written again in a form that all browsers read alike, and takes nothing with it.
ODD = [
    "<p\x0bonclick=1>x</p>",
    "<p\x00onclick=1>x</p>",
    "<body onload=1>",
    "<\u017fcript>1</\u017fcript>",
    '<svg><title><g title="x"></g></title></svg>',
    "<!DOCTYPE html>",
    "<![CDATA[<img src=x onerror=1>]]>",
    '<?xml version="1.0"?>',
    '<p title="a<table onmouseover=1 x=</table>">x</p>',
    "<svg><p>x</p></svg>",
    "a < b",
    "<div>",
    "<div hidden>",
    "<b>x",
    "</article></main>",
    "<div><svg></div></svg>",
    "<table><tr><td>",
]
#: As notebooks show it: pandas, hand-written lists, drawings with gradients and pictures.
HARMLESS = [
    pd.DataFrame({"a": [1, 2], "b & <c>": ["<x>", "y"]}).to_html(),
    "<ul><li>one<li>two</ul><p>no end",
    "<table><tr><th>a<td>b<tr><td>c</table>",
    "<!-- made by hand - today --><p class=note>A <em>b</em><br>c<hr>d</p>",
    '<a href="other.html#x">x</a> <a href="#y">y</a> <a href="mailto:a@b.example">z</a>',
    '<a download="x.csv" href="data:text/csv;charset=utf-8,a,b">CSV</a>',
    '<img alt="x" src="data:image/png;base64,iVBO\nRw0K">',
    SVG,
    '<svg viewBox="0 0 9 9"><title>A &lt; B</title><defs><linearGradient id="g"><stop offset="0" '
    'stop-color="rgb(1,2,3)"/></linearGradient></defs><g transform="translate(1 2) rotate(3)">'
    '<rect width="9" height="9" fill="url(#g)" style="stroke:var(--ct-ink,#123)"/></g></svg>',
]


def harm(html: str) -> list[str]:
    """What in HTML could run, load or hide the rest, as another parser than ours reads it."""
    soup = BeautifulSoup(f"<article>{html}</article><i>after</i>", "html.parser")
    after = soup.find("i")
    if not (after and after.parent and after.parent.name == "[document]"):
        return ["the rest"]
    harms = []
    for tag in soup.find_all():
        if tag.name.lower() in RUNNING.split():
            harms.append(tag.name)
        for name, value in tag.attrs.items():
            if name.startswith("on") or name in SENDING:
                harms.append(name)
            inside = tag.name == "img" and value.startswith("data:image/")
            if name in LEADING and not inside and not ELSEWHERE.match(value):
                harms.append(value)
            if re.search(r"(?<!\w)url\([^#]|expression|image-set|@import|\\\\", value):
                harms.append(value)
    return harms


#: Attributes that load or send something, those that hold an address, and where one may lead.
SENDING = {"srcset", "formaction", "ping", "srcdoc", "action"}
LEADING = {"src", "href", "xlink:href"}
ELSEWHERE = re.compile(r"#|https?:|[\w.]+$")


RUNNING = (
    "script style iframe object embed base meta link form textarea xmp plaintext template noscript"
    " body marquee animate set foreignobject feimage picture"
)


@pytest.mark.parametrize("fragment", ACTIVE)
def test_html_that_could_run_or_load_is_refused(fragment):
    assert inert.made_inert(fragment)[1]
    assert inert.made_inert(f"<p>before</p>{fragment}<p>after</p>")[1]


@pytest.mark.parametrize("fragment", [*ACTIVE, *ODD, *PAYLOADS])
def test_what_comes_onto_a_page_runs_and_loads_nothing_and_leaves_the_rest(
    fragment,
):
    """Even if nobody had looked for faults before."""
    assert harm(inert.clean(fragment)) == []
    assert inert.clean(inert.clean(fragment)) == inert.clean(fragment)


@pytest.mark.parametrize("fragment", ODD)
def test_odd_html_takes_no_text_with_it(fragment):
    html = page(shown(f"<p>before</p>{fragment}<p>after</p>"))
    assert "<p>before</p>" in html
    assert "<p>after</p>" in html


@pytest.mark.parametrize("fragment", HARMLESS)
def test_html_as_notebooks_show_it_is_fine(fragment):
    assert inert.made_inert(fragment)[1] == ""
    words = [
        BeautifulSoup(html, "html.parser").get_text()
        for html in (fragment, inert.clean(fragment))
    ]
    assert words[0] == words[1]
    assert inert.clean(fragment).split(">")[0] in page(shown(fragment))


@pytest.mark.parametrize(
    "style",
    [
        "--p:fixed;position:var(--p);inset:0",  # tester T20
        "position:inherit",
        "POSITION : sticky",
        "position:absolute fixed",
        "position:",
    ],
)
def test_a_place_on_the_page_is_allowed_by_what_it_is(style):
    assert inert.made_inert(f'<p style="{style}">x</p>')[1]
    for fine in (
        "position: relative",
        "position:absolute;top:0",
        "background-position:0",
    ):
        assert inert.made_inert(f'<p style="{fine}">x</p>')[1] == ""


def test_a_table_that_hides_in_an_attribute_stays_there():
    """A box is put around tables; around this one it would have made the attribute a tag."""
    attack = f'<p title="<table onmouseover={RUN} x=</table>">x</p>'
    assert f'<p title="&lt;table onmouseover={RUN} x=&lt;/table&gt;">x</p>' in page(
        shown(attack)
    )


def test_a_comment_takes_no_text_with_it():
    html = page(text("<!-- secret --> Not to be lost <b>here</b>\n\nMore"))
    assert "Not to be lost &lt;b&gt;here&lt;/b&gt;" in html
    assert "secret" not in html


# --- tables, parameters, downloads ----------------------------------------------------------


@given(
    st.text(
        alphabet=st.sampled_from("=+-@\t\r\n \u3000＝＋－＠'\"1a.,;eE|!"), max_size=8
    )
)
def test_no_text_becomes_a_formula_in_a_download(value):
    file = io.StringIO(csv_text(pd.DataFrame({"a": [value]})), newline="")
    (_, cells) = csv.reader(file)  # one row, whatever is in it
    cell = "".join(cells)
    number = re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", cell)
    assert number or not re.search(r"(?:^|;)[ \u3000]*[=+\-@\t\r\n＝＋－＠]", cell)
    same = value.replace("\r\n", "\n").replace("\r", "\n")
    assert cell.replace("'", "") == same.replace("'", "")
