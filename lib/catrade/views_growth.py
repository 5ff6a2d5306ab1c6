"""Frames of the trade growth page beside its yearly cells: the running year, revisions, the index.

They are arranged here and calculated elsewhere.
"""

from __future__ import annotations

from math import isnan
from typing import Any, NamedTuple

import pandas as pd

from catrade import (
    display,
    findings,
    findings_dependence,
    findings_nowcast,
    findings_running,
    nowcast,
    running,
    series,
)
from catrade import growth as growth_of
from catrade.charts.dependence import dependence_lines
from catrade.charts.trade import index_lines
from catrade.charts.trade_split import contribution_split
from catrade.data import load_trade
from catrade.data_composition import load_highlights
from catrade.errors import ParameterError
from catrade.formats import MISSING, fixed, join, percent
from catrade.frames import earlier
from catrade.names import CENTRAL_ASIA, GROUPS, name_of
from catrade.numbers import format_percent
from catrade.revisions import largest
from catrade.selection import RULE
from catrade.views import between, members, pair_rows

#: The year an index starts from if every country has it. 2013, where most series begin, was near a
#: peak of commodity prices; 2019 is the last year before the pandemic.
INDEX_BASE = "2019"
_CHANGES = ("growth_low", "growth_high")


class Running(NamedTuple):
    """What is published of a pair within the year, in one currency.

    Attributes
    ----------
    currency
        CNY for China's figures, USD for a partner's.
    months, to_date, years
        Figures of the pair as `running.figures` returns them.
    parts, part_years
        January-to-month and yearly figures of the countries it stands for.
    dollars
        January-to-month figures of the pair in dollars.
    published_years
        Yearly figures published for the pair itself, which a region's sum is not.
    """

    currency: str
    months: pd.DataFrame
    to_date: pd.DataFrame
    years: pd.DataFrame
    parts: pd.DataFrame
    part_years: pd.DataFrame
    dollars: pd.DataFrame
    published_years: pd.DataFrame


def within_year(published: pd.DataFrame, *, reporter: str, partner: str) -> Running:
    """Return what is published within the year of a pair, a region's as the sum of its members.

    Parameters
    ----------
    published
        Rows of `load_trade(frequency=None, convert=False)`.
    reporter, partner
        As in the notebook's parameters.
    """
    rows = pair_rows(published, reporter=reporter, partner=partner)
    currency = "CNY" if reporter == "CHN" else "USD"
    side = "partner" if reporter == "CHN" else "reporter"

    def of(frequency: str, money: str = currency) -> tuple[pd.DataFrame, pd.DataFrame]:
        found = running.figures(rows, frequency, money)
        parts = found[found[side].isin(members(partner))]
        if partner not in GROUPS:
            return parts, parts
        # The partners' own figures hold Turkmenistan's, which repeat China's: no sum of them.
        pair = running.summed(parts, GROUPS[partner], partner) if reporter == "CHN" else parts[:0]
        return pair.reset_index(drop=True), parts

    (months, _), (to_date, parts), (years, part_years) = map(of, ("monthly", "ytd", "annual"))
    own = running.figures(rows[rows[side] == partner], "annual", currency)
    dollars = of("ytd", "USD")[0]
    return Running(currency, months, to_date, years, parts, part_years, dollars, own)


def answer(
    cells: pd.DataFrame,
    rates: pd.DataFrame,
    now: Running,
    *,
    end: int,
    partner: str,
    reporter: str,
) -> str:
    """Return the answer of the page: the last whole year, the running one, the other side.

    Parameters
    ----------
    cells, rates
        Yearly cells of the pair and their growth, as in `findings.trade_growth`.
    now
        What `within_year` returns.
    end, partner, reporter
        As in the notebook's parameters.
    """
    yearly = findings.trade_growth(cells, rates, partner=partner, reporter=reporter, yuan=now.years)
    running_one = findings_running.this_year(
        now.to_date, now.parts, after=last_year(cells, end), partner=partner, currency=now.currency
    )
    return " ".join(filter(None, [yearly, running_one, other_side(partner=partner, end=end)]))


