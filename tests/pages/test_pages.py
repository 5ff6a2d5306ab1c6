"""What an editor would send back: every page of the plan, read as a reader reads it.

What needs a browser is in `test_browser.py`. Each test lists all that it finds;
`python -m pytest tests/pages/test_pages.py -k trade-growth-kgz` makes and reads one page.
CATRADE_PAGES=FOLDER reads pages made before.
"""

import copy
import json
import re
from pathlib import Path
from urllib.parse import unquote

import golden
import pytest
from bs4 import BeautifulSoup, SoupStrainer, Tag
from watched import loaded

from pagemill import plan as plans
from pagemill.saved import read_csv

pytestmark = [pytest.mark.kernel, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
RUNS = {run.slug: run for run in plans.load_plan(ROOT / plans.PLAN).runs}
every_page = pytest.mark.parametrize("slug", RUNS, scope="module")

LONGEST_TITLE = 10
#: In the answer at the head; dates are no numbers.
MOST_SENTENCES, MOST_WORDS, MOST_NUMBERS = 3, 45, 6
HEAVY = 1.8 * 1024 * 1024  # a register of 3,500 rows, each with its source
#: What China buys from Uzbekistan, and what a ministry says that Kyrgyzstan sells.
TWO_QUANTITIES = ["two values: $2.0 billion and $2.04 billion"]

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
    "a code of a period": r"\b\d{4}-(?:\d+M|[HQ]\d)\b",
}
BANNED = (
    r"\bagainst\b|went from|made up|is held|books? sits?|points faster|\bthe most of\b"
)


@pytest.fixture(scope="module")
def page(slug: str, plan_pages: Path) -> BeautifulSoup:
    return BeautifulSoup(made(plan_pages, slug), "html.parser")


@pytest.fixture(scope="module")
def texts(page: BeautifulSoup) -> list[str]:
    return told(page)


def made(folder: Path, slug: str) -> str:
    file = folder / f"{slug}.html"
    assert file.is_file(), golden.why_not(folder, slug)
    return file.read_text("utf-8")


def told(page: BeautifulSoup, *without: str) -> list[str]:
    """Return what a page says, block by block, without code, the foot and the list of sources."""
    body = copy.copy(page.body)
    silent = "script, style, details.code, footer, nav, cite, .ct-sources, .ct-links"
    for element in body.select(", ".join([silent, ".ct-export", *without])):
        element.decompose()
    blocks = "p, li, figcaption, caption, td, th, h1, h2, h3, h4, summary, text, title, blockquote"
    texts = (" ".join(block.get_text().split()) for block in body.select(blocks))
    return [*dict.fromkeys(filter(None, texts))]


def matches(texts: list[str], patterns: dict[str, str]) -> list[str]:
    return [
        f"{what}: …{text[max(0, match.start() - 40) : match.end() + 30]}…"
        for what, pattern in patterns.items()
        for text in texts
        for match in re.finditer(pattern, text)
    ]


def number(text: str) -> float:
    sign = -1 if re.search(r"[−-]", text) else 1
    return sign * float(re.sub(r"[^\d.]", "", text))


def outside(texts: list[str]) -> list[str]:
    """Return the intervals that do not hold their figure, or end before they begin."""
    faults = []
    for text in texts:
        for match in RANGED.finditer(text):
            value, low, high = map(number, match.groups())
            is_years = YEAR.fullmatch(match[2]) and YEAR.fullmatch(match[3])
            if not is_years and not low <= value <= high:
                faults.append(f"outside: {match[0]}")
        for match in BETWEEN.finditer(text):
            low, high = number(match[1]), number(match[2])
            # "between −2 and 12%" and "between −$2 and 3" both have their signs.
            if low > high:
                faults.append(f"backwards: {match[0]}")
            if "%" in match[0] and low < 0 < high and high - low > 20:
                faults.append(f"no growth rate: {match[0]}")
    return faults


def twice(texts: list[str]) -> list[str]:
    """Return amounts of dollars that are other amounts rounded: one quantity, two values."""
    amounts = {}
    for match in DOLLARS.finditer(" ".join(texts)):
        digits = match[1].replace(",", "")
        amounts[match[2][0], float(digits), len(digits.partition(".")[2])] = match[0]
    return sorted(
        f"two values: {rough} and {fine}"
        for (unit, value, places), rough in amounts.items()
        for (other, exact, more), fine in amounts.items()
        if unit == other
        and places < more
        and abs(value - exact) <= 0.5 / 10**places + 1e-9
    )


def title_of(caption: Tag) -> str:
    texts = [s for s in caption.strings if "ct-number" not in str(s.parent)[:30]]
    return " ".join("".join(texts).split())


def words(title: str) -> int:
    return len(re.findall(r"[\w$€¥%.,’'–-]*\w[\w$€¥%.,’'–-]*", title))


