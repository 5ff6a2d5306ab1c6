"""Next January: customs' tables of December 2026 and February 2027, then a year without any, and
February 2028. Every page is made, leads with the newest, and compares with the right base."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import fetch_files
import golden
import next_year
import pandas as pd
import pytest
from fetch_files import cases

import catrade as ct
from catrade_build import nowcast
from pagemill import plan as plans

pytestmark = [pytest.mark.kernel, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
#: A page of each notebook on trade, and two whose sentences are read below besides.
PLAN = plans.load_plan(ROOT / plans.PLAN).runs
MADE = {r.notebook: r.slug for r in PLAN if "policy" not in r.notebook}
MADE |= {"trade_growth": "trade-growth-ca5", "country_dossier": "country-dossier-kaz"}
MADE = sorted([*MADE.values(), "country-dossier-kgz"])
#: The mark of a missing figure as bytes, as an address has it, and as HTML and JSON may write it.
MARKS = (b"\xef\xbf\xbc", b"%EF%BF%BC", b"&#65532;", b"&#xfffc;", b"\\ufffc")
#: What was said of 2025 in the month after it.
SAID = "dailymail-2026-01"
VERDICTS = ["claim_id", "whose", "verdict", "standing"]


def tables(folder: Path) -> Path:
    """Return the tables with those of December 2026 and February 2027 read into them."""
    data = fetch_files.copy_tables(folder / "data")
    december = next_year.read(data, 12, 2026, next_year.DECEMBER_2026, "2027-01-18")
    assert december.startswith("gacc-2026-12.html: kept 36 figures of 2026 and 2026-12")
    next_year.read(data, 2, 2027, next_year.FEBRUARY_2027, "2027-03-18")
    return data


@pytest.fixture(scope="module")
def before() -> dict[str, pd.DataFrame]:
    """What is said without these tables."""
    return {
        "claims": ct.claim(document=SAID, full=True)[VERDICTS],
        "growth": ct.growth(ct.trade("CA5", "total", 2020, 2025)),
    }


@pytest.fixture(scope="module")
def data(
    before: dict[str, pd.DataFrame], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    folder = tables(tmp_path_factory.mktemp("next"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CATRADE_DATA", str(folder))
        yield folder


@pytest.fixture(scope="module")
def pages(data: Path) -> Path:
    folder = data.parent / "pages"
    folder.mkdir()
    golden.render(folder, *MADE)
    return folder


def words(page: Path) -> str:
    hidden = r"(?s)<(svg|style|script)\b.*?</\1>|<[^>]+>"
    text = re.sub(hidden, " ", page.read_text("utf-8"))
    return " ".join(html.unescape(text).split())


@pytest.mark.parametrize("slug", MADE)
def test_every_notebook_makes_its_page_without_a_mark(slug, pages):
    page = pages / f"{slug}.html"
    assert page.is_file(), golden.why_not(pages, slug)
    content = page.read_bytes()
    assert [mark for mark in MARKS if mark in content] == []


def test_the_front_page_has_no_mark_and_the_new_months(pages):
    content = (pages / "index.html").read_bytes()
    assert [mark for mark in MARKS if mark in content] == []
    assert "January–February 2027" in words(pages / "index.html")


#: 22.01 / 19.1 is 1.152; 116.5 / 106.3 is 1.096; of Kazakhstan's, sales and both ways are printed.
LEADS = """
country-dossier-kaz | China sold 50.0% more to Kazakhstan in January–February 2027
country-dossier-kaz | trade both ways rose 20.0%, in dollars
country-dossier-kaz | $60.00bn
country-dossier-kgz | China sold 10.0% more to Kyrgyzstan in January–February 2027
trade-growth-ca5 | China counts $116.50 billion of trade with Central Asia in 2026, 10% more
trade-growth-ca5 | China’s trade with Central Asia rose 15.2% in January–February 2027
"""


@pytest.mark.parametrize(("slug", "sentence"), cases(LEADS))
def test_it_leads_with_the_newest(slug, sentence, pages):
    assert sentence in words(pages / f"{slug}.html")


def test_what_was_said_of_2025_stands_and_the_running_year_is_estimated(data, before):
    claims = ct.claim(document=SAID, full=True)[VERDICTS]
    assert claims.equals(before["claims"])
    rates = ct.growth(ct.trade("CA5", "total", 2020, 2025))
    assert (
        rates["growth"].round(6).tolist()
        == before["growth"]["growth"].round(6).tolist()
    )
    # 12·60/10 + 4.4·22.5/4 + 0.66·5.2/0.6 + 1.65·9.8/1.5 + 3.3·19/3 = 134.15 by the ratio, and
    # 22.01 + 116.5 − 19.1 = 119.41 by addition: their mean is 126.78.
    ahead = nowcast.every_estimate().query(
        "reporter == 'CHN' and partner == 'CA5' and flow == 'total'"
    )
    ahead = ahead.iloc[0]
    assert (ahead["year"], ahead["currency"]) == (2027, "USD")
    assert ahead["estimate"] == pytest.approx(126.78)


#: A year without any table, and then February 2028: what is whole is 2026, what runs is 2028.
LATER = (
    "China counts $116.50 billion of trade with Central Asia in 2026",
    "China’s trade with Central Asia rose 15.2% in January–February 2028",
)


def test_after_a_year_without_tables_it_leads_with_the_newest(data):
    next_year.read(data, 2, 2028, next_year.FEBRUARY_2027, "2028-03-18")
    folder = data.parent / "later"
    folder.mkdir()
    golden.render(folder, "trade-growth-ca5")
    page = folder / "trade-growth-ca5.html"
    assert [mark for mark in MARKS if mark in page.read_bytes()] == []
    for sentence in LATER:
        assert sentence in words(page)
