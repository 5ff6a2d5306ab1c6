"""Changes of the HS edition inside a series: where they are and what may be compared across them.

The Harmonized System is revised about every five years (editions H4 of 2012, H5 of 2017, H6 of
2022). A reporter changes over in a year of its own; from that year on some codes are split, merged
or moved. Without the UN's correspondence tables a code seen on one side only cannot be followed.
"""

from __future__ import annotations

import pandas as pd

from catrade.errors import ParameterError

_SERIES = ["exporter", "importer", "reporter"]
SAME = "same edition"
CHANGED = "edition changed"
REFUSED = "refused: code on one side of the change only"


def revision_breaks(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the years in which a reporter's HS edition changes.

    Parameters
    ----------
    frame
        Rows with `reporter`, `year` and `classification` (others are ignored).

    Returns
    -------
    DataFrame
        reporter, year (first year of the new edition), previous_year, from_edition, to_edition.

    Raises
    ------
    ParameterError
        If a column is missing or a reporter has two editions in one year.

    Examples
    --------
    >>> series = pd.DataFrame({"reporter": "CHN", "year": [2020, 2021, 2022],
    ...                        "classification": ["H5", "H5", "H6"]})
    >>> revision_breaks(series).to_dict("records")
    [{'reporter': 'CHN', 'year': 2022, 'previous_year': 2021, 'from_edition': 'H5',
      'to_edition': 'H6'}]
    """
    _need(frame, ["reporter", "year", "classification"], "revision_breaks")
    editions = frame[["reporter", "year", "classification"]].drop_duplicates()
    twice = editions[editions.duplicated(["reporter", "year"])]
    if len(twice):
        row = twice.iloc[0]
        message = (
            f"revision_breaks needs one HS edition a reporter and year;"
            f" {row['reporter']} {row['year']} has several"
        )
        raise ParameterError(message)
    editions = editions.sort_values(["reporter", "year"])
    before = editions.groupby("reporter")[["year", "classification"]].shift()
    changed = before["classification"].notna() & (
        before["classification"] != editions["classification"]
    )
    found = editions[changed]
    return pd.DataFrame(
        {
            "reporter": found["reporter"].to_numpy(),
            "year": found["year"].to_numpy(),
            "previous_year": before.loc[changed, "year"].astype(int).to_numpy(),
            "from_edition": before.loc[changed, "classification"].to_numpy(),
            "to_edition": found["classification"].to_numpy(),
        }
    )


def code_growth(frame: pd.DataFrame) -> pd.DataFrame:
    """Return year-on-year growth by product code, marked or refused across a change of edition.

    Growth is `v[t] / v[t-1] - 1`. Between two years of one edition it is given as it is. Across a
    change it is given with the mark `edition changed` if the code stands in both years, and
    refused (empty) if it stands on one side only: it may have been split, merged or moved.

    Parameters
    ----------
    frame
        Rows with exporter, importer, reporter, year, code, classification and value_usd, one a
        code and year (of one level).

    Returns
    -------
    DataFrame
        exporter, importer, reporter, code, year, base_year, growth (fraction, empty if refused),
        comparison (`same edition`, `edition changed` or `refused: …`). Within one edition a code
        without trade in one of the two years has no row.

    Raises
    ------
    ParameterError
        If a column is missing.

    Examples
    --------
    >>> trade = pd.DataFrame({"exporter": "CHN", "importer": "KAZ", "reporter": "CHN",
    ...     "year": [2021, 2022, 2022], "code": ["8703", "8703", "8549"],
    ...     "classification": ["H5", "H6", "H6"], "value_usd": [100.0, 150.0, 7.0]})
    >>> code_growth(trade)[["code", "growth", "comparison"]].to_dict("records")
    [{'code': '8549', 'growth': nan, 'comparison': 'refused: code on one side of the change only'},
     {'code': '8703', 'growth': 0.5, 'comparison': 'edition changed'}]
    """
    needed = [*_SERIES, "year", "code", "classification", "value_usd"]
    _need(frame, needed, "code_growth")
    new = frame[needed]
    old = new.assign(base_year=new["year"], year=new["year"] + 1)
    editions = new[[*_SERIES, "year", "classification"]].drop_duplicates([*_SERIES, "year"])
    key = [*_SERIES, "year", "code"]
    both = new.merge(old, on=key, how="outer", suffixes=("", "_base"))
    both = both.drop(columns=["classification", "classification_base", "base_year"])
    both = both.merge(editions, on=[*_SERIES, "year"])
    earlier = editions.assign(year=editions["year"] + 1)
    both = both.merge(earlier, on=[*_SERIES, "year"], suffixes=("", "_base"))
    same = both["classification"] == both["classification_base"]
    known = both["value_usd"].notna() & (both["value_usd_base"] > 0)
    both = both.assign(
        base_year=both["year"] - 1,
        growth=(both["value_usd"] / both["value_usd_base"] - 1).where(known),
        comparison=pd.Series(SAME, index=both.index)
        .where(same, CHANGED)
        .where(same | known, REFUSED),
    )
    columns = [*_SERIES, "code", "year", "base_year", "growth", "comparison"]
    rows = both.loc[known | ~same, columns]
    return rows.sort_values([*_SERIES, "year", "code"], ignore_index=True)


def _need(frame: pd.DataFrame, columns: list[str], function: str) -> None:
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        has = ", ".join(map(str, frame.columns))
        message = f"{function} needs column {missing[0]!r}; the frame has {has}"
        raise ParameterError(message)
