"""What is news: nothing doubtful, no invented day, nothing twice, nothing old; in all that says it.

Events are planted in a copy of the tables; months of the past are those whose pages failed.
"""

import html
import json
import re
from pathlib import Path
from typing import Any

import fetched_pages
import pandas as pd
import pytest
from computed import displayed, named

import catrade as ct
from catrade import cli
from catrade.pages import whats_new as page
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


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = fetched_pages.copy_tables(tmp_path_factory.mktemp("planted") / "data")
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
    return data


@pytest.fixture
def shown(planted: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("CATRADE_DATA", str(planted))
    return displayed


def _text(item: Any) -> str:
    return str(item._repr_mimebundle_()["text/plain"])


def _row(table: Any, words: str) -> str:
    (row,) = [line for line in _text(table).splitlines() if words in line]
    return row


def _news(answer: Any) -> list[list[str]]:
    (items,) = re.findall('data-ct-news="([^"]*)"', answer.html)
    return json.loads(html.unescape(items))


def test_a_rumour_is_no_news_and_stands_in_the_table_as_one(shown):
    answer, *rest = shown("whats_new")
    # Its title, lede and what the front page takes from it are in the answer.
    assert "whispered" not in answer.html
    policy = named(rest)["policy"]
    assert "reported, not confirmed" in _row(policy, "The whispered bonus")
    assert "1 reported, not confirmed" not in answer.html
    # The sure event of nearly the same day is news.
    day = {what: day for what, _, day in _news(answer)}
    assert day["Rule of one day"] == "2026-10-08"


def test_a_month_is_never_told_as_a_day(shown):
    answer, *rest = shown("whats_new")
    assert "Rule of some day" not in answer.html
    row = _row(named(rest)["policy"], "Rule of some day")
    assert "October 2026" in row
    assert not re.search(r"\d (September|October) 2026", row)
    every = "\n".join(map(_text, rest))
    for line in every.splitlines():
        if "city bus" in line:  # of it, too, only September is known
            assert "September 2026" in line
            assert not re.search(r"\d September", line)


def test_the_timeline_marks_no_rumour_as_new(shown):
    rest = shown("nev_policy_timeline")
    chart = named(rest)["timeline"]
    assert isinstance(chart, Chart)
    words = f"{chart.title} {chart.alt} {chart.table.to_csv()}"
    assert "whispered" not in words
    assert "1 Oct: Rule of some day" not in words
    lately = named(rest)["decided-lately"]
    assert "reported, not confirmed" in _row(lately, "The whispered bonus")
    assert "takes effect" in _row(lately, "Rule of one day")
    assert "October 2026" in _row(lately, "Rule of some day")


def test_the_register_says_what_is_not_confirmed(shown):
    events = named(shown("nev_policy_register"))["events"]
    row = _row(events, "The whispered bonus")
    assert "Reported, not confirmed: a whisper." in row


def test_the_command_says_what_is_not_confirmed_and_no_day_of_a_month(
    planted, monkeypatch, capsys
):
    monkeypatch.setenv("CATRADE_DATA", str(planted))
    assert cli.main(["changes", "--since", "2026-10-07", "--until", "2026-10-10"]) == 0
    lines = capsys.readouterr().out.splitlines()
    (rumour,) = [
        line for line in lines if "decided" in line and "whispered" in line
    ] or [""]
    assert rumour == ""
    (told,) = [
        line for line in lines if "confirmed: The whispered bonus 2026-10-09" in line
    ]
    assert told.startswith("2026-10-09  reported, not confirmed: ")
    (month,) = [line for line in lines if "decided: Rule of some day" in line]
    assert month.startswith("2026-10  ")


def test_what_is_decided_and_begun_is_one_thing():
    changes = page.named(ct.changes("2026-09-09", "2026-10-10"))
    policy = changes[changes["value_kind"] == "policy"]
    assert not policy["event"].duplicated().any()
    # Both in the frame that an analyst takes: the decision, and the rule that is in force.
    every = ct.changes("2026-09-09", "2026-10-10")
    plan = every[every["event"] == "2026-new-battery-plan"]
    assert set(plan["kind"]) == {"decided", "begun"}


def test_a_rule_told_ahead_says_the_day_on_which_it_takes_effect():
    # The standard of 15 April 2025 for battery fires applies from 1 July 2026.
    changes = page.named(ct.changes("2025-04-01", "2025-04-30"))
    news = page.news(changes, page.surprises(changes))
    told = (
        "Battery fire standard",
        "takes effect in China on 1 July 2026",
        "2025-04-15",
    )
    assert told in news


#: Series, period, the day it became known here, and what that makes it: sales of cars come at the
#: latest 29 days after their month, by `releases.csv` (chargers), Kazakhstan's trade 62.
AGES = """
cpca_nev_retail_sales | CHN | 2026-09 | 2026-10-10 | new
vehicle_trade_ins     | CHN | 2026-8M | 2026-10-10 | added
customs_nev_exports   | CHN | 2024    | 2026-09-24 | added
export to the world   | KAZ | 2023-01 | 2026-09-14 | added
"""


@pytest.mark.parametrize("case", AGES.strip().splitlines())
def test_old_figures_are_added_and_not_new(case):
    series, whose, period, day, kind = map(str.strip, case.split("|"))
    changes = ct.changes("2026-09-09", "2026-10-10")
    rows = changes[(changes["reporter"] == whose) & (changes["period"] == period)]
    is_trade = rows["flow"].eq("export") & rows["partner"].eq("WLD")
    (row,) = rows[rows["id"].eq(series) | is_trade].to_dict("records")
    assert (row["when"], row["kind"]) == (day, kind)


def test_all_that_counts_figures_counts_the_same():
    answer, *rest = displayed("whats_new", since="2026-09-09", until="2026-10-10")
    changes = page.named(ct.changes("2026-09-09", "2026-10-10"))
    numbers = changes["kind"].value_counts()
    new, added = (
        f"{numbers['new']} new figures",
        f"added: {numbers['added']} older figures",
    )
    for text in (_text(answer), _text(named(rest)["figures"]).splitlines()[0]):
        assert new in text
        assert added in text
    (figure,) = re.findall('data-ct-figure="([^"]*)"', answer.html)
    assert figure == str(numbers["new"])
    # Of Kazakhstan's months of 2023 to 2025 none is new.
    old = changes[changes["period"] < "2026"]
    assert "new" not in set(old["kind"])


def test_only_its_publisher_revises_a_figure():
    """Kazakhstan printed yearly totals of its trade in February 2026, and its months in September.

    By country it printed shares of one decimal before; 3.6 billion of exports to Uzbekistan were
    our product, and its trade with China and Russia of 2024 stood as UN Comtrade had it.
    """
    changes = ct.changes("2026-09-09", "2026-10-10").query("table == 'trade'")
    revised = changes[changes["kind"] == "revised"]
    flows = {
        (y, f) for y in ("2023", "2024", "2025") for f in ("export", "import", "total")
    }
    flows -= {("2023", "export")}  # as it was
    assert {*zip(revised["period"], revised["flow"], strict=True)} == flows
    assert {*zip(revised["reporter"], revised["partner"], strict=True)} == {
        ("KAZ", "WLD")
    }

    pair = changes.set_index(["reporter", "partner", "flow", "period"]).sort_index()
    uzbek = pair.loc["KAZ", "UZB", "export", "2025"]
    assert (uzbek["kind"], uzbek["told"]) == ("added", "$3.49 billion")
    assert pair.loc["KAZ", "RUS", "total", "2025"]["kind"] == "added"
    chinese = pair.loc["KAZ", "CHN", "import", "2024"]
    assert chinese["kind"] == "other source"
    assert chinese["told"] == "$15.27 billion, by another source before $15.15 billion"


def test_no_level_is_a_surprise_or_a_record():
    answer, *rest = displayed("whats_new", since="2026-09-09", until="2026-10-10")
    words = _text(answer) + "".join(map(_text, rest))
    assert not re.search(r"highest of|lowest of|the (highest|lowest)", words)
    # What leads is told beside the same month of the year before: 1.141 and 1.296 million.
    lead = "1.14 million vehicles, 1.30 million a year before."
    assert lead in _text(answer)
    # 1,141 on 1,296 thousand, each to a thousand, is a fall by 11.9 to 12.0 per cent.
    assert "retail sales fell 12.0% in September 2026" in html.unescape(answer.html)


#: Months in which few revisions were known, and nine in ten of them moved nothing.
FEW = [("2024-04-01", "2024-04-30"), ("2025-01-01", "2025-01-31")]


@pytest.mark.slow
@pytest.mark.parametrize(("since", "until"), FEW)
def test_where_few_revisions_are_known_none_is_large_and_the_page_is_made(since, until):
    answer, *rest = displayed("whats_new", since=since, until=until)
    assert "surprises" not in named(rest)
    assert re.search(r"\d+ new figures", _text(answer))


def test_none_is_no_title():
    chart = named(displayed("nev_policy_timeline", start=2009, end=2012))["timeline"]
    assert isinstance(chart, Chart)
    assert chart.title == "The next of China’s rules ends on 31 December 2015"
