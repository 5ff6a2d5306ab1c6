"""Mirror statistics: one flow in the reporter's data and in the mirror data of its partner.

A flow is recorded twice, by the exporter and by the importer. The *mirror ratio* here is China's
figure over its partner's, for either flow; 1 means they agree. Exports are valued f.o.b. (free on
board), imports c.i.f. (with freight and insurance to the importer's border), so two true records
differ by the freight and insurance: the importer's should be the larger. Nothing is corrected
unless a margin is asked for; then the importer's figure is divided by 1 + margin and both figures
are f.o.b., as the IMF does with 6 per cent (*Direction of Trade Statistics Yearbook*, 2017). A
total holds one flow each way, so it is corrected only by what it is known to contain.

What a ratio can mean, and what it cannot: O. Morgenstern, *On the Accuracy of Economic
Observations*, 2nd ed. 1963; J. Bhagwati, "On the Underinvoicing of Imports", *Bulletin of the
Oxford University Institute of Economics and Statistics* 26, 1964 (imports below the partner's
exports as a sign of underinvoicing); A. J. Yeats, "On the Accuracy of Economic Observations: Do
Sub-Saharan Trade Statistics Mean Anything?", *World Bank Economic Review* 4(2), 1990 (neither side
is the truth); UN, *International Merchandise Trade Statistics: Compilers Manual, Revision 1*, 2013,
chapter 9 (causes of bilateral asymmetries); G. Gaulier and S. Zignago, "BACI: International Trade
Database at the Product-Level", CEPII working paper 2010-23 (estimating c.i.f. margins).

Goods are compared with goods: a figure that counts services, or a part of goods only, makes no
pair. A region is compared without Turkmenistan, which publishes no statistics: what stands for its
figures repeats China's, and a figure is no check of itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from catrade.cells.frames import join_ids, require_columns
from catrade.cells.series import trade_cells
from catrade.load.trade import described
from catrade.names import CENTRAL_ASIA, FLOWS, GROUPS
from pagemill.errors import ParameterError, choice_error
from pagemill.intervals import bounds, difference_bounds, ratio_bounds

#: The region both of whose sides have figures of their own.
REGION = "CA4"
#: How each flow (as China sees it) is valued in China's and in the partner's figures.
VALUATION = {
    "export": ("f.o.b.", "c.i.f."),
    "import": ("c.i.f.", "f.o.b."),
    "total": ("f.o.b. and c.i.f.", "c.i.f. and f.o.b."),
}
MOST_MARGIN = 0.5
#: A c.i.f. margin above this is none that freight and insurance can be: the IMF takes 6 per cent.
PLAUSIBLE_MARGIN = 0.25
PAIRS = [
    *("country", "flow", "period", "year", "china_usd", "china_low_usd", "china_high_usd"),
    *("partner_usd", "partner_low_usd", "partner_high_usd", "ratio", "ratio_low", "ratio_high"),
    *("difference_usd", "difference_low_usd", "difference_high_usd", "cif_margin"),
    *("china_basis", "partner_basis", "quality", "partner_source_ids", "source_ids"),
]
_SIDES = ("china", "partner")
_ENDS = ("usd", "low_usd", "high_usd")


def mirror_cells(
    trade: pd.DataFrame,
    *,
    partner: str | Sequence[str] | None = None,
    frequency: str = "annual",
    start: int | None = None,
    end: int | None = None,
    coverage: str | None = "goods",
) -> pd.DataFrame:
    """Return both sides' cells of China's trade with each partner: the input of `pairs`.

    Parameters
    ----------
    trade
        Rows of `load_trade`, China's and its partners'.
    partner
        Central Asian codes; by default the five and CA4, the region without Turkmenistan.
    frequency, start, end
        As in `series.trade_cells`.
    coverage
        What the figures must count; None takes any, also where the two sides then differ.
    """
    if coverage is not None:
        trade = trade[trade["coverage"] == coverage]
    partner = [*CENTRAL_ASIA, REGION] if partner is None else partner
    sides = [
        trade_cells(
            trade, reporter=reporter, partner=partner, frequency=frequency, start=start, end=end
        )
        for reporter in ("CHN", "partner")
    ]
    frame = pd.concat([side for side in sides if len(side)] or sides, ignore_index=True)
    return described(frame, "trade", "USD", "source_ids")


def pairs(cells: pd.DataFrame, *, cif_margin: float = 0.0) -> pd.DataFrame:
    """Put China's and the partner's figure of each flow and period side by side.

    Parameters
    ----------
    cells
        Cell frame with `country` and `china_flow` (`mirror_cells`); balances are ignored.
    cif_margin
        Freight and insurance as a fraction of the f.o.b. value; the importer's figure is divided
        by 1 + margin. 0 leaves both figures as reported.

    Returns
    -------
    DataFrame
        One row a country, flow (as China sees it) and period that both sides publish: both figures
        with bounds, ratio (China's over the partner's) and difference (China's less the partner's)
        with bounds, cif_margin, how each figure came about, the worse quality, the partner's
        source_ids and those of both. With a
        margin a total loses the freight of the imports in it; where they are not known, they are
        between none and all of it, and the figure is the middle.

    Raises
    ------
    ParameterError
        If the margin is negative or above one half, or a column is missing.

    Examples
    --------
    >>> cells = pd.DataFrame({"reporter": ["CHN", "KAZ"], "country": "KAZ", "china_flow": "export",
    ...     "period": "2024", "year": 2024, "value_usd": [28e9, 15e9], "low_usd": [28e9, 15e9],
    ...     "high_usd": [28e9, 15e9], "basis": "published", "quality": "ok", "source_ids": "a"})
    >>> [pairs(cells, cif_margin=m)["ratio"].round(3).item() for m in (0.0, 0.05)]
    [1.867, 1.96]
    """
    needed = ["reporter", "country", "china_flow", "period", "year", "value_usd", "low_usd"]
    require_columns(cells, [*needed, "high_usd", "basis", "quality", "source_ids"], "pairs")
    if not 0 <= cif_margin <= MOST_MARGIN:
        message = f"cif_margin must be a fraction from 0 to {MOST_MARGIN}; got {cif_margin!r}"
        raise ParameterError(message)
    rows = cells[cells["china_flow"].isin(FLOWS)]
    kept = ["value_usd", "low_usd", "high_usd", "basis", "quality", "source_ids"]
    keys = ["country", "china_flow", "period", "year"]
    is_china = rows["reporter"] == "CHN"
    both = rows[is_china][[*keys, *kept]].merge(
        rows[~is_china][[*keys, *kept]], on=keys, suffixes=("_china", "_partner")
    )
    both = both.rename(
        columns={
            f"{'value_usd' if end == 'usd' else end}_{side}": f"{side}_{end}"
            for side in _SIDES
            for end in _ENDS
        }
    )
    both = both.rename(columns={f"basis_{side}": f"{side}_basis" for side in _SIDES})
    worst = (both["quality_china"] == "ok") & (both["quality_partner"] == "ok")
    ids = zip(both["source_ids_china"], both["source_ids_partner"], strict=True)
    both = both.assign(
        flow=both["china_flow"],
        quality=worst.map({True: "ok", False: "doubtful"}).astype(str),
        partner_source_ids=both["source_ids_partner"],
        source_ids=[join_ids(pair) for pair in ids],
        cif_margin=float(cif_margin),
    )
    both = _compared(_to_fob(both, cif_margin))
    order = {code: n for n, code in enumerate([*CENTRAL_ASIA, *GROUPS])}
    rank = both.assign(
        _country=both["country"].map(order), _flow=both["flow"].map(list(FLOWS).index)
    ).sort_values(["_country", "_flow", "period"], kind="stable")
    return rank[PAIRS].reset_index(drop=True)


def _to_fob(both: pd.DataFrame, margin: float) -> pd.DataFrame:
    """Bring every importer's figure to f.o.b.; of a total, the part that is imports."""
    if not margin:
        return both
    changed = both.copy()
    freight = margin / (1 + margin)  # part of a c.i.f. value
    total = both["flow"] == "total"
    for side, flow in (("china", "import"), ("partner", "export")):
        columns = [f"{side}_{end}" for end in _ENDS]
        imports = both["flow"] == flow
        known = both.loc[imports, ["country", "period", *columns]]
        part = both[["country", "period"]].merge(known, on=["country", "period"], how="left")
        part = part.set_axis(both.index)
        value, low, high = (both[column] for column in columns)
        # Where the imports in a total are not known they are between none and all of it.
        middle = part[columns[0]].fillna(value / 2)
        least, most = part[columns[1]].fillna(0.0), part[columns[2]].fillna(high)
        fob = (value - freight * middle, low - freight * most, high - freight * least)
        for column, of_total in zip(columns, fob, strict=True):
            one_way = both[column].where(~imports, both[column] / (1 + margin))
            changed[column] = one_way.where(~total, of_total)
    return changed


