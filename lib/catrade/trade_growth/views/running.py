"""Frames of the trade growth page about the running year: months, sums to date, the year's end.

They are arranged here and calculated elsewhere.
"""

from __future__ import annotations

from math import isnan
from typing import Any, NamedTuple

import pandas as pd

from catrade.cells import series
from catrade.cells.frames import earlier
from catrade.load.goods import load_highlights
from catrade.load.trade import load_trade
from catrade.names import GROUPS, name_of
from catrade.trade_growth import nowcast, running
from catrade.trade_growth.charts.split import contribution_split
from catrade.trade_growth.revisions import largest
from catrade.trade_growth.say import nowcast as findings_nowcast
from catrade.trade_growth.say import running as findings_running
from catrade.trade_growth.say import year as findings
from catrade.trade_growth.views.year import members, pair_rows
from pagemill import display
from pagemill.formats import MISSING, fixed, join, percent
from pagemill.numbers import format_percent

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
    cells: pd.DataFrame, rows: pd.DataFrame, now: Running, last: int, partner: str
) -> list[Any]:
    """Return the note below the answer: doubts, bases, dollars and yuan; nothing if none is due."""
    said = [
        findings.context(cells, rows, partner=partner),
        findings_running.base_note(now.to_date, last),
    ]
    if now.currency == "CNY":
        said.insert(1, findings_running.in_dollars(now.dollars, last))
        said.append(findings_running.yuan_and_dollars(now.published_years, cells))
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
    return format_percent(error, error, error, signed=True).removesuffix("%")


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


def last_year(cells: pd.DataFrame, end: int) -> int:
    """Return the last whole year of which there is a total, or `end` if there is none."""
    years = cells.loc[cells["flow"] == "total", "year"]
    return int(years.max()) if len(years) else end
