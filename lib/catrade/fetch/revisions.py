"""Changes of the HS edition inside a series: where they are and what may be compared across them.

The Harmonized System is revised about every five years (editions H4 of 2012, H5 of 2017, H6 of
2022). A reporter changes over in a year of its own; from that year on some codes are split, merged
or moved. Without the UN's correspondence tables a code seen on one side only cannot be followed.
"""

from __future__ import annotations

import pandas as pd

from catrade.errors import ParameterError


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
    columns = ["reporter", "year", "classification"]
    if missing := [column for column in columns if column not in frame.columns]:
        has = ", ".join(map(str, frame.columns))
        message = f"revision_breaks needs column {missing[0]!r}; the frame has {has}"
        raise ParameterError(message)
    editions = frame[columns].drop_duplicates()
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
