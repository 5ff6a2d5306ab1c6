"""Figures of trade, filtered from the edition: what notebooks read."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from catrade.face.frames import codes_of, dated
from catrade_build.calc.running import currency_of
from catrade_build.edition import table
from catrade_build.tables.names import CENTRAL_ASIA, FLOWS, publishing
from catrade_build.tables.trade import CHOSEN, described, select
from rounding import formats
from rounding.errors import choice_error

_FLOWS = [*FLOWS, "balance"]


def figures(
    partner: str | Sequence[str] | None = None,
    flow: str | Sequence[str] | None = None,
    start: int | str | None = None,
    end: int | str | None = None,
    *,
    reporter: str | Sequence[str] = "CHN",
    freq: str = "year",
    currency: str = "USD",
) -> pd.DataFrame:
    """Return figures of trade with all that may be said of each, as rows of the edition.

    Parameters
    ----------
    partner
        A country or a group by code or name, or several; "all" is whoever the reporter has. By
        default the five of Central Asia, each by itself; China where the partner reports.
    flow
        export, import, total or balance, or several, as the reporter sees them; all by default.
    start, end
        First and last year (2018) or period ("2024-03"), both included.
    reporter
        Whose statistics, one or several; "partner" is each partner's own of its trade with China.
    freq
        year, month, or ytd: the sum from January to a month.
    currency
        USD, CNY, EUR, or "own": that in which the publisher prints.

    Returns
    -------
    DataFrame
        The columns of `figures` in docs/edition.md (value with low and high in billions of the
        currency, growth, share, mirror, …), with date (the first day of the year, or of the last
        month) and when (the period in words); in order of reporter, partner, flow and date. No row
        where no figure is held.

    Raises
    ------
    ParameterError
        If a name, flow, frequency or period is unknown.

    Examples
    --------
    >>> import catrade as ct
    >>> rows = ct.figures("Uzbekistan", "export", 2023, 2024)
    >>> rows[["year", "value", "growth"]].round(2).to_numpy().tolist()
    [[2023.0, 12.39, 0.65], [2024.0, 11.77, -0.05]]
    """
    if freq not in CHOSEN:
        raise choice_error("freq", freq, CHOSEN)
    partners = codes_of("partner", partner, CENTRAL_ASIA, also=["all"])
    reporters = codes_of("reporter", reporter, [], also=["partner"])
    if reporters == ["partner"]:
        reporters, partners = [*map(publishing, partners)], ["CHN"]
    rows = table("figures")
    rows = rows[(rows["freq"] == freq) & rows["reporter"].isin(reporters)]
    if partners != ["all"]:
        rows = rows[rows["partner"].isin(partners)]
    own = rows["reporter"].map(currency_of) if currency == "own" else currency
    rows = rows[rows["currency"] == own]
    asked = {} if flow is None else {"flow": (flow, _FLOWS)}
    rows = dated(select(rows, start, end, **asked))
    rows["when"] = rows["period"].map(formats.period)
    order = {
        "reporter": reporters,
        "partner": partners
        if partners != ["all"]
        else sorted(rows["partner"].unique()),
        "flow": _FLOWS,
    }
    ranks = [rows[name].map(order[name].index) for name in order]
    order_of = pd.concat([*ranks, rows["date"]], axis=1).sort_values([*order, "date"])
    return described(
        rows.loc[order_of.index], "figures", f"{currency} billion", freq=freq
    )
