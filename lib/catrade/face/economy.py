"""How large an economy is, to set trade against."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from catrade.face.frames import codes_of, with_names
from catrade_build.cells.frames import join_ids
from catrade_build.tables import as_of
from catrade_build.tables.names import CENTRAL_ASIA
from catrade_build.tables.trade import described, read_table, select


def economy(
    country: str | Sequence[str] | None = None,
    start: int | str | None = None,
    end: int | str | None = None,
) -> pd.DataFrame:
    """Return the size of economies by the World Bank's estimates: a row a country and year.

    Trade divided by it is plain pandas: `value_bn / gdp_bn` of the same year, or
    `value_bn * 1e9 / population`. It is in dollars of the year; no prices of the United States are
    held, so that nothing is put into dollars of another year.

    Parameters
    ----------
    country
        A country or several by code or name, EU27 or WLD; by default the five of Central Asia.
    start, end
        First and last year, both included.

    Returns
    -------
    DataFrame
        country_name, country, year, gdp_bn (billions of dollars of the year), population,
        consumer_prices (change on the year before, a fraction), sources; NaN where a year is
        missing, never the nearest.

    Examples
    --------
    >>> frame = economy("Kyrgyzstan", 2023, 2024)
    >>> frame[["year", "gdp_bn"]].round(1).values.tolist()
    [[2023.0, 14.0], [2024.0, 17.5]]
    """
    codes = codes_of("country", country, CENTRAL_ASIA)
    with as_of.holding(None):
        held = set(read_table("macro")["country"])
    rows = select(read_table("macro"), start, end, country=(codes, held))
    keys = ["country", "year"]
    wide = rows.pivot_table("value", keys, "indicator").rename_axis(columns=None)
    # By an early day none of one indicator had been published.
    wide = wide.reindex(columns=["gdp", "population", "consumer_prices"])
    wide["sources"] = rows.groupby(keys)["sources"].agg(join_ids)
    wide["gdp_bn"] = wide["gdp"] / 1e9
    frame = with_names(wide.reset_index())
    shown = "country_name country year gdp_bn population consumer_prices sources"
    return described(frame, "macro", None, shown, freq="year")