def _compared(both: pd.DataFrame) -> pd.DataFrame:
    china, partner = (bounds(both, f"{s}_low_usd", f"{s}_high_usd") for s in _SIDES)
    ratio, apart = ratio_bounds(china, partner), difference_bounds(china, partner)
    base = both["partner_usd"].where(both["partner_low_usd"] > 0)
    return both.assign(
        ratio=both["china_usd"] / base,
        ratio_low=ratio.low,
        ratio_high=ratio.high,
        difference_usd=both["china_usd"] - both["partner_usd"],
        difference_low_usd=apart.low,
        difference_high_usd=apart.high,
    )


def source_changes(mirrored: pd.DataFrame, kinds: Mapping[str, str]) -> pd.DataFrame:
    """Mark where a line's partner figures change their source: such a step need not be trade.

    Parameters
    ----------
    mirrored
        Rows of `pairs`.
    kinds
        Kind of each source by its id (`load_sources`): the yearbooks of one bureau are one kind.

    Returns
    -------
    DataFrame
        The rows with new_kind (bool): the partner's figure is of another kind of source than in
        the pair before, of the same country and flow.
    """
    kind = [
        ";".join(sorted({kinds.get(one, "") for one in ids.split(";")}))
        for ids in mirrored["partner_source_ids"]
    ]
    rows = mirrored.assign(_kind=pd.array(kind, dtype=str))
    before = rows.groupby(["country", "flow"])["_kind"].shift()
    return rows.assign(new_kind=before.notna() & (before != rows["_kind"])).drop(columns="_kind")


