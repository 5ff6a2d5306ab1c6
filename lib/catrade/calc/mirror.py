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

from catrade.calc.both_sides import set_against
from catrade.cells.frames import join_ids, require_columns
from catrade.cells.series import trade_cells
from catrade.tables.names import CENTRAL_ASIA, FLOWS, GROUPS, name_of
from catrade.tables.trade import described
from rounding.errors import ParameterError

#: The region both of whose sides have figures of their own.
REGION = "CA4"
#: The largest c.i.f. margin that may be asked for.
MOST_MARGIN = 0.5
PAIRS = [
    *(
        "country",
        "flow",
        "period",
        "year",
        "china_usd",
        "china_low_usd",
        "china_high_usd",
    ),
    *(
        "partner_usd",
        "partner_low_usd",
        "partner_high_usd",
        "ratio",
        "ratio_low",
        "ratio_high",
    ),
    *("difference_usd", "difference_low_usd", "difference_high_usd", "cif_margin"),
    "implied_margin",
    *("china_basis", "partner_basis", "quality", "partner_source_ids", "source_ids"),
]
_ENDS = ("usd", "low_usd", "high_usd")
_KEPT = ["value_usd", "low_usd", "high_usd", "basis", "quality", "source_ids"]


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
            trade,
            reporter=reporter,
            partner=partner,
            frequency=frequency,
            start=start,
            end=end,
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
        with bounds, cif_margin, implied_margin (the c.i.f. margin that would close what gap is
        left: importer over exporter less 1; negative where the exporter's figure is the larger, so
        that no freight can explain it; NaN for a total, whose two flows err in opposite
        directions), how each figure came about, the worse quality, the partner's source_ids and
        those of both. With a margin a total loses the freight of the imports in it; where they are
        not known, they are between none and all of it, and the figure is the middle.

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
    keys = ["country", "china_flow", "period", "year"]
    require_columns(cells, ["reporter", *keys, *_KEPT], "pairs")
    if not 0 <= cif_margin <= MOST_MARGIN:
        raise ParameterError(
            f"cif_margin must be a fraction from 0 to {MOST_MARGIN}; got {cif_margin!r}"
        )
    rows = cells[cells["china_flow"].isin(FLOWS)].assign(flow=cells["china_flow"])
    keys = ["country", "flow", "period", "year"]
    is_china = rows["reporter"] == "CHN"
    china, partner = (
        rows.loc[of_side, [*keys, *_KEPT]]
        .set_index(keys)
        .rename(columns={"value_usd": "usd"})
        .add_prefix(f"{side}_")
        for side, of_side in (("china", is_china), ("partner", ~is_china))
    )
    both = china.join(partner, how="inner").reset_index()
    ok = (both["china_quality"] == "ok") & (both["partner_quality"] == "ok")
    ids = both[["china_source_ids", "partner_source_ids"]].to_numpy()
    both = both.assign(
        quality=ok.map({True: "ok", False: "doubtful"}).astype(str),
        source_ids=[join_ids(pair) for pair in ids],
        cif_margin=float(cif_margin),
    )
    order = {code: place for place, code in enumerate([*CENTRAL_ASIA, *GROUPS, *FLOWS])}
    both = set_against(_to_fob(both, cif_margin), "china", "partner")
    # Of exports the partner is the importer.
    over = both["ratio"].where(
        both["flow"] == "import", 1 / both["ratio"].where(both["ratio"] > 0)
    )
    both["implied_margin"] = (over - 1).where(both["flow"] != "total")
    in_order = both.sort_values(
        ["country", "flow", "period"],
        key=lambda column: column.map(lambda text: order.get(text, text)),
    )
    return in_order[PAIRS].reset_index(drop=True)


def _to_fob(both: pd.DataFrame, margin: float) -> pd.DataFrame:
    """Bring every importer's figure to f.o.b.; of a total, the part that is imports."""
    changed = both.copy()
    freight = margin / (1 + margin)  # part of a c.i.f. value
    total = both["flow"] == "total"
    when = ["country", "period"]
    for side, flow in (("china", "import"), ("partner", "export")):
        columns = [f"{side}_{end}" for end in _ENDS]
        imports = both["flow"] == flow
        value, low, high = columns
        part = both[when].join(both[imports].set_index(when)[columns], on=when)
        # Where the imports in a total are not known they are between none and all of it.
        of_total = {
            value: both[value] - freight * part[value].fillna(both[value] / 2),
            low: both[low] - freight * part[high].fillna(both[high]),
            high: both[high] - freight * part[low].fillna(0.0),
        }
        for column, reduced in of_total.items():
            one_way = both[column].where(~imports, both[column] / (1 + margin))
            changed[column] = one_way.where(~total, reduced)
    return changed


