"""One way to choose rows: what every loader says and does alike."""

import pandas as pd
import pytest
from fetch_files import cases

from catrade_build.tables.goods import (
    load_composition,
    load_composition_groups,
    load_highlights,
)
from catrade_build.tables.trade import load_trade, select
from rounding.errors import ParameterError

PERIODS = ["2024", "2024-12", "2025-03", "2025-Q1", "2025-H1", "2025-10M", "2026"]
TABLE = pd.DataFrame({"period": PERIODS, "flow": ["export", "import"] * 3 + ["total"]})
FLOWS = ["export", "import", "total"]


#: Start and end | what is kept: the year 2024 ends with its December.
BETWEEN = """
None None | 2024 2024-12 2025-03 2025-Q1 2025-H1 2025-10M 2026
2025 None | 2025-03 2025-Q1 2025-H1 2025-10M 2026
"2024-12" "2025-03" | 2024 2024-12 2025-03 2025-Q1
"2025-04" "2025" | 2025-H1 2025-10M
None 2024 | 2024 2024-12
"""


@pytest.mark.parametrize(("ends", "kept"), cases(BETWEEN))
def test_a_period_is_in_if_it_ends_in_the_time_between(ends, kept):
    start, end = map(eval, ends.split())
    assert select(TABLE, start, end)["period"].tolist() == kept.split()


def test_year_and_frequency_may_be_asked_for_too():
    kinds = ["annual", "monthly", "quarterly", "half", "ytd"]
    rows = select(TABLE, flow=("export", FLOWS), frequency=(["monthly", "half"], kinds))
    assert rows[["period", "year", "frequency"]].to_numpy().tolist() == [
        ["2025-03", 2025, "monthly"],
        ["2025-H1", 2025, "half"],
    ]
    assert "year" not in TABLE
    for flow, many in ("all", 7), (None, 7), ([], 0):
        assert len(select(TABLE, flow=(flow, FLOWS))) == many


@pytest.mark.parametrize(
    "load",
    [
        load_trade,
        load_composition,
        load_composition_groups,
        load_highlights,
    ],
)
def test_an_end_before_the_start_is_refused_by_every_loader(
    load,
):
    with pytest.raises(ParameterError) as error:
        load(start=2025, end=2020)
    assert str(error.value) == "end must not be before start; got start=2025, end=2020"


#: Dozens are not listed.
WRONG = """
load_trade(flow="exports") | ^flow must be one of export, import, total; got 'exp
load_trade(frequency="yearly") | frequency must be one of annual
load_composition_groups(classification="SITC") | did you mean 'SITC1'
"""


@pytest.mark.parametrize(("line", "sentence"), cases(WRONG))
def test_choices_are_listed_where_they_fit_and_else_the_nearest_is_named(
    line, sentence
):
    with pytest.raises(ParameterError, match=sentence):
        eval(line)
