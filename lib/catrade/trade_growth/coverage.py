"""Coverage: which cell exists, in how many sources, and what kind of absence a hole is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from catrade.cells.frames import require_columns, text_sequence
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
    published = cells(chosen)
    derived = _by_cell(_derived(published, who))
    found = _by_cell(
        published.merge(chosen[[*_KEY, "precision_usd"]], on=_KEY, validate="one_to_one")
    )
    newest = {
        str(reporter): max(_end(text) for text in group)
        for reporter, group in trade.groupby("reporter")["period"].unique().items()
    }
    texts = [str(period) for period in periods]
    unreported = _unreported(availability) - set(
        zip(trade["reporter"], trade["period"], strict=True)
    )
    grid = [
        _row((reporter, partner, text, flow), found, derived, newest, unreported)
        for reporter in who["reporters"]
        for partner in who["partners"]
        for flow in kinds
        for text in texts
    ]
    return pd.DataFrame(grid, columns=COVERAGE_COLUMNS)


_STATUS: dict[object, str] = {"published": "reported", "converted": "converted"}
_KEY = ["reporter", "partner", "period", "flow"]
Cell = tuple[str, str, str, str]
Row = dict[str, object]


def _by_cell(frame: pd.DataFrame) -> dict[Cell, Row]:
    rows = [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]
    keys = zip(*(frame[name].astype(str) for name in _KEY), strict=True)
    return dict(zip(keys, rows, strict=True))


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


def _derived(published: pd.DataFrame, who: dict[str, list[str]]) -> pd.DataFrame:
    frame = complete_flows(published)
    for side in ("partner", "reporter"):
        for region in GROUPS:
            if region in who[f"{side}s"]:
                frame = add_region(frame, region, side=side)
    return frame[~frame["basis"].isin([*_STATUS])]


def _row(
    cell: Cell,
    found: dict[Cell, Row],
    derived: dict[Cell, Row],
    newest: dict[str, tuple[int, int]],
    unreported: set[tuple[str, str]],
) -> Row:
    reporter, partner, period, flow = cell
    row: Row = {"reporter": reporter, "partner": partner, "flow": flow, "period": period}
    row |= {"year": parse_period(period).year, "n_sources": 0, "disagrees": False}
    row |= {"best_kind": "", "best_precision_usd": float("nan"), "quality": "", "source_ids": ""}
    if cell in found:
        at = found[cell]
        row["status"] = "zero" if at["value_usd"] == 0 else _STATUS.get(at["basis"], "derived")
        row |= {name: at[name] for name in ("n_sources", "disagrees", "quality", "source_ids")}
        row |= {"best_kind": at["source_kind"], "best_precision_usd": at["precision_usd"]}
    elif cell in derived:
        row["status"] = "derived"
        row |= {name: derived[cell][name] for name in ("disagrees", "quality", "source_ids")}
    else:
        late = reporter in newest and _end(period) > newest[reporter]
        late = late or (reporter, period) in unreported
        row["status"] = "not_yet_reported" if late else "missing"
    return row
