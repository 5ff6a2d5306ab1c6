"""Every yearly figure, growth and share of the edition against the twin (`recomputed`)."""

import re
from pathlib import Path

import pytest
import recomputed
from recomputed import CELL, figures, growth_of

from catrade_build.edition import table
from catrade_build.tables.names import GROUPS

BOTH = ("CHN", "RUS")
#: Who has no statistics of its own in the edition.
WITHOUT = ("WLD", "TKM", "CA5")


@pytest.fixture(scope="module")
def edition():
    rows = table("figures").query("freq == 'year' and currency == 'USD'")
    return rows[rows["flow"] != "balance"].set_index(CELL).sort_index()


def held(**asked):
    every = figures(**asked)
    return {cell: figure for cell, figure in every.items() if cell[0] not in WITHOUT}


def in_billions(figure):
    ends = [end / 1e9 for end in figure[:3]]
    return pytest.approx(ends, rel=2e-9, abs=1e-9)


def test_it_imports_nothing_of_the_library():
    code = Path(recomputed.__file__).read_text("utf-8")
    names = re.findall(r"^ *(?:from|import) (\w+)", code, re.MULTILINE)
    standard = {"__future__", "functools", "itertools", "pathlib", "typing"}
    assert {*names} == standard | {"pandas"}


def test_every_level(edition):
    ours = held()
    assert len(ours) > 2500
    assert {*edition.index} == {*ours}
    told = edition[["basis", "coverage", "quality", "value", "low", "high"]]
    for cell, *how, value, low, high in told.itertuples(name=None):
        figure = ours[cell]
        quality = "doubtful" if figure.doubt else "ok"
        assert how == [figure.basis, figure.coverage, quality], cell
        assert [value, low, high] == in_billions(figure), cell


def test_every_level_of_goods(edition):
    goods = edition.dropna(subset="goods_value")
    ours = held(goods=True)
    assert {*goods.index} == {*ours}
    told = goods[["goods_basis", "goods_value", "goods_low", "goods_high"]]
    for cell, basis, *ends in told.itertuples(name=None):
        assert basis == ours[cell].basis, cell
        assert ends == in_billions(ours[cell]), cell


def test_every_growth(edition):
    """But of what is doubted, on a doubtful base, or over a break, where nobody prints it."""
    ours = {cell: rate for cell in held() if (rate := growth_of(cell))}
    told = edition.dropna(subset="growth")
    told = told[["growth_basis", "growth", "growth_low", "growth_high"]]
    for cell, basis, *ends in told.itertuples(name=None):
        rate = ours.pop(cell)
        assert basis == rate.basis, cell
        assert ends == pytest.approx(rate[:3], rel=1e-6, abs=1e-6), cell
    assert len(told) > 2500
    for cell in ours:
        reporter, partner, year, flow = cell
        base = figures().get((reporter, partner, year - 1, flow))
        is_doubted = figures()[cell].doubt or (base and base.doubt)
        assert is_doubted or edition.at[cell, "break"], cell


def test_every_share(edition):
    """China's and Russia's in the countries' trade, and the countries' in theirs."""
    rows = edition.dropna(subset="share").reset_index()
    rows = rows[rows["flow"] == "total"]
    rows = rows[rows["reporter"].isin(BOTH) | rows["partner"].isin(BOTH)]
    rows = rows[~rows[["reporter", "partner"]].isin([*GROUPS]).any(axis=1)]
    assert len(rows) > 200
    for row in rows.itertuples():
        theirs = figures(reporter=row.reporter, part=row.partner)
        part, whole = (
            theirs[row.reporter, who, row.year, "total"] for who in (row.partner, "WLD")
        )
        assert row.share == pytest.approx(part.value / whole.value, rel=1e-6), row
