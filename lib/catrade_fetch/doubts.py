"""Fetched figures that contradict the bundled ones: marked, so that none takes over unseen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from catrade.tables.reading import read_faults
from catrade_fetch.kept import CELL, kept_of
from catrade_fetch.publishers import joined
from rounding.dates import parse_period

#: Revisions, valuation and re-exports explain less than this factor within one country's books.
FACTOR = 2.0
#: A figure as near as this to one that is known to be wrong is that figure.
_REPEATS = 1.01
#: Revisions are nearly all smaller than this factor; a figure read as another's is this near to it.
_ALIKE, _SAME = 1.2, 1.001
#: Fewer figures may agree with others by chance.
_FEWEST = 2
#: When a mistake is told of a part of a file, by its figures that bundled ones are held against.
_MISTAKEN = "explained > stands and explained >= @_FEWEST and 3 * explained >= compared"
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
    sound = rows[rows["quality"] == "ok"].assign(dollars=_dollars(rows))
    pairs = sound.reset_index().merge(bundled, on=CELL, suffixes=("", "_bundled"))
    ours, theirs = pairs["dollars"], pairs["dollars_bundled"]
    # How many times the larger of two figures is the smaller; of two zeros it is once.
    ratio = ours / theirs
    times = ratio.where(ratio > 1, 1 / ratio)
    pairs = pairs.assign(factor=times.fillna(1.0), more=ours > theirs)
    pairs = pairs.sort_values("factor", kind="stable")
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
        way = "above" if row["more"] else "below"
        reasons[row["index"]] = (
            f"more than {FACTOR:.0f} times {way} the bundled figure, {row['value_bundled']:,.0f}"
            f" {row['currency_bundled']} ({row['source_id_bundled']})"
        )
    reason = pd.Series(reasons, dtype=object).reindex(rows.index)
    return _mark(rows, reason.notna(), reason)


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
    agree as they are read, it is told.

    Parameters
    ----------
    rows
        The file's rows.
    data_dir
        The data folder.
    """
    held = _bundled(data_dir)
    ours = rows[rows["quality"] == "ok"]
    if held.empty or ours.empty:
        return ""
    ours = ours.assign(dollars=_dollars(ours))
    exact = _agreeing(ours, held, _SAME).rename("exact")
    alike = _agreeing(ours, held, _ALIKE)
    judged = []
    for mistake, read_otherwise, within in _otherwise(ours, held):
        agreeing = _agreeing(read_otherwise, held, within).to_frame("explained")
        both = ours[CELL].join(agreeing, how="inner").join(exact)
        both["explained"] &= ~both["exact"].eq(True)
        both["stands"] = alike.reindex(both.index).eq(True) & ~both["explained"]
        judged.append(both.assign(mistake=mistake, all="", compared=1))
    cells = pd.concat(judged)
    for part in _PARTS:
        counts = cells.groupby(["mistake", *part], sort=False).sum(numeric_only=True)
        wrong = counts.query(_MISTAKEN).reset_index()
        for row in wrong.to_dict("records"):
            named = ", ".join(row[column] for column in part)
            return (
                f"{row['explained']} of the {row['compared']} figures"
                f"{f' of {named},' if named else ''} that can be compared with bundled ones are"
                f" {row['mistake']}"
            )
    return ""


def _otherwise(
    rows: pd.DataFrame, held: pd.DataFrame
) -> Iterator[tuple[str, pd.DataFrame, float]]:
    """Yield each mistake that a file may have, its rows without it, and how near is equal."""
    flows = rows["flow"].replace(_OTHER_FLOW)
    sides = {"reporter": rows["partner"], "partner": rows["reporter"]}
    yield "those of the other flow", rows.assign(flow=flows), _SAME
    yield "those of the partner as reporter", rows.assign(**sides), _SAME
    yield "what the other side reports", rows.assign(flow=flows, **sides), _SAME
    by_year = _by_year(rows)
    for step in _steps(rows, held):
        moved = (by_year["year"] + step).astype(str) + by_year["months"]
        direction = "later" if step > 0 else "earlier"
        ago = "a year" if abs(step) == 1 else f"{abs(step)} years"
        yield f"those of {ago} {direction}", rows.assign(period=moved), _SAME
    for power in (10, 100, 1_000, 10_000, 1_000_000):
        more = rows.assign(dollars=rows["dollars"] / power)
        less = rows.assign(dollars=rows["dollars"] * power)
        yield f"{power:,} times too large", more, _ALIKE
        yield f"{power:,} times too small", less, _ALIKE


def _steps(rows: pd.DataFrame, held: pd.DataFrame) -> list[int]:
    """Return by how many years a few figures are apart from equal ones of the same months."""
    series = ["reporter", "partner", "flow", "months"]
    pairs = _by_year(rows).merge(_by_year(held), on=series, suffixes=("", "_held"))
    equal = (pairs["dollars"] / pairs["dollars_held"]).between(1 / _SAME, _SAME)
    apart = pairs["year_held"] - pairs["year"]
    steps = apart[equal & (apart != 0)].value_counts()
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
