"""What follows from figures of pairs: both sides, gaps, revisions, shares, the running year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import pandas as pd

from catrade.face.figures import (
    CODES,
    NAMES,
    as_given,
    of_pairs,
    pair,
    refuse_itself,
    sides_asked,
)
from catrade.face.frames import (
    WHEN,
    codes_of,
    dated,
    freq_of,
    one_code,
)
from catrade_build.calc import coverage as grid
from catrade_build.calc import mirror as sides
from catrade_build.calc import nowcast as ahead
from catrade_build.calc.dependence import every_share
from catrade_build.calc.revisions import every_revision
from catrade_build.cells.chosen import chosen, every_disagreement
from catrade_build.cells.frames import (
    in_billions,
    is_in,
    require_columns,
    require_fraction,
)
from catrade_build.cells.selection import CELL
from catrade_build.tables import as_of
from catrade_build.tables.choices import fetch_command, one_of, years_held
from catrade_build.tables.names import (
    CENTRAL_ASIA,
    FLOWS,
    GROUPS,
    in_sentence,
    names_of,
    publishing,
)
from catrade_build.tables.trade import (
    CHOSEN,
    load_availability,
    load_trade,
    months_between,
    refuse_unknown,
    select,
)
from rounding.errors import ParameterError

#: Columns of cells that tell pairs apart, and what these are called in a frame of pairs.
_OF_PAIR = {"country": "partner", "china_flow": "flow"}


def disagreements(frame: pd.DataFrame, at_least: float = 0.0) -> pd.DataFrame:
    """Return every published figure that disagrees with the chosen one beyond rounding.

    Parameters
    ----------
    frame
        What `ct.published` returns, or the cells of it that are asked about.
    at_least
        Smallest difference to report, as a fraction of the chosen figure.

    Returns
    -------
    DataFrame
        reporter, partner, period, flow, chosen_bn, chosen_source, other_bn, other_source,
        difference_bn (other less chosen).

    Examples
    --------
    >>> from catrade.face.figures import published
    >>> found = disagreements(published("KAZ", start=2024, end=2024, reporter="CHN"), 0.001)
    >>> found[found["flow"] == "total"][["chosen_bn", "other_bn"]].round(2).values.tolist()[0]
    [43.87, 43.82]
    """
    require_fraction("at_least", at_least, float("inf"))
    same = ["reporter", "partner", "flow", "date", "value_bn", "sources"]
    asker = "disagreements, of what ct.published returns,"
    require_columns(frame, [*same, "published"], asker)
    rows = in_billions(dated(load_trade(frequency=None)))
    asked = rows[is_in(rows, frame, same)]
    pairs = every_disagreement()
    pairs = pairs[is_in(pairs, asked, CELL)]
    is_large = pairs["difference_bn"].abs() >= at_least * pairs["chosen_bn"]
    return pairs[is_large].reset_index(drop=True)


def mirror(
    partner: str | Sequence[str] | None = None,
    start: int | str | None = None,
    end: int | str | None = None,
    *,
    reporter: str = "CHN",
    freq: Literal["year", "month", "ytd"] | None = None,
    cif_margin: float = 0.0,
    alone: bool = False,
    full: bool = False,
) -> pd.DataFrame:
    """Return China's figure and its partner's side by side, with their ratio and difference.

    Parameters
    ----------
    partner
        One or more countries by code or name; by default the five and CA4, the region without
        Turkmenistan, which publishes no statistics, or China where one of the five reports. "all"
        is whoever both sides have figures of.
    start, end
        First and last year.
    reporter
        Another country in the place of China; its figures are then called reporter_bn.
    freq
        year, month or ytd.
    cif_margin
        Freight and insurance as a fraction of the f.o.b. value, by which importers' figures are
        made smaller; 0 leaves both sides as reported.
    alone
        Whether to keep what one side alone publishes, with NaN for the other's figure.
    full
        Whether to return every column of `catrade_build.calc.mirror.pairs` besides.

    Returns
    -------
    DataFrame
        partner_name, year, period and month (unless by year), flow (as China sees it), china_bn,
        partner_bn, ratio (China's over the partner's), difference_bn (China's less the partner's),
        quality (the worse of both), date, partner, ratio_low, ratio_high, begins (whether another
        statistic of the partner's begins), new_source (whether its figure is of another kind of
        source than in the pair before, so that a change may be no trade), sources. Goods are set
        against goods: a figure with services makes no pair, and is told by itself, as such. Only
        years both sides publish, unless `alone`.

    Examples
    --------
    >>> found = mirror("Kyrgyzstan", 2024, 2024)
    >>> found.set_index("flow")["ratio"].round(1).to_dict()
    {'export': 3.7, 'import': 22.8, 'total': 4.1}
    """
    whose = one_code("reporter", reporter)
    default = ["CHN"] if whose in CENTRAL_ASIA else [*CENTRAL_ASIA, sides.REGION]
    wanted = codes_of("partner", partner, default, also=["all"])
    wanted = [*map(publishing, wanted)]
    refuse_itself(whose, wanted)
    every = freq_of(freq, start, end)
    cells = sides.seen_by(chosen(CHOSEN[every], goods=True), whose)
    if wanted != ["all"]:
        # What freight is in a region's figures its members' tell.
        members = [member for code in wanted for member in GROUPS.get(code, ())]
        cells = cells[cells["country"].isin([*wanted, *members])]
    pairs = sides.pairs(cells, cif_margin=cif_margin, alone=alone, reporter=whose)
    wanted = _among(
        pairs["partner"],
        wanted,
        partner,
        f"no table has trade in goods of {in_sentence(whose)} and {{}} as both of them count it,"
        f" of any one {every}; ct.mirror('all', reporter={whose!r}) has whom there are",
        [whose],
        "one side",
    )
    own = cells.loc[cells["partner"] == whose, [*_OF_PAIR, "period", "begins"]]
    pairs = pairs.merge(own.rename(columns=_OF_PAIR), how="left")
    pairs["begins"] = pairs["begins"].eq(True)
    pairs["new_source"] = sides.has_new_source(pairs)
    pairs = select(pairs[pairs["partner"].isin(wanted)], start, end)
    pairs = pairs.drop(columns="frequency")
    ours = "china_bn" if whose == "CHN" else "reporter_bn"
    pairs = pairs.rename(columns={"china_bn": ours})
    shown = f"""partner_name {WHEN[every]} flow {ours} partner_bn ratio difference_bn
        quality date partner ratio_low ratio_high begins new_source sources"""
    return as_given(dated(pairs), shown, full=full, freq=every)


def _among(
    held: pd.Series[str],
    wanted: list[str],
    asked: Any,
    missing: str,
    partners: list[str],
    brought: str,
) -> list[str]:
    """Return who is wanted, of "all" who is held.

    Parameters
    ----------
    held, wanted, asked
        Codes; and what the caller wrote.
    missing
        What is said of those that are not held; `{}` is their names.
    partners, brought
        Whose trade with them UN Comtrade may be asked for, and what of it that brings.

    Raises
    ------
    ParameterError
        If nothing is held of some that were asked for by name, as of today.
    """
    if wanted == ["all"]:
        return [*held.unique()]
    lost = sorted({*wanted} - {*held})
    if asked is not None and lost and as_of.current() is None:
        instead = (
            one_of(lost, partners[0])
            or f"{fetch_command(lost, partners)} brings {brought}"
        )
        raise ParameterError(f"{missing.format(names_of(lost))}; {instead}")
    return wanted


def nowcast(
    partner: str = "CA5",
    flow: str = "total",
    *,
    reporter: str = "CHN",
    full: bool = False,
) -> pd.DataFrame:
    """Return where the running year may end, with the interval of its own past errors.

    Figures are in the reporter's currency (of China's customs yuan), or in dollars where these are
    newer; the region is the sum of its members. The estimate is the mean of two: the months known
    are the same share of the year as a year before, and the rest of the year repeats the year
    before. A flow that broke off since a year before is in a total as it has gone on since January.
    How far off it may be is what past estimates missed, of this pair and of the five.

    Parameters
    ----------
    partner
        A country or region by code or name.
    flow
        total, export or import, as the reporter sees them.
    reporter
        "CHN", "partner" for its own figures of its trade with China, or any country.
    full
        Whether to return every column of `catrade_build.calc.nowcast.newest_estimates`.

    Returns
    -------
    DataFrame
        partner, partner_name, flow, year, months (known), so_far_bn, estimate_bn with
        estimate_low_bn and estimate_high_bn (four past estimates in five missed by no more; NaN for
        a flow that has broken off), since (the first year of these), years (how many they are of),
        held and tried (in how many of how many months of the newest of these years such an interval
        held, made of the years before it), currency (of the billions: USD or CNY) and sources. One
        row; none of a day of `ct.as_of` on which no year was running.

    Examples
    --------
    >>> now = nowcast("Kazakhstan").iloc[0]
    >>> int(now["year"]), int(now["months"]), bool(now["estimate_bn"] > now["so_far_bn"])
    (2026, 7, True)
    """
    two = pair(partner, reporter)
    refuse_unknown("flow", [flow], FLOWS)
    now = ahead.running_year(*two.sides, flow=flow)
    if now.empty and as_of.current() is None:
        raise ParameterError(
            f"no table has sums from January of {two.named()} (flow {flow}) in a year that is not "
            "whole yet; catrade fetch file reads a table of your own with periods such as 2026-7M"
        )
    now["partner"] = two.partner
    now["so_far_bn"] = now["value"] / 1e9
    shown = """partner partner_name flow year months so_far_bn estimate_bn estimate_low_bn
        estimate_high_bn since years held tried currency sources"""
    unit = f"{now['currency'].max()} billion" if len(now) else None
    return as_given(now, shown, unit, full=full)


def revisions(
    partner: str | Sequence[str] | None = None,
    start: int | None = None,
    end: int | None = None,
    *,
    reporter: str = "CHN",
) -> pd.DataFrame:
    """Return figures of which a later one lies outside what the first may stand for.

    Parameters
    ----------
    partner, start, end
        As in `ct.trade`; years, and all that is published within them.
    reporter
        "CHN", "partner" for its own figures of its trade with China, or any country.

    Returns
    -------
    DataFrame
        country_name, partner_name, period, flow, first and later (whole units of `currency`) with
        first_low, first_high, later_low, later_high, currency, change, relative (over the first),
        beyond (the part of it that no rounding explains; both fractions), seen (see
        `catrade_build.calc.revisions.revised_cells`), coverage, sources, country, partner,
        reporter; the largest beyond rounding first.

    Examples
    --------
    >>> revisions("Central Asia", 2022, 2022).query("flow == 'total'")["beyond"].round(4).tolist()
    [0.0043]
    """
    wanted, side = sides_asked(partner, reporter)
    rows = select(of_pairs(every_revision(), wanted, side), start, end)
    ids = rows["first_source"] + ";" + rows["later_source"]
    shown = f"""{NAMES} period flow first later first_low first_high later_low
        later_high currency change relative beyond seen coverage sources {CODES}"""
    return as_given(rows.assign(sources=ids), shown, None)


def dependence(
    partner: str | Sequence[str] | None = None,
    start: int | None = None,
    end: int | None = None,
    *,
    reporter: str = "CHN",
) -> pd.DataFrame:
    """Return China's share in its partners' trade, and theirs in China's.

    Parameters
    ----------
    partner, start, end
        As in `ct.trade`; of "Central Asia" there is the share in China's trade alone.
    reporter
        Another country in the place of China.

    Returns
    -------
    DataFrame
        country_name, year, reporter (the country: China's share in its trade; CHN: its share in
        China's), share with share_low and share_high (fractions), mirror_share (China's share if
        China's figure for its exports stood in the place of the imports recorded), value_bn,
        total_bn, basis, coverage, quality, begins, sources, country, partner. A side that publishes
        no trade with the world, or none with the other, has no rows.

    Examples
    --------
    >>> found = dependence("KGZ", 2023, 2023).set_index("reporter")
    >>> found["share"].round(3).to_dict()
    {'KGZ': 0.345, 'CHN': 0.003}
    """
    home = one_code("reporter", reporter)
    others = [code for code in CENTRAL_ASIA if code != home]
    wanted = codes_of("partner", partner, others, also=["all"])
    refuse_itself(home, wanted)
    rows = every_share(home)
    wanted = _among(
        rows["country"],
        wanted,
        partner,
        f"no table has the share of {in_sentence(home)} in the trade of {{}}, nor of the other in "
        "its own",
        [home, "WLD"],
        "the first",
    )
    rows = select(rows[rows["country"].isin(wanted)], start, end)
    shown = """country_name year reporter share share_low share_high mirror_share value_bn
        total_bn basis coverage quality begins sources country partner"""
    return as_given(rows, shown, freq="year")


def coverage(
    partner: str | Sequence[str] | None = None,
    start: int | str = 2013,
    end: int | str | None = None,
    *,
    reporter: str = "CHN",
) -> pd.DataFrame:
    """Return of every year and flow whether there is a figure, and what kind of hole if not.

    Parameters
    ----------
    partner, start, end
        As in `ct.trade`; years, to the newest that the tables hold.
    reporter
        "CHN", "partner" for its own figures of its trade with China, or any country.

    Returns
    -------
    DataFrame
        country_name, partner_name, flow, year, status (see `catrade_build.calc.coverage.STATUSES`),
        meaning (of the status, in words), n_sources, disagrees, best_kind, low_bn, high_bn,
        quality, period, sources, country, partner, reporter.

    Examples
    --------
    >>> coverage("TJK", "2017", 2017).set_index("flow")["status"].to_dict()
    {'export': 'reported', 'import': 'reported', 'total': 'derived'}
    """
    wanted, side = sides_asked(partner, reporter)
    newest = years_held(["trade"])[1]
    (first, _), (last, _) = months_between(start, newest if end is None else end)
    who = {"reporters": [side], "partners": wanted}
    if side == "partner":
        who = {"reporters": wanted, "partners": ["CHN"]}
    rows = grid.coverage_of_cells(
        load_trade(),
        chosen(),
        **who,
        periods=range(first, min(last, newest) + 1),
        availability=load_availability(),
    )
    rows = of_pairs(rows, wanted, side)
    rows = rows.assign(meaning=rows["status"].map(grid.STATUSES))
    shown = f"""{NAMES} flow year status meaning n_sources disagrees best_kind low_bn
        high_bn quality period sources {CODES}"""
    return as_given(rows, shown, freq="year")
