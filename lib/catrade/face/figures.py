"""Trade figures: the chosen one of a cell, all that is published, and the other side's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import pandas as pd

from catrade.calc import coverage as grid
from catrade.calc import mirror as sides
from catrade.calc import nowcast as ahead
from catrade.calc.dependence import every_share
from catrade.calc.revisions import every_revision
from catrade.calc.running import alike, currencies, currency_of, in_currency
from catrade.cells import apart
from catrade.cells.chosen import chosen, with_country
from catrade.cells.frames import in_billions, is_in, require_columns, sort_rows
from catrade.cells.rows import FLOWS_OF_TOTAL
from catrade.cells.selection import CELL
from catrade.face.frames import (
    WHEN,
    codes_of,
    dated,
    freq_of,
    one_code,
    with_gaps,
    with_names,
)
from catrade.tables import as_of
from catrade.tables.choices import years_held
from catrade.tables.names import (
    CENTRAL_ASIA,
    FLOWS,
    GROUPS,
    MIRROR_FLOW,
    NONE_PUBLISHED,
    Pair,
    code_of,
    in_sentence,
    name_of,
)
from catrade.tables.select import months_between, refuse_unknown, select, several
from catrade.tables.trade import CHOSEN, described, load_availability, load_trade
from rounding import formats
from rounding.errors import ParameterError
from rounding.formats import join

#: Columns of cells that tell pairs apart, and what these are called in a frame of pairs.
_OF_PAIR = {"country": "partner", "china_flow": "flow"}
#: So many names are listed in a sentence.
_FEW = 20
#: Columns that tell whose figure of trade with whom it is, named first and as codes last.
_NAMES = "country_name partner_name"
_CODES = "country partner reporter"
#: Whose statistics there are of a pair: China's, and the partner's own.
_SIDES = ("CHN", "partner")


def trade(
    partner: str | Sequence[str] | None = None,
    flow: str | Sequence[str] | None = None,
    start: int | str | range | None = None,
    end: int | str | None = None,
    *,
    reporter: str = "CHN",
    freq: Literal["year", "month", "ytd"] | None = None,
    full: bool = False,
) -> pd.DataFrame:
    """Return one chosen figure a cell, ready for seaborn, the figure that the reports show.

    Parameters
    ----------
    partner
        A country or several, by code or name ("KAZ", "Uzbekistan"); by default the five of Central
        Asia, or China where one of the five reports. "Central Asia" (CA5) is the region as one
        partner, "World" all trade, "all" every single country that the reporter has figures of.
    flow
        export, import, total or balance, or several, as the reporter sees them; by default exports
        and imports, so that a sum counts nothing twice.
    start, end
        First and last year (2018) or period ("2024-03"), both included; a date counts as its month.
        `range(2018, 2025)` as start is both.
    reporter
        Whose statistics: China's, a country's by code or name, or "partner": each country's own of
        its trade with China (without Turkmenistan, which publishes none); `partner` then names
        these countries, and in the frame they are the reporters, their partner China.
    freq
        year, month, or ytd: the sum from January to the month of `date`. By default years, or
        months where `start` or `end` is one.
    full
        Whether to return every column of the library's cells besides.

    Returns
    -------
    DataFrame
        country_name and partner_name (the country is the one of the five, on whichever side it
        stands; by it both sides' books are set side by side), year, period and month (unless by
        year; a sum to July is `2026-7M`), quality (`ok`, or `doubtful`: such figures stay out of
        calculations unless asked for), date (first day of the year or month), low_bn, high_bn (what
        rounding allows), basis (`published`, or how it was computed), begins (whether another
        statistic begins with this year, over which there is no growth), sources (ids, see
        `ct.sources`), country, partner, reporter (codes), flow, value_bn (billions of current US
        dollars): the last, so that a print that leaves out the middle shows it. Whoever
        was asked for, and a year or month, without a figure is a row with NaN: a plotted line
        breaks, and nobody is lost.

    Raises
    ------
    ParameterError
        If a name, flow, frequency or period is unknown, or no table has such a figure.

    Examples
    --------
    >>> trade("Uzbekistan", "export", start=2023, end=2024)[["year", "value_bn"]].round(1)
       year  value_bn
    0  2023      12.4
    1  2024      11.8

    Each country's own books, beside China's:

    >>> books = [trade("KAZ", "total", 2024, 2024, reporter=one) for one in ("CHN", "partner")]
    >>> pd.concat(books)[["country", "reporter", "partner"]].to_numpy().tolist()
    [['KAZ', 'CHN', 'KAZ'], ['KAZ', 'KAZ', 'CHN']]
    """
    whose = one_code("reporter", reporter, also=_SIDES)
    usual = ["CHN"] if whose in CENTRAL_ASIA else CENTRAL_ASIA
    wanted = codes_of("partner", partner, usual, also=["all"])
    if wanted == [whose]:
        whose = "partner"
    if whose == "partner":
        wanted = ["CA4" if code == "CA5" else code for code in wanted]
        wanted = [code for code in wanted if partner is not None or code != "TKM"]
    if whose == "TKM" or (whose == "partner" and "TKM" in wanted):
        raise ParameterError(
            f"Turkmenistan {NONE_PUBLISHED}, so it cannot be the reporter: "
            "use reporter='CHN', China's figures; what is printed in its name is in "
            "ct.published('TKM', reporter='partner')"
        )
    if whose == "partner" and "WLD" in wanted:
        raise ParameterError(
            "with reporter='partner' each partner's own figures of China are asked for, and the "
            "world has none: ct.trade('World', reporter='KAZ') is Kazakhstan's trade with the world"
        )
    if wanted == ["all"]:
        wanted = _partners_of(whose)
    begin, end = _of_range(start, end)
    every = freq_of(freq, begin, end)
    held = chosen(CHOSEN[every])
    known = [*FLOWS, "balance"]
    asked = known if flow == "all" else several(flow or FLOWS_OF_TOTAL)
    flows = [code_of(one, known) for one in asked]
    cells = select(_of_pairs(held, wanted, whose), begin, end, flow=(flows, known))
    if cells.empty:
        raise _nothing(whose, wanted, every)
    side, other, code = "partner", "reporter", whose
    if whose == "partner":
        side, other, code = "reporter", "partner", "CHN"
    every_one = pd.MultiIndex.from_product([wanted, flows], names=[side, "flow"])
    series = every_one.to_frame(index=False).assign(**{other: code})
    series = with_country(series)
    first, last = _ends(begin, end, every, dated(held)["date"])
    cells = with_gaps(cells, [], every, series=series, first=first, last=last)
    orders = {side: wanted, "flow": known}
    cells = sort_rows(cells, [side, "flow", "date"], orders)
    cells["begins"] = cells["begins"].eq(True)
    shown = f"""{_NAMES} {WHEN[every]} quality date low_bn high_bn basis begins
        sources {_CODES} flow value_bn"""
    return _given(cells, shown, full=full, freq=every)


def _partners_of(reporter: str) -> list[str]:
    """Return the single countries that a reporter has yearly figures of."""
    rows = _of_pairs(chosen(), [*GROUPS["CA4"]], reporter)
    if reporter != "partner":
        cells = chosen()
        rows = cells[cells["reporter"] == reporter]
    codes = rows["reporter" if reporter == "partner" else "partner"].unique()
    return [code for code in codes if code not in (*GROUPS, "EU27", "EU28", "WLD")]


def _of_range(start: Any, end: Any) -> tuple[Any, Any]:
    """Return the ends of `range(2018, 2025)`, else what was given."""
    return (start[0], start[-1]) if isinstance(start, range) and start else (start, end)


def _ends(
    start: int | str | None, end: int | str | None, freq: str, held: pd.Series[Any]
) -> tuple[pd.Timestamp | None, pd.Timestamp | None]:
    """Return the first and last day asked for, as far as any figure is held; None if open."""
    (year, month), (last_year, last_month) = months_between(start, end)
    if freq == "year":  # a year is in if it ends in the time between
        month, last_year = 1, last_year - (last_month < 12)
    first = max(held.min(), pd.Timestamp(year or 1, month, 1))
    last = min(held.max(), pd.Timestamp(last_year, last_month, 1))
    return (None if start is None else first, None if end is None else last)


def pair(partner: str = "CA5", reporter: str = "CHN") -> Pair:
    """Return two sides of trade as one of them counts it, with the words for both.

    Parameters
    ----------
    partner
        A country or group, by code or name.
    reporter
        Whose statistics: a country's or group's, or "partner" for the partner's own of its trade
        with China.

    Examples
    --------
    >>> both = pair("Uzbekistan")
    >>> f"{both.counts} {both.named('export')}, by {both.whose}"
    'China counts exports to Uzbekistan, by China’s statistics'
    >>> pair("Uzbekistan", reporter="UZB").counts
    'Uzbekistan counts'
    >>> pair("Kazakhstan", reporter="Russia").title("export")
    'Russia’s exports to Kazakhstan'
    """
    wanted, side = _sides(partner, reporter)
    code = one_code("partner", wanted)
    _refuse_itself(side, [code])
    return Pair(code, side)


def _refuse_itself(reporter: str, partners: Sequence[str]) -> None:
    """Raise one sentence if a country is asked for its trade with itself."""
    if reporter in partners:
        name = in_sentence(reporter)
        raise ParameterError(f"partner and reporter must be two; both are {name}")


def _sides(partner: str | Sequence[str] | None, reporter: str) -> tuple[list[str], str]:
    """Return the partners asked for, and whose statistics of their trade it is.

    A country that is asked for its trade with China, or with nobody else, is the partner whose own
    figures are asked for.
    """
    whose = one_code("reporter", reporter, also=_SIDES)
    usual = [whose] if whose in CENTRAL_ASIA else CENTRAL_ASIA
    wanted = codes_of("partner", partner, usual, also=["all"])
    if wanted == ["all"]:
        return _partners_of(whose), whose
    if whose not in _SIDES and wanted in (["CHN"], [whose]):
        return [whose], "partner"
    return wanted, whose


def _nothing(reporter: str, partners: Sequence[str], every: str) -> ParameterError:
    """Return the error for a cell that no table has: what there is of that pair, or who is."""
    owner = "the partner" if reporter == "partner" else in_sentence(reporter)
    with_whom = ", ".join(map(name_of, partners)) or "any country"
    message = f"no table has such a figure of {owner} on trade with {with_whom}"
    if day := as_of.current():
        with as_of.holding(None):
            later = _of_pairs(chosen(CHOSEN[every]), partners, reporter)
        if len(later):
            when = formats.date(day.isoformat())
            return ParameterError(
                f"{message} that was published by {when}; later ones are held"
            )
    for freq in (every, *CHOSEN):
        rows = _of_pairs(chosen(CHOSEN[freq]), partners, reporter)
        if len(rows):
            in_time = dated(rows).sort_values("date").groupby("flow")["period"]
            ends = in_time.agg(["first", "last"]).itertuples()
            told = ", ".join(f"{flow} from {one} to {last}" for flow, one, last in ends)
            return ParameterError(f"{message}; by freq={freq!r} there is {told}")
    rows = chosen()
    there = rows.loc[rows["reporter"] == reporter, "partner"].unique()
    told = f"{message}; partner='all' is whom it has figures of"
    if not len(there):
        whole = rows[rows["partner"] == "WLD"]["reporter"].unique()
        told = f"{message}; reporter may be {', '.join(map(name_of, whole))} and others"
    elif len(there) <= _FEW:
        told = f"{message}; partner may be {', '.join(map(name_of, there))}"
    more = "catrade fetch comtrade, or catrade fetch file for a table of your own, brings others"
    return ParameterError(f"{told}; {more}")


def published(
    partner: str | Sequence[str] | None = None,
    flow: str | Sequence[str] | None = None,
    start: int | str | None = None,
    end: int | str | None = None,
    *,
    reporter: str | None = None,
    freq: Literal["year", "month", "ytd"] | None = None,
    full: bool = False,
) -> pd.DataFrame:
    """Return every figure published for a cell, by both sides, one row a figure and source.

    Parameters
    ----------
    partner, start, end, freq
        As in `ct.trade`.
    flow
        export, import or total, or several, as the reporter sees them; without a reporter as
        China does: the other side's figures of China's exports are then its imports.
    reporter
        Only the figures of this side: "CHN", "partner", or any country's by code or name; by
        default China's and the partner's.
    full
        Whether to return every column of the table `trade` besides.

    Returns
    -------
    DataFrame
        country_name, partner_name, year, period and month (unless by year), quality, published
        (date), date, low_bn, high_bn, sources, country, partner, reporter, flow (as the reporter
        sees it), value_bn (billions of US dollars; other currencies are converted).

    Examples
    --------
    What both sides say of China's exports to Kyrgyzstan in 2024:

    >>> found = published("KGZ", "export", 2024, 2024)
    >>> found.groupby("reporter")["value_bn"].max().round(1).to_dict()
    {'CHN': 19.9, 'KGZ': 5.5}
    """
    wanted, side = _sides(partner, reporter or "CHN")
    every = freq_of(freq, start, end)
    seen = several(flow or FLOWS)
    theirs = seen if reporter else [MIRROR_FLOW.get(one, one) for one in seen]
    frequency = ("ytd", "half", "quarterly") if every == "ytd" else CHOSEN[every]
    frames = []
    if side != "partner":
        frames.append(load_trade(side, wanted, seen, start, end, frequency))
    if side == "partner" or not reporter:
        frames.append(load_trade(wanted, "CHN", theirs, start, end, frequency))
    rows = dated(in_billions(with_country(pd.concat(frames, ignore_index=True))))
    rows = rows.sort_values(["date", "country", "reporter", "flow"], kind="stable")
    shown = f"""{_NAMES} {WHEN[every]} quality published date low_bn high_bn
        sources {_CODES} flow value_bn"""
    return _given(rows, shown, full=full, freq=every)


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
    >>> found = disagreements(published("KAZ", start=2024, end=2024, reporter="CHN"), 0.001)
    >>> found[found["flow"] == "total"][["chosen_bn", "other_bn"]].round(2).values.tolist()[0]
    [43.87, 43.82]
    """
    same = ["reporter", "partner", "flow", "date", "value_bn", "sources"]
    asker = "disagreements, of what ct.published returns,"
    require_columns(frame, [*same, "published"], asker)
    rows = load_trade(frequency=None)
    every = dated(rows)
    asked = rows[is_in(in_billions(every), frame, same)]
    found = apart.every_disagreement()
    found = found[is_in(found, asked, CELL)]
    large = found["difference_bn"].abs() >= at_least * found["chosen_bn"]
    return found[large].reset_index(drop=True)


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
        Whether to return every column of `catrade.calc.mirror.pairs` besides.

    Returns
    -------
    DataFrame
        partner_name, year, period and month (unless by year), flow (as China sees it), china_bn,
        partner_bn, ratio (China's over the partner's), difference_bn (China's less the partner's),
        quality (the worse of both), date, partner, ratio_low, ratio_high, begins (whether another
        statistic of the partner's begins), new_source (whether its figure is of another kind of
        source than in the pair before, so that a change may be no trade), sources. Goods are set
        against goods; only years both sides publish, unless `alone`.

    Examples
    --------
    >>> found = mirror("Kyrgyzstan", 2024, 2024)
    >>> found.set_index("flow")["ratio"].round(1).to_dict()
    {'export': 3.7, 'import': 22.8, 'total': 4.1}
    """
    whose = one_code("reporter", reporter)
    of_china = whose == "CHN"
    default = ["CHN"] if whose in CENTRAL_ASIA else [*CENTRAL_ASIA, sides.REGION]
    wanted = [
        "CA4" if one == "CA5" else one
        for one in codes_of("partner", partner, default, also=["all"])
    ]
    _refuse_itself(whose, wanted)
    every = freq_of(freq, start, end)
    cells = sides.seen_by(chosen(CHOSEN[every], goods=True), whose)
    if wanted != ["all"]:
        # What freight is in a region's figures its members' tell.
        members = [code for one in wanted for code in GROUPS.get(one, ())]
        cells = cells[cells["country"].isin([*wanted, *members])]
    pairs = sides.pairs(cells, cif_margin=cif_margin, alone=alone, reporter=whose)
    if wanted == ["all"]:
        wanted = [*pairs["partner"].unique()]
    lost = [] if partner is None else [*{*wanted} - {*pairs["partner"]}]
    _refuse_lost(
        lost,
        f"no table has goods of {in_sentence(whose)} and of {{}} with each other, by both of them, "
        f"for one {every}; ct.mirror('all', reporter={whose!r}) has whom there are",
        f"--reporter {{}} --partner {whose} brings one side",
    )
    own = cells.loc[cells["partner"] == whose, [*_OF_PAIR, "period", "begins"]]
    pairs = pairs.merge(own.rename(columns=_OF_PAIR), how="left")
    pairs["begins"] = pairs["begins"].eq(True)
    pairs["new_source"] = sides.has_new_source(pairs)
    pairs = select(pairs[pairs["partner"].isin(wanted)], start, end)
    pairs = pairs.drop(columns="frequency")
    ours = "china_bn" if of_china else "reporter_bn"
    pairs = pairs.rename(columns={"china_bn": ours})
    shown = f"""partner_name {WHEN[every]} flow {ours} partner_bn ratio difference_bn
        quality date partner ratio_low ratio_high begins new_source sources"""
    return _given(dated(pairs), shown, full=full, freq=every)


def _refuse_lost(lost: Sequence[str], missing: str, fetch: str) -> None:
    """Raise one sentence if of some that were asked for nothing is held, as of today."""
    if lost and as_of.current() is None:
        names = join([in_sentence(code) for code in sorted(lost)])
        command = fetch.format(" ".join(sorted(lost)))
        raise ParameterError(
            f"{missing.format(names)}; catrade fetch comtrade {command}"
        )


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
        Whether to return every column of `catrade.calc.nowcast.newest_estimates`.

    Returns
    -------
    DataFrame
        partner, partner_name, flow, year, months (known), so_far_bn, estimate_bn with
        estimate_low_bn and estimate_high_bn (four past estimates in five missed by no more; NaN for
        a flow that has broken off), held and tried (in how many of how many past estimates such an
        interval held), since (the first year of these), currency (of the billions: USD or CNY) and
        sources. One row, or none while no year is running.

    Examples
    --------
    >>> now = nowcast("Kazakhstan").iloc[0]
    >>> int(now["year"]), int(now["months"]), bool(now["estimate_bn"] > now["so_far_bn"])
    (2026, 7, True)
    """
    two = pair(partner, reporter)
    refuse_unknown("flow", [flow], FLOWS)
    _require_months(two)
    now = ahead.running_year(*two.sides, flow=flow)
    now["partner"] = two.partner
    now["so_far_bn"] = now["value"] / 1e9
    for end in ("", "_low", "_high"):
        now[f"estimate{end}_bn"] = now[f"estimate{end}"] / 1e9
    shown = """partner partner_name flow year months so_far_bn estimate_bn estimate_low_bn
        estimate_high_bn held tried since currency sources"""
    unit = f"{now['currency'].max()} billion" if len(now) else None
    return _given(now, shown, unit, full=full)


