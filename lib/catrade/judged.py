"""What figures say of a statement: one's own, or each of an announcement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from catrade.asked import pairs_of
from catrade_build.claims.stated import judged
from catrade_build.claims.verdicts import table_of
from catrade_build.edition import table
from catrade_build.tables.policy import ARTICLE, load_claims
from catrade_build.tables.trade import as_text, described, several
from rounding.errors import ParameterError

#: What is shown first, and alone unless all is asked for.
_SHOWN = "number statement whose verdict standing reason sources"


def claim(
    partner: str | Sequence[str] | None = None,
    flow: str = "total",
    period: int | str | None = None,
    *,
    reporter: str | Sequence[str] | None = None,
    value: float | None = None,
    growth: float | None = None,
    rounding: str = "nearest",
    precision: float | None = None,
    document: str | pd.DataFrame | None = None,
    file: str = "",
    full: bool = False,
) -> pd.DataFrame:
    """Judge a statement on trade by both sides' figures; or an announcement, claim by claim.

    Parameters
    ----------
    partner
        A country or group by code or name, or several.
    flow
        total, export or import, as the reporter sees them.
    period
        A year (2025) or a part of one ("2025-H1", "2025-07"); the newest whole year if none.
    reporter
        Whose trade it is on, as of `ct.trade`.
    value
        What it is said to have been, in billions of US dollars. Give this or growth.
    growth
        What it is said to have grown by on the year before, in dollars: 0.11 for 11 per cent. What
        customs prints in yuan is in `ct.trade(…, currency="own")`.
    rounding
        How the figure was rounded: nearest, floor ("over"), ceiling ("almost"), about; or above
        and below for "more than" and "less than".
    precision
        The unit it was rounded to, as `growth` or `value` is written; by default that of its
        last digit, and of a growth at least a per cent.
    document
        In the place of one's own statement the id of an announcement of the table `claims`, or rows
        of that table. Without a partner and a document it is the article of January 2026.
    file
        A file of the same columns in place of that table: its path, or its name in `data/claims/`.
    full
        Whether to return all columns of the edition's table `claims` (docs/edition.md): what each
        claim asks of whom, both intervals, the evidence, what stood when it was printed.

    Returns
    -------
    DataFrame
        number, statement, whose (statistics; "" for a claim about none), verdict (of that side's
        figures), standing (of the claim, all sides taken together), reason, sources: a row a claim
        and side.

    Raises
    ------
    ParameterError
        If a name, flow, period, rounding or document is unknown, neither side has such a figure,
        not one figure is claimed, or it is one of another unit: 12 for 12 per cent, dollars for
        billions.

    Examples
    --------
    >>> import catrade as ct
    >>> found = ct.claim("Kazakhstan", "total", 2025, value=34.2)
    >>> found[["whose", "verdict"]].to_numpy().tolist()
    [['China’s', 'does not hold'], ['Kazakhstan’s own', 'holds']]
    >>> article = ct.claim(document="dailymail-2026-01")
    >>> article.loc[article["statement"].str.contains("12"), "verdict"].iloc[0]
    'holds'
    """
    if partner is None and value is None and growth is None:
        frame = _of_document(ARTICLE if document is None else document, file)
    else:
        asked: dict[str, Any] = {"growth": growth, "value": value}
        how: dict[str, Any] = {"rounding": rounding, "precision": precision}
        period = as_text(period)
        if partner is None or "all" in {*several(partner), *several(reporter)}:
            raise ParameterError("a claim is on a country: say partner='KAZ', not all")
        pairs = pairs_of(partner, reporter)[["reporter", "partner"]].to_numpy()
        frame = pd.concat(
            [
                judged(place, flow, period, reporter=whose, **asked, **how)
                for whose, place in pairs
            ],
            ignore_index=True,
        )
    return described(frame, "claims", None, _SHOWN, full=full)


def _of_document(document: str | pd.DataFrame, file: str) -> pd.DataFrame:
    """Return what becomes of the claims of an announcement."""
    if isinstance(document, pd.DataFrame):
        return table_of(document)
    claims = load_claims(document, file or None)  # refuses what is none
    if file:
        return table_of(claims)
    return table("claims").query("document == @document")
