"""What tries to run, to write elsewhere or to tell a secret: refused, or inert."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import re
import stat
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import hostile_data
import nbformat
import pandas as pd
import pytest
import small_plan
from hostile_data import PAYLOADS, RUN
from hypothesis import given
from hypothesis import strategies as st
from test_fetch_baci import FILES, Y2022, _zip
from test_render import RUN as KAZ
from test_render import SVG, Outline, page, shown, text

from catrade import params
from catrade.csvtext import csv_text
from catrade.errors import FetchError, ParameterError, ReportError
from catrade.fetch import baci
from catrade.report import bundle, index, inert, plan, private, provenance, render
from catrade.schemas import TABLES

# --- HTML that a notebook shows -------------------------------------------------------------

ACTIVE = [
    # what runs
    "<img src=x onerror=1>",
    "<svg onload=1></svg>",
    "<svg/onload=1>",
    "<p ONCLICK=1>x</p>",
    "<p/onclick=1>x</p>",
    "<p\x0bonclick=1>x</p>",
    "<p\x00onclick=1>x</p>",
    "<p id=x onclick =1>x</p>",
    '<a href="x"onclick=1>x</a>',
    "<details ontoggle=1 open><summary>x</summary></details>",
    "<input onfocus=1 autofocus>",
    "<marquee onstart=1>x</marquee>",
    "<body onload=1>",
    "<script>1</script>",
    "<script",
    "<scr<script>ipt>1</script>",
    "<SCRIPT SRC=x>",
    "<\u017fcript>1</\u017fcript>",
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
    '<svg><title><g title="x"></g></title></svg>',
    '<noscript><p title="</noscript><img src=x onerror=1>"></noscript>',
    "<xmp></xmp>",
    "<plaintext>",
    "<template></template>",
    "<!--><img src=x onerror=1>-->",
    "<!-- --!><img src=x onerror=1> -->",
    "<!DOCTYPE html>",
    "<![CDATA[<img src=x onerror=1>]]>",
    '<?xml version="1.0"?>',
    '<p title="a<table onmouseover=1 x=</table>">x</p>',
    "<custom-element>x</custom-element>",
    "<svg><p>x</p></svg>",
    "a < b",
    # what would take the rest of the page with it
    "<div>",
    "<div hidden>",
    "<b>x",
    '<p title="a',
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


@pytest.mark.parametrize("fragment", ACTIVE)
def test_html_that_could_run_load_or_break_out_is_refused(fragment: str) -> None:
    assert inert.fault(fragment)
    assert inert.fault(f"<p>before</p>{fragment}<p>after</p>")


@pytest.mark.parametrize("fragment", HARMLESS)
def test_html_as_notebooks_show_it_is_fine(fragment: str) -> None:
    assert inert.fault(fragment) == ""
    assert fragment.split(">")[0] in page(shown(fragment))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_notebook_that_shows_an_attack_is_refused_in_one_sentence(payload: str) -> None:
    if not inert.fault(payload):
        assert payload in page(shown(payload))  # mere text
        return
    with pytest.raises(ReportError, match=r"^the output of the cell that begins 'show\(\)") as why:
        page(shown(payload))
    assert "\n" not in str(why.value)


def test_a_table_that_hides_in_an_attribute_is_refused() -> None:
    """A box is put around tables; around this one it would have made the attribute a tag."""
    attack = f'<p title="<table onmouseover={RUN} x=</table>">x</p>'
    with pytest.raises(ReportError, match="written &lt;"):
        page(shown(attack))


def test_a_diagram_in_markdown_is_code() -> None:
    html = page(text(f"```mermaid\n</pre><img src=x onerror={RUN}>\n```"))
    assert "<img" not in html
    assert f"&lt;/pre&gt;&lt;img src=x onerror={RUN}&gt;" in html


def test_a_comment_takes_no_text_with_it() -> None:
    html = page(text("<!-- secret --> Not to be lost <b>here</b>\n\nMore"))
    assert "Not to be lost &lt;b&gt;here&lt;/b&gt;" in html
    assert "secret" not in html


@pytest.mark.parametrize("kind", ["title", "topic"])
def test_a_title_of_the_plan_is_text_everywhere(kind: str, tmp_path: Path) -> None:
    for payload in PAYLOADS:
        run = plan.Run("x", KAZ.notebook, KAZ.path, KAZ.parameters, **{kind: payload})
        html = page(text("## One"), run=run)
        (tmp_path / "x.html").write_text(html, encoding="utf-8")
        for made in (html, index.write_index(tmp_path).read_text(encoding="utf-8")):
            tags = Outline(made).seen
            assert {tag for tag, _ in tags} & {"svg", "iframe", "b"} == set()
            assert [tag for tag, _ in tags].count("script") == 2 - ('class="overview"' in made)
            names = {name for _, attributes in tags for name in attributes}
            assert not [name for name in names if name.startswith("on") or name == "srcdoc"]
            links = [str(attributes["href"]) for _, attributes in tags if "href" in attributes]
            assert all(re.fullmatch(r"#[a-z]+|x\.html", link) for link in links), links


def test_checking_a_large_drawing_takes_no_time_to_speak_of() -> None:
    path = '<path style="stroke:var(--ct-ink,#1b1f24)" d="M' + "1.25 3.5L" * 12 + '"/>'
    drawing = f'<svg viewBox="0 0 9 9">{path * 2700}</svg>'
    assert len(drawing) > 400_000
    start = time.process_time()
    assert inert.fault(drawing) == ""
    # Measured: 15 ms.
    assert time.process_time() - start < 0.3


@pytest.mark.parametrize(
    "attack",
    ["<p" + " a" * 50_000, "<p a=" + "b" * 200_000, "<!--" + "-a" * 50_000, "<p" + " " * 50_000,
     "<!--" * 20_000, '<p style="' + "(" * 50_000 + 'url(x)">', '<a href="' + "a" * 200_000 + '">'],
    ids=lambda attack: attack[:12],
)  # fmt: skip
def test_no_html_keeps_the_check_busy(attack: str) -> None:
    start = time.process_time()
    assert inert.fault(attack)
    assert time.process_time() - start < 1


# --- tables, parameters, downloads ----------------------------------------------------------


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_column_that_takes_no_such_text_says_so_in_one_sentence(name: str) -> None:
    header = hostile_data.read(name)[0]
    for payload in PAYLOADS[::6]:
        refused = hostile_data.refused(name, payload)
        assert set(refused) | set(hostile_data.free_columns(name)) >= {*header} - {
            "members", "terms", *TABLES[name].key,
        }  # fmt: skip
        for column, sentence in refused.items():
            assert sentence.startswith(f"{name}.csv, row ")
            assert column in sentence
            assert "\n" not in sentence


@pytest.mark.parametrize("url", [p for p in PAYLOADS if "script" in p])
def test_an_address_of_a_source_that_is_none_is_refused(url: str) -> None:
    assert "url" in hostile_data.refused("sources", url)


@pytest.mark.parametrize("notebook", sorted(params.NOTEBOOKS))
def test_a_parameter_with_an_attack_is_refused(notebook: str) -> None:
    for name in params.model_of(notebook).model_fields:
        for payload in PAYLOADS:
            with pytest.raises(ParameterError, match=name) as why:
                params.validate(notebook, **{name: payload})
            assert "\n" not in str(why.value)


_FORMULA = re.compile(r" *[=+\-@\t\r\n＝＋－＠]")


@given(st.text(alphabet=st.sampled_from("=+-@\t\r\n ＝＋－＠'\"1a.,;eE|!"), max_size=8))
def test_no_text_becomes_a_formula_in_a_download(value: str) -> None:
    file = io.StringIO(csv_text(pd.DataFrame({"a": [value]})), newline="")
    (_, cells) = csv.reader(file)  # one row, whatever is in it
    cell = "".join(cells)
    number = re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", cell)
    assert number or not _FORMULA.match(cell)
    same = value.replace("\r\n", "\n").replace("\r", "\n")
    assert cell in (same, f"'{same}")


# --- names of files -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "slug",
    ["../x", "/abs", "a/b", "a\\b", "..", ".", "a.", ".a", "a\0", "A", "a b", "a-", "x" * 201,
     "index", "con", "nul", "prn", "aux", "com1", "lpt9", "a\n", "ä", "a:b", "~", "%2e%2e"],
)  # fmt: skip
def test_a_slug_that_is_no_plain_file_name_is_refused(slug: str, tmp_path: Path) -> None:
    entry = f'[[report]]\nnotebook = "trade_growth"\nslug = {json.dumps(slug)}\n'
    file = small_plan.write_plan(tmp_path, entry, {"trade_growth": small_plan.usual()})
    with pytest.raises(ParameterError, match=r"^reports.toml, report 1: slug m") as why:
        plan.load_plan(file)
    assert len(str(why.value)) < 400


def test_twins_of_one_name_are_refused(tmp_path: Path) -> None:
    entry = '[[report]]\nnotebook = "trade_growth"\nslug = "a"\n'
    file = small_plan.write_plan(tmp_path, entry * 2, {"trade_growth": small_plan.usual()})
    with pytest.raises(ParameterError, match="taken by an earlier report"):
        plan.load_plan(file)


@pytest.mark.parametrize("name", ["../trade_growth", "/etc/passwd", "trade_growth/../x", "..", ""])
def test_a_notebook_of_another_folder_is_refused(name: str, tmp_path: Path) -> None:
    entry = f'[[report]]\nnotebook = "{name}"\n'
    file = small_plan.write_plan(tmp_path, entry, {"trade_growth": small_plan.usual()})
    with pytest.raises(ParameterError, match=r"^reports.toml, report 1: notebook"):
        plan.load_plan(file)


@pytest.mark.parametrize("hidden", ["a\u202eb", "a\u200bb", "a\nb", "a\0b", "a\x1b[31mb"])
def test_a_title_with_characters_that_cannot_be_seen_is_refused(
    hidden: str, tmp_path: Path
) -> None:
    entry = f'[[report]]\nnotebook = "trade_growth"\ntitle = {json.dumps(hidden)}\n'
    file = small_plan.write_plan(tmp_path, entry, {"trade_growth": small_plan.usual()})
    with pytest.raises(ParameterError, match="title must be one line"):
        plan.load_plan(file)


def test_long_parameters_make_a_file_name_that_can_be_written(tmp_path: Path) -> None:
    slugs = {
        plan.derived_slug("claim_check", {"document": f"{'a' * 300}{end}"}) for end in ("b", "c")
    }
    assert len(slugs) == 2  # and not the same one
    for slug in slugs:
        (tmp_path / f"{slug}.failed.ipynb").touch()


ODD_NAMES = [
    f"javascript:{RUN}<!--", "..\\..\\evil", "C:evil", ".hidden", 'a"b', "a#b", "a?b", "a%2e%2e",
    "a\nb", "-rf", "x\udcff",
]  # fmt: skip


def _page(folder: Path, name: str, **changes: object) -> None:
    block = {**(provenance.from_html(page()) or {}), **changes}
    html = f'<script type="application/json" id="{provenance.SCRIPT_ID}">'
    html += f"{provenance.to_json(block)}</script>"
    (folder / f"{name}.html").write_text(html, encoding="utf-8")


def test_index_and_bundle_hold_plain_names_only(tmp_path: Path) -> None:
    for name in (*ODD_NAMES, "plain-one", "Größe (2)"):
        _page(tmp_path, name)
    html = index.write_index(tmp_path, ["plain-one"]).read_text(encoding="utf-8")
    assert re.findall(r'<h3><a href="([^"]*)">', html) == ["plain-one.html", "Größe (2).html"]
    target = tmp_path / "all.zip"
    assert bundle.write_bundle(tmp_path, target) == 2
    with zipfile.ZipFile(target) as made:
        names = made.namelist()
        assert names == ["reports/index.html", "reports/Größe (2).html", "reports/plain-one.html"]
        modes = {stat.S_IFMT(entry.external_attr >> 16) for entry in made.infolist()}
        assert modes == {0}  # nothing but plain files: no links


@pytest.mark.parametrize(
    "damage",
    [{"chips": "abc"}, {"chips": [[1]]}, {"chips": None}, {"inputs": [1]}, {"inputs": None},
     {"inputs": {"notebook": None}}, {"title": {}}, {"data_date": PAYLOADS[0]}, {"finding": 3},
     {"topic": None}],
    ids=str,
)  # fmt: skip
def test_a_damaged_page_does_not_stop_the_index_of_the_others(
    damage: dict[str, object], tmp_path: Path
) -> None:
    _page(tmp_path, "bad", **damage)
    _page(tmp_path, "good")
    html = index.write_index(tmp_path).read_text(encoding="utf-8")
    assert 'href="good.html"' in html
    assert RUN not in re.sub(r"&lt;.*?&gt;.*?&lt;/script&gt;", "", html)


# --- zips -----------------------------------------------------------------------------------

_MEMBER = "BACI_HS17_Y2022_V202601.csv"


def _attacked(path: Path, *members: tuple[str | zipfile.ZipInfo, str], **changes: None) -> Path:
    _zip(path, **changes)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def _files(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def test_a_zip_writes_nothing_outside_its_folder(tmp_path: Path) -> None:
    outside = [f"../../{_MEMBER}", f"/{_MEMBER}", f"..\\{_MEMBER}", "../../evil.txt", "/evil.txt"]
    for name in outside:
        file = _attacked(tmp_path / "x.zip", (name, Y2022), **{_MEMBER: None})
        folder = tmp_path / "root" / "data"
        with contextlib.suppress(FetchError):
            baci.import_release(file, folder, force=True)
        assert {name.split("/")[0] for name in _files(tmp_path)} <= {"x.zip", "root"}
        assert {name.split("/")[0] for name in _files(tmp_path / "root")} <= {"data"}
        assert all(name.startswith("fetched/baci/") for name in _files(folder))


@pytest.mark.parametrize("name", [_MEMBER, f"again/{_MEMBER}", "again/country_codes_V202601.csv"])
@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_a_zip_with_two_of_one_name_is_refused(name: str, tmp_path: Path) -> None:
    """Which of the two were the figures?"""
    content = FILES[name.rpartition("/")[2]]
    file = _attacked(tmp_path / "x.zip", (name, content))
    with pytest.raises(FetchError, match="more than once: it is not a release as published"):
        baci.import_release(file, tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_a_member_that_is_a_link_is_read_as_the_text_it_is(tmp_path: Path) -> None:
    link = zipfile.ZipInfo(_MEMBER)
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    file = _attacked(tmp_path / "x.zip", (link, "/etc/passwd"), **{_MEMBER: None})
    with pytest.raises(FetchError, match=f"{_MEMBER} has the columns /etc/passwd instead of"):
        baci.import_release(file, tmp_path / "data")


def test_a_bomb_is_refused_before_it_goes_off(tmp_path: Path) -> None:
    row = "2022,156,398,870380,1.000,1.000\n"
    bomb = "t,i,j,k,v,q\n" + row * (40_000_000 // len(row))
    file = _attacked(tmp_path / "x.zip", (_MEMBER, bomb), **{_MEMBER: None})
    assert file.stat().st_size < 500_000
    with pytest.raises(FetchError, match=r"packed \d+ to 1, which figures of trade cannot be"):
        baci.import_release(file, tmp_path / "data")
    names = "code,description\n" + "010121,x\n" * 4_000_000
    file = _attacked(tmp_path / "x.zip", **{"product_codes_HS17_V202601.csv": names})
    with pytest.raises(FetchError, match="far more than a release has"):
        baci.import_release(file, tmp_path / "data")


def test_a_line_without_end_does_not_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catrade.fetch.baci_year.PIECE", 40)
    file = _attacked(
        tmp_path / "x.zip", (_MEMBER, f"t,i,j,k,v,q\n2022,156,{'9' * 200_000}\n"), **{_MEMBER: None}
    )
    with pytest.raises(FetchError, match=f"{_MEMBER} has a line of more than 65536 characters"):
        baci.import_release(file, tmp_path / "data")


# --- links in the output folder, secrets, folders of this machine ---------------------------

SECRETS = {
    "COMTRADE_API_KEY": "0f3c-unlikely-key-77",
    "AWS_SECRET_ACCESS_KEY": 'wJa"lr&XUt<nFEMI7\\K7MDENG',
    "GITHUB_TOKEN": "ghp-ünlikely-4711-token",
}
PLAN = "".join(f"[[report]]\nnotebook = '{name}'\n\n" for name in sorted(params.NOTEBOOKS))
QUIET = "import warnings\nwarnings.warn('careful')\nprint('quiet')"
FAILS = (
    "import os, pandas\nprint(os.environ['COMTRADE_API_KEY'])\n"
    "pandas.read_csv('/nowhere/' + os.environ['AWS_SECRET_ACCESS_KEY'])"
)
TELLS = "import os\nprint(os.environ['AWS_SECRET_ACCESS_KEY'], os.environ['GITHUB_TOKEN'])"
SHOWS = f"from IPython.display import HTML\nHTML('<p>x</p><img src=x onerror={RUN}>')"


World = tuple[Path, subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def world(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """One run of five notebooks with secrets about, into a folder full of links to elsewhere."""
    root = tmp_path_factory.mktemp("folder-of-jane-doe")
    cells = {
        "claim_check": FAILS, "mirror_statistics": TELLS, "nev_policy_timeline": SHOWS,
        "trade_composition": QUIET, "trade_growth": QUIET,
    }  # fmt: skip
    books = {name: small_plan.notebook(("code", cell)) for name, cell in cells.items()}
    file = small_plan.write_plan(root / "project", PLAN, books)
    (root / "elsewhere").mkdir()
    (root / "home-of-jane-doe").mkdir()
    # The output folder is a link itself, and its name is one that papermill fills in.
    real = root / "real"
    real.mkdir()
    output = root / "out{partner}{0}"
    output.symlink_to(real)
    for name in ("trade-growth-ca5.html", "trade-growth-ca5.ipynb", "index.html",
                 "claim-check.failed.ipynb"):  # fmt: skip
        (root / "elsewhere" / name).write_text("not to be touched", encoding="utf-8")
        (real / name).symlink_to(root / "elsewhere" / name)
    home = str(root / "home-of-jane-doe")
    user = {"HOME": home, "USERPROFILE": home, "USER": "jane-doe", "HOSTNAME": "jane-doe-host"}
    done = subprocess.run(
        [sys.executable, "-m", "catrade.cli", "render", "--plan", str(file), "-o", str(output),
         "--bundle", str(root / "all.zip"), "-j", "2", "--force"],
        env={**os.environ, **SECRETS, **user, "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=root / "project",
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    return root, done


@pytest.mark.kernel
def test_links_in_the_output_folder_are_replaced_not_followed(world: World) -> None:
    root, done = world
    assert done.returncode == 1, done.stderr
    for file in (root / "elsewhere").iterdir():
        assert file.read_text(encoding="utf-8") == "not to be touched", file
        assert not (root / "real" / file.name).is_symlink()
    assert (root / "out{partner}{0}").is_symlink()
    made = {path.name for path in (root / "real").iterdir()}
    assert made == {
        "index.html", "trade-growth-ca5.html", "trade-growth-ca5.ipynb",
        "trade-composition-kaz.html", "trade-composition-kaz.ipynb", "claim-check.failed.ipynb",
        "mirror-statistics.failed.ipynb", "nev-policy-timeline-2009-2026.failed.ipynb",
    }  # fmt: skip
    assert {path.name for path in root.iterdir()} - {"all.zip"} == {
        "project", "elsewhere", "real", "out{partner}{0}", "home-of-jane-doe",
    }  # fmt: skip


@pytest.mark.kernel
def test_a_report_that_tells_a_secret_or_shows_an_attack_is_not_made(world: World) -> None:
    _, done = world
    assert "the report shows the value of AWS_SECRET_ACCESS_KEY, a secret" in done.stderr
    assert "which is not plain HTML" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout


@pytest.mark.kernel
def test_no_output_holds_a_secret_nor_a_folder_of_this_machine(world: World) -> None:
    root, done = world
    texts = {file.name: file.read_text("utf-8") for file in (root / "real").iterdir()}
    with zipfile.ZipFile(root / "all.zip") if (root / "all.zip").exists() else _nothing() as made:
        texts |= {name: made.read(name).decode() for name in made.namelist()}
    texts |= {"stdout": done.stdout, "stderr": done.stderr}
    assert "UserWarning: careful" in texts["trade-growth-ca5.ipynb"]
    assert "[COMTRADE_API_KEY]" in texts["claim-check.failed.ipynb"]
    folders = {str(root), sys.prefix, str(Path(render.__file__).parents[3]), "ipykernel_"}
    for name, content in texts.items():
        for value in SECRETS.values():
            forms = {value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}
            assert not [form for form in forms if form in content], name
        if name not in ("stdout", "stderr"):  # a terminal may show the user's own folders
            assert not [folder for folder in folders if folder in content], name
            assert "jane-doe" not in content, name


def _nothing() -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"PK\x05\x06" + b"\0" * 18))


def test_secrets_are_known_by_the_names_of_their_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if private._SECRET.search(name)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MY_password", "correct-horse-1")
    monkeypatch.setenv("CITY", "Almaty-2026")
    monkeypatch.setenv("SHORT_KEY", "a1")
    monkeypatch.setenv("YEAR_TOKEN", "20262027")
    monkeypatch.setenv("WORD_KEY", "kazakhstan")
    assert private.leak("x correct-horse-1 y") == "MY_password"
    assert private.leak("Almaty-2026 a1 20262027 kazakhstan") == ""
    assert private.without_secrets("say correct-horse-1!") == "say [MY_password]!"


def test_two_runs_of_a_notebook_that_warns_are_the_same() -> None:
    """A warning names the file of a cell, which has the number of the process in it."""
    from catrade.report import notebook as notebooks

    made = []
    for number in (17, 4711):
        warning = f"/tmp/ipykernel_{number}/123.py:2: UserWarning: careful\n"
        output = nbformat.v4.new_output("stream", name="stderr", text=warning)
        cell = nbformat.v4.new_code_cell("x", outputs=[output], id="a")
        made.append(notebooks.tidy(nbformat.v4.new_notebook(cells=[cell])))
    assert made[0] == made[1]
    assert made[0].cells[0].outputs[0].text == "<cell>:2: UserWarning: careful\n"
