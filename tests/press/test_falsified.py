"""Pages that somebody changed after they were made: `verify` and `diff` name each of them.

What is falsified is a page of a small plan, as text. In the place of a kernel stands what makes the
page of the run that `verify` asks for: what that believes of a page shows.
"""

import dataclasses
import functools
import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from fetch_files import cases
from saved_pages import Captured, rewritten, shown, usual

from pagemill import cli, provenance, saved, verify
from pagemill import page as render
from pagemill.plan import Plan, Run, load_plan
from pagemill.run import ReportOutcome
from rounding.errors import PressError

PLAN = """
[[report]]
notebook = "wave"
title = "Three waves"
topic = "Waves"
front = "number"

[[report]]
notebook = "wave"
title = "Five tides"
topic = "Tides"
parameters = { number = 5 }
"""


@dataclass
class Study:
    """A plan, its first page, and that page's text."""

    plan: Plan
    data: Path
    good: Path
    text: str
    capsys: Captured

    def page(self, text: str) -> saved.Saved:
        """A falsified copy, as it is read."""
        assert text != self.text
        bad = self.data / "bad.html"
        bad.write_bytes(text.encode())
        return saved.open_page(bad)

    def verified(self, page: saved.Saved) -> str:
        """What `verify` says of a page."""
        return verify.verify(page, self.plan, self.data)

    def diffed(self) -> tuple[int, str]:
        """How `diff` ends for the good page and the falsified copy, and what it says."""
        self.capsys.readouterr()
        status = cli.main(["diff", str(self.good), str(self.data / "bad.html")])
        return status, self.capsys.readouterr().out


@functools.cache
def notebook() -> nbformat.NotebookNode:
    return shown(*usual(), head="# Waves\n\nHow high do they go?")


def made(run: Run, data: Path) -> str:
    """The page of a run, with the record of now."""
    inputs = provenance.inputs(run, data)
    block = {"slug": run.slug, "inputs": inputs, "data_date": ""}
    return render.page(notebook(), run, block)


def make(runs: list[Run], output: Path, data: Path, **_: object) -> list[ReportOutcome]:
    (run,) = runs
    (output / f"{run.slug}.html").write_text(made(run, data), "utf-8")
    return [ReportOutcome(run.slug, "made")]


