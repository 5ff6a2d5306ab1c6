"""Goods of a flow, filtered from the edition: what analysts and notebooks read."""

from __future__ import annotations

import pandas as pd

from catrade.face.frames import one_code
from catrade_build.edition import table
from catrade_build.tables.goods import BACI
from catrade_build.tables.trade import described, select


def composition(
    exporter: str,
    importer: str,
    start: int | None = None,
    end: int | None = None,
    *,
    book: str = "CHN",
) -> pd.DataFrame:
    """Return what one country sells to another, good by good, as rows of the edition.

    Parameters
    ----------
    exporter, importer
        The country that sells and the one that buys, by code or name.
    start, end
        First and last year, both included; all by default.
    book
        Whose table is asked for: a country, or BACI. Where it has none, the nearest there is is
        returned (`shown_for`): the other side's chapters, or product groups of either. `both` is
        the goods that both sides list, of the newest year that they do: chapters, else product
        groups. `single` is a good whose value is published by itself, if it is a fifth of the flow.

    Returns
    -------
    DataFrame
        The columns of `goods` in docs/edition.md, the oldest year first, the largest good first; no
        row where no table is held.

    Raises
    ------
    ParameterError
        If a name is unknown.

    Examples
    --------
    >>> import catrade as ct
    >>> rows = ct.composition("KAZ", "China", start=2024)
    >>> rows[["goods", "value", "share"]].head(2).round(2).to_numpy().tolist()
    [['Ores', 3.94, 0.26], ['Fuels', 3.28, 0.22]]
    >>> rows = ct.composition("CHN", "KGZ", book="both").query("goods == 'Textiles and clothing'")
    >>> rows[["reporter", "value", "gap"]].round(1).to_numpy().tolist()
    [['CHN', 8.1, 7.5], ['KGZ', 0.5, -7.5]]
    """
    seller, buyer = one_code("exporter", exporter), one_code("importer", importer)
    book = book if book in ("both", "single") else one_code("book", book, also=[BACI])
    rows = table("goods")
    rows = rows[(rows["exporter"] == seller) & (rows["importer"] == buyer)]
    rows = select(rows, start, end)
    if book == "both":
        compared = rows[rows["is_compared"] & rows["level"].isin(["chapter", "wits"])]
        level = compared["level"].min()  # chapters, where both list any
        rows = compared[compared["level"] == level].query("year == year.max()")
    else:
        shown = rows["shown_for"].str.split(";")
        is_single = rows["level"] == "single"
        is_asked = shown.map(lambda books: book in books) & ~is_single
        if book == "single":
            is_asked = is_single & (rows["shown_for"] != "")
        rows = rows[is_asked]
    rows = rows.sort_values(["year", "value"], ascending=[True, False])
    return described(rows.reset_index(drop=True), "composition", "USD billion")