def context_items(
    cells: pd.DataFrame,
    rows: pd.DataFrame,
    now: Running,
    last: int,
    *,
    partner: str,
    reporter: str,
) -> list[Any]:
    """Return the note below the answer: doubts, bases, dollars and yuan; nothing if none is due."""
    said = [
        findings.context(cells, rows, partner=partner, reporter=reporter),
        findings_running.in_dollars(now.dollars, last) if now.currency != "USD" else "",
        findings_running.base_note(now.to_date, last),
        findings_running.yuan_and_dollars(now.published_years, cells),
    ]
    text = " ".join(filter(None, said))
    return [display.note(text)] if text else []


def to_date_table(now: Running, after: int) -> pd.DataFrame:
    """Return the newest year's sums, newest first, then the same months and the whole years before.

    Parameters
    ----------
    now
        What `within_year` returns.
    after
        The last whole year; without newer figures the table is empty.

    Returns
    -------
    period, and for each of total, export, import: the figure in the currency and `<flow>_growth`
    with `_low` and `_high`; for yuan also dollars, dollars_growth where published.
    """
    newest = findings_running.newest_period(now.to_date, after)
    every = pd.concat([now.to_date, now.years], ignore_index=True)
    if newest.empty:
        return pd.DataFrame()
    last = str(newest["period"].iloc[0])
    year = int(newest["year"].iloc[0])
    sums = now.to_date.loc[now.to_date["year"] == year, "period"].drop_duplicates().tolist()
    older = [earlier(last, 1), earlier(last, 2), str(year - 1), str(year - 2)]
    wide = pd.DataFrame({"period": [*sums[::-1], *older]})
    wide = wide[wide["period"].isin(every["period"])]
    for flow in ("total", "export", "import"):
        some = every.loc[every["flow"] == flow, ["period", "value", "growth", *_CHANGES]]
        names = ["period", flow, f"{flow}_growth", f"{flow}_growth_low", f"{flow}_growth_high"]
        wide = wide.merge(some.set_axis(names, axis=1), on="period", how="left")
    if now.currency != "USD":
        some = now.dollars.loc[now.dollars["flow"] == "total", ["period", "value", "growth"]]
        wide = wide.merge(
            some.set_axis(["period", "dollars", "dollars_growth"], axis=1), how="left"
        )
    return wide.reset_index(drop=True)


def estimates(now: Running, partner: str) -> pd.DataFrame:
    """Return the estimates of whole years from totals to date, the region's as the sum of its own.

    Returns
    -------
    What `nowcast.estimates` returns, of totals.
    """
    to_date, years = (f[f["flow"] == "total"] for f in (now.parts, now.part_years))
    found = nowcast.estimates(to_date, years)
    return nowcast.summed(found, GROUPS[partner], partner) if partner in GROUPS else found


def nowcast_items(now: Running, partner: str, after: int) -> list[Any]:
    """Return what to display of the running year's end: sentences and a table; nothing without."""
    found = nowcast.nowcast(estimates(now, partner))
    found = found[(found["year"] > after) & found["partner"].isin([partner, *members(partner)])]
    own = found[found["partner"] == partner]
    if own.empty:
        return []
    rows = pd.concat([own, found[found["partner"] != partner]])
    said = findings_nowcast.nowcast(own.iloc[0], partner=partner, currency=now.currency)
    warned = findings_nowcast.pitfalls(rows, now.parts, currency=now.currency)
    unit = "billion yuan" if now.currency == "CNY" else "$ billion"
    years = sorted({year for errors in rows["ratio_errors"] for year in errors})
    table = rows.assign(country=rows["partner"].map(name_of))
    columns: dict[str, Any] = {"country": "Partner"}
    for method in nowcast.METHODS:
        ends = zip(*(rows[f"{method}{end}"] for end in ("", "_low", "_high")), strict=True)
        table[f"{method}_text"] = [_estimate(*one) for one in ends]
        table[f"{method}_missed"] = [
            ", ".join(_signed(errors[year]) if year in errors else MISSING for year in years)
            for errors in rows[f"{method}_errors"]
        ]
        columns[f"{method}_text"] = f"{method.capitalize()}, {unit}"
        columns[f"{method}_missed"] = f"Missed {join([str(year) for year in years])}, %"
    columns["n"] = ("n", "integer")
    caption = f"Where {int(own['year'].iloc[0])} may end"
    table = table.drop(columns=[f"{method}_errors" for method in nowcast.METHODS])
    return [
        display.note(said),
        display.table(table, caption, columns=columns, note=warned, name="nowcast"),
    ]


