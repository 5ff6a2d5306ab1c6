"""Fetched figures that contradict the bundled ones: marked, so that none takes over unseen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from catrade_build.tables.reading import read_faults
from catrade_fetch.kept import CELL
from catrade_fetch.publishers import joined
from rounding.dates import parse_period

#: Revisions, valuation and re-exports explain less than this factor within one country's books.
FACTOR = 2.0
#: A figure as near as this to one that is known to be wrong is that figure.
_REPEATS = 1.01
#: Revisions are nearly all smaller than this factor.
_ALIKE = 1.2
#: So near to a bundled figure is the same one; or one of another day's download.
_SAME, _NEAR = 1.001, 1.02
#: Fewer figures may agree with others by chance; fewer may be far from them for a reason.
_FEWEST, _FEWEST_FAR = 2, 4
#: What may be wrong by itself: a file, its figures of a flow, a column, a row.
_PARTS = (["all"], ["flow"], ["period", "flow"], ["reporter", "partner", "flow"])
_OTHER_FLOW = {"export": "import", "import": "export"}
#: By how many years at most a heading may be wrong.
_YEARS = 10
#: How reasons begin that are the publisher's own.
PUBLISHERS_OWN = ("marked ", "not published by the country")
#: Months over which China's trade with the world is compared.
_MONTHS_APART = 24
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
        bundled figures and the nearest is more than `FACTOR` times as large or small, and where it
        has a rejected one that the figure repeats.
    """
    bundled = _bundled(data_dir, "ok", "rejected")
    if rows.empty or bundled.empty:
        return rows
    sound = rows[rows["quality"] == "ok"]
    pairs = _pairs(sound.assign(dollars=_dollars(sound)), bundled)
    wrong = pairs["quality_bundled"] == "rejected"
    nearest = pairs[~wrong].drop_duplicates("index")
    far = nearest[nearest["factor"] > FACTOR]
    repeats = pairs[wrong & (pairs["factor"] < _REPEATS)].drop_duplicates("index")
    reasons = {}
    for row in repeats.to_dict("records"):
        reasons[row["index"]] = (
            f"a figure that is known to be wrong ({row['source_id_bundled']}):"
            f" {row['quality_reason_bundled']}"
        )
    for row in far.to_dict("records"):
        way = "above" if row["ratio"] > 1 else "below"
        reasons[row["index"]] = (
            f"more than {FACTOR:.0f} times {way} the bundled figure, {row['value_bundled']:,.0f}"
            f" {row['currency_bundled']} ({row['source_id_bundled']})"
        )
    reason = pd.Series(reasons, dtype=object).reindex(rows.index)
    return rows.assign(
        quality=rows["quality"].mask(reason.notna(), "doubtful"),
        quality_reason=rows["quality_reason"].mask(reason.notna(), reason),
    )


