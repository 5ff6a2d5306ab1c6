"""Sentences of the composition report that need branches; the others stand in the notebook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from catrade import words
from catrade.calc.changes import (
    burst,
    composition_change,
    contribution_to_change,
    peak_between,
    revision_breaks,
)
from catrade.calc.composition import LABEL
from catrade.calc.concentration import item_column
from catrade.pages.trade_composition.goods import NEARLY_ALL, Flow, published_good
from catrade.tables import fetched
from catrade.tables.names import in_sentence, name_of
from catrade.tables.paths import data_dir
from catrade.tables.products import BACI
from catrade.tables.trade import load_sources
from catrade.words import told
from rounding import formats
from rounding.rounded import Rounded

__all__ = [
    "answer",
    "card",
    "change",
    "exact",
    "facts",
    "gap",
    "good",
    "risen",
    "sides",
    "structure",
    "whose",
]

#: Two figures of a good that are no further apart (in logarithms) agree.
_AGREE = 0.05
#: A sum of goods that differs less from a total is of the same release, within what is left out.
_SAME = 0.005
#: A good worth less than this part of the flow is not told as one that agrees.
_WORTH_TELLING = 0.05
#: Years of which Kazakhstan's report in UN Comtrade is known to be incomplete.
_TRUNCATED = (2020, 2022)
_EACH = {
    "hs_chapter": "HS chapters",
    "section": "HS sections",
    "wits_group": "product groups",
}


class _Lead(NamedTuple):
    """What is said first of a flow: its largest good, the greatest news first."""

    weight: float
    sentence: str
    value: Rounded
    what: str
    by_year: list[float]


def answer(flows: list[Flow], partner: str) -> str:
    """Answer the question of `trade_composition`: the largest goods, the greatest news first."""
    said = [lead.sentence for lead in _leads(flows)]
    if partner == "TKM":
        said.append("Turkmenistan publishes no trade statistics by partner.")
    return " ".join(said) or "No table by good was found for these years."


def card(flows: list[Flow]) -> dict[str, Any]:
    """Return the big number of the report's card, of what, and its years."""
    leads = _leads(flows)
    if not leads:
        return {}
    first = leads[0]
    return {"figure": f"{first.value:bn}", "change": first.what, "spark": first.by_year}


def _leads(flows: list[Flow]) -> list[_Lead]:
    found = [lead for flow in flows for lead in (_published(flow) or _tabled(flow))]
    return sorted(found, key=lambda lead: -lead.weight)


def _published(flow: Flow) -> list[_Lead]:
    table = published_good(flow)
    if table.empty:
        return []
    row = table.dropna(subset=["share"]).iloc[-1]
    value, whole, year = Rounded.of(row, "good_usd"), Rounded.of(row), row["year"]
    over = burst(flow.months) if row["share"] > NEARLY_ALL else {}
    little = " and little else" if row["share"] > NEARLY_ALL and not over else ""
    sentence = (
        f"In {year} China bought {row['item']} from {flow.partner}{little}: {value:usd} of"
        f" imports of {whole:usd}, {_counted(row)}."
    )
    if over:
        sentence = (
            f"For {over['count']} months China bought {row['item']} from {flow.partner}: from"
            f" {formats.period(over['first'])} to {formats.period(over['last'])} its imports were"
            f" {_yuan(over['value'])}, in the {over['count_since']} months since"
            f" {_yuan(over['value_since'])} for goods of all kinds. Of {whole:usd} in {year}"
            f" {row['item']} was {value:usd}, {_counted(row)}."
        )
    weight = np.inf if row["share"] > NEARLY_ALL else value.value
    what, by_year = f"{row['good'].lower()}, {year}", table["good_usd"].tolist()
    return [_Lead(weight, sentence, value, what, by_year)]


def _yuan(value: float) -> str:
    return words.amount({"value": value, "low": value, "high": value})