def _estimate(value: float, low: float, high: float) -> str:
    places = 1 if abs(value) < 99.5e9 else 0
    main, least, most = (fixed(one / 1e9, places) for one in (value, low, high))
    return main if isnan(low) else f"{main} ({least} to {most})"


def _signed(error: float) -> str:
    return format_percent(error, error, error, signed=True).removesuffix(" %")


def gold(partner: str) -> pd.DataFrame:
    """Return what is known of gold in China's imports from Kyrgyzstan, where these are shown."""
    facts = load_highlights(exporter="KGZ", importer="CHN", topic="gold")
    shown = "KGZ" in {partner, *members(partner)}
    return facts[facts["share"].notna()] if shown else facts.iloc[:0]


def split_items(now: Running, partner: str, after: int, facts: pd.DataFrame) -> list[Any]:
    """Return what to display of a region's growth within the year, by partner and flow.

    Parameters
    ----------
    now, partner, after
        As in `nowcast_items`.
    facts
        What `gold` returns.
    """
    newest = findings_running.newest_period(now.to_date, after)
    if partner not in GROUPS or newest.empty:
        return []
    period = str(newest["period"].iloc[0])
    split = running.contributions(now.parts, GROUPS[partner], period)
    if split.empty:
        return []
    said = [findings_nowcast.without(newest.loc["total"], split), findings_nowcast.gold(facts)]
    return [contribution_split(split, note=" ".join(filter(None, said)))]


def other_side(*, partner: str, end: int) -> str:
    """Say what part of China's figure the partner itself reports; goods are set against goods."""
    goods = load_trade(end=end, coverage="goods")
    code = "CA4" if partner in GROUPS else partner
    china = series.annual(goods, partner=code)
    own = series.annual(goods, reporter="partner", partner=code)
    return findings_running.other_side(china, own, partner=partner)


def to_date_items(
    now: Running, after: int, revised: pd.DataFrame, facts: pd.DataFrame
) -> list[Any]:
    """Return the table of the running year; nothing where there is no newer figure.

    Parameters
    ----------
    now, after
        As in `to_date_table`.
    revised
        What `revisions.revisions` returns.
    facts
        What `gold` returns.
    """
    table = to_date_table(now, after)
    if table.empty:
        return []
    unit = "bn yuan" if now.currency == "CNY" else "$ bn"
    columns: dict[str, Any] = {"period": ("Period", "period")}
    for flow, name in (("total", "Total"), ("export", "Exports"), ("import", "Imports")):
        columns[flow] = (f"{name}, {unit}", _billions)
        columns[f"{flow}_growth"] = ("Growth", "percent")
    if "dollars" in table and table["dollars"].notna().any():
        columns |= {"dollars": ("Total, $ bn", _billions), "dollars_growth": ("Growth", "percent")}
    size = largest(revised, annual=False)
    note = [f"Past revisions of such figures were up to {percent(size)}."] if size else []
    if now.to_date["partner"].eq("KGZ").any():
        note.append(findings_nowcast.gold(facts))
    caption = "January to the month, with growth on the same months a year before"
    return [
        display.table(table, caption, columns=columns, note=" ".join(note), name="year-to-date")
    ]


def _billions(value: float) -> str:
    places = 1 if not abs(value) < 1e9 else 2
    return fixed(value / 1e9, places)


def dependence_items(shares: pd.DataFrame, partner: str) -> list[Any]:
    """Return what to display of China's weight in the partners' trade.

    Parameters
    ----------
    shares
        What `dependence.dependence` returns.
    """
    countries = [code for code in members(partner) if code != "TKM"]
    if not countries:
        return []
    said = (
        [] if partner in GROUPS else [display.note(findings_dependence.dependence(shares, partner))]
    )
    return [*said, dependence_lines(shares, countries)]


def rule_items() -> list[Any]:
    """Return the rule by which one figure a cell is chosen, as the code has it, folded."""
    return [display.folded("How one figure is chosen where several sources have it", RULE)]


def gap_items(cells: pd.DataFrame, start: int, last: int) -> list[Any]:
    """Return the note on years without a total; nothing where there is none."""
    text = findings.gaps(cells, start, last)
    return [display.note(text)] if text else []


