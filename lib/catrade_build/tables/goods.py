"""Loaders of what trade consists of: chapters, headings, published groups, single facts."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Literal

import pandas as pd

from catrade_build.tables import as_of
from catrade_build.tables.definitions import CELLS_MISSING, PARTIAL, choices, meanings
from catrade_build.tables.trade import (
    load_sources,
    published_interval,
    read_fetched,
    read_table,
    state_of_files,
    with_time,
)
from catrade_build.tables.weights import sound_weights
from pagemill.reads import note_reading

#: What tells the tables of goods apart: a flow of one year in one side's statistics.
FLOW_YEAR = ["exporter", "importer", "reporter", "year"]
#: Whose figures CEPII's BACI are: neither side's.
BACI = "BACI"
_COVERAGE = ("complete", CELLS_MISSING, PARTIAL)
#: A chapter left out by a `CELLS_MISSING` source is worth less than this on the Chinese side.
CELL_THRESHOLD_USD = 100_000.0
#: Columns that name an item at each level, besides the code.
_LABELS = {
    "chapter": "chapter_name short_name section section_name section_short group "
    "group_name high_tech",
    "section": "section_name section_short",
    "group": "group_name",
}
#: What is said of the goods of a row.
_FIGURES = (
    "value_usd low_usd high_usd unlisted_usd net_weight_t weighed_usd weight_doubt basis coverage "
    "sources classification"
)
_OF_GROUPS = (
    "exporter importer reporter period year frequency classification code label "
    "value_usd low_usd high_usd net_weight_t weight_low weight_high weight_doubt share share_low "
    "share_high share_basis coverage "
    "estimated sources note"
)
_OF_FACTS = (
    "exporter importer flow period year frequency topic item value low high unit growth "
    "growth_low growth_high share share_low share_high share_basis net_weight_t sources "
    "quality quality_reason note"
)
_OF_HEADINGS = (
    "exporter importer reporter period year heading goods value_bn low_bn high_bn net_weight_t "
    "weight_doubt pieces coverage watched sources"
)
#: What is carried along where chapters are summed.
_CARRIED = "unlisted_usd basis coverage sources classification"
#: Of each level the columns that hold the code of the goods and their name.
NAMED = {
    "chapter": ("hs_chapter", "short_name"),
    "section": ("section", "section_short"),
    "group": ("group", "group_name"),
    "wits": ("wits_group", "wits_name"),
    "sitc": ("code", "label"),
}
_AMOUNTS = {
    "value_usd": "value_bn",
    "low_usd": "low_bn",
    "high_usd": "high_bn",
    "unlisted_usd": "unlisted_bn",
}
# 98 is left to national use: no source lists it.
_LISTABLE = len(choices("chapters")) - 1
_HALF_DOLLAR = 0.5
_VALUES = ["value_usd", "low_usd", "high_usd"]
#: What goods weigh, and the value of those of which that is known.
_WEIGHTS = ["net_weight_t", "weighed_usd"]
_WITS = [*FLOW_YEAR, "wits_group", "wits_name", *_VALUES, *_WEIGHTS]
_WITS += ["coverage", "sources"]


def load_hs_chapters() -> pd.DataFrame:
    """Return the chapters of the Harmonized System, one row a chapter.

    Returns
    -------
    DataFrame
        hs_chapter, chapter_name, short_name (for charts), section ("01" to "21", "99" outside),
        section_name, section_short, group, group_name, wits_group, high_tech, sources,
        group_source, high_tech_source.

    Notes
    -----
    High-tech goods cannot be told apart by chapter. `high_tech` is `core` for 84, 85 and 90, whose
    sum is an upper proxy for high-tech machinery, electronics and instruments: most of their goods
    are on no list of high technology, while some chemicals, medicines, aircraft and arms
    (`possible`) are.

    Examples
    --------
    >>> load_hs_chapters().query("hs_chapter == '87'")["group_name"].item()
    'Vehicles and transport'
    """
    names = {"chapter": "hs_chapter", "name": "chapter_name"}
    return read_table("hs_chapters").rename(columns=names)


def load_composition(
    level: Literal["chapter", "section", "group"] = "chapter",
    *,
    partial: bool = False,
    reconciled: bool = False,
) -> pd.DataFrame:
    """Return trade by chapter, section or commodity group: a row a flow, book, year and item.

    Parameters
    ----------
    level
        What a row is. Sections and groups are sums of chapters.
    partial
        Whether to use flows of which single chapters are held, or whose fetched chapters do not
        reach 99.5 per cent of the reported total (coverage `partial`): to compare them with the
        other side's, not as a structure.
    reconciled
        Whether to return CEPII's BACI, both sides' statistics reconciled, in the place of their
        own.

    Returns
    -------
    DataFrame
        exporter, importer, reporter, year, the item (`hs_chapter`, `section` or `group`) and its
        names, value_usd, low_usd, high_usd, unlisted_usd, net_weight_t, weighed_usd (the value of
        which the weight is known), weight_doubt (why a weight is not used, see `sound_weights`),
        basis, coverage, sources, classification (HS edition such as "HS 2022"; empty if not
        known). A flow or year without a table has no rows; one of several tables has its complete
        one, then the newest.

        unlisted_usd is the most the flow may hold in cells its source leaves out: what is missing
        to the published total or, where none is published, 100,000 dollars for each chapter left
        out. Above chapters, high_usd allows for the chapters left out.

    Examples
    --------
    >>> frame = load_composition("section").query("exporter == 'KAZ' and year == 2024")
    >>> frame.loc[frame["value_usd"].idxmax(), "section_short"]
    'Minerals and fuels'
    """
    # The rows asked for, their bounds, and the goods they belong to.
    frame = _chapters()
    frame = frame[(frame["reporter"] == BACI) == reconciled]
    if not partial:
        frame = frame[frame["coverage"] != PARTIAL]
    frame = _with_chapters(_within_a_dollar(frame), level)
    item = NAMED[level][0]
    columns = [*FLOW_YEAR, item, *_LABELS[level].split(), *_FIGURES.split()]
    frame = frame.sort_values([*FLOW_YEAR, item], kind="stable", ignore_index=True)
    return frame[columns]


def load_composition_groups(classification: str) -> pd.DataFrame:
    """Return published structure at other levels: SITC sections, largest chapters, single groups.

    A release is a source: of what was revised there are several rows.

    Parameters
    ----------
    classification
        SITC1 (of UNCTAD, complete for all ten flows of 1995, 2005 and 2015: not today's structure),
        HS2, WITS16 (product groups of 2023; see `load_product_groups`) or national.

    Returns
    -------
    DataFrame
        exporter, importer, reporter, period, year, frequency, classification, code, label,
        value_usd, low_usd, high_usd (NaN where only the share is published), net_weight_t,
        weight_low, weight_high, weight_doubt (see `sound_weights`), share, share_low, share_high,
        share_basis, coverage, estimated, sources, note.
    """
    good = ["exporter", "importer", "reporter", "classification", "code", "label"]
    frame = with_time(sound_weights(read_table("composition_groups"), good))
    frame = frame[frame["classification"] == classification]
    low, high = published_interval(frame, "value_usd", "value_precision")
    half = frame["weight_precision"] / 2
    weight = frame["net_weight_t"]
    frame = frame.assign(weight_low=weight - half, weight_high=weight + half)
    frame = _with_share_bounds(frame.assign(low_usd=low, high_usd=high))
    return frame[_OF_GROUPS.split()].reset_index(drop=True)


def load_highlights() -> pd.DataFrame:
    """Return single published facts on what is traded.

    Returns
    -------
    DataFrame
        exporter, importer ("CA5" is of the region, not of its members), flow (export, or total:
        trade both ways between the two), period, year, frequency, topic (gold, gas, vehicles, …;
        structure_statement is words without numbers), item, value, low, high, unit (USD, CNY, t,
        units), growth, growth_low, growth_high, share, share_low, share_high, share_basis,
        net_weight_t, sources, quality, quality_reason, note. What a source does not give is NaN.
        The unit differs from row to row.

    Examples
    --------
    >>> gold = load_highlights().query("exporter == 'KGZ' and topic == 'gold' and period == '2025'")
    >>> gold[["value", "share_low", "share_high"]].round(4).values.tolist()
    [[4950000000.0, 0.9435, 0.9465]]
    """
    frame = with_time(read_table("highlights"))
    low, high = published_interval(frame, precision="value_precision")
    half = frame["growth_precision"] / 2
    growth = {
        "growth_low": frame["growth"] - half,
        "growth_high": frame["growth"] + half,
    }
    frame = _with_share_bounds(frame.assign(low=low, high=high, **growth))
    return frame[_OF_FACTS.split()].reset_index(drop=True)


def load_headings() -> pd.DataFrame:
    """Return trade by heading of the Harmonized System (four digits): a row a heading and period.

    In the place of a bundled flow and period stands what was fetched of it.

    Returns
    -------
    DataFrame
        exporter, importer, reporter, period, year, heading, goods (its short name),
        value_bn, low_bn, high_bn, net_weight_t, weight_doubt (see `sound_weights`), pieces (NaN
        where none are counted), coverage, watched (how many codes of the common high priority list
        the heading holds), sources. What is `partial` is some headings of a flow, never a whole.

    Examples
    --------
    >>> cars = load_headings().query("importer == 'KGZ' and year == 2025 and heading == '8703'")
    >>> cars[["goods", "pieces", "coverage"]].values.tolist()
    [['Passenger cars', 49497.0, 'partial']]
    """
    frame, more = [read("composition_headings") for read in (read_table, read_fetched)]
    flow = ["exporter", "importer", "reporter", "period"]
    there = pd.MultiIndex.from_frame(more[flow])
    is_fetched = pd.MultiIndex.from_frame(frame[flow]).isin(there)
    frame = with_time(pd.concat([frame[~is_fetched], more], ignore_index=True))
    # Months and running sums of months have another past than years.
    frame = sound_weights(frame, [*FLOW_YEAR[:3], "heading", "frequency"])
    names = read_table("hs_headings").set_index("heading")["short_name"]
    watched = read_table("watched_goods")["code"].str[:4].value_counts()
    frame = _within_a_dollar(frame).assign(
        goods=frame["heading"].map(names[names != ""]).fillna("HS " + frame["heading"]),
        watched=frame["heading"].map(watched).fillna(0).astype(int),
    )
    frame[_VALUES] /= 1e9
    return frame.rename(columns=_AMOUNTS)[_OF_HEADINGS.split()]


def _within_a_dollar(frame: pd.DataFrame) -> pd.DataFrame:
    """Add the bounds of values in whole dollars."""
    value = frame["value_usd"]
    return frame.assign(
        low_usd=(value - _HALF_DOLLAR).clip(lower=0), high_usd=value + _HALF_DOLLAR
    )


def _with_share_bounds(frame: pd.DataFrame) -> pd.DataFrame:
    half = frame["share_precision"] / 2
    low = frame["share"] - half
    high = frame["share"] + half
    return frame.assign(share_low=low.clip(lower=0), share_high=high.clip(upper=1))


def _chapters() -> pd.DataFrame:
    """Return rows of `composition` with their flow's total, one source a flow and year.

    Complete goes before incomplete, then the newest publication: chapters of two sources are never
    mixed. They are put together once, while the files of data and the day known stay.
    """
    for table in ("composition", "composition_totals", "sources"):
        note_reading(table)  # also by who finds them put together
    return _put_together(state_of_files(), as_of.current()).copy(deep=False)


@functools.lru_cache(maxsize=2)
def _put_together(_files: object, _day: object) -> pd.DataFrame:
    """Return the same, as long as no file of data and no day changes."""
    frame, more = _with_totals(read_table), _with_totals(read_fetched)
    both = [frame.assign(of=""), more.assign(of=more["sources"])]
    rows = pd.concat(both, ignore_index=True)
    tables = rows.drop_duplicates([*FLOW_YEAR, "of"])
    published = load_sources().set_index("source_id")["published"]
    tables = tables.assign(
        place=tables["coverage"].map(_COVERAGE.index),
        published=tables["sources"].map(published),
    )
    order = ["place", "published", "of"]
    tables = tables.sort_values(order, ascending=[True, False, True])
    best = tables.drop_duplicates(FLOW_YEAR)
    rows = rows.merge(best[[*FLOW_YEAR, "of"]], on=[*FLOW_YEAR, "of"])
    rows = sound_weights(rows, [*FLOW_YEAR[:3], "hs_chapter"])
    weighed = rows["weighed_usd"].fillna(rows["value_usd"])
    is_weighed = rows["net_weight_t"].notna()
    return rows.assign(weighed_usd=weighed.where(is_weighed, 0.0))


def _with_totals(read: Callable[[str], pd.DataFrame]) -> pd.DataFrame:
    totals = read("composition_totals")[[*FLOW_YEAR, "total_usd"]]
    return read("composition").merge(totals, on=FLOW_YEAR, how="left")


def _with_chapters(frame: pd.DataFrame, level: str) -> pd.DataFrame:
    """Add what is known of chapters, and what a flow may hold besides; sum them up to the level."""
    names = load_hs_chapters()[["hs_chapter", *_LABELS["chapter"].split()]]
    frame = frame.merge(names, on="hs_chapter", how="left")
    values = frame.groupby(FLOW_YEAR)["value_usd"]
    gap = frame["total_usd"] - values.transform("sum")
    absent = _LISTABLE - values.transform("size")
    # A complete flow without a published total lacks nothing; of the bundled ones all have one.
    is_cut = frame["coverage"] == CELLS_MISSING
    bound = (absent * CELL_THRESHOLD_USD).where(is_cut, 0.0)
    frame["unlisted_usd"] = gap.clip(lower=0).fillna(bound).astype(float)
    if level == "chapter":
        return frame
    return _summed(frame, names, NAMED[level][0], _LABELS[level].split())


def _summed(
    frame: pd.DataFrame, names: pd.DataFrame, item: str, labels: list[str]
) -> pd.DataFrame:
    listable = names[names["hs_chapter"] != "98"]
    size = listable[item].value_counts()
    rule = dict.fromkeys([*_VALUES, *_WEIGHTS], "sum")
    rule["hs_chapter"] = "size"
    rule |= dict.fromkeys(_CARRIED.split() + labels, "first")
    rule["weight_doubt"] = "max"
    summed = frame.groupby([*FLOW_YEAR, item], as_index=False).agg(rule)
    summed["net_weight_t"] = summed["net_weight_t"].where(summed["weighed_usd"] > 0)
    absent = summed[item].map(size).astype(float) - summed["hs_chapter"]
    # The importer's value of a chapter the exporter's books leave out may be any part of the gap.
    unlisted = summed["unlisted_usd"]
    own = summed["reporter"] == summed["exporter"]
    own &= summed["coverage"] == CELLS_MISSING
    most = (absent * CELL_THRESHOLD_USD).where(own, unlisted)
    most = most.clip(upper=unlisted)
    summed["high_usd"] += most.where(absent > 0, 0.0)
    return summed


def as_figures(rows: pd.DataFrame, level: str) -> pd.DataFrame:
    """Return rows of a loader as a figure frame: billions, `goods` by name, `sources`.

    Examples
    --------
    >>> rows = load_composition("section").query("reporter == 'CHN' and year == 2024")
    >>> frame = as_figures(rows, "section")
    >>> frame.loc[frame["value_bn"].idxmax(), ["goods", "section"]].tolist()
    ['Machinery and electronics', '16']
    """
    item, name = NAMED[level]
    frame = rows.assign(unlisted_usd=rows.get("unlisted_usd", 0.0))
    frame["classification"] = rows.get("classification", "")
    frame[[*_AMOUNTS]] /= 1e9
    names = {**_AMOUNTS, name: "goods"}
    # A chapter's group, and shares as published, where they are there.
    columns = ["goods", "year", *_AMOUNTS.values(), item, *FLOW_YEAR[:3]]
    columns += ["sources", "classification", "group"]
    columns += ["share", "share_low", "share_high"]
    return frame.rename(columns=names).filter([*dict.fromkeys(columns)])


def load_product_groups() -> pd.DataFrame:
    """Return the structure by product group as a composition frame, all 16 groups a flow.

    China publishes it for all ten flows of 2023; Kyrgyzstan and Tajikistan for theirs, Uzbekistan
    for its exports. The groups are ranges of HS chapters of an older edition than chapter tables of
    today: the groups of two reporters may be compared, groups and chapters may not.

    Returns
    -------
    DataFrame
        exporter, importer, reporter, year, wits_group (`01-05` to `90-99`), wits_name, value_usd
        (0 for a group without trade), low_usd, high_usd, coverage, sources.

    Examples
    --------
    >>> frame = load_product_groups().query("importer == 'KGZ' and reporter == 'CHN'")
    >>> frame = frame.set_index("wits_name")
    >>> len(frame), frame["value_usd"].idxmax(), f"{frame['value_usd'].max() / 1e9:.2f}"
    (16, 'Textiles and clothing', '8.08')
    """
    rows = load_composition_groups("WITS16")
    key = [*FLOW_YEAR, "wits_group"]
    held = rows.rename(columns={"code": "wits_group"})[[*key, *_VALUES]]
    named = meanings("wits_groups").items()
    groups = pd.DataFrame(named, columns=["wits_group", "wits_name"])
    flows = rows[[*FLOW_YEAR, "coverage", "sources"]].drop_duplicates(FLOW_YEAR)
    frame = flows.merge(groups, how="cross").merge(held, on=key, how="left")
    frame[_VALUES] = frame[_VALUES].fillna(0.0)
    frame[_WEIGHTS] = float("nan")  # the bank prints none
    return frame.sort_values(key, ignore_index=True)[_WITS]


def groups_of_chapters(chapters: pd.DataFrame) -> pd.DataFrame:
    """Add a table by HS chapter up to the 16 product groups, to stand beside the other side's.

    The chapters of today are not quite those of the bank's older edition: of China's exports to
    Uzbekistan in 2023, held both ways, the groups of more than $100 million differ by at most 1.7%.

    Parameters
    ----------
    chapters
        Rows of `load_composition` at the level of chapters, complete flows.

    Returns
    -------
    DataFrame
        As `load_product_groups` returns it, groups without trade left out.

    Examples
    --------
    >>> rows = load_composition().query("importer == 'KAZ' and year == 2023")
    >>> sums = groups_of_chapters(rows)
    >>> f"{sums.set_index('wits_group').loc['50-63', 'value_usd'] / 1e9:.2f}"
    '3.22'
    """
    named = load_hs_chapters().set_index("hs_chapter")["wits_group"]
    codes = named.str.partition("_")[0].replace("27-27", "27")
    groups = chapters["hs_chapter"].map(codes)
    rows = chapters.assign(wits_group=groups)
    rule = dict.fromkeys([*_VALUES, *_WEIGHTS], "sum")
    rule |= dict.fromkeys(["coverage", "sources"], "first")
    sums = rows.groupby([*FLOW_YEAR, "wits_group"], as_index=False).agg(rule)
    sums["net_weight_t"] = sums["net_weight_t"].where(sums["weighed_usd"] > 0)
    sums["wits_name"] = sums["wits_group"].map(meanings("wits_groups"))
    return sums[_WITS]
