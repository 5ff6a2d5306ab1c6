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

import pandas as pd

from catrade.calc.both_sides import set_against
from catrade.cells.frames import join_ids, require_columns
from catrade.tables.names import CENTRAL_ASIA, FLOWS, GROUPS
from rounding.errors import ParameterError

#: The region both of whose sides have figures of their own.
REGION = "CA4"
#: The largest c.i.f. margin that may be asked for.
MOST_MARGIN = 0.5
_KEYS = ["country", "china_flow", "period", "year"]
_AMOUNTS = {"value_usd": "bn", "low_usd": "low_bn", "high_usd": "high_bn"}
_MADE = ["basis", "quality", "source_ids"]
#: Flows as China sees them, with the side whose figure is an importer's.
_IMPORTER = {"import": "china", "export": "partner"}


def pairs(
    cells: pd.DataFrame, *, cif_margin: float = 0.0, alone: bool = False
) -> pd.DataFrame:
    """Put China's and the partner's figure of each flow and period side by side.

    Parameters
    ----------
    cells
        Cell frame with `country` and `china_flow`; balances are ignored.
    cif_margin
        Freight and insurance as a fraction of the f.o.b. value; the importer's figure is divided
        by 1 + margin. 0 leaves both figures as reported.
    alone
        Whether to keep what one side alone publishes, with NaN for the other.

    Returns
    -------
    DataFrame
        One row a partner, flow (as China sees it) and period that both sides publish: china_bn and
        partner_bn, ratio (China's over the partner's) and difference_bn (China's less the
        partner's), each with bounds; cif_margin, implied_margin (the c.i.f. margin that would close
        what gap is left: importer over exporter less 1; negative where the exporter's figure is the
        larger, so that no freight can explain it; NaN for a total, whose two flows err in opposite
        directions), china_basis and partner_basis, the worse quality, partner_sources and sources
        of both. With a margin a total loses the freight of the imports in it; where they are not
        known, they are between none and all of it, and the figure is the middle.

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
    require_columns(cells, ["reporter", *_KEYS, *_AMOUNTS, *_MADE], "pairs")
    if not 0 <= cif_margin <= MOST_MARGIN:
        raise ParameterError(
            f"cif_margin must be a fraction from 0 to {MOST_MARGIN}; got {cif_margin!r}"
        )
    rows = cells[cells["china_flow"].isin(FLOWS)].set_index(_KEYS)
    rows = rows[["reporter", *_AMOUNTS, *_MADE]]
    rows[[*_AMOUNTS]] /= 1e9
    rows = rows.rename(columns={**_AMOUNTS, "source_ids": "sources"})
    of_china = rows.pop("reporter") == "CHN"
    china = rows[of_china].add_prefix("china_")
    partner = rows[~of_china].add_prefix("partner_")
    both = china.join(partner, how="outer" if alone else "inner").reset_index()
    both = both.rename(columns={"country": "partner", "china_flow": "flow"})
    texts = both.columns[both.columns.str.contains("basis|quality|sources")]
    both[texts] = both[texts].fillna("").astype(str)
    sound = both[["china_quality", "partner_quality"]].isin(["ok", ""]).all(axis=1)
    ids = both[["china_sources", "partner_sources"]].to_numpy()
    sources = [join_ids(filter(None, pair)) for pair in ids]
    both = both.assign(
        quality=sound.map({True: "ok", False: "doubtful"}).astype(str),
        sources=pd.array(sources, dtype=str),
        cif_margin=float(cif_margin),
    )
    both = set_against(_to_fob(both, cif_margin), "china", "partner")
    # Of exports the partner is the importer.
    positive = both["ratio"].where(both["ratio"] > 0)
    over = both["ratio"].where(both["flow"] == "import", 1 / positive)
    both["implied_margin"] = (over - 1).where(both["flow"] != "total")
    both = both.drop(columns=["china_quality", "partner_quality", "china_sources"])
    places = enumerate([*CENTRAL_ASIA, *GROUPS, *FLOWS])
    order = {code: place for place, code in places}
    return both.sort_values(
        ["partner", "flow", "period"],
        key=lambda column: column.map(lambda text: order.get(text, text)),
        ignore_index=True,
    )


def _to_fob(both: pd.DataFrame, margin: float) -> pd.DataFrame:
    """Bring every importer's figure to f.o.b.; of a total, the part that is imports."""
    changed = both.copy()
    part = margin / (1 + margin)  # freight, of a c.i.f. value
    total = both["flow"] == "total"
    when = ["partner", "period"]
    for flow, side in _IMPORTER.items():
        columns = [f"{side}_{end}" for end in _AMOUNTS.values()]
        value, low, high = columns
        one_way = both["flow"] == flow
        known = both[one_way].set_index(when)[columns]
        imports = both[when].join(known, on=when)
        # Where the imports in a total are not known they are between none and all of it.
        freight = {
            value: imports[value].fillna(both[value] / 2),
            low: imports[high].fillna(both[high]),
            high: imports[low].fillna(0.0),
        }
        for column, of_imports in freight.items():
            figures = both[column]
            reduced = figures.mask(one_way, figures / (1 + margin))
            less = figures - part * of_imports
            changed[column] = reduced.mask(total, less)
    return changed