def not_revised(apart: pd.DataFrame, revised: pd.DataFrame) -> pd.DataFrame:
    """Keep the disagreements that the table of first and later figures does not show already."""
    key = ["reporter", "partner", "period", "flow"]
    known = pd.MultiIndex.from_frame(revised[key])
    return apart[~pd.MultiIndex.from_frame(apart[key]).isin(known)].reset_index(drop=True)


def index_items(book: pd.DataFrame, start: int, end: int, partner: str) -> list[Any]:
    """Return the five countries' totals as an index, on the region's page."""
    if partner not in GROUPS:
        return []
    found, based = index(book, start, end)
    if found.empty:
        return [display.note(based)]
    said = (
        "The five countries compared: an index sets every country's total to the same level in one "
        "year, so that the lines show growth and not size; on the logarithmic scale equal slopes "
        "are equal rates."
    )
    return [display.note(said), index_lines(found, caution=based)]


def revision_items(revised: pd.DataFrame, most: int = 8) -> list[Any]:
    """Return first and later figures: the widest change of each partner, flow and kind of period.

    Parameters
    ----------
    revised
        What `revisions.revisions` returns.
    most
        How many rows are shown.
    """
    if revised.empty:
        return []
    whole = revised["period"].str.len() == 4
    kinds = revised.assign(whole=whole)
    kinds = kinds.drop_duplicates(["reporter", "partner", "flow", "whole"]).drop(columns="whole")
    other = kinds["partner"].where(kinds["reporter"] == "CHN", kinds["reporter"])
    unit = kinds["currency"].map({"CNY": "bn yuan", "USD": "$ bn"}).fillna(kinds["currency"])
    table = kinds.assign(country=other.map(name_of), unit=unit).head(most)
    columns: dict[str, Any] = {
        "country": "Country",
        "period": ("Period", "period"),
        "flow": "Flow",
        "first": ("First", _precise),
        "later": ("Later", _precise),
        "change": ("Change", _precise),
        "unit": "Unit",
        "relative": ("Change, %", "percent"),
    }
    note = (
        "Later: as another source published it, or as growth printed a year later implies. Only "
        "changes that rounding does not explain."
    )
    return [
        display.note(findings_running.revised_summary(revised)),
        display.table(
            table, "First and later figures", columns=columns, note=note, name="revisions"
        ),
    ]


def _precise(value: float) -> str:
    return fixed(value / 1e9, 3 if abs(value) < 1e9 else 2)


def index(book: pd.DataFrame, start: int, end: int) -> tuple[pd.DataFrame, str]:
    """Return the five countries' totals as an index, and which had to be left out.

    Doubtful figures are left out: an index that starts from one misleads in every year. For
    Turkmenistan's own book, which only repeats China's figures, that leaves nothing.

    Returns
    -------
    What `growth.index_to_base` returns (no rows if there is no base), and a sentence on the base.
    """
    chosen = book["country"].isin(CENTRAL_ASIA) & (book["flow"] == "total")
    rows = between(book[chosen & (book["quality"] == "ok")], start, end)
    usable = rows[rows["low_usd"] > 0]
    if usable.empty:
        return rows.assign(index=pd.Series(dtype=float)), "No country has a total above zero."
    counts = usable.groupby("period")["country"].nunique()
    best = counts[counts == counts.max()].index
    base = INDEX_BASE if INDEX_BASE in best else min(best)
    try:
        found = growth_of.index_to_base(rows, base)
    except ParameterError:  # no base for any: the sentence says so
        return rows.assign(index=pd.Series(dtype=float)), "No year can be the base of an index."
    out = [name_of(c) for c in CENTRAL_ASIA if c not in set(found["country"])]
    text = f"{base} = 100"
    if base == INDEX_BASE:
        text += ": the last year before the pandemic; 2013 was near a peak of commodity prices"
    text += "."
    if out:
        text += f" Left out, without a sound total above zero in {base}: {', '.join(out)}."
    return found, text


def last_year(cells: pd.DataFrame, end: int) -> int:
    """Return the last whole year of which there is a total, or `end` if there is none."""
    years = cells.loc[cells["flow"] == "total", "year"]
    return int(years.max()) if len(years) else end