def _tabled(flow: Flow) -> list[_Lead]:
    if not flow.book:
        return []
    top, year = flow.newest.iloc[0], flow.years[-1]
    whole, value = told(float(flow.newest["value_usd"].sum())), told(top["value_usd"])
    good = _lower(top[LABEL[flow.item]])
    way = f"From {flow.partner} China buys"
    if flow.exporter == "CHN":
        way = f"To {flow.partner} China sells"
    sentence = (
        f"{way} {good} above all: {value:usd} of {whole:usd} in {year} by"
        f" {possessive(flow.book)} statistics{_other_side(flow, year)}{_rise(flow)}."
    )
    rows = flow.items[flow.items[flow.item] == top[flow.item]].set_index("year")
    every = rows["value_usd"].reindex(range(flow.years[0], year + 1)).tolist()
    return [_Lead(value.value, sentence, value, f"{good}, {year}", every)]


def _rise(flow: Flow) -> str:
    """Say which good gained most, at its peak too, or what led the year before."""
    if len(flow.years) < 2:
        return ""
    label, shares = _riser(flow)
    first, last = (exact(shares.iloc[end]) for end in (0, -1))
    text = f"; {_lower(label)} rose from {first:percent} of it in {shares.index[0]} to"
    if peak := peak_between(shares):
        most = exact(shares[peak])
        return f"{text} {most:percent} in {peak}, then fell to {last:percent}"
    if before := led_before(flow):
        return (
            f"; {_lower(before['label'])} led in {before['year']}"
            f" ({exact(before['share']):percent}, then {exact(before['now']):percent})"
        )
    return f"{text} {last:percent}" if flow.exporter == "CHN" else ""


def _riser(flow: Flow) -> tuple[str, pd.Series[float]]:
    """Return the good whose share rose most from first to last year, and its share by year."""
    row = composition_change(flow.items, flow.years[0], flow.years[-1]).iloc[0]
    rows = flow.items[flow.items[flow.item] == row[flow.item]]
    # A good that a table does not list is no part of it that can be told.
    shares = rows.set_index("year")["share"].reindex(flow.years, fill_value=0.0)
    return row[LABEL[flow.item]], shares


def led_before(flow: Flow) -> dict[str, Any]:
    """Return the good that led the year before, where another leads now: else nothing.

    Returns
    -------
    dict
        label, year, share (in that year) and now (its share in the newest year).
    """
    year = flow.years[-1] - 1
    before = flow.items[flow.items["year"] == year]
    if before.empty:
        return {}
    old = before.sort_values("value_usd").iloc[-1]
    now = flow.newest.set_index(flow.item)["share"]
    if old[flow.item] == now.index[0]:
        return {}
    label, left = old[LABEL[flow.item]], float(now.get(old[flow.item], 0.0))
    return {"label": label, "year": year, "share": float(old["share"]), "now": left}


def _other_side(flow: Flow, year: int) -> str:
    """Say what the other side has for the same good, else what China has for the whole flow."""
    sides = {flow.exporter: "exporter_usd", flow.importer: "importer_usd"}
    pairs = flow.pairs[flow.pairs["year"] == year]
    if flow.item in pairs.columns and len(pairs) and flow.book in sides:
        other = next(side for side in sides if side != flow.book)
        top = pairs[pairs[flow.item] == flow.newest[flow.item][0]]
        for figure in top[sides[other]].dropna():
            return f" ({name_of(other)} counts {told(figure):usd})"
    cell = flow.china[flow.china["year"] == year].dropna(subset=["value_usd"])
    if flow.book == "CHN" or cell.empty:
        return ""
    return f" (China counts {told(cell['value_usd'].iloc[0]):usd} in all)"


def _counted(row: Mapping[str, Any] | pd.Series[Any]) -> str:
    """Say who is behind a single fact: an agency's count is not the statistics it counts."""
    names = load_sources().set_index("source_id")["publisher"]
    publisher = str(names[row["source_ids"].rpartition(";")[2]])
    if "RIA Novosti" in publisher:
        return "by a count RIA Novosti made of customs data"
    return f"as {publisher.partition(' (')[0]} reports"


