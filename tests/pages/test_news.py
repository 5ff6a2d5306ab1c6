"""What is news: nothing doubtful, no invented day, nothing twice, nothing old; in all that says it.

Events are planted in a copy of the tables; months of the past are those whose pages failed.
"""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

import fetch_files
import pandas as pd
import pytest
from computed import displayed, named
from IPython.display import Markdown

import catrade as ct
from pagemill.display import Chart

#: A rumour later than all other events, with a label of its own, which would be told first; a rule
#: of which the month is known, told on a day of it; and one that is sure.
PLANTED = """
2026-rumour    | rumoured     | 2026-10-09 | day   | The whispered bonus | doubtful | a whisper
2026-some-day  | planted-rule | 2026-10    | month | Rule of some day    | ok       |
2026-sure-day  | sure-rule    | 2026-10-08 | day   | Rule of one day     | ok       |
"""
#: A page of 9 October 2026; the sources of September and October are in the tables.
TOLD_BY = "cpca-nev-estimate-2026-10-09"


@pytest.fixture(scope="module", autouse=True)
def _planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """All pages are of one copy: what is chosen as of a day takes seconds."""
    data = fetch_files.copy_tables(tmp_path_factory.mktemp("planted") / "data")
    file = data / "policy_events.csv"
    events = pd.read_csv(file, dtype=str, keep_default_na=False)
    like = events[events["event_id"] == "2026-new-battery-plan"].iloc[0].to_dict()
    rows = []
    for line in PLANTED.strip().splitlines():
        event, measure, date, exact, title, quality, reason = map(
            str.strip, line.split("|")
        )
        row = like | {"event_id": event, "measure_id": measure, "date": date}
        row |= {"date_precision": exact, "effective_date": date, "end_date": ""}
        row |= {"title_en": title, "title_zh": "", "measure_title": title}
        row |= {"quality": quality, "quality_reason": reason, "source_ids": TOLD_BY}
        rows.append(
            row | {"landmark": title if quality == "doubtful" else "", "quote": ""}
        )
    pd.concat([events, pd.DataFrame(rows)]).to_csv(file, index=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CATRADE_DATA", str(data))
        yield


#: The day before the month of news that is told if nobody asks for another.
SINCE = "2026-09-09"


def _markdown(items: list[Any]) -> list[str]:
    return [item.data for item in items if isinstance(item, Markdown)]


def _sentences(items: list[Any]) -> str:
    return _markdown(items)[0]


def _text(item: Any) -> str:
    return item.data if isinstance(item, Markdown) else str(item)


def _row(table: Any, words: str) -> str:
    (row,) = [line for line in _text(table).splitlines() if words in line]
    return row


def _news(answer: Any) -> list[list[str]]:
    (items,) = re.findall('data-ct-news="([^"]*)"', answer.html)
    return json.loads(html.unescape(items))


def test_a_rumour_is_no_news_and_stands_in_the_table_as_one():
    answer, *rest = displayed("whats_new")
    # Its title, lede and what the front page takes from it are in the answer.
    sentences = _sentences(rest)
    assert "whispered" not in answer.html + sentences
    lines = _text(named(rest)["all"]).splitlines()
    whispered = [line for line in lines if "The whispered bonus" in line]
    assert whispered
    assert all("reported, not confirmed" in line for line in whispered)
    # The sure event of nearly the same day is news.
    day = {what: day for what, _, day, _ in _news(answer)}
    assert day["Rule of one day"] == "2026-10-08"
    assert (
        "- Rule of one day: in force in China (8 October 2026; [its page](nev-policy-timeline.html"
        "#decided-lately))." in sentences
    )


def test_a_month_is_never_told_as_a_day():
    answer, *rest = displayed("whats_new")
    assert "Rule of some day" not in answer.html
    # All days of October are after the first; which one it was, is not known.
    assert "Rule of some day: in force in China (October 2026" in _sentences(rest)
    for line in _text(named(rest)["all"]).splitlines():
        if "Rule of some day" in line:
            assert line.startswith("October 2026")
        if "city bus" in line:  # of it, too, only September is known
            assert line.startswith("September 2026")
            assert not re.search(r"\d September", line)


def test_the_timeline_marks_no_rumour_as_new():
    rest = displayed("nev_policy_timeline")
    chart = named(rest)["timeline"]
    assert isinstance(chart, Chart)
    words = f"{chart.title} {chart.alt} {chart.table.to_csv()}"
    assert "whispered" not in words
    assert "1 Oct: Rule of some day" not in words
    lately = named(rest)["decided-lately"]
    assert "reported, not confirmed" in _row(lately, "The whispered bonus")
    assert "takes effect" in _row(lately, "Rule of one day")
    assert "October 2026" in _row(lately, "Rule of some day")


def test_a_month_is_told_once_by_pages_of_two_periods():
    """The plan for heavy trucks is of some day of June, and known since the 13th."""
    told = []
    for since, until in (("2026-01-31", "2026-06-15"), ("2026-06-15", SINCE)):
        changes = ct.changes(since, until)
        is_plan = changes["event"].eq("2026-heavy-truck-plan")
        told += changes.loc[is_plan & changes["rank"].notna(), "when"].tolist()
    assert told == ["2026-06"]


def test_ten_sentences_what_moved_first():
    answer, *rest = displayed("whats_new")
    lines = _sentences(rest).splitlines()
    assert len(lines) == 10
    # 1,141 on 1,296 thousand, each to a thousand, is a fall by 11.9 to 12.0 per cent.
    sales = "China: new-energy car retail sales, by the passenger-car association, fell 12.0% on a"
    assert lines[0].startswith(
        f"- {sales} year before, to 1.14 million vehicles in September 2026"
    )
    assert f"{sales} year before, to 1.14 million vehicles in September 2026." in _text(
        answer
    )
    title = 'data-ct-title="China: new-energy car retail sales fell 12.0% in September 2026"'
    assert title in html.unescape(answer.html)
    # Ten moved or were decided: a level without a figure of a year before has no room.
    assert not [line for line in lines if "China to Kazakhstan" in line]
    # Of two rules only the month is known in which they were decided.
    assert sum("(September 2026; " in line for line in lines) >= 2
    words = _text(answer) + "".join(map(_text, rest))
    assert not re.search(r"highest of|lowest of|the (highest|lowest)", words)


def test_each_item_leads_to_a_place_that_its_page_has():
    places = set()
    january = {"since": "2025-12-31", "until": "2026-01-31"}
    for asked in (january, {}):
        answer, *rest = displayed("whats_new", **asked)
        places |= {
            *re.findall(
                r"\[(?:its page|Figure 1|Table 1)\]\(([^)]*)\)", _sentences(rest)
            )
        }
        places |= {place for *_, place in _news(answer)}
    assert len(places) > 3
    for place in places:
        page, _, name = place.partition("#")
        notebooks = (fetch_files.ROOT / "notebooks").glob("*.ipynb")
        slug = page.removesuffix(".html").replace("-", "_") or "whats_new"
        (text,) = [file.read_text() for file in notebooks if slug.startswith(file.stem)]
        heading = name.capitalize().replace("-", " ")
        assert f'name=\\"{name}\\"' in text or f"## {heading}" in text, place


#: A month in which few revisions were known, a day without news, the first of what is held, and
#: all that there is. Each day takes seconds: some begin or end several times here.
TIMES = [
    ("2024-04-01", "2024-04-30"),
    ("2024-04-30", "2024-05-01"),
    ("2012-01-01", "2012-01-31"),
    ("2012-01-01", ""),
]


@pytest.mark.parametrize(("since", "until"), TIMES)
def test_any_time_has_its_page_and_an_empty_one_says_so(since, until):
    answer, *rest = displayed("whats_new", since=since, until=until)
    changes = ct.changes(since, until or None)
    told = changes["rank"].notna().sum()
    lines = _sentences(rest).splitlines() if told else []
    assert len(lines) == min(10, told)
    first, last = changes.attrs["since"], changes.attrs["until"]
    nothing = f"Nothing that may be printed became known after {first} and by {last}."
    assert (_text(answer) == nothing) == (told == 0)
