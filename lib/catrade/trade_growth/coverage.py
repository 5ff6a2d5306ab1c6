"""Coverage: which cell exists, in how many sources, and what kind of absence a hole is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from catrade.cells.frames import require_columns, text_sequence
from catrade.cells.rows import NOT_PUBLISHED
from catrade.cells.selection import select_published
from catrade.cells.series import add_region, cells, complete_flows
from catrade.names import CENTRAL_ASIA, FLOWS, GROUPS, NAMES, is_known
from pagemill.errors import choice_error
from pagemill.periods import parse_period

#: From best to worst; every cell of a grid has exactly one.
STATUSES = {
    "reported": "a figure published in dollars",
    "converted": "a figure published in another currency only",
    "zero": "published, and it is nil",
    "derived": "not published; computed from figures that are",
    "missing": "no figure, though the reporter's figures reach this period",
    "not_yet_reported": "after the reporter's newest figure, or not yet in UN Comtrade",
}
COVERAGE_COLUMNS = [
    *("reporter", "partner", "flow", "period", "year", "status", "n_sources", "disagrees"),
    *("best_kind", "best_precision_usd", "quality", "source_ids"),
]


def coverage(
    trade: pd.DataFrame,
    *,
    reporters: str | Sequence[str] = "CHN",
    partners: str | Sequence[str] = (*CENTRAL_ASIA, "CA5"),
    flows: str | Sequence[str] = FLOWS,
    periods: Iterable[str | int],
    availability: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return one row for every asked-for cell, whether or not there is a figure.

    Parameters
    ----------
    trade
        Rows of `load_trade` (several a cell) of one frequency, with the members of any region.
    reporters, partners, flows, periods
        The grid is every combination; periods are years or period texts.
    availability
        Which reports UN Comtrade has, as `load_availability` returns them (reporter, period,
        status); None if nobody asked.

    Returns
    -------
    reporter, partner, flow, period, year, status (see `STATUSES`), n_sources (that publish the
    cell; 0 for derived and missing ones), disagrees, and of the chosen figure best_kind (kind of
    source), best_precision_usd (rounding unit), quality, source_ids (for a derived cell, those it
    is made of). What does not apply is empty text or NaN.

    A period is `not_yet_reported` if it ends after the newest period for which the reporter has
    any figure in `trade`, with any partner; a reporter with no figure at all has `missing` ones. It
    is also `not_yet_reported` if the reporter has no figure of it and UN Comtrade, when asked, had
    no report.

    Raises
    ------
    ParameterError
        For an unknown code, flow or period, or a missing column.
    """
    who = {"reporters": text_sequence(reporters), "partners": text_sequence(partners)}
    checks = [(name, code, list(NAMES)) for name, codes in who.items() for code in codes]
    kinds = text_sequence(flows)
    for name, value, choices in [*checks, *(("flows", flow, list(FLOWS)) for flow in kinds)]:
        if value not in choices and (name == "flows" or not is_known(value)):
            error = choice_error(name, value, choices)
            raise error
    needed = ["reporter", "partner", "period", "flow", "source_kind", "precision_usd"]
    require_columns(trade, needed, "coverage")
    asked = trade["reporter"].isin(_with_members(who["reporters"]))
    chosen = select_published(trade[asked & trade["partner"].isin(_with_members(who["partners"]))])
    texts = [str(period) for period in periods]
    order = [who["reporters"], who["partners"], kinds, texts]
    grid = pd.MultiIndex.from_product(order, names=_KEY).to_frame(index=False)
    found = grid.merge(chosen[[*_KEY, *_NOTHING, "value_usd", "precision_usd", "converted"]
                              + [c for c in ["basis"] if c in chosen]], how="left")  # fmt: skip
    derived = grid.merge(_derived(chosen, who), how="left")
    newest = trade.groupby("reporter")["period"].unique().map(lambda ends: max(map(_end, ends)))
    unreported = _unreported(availability) - set(
        zip(trade["reporter"], trade["period"], strict=True)
    )
    late = [
        (reporter in newest and _end(period) > newest[reporter]) or (reporter, period) in unreported
        for reporter, period in zip(grid["reporter"], grid["period"], strict=True)
    ]
    computed = found["basis"].isin(NOT_PUBLISHED) if "basis" in found else False
    status = np.select(
        [
            found["value_usd"].eq(0),
            found["value_usd"].notna() & computed,
            found["converted"].eq(True),
            found["value_usd"].notna(),
            derived["value_usd"].notna(),
            np.array(late, dtype=bool),
        ],
        ["zero", "derived", "converted", "reported", "derived", "not_yet_reported"],
        "missing",
    )
    for name, nothing in _NOTHING.items():
        others = nothing if name in ("n_sources", "source_kind") else derived[name]
        whole = found[name].where(found[name].notna(), others)
        found[name] = whole.where(whole.notna(), nothing).astype(type(nothing))
    names = {"source_kind": "best_kind", "precision_usd": "best_precision_usd"}
    years = [parse_period(text).year for text in grid["period"]]
    return found.rename(columns=names).assign(year=years, status=status)[COVERAGE_COLUMNS]


_KEY = ["reporter", "partner", "flow", "period"]
#: What a cell without a figure says of one, so that a column keeps its kind.
_NOTHING = {"n_sources": 0, "disagrees": False, "source_kind": "", "quality": "", "source_ids": ""}


def _end(period: str) -> tuple[int, int]:
    parsed = parse_period(period)
    return parsed.year, parsed.last_month


def _unreported(availability: pd.DataFrame | None) -> set[tuple[str, str]]:
    if availability is None:
        return set()
    require_columns(availability, ["reporter", "period", "status"], "coverage")
    rows = availability[availability["status"] == "not reported yet"]
    return set(zip(rows["reporter"], rows["period"], strict=True))


def _with_members(codes: Sequence[str]) -> set[str]:
    return {*codes, *(member for code in codes for member in GROUPS.get(code, ()))}


def _derived(chosen: pd.DataFrame, who: dict[str, list[str]]) -> pd.DataFrame:
    """Return what sums of the chosen figures give for cells that nobody published."""
    frame = complete_flows(cells(chosen))
    for side in ("partner", "reporter"):
        for region in GROUPS:
            if region in who[f"{side}s"]:
                frame = add_region(frame, region, side=side)
    known = pd.MultiIndex.from_frame(chosen[_KEY])
    return frame[~pd.MultiIndex.from_frame(frame[_KEY]).isin(known)]
