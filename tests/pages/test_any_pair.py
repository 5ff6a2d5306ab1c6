"""No page dies of its data: of any pair, year and day one is made, or refused in a sentence.

What is asked is drawn by a fixed seed from what the tables hold; a page is made in this process,
without a kernel. What a page may not show: an empty figure, a number that is none, an unknown one.
"""

import csv
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import fetch_files
import pytest
from bs4 import BeautifulSoup
from computed import page_of
from fetch_files import run, said, write

from rounding.errors import ParameterError
from rounding.formats import MARK

pytestmark = pytest.mark.slow

DATA = Path(__file__).parents[2] / "data"
SEED = 51
#: How many pages of each notebook are tried.
DRAWN = {
    "country_dossier": 10,
    "trade_growth": 9,
    "trade_composition": 6,
    "transit": 3,
}
#: What Python and pandas write where there is no number, as a word or a cell by itself.
NO_NUMBER = re.compile(r"(?<![\w-])(nan|NaN|NaT|None|<NA>|inf|-inf)(?![\w-])")
NO_CELLS = {"nan", "NaN", "NaT", "None", "<NA>", "inf", "-inf"}


# --- what a page may not show --------------------------------------------------------------------


def faults_of(html: str) -> list[str]:
    """Return what of a page no reader should see: each with the words around it."""
    faults = []
    page = BeautifulSoup(html, "html.parser")
    for code in page(["script", "style", "pre"]):
        code.extract()
    text = " ".join(page.get_text(" ").split())
    alternatives = [str(tag["aria-label"]) for tag in page.select("[aria-label]")]
    for shown in (text, *alternatives):
        places = [found.start() for found in NO_NUMBER.finditer(shown)]
        faults += [f"no number: {shown[max(0, at - 60) : at + 30]}" for at in places]
    places = [found.start() for found in re.finditer(MARK, html)]
    faults += [f"mark: {html[max(0, at - 60) : at + 30]}" for at in places]
    for figure in page.select("figure:has(svg)"):
        faults += [f"{figure['id']}: {fault}" for fault in faults_of_figure(figure)]
    return faults


def faults_of_figure(figure: Any) -> Iterator[str]:
    """Yield what a figure lacks: marks in its drawings, rows and numbers in its data."""
    for drawing in figure.select("svg"):
        if len(drawing.select("path, rect, circle, use")) < 3:
            yield "an empty drawing"
    (link,) = figure.select("a[href^='data:text/csv']")
    _, _, text = unquote(str(link["href"])).partition(",")
    rows = list(csv.reader(text.splitlines()))
    if len(rows) < 2:
        yield "no row of data"
    if NO_CELLS & {cell for row in rows for cell in row}:
        yield "a cell that is no number"


def test_what_no_page_may_show_is_seen():
    figure = (
        '<figure id="a"><svg aria-label="to nan"><path/></svg>'
        '<a href="data:text/csv,%EF%BB%BFyear%0D%0A">CSV</a></figure>'
        '<figure id="b"><svg><path/><path/><path/></svg>'
        '<a href="data:text/csv,year%0D%0Ainf%0D%0A">CSV</a></figure>'
    )
    faults = faults_of(f"<p>It rose by None, banana.</p>{figure}<p>{MARK}</p>")
    assert [fault.partition(": ")[0] for fault in faults] == [
        "no number",
        "no number",
        "mark",
        "a",
        "a",
        "b",
    ]
    assert faults_of("<p>A banana, and no information.</p>") == []


# --- what is asked, drawn from the tables --------------------------------------------------------


