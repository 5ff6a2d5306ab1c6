"""Series of the market: cars sold and made, chargers, batteries, clean technology by partner."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal

import pandas as pd

from catrade.face.frames import WHEN, codes_of, dated, freq_of, with_gaps
from catrade_build.calc.market import best_first
from catrade_build.cells.frames import join_ids
from catrade_build.series import Named, read_name
from catrade_build.tables import as_of
from catrade_build.tables.names import code_of, name_of
from catrade_build.tables.policy import load_market
from catrade_build.tables.trade import (
    CHOSEN,
    Codes,
    Time,
    described,
    refuse_unknown,
    select,
    several,
)
from catrade_build.words import capital
from rounding.errors import ParameterError

#: The kind that is the sum of others.
_TOGETHER = "cleantech"


def market(
    series: str | Sequence[str] | None = None,
    start: int | str | None = None,
    end: int | str | None = None,
    *,
    kind: str | Sequence[str] | None = None,
    partner: str | Sequence[str] | None = None,
    jurisdiction: str | None = None,
    freq: Literal["year", "month", "ytd"] | None = None,
) -> pd.DataFrame:
    """Return series of the market, one row a period; without a name, what series there are.

    Parameters
    ----------
    series
        Name of a series in any case, such as "nev_sales", or several. Of one that was not known yet
        on the day of `ct.as_of` the frame is empty.
    start, end
        First and last year (2018) or period ("2024-03"), both included.
    kind
        What is counted, in place of a name: solar, wind, battery, ev, nev, bev, charger, …, or
        several.
    partner
        With whom it is traded, by code or name, or several: all series of trade with them, but not
        the sum of kinds (cleantech).
    jurisdiction
        Whose market, by code or name; by default China's, and of a series that China has not all
        places that have it.
    freq
        year, month or ytd (January to the month of `date`); by default months where `start` or
        `end` is one, else that of which there is most.

    Returns
    -------
    DataFrame
        series, kind, partner, jurisdiction, year, period and month (unless by year), quality
        (`doubtful` where there is no other), unit, date, sources, low, high (what rounding allows),
        value: of several sources the finest without doubt. Of dollars alone low_bn, high_bn and
        value_bn, in billions. A period without a figure is a row with NaN. Without series, kind and
        partner: series, meaning, kind, partner, jurisdiction, freq, unit, first, last (dates), n,
        one row a series.

    Raises
    ------
    ParameterError
        If there is no such series, or none of that frequency.

    Examples
    --------
    >>> market("nev_sales", 2024, 2025, freq="year").set_index("year")["value"].to_dict()
    {2024: 12866000.0, 2025: 16490000.0}
    >>> solar = market(kind="solar", partner="UZB", start=2025, freq="year")
    >>> solar[["kind", "partner", "year"]].values.tolist()
    [['solar', 'UZB', 2025]]
    """
    with as_of.holding(None):
        listed = series_list()
    if series is None:
        if kind is None and partner is None:
            return _asked(series_list(), None, None, jurisdiction)
        asked = _asked(listed, kind, partner, jurisdiction)
        names = asked["series"].unique().tolist()
    else:
        held_names = {*listed["series"]}
        names = [code_of(name, held_names) for name in several(series)]
    held = load_market(names, jurisdiction)
    if jurisdiction is None:
        is_china = held["jurisdiction"] == "CHN"
        has_china = is_china.groupby(held["series"]).transform("any")
        held = held[is_china | ~has_china]
    rows, every = _of_one_frequency(held, start, end, freq)
    without = [name for name in names if name not in {*rows["series"]}]
    is_past = as_of.current() is not None
    if without and (series is not None or rows.empty) and not is_past:
        raise _no_such_figures(without[0], held, every, str(jurisdiction))
    of_unit = rows if len(rows) else listed[listed["series"].isin(names)]
    units = of_unit["unit"].unique()
    frame = dated(rows)
    if len(rows):
        of_series = rows[["series", "jurisdiction", "unit"]].drop_duplicates()
        frame = with_gaps(rows, of_series, every)
    return _as_given(_with_meaning(frame), units, every)


def _of_one_frequency(
    held: pd.DataFrame, start: Time, end: Time, freq: str | None
) -> tuple[pd.DataFrame, str]:
    """Return the best row a series, place and period, of the frequency asked for or most held."""
    usual = next(iter(_frequencies(held).value_counts().index), "year")
    freq = freq_of(freq, start, end, usual=usual)
    in_time = select(held, start, end, frequency=(CHOSEN[freq], [*CHOSEN.values()]))
    rows = best_first(in_time)
    rows = rows.drop_duplicates(["series", "jurisdiction", "period"])
    return rows.sort_values(["series", "jurisdiction"], kind="stable"), freq


def _frequencies(rows: pd.DataFrame) -> pd.Series[str]:
    """Return the frequency of each row by the word an analyst says."""
    return rows["frequency"].map({table: word for word, table in CHOSEN.items()})


def _with_meaning(rows: pd.DataFrame) -> pd.DataFrame:
    """Add what the name of each series says."""
    named = [read_name(name) for name in rows["series"]]
    return rows.join(pd.DataFrame(named, columns=Named._fields))


def _as_given(frame: pd.DataFrame, units: Collection[str], freq: str) -> pd.DataFrame:
    """Return figures as an analyst takes them: dollars in billions."""
    unit = next(iter(units)) if len(units) == 1 else None
    amounts = ["low", "high", "value"]
    if unit == "USD":
        unit = "USD billion"
        frame = frame.assign(unit=unit, **frame[amounts] / 1e9)
        frame = frame.rename(columns={name: f"{name}_bn" for name in amounts})
        amounts = [f"{name}_bn" for name in amounts]
    shown = f"""series kind partner jurisdiction {WHEN[freq]} quality unit date sources
        {" ".join(amounts)}"""
    return described(frame, "market_series", unit, shown, freq=freq)


def series_list() -> pd.DataFrame:
    """Return what series there are, one row a series, place and frequency."""
    rows = load_market()
    rows = dated(rows).assign(freq=_frequencies(rows))
    groups = rows.groupby(["series", "jurisdiction", "freq"], sort=False)
    listed = groups.agg(
        unit=("unit", "first"),
        first=("date", "min"),
        last=("date", "max"),
        n=("date", "nunique"),
        sources=("sources", join_ids),
    )
    listed = _with_meaning(listed.reset_index())
    listed["meaning"] = listed["meaning"].map(capital)
    shown = "series meaning kind partner jurisdiction freq unit first last n sources"
    return described(listed, "market_series", None, shown)


def _asked(
    every: pd.DataFrame,
    kind: Codes,
    partner: Codes,
    jurisdiction: str | None,
) -> pd.DataFrame:
    """Return the series of some kinds, partners and places; one sentence if there is none."""
    # All of Ember's groups together stand beside these only where they are asked for.
    listed = every[every["kind"] != _TOGETHER] if kind is None else every
    if kind is not None:
        held_kinds = {*every["kind"]} - {""}
        kinds = [code_of(name, held_kinds) for name in several(kind)]
        refuse_unknown("kind", kinds, held_kinds)
        listed = listed[listed["kind"].isin(kinds)]
    if partner is not None:
        codes = codes_of("partner", partner, [])
        has = ", ".join(filter(None, map(name_of, listed["partner"].unique())))
        listed = listed[listed["partner"].isin(codes)]
        if listed.empty:
            raise ParameterError(
                f"no series of this kind is of trade with {', '.join(map(name_of, codes))}; "
                f"there is {has or 'none with a partner'}"
            )
    if jurisdiction is not None:
        place = code_of(jurisdiction)
        listed = listed[listed["jurisdiction"] == place]
        if listed.empty:
            raise ParameterError(
                f"no such series is of {name_of(place)}: ct.market() lists what there is"
            )
    return described(listed, "market_series", None)


def _no_such_figures(
    series: str, held: pd.DataFrame, freq: str, place: str
) -> ParameterError:
    """Return the error for a series without figures of a place, or of a frequency there."""
    rows = held[held["series"] == series]
    if rows.empty:
        places = load_market(series)["jurisdiction"].unique()
        return ParameterError(
            f"{series} has no figures of {name_of(code_of(place))}; it has of"
            f" {', '.join(map(name_of, places))}: say jurisdiction={places[0]!r}"
        )
    others = _frequencies(rows).value_counts().index
    has = " or ".join(f"freq={word!r}" for word in others)
    return ParameterError(
        f"{series} has no figures of freq={freq!r} in that time; it has {has}"
    )
