"""Trade figures: the chosen one of a cell, all that is published, and the other side's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pandas as pd

from catrade.calc import mirror as sides
from catrade.calc import nowcast as ahead
from catrade.cells import apart
from catrade.cells.chosen import chosen
from catrade.cells.implied import with_computed
from catrade.face.frames import (
    codes_of,
    dates,
    described_as,
    freq_of,
    frequency_of,
    in_billions,
    with_gaps,
    with_names,
)
from catrade.tables.names import (
    CENTRAL_ASIA,
    FLOWS,
    GROUPS,
    MIRROR_FLOW,
    in_sentence,
    name_of,
)
from catrade.tables.select import select
from catrade.tables.trade import load_trade
from rounding.errors import ParameterError

__all__ = ["disagreements", "mirror", "nowcast", "published", "trade"]

#: The first columns of a frame of each frequency: what one reads first.
_FIRST = {
    "year": "partner_name year",
    "month": "partner_name year month",
    "ytd": "partner_name year month",
}
#: Partners of whom both sides' figures are told apart.
_OURS = (*CENTRAL_ASIA, *GROUPS)


def trade(
    partner: str | Sequence[str] | None = None,
    flow: str | Sequence[str] | None = None,
    start: int | str | None = None,
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
        partner, "World" all trade.
    flow
        export, import, total or balance, or several, as the reporter sees them; by default the
        first three.
    start, end
        First and last year (2018) or period ("2024-03"), both included.
    reporter
        Whose statistics: China's, a country's by code or name, or "partner": each partner's own of
        its trade with China (without Turkmenistan, which publishes none).
    freq
        year, month, or ytd: the sum from January to the month of `date`. By default years, or
        months where `start` or `end` is one.
    full
        Whether to return every column of the library's cells besides.

    Returns
    -------
    DataFrame
        partner_name, year, month (unless by year), flow, value_bn (billions of current US dollars),
        quality (`ok`, or `doubtful`: such figures stay out of calculations unless asked for), date
        (first day of the year or month), partner, low_bn, high_bn (what rounding allows), basis
        (`published`, or how it was computed), reporter, begins (whether another statistic begins
        with this year, over which there is no growth), sources (ids, see `ct.sources`). A year or
        month without a figure is a row with NaN, so that a plotted line breaks.

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
    """
    whose, *others = codes_of("reporter", reporter, [], also=["CHN", "partner"])
    if others:
        raise ParameterError(
            f"reporter must be one country; got {', '.join([whose, *others])}: "
            "call once for each, and put the frames together with pd.concat"
        )
    usual = ["CHN"] if whose in CENTRAL_ASIA else CENTRAL_ASIA
    wanted = codes_of("partner", partner, usual)
    if whose == "partner":
        wanted = ["CA4" if code == "CA5" else code for code in wanted]
        wanted = [code for code in wanted if partner is not None or code != "TKM"]
    if whose == "TKM" or (whose == "partner" and "TKM" in wanted):
        raise publishes_none()
    every = freq_of(freq, start, end)
    cells = chosen(frequency_of(every))
    if whose == "partner":
        side = "reporter"
        cells = cells[cells["partner"].eq("CHN") & cells["reporter"].isin(wanted)]
    else:
        side = "partner"
        cells = cells[cells["reporter"].eq(whose) & cells["partner"].isin(wanted)]
    flow = FLOWS if flow is None else flow
    cells = select(cells, start, end, flow=(flow, (*FLOWS, "balance")))
    if cells.empty:
        raise _nothing(whose, wanted)
    cells = cells.assign(partner=cells[side], date=dates(cells["period"]))
    cells = with_gaps(cells, ["reporter", "partner", "flow"], every)
    ranks = {"partner": wanted, "flow": [*FLOWS, "balance"]}
    cells = cells.sort_values(
        ["partner", "flow", "date"],
        key=lambda part: (
            part.map(ranks[part.name].index) if part.name in ranks else part
        ),
    )
    cells["begins"] = cells["begins"].eq(True)
    frame = in_billions(
        with_names(cells, "partner").rename(columns={"source_ids": "sources"})
    )
    shown = f"{_FIRST[every]} flow value_bn quality date partner low_bn high_bn "
    shown += "basis reporter begins sources"
    return described_as(frame, "trade", "USD billion", shown, full=full, freq=every)


