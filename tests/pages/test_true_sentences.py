"""Sentences that were false, or said more than the figures do: each stands here as it is right."""

import re
from html import unescape
from typing import Any

import pytest
from computed import displayed, named
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
country_profile | "partner": "KAZ", "as_of": "2025-07-01" | 2025-06-18
mirror_statistics | "partner": "KAZ", "as_of": "2025-06-17" | 2025-05-18
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
    assert cli.main(["render", "country_profile", *asked]) == 0
    (page,) = tmp_path.glob("country-profile*.html")
    text = page.read_text("utf-8")
    about = text[text.rindex("As known on") :]
    assert re.findall(r"The newest source is of ([^<.]*)\.", about) == ["18 June 2025"]
    assert re.findall(r"Figures to ([^<.]*)\.", about) == ["18 June 2025"]
    assert '"dateModified":"2025-06-18"' in text.replace('": "', '":"')


def test_the_claim_check_of_a_day_has_no_verdict_of_now():
    # The article may be as late as the last of January: by the 18th there is nothing to compare.
    text = shown_by("claim_check", as_of="2026-01-18")
    assert "By 18 January 2026" in text
    assert not re.search(r"By January 2026|\bNow\b", text)
    # Of a note that tells figures of August 2026 nothing is told, nor its source listed.
    assert "$61.44 billion" not in text
    later = shown_by("claim_check", as_of="2026-07-18")
    assert "By January 2026" in later
    assert "By 18 July 2026" in later
    assert not re.search(r"\bnow\b", later, re.IGNORECASE)


def shown_by(notebook: str, **asked: object) -> str:
    """Return all that a notebook shows, as text without tags."""
    shown = displayed(notebook, **asked)
    parts = [
        part
        for thing in shown
        for part in (thing.items if isinstance(thing, Folded) else [thing])
    ]
    html = " ".join(map(_html_of, parts))
    text = unescape(re.sub(r"<[^>]*>", " ", html)).replace("\u2060", "")
    return " ".join(text.split())


def _html_of(part: Any) -> str:
    """Return a part of a page with its title; Markdown, and a plain text, as it stands."""
    if isinstance(part, str):
        return part
    written = getattr(part, "_repr_html_", lambda: getattr(part, "data", ""))
    return f"{getattr(part, 'title', '')}. {getattr(part, 'html', '') or written()}"


# ---- two counts ----------------------------------------------------------------------------------


def test_two_sums_that_differ_are_apart_and_nothing_is_counted_by_one_side_alone():
    """19.907 less 5.451 / 1.06 is 14.76; a difference of sums is no quantity counted once."""
    text = shown_by("transit")
    assert "the two are $14.76 billion apart." in text
    assert "The two sides’ counts of 2024 are $14.76bn apart" in text
    assert "Neither side says what makes the difference" in text
    both = shown_by("mirror_statistics", partner="KAZ")
    assert "shaded is how far the two are apart" in both
    growth = shown_by("trade_growth", partner="KGZ")
    assert "stood in the place of the imports recorded." in growth
    for page in (text, both, growth):
        assert not re.search(r"one side alone|alone counts|only passes through", page)


def test_four_kinds_of_machines_stand_beside_all_that_are_held():
    # HS 84 as the referee added it up: 2.51 and 1.46 billion.
    text = shown_by("transit")
    assert "(HS 84) was $2.51 billion in 2024 and $1.46 billion in 2025." in text


#: The newest year of both sides first, then what either has counted since.
COMMON = """
"partner": "KAZ", "reporter": "UZB" | In 2023 Uzbekistan counts $B of trade with Kazakhstan, with
  services, Kazakhstan itself $B; for 2025 Kazakhstan counts $B.
"partner": "UZB", "reporter": "KAZ" | In 2023 Kazakhstan counts $B of trade with Uzbekistan,
  Uzbekistan itself $B, with services; for 2025 Kazakhstan counts $B, P more than a year before.
"partner": "KGZ", "reporter": "RUS" | In 2024 Russia counts $B of trade with Kyrgyzstan, Kyrgyzstan
  itself $B; for 2025 Kyrgyzstan counts $B.
"partner": "KGZ" | In 2024 China counts $B of trade with Kyrgyzstan, Kyrgyzstan itself $B; for 2025
  China counts $B, P more than a year before.
"partner": "KAZ" | China counts $B of trade with Kazakhstan in 2025, P more than a year before;
  Kazakhstan itself counts $B in 2025.
"""


@pytest.mark.parametrize(("given", "lede"), cases(COMMON))
def test_a_profile_has_the_year_of_both_first(given, lede):
    text = shown_by("country_profile", **options(given))
    figures = {"\\$B": r"\$[\d.]+ billion", "P": r"[\d.]+%"}
    pattern = re.escape(lede).replace(r"\ P\ ", r"\ [\d.]+%\ ")
    pattern = pattern.replace(r"\$B", figures["\\$B"])
    assert re.search(pattern, text), text[:600]


def test_gold_is_told_of_the_year_it_is_held_for():
    """The gold figure is of calendar 2025; of October to December 2024 none is held."""
    text = shown_by("country_profile", partner="KGZ")
    assert "China’s imports, 95% gold in 2025, have all but ended." in text
    goods = shown_by("trade_composition", partner="KGZ")
    assert "in the 11 since 1.7 billion yuan; 95% of those of 2025 were gold." in goods
    for page in (text, goods):
        assert not re.search(r"nearly all gold (until|, in)", page)
    # Gas has not ended, though its share of a year is held as well.
    for partner in ("TKM", "UZB"):
        assert "all but ended" not in shown_by("country_profile", partner=partner)


# ---- titles: whose, and when ---------------------------------------------------------------------

TITLES = """
trade_growth | "partner": "CA5" | January–July 2026: Central Asia +1.8%, all China’s trade +17.3%
trade_growth | "partner": "KGZ" | Imports from Kyrgyzstan came in 11 months, then nearly ended
trade_growth | "partner": "KGZ", "reporter": "RUS" | 2021: Kyrgyzstan +47%, all Russia’s trade
  +38.1%
trade_growth | "partner": "KGZ", "reporter": "RUS" | Russia’s trade with Kyrgyzstan: $4.1bn in 2024
trade_composition | "partner": "KAZ" | Ores overtook fuels in imports from Kazakhstan (its count,
  2024)
claim_check | "document": "dailymail-2026-01" | By the countries’ own count China overtook Russia in
  2023
"""


@pytest.mark.parametrize(("notebook", "given", "title"), cases(TITLES))
def test_a_title_says_whose_and_of_when_in_ten_words(notebook, given, title):
    shown = named(displayed(notebook, **options(given)))
    titles = [getattr(chart, "title", "") for chart in shown.values()]
    assert title in titles
    assert len(title.split()) <= 10


def test_the_nowcast_tells_of_a_whole_year_left_out_on_every_page_that_has_it():
    for partner, months in (("CA5", "5 months of 8"), ("KAZ", "4 months of 10")):
        text = shown_by("trade_growth", partner=partner)
        told = f"made of 2024 alone it would have held in {months} of 2025."
        assert told in text
        assert not re.search(r"held \d+ times|four times in five", text)
    # By 1 July 2025 one past year was known: there is none to try it by.
    then = shown_by("trade_growth", partner="KAZ", as_of="2025-07-01")
    assert "One year is too few to say how often this holds." in then
