"""Tables, plans and notebooks full of attacks, rendered and opened in a browser: nothing runs."""

import itertools
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from watched import PAYLOADS, RUN, Watched, watch

from catrade_build.tables.definitions import tables
from pagemill import index

pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: A register, a chart of everything, the claims, and the one that has attacks as text, too; of all
#: figures those of the country that has fewest.
NOTEBOOKS = {
    "trade_growth": "",
    "nev_policy_register": "",
    "claim_check": "",
}
TITLES = (
    f"<script>{RUN}</script> title",
    f"</title><svg onload={RUN}>",
    "{{7*7}} {% x %}",
)
TOPICS = (
    f'"><img src=x onerror={RUN}>',
    f"javascript:{RUN}",
    "[x](javascript:alert(1))",
)
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>\n')
MARKDOWN = "\n\n".join(
    [
        *PAYLOADS,
        f"## Head <img src=x onerror={RUN}>",
        f"```mermaid\n</pre><img src=x onerror={RUN}>\n```",
        f"<!-- --><img src=x onerror={RUN}>",
        f"$$<img src=x onerror={RUN}>$$",
        f"$$\\href{{javascript:{RUN}}}{{x}} \\text{{<img src=x onerror={RUN}>}}$$",
        f"| a |\n|---|\n| <img src=x onerror={RUN}> |",
        f"[a](&#106;avascript:{RUN}) [b](<java\tscript:{RUN}>) [c](JaVaScRiPt:{RUN})",
        f"[d](vbscript:x) [e](data:text/html,<script>{RUN}</script>) <javascript:{RUN}>",
        f'![f](data:image/svg+xml,<svg/onload={RUN}>) ![g](https://evil.example/x.png "t\\"x")',
        f'[h](https://evil.example/"onclick={RUN})',
    ]
)
#: What in a page could run or load something; our own script and links are none of it.
FOUND = """() => {
  const found = [];
  for (const e of document.querySelectorAll("*")) {
    for (const a of e.attributes) {
      const value = a.value.replace(/[\\u0000-\\u0020]/g, "").toLowerCase();
      const address = ["href", "src", "action", "formaction", "xlink:href"].includes(a.name);
      if (a.name.startsWith("on") || ["srcset", "srcdoc", "ping"].includes(a.name)
          || (address && /^(javascript|vbscript|file|blob|data:text\\/html)/.test(value))
          || (e.localName !== "a" && address && !/^(#|data:image\\/)/.test(value)))
        found.push(e.outerHTML.slice(0, 200));
    }
    if (["iframe", "object", "embed", "base", "foreignObject", "animate", "set"]
        .includes(e.localName)) found.push(e.outerHTML.slice(0, 200));
    // A formula may be there; what leads from one, or back into HTML, may not.
    if (["annotation-xml", "annotation", "semantics", "maction", "mglyph"].includes(e.localName)
        || (e.closest("math") && (!e.namespaceURI.endsWith("MathML") || e.hasAttribute("href"))))
      found.push(e.outerHTML.slice(0, 200));
  }
  const scripts = [...document.scripts].filter((s) => !/^application\\/(ld\\+)?json$/.test(s.type));
  if (scripts.length !== 1) found.push(`${scripts.length} scripts`);
  return found;
}"""
#: What a reader can read or hear.
TEXT = """() => [document.body.textContent,
  ...[...document.querySelectorAll("svg")].map((e) => e.getAttribute("aria-label")),
  ...[...document.querySelectorAll("a[title]")].map((e) => e.title)].join(" ")"""
#: Press and hover all there is; links of known good kinds are kept from leaving the page.
TOUCH = """() => {
  let left = 0;
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a");
    const href = link ? link.getAttribute("href") || "" : "";
    if (/^(https?:|data:text\\/csv|[a-z0-9-]+\\.html(#|$))/.test(href)) event.preventDefault();
  }, true);
  const all = [...document.querySelectorAll("body *")];
  for (const d of document.querySelectorAll("details")) d.open = true;
  for (const e of document.querySelectorAll("a, button, summary, select, th")) {
    e.dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true}));
    left += 1;
  }
  for (const e of all) for (const kind of ["mouseover", "mouseenter", "focus", "error", "load"])
    e.dispatchEvent(new Event(kind));
  return left;
}"""


@dataclass(frozen=True)
class Site:
    """The reports made of the hostile data, as they are and without their policy."""

    folder: Path
    bare: Path
    log: str


