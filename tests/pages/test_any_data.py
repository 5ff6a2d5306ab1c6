"""No page dies of its data: of whatever is held one is made, or refused in a sentence.

What is asked is drawn by a fixed seed from what the tables hold; a page is made in this process,
without a kernel. What a page may not show: an empty figure, a number that is none, an unknown one.
"""

import csv
import functools
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import fetch_files
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from computed import page_of
from fetch_files import cases, options, run, said, write

from catrade.params import NOTEBOOKS, validate
from catrade_build.tables import as_of
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
#: The mark of a missing figure as it stands, as an address has it, as HTML and JSON may write it.
MARKS = re.compile(rf"{MARK}|%EF%BF%BC|&#65532;|&#xfffc;|\\\\ufffc")
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
    places = [found.start() for found in re.finditer(MARKS, html)]
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


# --- what is asked, drawn from the tables --------------------------------------------------------


TRADE = pd.read_csv(DATA / "trade.csv", dtype=str)
GOODS = pd.read_csv(DATA / "composition.csv", dtype=str)
#: A pair a yearly figure: those of long series come more often.
PAIRS = (
    TRADE.loc[TRADE["period"].str.len() == 4, ["reporter", "partner"]]
    .to_numpy()
    .tolist()
)
PAIRS_OF_GOODS = GOODS[["exporter", "importer"]].drop_duplicates().to_numpy().tolist()
#: What is chosen as of a day takes seconds: two days are enough for all, of those below.
DAYS_DRAWN = ["2018-01-01", "2024-03-01"]


def draw(notebook: str, dice: random.Random) -> dict[str, Any]:
    """Return two sides of a figure, in either order; now and then a year and a day."""
    sides = dice.choice(PAIRS_OF_GOODS if notebook == "trade_composition" else PAIRS)
    reporter, partner = dice.sample(sides, 2)
    asked: dict[str, Any] = {"reporter": reporter, "partner": partner}
    now_and_then = {
        "start": dice.randint(1992, 2020),
        "end": dice.randint(2021, 2026),
        "top_n": dice.randint(3, 20),
        "as_of": dice.choice(DAYS_DRAWN),
    }
    asked |= {key: value for key, value in now_and_then.items() if dice.random() < 0.4}
    fields = NOTEBOOKS[notebook].model_fields
    return {key: value for key, value in asked.items() if key in fields}


@pytest.mark.parametrize("notebook", DRAWN)
def test_a_page_of_anything_held_is_made_or_refused_in_a_sentence(notebook):
    dice = random.Random(f"{SEED} {notebook}")
    found: dict[str, object] = {}
    made = 0
    for _ in range(DRAWN[notebook]):
        asked = draw(notebook, dice)
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
TUR,EGY,2023,export,2140000000,USD,1
TUR,EGY,2023,import,550000000,USD,1
TUR,EGY,2024,export,2610000000,USD,1
TUR,EGY,2024,import,500000000,USD,1
EGY,TUR,2023,import,2530000000,USD,1
"""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], str]:
    """Pages of the tables and figures of one's own, each made once."""
    home = tmp_path_factory.mktemp("own")
    data = fetch_files.copy_tables(home / "data")
    office = ("--source", "Statistics office", "--url", "https://example.org/table")
    read = run(data, "file", write(home / "own.csv", OWN), *office)
    assert "kept 26 figures" in said(read)

    @functools.cache
    def page(notebook: str, pair: str) -> str:
        reporter, partner = pair.split()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("CATRADE_DATA", str(data))
            return page_of(notebook, reporter=reporter, partner=partner)

    return page


@pytest.mark.parametrize("notebook", ["country_dossier", "trade_growth"])
@pytest.mark.parametrize("pair", ["TUR GEO", "CHN MNG", "GEO ARM", "AZE ARM"])
def test_of_figures_that_are_equal_or_zero_or_lack_a_flow_every_page_is_made(
    pair, notebook, own
):
    assert faults_of(own(notebook, pair)) == []


#: 18.4 of both in 2024; 3.2 rounded to the tenth, and 3.24; 2.61 and 0.50 are 3.11, 15.6% more
#: than 2.14 and 0.55 a year before.
TOLD = """
country_dossier | CHN MNG | China counts $18.4bn of trade with Mongolia in
trade_growth | TUR GEO | Georgia counted as much as Türkiye within rounding
country_dossier | TUR EGY | $3.11 billion of trade
country_dossier | TUR EGY | 15.6%
"""


@pytest.mark.parametrize(("notebook", "pair", "sentence"), cases(TOLD))
def test_figures_of_ones_own_are_told_in_whole_sentences(notebook, pair, sentence, own):
    assert sentence in own(notebook, pair)


