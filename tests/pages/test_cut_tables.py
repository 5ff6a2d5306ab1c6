"""Pages of tables cut short, and as of days long ago: all are made, and none shows the mark of a
missing figure, in whatever way it may be written."""

from pathlib import Path
from typing import Any

import fetch_files
import pandas as pd
import pytest
from computed import displayed
from fetch_files import cases, options

from catrade import params
from catrade_build.tables import as_of
from rounding.errors import ParameterError
from rounding.formats import MARK

pytestmark = pytest.mark.slow

#: The mark as it stands, as an address has it, and as HTML and JSON may write it.
MARKS = (MARK, "%EF%BF%BC", "&#65532;", "&#xfffc;", "\\ufffc")
#: Of each copy of the tables: which rows are left out of which tables.
CUTS = {
    "no year 2026": {"period >= '2026'": ("trade", "highlights", "market_series")},
    "no imports": {"flow == 'import'": ("trade", "trade_shares")},
    # Pages of trade read no market, and those of cars no trade of Kyrgyzstan alone.
    "Kyrgyzstan to 2018, no market of 2026": {
        "(reporter == 'KGZ' or partner == 'KGZ') and period >= '2019'": ("trade",),
        "period >= '2026'": ("market_series",),
    },
    "no headings, no cars": {
        "period < '2026'": ("composition_headings",),
        "jurisdiction == 'KGZ'": ("market_series",),
    },
}
PAGES = """
no year 2026 | trade_growth |
no year 2026 | country_dossier | "partner": "UZB"
Kyrgyzstan to 2018, no market of 2026 | trade_growth |
Kyrgyzstan to 2018, no market of 2026 | nev_policy_timeline |
Kyrgyzstan to 2018, no market of 2026 | nev_central_asia |
no headings, no cars | transit |
no imports | trade_growth | "partner": "UZB"
no imports | country_dossier | "partner": "KAZ"
"""


def cut(target: Path, cuts: dict[str, tuple[str, ...]]) -> Path:
    """Copy the tables, and leave out the rows of some that queries name."""
    data = fetch_files.copy_tables(target)
    for without, names in cuts.items():
        for name in names:
            file = data / f"{name}.csv"
            rows = pd.read_csv(file, dtype=str, keep_default_na=False)
            left = rows.query(f"not ({without})")
            assert 0 < len(left) < len(rows), f"{without}: nothing, or all, of {name}"
            left.to_csv(file, index=False, lineterminator="\n")
    return data


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    home = tmp_path_factory.mktemp("cut")
    return {name: cut(home / name, cuts) for name, cuts in CUTS.items()}


def everything_of(notebook: str, given: dict[str, Any]) -> str:
    """Return all that a notebook shows, with what its files hold and are called."""
    shown = displayed(notebook, **given)
    assert len(shown) > 3
    return "".join(
        f"{getattr(thing, 'html', thing)}{vars(thing) if hasattr(thing, '__dict__') else ''}"
        for thing in shown
    )


@pytest.mark.parametrize(("cut", "notebook", "given"), cases(PAGES))
def test_of_tables_cut_short_no_page_shows_a_mark(
    cut,
    notebook,
    given,
    folders,
    monkeypatch,
):
    monkeypatch.setenv("CATRADE_DATA", str(folders[cut]))
    text = everything_of(notebook, options(given))
    assert [mark for mark in MARKS if mark in text] == []


#: What is said of the day.
DAYS = """
country_dossier | 2018-01-01 | As known on 1 January 2018
trade_growth | 2024-03-01 | As known on 1 March 2024
claim_check | 2026-01-20 | As known on 20 January 2026
"""


@pytest.mark.parametrize(("notebook", "day", "sentence"), cases(DAYS))
def test_as_of_any_day_a_page_is_made_and_says_what_is_left_out(
    notebook, day, sentence
):
    text = everything_of(notebook, {"as_of": day})
    assert as_of.current() is None
    assert " ".join(sentence.split()) in text
    assert [mark for mark in MARKS if mark in text] == []


def test_an_announcement_is_not_checked_before_it_was_printed():
    # It is dated to a month, whose first day may have been it.
    assert params.validate("claim_check", as_of="2026-01-01").as_of == "2026-01-01"
    with pytest.raises(ParameterError, match="a day since 2026-01, when dailymail"):
        params.validate("claim_check", as_of="2025-12-31")


#: What was not so on the day: the Mail's article may be as late as the last of the month.
NOT_SAID = """
claim_check | 2026-01-20 | 31 January 2026
"""


@pytest.mark.parametrize(("notebook", "day", "words"), cases(NOT_SAID))
def test_as_of_a_day_nothing_is_said_that_was_not_so(notebook, day, words):
    assert words not in everything_of(notebook, {"as_of": day})