def publishes_none() -> ParameterError:
    """Return the error for a country that has no statistics of its own to choose from."""
    return ParameterError(
        "Turkmenistan publishes no trade statistics by partner, so it cannot be the reporter: "
        "use reporter='CHN', China's figures; what is printed in its name is in "
        "ct.published('TKM', reporter='partner')"
    )


def _nothing(reporter: str, partners: Sequence[str]) -> ParameterError:
    """Return the error for a cell that no table has: what there is of that reporter, or who is."""
    rows = chosen()
    there = rows.loc[rows["reporter"] == reporter, "partner"].unique()
    if len(there):
        tail = f"there are figures of its trade with {', '.join(map(name_of, there))}"
    elif reporter == "partner":
        tail = "try reporter='CHN'"
    else:
        tail = f"reporter may be {', '.join(sorted({name_of(code) for code in rows['reporter']}))}"
    owner = "the partner" if reporter == "partner" else in_sentence(reporter)
    with_whom = ", ".join(name_of(code) for code in partners)
    message = f"no table has such a figure of {owner} on trade with {with_whom}; {tail}"
    return ParameterError(message)


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
        export, import or total, or several, as China sees them: the other side's figures of
        China's exports are its imports.
    reporter
        Only the figures of this side: "CHN" or "partner"; by default both.
    full
        Whether to return every column of the table `trade` besides.

    Returns
    -------
    DataFrame
        partner_name, year, month (unless by year), reporter, flow (as the reporter sees it),
        value_bn (billions of US dollars; other currencies are converted), quality, published
        (date), date, partner, low_bn, high_bn, sources.

    Examples
    --------
    What both sides say of China's exports to Kyrgyzstan in 2024:

    >>> found = published("KGZ", "export", 2024, 2024)
    >>> found.groupby("reporter")["value_bn"].max().round(1).to_dict()
    {'CHN': 19.9, 'KGZ': 5.5}
    """
    wanted = codes_of("partner", partner, CENTRAL_ASIA)
    both = ["CHN", "partner"]
    sides_of = codes_of("reporter", reporter, both, only=both, also=both)
    every = freq_of(freq, start, end)
    seen = [flow] if isinstance(flow, str) else list(flow or FLOWS)
    theirs = [MIRROR_FLOW.get(one, one) for one in seen]
    frequency = ("ytd", "half", "quarterly") if every == "ytd" else frequency_of(every)
    frames = [
        load_trade("CHN", wanted, seen, start, end, frequency)
        if side == "CHN"
        else load_trade(wanted, "CHN", theirs, start, end, frequency)
        for side in sides_of
    ]
    rows = pd.concat(frames, ignore_index=True)
    rows = rows.assign(date=dates(rows["period"]), sources=rows["source_id"])
    rows = rows.assign(
        partner_name=rows["partner"].map(name_of), month=rows["date"].dt.month
    )
    frame = in_billions(rows).sort_values(
        ["date", "partner", "reporter", "flow"], kind="stable"
    )
    shown = f"{_FIRST[every]} reporter flow value_bn quality published date partner "
    shown += "low_bn high_bn sources"
    return described_as(frame, "trade", "USD billion", shown, full=full, freq=every)


def disagreements(frame: pd.DataFrame, at_least: float = 0.0) -> pd.DataFrame:
    """Return every published figure that disagrees with the chosen one beyond rounding.

    Parameters
    ----------
    frame
        What `ct.published` returns, or some of its rows.
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
    if "value_usd" in frame.columns:
        return apart.disagreements(frame, at_least)
    same = ["reporter", "partner", "flow", "date", "value_bn", "sources"]
    lacking = [name for name in (*same, "published") if name not in frame.columns]
    if lacking:
        raise ParameterError(
            f"disagreements needs what ct.published returns; the frame lacks {lacking[0]!r}"
        )
    rows = load_trade(frequency=None)
    keys = in_billions(
        rows.assign(date=dates(rows["period"]), sources=rows["source_id"])
    )
    wanted = keys[same].merge(frame[same].drop_duplicates(), how="left", indicator=True)
    return in_billions(
        apart.disagreements(rows[(wanted["_merge"] == "both").to_numpy()], at_least)
    )