def whose(flow: Flow) -> str:
    """Say whose table it is, for which years, how much it covers, and where codes change."""
    if flow.item == "wits_group":
        return (
            "The World Bank’s product groups (WITS). They follow an older edition of the HS than"
            f" chapter tables of today.{_vintage(flow)}"
        )
    text = f"{_EACH[flow.item]} of {words.years(flow.years)}."
    if flow.book == BACI:
        text += (
            " BACI is CEPII’s reconciliation of what both sides report, valued without freight and"
            " insurance; it is neither side’s own table"
        )
        text += "." if flow.asked == BACI else ", and none of theirs was found."
    elif flow.asked == BACI:
        text += " BACI has nothing on this flow."
    elif flow.book != flow.asked:
        text += f" {name_of(flow.asked)}’s full table by chapter was not found"
        if len(flow.some):
            text += f"; of {len(flow.some)} chapters both sides are known"
        text += f".{_by_groups(flow)}"
    if (
        flow.book == "KAZ"
        and flow.years[0] < _TRUNCATED[0] <= _TRUNCATED[1] < flow.years[-1]
    ):
        text += " UN Comtrade lacks many chapters of 2020 to 2022."
    spare = float(flow.items["unlisted_usd"].max())
    if spare > 1e-3 * flow.items.groupby("year")["value_usd"].sum().min():
        text += (
            f" Goods the source leaves out come to at most {told(spare):usd} a year."
        )
    return text + _vintage(flow) + _fetched(flow) + _editions(flow)


def _by_groups(flow: Flow) -> str:
    """Say what leads in the product groups of the side whose chapters are not held."""
    sides = {flow.exporter: "exporter_usd", flow.importer: "importer_usd"}
    if "wits_group" not in flow.pairs.columns or flow.asked not in sides:
        return ""
    top = flow.pairs.sort_values(sides[flow.asked], na_position="first").iloc[-1]
    return (
        f" By {possessive(flow.asked)} product groups of {top['year']} the largest is"
        f" {_lower(top['wits_name'])}, {told(top[sides[flow.asked]]):usd}."
    )


def _vintage(flow: Flow) -> str:
    """Say where the sum of China's goods is of another release than its total."""
    year = flow.years[-1]
    cell = flow.china[flow.china["year"] == year].dropna(subset=["value_usd"])
    if flow.book != "CHN" or cell.empty:
        return ""
    goods, total = float(flow.newest["value_usd"].sum()), Rounded.of(cell.iloc[0])
    if abs(goods / total.value - 1) < _SAME:
        return ""
    return (
        f" The goods of {year} come to {told(goods):usd}; the total shown on the pages of growth"
        f" and of both sides, {total:usd}, is of another release."
    )


def _fetched(flow: Flow) -> str:
    """Say which years were fetched, from whom and when."""
    titles = fetched.sources(data_dir()).set_index("source_id")[["publisher", "title"]]
    ours, said = flow.items[flow.items["source_id"].isin(titles.index)], ""
    for source, rows in ours.groupby("source_id", sort=True):
        publisher, title = (str(text) for text in titles.loc[str(source)])
        what = title.rpartition(", ")[2] if publisher == "UN Comtrade" else title
        said += f" {words.years(rows['year'])}: {publisher}, {what}."
    return said


def _editions(flow: Flow) -> str:
    """Say where the codes of a table change, as far as its editions are known."""
    return "".join(
        f" From {row['year']} on, goods are coded in {row['to_edition']} instead of "
        f"{row['from_edition']}: part of a change from {row['previous_year']} may be one of code."
        for row in revision_breaks(
            flow.items[flow.items["classification"] != ""]
        ).to_dict("records")
    )


def change(flow: Flow) -> str:
    """Say how a flow grew between the first and the last year of its table, and what drove it."""
    if len(flow.years) < 2:
        return ""
    first, last = flow.years[0], flow.years[-1]
    table = contribution_to_change(flow.items, first, last)
    most = table.iloc[int(table["contribution"].abs().argmax())]
    part = Rounded.of(most, "contribution")
    sums = [told(float(table[f"{end}_usd"].sum())) for end in ("start", "end")]
    growth, what = exact(float(most["growth"])), _lower(most[LABEL[flow.item]])
    return (
        f"{flow.name} were {sums[0]:usd} in {first} and {sums[1]:usd} in {last} by"
        f" {possessive(flow.book)} statistics, {growth + 1:times} as much;"
        f" {what} contributed {part:points} of the growth of {growth:percent}."
    ).replace(" points of", " percentage points of")