def rows_of(table: str) -> list[dict[str, str]]:
    with (DATA / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


class Held:
    """What the tables hold: years of pairs, pairs of which goods are listed, and days."""

    def __init__(self) -> None:
        self.years: dict[tuple[str, str], list[int]] = {}
        for row in rows_of("trade"):
            if len(row["period"]) == 4:
                pair = (row["reporter"], row["partner"])
                self.years.setdefault(pair, []).append(int(row["period"]))
        goods = rows_of("composition")
        self.goods = sorted({(row["exporter"], row["importer"]) for row in goods})
        self.newest = max(max(years) for years in self.years.values())
        days = {source["published"] for source in rows_of("sources")}
        days = sorted(day for day in days if len(day) == 10)
        # What is chosen as of a day takes seconds: two days are enough for all.
        self.days = random.Random(SEED).sample(days, 2)


HELD = Held()


def of_trade(dice: random.Random) -> dict[str, Any]:
    """Two sides of a yearly figure, in either order, and years around it."""
    pair, years = dice.choice(sorted(HELD.years.items()))
    # China and the five have long series, and are one pair in forty.
    if dice.random() < 0.3:
        pair = dice.choice([known for known in HELD.years if known[0] == "CHN"])
        years = HELD.years[pair]
    reporter, partner = pair if dice.random() < 0.7 else reversed(pair)
    asked: dict[str, Any] = {"reporter": reporter, "partner": partner}
    year = dice.choice(years)
    if dice.random() < 0.7:
        asked["start"] = dice.randint(1992, year)
    if dice.random() < 0.3:
        asked["end"] = dice.randint(year, HELD.newest)
    if dice.random() < 0.3:
        asked["as_of"] = dice.choice(HELD.days)
    return asked


def of_dossier(dice: random.Random) -> dict[str, Any]:
    """The same without years, which a dossier is not asked for."""
    asked = of_trade(dice)
    return {name: asked[name] for name in asked if name not in ("start", "end")}


def of_goods(dice: random.Random) -> dict[str, Any]:
    """Two sides of which a table lists goods."""
    reporter, partner = dice.choice(HELD.goods)
    asked: dict[str, Any] = {"reporter": reporter, "partner": partner}
    asked["top_n"] = dice.randint(3, 20)
    if dice.random() < 0.5:
        asked["start"] = dice.randint(1992, HELD.newest)
    return asked


def of_transit(dice: random.Random) -> dict[str, Any]:
    return {"start": dice.randint(1992, HELD.newest)}


DRAW: dict[str, Callable[[random.Random], dict[str, Any]]] = {
    "country_dossier": of_dossier,
    "trade_growth": of_trade,
    "trade_composition": of_goods,
    "transit": of_transit,
}


@pytest.mark.parametrize("notebook", DRAWN)
def test_a_page_of_anything_held_is_made_or_refused_in_a_sentence(notebook):
    dice = random.Random(f"{SEED} {notebook}")
    found: dict[str, object] = {}
    made = 0
    for _ in range(DRAWN[notebook]):
        asked = DRAW[notebook](dice)
        try:
            found[str(asked)] = faults_of(page_of(notebook, **asked))
            made += 1
        except ParameterError as refused:
            found[str(asked)] = faults_of_sentence(str(refused))
        except Exception as error:  # whatever a cell may raise
            found[str(asked)] = repr(error)
    assert {asked: faults for asked, faults in found.items() if faults} == {}
    assert made > DRAWN[notebook] / 3


def faults_of_sentence(sentence: str) -> list[str]:
    """Return what of a refusal nobody could act on."""
    is_one = sentence.isprintable() and len(sentence) < 400
    hinted = re.search(r"got '(.*?)' \(did you mean '\1'", sentence)
    is_fit = is_one and not hinted and not NO_NUMBER.search(sentence)
    return [] if is_fit else [sentence]


# --- figures of one's own ------------------------------------------------------------------------

#: Rounded to the tenth of a billion, to ten million, to a thousand. Intervals of Türkiye and
#: Georgia overlap, of China and Mongolia in 2023 touch (16.65), in 2024 are equal; of China and
#: Vietnam one flow is held; Armenia counts 7 million where Georgia counts none, and the other way
#: round a year before; Azerbaijan and Armenia both count none.
OWN = """\
reporter,partner,period,flow,value,currency,precision
TUR,GEO,2024,export,3200000000,USD,100000000
GEO,TUR,2024,import,3240000000,USD,10000000
TUR,GEO,2024,import,700000000,USD,100000000
GEO,TUR,2024,export,650000000,USD,10000000
CHN,MNG,2023,total,16600000000,USD,100000000
MNG,CHN,2023,total,16700000000,USD,100000000
CHN,MNG,2024,total,18400000000,USD,100000000
MNG,CHN,2024,total,18400000000,USD,100000000
CHN,VNM,2024,export,161900000000,USD,100000000
VNM,CHN,2024,import,144000000000,USD,100000000
ARM,GEO,2023,export,0,USD,1000
GEO,ARM,2023,import,5000000,USD,1000
ARM,GEO,2024,export,7000000,USD,1000
GEO,ARM,2024,import,0,USD,1000
AZE,ARM,2023,export,0,USD,1
AZE,ARM,2024,export,0,USD,1
AZE,ARM,2024,import,0,USD,1
ARM,AZE,2024,import,0,USD,1
ARM,AZE,2024,export,0,USD,1
PAK,IRN,2020,total,1000000000,USD,100000000
IRN,PAK,2022,total,2000000000,USD,100000000
"""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables, and figures of one's own."""
    home = tmp_path_factory.mktemp("own")
    data = fetch_files.copy_tables(home / "data")
    office = ("--source", "Statistics office", "--url", "https://example.org/table")
    read = run(data, "file", write(home / "own.csv", OWN), *office)
    assert "kept 21 figures" in said(read)
    return data


@pytest.mark.parametrize("notebook", ["country_dossier", "trade_growth"])
@pytest.mark.parametrize("pair", ["TUR GEO", "CHN MNG", "GEO ARM", "AZE ARM"])
def test_of_figures_that_are_equal_or_zero_or_lack_a_flow_every_page_is_made(
    pair, notebook, own, monkeypatch
):
    monkeypatch.setenv("CATRADE_DATA", str(own))
    reporter, partner = pair.split()
    page = page_of(notebook, reporter=reporter, partner=partner)
    assert faults_of(page) == []
