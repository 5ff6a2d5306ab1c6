"""When the next figures are due: days of the sources, and days by hand."""

import datetime as dt

import pandas as pd
import pytest

from catrade import cli
from catrade_build.releases import releases, releases_due
from catrade_build.tables import as_of
from catrade_build.tables.trade import read_table

# Customs' bulletin held to July 2026 comes on the 18th: that of August on 18 September.
DAYS = [("2026-09-17", "held"), ("2026-09-18", "due"), ("2026-09-19", "overdue")]


@pytest.mark.parametrize(("day", "state"), DAYS)
def test_a_release_is_due_and_then_overdue(day, state):
    row = releases_due(day).set_index("release_id").loc["gacc-by-country"]
    assert row["newest"] == pd.Timestamp("2026-07-31")
    assert row["due"] == row["latest"] == pd.Timestamp("2026-09-18")
    assert row["status"] == state


def test_where_the_next_is_to_be_had_is_the_publishers_or_where_the_newest_was():
    """Of batteries no page of the publisher is known: the source that passed the newest on."""
    rows = releases().set_index("release_id")
    addresses = read_table("sources").set_index("source_id")["url"]
    assert rows.loc["gacc-totals", "where"] == "http://www.customs.gov.cn/"
    assert rows.loc["battery-alliance", "where"] == addresses["cpca-battery-2026-09-21"]
    with as_of.holding(dt.date(2026, 6, 30)):
        then = releases().set_index("release_id")
    assert then.loc["gacc-totals", "held"] == "January–May 2026"


def test_the_command_says_what_is_overdue(capsys):
    assert cli.main(["status", "--day", "2026-09-19"]) == 0
    out = capsys.readouterr().out
    first = "overdue  General Administration of Customs of China: trade by country"
    assert first in out
    assert out.rstrip().endswith("newest source: 10 October 2026")
