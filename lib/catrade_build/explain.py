"""Why a figure is what it is: which rows there were, which were used, what became of the others."""

from __future__ import annotations

from typing import Any

import pandas as pd

from catrade_build.cells.selection import KIND_RANK
from catrade_build.edition import table
from catrade_build.tables.choices import place
from catrade_build.tables.names import (
    FLOWS,
    GROUPS,
    NONE_PUBLISHED,
    SILENT,
    capital,
    flow_with,
    in_sentence,
    possessive,
)
from catrade_build.tables.trade import load_trade, published_interval
from rounding import formats
from rounding.dates import parse_period
from rounding.errors import ParameterError, choice_error

_FLOWS = (*FLOWS, "balance")
_FORM = "CHN,KAZ,export,2024"
#: What a basis says of how a figure is had.
_BASES = {
    "published": "as published",
    "converted": "converted from the currency it is published in",
    "sum_of_flows": "exports plus imports",
    "sum_of_partners": "the sum of the group's members",
    "difference_of_flows": "exports less imports",
    "share_of_total": "a published share of a published total",
    "sum_of_chapters": "the sum of its HS chapters",
    "implied_by_growth": "what later growth implies",
}
#: What is worked out of other cells.
_OF_FLOWS = ("sum_of_flows", "difference_of_flows")
_SUMS = (*_OF_FLOWS, "sum_of_partners")
_KINDS = {
    "official": "official statistics",
    "dataset": "a data set",
    "official_statement": "an official quoted",
    "research": "research",
    "press": "press",
}
_CELL = ["reporter", "partner", "flow"]
_ENDS = ["value", "low", "high"]


def explain(asked: str) -> list[str]:
    """Return, in sentences, how the figure of one cell was chosen.

    Parameters
    ----------
    asked
        Reporter, partner, flow and period, parted by commas: `CHN,KAZ,export,2024`.

    Returns
    -------
    Of each currency that there is a figure in: the figure, and a sentence a published row of its
    cell, used or why not. Of a sum the same of each part follows.

    Raises
    ------
    ParameterError
        If one of the four is unknown, or nothing is published of them.

    Examples
    --------
    >>> explain("CHN,KAZ,total,2025")[2][:53]
    'China’s trade with Kazakhstan in 2025: 48.7 billion U'
    """
    *cell, period = _parsed(asked)
    figures = table("figures")
    of_pair = figures[(figures[_CELL] == cell).all(axis=1)]
    rows = _of_span(of_pair, period)
    published = _of_span(load_trade(convert=False, rejected=True), period)
    low, high = published_interval(published)
    published = published.assign(low=low, high=high)
    published[_ENDS] /= 1e9
    if rows.empty:
        said = _of_rows(published, cell, None)
        if not said:
            raise ParameterError(_nothing(asked, of_pair, cell[0]))
        return ["No figure is shown of it.", *said]
    at_period = _of_span(figures, period)
    return [
        sentence
        for row in rows.to_dict("records")
        for sentence in _explained(row, at_period, published)
    ]


def _parsed(asked: str) -> tuple[str, str, str, str]:
    """Return the codes of what is asked for."""
    parts = [part.strip() for part in asked.split(",")]
    if len(parts) != 4:
        raise ParameterError(
            f"a cell is reporter, partner, flow and period, such as {_FORM}; got {asked!r}"
        )
    reporter, partner, flow, period = parts
    if flow not in _FLOWS:
        raise choice_error("flow", flow, _FLOWS)
    return place(reporter, "reporter"), place(partner, "partner"), flow, period


def _of_span(rows: pd.DataFrame, period: str) -> pd.DataFrame:
    """Return the rows of the same months: a half year from January is the sum to June."""
    asked = _span(period)
    alike = [text for text in rows["period"].unique() if _span(text) == asked]
    return rows[rows["period"].isin(alike)]


def _span(period: str) -> tuple[int, int, int]:
    """Return the year of a period, its first and its last month."""
    span = parse_period(period)
    return span.year, span.first_month, span.last_month


def _nothing(asked: str, of_pair: pd.DataFrame, reporter: str) -> str:
    """Say that there is no such figure, and which there are."""
    said = f"no figure of {asked} is held"
    if reporter == SILENT:
        return f"{said}: {in_sentence(reporter)} {NONE_PUBLISHED}"
    if of_pair.empty:
        return f"{said}, nor of any other period"
    newest = of_pair.groupby("freq", sort=False)["period"].agg("last")
    return f"{said}; the newest of this pair and flow are of {', '.join(newest)}"


def _explained(
    row: dict[Any, Any], figures: pd.DataFrame, published: pd.DataFrame
) -> list[str]:
    """Say a figure, what became of the rows of its cell, and the same of what it is the sum of."""
    cell = [row[name] for name in _CELL]
    sentences = [_figure(row), *_of_rows(published, cell, row)]
    for part in _parts(row, figures):
        sentences += _explained(part, figures, published)
    return sentences


