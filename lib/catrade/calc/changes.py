"""What happened between a series' first and last figure: a peak, or a burst."""

from __future__ import annotations

from typing import Any

import pandas as pd

#: What lies this part above both ends of a series is told; less is no news.
_PEAK = 0.05
#: A flow that had this part of its months' sum in less than half of them came in a burst.
_BURST = 0.9
#: Months that must have passed since a burst, so that it is known to be over.
_PASSED = 3


def peak_between(values: pd.Series[float]) -> int | None:
    """Return the year between a series' first and last in which it stood clearly above both.

    Whoever says that a figure rose from the first year to the last must say so too.

    Parameters
    ----------
    values
        Figures by year, oldest first.

    Examples
    --------
    >>> peak_between(pd.Series({2017: 3.7, 2023: 24.8, 2024: 20.2}))
    2023
    >>> peak_between(pd.Series({2017: 3.7, 2023: 24.8, 2024: 24.9})) is None
    True
    """
    known = values.dropna()
    if len(known) < 3 or known.max() <= (1 + _PEAK) * known.iloc[[0, -1]].max():
        return None
    return int(known.index[int(known.argmax())])


def burst(months: pd.Series[float]) -> dict[str, Any]:
    """Return the shortest run of months that holds nine tenths of a flow, if it is over.

    Parameters
    ----------
    months
        Figures by month (`2024-10`), oldest first, none missing.

    Returns
    -------
    dict
        first and last (month), count and value of the run, count_since and value_since of all
        months after it; empty if the run takes half of the months or is hardly over.

    Examples
    --------
    >>> values = [1.0, 1, 50, 40, 1, 1, 1, 1]
    >>> months = pd.Series(values, index=[f"2025-{n:02}" for n in range(1, 9)])
    >>> burst(months)["last"], burst(months)["value"], burst(months)["value_since"]
    ('2025-04', 90.0, 4.0)
    """
    number = len(months)
    for count in range(1, (number + 1) // 2):
        sums = months.rolling(count).sum()
        if sums.max() < _BURST * months.sum():
            continue
        end = int(sums.argmax()) + 1
        if number - end < _PASSED:
            return {}
        return {
            "first": months.index[end - count],
            "last": months.index[end - 1],
            "count": count,
            "value": float(sums.max()),
            "count_since": number - end,
            "value_since": float(months.iloc[end:].sum()),
        }
    return {}