def _project(root: Path) -> Path:
    notebooks = root / "notebooks"
    shutil.copytree(Path(__file__).parents[2] / "notebooks", notebooks)
    file = notebooks / "trade_growth.ipynb"
    content = nbformat.read(file, as_version=4)
    content.cells.append(nbformat.v4.new_markdown_cell(MARKDOWN))
    nbformat.write(content, file)
    entries = [
        f"[[report]]\nnotebook = '{name}'\n"
        f"title = '''{TITLES[number % 3]} {name}'''\ntopic = '''{TOPICS[number % 3]}'''\n"
        f"parameters = {{ {asked} }}\n"
        for number, (name, asked) in enumerate(NOTEBOOKS.items())
    ]
    (notebooks / "reports.toml").write_text("\n".join(entries), "utf-8")
    return notebooks / "reports.toml"


def hostile_copy(target: Path) -> int:
    """Write data/ with an attack in each cell that takes any text; return how many there are."""
    bundled = Path(__file__).parents[2] / "data"
    shutil.copytree(bundled, target, ignore=shutil.ignore_patterns("fetched"))
    count = 0
    for table in tables().values():
        rows = pd.read_csv(target / table.file, dtype=str, keep_default_na=False)
        for name, column in table.columns.items():
            is_list = column.several or name in ("members", "terms")
            is_code = column.choices or column.form or column.refers_to
            if column.kind != "text" or name in table.key or is_list or is_code:
                continue
            # The same text stays the same text: some columns must agree between rows.
            texts = [text for text in rows[name].unique() if text]
            attacks = {
                text: f"{attack} {text}" if attack[0] in "=+@" else f"{text} {attack}"
                for text, attack in zip(texts, itertools.cycle(PAYLOADS), strict=False)
            }
            rows[name] = [attacks.get(text, text) for text in rows[name]]
            count += rows[name].ne("").sum()
        rows.to_csv(target / table.file, index=False)
    return count


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile") / "data"
    assert hostile_copy(folder) > 5000
    return folder


@pytest.fixture(scope="module")
def site(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Site:
    root = tmp_path_factory.mktemp("site")
    plan, folder, bare = _project(root), root / "reports", root / "bare"
    done = subprocess.run(
        [sys.executable, "-m", "catrade", "render", "--plan", str(plan), "-j", "2"],
        env={**os.environ, "CATRADE_DATA": str(data)},
        cwd=root,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    # A page of ours that somebody gave a name which is an address.
    copy = f"javascript:{RUN}<!--.html"
    shutil.copy(next(folder.glob("claim-check*.html")), folder / copy)
    index.write_index(folder)
    (folder / copy).unlink()
    bare.mkdir()
    for page in folder.glob("*.html"):
        text, count = POLICY.subn("", page.read_text("utf-8"))
        assert count == 1, page
        (bare / page.name).write_text(text, "utf-8")
    return Site(folder, bare, done.stderr)


def harm(watched: Watched) -> list[str]:
    """What ran, would run, or was asked of elsewhere, after everything was pressed."""
    page = watched.page
    harms = [str(text) for text in page.evaluate(FOUND)]
    assert page.evaluate(TOUCH) > 0
    watched.settle()
    if page.evaluate("document.documentElement.dataset.pwned") is not None:
        harms.append("a payload ran")
    harms += watched.strangers()
    return [*harms, *(text for text in watched.messages if text.startswith("error"))]


def test_what_this_file_watches_for_is_seen(browser, tmp_path):
    """None of the checks below may pass because it cannot fail."""
    for payload in (*PAYLOADS[:5], PAYLOADS[14], f"<a href='javascript:{RUN}'>x</a>"):
        bad = tmp_path / "bad.html"
        attack = f"<p id='{payload}'>" if payload.startswith("' ") else payload
        bad.write_text(
            f"<!DOCTYPE html><body><a href='#x'>x</a>{attack}<script>1</script>"
        )
        watched = watch(browser, bad)
        assert harm(watched), payload
        watched.page.context.close()


def test_payloads_are_text_and_nothing_runs_in_any_report_nor_in_the_index(
    site, browser
):
    """Not even without the policy; with it one page is enough."""
    pages = sorted(site.bare.glob("*.html"))
    assert len(pages) == len(NOTEBOOKS) + 1
    pages.append(site.folder / "index.html")
    seen = []
    for file in pages:
        watched = watch(browser, file)
        seen += [watched.page.evaluate(TEXT)]
        assert harm(watched) == [], file.name
        watched.page.context.close()
    shown = " ".join(" ".join(seen).split())
    for text in (*PAYLOADS, *TITLES, *TOPICS):
        assert " ".join(text.split()) in shown, text
