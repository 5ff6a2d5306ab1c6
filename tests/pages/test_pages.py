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
import jsonschema
import pytest
from bs4 import BeautifulSoup, SoupStrainer, Tag
from schemas import DATASET, REVIEW
from watched import loaded

from pagemill import plan as plans
from pagemill.saved import read_csv

pytestmark = [pytest.mark.kernel, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
RUNS = {run.slug: run for run in plans.load_plan(ROOT / plans.PLAN).runs}
every_page = pytest.mark.parametrize("slug", RUNS, scope="module")

LONGEST_TITLE = 10
MOST_FIGURES, MOST_TABLES, MOST_ROWS = 7, 3, 20
#: In the answer at the head; dates are no numbers.
MOST_SENTENCES, MOST_WORDS, MOST_NUMBERS = 3, 45, 6
#: What a page may weigh without figures, what is folded and what programs read, and with all.
LIGHT = 60 * 1024
HEAVY = 1.8 * 1024 * 1024  # a register of 3,500 rows, each with its source
#: What China buys from Uzbekistan, and what a ministry says that Kyrgyzstan sells.
TWO_QUANTITIES = ["two values: $2.0 billion and $2.04 billion"]
PLACEHOLDERS = re.compile(
    r"(?i)(alt|image|picture|figure|chart|plot|untitled|todo|none|nan)\W*"
)

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
    return len(re.findall(r"[\w$€¥%.,’'-]*\w[\w$€¥%.,’'-]*", title))


def is_register(page: BeautifulSoup) -> bool:
    return page.select_one(".ct-register") is not None


# The tests can fail -----------------------------------------------------------------------------


def test_a_value_outside_its_interval_is_found():
    bad = ["up 5% (4.4 to 4.7)", "$27 billion (27.2 to 27.5)", "−2% (−1.8 to −1.5)"]
    assert outside(bad) == [f"outside: {text.removeprefix('up ')}" for text in bad]
    good = ["4.6% (4.4 to 4.7)", "−2.0% (−2.3 to −1.5)", "102 months (2018 to 2026)"]
    assert outside(good) == []
    assert outside(["between −31% and 106%"]) == [
        "no growth rate: between −31% and 106%"
    ]
    assert outside(["between 9% and 2%"]) == ["backwards: between 9% and 2%"]


def test_a_quantity_with_two_values_is_found():
    texts = [
        "$2.4bn of cars, $2.35 billion in all; $531.7m and $532 million; $5.57 billion"
    ]
    assert twice([*texts, "$2.2 billion, $106.3bn, $2.35 million"]) == [
        "two values: $2.4bn and $2.35 billion",
        "two values: $532 million and $531.7m",
    ]


def test_faults_of_style_are_found():
    texts = [
        "12.1 % and 5 percent of China's",
        "x is nan, y fell by -3",
        "It’s 12.1%, −3 to 4",
    ]
    assert [text.partition(":")[0] for text in matches(texts, STYLE)] == list(STYLE)
    texts = [
        "a ` b",
        "with catrade fetch",
        "the demand_support",
        "in trade.csv, 2026-7M",
    ]
    assert [text.partition(":")[0] for text in matches(texts, MACHINE)] == list(MACHINE)
    assert words("China’s $106.3bn trade – 12.1% more – is a record") == 8


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
    question = page.select_one("header .kicker").get_text()
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
def test_a_page_shows_few_figures_and_folds_the_rest(page):
    if is_register(page):
        return
    shown = [f for f in page.select("article figure") if not f.find_parent("details")]
    tables = [figure for figure in shown if figure.find("table")]
    assert len(shown) - len(tables) <= MOST_FIGURES
    assert len(tables) <= MOST_TABLES
    assert [f["id"] for f in tables if len(f.select("tbody tr")) > MOST_ROWS] == []


@every_page
def test_a_page_refers_to_nothing_and_is_light(page):
    assert loaded(page) == []
    whole = len(str(page).encode())
    assert whole < HEAVY
    parts = page.select("figure, details, script[type='application/ld+json']")
    outermost = [part for part in parts if not part.find_parent(["figure", "details"])]
    assert whole - len("".join(map(str, outermost)).encode()) <= LIGHT


def test_what_would_be_loaded_is_found():
    html = (
        "<link href='a'><img src='b'><p style='background:url(\"c\")'>"
        '<style>@import "d";</style>'
        "<a href='https://x'></a><use href='#y'/><p style='clip-path:url(#z)'>"
    )
    assert loaded(BeautifulSoup(html, "html.parser")) == ["a", "b", "c", "d"]


# Figures, tables, links, files ------------------------------------------------------------------


@every_page
def test_every_figure_has_a_text_alternative_of_its_own(page):
    drawings = page.select("figure > .ct-drawing svg[role=img], figure img")
    assert len(drawings) == len(page.select("figure:not(.ct-table-figure)"))
    alts = [
        str(drawing.get("aria-label") or drawing.get("alt") or "")
        for drawing in drawings
    ]
    assert [a for a in alts if len(a) <= 30 or PLACEHOLDERS.fullmatch(a)] == []
    assert len(set(alts)) == len(alts)
    assert page.select("img:not([alt])") == []


@every_page
def test_figures_and_tables_have_numbers_captions_and_scopes(
    page,
):
    numbers = [label.get_text(strip=True) for label in page.select(".ct-number")]
    for kind, part in (("Figure", "figcaption"), ("Table", "caption")):
        wanted = [f"{kind} {n}" for n, _ in enumerate(page(part), start=1)]
        assert [number for number in numbers if number.startswith(kind)] == wanted
    for table in page("table"):
        assert table.caption.get_text(strip=True)
        assert table.select("thead th[scope=col]")
        assert table.select("tbody tr:not(:has(th[scope=row]))") == []
    assert page.select("th:not([scope=col], [scope=row])") == []


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
    return tables


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
    # A table's file holds the numbers that the table shows.
    for figure in page.select("figure.ct-table-figure"):
        _, *rows = saved[f"{figure['id']}.csv"]
        columns = [list(map(exact, column)) for column in zip(*rows, strict=True)]
        body = [row.find_all(["th", "td"]) for row in figure.select("tbody tr")]
        assert len(body) == len(rows)
        for cells in zip(*body, strict=True):
            keys = [cell.get("data-sort") for cell in cells]
            if any(key is not None for key in keys):
                assert [exact(str(key or "")) for key in keys] in columns


@every_page
def test_programs_read_what_the_page_says(slug, plan_pages, page):
    (record,) = page.select('script[type="application/ld+json"]')
    dataset, *reviews = json.loads(str(record.string))["@graph"]
    jsonschema.validate(dataset, DATASET)
    offered = [str(link["download"]) for link in page.select("a.ct-csv")]
    places = [
        download["contentUrl"].partition("#")[2] for download in dataset["distribution"]
    ]
    assert [f"{place}.csv" for place in places] == offered
    # Claims of others are reviewed where they are judged, and nowhere else.
    assert bool(reviews) == slug.startswith("claim-check")
    for review in reviews:
        jsonschema.validate(review, REVIEW)
        assert page.find(id=review["url"].partition("#")[2])
    twin = (plan_pages / f"{slug}.html.md").read_text("utf-8")
    heading = " ".join(page.h1.get_text().split())
    lead = " ".join(page.select_one(".lead").get_text().split())
    assert twin.startswith(f"# {heading}\n\n")
    assert f"\n\n{lead}\n" in twin
    assert len(re.findall(r"(?m)^\*\*Figure \d", twin)) == len(page("figcaption"))
    assert not re.search(r"<(?:svg|td|p|span)\b", twin)


def exact(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def test_pages_say_in_a_line_what_they_are(plan_pages):
    """Where a link to a page is shown elsewhere."""
    told = []
    for slug in ("index", *RUNS):
        head = BeautifulSoup(
            made(plan_pages, slug).partition("<body")[0], "html.parser"
        )
        metas = head("meta")
        tags = {m.get("property") or m.get("name"): m.get("content") for m in metas}
        assert tags["og:title"], slug
        assert len(tags["og:description"]) > 40, slug
        assert tags["description"] == tags["og:description"]
        told.append(tags["og:description"])
    assert len(set(told)) == len(told)


def test_no_file_names_a_place_of_this_machine(plan_pages):
    places = (str(plan_pages.parent), str(ROOT), f'"{Path.home()}/')
    for file in plan_pages.iterdir():
        if file.name != "made.json":  # says where each page was made
            text = file.read_text("utf-8")
            assert not any(place in text for place in places), file.name
