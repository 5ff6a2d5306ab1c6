"""Every yearly figure, growth and share against the recomputation from the text of the rule."""

import re
from pathlib import Path

import pandas as pd
import pytest
import recomputed
from recomputed import figures, growth_of

from catrade_build import edition
from catrade_build.cells.chosen import chosen
from catrade_build.tables.names import GROUPS
from catrade_build.vintages import rates

BOTH = ("CHN", "RUS")
CELL = ["reporter", "partner", "year", "flow"]


def by_cell(frame: pd.DataFrame, columns: list[str]) -> dict[tuple, list]:
    frame = frame[frame["flow"] != "balance"]
    return frame.set_index(CELL)[columns].T.to_dict("list")


def test_it_imports_nothing_of_the_library():
    code = Path(recomputed.__file__).read_text("utf-8")
    names = re.findall(r"^ *(?:from|import) (\w+)", code, re.MULTILINE)
    standard = {"__future__", "functools", "itertools", "pathlib", "typing"}
    assert {*names} == standard | {"pandas"}


@pytest.mark.parametrize("goods", [False, True], ids=["all", "goods"])
def test_every_level(*, goods):
    columns = ["value_bn", "low_bn", "high_bn", "basis", "coverage", "quality"]
    theirs = by_cell(chosen(goods=goods), columns)
    ours = figures(goods=goods)
    assert len(ours) > 2500
    assert theirs.keys() == ours.keys()
    for cell, figure in ours.items():
        quality = "doubtful" if figure.doubt else "ok"
        assert theirs[cell][3:] == [figure.basis, figure.coverage, quality], cell
        ends = [end / 1e9 for end in figure[:3]]
        assert theirs[cell][:3] == pytest.approx(ends, rel=2e-9, abs=1e-9), cell


def test_every_growth():
    columns = ["growth", "growth_low", "growth_high", "growth_basis"]
    theirs = by_cell(rates(), columns)
    ours = {cell: rate for cell in figures() if (rate := growth_of(cell))}
    assert len(ours) > 2500
    assert theirs.keys() == ours.keys()
    for cell, rate in ours.items():
        assert theirs[cell][3] == rate.basis, cell
        assert theirs[cell][:3] == pytest.approx(rate[:3], rel=1e-6, abs=1e-6), cell


def test_every_share():
    """China's and Russia's in the countries' trade, and the countries' in theirs."""
    rows = edition.table("figures").dropna(subset="share")
    rows = rows[(rows["freq"] == "year") & (rows["flow"] == "total")]
    rows = rows[rows["reporter"].isin(BOTH) | rows["partner"].isin(BOTH)]
    rows = rows[~rows[["reporter", "partner"]].isin([*GROUPS]).any(axis=1)]
    assert len(rows) > 200
    for row in rows.itertuples():
        held = figures(reporter=row.reporter, part=row.partner)
        part, whole = (
            held[row.reporter, who, row.year, "total"] for who in (row.partner, "WLD")
        )
        assert row.share == pytest.approx(part.value / whole.value, rel=1e-6), row
