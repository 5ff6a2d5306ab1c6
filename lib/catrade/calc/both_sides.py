"""Both sides' figures of one flow, item by item."""

from __future__ import annotations

import pandas as pd

from catrade.calc.composition import labels_of, named_items
from catrade.calc.concentration import prepared_items, source_ids
from catrade.cells.frames import VALUE_COLUMNS, require_columns
from catrade.tables.names import in_sentence, name_of
from rounding.intervals import bounds, difference_bounds, ratio_bounds

__all__ = [
    "COMPARED",
    "compare_reporters",
    "each_side",
    "flow_name",
    "set_against",
    "shares_of_gap",
]

#: What `set_against` adds.
COMPARED = [
    *("difference_usd", "difference_low_usd", "difference_high_usd"),
    *("ratio", "ratio_low", "ratio_high"),
]
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
    keys = [*_FLOW, item]
    own = (frame["reporter"] == frame["exporter"]) | (
        frame["reporter"] == frame["importer"]
    )
    frame = frame[own]
    frame = frame[frame.groupby(_FLOW)["reporter"].transform("nunique") == 2]
    importer, exporter = (
        frame.loc[frame["reporter"] == frame[side], [*keys, *VALUE_COLUMNS]]
        .set_index(keys)
        .rename(columns={"value_usd": "usd"})
        .add_prefix(f"{side}_")
        for side in ("importer", "exporter")
    )
    pair = set_against(
        importer.join(exporter, how="outer").reset_index(), "importer", "exporter"
    )
    pair = pair.join(named_items(frame, item), on=item)
    pair = pair.join(source_ids(frame, _FLOW), on=_FLOW)
    columns = [
        *keys,
        *labels_of(frame, item),
        "exporter_usd",
        "importer_usd",
        *COMPARED,
    ]
    return pair[[*columns, "source_ids"]].sort_values(keys).reset_index(drop=True)


def set_against(pair: pd.DataFrame, one: str, other: str) -> pd.DataFrame:
    """Add how two sides' figures compare: one less the other, and one over the other.

    Parameters
    ----------
    pair
        Each side's figure and its bounds: `{side}_usd`, `{side}_low_usd`, `{side}_high_usd`.
    one, other
        Names of the sides.

    Returns
    -------
    DataFrame
        `pair` plus difference_usd and ratio with their bounds; a ratio to what may be zero is NaN.
    """
    first, second = (
        bounds(pair, f"{side}_low_usd", f"{side}_high_usd") for side in (one, other)
    )
    apart, ratio = difference_bounds(first, second), ratio_bounds(first, second)
    return pair.assign(
        difference_usd=pair[f"{one}_usd"] - pair[f"{other}_usd"],
        difference_low_usd=apart.low,
        difference_high_usd=apart.high,
        ratio=pair[f"{one}_usd"] / pair[f"{other}_usd"].where(second.low > 0),
        ratio_low=ratio.low,
        ratio_high=ratio.high,
    )


def flow_name(exporter: str, importer: str) -> str:
    """Return a flow of China as a reader says it, from China's side.

    Examples
    --------
    >>> flow_name("CHN", "KAZ"), flow_name("UZB", "CHN")
    ('China’s exports to Kazakhstan', 'China’s imports from Uzbekistan')
    """
    if exporter == "CHN":
        return f"China’s exports to {in_sentence(importer)}"
    return f"China’s imports from {in_sentence(exporter)}"


def each_side(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return a comparison a row a good and side, to be drawn.

    Returns
    -------
    DataFrame
        `pairs` twice, plus reporter, side (its name) and value_usd.
    """
    sides = [
        pairs.assign(
            reporter=pairs[side],
            side=pairs[side].map(name_of),
            value_usd=pairs[f"{side}_usd"],
        )
        for side in ("exporter", "importer")
    ]
    return pd.concat(sides, ignore_index=True)


def shares_of_gap(pairs: pd.DataFrame) -> pd.DataFrame:
    """Say which items the gap between the two sides' figures of a flow sits in.

    With X what the exporter and M what the importer reports, in all and of an item k, the item's
    ratio is M_k / X_k and its share of the gap (M_k − X_k) / (M − X). Items that one side alone
    lists are in the gap, so the shares of the others sum to 1 less theirs; one is negative where
    the item's own gap runs against the sum. Where the gaps cancel each other so far that less than
    half of Σ |M_k − X_k| is left, shares of what is left mean nothing.

    Parameters
    ----------
    pairs
        What `compare_reporters` returns.

    Returns
    -------
    DataFrame
        `pairs` plus gap_usd, the importer's sum less the exporter's in its flow and year, and
        share_of_gap (fraction; NaN where a side does not list the item, or where the gaps cancel).

    References
    ----------
    R. Fisman and S.-J. Wei, *Tax rates and tax evasion: evidence from "missing imports" in China*,
    Journal of Political Economy 112(2), 2004 (gaps good by good); United Nations, *International
    Merchandise Trade Statistics: Compilers Manual, Revision 1*, 2013, chapter 9 (mirror data). The
    share is the item's part in the sum, an identity.

    Examples
    --------
    China alone lists leather of 2: it is two tenths of the gap of 10.

    >>> pairs = pd.DataFrame({"exporter": "CHN", "importer": "KGZ", "year": 2023,
    ...     "wits_group": ["50-63", "84-85", "41-43"], "exporter_usd": [9.0, 2.0, 2.0],
    ...     "importer_usd": [2.0, 1.0, None]})
    >>> shares_of_gap(pairs.assign(difference_usd=[-7.0, -1.0, None]))["share_of_gap"].tolist()
    [0.7, 0.1, nan]
    """
    ends = ["importer_usd", "exporter_usd"]
    require_columns(pairs, [*_FLOW, "difference_usd", *ends], "shares_of_gap")
    importer, exporter = (pairs[end].fillna(0.0) for end in ends)
    apart, flows = importer - exporter, [pairs[name] for name in _FLOW]
    gap = apart.groupby(flows).transform("sum")
    gross = apart.abs().groupby(flows).transform("sum")
    told = (gap.abs() >= _LEFT * gross) & (gap != 0)
    share = pairs["difference_usd"] / gap.where(told)
    return pairs.assign(gap_usd=gap, share_of_gap=share)