def _require_months(two: Pair) -> None:
    """Raise one sentence if nothing is published of a pair within a year, as of today."""
    reporter, _ = two.sides
    for currency in (currency_of(reporter), "USD"):
        rows = alike(in_currency(currency, "ytd"), *two.sides)
        if rows["country"].isin(two.codes).any():
            return
    if as_of.current() is None:
        raise ParameterError(
            f"no table has sums from January of {two.named()}, of which the running year could be "
            "estimated; catrade fetch file reads a table of your own with periods such as 2026-7M"
        )


def as_printed(
    partner: str | Sequence[str] | None = None,
    flow: str | Sequence[str] | None = None,
    start: int | str | None = None,
    end: int | str | None = None,
    *,
    reporter: str = "CHN",
    freq: Literal["year", "month", "ytd"] = "ytd",
    currency: str | None = None,
) -> pd.DataFrame:
    """Return figures in their publisher's currency, each beside the growth that it prints.

    Within the year customs prints yuan, and growth on the year before as revised since: the base
    that this growth is measured on stands beside the figure.

    Parameters
    ----------
    partner, flow, start, end
        As in `ct.trade`. China's figures of "Central Asia" are its members' sums.
    reporter
        "CHN", "partner" for its own figures of its trade with China, or any country.
    freq
        ytd (the sum from January to the month of `date`), month or year.
    currency
        "CNY", "EUR", "USD", or "newest": that of the newest figure of a country, the reporter's own
        where both are as new; by default the reporter's own: yuan of China's figures, euros of the
        EU's, dollars of others'.

    Returns
    -------
    DataFrame
        country_name, partner_name, year, flow, value_bn (billions of the currency), currency, when
        (the period in words), growth with growth_low and growth_high (fractions; NaN without a
        base), date, period, low_bn, high_bn, base_bn with base_low_bn and base_high_bn,
        growth_basis (`printed`, `computed` or ""), quality, sources, country, partner, reporter. No
        row where nothing is published in that currency.

    Examples
    --------
    >>> july = as_printed("KAZ", "total", 2026).set_index("period").loc["2026-7M"]
    >>> july["when"], july["value_bn"].round(1).item(), july["growth"].round(3).item()
    ('January–July 2026', 224.3, 0.194)
    """
    wanted, side = _sides(partner, reporter)
    own = currency_of(side)
    currency = currency or own
    may_be = [*currencies()["currency"].unique(), "USD"]
    refuse_unknown("currency", currency, [*may_be, "newest"])
    frequency = CHOSEN[freq_of(freq, start, end)]
    in_each = {}
    asked = (own, "USD") if currency == "newest" else (currency,)
    for name in asked:
        rows = _of_pairs(in_currency(name, frequency), wanted, side)
        in_each[name] = dated(select(rows, start, end, flow=(flow, FLOWS)))
    if currency == "newest":
        currency = max(in_each, key=lambda name: _newest_day(in_each[name]))
    rows = in_each[currency].assign(
        when=[formats.period(text) for text in in_each[currency]["period"]],
        currency=currency,
    )
    amounts = ["value", "low", "high", "base", "base_low", "base_high"]
    rows[amounts] = rows[amounts] / 1e9
    rows = rows.rename(columns={name: f"{name}_bn" for name in amounts})
    shown = f"""{_NAMES} year flow value_bn currency when growth growth_low growth_high
        date period low_bn high_bn base_bn base_low_bn base_high_bn growth_basis
        quality sources {_CODES}"""
    return _given(rows, shown, f"{currency} billion", freq=freq)