def with_breaks(mirrored: pd.DataFrame, kinds: Mapping[str, str]) -> pd.DataFrame:
    """Break lines where the partner's figures change their source: such a step need not be trade.

    Parameters
    ----------
    mirrored
        Rows of `pairs`, of years.
    kinds
        Kind of each source by its id (`load_sources`): the yearbooks of one bureau are one kind.

    Returns
    -------
    DataFrame
        The rows and, half a year before one whose partner's figure is of another kind of source
        than in the pair before, and for every year in between that is missing, one without values.
    """
    frames = [mirrored]
    for (country, flow), rows in mirrored.groupby(["country", "flow"]):
        kind = rows["partner_source_ids"].map(lambda ids: kinds_of(ids, kinds))
        years = rows["year"]
        breaks = years[kind != kind.shift().fillna(kind)] - 0.5
        missing = set(range(years.min(), years.max())) - set(years)
        frames.append(
            pd.DataFrame(
                {"country": country, "flow": flow, "year": [*breaks, *missing]}
            )
        )
    return pd.concat(frames, ignore_index=True).sort_values(["country", "flow", "year"])


def kinds_of(source_ids: str, kinds: Mapping[str, str]) -> str:
    """Return the kinds of some sources (`a;b`), to tell whether a series changes its source."""
    return ";".join(sorted({kinds.get(one, "") for one in source_ids.split(";")}))


def members(partner: str) -> list[str]:
    """Return the countries to compare: those of a region that publish, or the one asked for."""
    return list(GROUPS[REGION]) if partner in GROUPS else [partner]


def of_partner(mirrored: pd.DataFrame, partner: str) -> pd.DataFrame:
    """Keep the pairs of one country, or of a region: those that publish, and these together.

    Parameters
    ----------
    mirrored
        Rows of `pairs`.
    partner
        The country, or a region.
    """
    codes = [*members(partner), *([REGION] if partner in GROUPS else [])]
    return mirrored[mirrored["country"].isin(codes)]


def moved(mirrored: pd.DataFrame) -> pd.DataFrame:
    """Put beside each pair the one a year before: how the gap between the sides moved.

    Parameters
    ----------
    mirrored
        Rows of `pairs`, of years; doubtful ones are left out.

    Returns
    -------
    DataFrame
        The rows that have a pair a year before, plus china_before_usd, partner_before_usd,
        difference_before_usd, partner_before_ids and move_usd (the difference less that of the
        year before).
    """
    sound = mirrored[mirrored["quality"] == "ok"]
    names = {
        f"{one}_usd": f"{one}_before_usd" for one in ("china", "partner", "difference")
    }
    names["partner_source_ids"] = "partner_before_ids"
    keys = ["country", "flow", "year"]
    before = sound[[*keys, *names]].rename(columns=names)
    both = sound.merge(before.assign(year=before["year"] + 1), on=keys)
    return both.assign(move_usd=both["difference_usd"] - both["difference_before_usd"])


def newest(mirrored: pd.DataFrame) -> pd.DataFrame:
    """Keep of each country and flow the newest pair that is not doubtful."""
    sound = mirrored[(mirrored["quality"] == "ok") & mirrored["ratio"].notna()]
    return sound.sort_values("year", kind="stable").groupby(["country", "flow"]).tail(1)


def sides(cells: pd.DataFrame, partner: str = "CA5") -> pd.DataFrame:
    """Return the newest figures of both sides, to be drawn a row a country and flow.

    Parameters
    ----------
    cells
        Result of `mirror_cells`.
    partner
        One country, or a region: all its members, Turkmenistan too.

    Returns
    -------
    DataFrame
        country, label (its name; with the year where countries have not all the same, and the side
        that alone has a figure), side (China, Partner), flow (as China sees it), period, year,
        value_usd, low_usd, high_usd, basis, source_ids: of each country and flow the newest year
        that both sides have, or of the one side that has any.
    """
    rows = cells[
        cells["china_flow"].isin(["export", "import"]) & (cells["quality"] == "ok")
    ]
    rows = rows[rows["country"].isin(GROUPS.get(partner, (partner,)))]
    rows = rows.assign(flow=rows["china_flow"])
    two = (
        rows.groupby(["country", "flow", "year"])["reporter"].transform("nunique") == 2
    )
    year = rows.loc[two, "year"].max() if two.any() else rows["year"].max()
    # Any year of both sides comes before a year of one, of these the nearest to the newest pair.
    rank = rows["year"].where(two, -(rows["year"] - year).abs())
    newest = rows[
        rank == rank.groupby([rows["country"], rows["flow"]]).transform("max")
    ]
    side = (
        newest["reporter"].eq("CHN").map({True: "China", False: "Partner"}).astype(str)
    )
    found = newest.assign(side=side, both=two)
    alike = found["year"].min() == found["year"].max()
    label = [
        name_of(row["country"])
        + ("" if alike else f", {row['year']}")
        + ("" if row["both"] else f" ({row['side']} only)")
        for row in found.to_dict("records")
    ]
    found["label"] = pd.array(label, str)
    columns = [
        "country",
        "label",
        "side",
        "flow",
        "period",
        "year",
        "value_usd",
        "low_usd",
    ]
    return found[[*columns, "high_usd", "basis", "source_ids"]].reset_index(drop=True)
