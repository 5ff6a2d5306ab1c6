"""What an editor would send back: every page of the plan, read as a reader reads it.

`python -m pytest tests/test_pages.py -k trade-growth-kgz` makes and reads one page; each test lists
all that it finds. CATRADE_PAGES=FOLDER reads pages made before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import golden
import pytest
from bs4 import BeautifulSoup, Tag
from watched import Watched, watch

from pagemill import plan as plans

pytestmark = [pytest.mark.kernel, pytest.mark.slow]

ROOT = Path(__file__).resolve().parent.parent
RUNS = {run.slug: run for run in plans.load_plan(ROOT / plans.PLAN).runs}
every_page = pytest.mark.parametrize("slug", RUNS, scope="module")

#: Pixels at a width of 1280, by notebook; registers may be as long as what they list.
TALLEST = {"trade_growth": 5000, "claim_check": 5000}
TALL = 6000
LONGEST_TITLE = 10
MOST_FIGURES, MOST_TABLES, MOST_ROWS = 7, 2, 20
MOST_SENTENCES = 3
MOST_SHEETS = 8
LIGHT = 60 * 1024
SMALLEST_LETTERS = 9

NUMBER = r"[−+-]?\$?[−-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
UNIT = r"(?:\s?(?:%|billion|million|bn|m|points|times|yuan|dollars)\b|%)*"
RANGED = re.compile(
    rf"({NUMBER}){UNIT} \((?:about |between |rounding allows )?({NUMBER}){UNIT}"
    rf" (?:to|and) ({NUMBER}){UNIT}\)"
)
BETWEEN = re.compile(rf"between ({NUMBER}){UNIT} and ({NUMBER})({UNIT})")
DOLLARS = re.compile(r"\$([\d,]+(?:\.\d+)?) ?(bn|billion|m|million)\b")
YEAR = re.compile(r"(?:19|20)\d\d")
#: What a house style forbids, by what is wrong with it.
STYLE = {
    "a space before %": r"\d\s%",
    "per cent in words": r"\d\s?per ?cent\b",
    "a straight apostrophe": r"\w'\w",
    "a nan": r"\b(?:nan|NaN|NaT|None|inf)\b",
    "a hyphen for a minus": r"(?:^|[\s(])-\$?\d",
}
#: What belongs to "About this page" at the end, if anywhere.
MACHINE = {
    "a back-tick": r"`",
    "a command": r"\b(?:catrade|papermill|pagemill|pip|jupyter) [a-z]",
    "a name of code": r"\b[a-z]+_[a-z_]+\b",
    "a file": r"\b[\w-]+\.(?:csv|py|ipynb|toml|yaml)\b",
}
BANNED = (
    r"\bagainst\b|went from|made up|is held|books? sits?|points faster|\bthe most of\b"
)


@pytest.fixture(scope="module")
def page(slug: str, plan_pages: Path) -> BeautifulSoup:
    return parsed(plan_pages, slug)


@pytest.fixture(scope="module")
def texts(page: BeautifulSoup) -> list[str]:
    return told(page)


@pytest.fixture(scope="module")
def seen(slug: str, plan_pages: Path, browser: Any) -> Iterator[Watched]:
    made(plan_pages, slug)
    watched = watch(browser, plan_pages / f"{slug}.html")
    yield watched
    watched.page.context.close()


def made(folder: Path, slug: str) -> str:
    file = folder / f"{slug}.html"
    assert file.is_file(), golden.why_not(folder, slug)
    return file.read_text(encoding="utf-8")


def parsed(folder: Path, slug: str) -> BeautifulSoup:
    return BeautifulSoup(made(folder, slug), "html.parser")


def told(page: BeautifulSoup, *without: str) -> list[str]:
    """Return what a page says, block by block, without code, the foot and the list of sources."""
    copy = BeautifulSoup(str(page.body), "html.parser")
    silent = (
        "script",
        "style",
        "details.code",
        "footer",
        "nav",
        ".ct-sources",
        ".ct-links",
    )
    for element in copy.select(", ".join([*silent, ".ct-export", "cite", *without])):
        element.decompose()
    blocks = "p, li, figcaption, caption, td, th, h1, h2, h3, h4, summary, text, title, blockquote"
    texts = (" ".join(block.get_text().split()) for block in copy.select(blocks))
    return [*dict.fromkeys(filter(None, texts))]


def matches(texts: list[str], patterns: dict[str, str]) -> list[str]:
    return [
        f"{what}: …{text[max(0, found.start() - 40) : found.end() + 30]}…"
        for what, pattern in patterns.items()
        for text in texts
        for found in re.finditer(pattern, text)
    ]


def number(text: str) -> float:
    sign = -1 if re.search(r"[−-]", text) else 1
    return sign * float(re.sub(r"[^\d.]", "", text))


def outside(texts: list[str]) -> list[str]:
    """Return the intervals that do not hold their figure, or end before they begin."""
    found = []
    for text in texts:
        for match in RANGED.finditer(text):
            value, low, high = map(number, match.groups())
            is_years = YEAR.fullmatch(match[2]) and YEAR.fullmatch(match[3])
            if not is_years and not low <= value <= high:
                found.append(f"outside: {match[0]}")
        for match in BETWEEN.finditer(text):
            low, high = number(match[1]), number(match[2])
            # "between −2 and 12%" and "between −$2 and 3" both have their signs.
            if low > high:
                found.append(f"backwards: {match[0]}")
            if "%" in match[0] and low < 0 < high and high - low > 20:
                found.append(f"no growth rate: {match[0]}")
    return found


def twice(texts: list[str]) -> list[str]:
    """Return amounts of dollars that are other amounts rounded: one quantity, two values."""
    known = {}
    for match in DOLLARS.finditer(" ".join(texts)):
        digits = match[1].replace(",", "")
        known[match[2][0], float(digits), len(digits.partition(".")[2])] = match[0]
    return sorted(
        f"two values: {rough} and {fine}"
        for (unit, value, places), rough in known.items()
        for (other, exact, more), fine in known.items()
        if unit == other
        and places < more
        and abs(value - exact) <= 0.5 / 10**places + 1e-9
    )


def title_of(caption: Tag) -> str:
    texts = [s for s in caption.strings if "ct-number" not in str(s.parent)[:30]]
    return " ".join("".join(texts).split())


def words(title: str) -> int:
    return len(re.findall(r"[\w$€¥%.,’'-]*\w[\w$€¥%.,’'-]*", title))


def is_register(page: BeautifulSoup) -> bool:
    return page.select_one(".ct-register") is not None


# The tests can fail -----------------------------------------------------------------------------


def test_a_value_outside_its_interval_is_found() -> None:
    bad = ["up 5% (4.4 to 4.7)", "$27 billion (27.2 to 27.5)", "−2% (−1.8 to −1.5)"]
    assert outside(bad) == [f"outside: {text.removeprefix('up ')}" for text in bad]
    good = ["4.6% (4.4 to 4.7)", "−2.0% (−2.3 to −1.5)", "102 months (2018 to 2026)"]
    assert outside(good) == []
    assert outside(["between −31% and 106%"]) == [
        "no growth rate: between −31% and 106%"
    ]
    assert outside(["between 9% and 2%"]) == ["backwards: between 9% and 2%"]


def test_a_quantity_with_two_values_is_found() -> None:
    texts = [
        "$2.4bn of cars, $2.35 billion in all; $531.7m and $532 million; $5.57 billion"
    ]
    assert twice([*texts, "$2.2 billion, $106.3bn, $2.35 million"]) == [
        "two values: $2.4bn and $2.35 billion",
        "two values: $532 million and $531.7m",
    ]


def test_faults_of_style_are_found() -> None:
    texts = [
        "12.1 % and 5 percent of China's",
        "x is nan, y fell by -3",
        "It’s 12.1%, −3 to 4",
    ]
    assert [text.partition(":")[0] for text in matches(texts, STYLE)] == list(STYLE)
    said = ["a ` b", "with catrade fetch", "the demand_support", "in trade.csv"]
    assert [text.partition(":")[0] for text in matches(said, MACHINE)] == list(MACHINE)
    assert words("China’s $106.3bn trade – 12.1% more – is a record") == 8


# Words and numbers ------------------------------------------------------------------------------


@every_page
def test_every_figure_lies_in_its_interval(texts: list[str]) -> None:
    assert [*outside(texts)] == []


@every_page
def test_a_quantity_has_one_value(page: BeautifulSoup) -> None:
    if not is_register(page):
        # The words: among the hundred values of a figure some are others rounded.
        assert twice(told(page, "details", "table", "svg")) == []


@every_page
def test_numbers_and_signs_are_written_in_one_way(texts: list[str]) -> None:
    assert [*matches(texts, STYLE)] == []


@every_page
def test_nothing_speaks_to_a_programmer(page: BeautifulSoup, texts: list[str]) -> None:
    code = [
        f"code: {c.get_text()}"
        for c in page.select("article code")
        if not c.find_parent("pre")
    ]
    assert [*matches(texts, MACHINE), *code] == []


@every_page
def test_titles_are_short_and_plain(page: BeautifulSoup) -> None:
    titles = [title_of(caption) for caption in page.select("article figcaption")]
    long = [f"{words(t)} words: {t}" for t in titles if words(t) > LONGEST_TITLE]
    odd = [f"banned: {t}" for t in titles if re.search(BANNED, t, re.IGNORECASE)]
    twice = [f"twice: {t}" for t in sorted(set(titles)) if titles.count(t) > 1]
    assert [*long, *odd, *twice] == []


@every_page
def test_the_head_asks_and_answers(page: BeautifulSoup) -> None:
    kicker, lead = page.select_one("header .kicker"), page.select_one("header .lead")
    found = (
        []
        if kicker and kicker.get_text().rstrip().endswith("?")
        else ["no question above"]
    )
    said = lead.get_text().strip() if lead else ""
    sentences = re.split(r"(?<=[.!?])\s+(?=[A-Z“$])", said)
    found += [] if said else ["no answer"]
    found += (
        [f"{len(sentences)} sentences: {said}"]
        if len(sentences) > MOST_SENTENCES
        else []
    )
    assert [*found] == []


# Parts ------------------------------------------------------------------------------------------


@every_page
def test_no_section_is_empty(page: BeautifulSoup) -> None:
    empty, waiting = [], {}
    for part in page.select("article > *"):
        if part.name in {"h2", "h3", "h4"}:
            deeper = {
                level: head for level, head in waiting.items() if level >= part.name
            }
            empty += deeper.values()
            waiting = {level: h for level, h in waiting.items() if level < part.name}
            waiting[part.name] = part.get_text()
        elif "code" not in part.get_attribute_list("class") and (
            part.get_text(strip=True)
        ):
            waiting = {}
    assert [*empty, *waiting.values()] == []


@every_page
def test_a_page_shows_few_figures_and_folds_the_rest(page: BeautifulSoup) -> None:
    if is_register(page):
        return
    open_parts = [
        f for f in page.select("article figure") if not f.find_parent("details")
    ]
    tables = [f for f in open_parts if f.find("table")]
    figures = [f for f in open_parts if f not in tables]
    long = [f["id"] for f in tables if len(f.select("tbody tr")) > MOST_ROWS]
    found = [f"{len(figures)} figures"] if len(figures) > MOST_FIGURES else []
    found += [f"{len(tables)} tables"] if len(tables) > MOST_TABLES else []
    assert [*found, *(f"a long table: {name}" for name in long)] == []


@every_page
def test_a_page_is_light_without_figures_and_folded_parts(page: BeautifulSoup) -> None:
    copy = BeautifulSoup(str(page), "html.parser")
    for part in copy.select("figure, details"):
        part.decompose()
    weight = len(str(copy).encode())
    assert weight <= LIGHT


# Sizes ------------------------------------------------------------------------------------------


@every_page
@pytest.mark.browser
def test_a_page_is_no_longer_than_a_reader_s_patience(
    slug: str, page: BeautifulSoup, seen: Watched, tmp_path: Path
) -> None:
    if is_register(page):
        return
    seen.page.set_viewport_size({"width": 1280, "height": 900})
    height = seen.page.evaluate("document.documentElement.scrollHeight")
    tallest = TALLEST.get(RUNS[slug].notebook, TALL)
    seen.page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    sheets = len(re.findall(rb"/Type\s*/Page\b", (tmp_path / "page.pdf").read_bytes()))
    found = [f"{height} px, at most {tallest}"] if height > tallest else []
    found += [f"{sheets} sheets, at most {MOST_SHEETS}"] if sheets > MOST_SHEETS else []
    assert [*found] == []


PHONE = """() => [...document.querySelectorAll('article figure svg')].flatMap(svg => {
  const box = svg.closest('.ct-scroll');
  const fold = svg.closest('details');
  if (fold) fold.open = true;
  if (!svg.checkVisibility()) return [];
  const name = svg.closest('figure').id;
  const found = box && box.scrollWidth > box.clientWidth + 1 ? [`${name} scrolls sideways`] : [];
  const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
  const small = [...svg.querySelectorAll('text')].filter(t => !t.closest('.ct-export'))
    .map(t => [parseFloat(getComputedStyle(t).fontSize) * scale, t.textContent])
    .sort((a, b) => a[0] - b[0])[0];
  if (small && small[0] < SMALLEST)
    found.push(`${name} has letters of ${small[0].toFixed(1)} px: ${small[1]}`);
  return found;
})""".replace("SMALLEST", str(SMALLEST_LETTERS - 0.05))


@every_page
@pytest.mark.browser
def test_a_phone_shows_every_figure_whole(seen: Watched) -> None:
    seen.page.set_viewport_size({"width": 390, "height": 844})
    assert [*seen.page.evaluate(PHONE)] == []
    seen.page.set_viewport_size({"width": 1280, "height": 900})
