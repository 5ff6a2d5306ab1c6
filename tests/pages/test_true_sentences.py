"""Sentences that were false, or said more than the figures do: each stands here as it is right."""

import re

import pytest
from computed import displayed, words_of
from fetch_files import cases, options

from catrade import cli
from catrade.project import newest_source_day
from pagemill.cites import Sources
from pagemill.display import Folded
from rounding.dates import as_day, date_interval

pytestmark = pytest.mark.slow


# ---- pages of a past day -------------------------------------------------------------------------

#: Notebook, what it is asked, and how the copy of customs' months that it lists is dated: by its
#: last release before the day, as release_days.csv has it (that of May came on 18 June).
PAST = """
trade_growth | "partner": "KAZ", "as_of": "2025-07-01" | 2025-06-18
country_dossier | "partner": "KAZ", "as_of": "2025-07-01" | 2025-06-18
claim_check | "as_of": "2026-01-18" | 2025-12-18
"""


@pytest.mark.parametrize(("notebook", "given", "released"), cases(PAST))
def test_what_a_past_day_lists_is_of_that_day_or_says_that_it_is_not(
    notebook, given, released
):
    asked = options(given)
    shown = displayed(notebook, **asked)
    (listed,) = [
        part
        for fold in shown
        if isinstance(fold, Folded)
        for part in fold.items
        if isinstance(part, Sources)
    ]
    rows = listed.frame.set_index("source_id")
    day = as_day(asked["as_of"])
    for row in rows.to_dict("records"):
        is_later = date_interval(row["published"] or "1900")[0] > day
        assert is_later == ("of a later day" in row["locator"]), row
    copy = rows.loc["gacc-country-months"]
    assert copy["published"] == released
    assert copy["locator"].startswith(
        "what it had released by then, read in a copy of August 2026; "
    )


def test_the_newest_day_of_a_page_of_a_day_is_of_what_was_released(root):
    ids = {"gacc-country-months", "wits-summary-2017"}
    newest = [
        newest_source_day(root / "data", ids, {"as_of": day})
        for day in ("", "2026-08-30", "2025-06-18", "2025-06-17", "2018-01-01")
    ]
    # What is dated to a month is known from its last day: a copy, and the release of it.
    assert newest == ["2026-08", "2026-07", "2025-06-18", "2025-05-18", ""]
    news = newest_source_day(root / "data", ids, {"since": "", "until": "2025-06-18"})
    assert news == "2025-06-18"


@pytest.mark.kernel
def test_a_page_of_a_day_is_cited_with_figures_to_that_day(tmp_path, capsys):
    asked = ["-p", "partner=KAZ", "-p", "as_of=2025-07-01", "-o", str(tmp_path)]
    assert cli.main(["render", "country_dossier", *asked]) == 0
    (page,) = tmp_path.glob("country-dossier*.html")
    text = page.read_text("utf-8")
    about = text[text.rindex("As known on") :]
    assert re.findall(r"The newest source is of ([^<.]*)\.", about) == ["18 June 2025"]
    assert re.findall(r"Figures to ([^<.]*)\.", about) == ["18 June 2025"]
    assert '"dateModified":"2025-06-18"' in text.replace('": "', '":"')


def test_china_and_russia_are_compared_country_by_country():
    """Tajikistan's "over 8.9" billion leave 2.0 and "about 1.9" open; the others are 2 points apart
    at the least, as Uzbekistan's 21.2 and 16.0 per cent are.
    """
    text = words_of("claim_check")
    assert "China is ahead of Russia in 3 of 4 counts" in text
    assert "Not ahead beyond rounding: Tajikistan." in text


def test_the_claim_check_of_a_day_has_no_verdict_of_now():
    # The article may be as late as the last of January: by the 18th there is nothing to compare.
    text = words_of("claim_check", as_of="2026-01-18")
    assert "By 18 January 2026" in text
    assert not re.search(r"By January 2026|\bNow\b", text)
    # Of a note that tells figures of August 2026 nothing is told, nor its source listed.
    assert "$61.44 billion" not in text
    later = words_of("claim_check", as_of="2026-07-18")
    assert "By January 2026" in later
    assert "By 18 July 2026" in later
    assert not re.search(r"\bnow\b", later, re.IGNORECASE)
