"""All that is published for a figure of trade, by both sides; a pair in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pandas as pd

from catrade.face.frames import (
    WHEN,
    codes_of,
    dated,
    freq_of,
    one_code,
    with_names,
)
from catrade_build.cells.chosen import chosen, with_country
from catrade_build.cells.frames import in_billions
from catrade_build.tables.names import (
    CENTRAL_ASIA,
    FLOWS,
    GROUPS,
    MIRROR_FLOW,
    Pair,
    in_sentence,
)
from catrade_build.tables.trade import (
    CHOSEN,
    Codes,
    described,
    load_trade,
    several,
)
from rounding.errors import ParameterError

#: Columns that tell whose figure of trade with whom it is, named first and as codes last.
NAMES = "country_name partner_name"
CODES = "country partner reporter"
#: Whose statistics there are of a pair: China's, and the partner's own.
_SIDES = ("CHN", "partner")


def _partners_of(reporter: str) -> list[str]:
    """Return the single countries that a reporter has yearly figures of."""
    cells = chosen()
    if reporter == "partner":
        codes = of_pairs(cells, GROUPS["CA4"], reporter)["reporter"]
    else:
        codes = cells.loc[cells["reporter"] == reporter, "partner"]
    together = (*GROUPS, "EU27", "EU28", "WLD")
    return [code for code in codes.unique() if code not in together]


def pair(partner: str = "CA5", reporter: str = "CHN") -> Pair:
    """Return two sides of trade as one of them counts it, with the words for both.

    Parameters
    ----------
    partner
        A country or group, by code or name.
    reporter
        Whose statistics: a country's or group's, or "partner" for the partner's own of its trade
        with China.

    Examples
    --------
    >>> both = pair("Uzbekistan")
    >>> f"{both.counts} {both.named('export')}, by {both.whose}"
    'China counts exports to Uzbekistan, by China’s statistics'
    >>> pair("Uzbekistan", reporter="UZB").counts
    'Uzbekistan counts'
    >>> pair("Kazakhstan", reporter="Russia").title("export")
    'Russia’s exports to Kazakhstan'
    """
    wanted, side = sides_asked(partner, reporter)
    code = one_code("partner", wanted)
    refuse_itself(side, [code])
    return Pair(code, side)


def refuse_itself(reporter: str, partners: Sequence[str]) -> None:
    """Raise one sentence if a country is asked for its trade with itself."""
    if reporter in partners:
        raise ParameterError(
            f"partner and reporter must be two; both are {in_sentence(reporter)}"
        )


def sides_asked(partner: Codes, reporter: str) -> tuple[list[str], str]:
    """Return the partners asked for, and whose statistics of their trade it is.

    A country that is asked for its trade with China, or with nobody else, is the partner whose own
    figures are asked for.
    """
    whose = one_code("reporter", reporter, also=_SIDES)
    usual = [whose] if whose in CENTRAL_ASIA else CENTRAL_ASIA
    wanted = codes_of("partner", partner, usual, also=["all"])
    if wanted == ["all"]:
        return _partners_of(whose), whose
    if whose not in _SIDES and wanted in (["CHN"], [whose]):
        return [whose], "partner"
    return wanted, whose


def published(
    partner: str | Sequence[str] | None = None,
    flow: str | Sequence[str] | None = None,
    start: int | str | None = None,
    end: int | str | None = None,
    *,
    reporter: str | None = None,
    freq: Literal["year", "month", "ytd"] | None = None,
    full: bool = False,
) -> pd.DataFrame:
    """Return every figure published for a cell, by both sides, one row a figure and source.

    Parameters
    ----------
    partner, start, end, freq
        As in `ct.trade`.
    flow
        export, import or total, or several, as the reporter sees them; without a reporter as
        China does: the other side's figures of China's exports are then its imports.
    reporter
        Only the figures of this side: "CHN", "partner", or any country's by code or name; by
        default China's and the partner's.
    full
        Whether to return every column of the table `trade` besides.

    Returns
    -------
    DataFrame
        country_name, partner_name, year, period and month (unless by year), quality, published
        (date), date, low_bn, high_bn, sources, country, partner, reporter, flow (as the reporter
        sees it), value_bn (billions of US dollars; other currencies are converted).

    Examples
    --------
    What both sides say of China's exports to Kyrgyzstan in 2024:

    >>> found = published("KGZ", "export", 2024, 2024)
    >>> found.groupby("reporter")["value_bn"].max().round(1).to_dict()
    {'CHN': 19.9, 'KGZ': 5.5}
    """
    wanted, side = sides_asked(partner, "CHN" if reporter is None else reporter)
    every = freq_of(freq, start, end)
    seen = several(FLOWS if flow is None else flow)
    theirs = seen
    if reporter is None:
        theirs = [MIRROR_FLOW.get(name, name) for name in seen]
    frequency = ("ytd", "half", "quarterly") if every == "ytd" else CHOSEN[every]
    frames = []
    if side != "partner":
        frames.append(load_trade(side, wanted, seen, start, end, frequency))
    if side == "partner" or reporter is None:
        frames.append(load_trade(wanted, "CHN", theirs, start, end, frequency))
    rows = dated(in_billions(with_country(pd.concat(frames, ignore_index=True))))
    rows = rows.sort_values(["date", "country", "reporter", "flow"], kind="stable")
    shown = f"""{NAMES} {WHEN[every]} quality published date low_bn high_bn
        sources {CODES} flow value_bn"""
    return as_given(rows, shown, full=full, freq=every)


def of_pairs(
    rows: pd.DataFrame, partners: Sequence[str], reporter: str
) -> pd.DataFrame:
    """Return a reporter's rows of its partners; of "partner" each country's own of China."""
    asked = rows["reporter"].eq(reporter) & rows["partner"].isin(partners)
    if reporter == "partner":
        asked = rows["partner"].eq("CHN") & rows["reporter"].isin(partners)
    return with_country(rows[asked])


def as_given(
    rows: pd.DataFrame,
    shown: str,
    unit: str | None = "USD billion",
    *,
    full: bool = False,
    **how: str,
) -> pd.DataFrame:
    """Return rows as an analyst takes them, with names beside codes."""
    rows = with_names(rows)
    return described(rows, "trade", unit, shown, full=full, **how)
