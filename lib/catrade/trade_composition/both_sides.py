"""Both sides' figures of one flow, item by item."""

from __future__ import annotations

import pandas as pd

from catrade.cells.frames import VALUE_COLUMNS, require_columns
from catrade.trade_composition.composition import labels_of, prepared_items
from catrade.trade_composition.concentration import joined_sources
from pagemill.intervals import bounds, difference_bounds, ratio_bounds

__all__ = ["compare_reporters", "shares_of_gap"]

_FLOW = ["exporter", "importer", "year"]
#: Of differences that cancel further than to this part, shares are not given.
_LEFT = 0.5


def compare_reporters(frame: pd.DataFrame) -> pd.DataFrame:
    """Put the exporter's and the importer's figures side by side, item by item.

    Returns
    -------
    DataFrame
        exporter, importer, year, item column, labels, exporter_usd, importer_usd, difference_usd
        (importer − exporter), ratio (importer / exporter) and the bounds of the last two
        (…_low, …_high), source_ids. A value one side does not list is NaN (it is not known to be
        zero), and so is what follows from it. Only flows and years that both sides publish.

    Examples
    --------
    >>> frame = pd.DataFrame({"exporter": "CHN", "importer": "UZB", "reporter": ["CHN", "UZB"],
    ...     "year": 2024, "hs_chapter": "87", "value_usd": [4.0, 3.0], "low_usd": [4.0, 3.0],
    ...     "high_usd": [4.0, 3.0]})
    >>> compare_reporters(frame)[["exporter_usd", "importer_usd", "ratio"]].to_dict("records")
    [{'exporter_usd': 4.0, 'importer_usd': 3.0, 'ratio': 0.75}]
    """
    frame, item = prepared_items(frame, "compare_reporters")
    keys, labels = [*_FLOW, item], labels_of(frame, item)
    own = (frame["reporter"] == frame["exporter"]) | (frame["reporter"] == frame["importer"])
    frame = frame[own]
    frame = frame[frame.groupby(_FLOW)["reporter"].transform("nunique") == 2]
    sides = []
    for side in ("exporter", "importer"):
        names = {column: column.replace("usd", side) for column in VALUE_COLUMNS}
        rows = frame.loc[frame["reporter"] == frame[side], [*keys, *VALUE_COLUMNS]]
        sides.append(rows.rename(columns=names))
    named = frame[[item, *labels]].drop_duplicates(item)
    pair = sides[0].merge(sides[1], on=keys, how="outer").merge(named, on=item, how="left")
    sources = {key: joined_sources(rows) for key, rows in frame.groupby(_FLOW)}
    exporter = bounds(pair, "low_exporter", "high_exporter")
    importer = bounds(pair, "low_importer", "high_importer")
    apart, ratio = difference_bounds(importer, exporter), ratio_bounds(importer, exporter)
    base = pair["value_exporter"].where(pair["value_exporter"] > 0)
    pair = pair.assign(
        exporter_usd=pair["value_exporter"],
        importer_usd=pair["value_importer"],
        difference_usd=pair["value_importer"] - pair["value_exporter"],
        difference_low_usd=apart.low,
        difference_high_usd=apart.high,
        ratio=pair["value_importer"] / base,
        ratio_low=ratio.low,
        ratio_high=ratio.high,
        source_ids=[sources[key] for key in pair[_FLOW].itertuples(index=False, name=None)],
    )
    numbers = ["exporter_usd", "importer_usd", "difference_usd", "difference_low_usd"]
    numbers += ["difference_high_usd", "ratio", "ratio_low", "ratio_high", "source_ids"]
    return pair[[*keys, *labels, *numbers]].sort_values(keys).reset_index(drop=True)


def shares_of_gap(pairs: pd.DataFrame) -> pd.DataFrame:
    """Say which items the gap between the two sides' figures of a flow sits in.

    With X what the exporter and M what the importer reports of an item k, its ratio is M_k / X_k
    and its share of the gap (M_k − X_k) / Σ (M − X), over the items both sides list. The shares sum
    to 1; one is negative where the item's own gap runs against the sum. Where the gaps cancel each
    other so far that less than half of Σ |M − X| is left, shares of what is left mean nothing.

    Parameters
    ----------
    pairs
        What `compare_reporters` returns.

    Returns
    -------
    DataFrame
        `pairs` plus gap_usd, the sum of the differences of its flow and year, and share_of_gap
        (fraction; NaN where a side does not list the item, or where the gaps cancel).

    References
    ----------
    R. Fisman and S.-J. Wei, *Tax rates and tax evasion: evidence from "missing imports" in China*,
    Journal of Political Economy 112(2), 2004 (gaps good by good); United Nations, *International
    Merchandise Trade Statistics: Compilers Manual, Revision 1*, 2013, chapter 9 (mirror data). The
    share is the item's part in the sum, an identity.

    Examples
    --------
    >>> pairs = pd.DataFrame({"exporter": "CHN", "importer": "KGZ", "year": 2023,
    ...     "wits_group": ["50-63", "84-85"], "difference_usd": [-7.0, 1.0]})
    >>> shares_of_gap(pairs)["share_of_gap"].round(3).tolist()
    [1.167, -0.167]
    """
    require_columns(pairs, [*_FLOW, "difference_usd"], "shares_of_gap")
    flows, apart = [pairs[name] for name in _FLOW], pairs["difference_usd"]
    gap, gross = (one.groupby(flows).transform("sum") for one in (apart, apart.abs()))
    share = apart / gap.where((gap.abs() >= _LEFT * gross) & (gap != 0))
    return pairs.assign(gap_usd=gap, share_of_gap=share)