def _newest_day(rows: pd.DataFrame) -> pd.Timestamp:
    """Return the day of the newest figure of a country: of the world alone it is no news of one."""
    days = rows.loc[rows["country"] != "WLD", "date"]
    return days.max() if len(days) else pd.Timestamp.min


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
        `catrade.calc.revisions.revised_cells`), coverage, sources, country, partner, reporter; the
        largest beyond rounding first.

    Examples
    --------
    >>> revisions("Central Asia", 2022, 2022).query("flow == 'total'")["beyond"].round(4).tolist()
    [0.0043]
    """
    wanted, side = _sides(partner, reporter)
    rows = select(_of_pairs(every_revision(), wanted, side), start, end)
    ids = rows["first_source"] + ";" + rows["later_source"]
    shown = f"""{_NAMES} period flow first later first_low first_high later_low
        later_high currency change relative beyond seen coverage sources {_CODES}"""
    return _given(rows.assign(sources=ids), shown, None)


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
    _refuse_itself(home, wanted)
    rows = every_share(home)
    if wanted == ["all"]:
        wanted = [*rows["country"].unique()]
    lost = [] if partner is None else [*{*wanted} - {*rows["country"]}]
    _refuse_lost(
        lost,
        f"no table has the share of {in_sentence(home)} in the trade of {{}}, nor of the other in "
        "its own",
        f"--reporter {{}} --partner {home} WLD brings the first",
    )
    rows = select(rows[rows["country"].isin(wanted)], start, end)
    shown = """country_name year reporter share share_low share_high mirror_share value_bn
        total_bn basis coverage quality begins sources country partner"""
    return _given(rows, shown, freq="year")


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
        country_name, partner_name, flow, year, status (see `catrade.calc.coverage.STATUSES`),
        meaning (of the status, in words), n_sources, disagrees, best_kind, low_bn, high_bn,
        quality, period, sources, country, partner, reporter.

    Examples
    --------
    >>> coverage("TJK", "2017", 2017).set_index("flow")["status"].to_dict()
    {'export': 'reported', 'import': 'reported', 'total': 'derived'}
    """
    wanted, side = _sides(partner, reporter)
    (first, _), (last, _) = months_between(
        start, years_held(["trade"])[1] if end is None else end
    )
    who = {"reporters": [side], "partners": wanted}
    if side == "partner":
        who = {"reporters": wanted, "partners": ["CHN"]}
    rows = grid.coverage_of_cells(
        load_trade(),
        chosen(),
        **who,
        periods=range(first, last + 1),
        availability=load_availability(),
    )
    rows = _of_pairs(rows, wanted, side)
    rows = rows.assign(meaning=rows["status"].map(grid.STATUSES))
    shown = f"""{_NAMES} flow year status meaning n_sources disagrees best_kind low_bn
        high_bn quality period sources {_CODES}"""
    return _given(rows, shown, freq="year")


def _of_pairs(
    rows: pd.DataFrame, partners: Sequence[str], reporter: str
) -> pd.DataFrame:
    """Return a reporter's rows of its partners; of "partner" each country's own of China."""
    asked = rows["reporter"].eq(reporter) & rows["partner"].isin(partners)
    if reporter == "partner":
        asked = rows["partner"].eq("CHN") & rows["reporter"].isin(partners)
    return with_country(rows[asked])


def _given(
    rows: pd.DataFrame,
    shown: str,
    unit: str | None = "USD billion",
    *,
    full: bool = False,
    **how: str,
) -> pd.DataFrame:
    """Return rows as an analyst takes them, with names beside codes."""
    rows = with_names(rows)
    return described(rows, "trade", unit, shown, full=full, **how)
