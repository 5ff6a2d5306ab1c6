"""Fetched figures that contradict the bundled ones: marked, so that none takes over unseen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from catrade_build.tables.reading import read_faults
from catrade_fetch.kept import CELL, kept_of
from catrade_fetch.publishers import joined
from rounding.dates import parse_period

#: Revisions, valuation and re-exports explain less than this factor within one country's books.
FACTOR = 2.0
#: A figure as near as this to one that is known to be wrong is that figure.
_REPEATS = 1.01
#: Revisions are nearly all smaller than this factor; a figure read as another's is this near to it.
_ALIKE, _SAME = 1.2, 1.001
#: So near is one of another day's download; one that is so near as it is read is no other year's.
_NEAR, _REVISED = 1.02, 1.05
#: Fewer figures may agree with others by chance, of those that are near and not the same.
_FEWEST, _FEWEST_NEAR = 2, 4
#: When a mistake is told of a part of a file, by its figures that bundled ones are held against.
_MISTAKEN = "explained > stands and explained >= @_FEWEST and 3 * explained >= compared"
#: The same of figures that are not the same, but near.
_THROUGHOUT = (
    "explained >= @_FEWEST_NEAR and"
    " (2 * explained > compared or (stands == 0 and 3 * explained >= compared))"
)
#: What may be wrong by itself: a file, its figures of a flow, a column, a row.
_PARTS = (["all"], ["flow"], ["period", "flow"], ["reporter", "partner", "flow"])
_OTHER_FLOW = {"export": "import", "import": "export"}
#: How reasons begin that are the publisher's own.
PUBLISHERS_OWN = ("marked ", "not published by the country")
#: Months over which China's trade with the world is compared.
_MONTHS_APART = 24
_NOT_ASKED = (
    "was kept by an older version, which did not ask whose it is: give the file again"
)
#: A dollar has cost 6 to 9 yuan since 1994: near enough to see a factor of two.
_A_DOLLAR = {"CNY": 7.0}


def marked(rows: pd.DataFrame, data_dir: Path) -> pd.DataFrame:
    """Mark fetched rows of `trade` doubtful that what is bundled does not bear out.

    Parameters
    ----------
    rows
        Fetched rows in the columns of trade.csv.
    data_dir
        The data folder with the bundled trade.csv and composition_totals.csv.

    Returns
    -------
    DataFrame
        The same rows; `quality` is `doubtful` and `quality_reason` says why where the cell has
        bundled figures and the nearest is more than `FACTOR` times as large or small, where it has
        a rejected one that the figure repeats, and in tables of Chinese customs that an older
        version did not ask whose they are.
    """
    bundled = _bundled(data_dir, "ok", "rejected")
    if rows.empty:
        return rows
    rows = _unasked(rows, data_dir)
    if bundled.empty:
        return rows
    pairs = _pairs(rows[rows["quality"] == "ok"], bundled)
    wrong = pairs["quality_bundled"] == "rejected"
    nearest = pairs[~wrong].drop_duplicates("index")
    far = nearest[nearest["factor"] > FACTOR]
    repeats = pairs[wrong & (pairs["factor"] < _REPEATS)].drop_duplicates("index")
    reasons = {
        row[
            "index"
        ]: f"a figure that is known to be wrong ({row['source_id_bundled']}):"
        f" {row['quality_reason_bundled']}"
        for row in repeats.to_dict("records")
    }
    for row in far.to_dict("records"):
        way = "above" if row["ratio"] > 1 else "below"
        reasons[row["index"]] = (
            f"more than {FACTOR:.0f} times {way} the bundled figure, {row['value_bundled']:,.0f}"
            f" {row['currency_bundled']} ({row['source_id_bundled']})"
        )
    reason = pd.Series(reasons, dtype=object).reindex(rows.index)
    return _mark(rows, reason.notna(), reason)


def _pairs(rows: pd.DataFrame, bundled: pd.DataFrame) -> pd.DataFrame:
    """Return rows with the bundled figures of their cells, the nearest first.

    `ratio` is how many times the bundled figure the row's is, `factor` how many times the larger of
    the two is the smaller.
    """
    ours = rows.assign(dollars=_dollars(rows)).reset_index()
    pairs = ours.merge(bundled, on=CELL, suffixes=("", "_bundled"))
    ratio = (pairs["dollars"] / pairs["dollars_bundled"]).fillna(1.0)  # of two zeros
    factor = ratio.where(ratio > 1, 1 / ratio)
    pairs = pairs.assign(ratio=ratio, factor=factor)
    return pairs.sort_values("factor", kind="stable")


def _mark(
    rows: pd.DataFrame, are_doubtful: pd.Series[bool], reason: pd.Series[Any] | str
) -> pd.DataFrame:
    """Return rows of which some are doubtful, for a reason."""
    quality = rows["quality"].mask(are_doubtful, "doubtful")
    reasons = rows["quality_reason"].mask(are_doubtful, reason)
    return rows.assign(quality=quality, quality_reason=reasons)


def read_as_another(rows: pd.DataFrame, data_dir: Path) -> str:
    """Say of what figures of a file are, by the bundled ones, if not of what it says; else "".

    A heading or a code that is wrong (imports called exports, the partner called the reporter,
    years set back, two headings exchanged, one column's thousands called dollars) leaves every
    cell well formed. So the figures are looked up among the bundled ones under each of these
    mistakes: where one explains more figures of the file, of a flow, of a column or of a row than
    agree as they are read, it is told. So it is where half of them contradict the bundled ones.

    Parameters
    ----------
    rows
        The file's rows.
    data_dir
        The data folder.
    """
    held = _bundled(data_dir)
    ours = rows[rows["quality"] == "ok"]
    sides = {*ours["reporter"], *ours["partner"]}
    held = held[held["reporter"].isin(sides) & held["partner"].isin(sides)]
    if held.empty:
        return ""
    ours = ours.assign(dollars=_dollars(ours))
    nearest = _pairs(ours, held).drop_duplicates("index")
    same = [*_moved(ours, held, "", _SAME, _SAME), *_in_another_unit(ours)]
    near = [*_moved(ours, held, "nearly ", _ALIKE, _NEAR), *_by_a_factor(ours, nearest)]
    # What is only near is told of much: of a column or a row it may be chance.
    return (
        _explained(same, ours, held, _MISTAKEN, _PARTS)
        or _explained(near, ours, held, _THROUGHOUT, _PARTS[:2])
        or _contradicted(nearest)
    )


class _Mistake(NamedTuple):
    """A mistake that a file may have.

    Attributes
    ----------
    told
        What its figures are then.
    rows
        Its rows without the mistake.
    within
        How near to a bundled figure one is, to be explained by it.
    unless
        How near as it is read, not to be.
    is_usual
        Which are often so near by themselves, as the other side's figure of the same trade is: of
        them only those count that bundled figures contradict as they are read.
    """

    told: str
    rows: pd.DataFrame
    within: float
    unless: float
    is_usual: pd.Series[bool] | None = None


def _moved(
    rows: pd.DataFrame, held: pd.DataFrame, nearly: str, within: float, of_years: float
) -> Iterator[_Mistake]:
    """Yield another flow, side or year as mistakes, by how near the figures shall be."""
    flows = rows["flow"].replace(_OTHER_FLOW)
    sides = {"reporter": rows["partner"], "partner": rows["reporter"]}
    is_total = rows["flow"] == "total"  # the same trade from either side
    every = is_total | True
    for told, changes, is_usual in (
        ("those of the other flow", {"flow": flows}, every),
        ("those of the partner as reporter", sides, is_total),
        ("what the other side reports", {"flow": flows, **sides}, every),
    ):
        yield _Mistake(
            f"{nearly}{told}",
            rows.assign(**changes),
            within,
            within,
            is_usual if nearly else None,
        )
    by_year = _by_year(rows)
    for step in _steps(rows, held, of_years):
        moved = (by_year["year"] + step).astype(str) + by_year["months"]
        direction = "later" if step > 0 else "earlier"
        ago = "a year" if abs(step) == 1 else f"{abs(step)} years"
        told = f"{nearly}those of {ago} {direction}"
        unless = _REVISED if nearly else _SAME
        yield _Mistake(told, rows.assign(period=moved), of_years, unless)


def _in_another_unit(rows: pd.DataFrame) -> Iterator[_Mistake]:
    for power in (10, 100, 1_000, 10_000, 1_000_000):
        more = rows.assign(dollars=rows["dollars"] / power)
        less = rows.assign(dollars=rows["dollars"] * power)
        yield _Mistake(f"{power:,} times too large", more, _ALIKE, _SAME)
        yield _Mistake(f"{power:,} times too small", less, _ALIKE, _SAME)


def _by_a_factor(rows: pd.DataFrame, nearest: pd.DataFrame) -> Iterator[_Mistake]:
    """Yield the mistake that all are in another currency or unit, if they may be."""
    factor = nearest["ratio"].median()
    if 0 < factor < 1 / _ALIKE or factor > _ALIKE:
        as_held = rows.assign(dollars=rows["dollars"] / factor)
        told = f"{factor:.3g} times as large, as of another currency or unit"
        yield _Mistake(told, as_held, _NEAR, _NEAR)


def _explained(
    mistakes: list[_Mistake],
    rows: pd.DataFrame,
    held: pd.DataFrame,
    rule: str,
    parts: Iterable[list[str]],
) -> str:
    """Say which mistake, if one, explains by a rule the figures of a part of a file."""
    tolerances = {_ALIKE, *(mistake.unless for mistake in mistakes)}
    as_read = {within: _agreeing(rows, held, within) for within in tolerances}
    judged = []
    for mistake in mistakes:
        agreeing = _agreeing(mistake.rows, held, mistake.within).to_frame("explained")
        both = rows[CELL].join(agreeing, how="inner")
        is_read = as_read[mistake.unless]
        both["explained"] &= ~is_read.reindex(both.index, fill_value=False)
        if mistake.is_usual is not None:
            is_compared = both.index.isin(is_read.index)
            both["explained"] &= is_compared | ~mistake.is_usual[both.index]
        is_alike = as_read[_ALIKE].reindex(both.index, fill_value=False)
        both["stands"] = is_alike & ~both["explained"]
        judged.append(both.assign(mistake=mistake.told, all="", compared=1))
    cells = pd.concat(judged)
    for part in parts:
        counts = cells.groupby(["mistake", *part], sort=False).sum(numeric_only=True)
        wrong = counts.query(rule).reset_index()
        for row in wrong.to_dict("records"):
            named = ", ".join(row[column] for column in part)
            return (
                f"{row['explained']} of the {row['compared']} figures"
                f"{f' of {named},' if named else ''} that can be compared with bundled ones are"
                f" {row['mistake']}"
            )
    return ""


def _contradicted(nearest: pd.DataFrame) -> str:
    """Say that half of the figures of a file are far from the bundled ones, if so."""
    far, compared = (nearest["factor"] > FACTOR).sum(), len(nearest)
    if compared < _FEWEST_NEAR or 2 * far < compared:
        return ""
    return (
        f"{far} of the {compared} figures that can be compared with bundled ones are more than"
        f" {FACTOR:.0f} times above or below them"
    )


def _steps(rows: pd.DataFrame, held: pd.DataFrame, within: float) -> list[int]:
    """Return by how many years a few figures are apart from equal ones of the same months."""
    series = ["reporter", "partner", "flow", "months"]
    pairs = _by_year(rows).merge(_by_year(held), on=series, suffixes=("", "_held"))
    ratio = pairs["dollars"] / pairs["dollars_held"]
    apart = pairs["year_held"] - pairs["year"]
    steps = apart[ratio.between(1 / within, within) & (apart != 0)].value_counts()
    return list(steps.index[steps >= _FEWEST])


def _by_year(rows: pd.DataFrame) -> pd.DataFrame:
    year = rows["period"].str[:4].astype(int)
    return rows[[*CELL, "dollars"]].assign(year=year, months=rows["period"].str[4:])


def _agreeing(rows: pd.DataFrame, held: pd.DataFrame, within: float) -> pd.Series[bool]:
    """Return, by the number of each row with bundled figures of its cell, if one is as large."""
    ours = rows[rows["dollars"] != 0].reset_index(names="row")
    pairs = ours[["row", *CELL, "dollars"]].merge(held[[*CELL, "dollars"]], on=CELL)
    # Customs' own yuan and dollars are a few per cent apart at the rate that is used here.
    ratio = pairs["dollars_x"] / pairs["dollars_y"]
    near = ratio.between(1 / within, within)
    return near.groupby(pairs["row"]).any()


def odd_total(rows: pd.DataFrame, data_dir: Path) -> str:
    """Say how the total of a table of customs differs from China's trade; "" if it does not.

    China's trade with the world has never doubled or halved from one month to another: where
    totals of months within two years are held, a table whose own is further from them than
    `FACTOR` is one of a province, of some goods, or of another country.

    Parameters
    ----------
    rows
        The table's rows.
    data_dir
        The data folder.
    """
    held = _a_month(_bundled(data_dir))
    pairs = _a_month(rows).merge(held, on="flow", suffixes=("", "_held"))
    pairs["apart"] = (pairs["month"] - pairs["month_held"]).abs()
    pairs["ratio"] = pairs["dollars"] / pairs["dollars_held"]
    pairs = pairs[(pairs["apart"] <= _MONTHS_APART) & (pairs["dollars_held"] > 0)]
    pairs = pairs.sort_values("apart", kind="stable")
    nearest = pairs.drop_duplicates(["flow", "period"])
    is_like = nearest["ratio"].between(1 / FACTOR, FACTOR)
    for row in nearest[~is_like].to_dict("records"):
        flow = "total" if row["flow"] == "total" else f"total of {row['flow']}s"
        return (
            f"its {flow} is about {row['ratio']:.2g} times China's a month of"
            f" {row['period_held']} ({row['source_id_held']})"
        )
    return ""


def _a_month(rows: pd.DataFrame) -> pd.DataFrame:
    """Return China's trade with the world in dollars a month, and the month it ends with."""
    totals = rows[(rows["reporter"] == "CHN") & (rows["partner"] == "WLD")]
    spans = [parse_period(period) for period in totals["period"]]
    months = [1.0 + span.last_month - span.first_month for span in spans]
    return totals.assign(
        month=[12 * span.year + span.last_month for span in spans],
        dollars=_dollars(totals) / months,
    )


def _unasked(rows: pd.DataFrame, data_dir: Path) -> pd.DataFrame:
    """Mark tables of customs that nobody asked whose trade they are: 0.2 kept them so."""
    without_title = [
        kept.name
        for kept in kept_of(data_dir, "gacc")
        if not kept.manifest.get("title")
    ]
    return _mark(rows, rows["source_id"].isin(without_title), _NOT_ASKED)


def sentences(rows: pd.DataFrame) -> list[str]:
    """Return a sentence for each doubtful row but those that their publisher marks itself.

    Examples
    --------
    >>> row = {"reporter": "CHN", "partner": "KAZ", "period": "2023", "flow": "export",
    ...        "value": 1e7, "currency": "USD", "source_id": "x", "quality": "doubtful",
    ...        "quality_reason": "a digit is missing"}
    >>> sentences(pd.DataFrame([row]))
    ['CHN with KAZ, 2023, export: 10,000,000 USD (x) is doubtful: a digit is missing']
    """
    if rows.empty:  # its columns are no text
        return []
    # An IMF workbook has thousands of estimates.
    is_marked = rows["quality_reason"].str.startswith(PUBLISHERS_OWN)
    doubtful = rows[(rows["quality"] == "doubtful") & ~is_marked]
    is_unasked = doubtful["quality_reason"] == _NOT_ASKED
    of_tables = [
        f"{source} {_NOT_ASKED}, or take it out: catrade fetch remove gacc/{source}"
        for source in doubtful.loc[is_unasked, "source_id"].unique()
    ]
    return of_tables + [
        f"{row['reporter']} with {row['partner']}, {row['period']}, {row['flow']}:"
        f" {row['value']:,.0f} {row['currency']} ({row['source_id']}) is doubtful:"
        f" {row['quality_reason']}"
        for row in doubtful[~is_unasked].to_dict("records")
    ]


def _dollars(rows: pd.DataFrame) -> pd.Series:
    rate = rows["currency"].map(_A_DOLLAR)
    rate = rate.astype(float).fillna(1.0)  # none may match
    return rows["value"].astype(float) / rate


def _bundled(data_dir: Path, *qualities: str) -> pd.DataFrame:
    """Return bundled figures, of good quality unless others are named, in dollars besides."""
    parts = []
    trade, _ = read_faults("trade", data_dir)
    totals, _ = read_faults("composition_totals", data_dir)
    if trade is not None:
        parts.append(trade[trade["quality"].isin(qualities or ("ok",))])
    if totals is not None:
        sold = totals["exporter"] == totals["reporter"]
        parts.append(
            totals.assign(
                partner=totals["importer"].where(sold, totals["exporter"]),
                period=totals["year"].astype(str),
                flow=sold.map({True: "export", False: "import"}),
                currency="USD",
                value=totals["total_usd"],
                quality="ok",
                quality_reason="",
            )
        )
    columns = [*CELL, "currency", "value", "source_id", "quality", "quality_reason"]
    bundled = joined([*parts, pd.DataFrame(columns=columns)])[columns]
    return bundled.assign(dollars=_dollars(bundled))
