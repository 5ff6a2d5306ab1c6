"""How concentrated a composition is: Herfindahl–Hirschman, UNCTAD's and Theil's index.

All take amounts (not necessarily shares) of the items of one whole. An item that is not listed is
worth nothing, so `n` is the number of items there could be, not the number listed: with a fixed `n`
two years are comparable even if they list different items.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import pandas as pd

from catrade.cells.frames import require_columns, require_unique
from catrade.definitions import choices
from pagemill.errors import ParameterError
from pagemill.intervals import Bounds, bounds, share_of_sum_bounds

#: One row of a result is one flow in one year, as one side's books have it.
FLOW = ("exporter", "importer", "reporter")
FLOW_YEAR = (*FLOW, "year")
#: What a level counts: 96 chapters (77 is reserved) and one for goods not specified by kind.
LEVELS = {
    "hs_chapter": 97,
    "section": len(choices("sections")),
    "group": len(choices("groups")),
    "wits_group": len(choices("wits_groups")),
}


_COLUMNS = [
    *FLOW_YEAR,
    *("level", "items", "n", "hhi", "hhi_low", "hhi_high", "hhi_normalised"),
    *("concentration_index", "theil", "theil_low", "theil_high", "equivalent_items"),
    *("largest", "largest_share", "source_ids"),
]


def shares_of(values: Iterable[float]) -> list[float]:
    """Return each amount over their sum.

    Raises
    ------
    ParameterError
        If an amount is negative or not a number, or if the sum is zero.

    Examples
    --------
    >>> shares_of([6, 3, 1])
    [0.6, 0.3, 0.1]
    """
    try:
        amounts = [float(value) for value in values]
    except (TypeError, ValueError) as error:
        message = f"amounts must be numbers, zero or more ({error})"
        raise ParameterError(message) from error
    wrong = [value for value in amounts if not 0 <= value < math.inf]
    if wrong:
        message = f"amounts must be zero or more; got {wrong[0]!r}"
        raise ParameterError(message)
    total = math.fsum(amounts)
    if total == 0:
        message = "shares need amounts that do not add up to zero"
        raise ParameterError(message)
    return [amount / total for amount in amounts]


def _count(shares: Sequence[float], n: int | None) -> int:
    if n is None:
        return len(shares)
    listed = sum(share > 0 for share in shares)
    if n < max(listed, 1):
        message = f"n must be at least the number of items listed, {listed}; got {n}"
        raise ParameterError(message)
    return n


def hhi(values: Iterable[float], *, normalised: bool = False, n: int | None = None) -> float:
    """Return the Herfindahl–Hirschman index, the sum of the squared shares.

    Plain, it runs from 1/n (all items equal) to 1 (one item only); its inverse is the number of
    equal items that would be as concentrated. Normalised, (H − 1/n) / (1 − 1/n), it runs from 0.

    Parameters
    ----------
    values
        Amounts of the items, in any unit, zero or more.
    normalised
        Whether to stretch the index to [0, 1].
    n
        Number of items there could be; by default the number of values.

    Raises
    ------
    ParameterError
        If an amount is negative, all are zero, or `n` is smaller than the number of items.

    References
    ----------
    A. O. Hirschman, *National Power and the Structure of Foreign Trade*, 1945 (who takes the square
    root); O. C. Herfindahl, *Concentration in the U.S. Steel Industry*, 1950.

    Examples
    --------
    >>> hhi([5, 3, 2]), hhi([1, 1, 1, 1]), hhi([1, 1, 1, 1], normalised=True)
    (0.38, 0.25, 0.0)
    """
    shares = shares_of(values)
    index = math.fsum(share**2 for share in shares)
    if not normalised:
        return index
    count = _count(shares, n)
    return 1.0 if count == 1 else max(0.0, (index - 1 / count) / (1 - 1 / count))


def concentration_index(values: Iterable[float], *, n: int | None = None) -> float:
    """Return UNCTAD's product concentration index, the normalised root of the HHI.

    (√H − √(1/n)) / (1 − √(1/n)), from 0 (all items equal) to 1. UNCTADstat computes it over about
    260 products of SITC at three digits; over chapters it is lower, so never compare the two.

    References
    ----------
    UNCTADstat, merchandise product concentration and diversification indices (Hirschman's root).

    Examples
    --------
    >>> concentration_index([1, 1, 1, 1]), concentration_index([1, 0, 0, 0])
    (0.0, 1.0)
    """
    shares = shares_of(values)
    count = _count(shares, n)
    floor = math.sqrt(1 / count)
    root = math.sqrt(math.fsum(share**2 for share in shares))
    return 1.0 if count == 1 else max(0.0, (root - floor) / (1 - floor))


def entropy(values: Iterable[float]) -> float:
    """Return Shannon's entropy of the shares in nats: 0 for one item, ln n for n equal ones.

    Examples
    --------
    >>> round(entropy([1, 1]), 6) == round(math.log(2), 6)
    True
    """
    return max(0.0, -math.fsum(_x_ln_x(share) for share in shares_of(values)))


def theil(values: Iterable[float], *, n: int | None = None) -> float:
    """Return Theil's index, ln n minus the entropy: 0 (all equal) to ln n (one item only).

    References
    ----------
    H. Theil, *Economics and Information Theory*, 1967.

    Examples
    --------
    >>> theil([1, 1, 1, 1]), theil([1, 0, 0, 0]) == math.log(4)
    (0.0, True)
    """
    values = list(values)
    return max(0.0, math.log(_count(shares_of(values), n)) - entropy(values))


def item_column(frame: pd.DataFrame, function: str) -> str:
    """Return which of hs_chapter, section, group, wits_group names the items of `frame`."""
    for column in LEVELS:
        if column in frame.columns:
            return column
    require_columns(frame, ["hs_chapter"], function)
    raise AssertionError  # require_columns has raised


def unlisted(frame: pd.DataFrame) -> pd.Series[float]:
    """Return for each row how much of its flow the rows may lack (0 where nothing says so)."""
    if "unlisted_usd" in frame.columns:
        return frame["unlisted_usd"].astype(float)
    return pd.Series(0.0, index=frame.index)


def joined_sources(frame: pd.DataFrame) -> str:
    """Return the source ids of some rows, each once, joined with `;` ("" if they name none)."""
    ids = frame["source_id"].tolist() if "source_id" in frame.columns else []
    return ";".join(dict.fromkeys(map(str, ids)))


def flow_bounds(frame: pd.DataFrame) -> tuple[Bounds, Bounds]:
    """Return the bounds of each row and of the whole of its flow and year."""
    part, flow = bounds(frame), flow_numbers(frame)
    total = Bounds(
        part.low.groupby(flow).transform("sum"),
        part.high.groupby(flow).transform("sum") + unlisted(frame),
    )
    return part, total


def flow_numbers(frame: pd.DataFrame) -> pd.Series[int]:
    """Return a number for each row, the same for the rows of one flow and year."""
    return frame.groupby(list(FLOW_YEAR), sort=False).ngroup()


def concentration(frame: pd.DataFrame, *, n: int | None = None) -> pd.DataFrame:
    """Return how concentrated each flow is in each year.

    Parameters
    ----------
    frame
        Rows of `load_composition`: exporter, importer, reporter, year, an item column (hs_chapter,
        section or group), value_usd, low_usd, high_usd and, where a source leaves cells out,
        unlisted_usd.
    n
        Number of items there could be; by default that of the level (97 chapters, 22 sections, 18
        groups).

    Returns
    -------
    DataFrame
        exporter, importer, reporter, year, level, items (listed), n, hhi, hhi_low, hhi_high,
        hhi_normalised, concentration_index, theil, theil_low, theil_high, equivalent_items (1/HHI),
        largest (code), largest_share, source_ids. The bounds hold whatever the true values were
        within theirs.

    Raises
    ------
    ParameterError
        If a column is missing, an item stands twice, or there are more items than `n`.

    Examples
    --------
    >>> rows = pd.DataFrame({"exporter": "CHN", "importer": "UZB", "reporter": "CHN", "year": 2024,
    ...     "group": ["machinery", "chemicals"], "value_usd": [3.0, 1.0],
    ...     "low_usd": [3.0, 1.0], "high_usd": [3.0, 1.0]})
    >>> concentration(rows)[["items", "hhi", "largest", "largest_share"]].to_dict("records")
    [{'items': 2, 'hhi': 0.625, 'largest': 'machinery', 'largest_share': 0.75}]
    """
    item = item_column(frame, "concentration")
    needed = [*FLOW_YEAR, item, "value_usd", "low_usd", "high_usd"]
    require_columns(frame, needed, "concentration")
    require_unique(frame, [*FLOW_YEAR, item], "concentration")
    count = LEVELS[item] if n is None else n
    part, total = flow_bounds(frame)
    limits = share_of_sum_bounds(part, total)
    spare = unlisted(frame)
    missing = (spare / (total.low + spare)).fillna(0.0)  # of nothing, nothing is missing
    work = frame.assign(_low=limits.low, _high=limits.high, _missing=missing)
    rows = []
    for key, flow in work.groupby(list(FLOW_YEAR), sort=True):
        values = flow["value_usd"].tolist()
        index, rest = hhi(values), float(flow["_missing"].iloc[0])
        information = _theil_bounds(flow["_low"], flow["_high"], rest, count)
        place = values.index(max(values))
        rows.append(
            {
                **dict(zip(FLOW_YEAR, key, strict=True)),
                "level": item,
                "items": sum(value > 0 for value in values),
                "n": count,
                "hhi": index,
                "hhi_low": min(index, float((flow["_low"] ** 2).sum())),
                "hhi_high": min(1.0, max(index, float((flow["_high"] ** 2).sum()) + rest**2)),
                "hhi_normalised": hhi(values, normalised=True, n=count),
                "concentration_index": concentration_index(values, n=count),
                "theil": theil(values, n=count),
                "theil_low": information[0],
                "theil_high": information[1],
                "equivalent_items": 1 / index,
                "largest": flow[item].tolist()[place],
                "largest_share": values[place] / math.fsum(values),
                "source_ids": joined_sources(flow),
            }
        )
    result = pd.DataFrame(rows, columns=_COLUMNS)
    result.attrs.update(frame.attrs)
    return result


def _x_ln_x(x: float) -> float:
    return x * math.log(x) if x > 0 else 0.0


def _theil_bounds(
    low: pd.Series[float], high: pd.Series[float], rest: float, n: int
) -> tuple[float, float]:
    # x ln x falls to −1/e at x = 1/e and rises after it, so its range over [low, high] is known.
    least, most = 0.0, 0.0
    for a, b in zip(low, high, strict=True):
        ends = (_x_ln_x(a), _x_ln_x(b))
        least += -1 / math.e if a <= 1 / math.e <= b else min(ends)
        most += max(ends)
    spare = n - len(low)
    if rest > 0 and spare > 0:
        # Unlisted items are smallest in sum of x ln x when they are many and equal.
        least += rest * math.log(rest / spare) if rest / spare < 1 / math.e else -spare / math.e
    return max(0.0, math.log(n) + least), min(math.log(n), math.log(n) + most)
