"""A chart of what a buyer of an NEV in China gets: subsidy, bonuses, tax relief."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.ticker import FuncFormatter, MaxNLocator

from catrade.charts import style
from catrade.charts.parts import bars, trace
from catrade.dates import date_interval
from catrade.nev_policy.charts.timeaxis import at, room_below, time_axis
from catrade.nev_policy.charts.timeline import source_line
from pagemill import formats
from pagemill.display import Chart

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LINES = {
    "highest amount": style.INK,
    "plug-in hybrid": "#789c60",
}
#: Battery cars from the shortest to the longest range.
_RANGES = ("#d87800", "#549cb4", "#6c3cfc", "#a84818")
_BONUS = {"scrappage_bonus": "#cc2478", "trade_in_bonus": "#d87800"}
_SCHEMES = {"scrappage_bonus": "Bonus after scrapping", "trade_in_bonus": "Bonus after a trade-in"}
_RULE_WORDS = {
    "exempt": "no tax",
    "exempt_to_cap": "no tax up to {}",
    "half_to_cap": "half the tax, up to {}",
}


def yuan(amount: float) -> str:
    """Return an amount of yuan in words.

    Examples
    --------
    >>> yuan(15000)
    '15,000 yuan'
    """
    return f"{formats.fixed(amount, 0)} yuan"


@style.house()
def subsidy_steps(
    paid: pd.DataFrame,
    bonuses: pd.DataFrame,
    tax: pd.DataFrame,
    start: int,
    end: int,
    *,
    name: str = "subsidy-and-tax",
) -> Chart:
    """Draw the money for one car by electric range, the later bonuses, and the tax relief.

    Parameters
    ----------
    paid
        Result of `market.subsidy_by_range`.
    bonuses
        Rows of `load_subsidies(["scrappage_bonus", "trade_in_bonus"])`.
    tax
        Rows of `load_purchase_tax`.
    start, end
        First and last year.
    """
    first, last = dt.date(start, 1, 1), dt.date(end, 12, 31)
    buying = _within(paid, first, last)
    bonus = _within(bonuses, first, last)
    relief = _within(tax, first, last)
    pays = bool((buying["amount_cny"] > 0).any())
    figure, axes = style.new_figure(
        5.2 if pays else 3.9,
        ratios=(1.0 if pays else 0.22, 0.46, 0.26),
        gap=0.42,
        margins=(0.5, 0.2, 0.3, room_below(first, last)),
    )
    time_axis(axes[-1], first, last)
    _amount_axis(axes[0], buying, "Purchase subsidy for one car, thousand yuan")
    if pays:
        _subsidy_lines(axes[0], buying)
    _amount_axis(axes[1], bonus, "Scrappage and trade-in bonus, thousand yuan")
    for scheme, rows in bonus.groupby("scheme", sort=False):
        for row in rows.to_dict("records"):
            _segment(axes[1], row, _BONUS[str(scheme)])
        newest = rows.iloc[-1]
        lower = scheme == "trade_in_bonus"
        axes[1].annotate("after a trade-in, at most" if lower else "after scrapping",
                         (newest["x1"], newest["amount_cny"]), xytext=(0, 3),
                         textcoords="offset points", ha="right", fontsize=8)  # fmt: skip
    for panel, filled in zip(axes, (pays, len(bonus) > 0), strict=False):
        if not filled:
            _nothing(panel)
    _tax_strip(axes[2], relief, first, last)
    return Chart(
        figure,
        _support_title(buying, relief),
        _support_alt(buying, bonus, relief, start, end),
        pd.concat([buying, bonus], ignore_index=True).drop(columns=["x0", "x1"]),
        source=source_line(pd.concat([buying, bonus, relief])),
        note="Base rate of the central subsidy for battery cars of four electric ranges and for "
        "plug-in hybrids. Dotted: our arithmetic on a published cut. Where a line breaks, the "
        "amount was not found. Lines of equal amounts lie on each other.",
        name=name,
    )


def _within(frame: pd.DataFrame, first: dt.date, last: dt.date) -> pd.DataFrame:
    begin = frame["period_start"].map(lambda text: date_interval(text)[0])
    # A start known to the month counts from its end: the amount is certain from then on.
    sure = frame["period_start"].map(lambda text: date_interval(text)[1 if len(text) == 7 else 0])
    finish = frame["period_end"].map(lambda text: date_interval(text)[1] if text else last)
    keep = (begin <= last) & (finish >= first)
    x0 = sure.map(lambda day: at(max(day, first)))
    x1 = finish.map(lambda day: at(min(day, last)) + 1)
    return frame.assign(x0=x0, x1=x1)[keep].reset_index(drop=True)


def _segment(axes: Axes, row: dict[Any, Any], colour: str) -> None:
    trace(axes, [row["x0"], row["x1"]], [row["amount_cny"]] * 2, colour, linewidth=2.4,
          linestyle=(0, (1.4, 1)) if row["derived"] else "-", solid_capstyle="butt",
          dash_capstyle="butt", zorder=3)  # fmt: skip


def _subsidy_lines(axes: Axes, rows: pd.DataFrame) -> None:
    """Draw a stair for each example car, joined where one amount follows another at once."""
    examples = list(dict.fromkeys(rows["example"]))
    ranges = [name for name in examples if name.endswith(" km")]
    colours = {**_LINES, **dict(zip(ranges, _RANGES, strict=False))}
    for name in examples:
        colour, before = colours.get(name, style.MUTED), None
        for row in rows[rows["example"] == name].sort_values("x0").to_dict("records"):
            _segment(axes, row, colour)
            if before is not None and abs(row["x0"] - before["x1"]) < 2:
                trace(axes, [row["x0"]] * 2, [before["amount_cny"], row["amount_cny"]], colour,
                      linewidth=1, zorder=2)  # fmt: skip
            before = row
        word = f"{name} range" if name in ranges else name
        axes.plot([], [], color=colour, linewidth=2.4, label=word)
    axes.legend(loc="upper right", ncols=2, fontsize=8.5, borderaxespad=0, handlelength=1.4,
                columnspacing=1.2, labelspacing=0.3)  # fmt: skip


def _amount_axis(axes: Axes, rows: pd.DataFrame, title: str) -> None:
    top = float(rows["amount_cny"].max()) if len(rows) else 1.0
    axes.set_ylim(0, 1.2 * max(top, 1.0))
    axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v / 1000:,.10g}"))
    axes.set_title(title)


def _nothing(axes: Axes) -> None:
    axes.set_yticks([])
    axes.text(0.5, 0.5, "none in these years", transform=axes.transAxes, ha="center",
              va="center", color=style.MUTED)  # fmt: skip


def _rule(row: dict[Any, Any]) -> str:
    cap = "" if pd.isna(row["cap_cny"]) else yuan(row["cap_cny"])
    return _RULE_WORDS[row["rule"]].format(cap)


def _tax_strip(axes: Axes, relief: pd.DataFrame, first: dt.date, last: dt.date) -> None:
    axes.set_title("Purchase tax relief for one car")
    axes.set_yticks([])
    axes.set_ylim(0, 1)
    axes.grid(visible=False)
    if relief.empty:
        _nothing(axes)
        return
    runs = relief.assign(rule_words=[_rule(r) for r in relief.to_dict("records")])
    runs["run"] = (runs["rule_words"] != runs["rule_words"].shift()).cumsum()
    width = at(last) + 1 - at(first)
    for number, (_, group) in enumerate(runs.groupby("run")):
        x0, x1 = group["x0"].iloc[0], group["x1"].iloc[-1]
        half = group["relief_share"].iloc[0]
        bars(axes, [0.28], [x1 - x0], 0.42 * half, style.THEME_COLOURS["demand_support"], [x0],
             flat=True, edgecolor=style.PAPER, linewidth=1.2, zorder=3)  # fmt: skip
        text = group["rule_words"].iloc[0]
        room = (x1 - x0) / width * 468
        right = room < 5 * len(text)
        x, y = (x1, 1.1 if number % 2 else 0.76) if right else ((x0 + x1) / 2, 0.76)
        axes.text(x, y, text, ha="right" if right else "center", va="center_baseline",
                  fontsize=8)  # fmt: skip


def _support_title(buying: pd.DataFrame, relief: pd.DataFrame) -> str:
    parts = []
    paid = buying[(buying["scheme"] == "purchase_subsidy") & (buying["amount_cny"] > 0)]
    if len(paid):
        top, final = paid["amount_cny"].max(), paid[paid["x1"] == paid["x1"].max()]
        least = final["amount_cny"].max()
        year = paid.loc[paid["amount_cny"] == top, "period_start"].iloc[0][:4]
        parts.append(
            f"The largest purchase subsidy went from {yuan(top)} in {year} to {yuan(least)} in "
            f"{final['period_end'].iloc[0][:4]}"
        )
    if len(relief):
        row = relief.to_dict("records")[-1]
        parts.append(f"tax relief since {formats.date(row['period_start'])}: {_rule(row)}")
    text = "; ".join(parts) or "No purchase subsidy or tax relief in these years"
    return text[:1].upper() + text[1:]


def _support_alt(
    buying: pd.DataFrame, bonus: pd.DataFrame, relief: pd.DataFrame, start: int, end: int
) -> str:
    parts = [f"Three panels, {start} to {end}."]
    paid = buying[buying["amount_cny"] > 0]
    if len(paid):
        ranked = paid.sort_values("amount_cny", kind="stable")
        high, low = ranked.iloc[-1], ranked.iloc[0]
        cars = formats.join(list(dict.fromkeys(paid["example"])))
        parts.append(
            f"Purchase subsidy for {cars}: highest {yuan(high['amount_cny'])} "
            f"({high['example']}) from {formats.date(high['period_start'])}, lowest "
            f"{yuan(low['amount_cny'])} ({low['example']}) from "
            f"{formats.date(low['period_start'])}."
        )
    for row in bonus.to_dict("records"):
        most = "up to " if row["bound"] == "maximum" else ""
        parts.append(
            f"{_SCHEMES[row['scheme']]} from "
            f"{formats.date(row['period_start'])}: {most}{yuan(row['amount_cny'])}."
        )
    parts += [
        f"Purchase tax {formats.date(row['period_start'])} to "
        f"{formats.date(row['period_end'])}: {_rule(row)}."
        for row in relief.to_dict("records")
    ]
    return " ".join(parts)