def structure(flow: Flow) -> str:
    """Return the finding of a table: what leads it and, of two years, what gained most."""
    top = flow.newest.iloc[0]
    label, part = top[LABEL[flow.item]], Rounded.of(top, "share")
    if len(flow.years) < 2:
        return f"{label}: {part:percent} of {flow.name}"
    name, shares = _riser(flow)
    start, end = (exact(shares.iloc[at]) for at in (0, -1))
    if peak := peak_between(shares):
        most = exact(shares[peak])
        return f"{name}: from {start:percent} to {most:percent} in {peak}, then {end:percent}"
    if before := led_before(flow):
        now, old = exact(before["now"]), _lower(before["label"])
        year = flow.years[-1]
        return f"{label} first since {year}, with {part:percent}; {old} {now:percent}"
    rise = f"{_lower(name)} rose from {start:percent} to {end:percent}"
    # A title has ten words at most.
    if name == label or len(f"{label} {rise}".split()) > 9:
        return words.capital(f"{rise} of {flow.slug}")
    return f"{label} leads; {rise}"


def risen(rows: pd.DataFrame) -> str:
    """Return the finding of one good by year: first and last, and the peak between them.

    Parameters
    ----------
    rows
        One side's rows of `goods.risen`.

    Examples
    --------
    >>> known = {"label": "Road vehicles", "year": [2017, 2023, 2024], "value_bn": [0.1, 3.1, 2.4]}
    >>> risen(pd.DataFrame(known))
    'Road vehicles: $100m in 2017, $3.1bn in 2023, then $2.4bn'
    """
    values = rows.set_index("year")["value_bn"].sort_index() * 1e9
    first, last = told(values.iloc[0]), told(values.iloc[-1])
    text = f"{rows['label'].iloc[0]}: {first:bn} in {values.index[0]}"
    if peak := peak_between(values):
        return f"{text}, {told(values[peak]):bn} in {peak}, then {last:bn}"
    return f"{text}, {last:bn} in {values.index[-1]}"


def good(row: Mapping[str, Any], partner: str) -> str:
    """Return the finding of a good within its flow, from the newest row that has its share."""
    part = Rounded.of(row, "share")
    if part.value > NEARLY_ALL:
        return (
            f"{row['good']} was nearly all China bought from {partner} in {row['year']}"
        )
    return f"{row['good']}: {part:percent} of what China bought from {partner} in {row['year']}"


def counted(row: Mapping[str, Any]) -> str:
    """Say in a note who counted a good, and that its share is ours."""
    return words.capital(
        f"{_counted(row)}, {row['good'].lower()} was {Rounded.of(row, 'good_usd'):usd} in"
        f" {row['year']}; its share of the {Rounded.of(row):usd} imported is our division."
    )