def _parts(row: dict[Any, Any], figures: pd.DataFrame) -> list[dict[Any, Any]]:
    """Return the figures that a sum is made of; of another figure none."""
    is_part = figures["currency"] == row["currency"]
    for name in _CELL:
        own = [row[name]]
        if name == "flow" and row["basis"] in _OF_FLOWS:
            own = ["export", "import"]
        elif name != "flow" and row["basis"] == "sum_of_partners":
            own = list(GROUPS.get(row[name], own))
        is_part &= figures[name].isin(own)
    parts: list[dict[Any, Any]] = figures[is_part].to_dict("records")
    return parts if row["basis"] in _SUMS else []


def _figure(row: dict[Any, Any]) -> str:
    """Say the figure, between which ends it lies, how it is had and how it grew."""
    when = formats.period(str(row["period"]))
    money = f"{row['value']:,.6g} billion {row['currency']}"
    ends = f"{row['low']:,.6g} to {row['high']:,.6g}"
    how = _BASES[str(row["basis"])]
    sentence = f"{_name(row)} in {when}: {money} ({ends}), {how}, of {row['sources']}"
    if row["quality"] != "ok":
        sentence += f"; doubtful: {row['doubt'] or 'without a reason'}"
    if pd.notna(row["growth"]):
        sentence += f"; growth {row['growth']:+.1%} ({row['growth_basis']})"
    return sentence + "."


def _name(row: dict[Any, Any]) -> str:
    """Return whose flow it is with whom: China’s exports to Kazakhstan."""
    what = flow_with(str(row["flow"]), in_sentence(str(row["partner"])))
    return f"{capital(possessive(in_sentence(str(row['reporter']))))} {what}"


def _of_rows(
    published: pd.DataFrame, cell: list[Any], figure: dict[Any, Any] | None
) -> list[str]:
    """Say of every published row of a cell what became of it, beside the figure that is shown.

    Beside a figure in dollars all rows stand, beside one in another currency those in it.
    """
    rows = published[(published[_CELL] == cell).all(axis=1)]
    if figure and figure["currency"] != "USD":
        rows = rows[rows["currency"] == figure["currency"]]
    rows = rows.assign(is_used=_is_used(rows, figure) if figure else False)
    used = rows[rows["is_used"]].to_dict("records")
    return [
        f"{_name(row)}, {row['value']:,.6g} billion {row['currency']} of {row['sources']}:"
        f" {_fate(row, used, figure)}."
        for row in rows.to_dict("records")
    ]


def _is_used(rows: pd.DataFrame, figure: dict[Any, Any]) -> pd.Series[bool]:
    """Say which published rows a figure stands on: none of a sum's own cell."""
    is_used: pd.Series[bool] = rows["sources"].isin(str(figure["sources"]).split(";"))
    is_used &= rows["coverage"] == figure["coverage"]
    is_used &= rows["quality"] != "rejected"
    is_used &= figure["basis"] in ("published", "converted")
    is_converted = rows["currency"] != figure["currency"]
    is_used &= is_converted == (figure["basis"] == "converted")
    return is_used


def _fate(
    row: dict[Any, Any], used: list[dict[Any, Any]], figure: dict[Any, Any] | None
) -> str:
    """Say whether a row was used, and if not, by which part of the rule."""
    reason = f": {row['quality_reason']}" if row["quality_reason"] else ""
    if row["quality"] == "rejected":
        return f"rejected{reason}"
    if row["is_used"]:
        return "used"
    if figure is None:
        return f"not used{reason}"
    if row["quality"] != "ok" and figure["quality"] == "ok":
        return f"left out as doubtful{reason}"
    is_in_dollars = row["currency"] == "USD"
    if not is_in_dollars and figure["currency"] == "USD":
        if figure["basis"] != "converted":
            return "left out: a figure in dollars comes first"
    elif figure["basis"] == "converted":
        if row["sources"] in str(figure["sources"]).split(";"):
            return "agrees, and narrows the converted figure"
        return "left out: the converted figure is finer and lies within its rounding"

    first = used[0] if used else figure
    name = first["sources"] if used else _BASES[str(figure["basis"])]
    is_apart = row["low"] > first["high"] or row["high"] < first["low"]
    if not used:
        return (
            f"left out: {f'it contradicts {name}' if is_apart else f'{name} says more'}"
        )
    kind, other = str(row["source_kind"]), str(first["source_kind"])
    if KIND_RANK[kind] > KIND_RANK[other]:
        return f"left out: {_KINDS[kind]} comes after {_KINDS[other]}"
    if row["coverage"] != first["coverage"]:
        return f"left out: it counts {row['coverage']}, the figure {first['coverage']}"
    if is_apart:
        return f"left out: it contradicts {name}, which is newer or held by more"
    return "agrees, and says no more"