def is_register(page: BeautifulSoup) -> bool:
    return page.select_one(".ct-register") is not None


# Words and numbers ------------------------------------------------------------------------------


@every_page
def test_words_and_numbers_are_written_in_one_way(page, texts):
    code = page.select("article code:not(pre code)")
    told = [f"code: {element.get_text()}" for element in code]
    assert [*outside(texts), *matches(texts, {**STYLE, **MACHINE}), *told] == []


@every_page
def test_a_quantity_has_one_value(page):
    if not is_register(page):
        # The words: among the hundred values of a figure some are others rounded.
        doubles = twice(told(page, "details", "table", "svg"))
        assert [text for text in doubles if text not in TWO_QUANTITIES] == []


@every_page
def test_titles_are_short_and_plain(page):
    titles = [title_of(caption) for caption in page.select("article figcaption")]
    long = [f"{words(t)} words: {t}" for t in titles if words(t) > LONGEST_TITLE]
    odd = [f"banned: {t}" for t in titles if re.search(BANNED, t, re.IGNORECASE)]
    twice = [f"twice: {t}" for t in sorted(set(titles)) if titles.count(t) > 1]
    assert [*long, *odd, *twice] == []


@every_page
def test_the_head_asks_and_answers(page, slug):
    kicker = page.select_one("header .kicker")
    assert kicker, "the notebook's first text has no paragraph below its heading"
    question = kicker.get_text()
    assert question.rstrip().endswith("?")
    answer = page.select_one("header .lead").get_text().strip()
    assert answer
    assert len(re.split(r"(?<=[.!?])\s+(?=[A-Z“$])", answer)) <= MOST_SENTENCES
    assert len(answer.split()) <= MOST_WORDS
    without_dates = re.sub(r"(\d+ [JFMASOND][a-z]+ )?\b(?:19|20)\d{2}\b", "", answer)
    most = MOST_NUMBERS
    assert len(re.findall(r"\d[\d.,]*", without_dates)) <= most


# Parts ------------------------------------------------------------------------------------------


@every_page
def test_no_section_is_empty(page):
    empty, waiting = [], {}
    for part in page.select("article > :not(.code)"):
        level = part.name
        if level in {"h2", "h3", "h4"}:
            empty += [head for other, head in waiting.items() if other >= level]
            waiting = {other: h for other, h in waiting.items() if other < level}
            waiting[level] = part.get_text()
        elif part.get_text(strip=True):
            waiting = {}
    assert [*empty, *waiting.values()] == []


@every_page
def test_a_page_refers_to_nothing_and_is_light(page):
    assert loaded(page) == []
    assert len(str(page).encode()) < HEAVY


# Figures, tables, links, files ------------------------------------------------------------------


@every_page
def test_links_lead_somewhere(page, plan_pages):
    ids = [str(element["id"]) for element in page.select("[id]")]
    assert len(set(ids)) == len(ids)
    links = [unquote(str(link["href"])) for link in page.select("a[href]")]
    targets = {"index.html", *(f"#{name}" for name in ids)}
    targets.update(f"{slug}.html" for slug in RUNS)
    here = [link for link in links if not re.match(r"https?://|data:", link)]
    for lost in {*here} - targets:
        other, _, place = lost.partition("#")
        assert f'id="{place}"' in (plan_pages / other).read_text("utf-8")


def files(part: Tag) -> dict[str, list[tuple[str, ...]]]:
    """Return the files that a page offers, as rows of cells."""
    links = part.select("a.ct-csv")
    tables = {str(link["download"]): read_csv(str(link["href"])) for link in links}
    assert len(tables) == len(links)
    return {
        name: [tuple(frame), *frame.itertuples(index=False, name=None)]
        for name, frame in tables.items()
    }


@every_page
def test_data_of_a_page_are_what_its_notebook_showed(slug, plan_pages, page):
    saved = files(page)
    notebook = json.loads((plan_pages / f"{slug}.ipynb").read_text("utf-8"))
    shown = [
        "".join(output.get("data", {}).get("text/html", ""))
        for cell in notebook["cells"]
        for output in cell.get("outputs", [])
    ]
    links = BeautifulSoup("".join(shown), "html.parser", parse_only=SoupStrainer("a"))
    assert saved == files(links)
    assert all(len(rows) > 1 for rows in saved.values())
    figures = page.select("figure:not(.ct-table-figure)")
    assert {f"{figure['id']}.csv" for figure in figures} <= set(saved)


def test_no_file_names_a_place_of_this_machine(plan_pages):
    places = (str(plan_pages.parent), str(ROOT), f'"{Path.home()}/')
    for file in plan_pages.iterdir():
        if file.name != "made.json":  # says where each page was made
            text = file.read_text("utf-8")
            assert not any(place in text for place in places), file.name