def gap(pairs: pd.DataFrame) -> str:
    """Say in which good the two sides of one flow and year are furthest apart, and which agree.

    Parameters
    ----------
    pairs
        What `catrade.pages.trade_composition.goods.pairs` returns.
    """
    rows = pairs.dropna(subset=["difference_usd"])
    some = bool(pairs["covered"].notna().any())
    seller, buyer, year = (
        pairs[name].iloc[0] for name in ("exporter", "importer", "year")
    )
    sums = [
        told(float(pairs[f"{side}_usd"].sum())) for side in ("exporter", "importer")
    ]
    label = LABEL[item_column(pairs, "gap")]
    worst = rows.sort_values("difference_usd", key=abs, kind="stable").iloc[-1]
    part, of = worst["share_of_gap"], ""
    if some:
        covered = exact(float(pairs["covered"].iloc[0]))
        of = f" in the {len(rows)} chapters that both list, {covered:percent} of China’s figure"
    # Where gaps of goods run in both directions, a share of their sum says nothing.
    lead = (
        f"{exact(part):percent} of the gap is"
        if 0 < part <= 1
        else "The widest gap is in"
    )
    large = rows[
        rows[["exporter_usd", "importer_usd"]].min(axis=1)
        > _WORTH_TELLING * sums[0].value
    ]
    apart = np.log(large["ratio"]).abs()
    alike = (
        large.iloc[int(apart.argmin())] if len(large) and apart.min() < _AGREE else None
    )
    agree = (
        ""
        if alike is None
        else f"; for {_lower(alike[label])} they are close ({both(alike)})"
    )
    return (
        f"{name_of(seller)} counts {sums[0]:usd} exported in {year}, {name_of(buyer)} {sums[1]:usd}"
        f" imported{of}. {lead} {_lower(worst[label])} ({both(worst)}){agree}."
    )


def grouped(pairs: pd.DataFrame) -> str:
    """Say what kind of goods a comparison is by, and what that means for its figures."""
    if "wits_group" not in pairs.columns:
        return (
            "HS chapters, those that both sides list."
            if pairs["covered"].notna().any()
            else ""
        )
    text = "Product groups of the World Bank (WITS)."
    if ";" in pairs["source_ids"].iloc[0]:
        text += (
            " Of one side they are its HS chapters added up; where both are held, groups of over"
            " $100 million differ by at most 1.7%."
        )
    return text


def sides(pairs: pd.DataFrame) -> str:
    """Return the finding of a comparison: the good that the two sides count least alike."""
    label = LABEL[item_column(pairs, "sides")]
    rows = pairs.dropna(subset=["difference_usd"])
    row = rows.iloc[int(rows["difference_usd"].abs().argmax())]
    figures = [
        f"{name_of(row[side])} {told(row[f'{side}_usd']):bn}"
        for side in ("exporter", "importer")
    ]
    way = "exports" if row["exporter"] == "CHN" else "imports"
    return f"{row[label]}, {way} {row['year']}: {', '.join(figures)}"


def both(row: Any) -> str:
    """Write the exporter's and the importer's figure of a good."""
    return f"{told(row['exporter_usd']):usd} and {told(row['importer_usd']):usd}"


def facts(flows: list[Flow]) -> pd.DataFrame:
    """Return single facts as a page lists them: newest first, amounts in words."""
    rows = pd.concat(
        [flow.facts.assign(flow=flow.slug.capitalize()) for flow in flows],
        ignore_index=True,
    )
    names = load_sources().set_index("source_id")["publisher"]
    publisher = [
        formats.join([names[one] for one in ids.split(";")])
        for ids in rows["source_id"]
    ]
    amounts = [_amount(row) for row in rows.to_dict("records")]
    rows = rows.assign(amount=amounts, publisher=publisher)
    order = [False, False, True]
    return rows.sort_values(
        ["year", "period", "topic"], ascending=order, ignore_index=True
    )


#: Columns of the table of facts.
FACTS: Mapping[str, Any] = {
    "flow": "Flow",
    "period": ("Period", "period"),
    "item": "What",
    "amount": "Amount",
    "growth": ("Growth on a year before", "percent"),
    "publisher": "Published by",
}


def _amount(row: Mapping[Any, Any]) -> str:
    if formats.is_missing(row["value"]):
        return ""
    if row["unit"] == "USD":
        return f"{Rounded(row['value'], row['low'], row['high']):bn}"
    return (
        f"{formats.fixed(row['value'], 0 if row['value'] >= 100 else 1)} {row['unit']}"
    )


def exact(value: float) -> Rounded:
    """Return a number that was not rounded before it came here."""
    return Rounded(value, value, value)


def possessive(code: str) -> str:
    """Return whose statistics, as a sentence says it: `China’s`, `CEPII’s (BACI)`."""
    return "CEPII’s reconciled (BACI)" if code == BACI else f"{in_sentence(code)}’s"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
