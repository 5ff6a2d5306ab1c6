"""Next January: customs' tables of December 2026 and February 2027, then a year without any, and
February 2028. Every page is made, leads with the newest, and compares with the right base.

The tables are in the layout of customs' English bulletin. Every figure is invented, in thousands of
dollars, and so round that growth can be worked out by hand: of February 2027 each is the base of a
year before and a tenth more, but Kazakhstan's.
"""

import datetime as dt
import html
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import fetch_files
import golden
import pandas as pd
import pytest
from fetch_files import cases

import catrade as ct
from catrade_build import nowcast
from catrade_fetch import door, files, gacc, titles
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

#: Month and year to date of trade, exports and imports; growth of the year to date in per cent.
DECEMBER_2026 = """
TOTAL|700,000,000|7,400,000,000|400,000,000|4,300,000,000|300,000,000|3,100,000,000|16.4|14.0|20.0
Kazakhstan|5,500,000|60,000,000|3,000,000|33,000,000|2,500,000|27,000,000|23.3|11.1|42.3
Kyrgyzstan|2,000,000|22,500,000|1,950,000|22,000,000|50,000|500,000|-17.3|0.1|-90.5
Tajikistan|500,000|5,200,000|430,000|4,500,000|70,000|700,000|20.6|19.9|25.0
Turkmenistan|850,000|9,800,000|150,000|1,700,000|700,000|8,100,000|-2.5|6.3|-4.1
Uzbekistan|1,700,000|19,000,000|1,500,000|17,000,000|200,000|2,000,000|18.1|19.5|6.9
"""
#: Of January to February 2026 the five had 10, 4, 0.6, 1.5 and 3, in all 19.1 billion.
FEBRUARY_2027 = """
TOTAL|600,000,000|1,210,000,000|330,000,000|660,000,000|270,000,000|550,000,000|10.0|10.0|10.0
Kazakhstan|6,000,000|12,000,000|3,000,000|6,000,000|3,000,000|6,000,000|20.0|50.0|0.0
Kyrgyzstan|2,200,000|4,400,000|2,145,000|4,290,000|55,000|110,000|10.0|10.0|10.0
Tajikistan|330,000|660,000|275,000|550,000|55,000|110,000|10.0|10.0|10.0
Turkmenistan|825,000|1,650,000|110,000|220,000|715,000|1,430,000|10.0|10.0|10.0
Uzbekistan|1,650,000|3,300,000|1,375,000|2,750,000|275,000|550,000|10.0|10.0|10.0
"""


def bulletin(folder: Path, month: int, year: int, rows: str) -> Path:
    """Write the page of a month and return its file."""
    page = fetch_files.changed(fetch_files.ENGLISH, *fetch_files.of_month(month, year))
    for old in fetch_files.grid(fetch_files.ROWS):
        page = page.replace(fetch_files.line(old), "")
    new = "".join(map(fetch_files.line, fetch_files.grid(rows)))
    page = page.replace(
        "</table></td></tr></table>", f"{new}</table></td></tr></table>"
    )
    return fetch_files.write(folder / f"gacc-{year}-{month}.html", page)


@contextmanager
def on(day: str) -> Iterator[None]:
    """Have the importer, which alone reads a clock, believe that it is a day."""

    class Clock(dt.date):
        @classmethod
        def today(cls) -> dt.date:
            return dt.date.fromisoformat(day)

    with pytest.MonkeyPatch.context() as patch:
        for module in (door, files, gacc, titles):
            patch.setattr(module, "date", Clock)
        yield


def read_month(data: Path, month: int, year: int, rows: str, published: str) -> str:
    """Read a month's table as `catrade fetch file` does, on the day it was published."""
    file = bulletin(data.parent, month, year, rows)
    with on(published):
        result = fetch_files.run(data, "gacc", "--published", published, file)
    return fetch_files.said(result)


def tables(folder: Path) -> Path:
    """Return the tables with those of December 2026 and February 2027 read into them."""
    data = fetch_files.copy_tables(folder / "data")
    december = read_month(data, 12, 2026, DECEMBER_2026, "2027-01-18")
    assert december.startswith("gacc-2026-12.html: kept 36 figures of 2026 and 2026-12")
    read_month(data, 2, 2027, FEBRUARY_2027, "2027-03-18")
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


def test_after_a_year_without_tables_it_leads_with_the_newest(
    data, tmp_path, monkeypatch
):
    later = Path(shutil.copytree(data, tmp_path / "data"))
    monkeypatch.setenv("CATRADE_DATA", str(later))
    read_month(later, 2, 2028, FEBRUARY_2027, "2028-03-18")
    folder = tmp_path / "later"
    folder.mkdir()
    golden.render(folder, "trade-growth-ca5")
    page = folder / "trade-growth-ca5.html"
    assert [mark for mark in MARKS if mark in page.read_bytes()] == []
    for sentence in LATER:
        assert sentence in words(page)