def mirror(
    partner: str | Sequence[str] | None = None,
    start: int | str | None = None,
    end: int | str | None = None,
    *,
    freq: Literal["year", "month", "ytd"] | None = None,
    cif_margin: float = 0.0,
    full: bool = False,
) -> pd.DataFrame:
    """Return China's figure and its partner's side by side, with their ratio and difference.

    Parameters
    ----------
    partner
        One or more of the five by code or name; by default the five and CA4, the region without
        Turkmenistan, which publishes no statistics.
    start, end
        First and last year.
    freq
        year, month or ytd.
    cif_margin
        Freight and insurance as a fraction of the f.o.b. value, by which importers' figures are
        made smaller; 0 leaves both sides as reported.
    full
        Whether to return every column of `catrade.calc.mirror.pairs` besides.

    Returns
    -------
    DataFrame
        partner_name, year, month (unless by year), flow (as China sees it), china_bn, partner_bn,
        ratio (China's over the partner's), difference_bn (China's less the partner's), quality (the
        worse of both), date, partner, ratio_low, ratio_high, sources. Goods are set against goods;
        only years both sides publish.

    Examples
    --------
    >>> found = mirror("Kyrgyzstan", 2024, 2024)
    >>> found.set_index("flow")["ratio"].round(1).to_dict()
    {'export': 3.7, 'import': 22.8, 'total': 4.1}
    """
    default = [*CENTRAL_ASIA, sides.REGION]
    wanted = [
        "CA4" if one == "CA5" else one
        for one in codes_of("partner", partner, default, _OURS)
    ]
    every = freq_of(freq, start, end)
    often = frequency_of(every)
    annually = often == "annual"
    rows = with_computed(load_trade()) if annually else load_trade(frequency=None)
    cells = sides.mirror_cells(rows, partner=wanted, frequency=often)
    cells = select(cells, start, end)
    pairs = sides.pairs(cells, cif_margin=cif_margin)
    pairs = pairs.rename(columns={"country": "partner", "source_ids": "sources"})
    when = dates(pairs["period"])
    pairs = pairs.assign(date=when, month=when.dt.month)
    frame = in_billions(with_names(pairs, "partner"))
    shown = f"{_FIRST[every]} flow china_bn partner_bn ratio difference_bn quality "
    shown += "date partner ratio_low ratio_high sources"
    return described_as(frame, "trade", "USD billion", shown, full=full, freq=every)


def nowcast(
    partner: str = "CA5", flow: str = "total", *, full: bool = False
) -> pd.DataFrame:
    """Return where the running year may end, with the interval of its own past errors.

    China's customs figures in yuan; the region is the sum of its members. The estimate is the mean
    of two: the months known are the same share of the year as a year before, and the rest of the
    year repeats the year before.

    Parameters
    ----------
    partner
        One of the five, or CA5, by code or name.
    flow
        total, export or import, as China sees them.
    full
        Whether to return every column of `catrade.calc.nowcast.nowcast`.

    Returns
    -------
    DataFrame
        partner, partner_name, flow, year, months (known), so_far_bn, estimate_bn with
        estimate_low_bn and estimate_high_bn (four past estimates in five missed by no more; NaN for
        a flow that has broken off), held and tried (in how many of how many past estimates such an
        interval held), sources; billions of yuan. One row, or none while no year is running.

    Examples
    --------
    >>> now = nowcast("Kazakhstan").iloc[0]
    >>> int(now["year"]), int(now["months"]), bool(now["estimate_bn"] > now["so_far_bn"])
    (2026, 7, True)
    """
    code = codes_of("partner", partner, ["CA5"], _OURS)[0]
    rows = load_trade("CHN", CENTRAL_ASIA, flow, frequency=None, convert=False)
    now = ahead.running_year(rows, code, flow=flow).assign(partner=code)
    now = with_names(now.rename(columns={"source_ids": "sources"}), "partner")
    now["so_far_bn"] = now["value"] / 1e9
    for end in ("", "_low", "_high"):
        now[f"estimate{end}_bn"] = now[f"estimate{end}"] / 1e9
    shown = (
        "partner partner_name flow year months so_far_bn estimate_bn estimate_low_bn "
    )
    shown += "estimate_high_bn held tried sources"
    return described_as(now, "trade", "CNY billion", shown, full=full)
