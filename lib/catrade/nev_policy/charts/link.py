"""A chart of what Central Asia takes: imports of electric cars and duty-free quotas by year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.ticker import FuncFormatter, MaxNLocator

from catrade.charts import style
from catrade.charts.parts import bars
from catrade.names import name_of
from catrade.nev_policy.charts.market import millions
from catrade.nev_policy.charts.timeline import empty, source_line
from pagemill import formats
from pagemill.display import Chart
from pagemill.periods import parse_period

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Whole electric cars first; a count with hybrids only where there is no other.
_SERIES = ("ev_imports", "ev_and_hybrid_imports")


@style.house()
def central_asia_link(
    market: pd.DataFrame,
    start: int,
    end: int,
    *,
    countries: tuple[str, ...] = ("KAZ", "KGZ", "UZB"),
    name: str = "central-asia-link",
) -> Chart:
    """Draw imports of electric cars and duty-free quotas by country and year.

    Parameters
    ----------
    market
        Rows of `load_market`: series `ev_imports`, `ev_and_hybrid_imports`, `ev_duty_free_quota`.
    start, end
        First and last year.
    countries
        One panel each.
    """
    rows = market[market["jurisdiction"].isin(countries) & market["year"].between(start, end)]
    rows = rows[rows["series"].isin((*_SERIES, "ev_duty_free_quota"))].copy()
    if rows.empty:
        sentence = f"No import figure or quota for electric cars was found from {start} to {end}"
        return empty(sentence, name)
    years = list(range(int(rows["year"].min()), int(rows["year"].max()) + 1))
    figure, axes = style.new_figure(
        1.5 * len(countries) + 0.5, ratios=(1.0,) * len(countries), gap=0.42,
        margins=(0.55, 0.2, 0.34, 0.34),
    )  # fmt: skip
    best = _fullest(rows)
    for panel, code in zip(axes, countries, strict=True):
        mine, quota = best[best["jurisdiction"] == code], _quota(rows, code)
        _link_panel(panel, mine, quota, years, code)
    style.year_axis(axes[-1], years[0], years[-1], pad=0.55)
    written = []
    for code in countries:
        mine, quota = best[best["jurisdiction"] == code], _quota(rows, code)
        facts = [f"{_when(r)} {millions(r)}{_kind(r)}" for r in mine.to_dict("records")]
        limits = [f"{r['period']} {int(r['value']):,}" for r in quota.to_dict("records")]
        missing = sorted(set(years) - set(mine["year"]))
        written.append(
            f"{name_of(code)}: imports {', '.join(facts) or 'no figure found'}"
            + (f"; duty-free quota {', '.join(limits)}" if limits else "")
            + (
                f"; no import figure for {formats.join([str(y) for y in missing])}"
                if missing
                else ""
            )
            + "."
        )
    found = best["jurisdiction"].nunique()
    newest = best.sort_values(["year", "value"]).iloc[-1] if len(best) else None
    title = (
        f"Imports of electric cars are published for {found} of {len(countries)} countries; "
        f"newest: {name_of(newest['jurisdiction'])}, {millions(newest)} in {newest['period']}"
        if newest is not None
        else "No import figure was found for these countries, only quotas"
    )
    return Chart(
        figure, title, f"One panel a country, {years[0]} to {years[-1]}. {' '.join(written)}",
        rows.sort_values(["jurisdiction", "series", "period"]).reset_index(drop=True),
        source=source_line(rows),
        note="Bars: imports as the importing country publishes them; hatched bars cover part of "
        "the year or count hybrids too. Lines: duty-free quota. Import figures are missing where "
        "there is no bar.",
        name=name,
    )  # fmt: skip


def _fullest(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one import figure a country and year: the whole year first, then the most months."""
    imports = rows[rows["series"].isin(_SERIES)].copy()
    imports["months"] = imports["period"].map(lambda text: parse_period(text).last_month)
    imports["hybrids"] = imports["series"] == "ev_and_hybrid_imports"
    imports = imports.sort_values(["months", "hybrids"], ascending=[False, True], kind="stable")
    return imports.drop_duplicates(["jurisdiction", "year"]).sort_values(["jurisdiction", "year"])


def _quota(rows: pd.DataFrame, code: str) -> pd.DataFrame:
    mine = (rows["series"] == "ev_duty_free_quota") & (rows["jurisdiction"] == code)
    return rows[mine].sort_values("year")


def _when(row: dict[Any, Any]) -> str:
    return formats.period(row["period"])


def _kind(row: dict[Any, Any]) -> str:
    return " (hybrids included)" if row["series"] == "ev_and_hybrid_imports" else ""


def _link_panel(
    axes: Axes, imports: pd.DataFrame, quota: pd.DataFrame, years: list[int], code: str
) -> None:
    colour = style.COUNTRY_COLOURS[code]
    top = max([*imports["value"], *quota["value"], 1.0])
    axes.set_ylim(0, 1.25 * top)
    axes.yaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:,.10g}"))
    axes.set_title(f"{name_of(code)}, vehicles a year")
    for row in imports.to_dict("records"):
        part = row["frequency"] != "annual" or row["series"] != "ev_imports"
        if part:
            bars(axes, [row["year"]], [row["value"]], 0.5, style.PAPER, edgecolor=colour,
                 linewidth=1, hatch="/////", zorder=2)  # fmt: skip
        else:
            bars(axes, [row["year"]], [row["value"]], 0.5, colour, zorder=2)
        words = _bar_words(row)
        axes.annotate(words, (row["year"], row["value"]), xytext=(0, 3), ha="center",
                      textcoords="offset points", fontsize=8, zorder=5)  # fmt: skip
    for row in quota.to_dict("records"):
        axes.plot([row["year"] - 0.4, row["year"] + 0.4], [row["value"]] * 2, color=style.INK,
                  linewidth=1.8, zorder=4, clip_on=False)  # fmt: skip
    if len(quota):
        free = quota[~quota["year"].isin(imports["year"]) & (quota["value"] > 0)]
        named = (free if len(free) else quota).iloc[0]
        left = len(free) > 0  # above a line without a bar, else beside the bar
        axes.annotate("duty-free quota", (named["year"] + (-0.4 if left else 0.42), named["value"]),
                      xytext=(0, 4 if left else 0), textcoords="offset points", fontsize=8,
                      va="baseline" if left else "center")  # fmt: skip
    for year in sorted(set(years) - set(imports["year"])):
        axes.annotate("no figure", (year, 0), xytext=(0, 4), textcoords="offset points",
                      ha="center", fontsize=8, color=style.MUTED)  # fmt: skip


def _bar_words(row: dict[Any, Any]) -> str:
    text = millions(row)
    if row["frequency"] != "annual":
        return f"{text} (Jan–{formats.period(row['period']).split('–')[-1][:3]})"
    return text + (" with hybrids" if row["series"] == "ev_and_hybrid_imports" else "")