def gap_by_country(mirrored: pd.DataFrame, region: str = "CA5") -> pd.DataFrame:
    """Split the region's gap between the two sides by country, for each flow and period.

    Parameters
    ----------
    mirrored
        Rows of `pairs` with the members of the region; doubtful rows are left out, because a
        figure that repeats the other side's shows no gap.

    Returns
    -------
    DataFrame
        country, flow, period, year, difference_usd with bounds, share (of the sum of the
        differences there are), complete (bool: every member that publishes is there), missing
        (codes of members without both figures, joined with `;`), source_ids. A share is given
        where there are several differences, all of one sign; else it is NaN, for a share of a net
        is no part.
    """
    if region not in GROUPS:
        error = choice_error("region", region, GROUPS)
        raise error
    members = GROUPS[region]
    rows = mirrored[mirrored["country"].isin(members) & (mirrored["quality"] == "ok")]
    frames = []
    for _, part in rows.groupby(["flow", "period"], sort=False):
        whole = part["difference_usd"].sum()
        one_sign = (part["difference_usd"] > 0).all() or (part["difference_usd"] < 0).all()
        there = set(part["country"])
        some = one_sign and whole and len(part) > 1
        share = part["difference_usd"] / whole if some else float("nan")
        missing = [code for code in members if code not in there]
        frames.append(
            part.assign(
                share=share,
                complete=not set(missing) - {"TKM"},  # publishes no trade statistics
                missing=";".join(missing),
            )
        )
    columns = ["country", "flow", "period", "year", "difference_usd", "difference_low_usd"]
    columns += ["difference_high_usd", "share", "complete", "missing", "source_ids"]
    if not frames:
        return pd.DataFrame(columns=columns)
    return pd.concat(frames, ignore_index=True)[columns]


def explained(cells: pd.DataFrame, margins: Sequence[float] = (0.05, 0.10)) -> pd.DataFrame:
    """Say what a c.i.f. margin does to each gap: the gap as reported and at each margin.

    Returns
    -------
    DataFrame
        country, flow, period, year, margin, ratio (at that margin), reported_ratio, gap_usd and
        reported_gap_usd (China's less the partner's), explained (1 − gap / reported gap: positive
        if the margin makes the gap smaller, negative if it makes it larger, above 1 if it turns
        it round; NaN where the reported gap may be zero), needed (the margin that would close the
        gap: importer over exporter less 1; negative where the exporter's figure is the larger, so
        that no freight can explain it; NaN where a figure may be zero; above `PLAUSIBLE_MARGIN`
        it is none), source_ids. Totals are left out: their two flows err in
        opposite directions.
    """
    rows = cells[cells["china_flow"].isin(["export", "import"])]
    as_reported = pairs(rows)
    frames = []
    for margin in margins:
        at = pairs(rows, cif_margin=margin)
        gap, before = at["difference_usd"], as_reported["difference_usd"]
        apart = (as_reported["difference_low_usd"] > 0) | (as_reported["difference_high_usd"] < 0)
        of_china = as_reported["ratio"].where(as_reported["ratio"] > 0)
        needed = of_china.where(as_reported["flow"] == "import", 1 / of_china) - 1
        frames.append(
            at[["country", "flow", "period", "year", "ratio", "quality", "source_ids"]].assign(
                margin=margin,
                reported_ratio=as_reported["ratio"],
                gap_usd=gap,
                reported_gap_usd=before,
                explained=(1 - gap / before.where(before != 0)).where(apart),
                needed=needed,
            )
        )
    return pd.concat(frames, ignore_index=True)