# --- tables cut short, and odd ones --------------------------------------------------------------

#: Of each copy of the tables: which rows are left out of which tables. A copy takes seconds: what
#: no page sees together is cut in one.
CUTS = {
    "no year 2026, no headings, no cars": {
        "period >= '2026'": ("trade", "highlights", "market_series"),
        "period < '2026'": ("composition_headings",),
        "jurisdiction == 'KGZ'": ("market_series",),
    },
    "no imports": {"flow == 'import'": ("trade", "trade_shares")},
    # Pages of trade read no market, and those of cars no trade of Kyrgyzstan alone.
    "Kyrgyzstan to 2018, no market of 2026": {
        "(reporter == 'KGZ' or partner == 'KGZ') and period >= '2019'": ("trade",),
        "period >= '2026'": ("market_series",),
    },
    "one row": {
        "not (reporter == 'CHN' and partner == 'KAZ' and period == '2024'"
        " and flow == 'total' and currency == 'USD')": ("trade",),
    },
}
#: What is written over cells of `trade`; in the first copy 2024 is a zero, too.
ODD = {
    "every row doubtful": (
        "quality == 'ok'",
        {"quality": "doubtful", "quality_reason": "x"},
    ),
    "no year 2026, no headings, no cars": (
        "reporter == 'CHN' and partner == 'KAZ' and period == '2024'",
        {"value": "0", "growth_printed": "", "growth_precision": ""},
    ),
}
PAGES = """
no year 2026, no headings, no cars | trade_growth |
no year 2026, no headings, no cars | country_dossier | "partner": "UZB"
no year 2026, no headings, no cars | transit |
Kyrgyzstan to 2018, no market of 2026 | trade_growth |
Kyrgyzstan to 2018, no market of 2026 | nev_policy_timeline |
Kyrgyzstan to 2018, no market of 2026 | nev_central_asia |
no imports | trade_growth | "partner": "UZB"
no imports | country_dossier | "partner": "KAZ"
one row | trade_growth | "partner": "KAZ"
every row doubtful | trade_growth | "partner": "KAZ"
"""


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Copies of the tables by name, each made once."""

    @functools.cache
    def made(name: str) -> Path:
        data = fetch_files.copy_tables(tmp_path_factory.mktemp("odd") / "data")
        for where, names in CUTS.get(name, {}).items():
            for table in names:
                rows = pd.read_csv(
                    data / f"{table}.csv", dtype=str, keep_default_na=False
                )
                left = rows.query(f"not ({where})")
                assert 0 < len(left) < len(rows), (
                    f"{where}: nothing, or all, of {table}"
                )
                left.to_csv(data / f"{table}.csv", index=False, lineterminator="\n")
        if name in ODD:
            where, cells = ODD[name]
            rows = pd.read_csv(data / "trade.csv", dtype=str, keep_default_na=False)
            rows.loc[rows.eval(where), [*cells]] = [*cells.values()]
            rows.to_csv(data / "trade.csv", index=False, lineterminator="\n")
        return data

    return made


@pytest.mark.parametrize(("name", "notebook", "given"), cases(PAGES))
def test_of_odd_tables_every_page_is_made(name, notebook, given, tables, monkeypatch):
    monkeypatch.setenv("CATRADE_DATA", str(tables(name)))
    assert faults_of(page_of(notebook, **options(given))) == []


# --- days long ago -------------------------------------------------------------------------------

#: What is said of the day. The Mail's article may be as late as the last of its month.
DAYS = """
country_dossier | 2018-01-01 | As known on 1 January 2018 | 2019
trade_growth | 2024-03-01 | As known on 1 March 2024 | 2025
claim_check | 2026-01-20 | As known on 20 January 2026 | 31 January 2026
"""


@pytest.mark.parametrize(("notebook", "day", "sentence", "never"), cases(DAYS))
def test_as_of_any_day_a_page_is_made_and_says_of_which(notebook, day, sentence, never):
    page = page_of(notebook, as_of=day)
    assert as_of.current() is None
    assert faults_of(page) == []
    text = BeautifulSoup(page, "html.parser").article.get_text(" ")
    assert sentence in " ".join(text.split())
    assert never not in text


def test_an_announcement_is_not_checked_before_it_was_printed():
    # It is dated to a month, whose first day may have been it.
    asked = {"document": "dailymail-2026-01", "claims": ""}
    assert validate("claim_check", **asked, as_of="2026-01-01").as_of == "2026-01-01"
    with pytest.raises(ParameterError, match="a day since 2026-01, when dailymail"):
        validate("claim_check", **asked, as_of="2025-12-31")