def _pairs(rows: pd.DataFrame, bundled: pd.DataFrame) -> pd.DataFrame:
    """Return rows with the bundled figures of their cells, the nearest first.

    `ratio` is how many times the bundled figure the row's is, `factor` how many times the larger of
    the two is the smaller.
    """
    pairs = rows.reset_index().merge(bundled, on=CELL, suffixes=("", "_bundled"))
    ratio = (pairs["dollars"] / pairs["dollars_bundled"]).fillna(1.0)  # of two zeros
    factor = ratio.where(ratio > 1, 1 / ratio)
    pairs = pairs.assign(ratio=ratio, factor=factor)
    return pairs.sort_values("factor", kind="stable")


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
    as_read = _nearest(ours, held)
    is_same, is_alike = as_read <= _SAME, as_read <= _ALIKE
    compared_with = "that can be compared with bundled ones are"
    judged = []
    for told, mistaken in _mistakes(ours, held):
        nearest = _nearest(mistaken, held)
        # The same figure elsewhere; or nearly the same where its own is another.
        explains = (nearest <= _SAME) & ~is_same
        explains |= (nearest <= _NEAR) & (as_read > _ALIKE)
        explains &= ours["dollars"] != 0  # nothing is like nothing else
        cells = ours.assign(
            mistake=told, all="", explained=explains, stands=is_alike & ~explains
        )
        judged.append(cells[nearest.notna()])
    for part in _PARTS:
        parts = pd.concat(judged).groupby(["mistake", *part], sort=False)
        counts = parts[["explained", "stands"]].sum().assign(compared=parts.size())
        explained = counts["explained"]
        is_more = (explained > counts["stands"]) & (explained >= _FEWEST)
        wrong = counts[is_more & (3 * explained >= counts["compared"])].reset_index()
        for row in wrong.to_dict("records"):
            named = ", ".join(row[column] for column in part)
            return (
                f"{row['explained']} of the {row['compared']} figures"
                f"{f' of {named},' if named else ''} {compared_with} {row['mistake']}"
            )
    far, compared = (as_read > FACTOR).sum(), as_read.notna().sum()
    if compared < _FEWEST_FAR or 2 * far < compared:
        return ""
    return (
        f"{far} of the {compared} figures {compared_with} more than {FACTOR:.0f} times above or"
        " below them"
    )


def _mistakes(
    rows: pd.DataFrame, held: pd.DataFrame
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield what the figures of a file may be, and its rows if they are that."""
    flows = rows["flow"].replace(_OTHER_FLOW)
    sides = {"reporter": rows["partner"], "partner": rows["reporter"]}
    yield "those of the other flow", rows.assign(flow=flows)
    yield "those of the partner as reporter", rows.assign(**sides)
    yield "what the other side reports", rows.assign(flow=flows, **sides)
    year, months = rows["period"].str[:4].astype(int), rows["period"].str[4:]
    for count in range(1, _YEARS + 1):
        ago = "a year" if count == 1 else f"{count} years"
        for way, step in (("later", count), ("earlier", -count)):
            moved = (year + step).astype(str) + months
            yield f"those of {ago} {way}", rows.assign(period=moved)
    for power in (10, 100, 1_000, 10_000, 1_000_000):
        less, more = rows["dollars"] / power, rows["dollars"] * power
        yield f"{power:,} times too large", rows.assign(dollars=less)
        yield f"{power:,} times too small", rows.assign(dollars=more)
    factor = _pairs(rows, held).drop_duplicates("index")["ratio"].median()
    told = f"{factor:.3g} times as large, as of another currency or unit"
    yield told, rows.assign(dollars=rows["dollars"] / factor)


def _nearest(rows: pd.DataFrame, held: pd.DataFrame) -> pd.Series[float]:
    """Return by which factor each row is apart from the nearest bundled figure of its cell.

    It is missing where there is none.
    """
    factors = _pairs(rows, held).groupby("index")["factor"].min()
    return factors.reindex(rows.index)


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
    ours, held = [
        _a_month(frame).sort_values("month") for frame in (rows, _bundled(data_dir))
    ]
    if ours.empty or held.empty:
        return ""
    pairs = pd.merge_asof(
        ours,
        held,
        on="month",
        by="flow",
        suffixes=("", "_held"),
        tolerance=_MONTHS_APART,
        direction="nearest",
    )
    pairs["ratio"] = pairs["dollars"] / pairs["dollars_held"]
    for row in pairs[~pairs["ratio"].between(1 / FACTOR, FACTOR)].to_dict("records"):
        if row["dollars_held"] > 0:
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
    return totals.astype({"flow": "str"}).assign(
        month=[12 * span.year + span.last_month for span in spans],
        dollars=_dollars(totals) / months,
    )


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
    return [
        f"{row['reporter']} with {row['partner']}, {row['period']}, {row['flow']}:"
        f" {row['value']:,.0f} {row['currency']} ({row['source_id']}) is doubtful:"
        f" {row['quality_reason']}"
        for row in doubtful.to_dict("records")
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