@pytest.fixture
def study(
    waves: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> Study:
    folder = tmp_path / "notebooks"
    folder.mkdir()
    shutil.copy(waves / "notebooks" / "wave.ipynb", folder)
    (folder / "helper.py").touch()
    (folder / "reports.toml").write_text(PLAN, "utf-8")
    (tmp_path / "heights.csv").write_text("height\n1\n", "utf-8")
    plan = load_plan(folder / "reports.toml")
    text = made(plan.runs[0], tmp_path)
    good = tmp_path / "good.html"
    good.write_bytes(text.encode())
    monkeypatch.setattr(verify, "run_all", make)
    return Study(plan, tmp_path, good, text, capsys)


def falsified(text: str, pattern: str, put: str) -> str:
    changed = re.sub(pattern, put, text, count=1, flags=re.DOTALL)
    assert changed != text
    return changed


# --- outside the record ---------------------------------------------------------------------

_FALSE = r"""
a number in the text | four times the | forty times the | “the-waves”
the answer | (class="lead">.*?)48 | \g<1>88 | head of the page
the question | How high do | How low do | head of the page
the title | (id="title">)Three | \1Four | head of the page
the title of the window | <title>Three | <title>Four | head of the file
a preview's sentence | (og:description" content="The first wave is )48 | \g<1>88 | head of the
  file
a cell | (data-sort="48.75">)48 | \g<1>88 | “heights”
a sort key | data-sort="48.75" | data-sort="8.75" | “heights”
the name of a row | (scope="row">)first | \1third | “heights”
a caption | Heights</caption> | Depths</caption> | “heights”
the data to download | first,48\.75 | first,88.75 | “bars”
the name of a download | download="bars | download="tides | “bars”
a bar's height | (<path[^>]* d=\"M [\d.]+ )[\d.]+ | \g<1>9 | “bars”
a bar's colour | fill: #1f77b4 | fill: #ffffff | “bars”
a label in a drawing | (<text[^>]*>)second | \1third | “bars”
the title of a figure | The first is higher</span> | It is lower</span> | “bars”
a text alternative | aria-label="Two bars | aria-label="One bar | “bars”
an element added | </article> | <div>99% of all</div></article> | “heights”
an element hidden | id="heights" | id="heights" hidden | “heights”
a heading twice | (<h2 id=\"the-waves\".*?</h2>) | \1\1 | “the-waves” (2)
a style that hides | </body> | <style>.lead{display:none}</style></body> | the style (2)
a style changed | \.lead \{ | .lead { display: none; | the style
the policy removed | <meta http-equiv[^>]*> |  | the head of the file
a script added | </body> | <script>alert(1)</script></body> | the script (3)
a link to another page | href="wave-5 | href="wave-6 | the contents
a link to a host | "wave-5.html" | "https://a.example/" | the contents
the words of a link | >Tides< | >Official tides< | the contents
what programs read | "@type":"Dataset" | "@type":"Book" | says to programs
the contents | href="#the-waves" | href="#heights" | the contents
the switch of the code | >Show code< | >Show doubts< | the contents
the code | <pre><code>show | <pre><code>hide | the text
a parameter | "ct-chip">3</dd> | "ct-chip">8</dd> | “about”
the command | -p number=3 | -p number=8 | “about”
what made it | >waves, notebook | >tides, notebook | “about”
a fingerprint | heights <code>\w{16} | heights <code>0000000000000000 | “about”
a fingerprint of another input | (template <code>)\w{16}(.*?heights <code>)(\w{16}) |
  \g<1>\g<3>\g<2>\g<3> | “about”
a sentence for a fingerprint | heights <code>\w{16} | heights <code>official and final | “about”
a second list of fingerprints | </footer> | <ul class="hashes"><li>all
  <code>0</code></li></ul></footer> | “about”
a letter as its number | four times | &#102;our times | “the-waves”
a tag in capitals | <p>The first is four | <P>The first is four | “the-waves”
a comment | </article> | <!-- checked --></article> | “heights”
what stands without scripts | </main> | <noscript>Open another page.</noscript></main> | “heights”
text before | \A | Official. | the head of the file
text behind | \Z | Official. | “about”
the last line | \n\Z |  | “about”
the charset | charset="utf-8" | charset="utf-7" | the head of the file
the language | lang="en" | lang="ar" dir="rtl" | the head of the file
a base of all links | <title> | <base href="//a.example"><title> | head of the file
a page that goes elsewhere | <title> | <meta content="0;url=//a.example"
  http-equiv="refresh"><title> | head of the file
the card of the index | ("finding":"The first wave is )48 | \g<1>88 | the record’s finding
a second record before | <script type="application/json" id="pagemill-provenance"> | <template
  id="pagemill-provenance">{"title":"Four"}</template>\g<0> | the head of the file
a second record behind | </body> | <script type="application/json"
  id="a-provenance">{}</script></body> | the script (3)
what frames would run | </footer> | </footer><script type="application/json"
  id="pagemill-frames">{}</script> | the script
"""
#: What is changed in a copy (a pattern and what stands in its place), and where it must be seen.
FALSE = {kind: rest for kind, *rest in cases(_FALSE)}
#: What stands in no table of text.
FALSE |= {
    "a digit of another script": [r'(class="lead">.*?)4', "\\1\u0664", "of the page"],
    "a turn of direction": ['class="lead">', 'class="lead">\u202e', "head of the page"],
    "a letter of no width": ["four times", "four\u200b times", "“the-waves”"],
    "a byte order mark": [r"\A", "\ufeff", "the head of the file"],
    "the ends of lines": [r"</head>\n", "</head>\r\n", "the head of the file"],
}
#: `diff` cuts and compares as `verify` does: kinds of which it tells in ways of its own.
TOLD_BY_DIFF = {
    "the answer",
    "a cell",
    "the data to download",
    "a bar's height",
    "an element hidden",
    "the policy removed",
    "text before",
    "the card of the index",
}
#: With another version in the record somebody could be told that this is why.
EXCUSE = (r'("jinja2":")[^"]*', r"\g<1>3.1.2")


@pytest.mark.parametrize(
    ("kind", "excused"), [*((kind, False) for kind in FALSE), ("a cell", True)]
)
def test_each_falsified_copy_is_named_with_its_place(kind, excused, study):
    """Tester T3: `verify` and `diff` vouched for most of these."""
    pattern, put, place = FALSE[kind]
    false = falsified(study.text, pattern, put)
    reason = study.verified(study.page(falsified(false, *EXCUSE) if excused else false))
    assert place in reason
    assert not re.search(r"(?<!\d)1 part of the page differ\b", reason)
    assert "nothing else differs" not in reason
    assert ("which may explain it" in reason) is excused
    if kind in TOLD_BY_DIFF:
        status, told = study.diffed()
        assert status == 1
        told_otherwise = re.search("^[−+] |→|removed|added", told, re.MULTILINE)
        assert place in told or told_otherwise
        assert "nothing differs" not in told


# --- in the record --------------------------------------------------------------------------


LIE = "China’s trade collapsed by 40%"
#: What of a record is changed, with all of its form kept (its place, and the value or else a hash),
#: and how `verify` names it. An honest page of other inputs may have such a record too:
#: `diff` names the input, as its purpose is.
OTHERWISE = {
    kind: rest
    for kind, *rest in cases(
        """
title | inputs/page/title | "LIE" | title (the plan has Three waves,
  the record China’s trade | may be
topic | inputs/page/topic | "LIE" | topic (the plan has Waves, the
  record China’s trade | may be
front | inputs/page/front | "lead" | place on the front page (the plan has number, the record
  lead) | may be
links | inputs/page/beside | "claim-check Official download" | links (the plan has wave-5 Tides,
  the record claim-check Official download) | may be
a link to a host | inputs/page/beside | "https://a.example/x Download" | links (the plan has
  wave-5 Tides | may be
a link without words | inputs/page/beside | "x" | links (the plan has wave-5 Tides | may be
the title of the card | title | "LIE" | the record’s title
the topic of the card | topic | "LIE" | the record’s topic
the place of the card | front | "lead" | the record’s front
the finding | finding | "LIE" | the record’s finding
the chips | chips | [["Waves", "4"]] | the record’s chips
the day of the data | data_date | "2026-11-30" | ’s data_date
a card | card | {"figure": "$184bn"} | the record’s card
what is lost | lost | ["nothing"] | the record’s lost
the slug | slug | "official" | the record’s slug
a slug that is none | slug | "../../x" | damaged: it lacks 'slug'
another report's slug | slug | "wave-5" | the record’s slug
the hash of the notebook | inputs/notebook/sha256 |  | notebook wave changed | may be
the hash of a table | inputs/tables/heights |  | table heights changed
a hash that is none | inputs/tables/heights | "official" | damaged: it lacks 'heights'
a table more | inputs/tables/china_fell_by_40 |  | china_fell_by_40
no table | inputs/tables | {} | table heights
the hash of a module | inputs/helpers/helper.py |  | file helper.py changed | may be
a module more | inputs/helpers/x.py |  | file x.py is gone | may be
the library | inputs/library/sha256 |  | the library waves changed | may be
its version | inputs/library/version | "9.9" | the library waves changed | may be
the template | inputs/template/sha256 |  | the template of the pages changed | may be
a package | inputs/packages/numpy | "1.0" | package numpy changed from 1.0 to | may be
a package of words | inputs/packages/numpy | "LIE" | package numpy changed from | may be
a number of another kind | inputs/parameters/number | 3.0 | parameter number changed from 3.0 to
  3 | may be
a parameter as text | inputs/parameters/number | "3" | parameter number changed from 3 to 3 | may
  be
another report's parameters | inputs/parameters/number | 5 | Five tides | may be
a report's that is not planned | inputs/parameters/number | 4 | title (the plan has nothing, the
  record Three waves) | may be
no parameters | inputs/parameters | {} | parameter number | may be
a key of inputs | inputs/~ | "LIE" | the record: it is
a key of a part | inputs/notebook/~ | "LIE" | notebook wave changed | may be
a key of the page | inputs/page/~ | "LIE" | ~ (the plan has nothing | may be
the key provenance | provenance | "LIE" | the record’s provenance
a key that is empty |  | "LIE" | the record’s
a finding that is none | finding | null | the record’s finding
chips of three | chips | [["a", "b", "c"]] | the record’s chips
a card of numbers | card | {"figure": 1} | the record’s card
"""
    )
}


@pytest.mark.parametrize("kind", OTHERWISE)
def test_what_a_record_says_otherwise_is_named(kind, study):
    path, value, place, *may_be = OTHERWISE[kind]
    read = json.loads(value.replace("LIE", LIE) or f'"{"0" * 64}"')
    text = rewritten(study.text, *path.split("/"), value=read)
    if place.startswith("damaged"):
        with pytest.raises(PressError, match=re.escape(place)):
            study.page(text)
        return
    assert place in study.verified(study.page(text))
    status, told = study.diffed()
    assert status == 1 or (may_be and "but the record: " in told)


@pytest.mark.parametrize("name", ["title", "topic", "front", "beside"])
def test_a_page_that_agrees_with_its_false_record_is_named(name, study):
    """Tester U1: four of four were called reproduced."""
    lie = "lead" if name == "front" else "claim-check Official"
    block = provenance.from_html(study.text) or {}
    block["inputs"]["page"][name] = lie
    block |= {name: lie} if name in block else {}
    false = dataclasses.replace(study.plan.runs[0], **{name: lie})
    reason = study.verified(study.page(render.page(notebook(), false, block)))
    assert re.search(
        r"it says otherwise than the plan: [a-z ]+ \(the plan has ", reason
    )
    assert "which may explain it" not in reason


HIDING = "<style>header .lead{display:none}</style><p>China counts $184.7 billion.</p><p hidden>"
#: What is done to the letters of a record: a pattern and what stands in its place.
FORMS = r"""
an end in capitals | "inputs":{ | "inputs":{"~":"</SCRIPT>HIDING",
an end with a blank | "inputs":{ | "inputs":{"~":"</script >HIDING",
a key provenance | \{ | {"provenance":"</SCRIPT>HIDING",
a module's name | "helper.py": | "x</SCRIPT>HIDING":
the slug | "slug":" | "slug":"</Script\t>HIDING
a comment | "finding":" | "finding":"<!--<script>
a key twice | "front":"number" | "front":"lead","front":"number"
a blank | "front":"number" | "front": "number"
a line | \{ | {\n
text behind it | \}\Z | }\t
another order | "chips":(.*?),"data_date":"" | "data_date":"","chips":\1
a letter as its number | "front":"number" | "front":"\\u006eumber"
a number written otherwise | "number":3 | "number":3e0
no number | "number":3 | "number":NaN
a half letter | "finding":" | "finding":"\\ud800
"""


@pytest.mark.parametrize(("kind", "pattern", "form"), cases(FORMS))
def test_a_record_in_another_form_is_none(kind, pattern, form, study):
    """Tester U2: what stood between two ends of a record was not looked at."""
    old = str(provenance.to_json(provenance.from_html(study.text) or {}))
    new = falsified(old, pattern, form.replace("HIDING", HIDING))
    text = study.text.replace(old, new)
    try:
        reason = study.verified(study.page(text))
    except PressError as error:
        reason = str(error)
    assert re.search("the record[;’]|record .* is damaged|cannot be", reason)
    assert "nothing else differs" not in reason
    status, printed = study.diffed()
    assert status in (1, 2)
    assert "nothing differs but" not in printed


def test_two_pages_with_one_false_record_are_not_called_the_same(study):
    text = rewritten(study.text, "provenance", value=LIE)
    for file in (study.good, study.data / "bad.html"):
        file.write_text(text, "utf-8")
    status, printed = study.diffed()
    assert status == 1
    assert "the record: it is none that this version writes" in printed


def test_of_an_untouched_page_nothing_is_named(study):
    page = saved.open_page(study.good)
    assert verify.verify(page, study.plan, study.data) == ""
    # Only the record differs: that is said, and that all else was compared.
    reason = study.verified(study.page(falsified(study.text, *EXCUSE)))
    assert reason.startswith("package jinja2 changed from 3.1.2 to ")
    assert reason.endswith(
        "(nothing else differs: text, tables, drawings, style, script, policy)"
    )
    status, printed = study.diffed()
    assert status == 0
    assert "nothing differs but the record: package jinja2" in printed


def test_a_page_of_other_tables_may_show_their_fingerprints(study):
    """The footer shows the record's hashes: another one of both is no other place."""
    (study.data / "heights.csv").write_text("height\n2\n", "utf-8")
    page = study.page(made(study.plan.runs[0], study.data))
    assert study.verified(page) == ""
    status, printed = study.diffed()
    assert status == 0
    assert "nothing differs but the record: table heights changed" in printed
