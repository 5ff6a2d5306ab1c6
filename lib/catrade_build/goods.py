"""The table `goods`: what is traded, in every book and at every level that is held.

One row a flow (who sells, who buys), book, level, period and good. Each step takes a frame and
gives one back with more columns: shares in the whole, the other side's figure of the same good,
which table a page shows. `defined/goods.yaml` says what each column holds.
"""

from __future__ import annotations

import pandas as pd

from catrade_build.cells.chosen import chosen
from catrade_build.columns import columns_of
from catrade_build.frames import ends_of, in_billions, is_in, join_ids, part_of
from catrade_build.tables.definitions import PARTIAL
from catrade_build.tables.goods import (
    BACI,
    FLOW_YEAR,
    NAMED,
    groups_of_chapters,
    load_composition,
    load_composition_groups,
    load_highlights,
    load_hs_chapters,
    load_product_groups,
    within_a_dollar,
)
from catrade_build.tables.trade import (
    by_source,
    dated,
    read_fetched,
    read_table,
    with_time,
)
from catrade_build.tables.weights import sound_weights
from catrade_build.words import source_words
from rounding.intervals import (
    Bounds,
    bounds,
    difference_bounds,
    share_of_sum_bounds,
)

#: Sections stand for chapters where the chapters that are not among so many would lead.
NAMED_GOODS = 6
#: Of single facts, the goods whose yearly value is set beside all goods, and what they are called.
FOLLOWED = {"gas": "Gas", "gold": "Gold"}
#: A good that is less of a flow than this is not told apart from the rest.
WORTH_FOLLOWING = 0.2
#: A unit value needs the weight of so much of the value.
WEIGHED = 0.9
#: The level of what is held of a chapter by its headings: a sum of some goods, not all of them.
HELD = "headings"
#: Levels of which two sides, or the world, may hold different goods.
_SOME = ["single", HELD]
#: The code of all goods in the groups of an office's own table.
ALL = "TOTAL"
#: A sum of goods that differs less from the reporter's total is of the same release.
SAME = 0.005
_FLOW = ["exporter", "importer"]
_TABLE = [*_FLOW, "reporter", "level", "period"]
_ENDS = ["value", "low", "high"]
_WHOLE = ["whole", "whole_low", "whole_high"]
_WORLD = ["world", "world_low", "world_high"]


def goods() -> pd.DataFrame:
    """Return the whole table, as of the day that tables are read of."""
    parts = [_books(), _headings(), _groups(), _singly()]
    books = pd.concat(parts, ignore_index=True)
    rows = _with_world(_with_total(_with_mirror(_with_unit_value(books))))
    rows = _with_shown(rows)
    days = dated(rows[["sources"]]).groupby("row")["day"]
    rows["known_since"] = days.max(skipna=False)
    order = [*_TABLE, "value"]
    rows = rows.sort_values(order, ascending=[True] * 5 + [False], ignore_index=True)
    texts = ["basis", "classification", "mirror_sources", "publisher", "weight_doubt"]
    rows = rows.fillna(dict.fromkeys(texts, "")).assign(currency="USD")
    return rows[columns_of("goods")]


# --- rows ---------------------------------------------------------------------------------------


def _books() -> pd.DataFrame:
    """Return all levels of whole tables, and the single chapters of those that are not whole."""
    parts = []
    for level in ("chapter", "section", "group"):
        own = load_composition(level, partial=level == "chapter")
        reconciled = load_composition(level, reconciled=True)
        parts.append(_of_level(pd.concat([own, reconciled]), level))
    groups = load_product_groups()
    added = groups_of_chapters(load_composition()).assign(basis="sum_of_chapters")
    added = added[~is_in(added, groups, FLOW_YEAR)]
    parts += [_of_level(groups, "wits"), _of_level(added, "wits")]
    parts.append(_of_level(load_composition_groups("SITC1"), "sitc"))
    return pd.concat(parts, ignore_index=True)


def _of_level(rows: pd.DataFrame, level: str) -> pd.DataFrame:
    """Return rows of a loader as this table has them, with shares of the goods that are listed."""
    code, name = NAMED[level]
    rows = in_billions(rows.rename(columns={code: "code", name: "goods"}))
    rows = rows.assign(
        unlisted=rows.get("unlisted_usd", 0.0) / 1e9,
        basis=rows.get("basis", "reported"),
        classification=rows.get("classification", ""),
        level=level,
        period=rows["year"].astype(str),
    )
    is_whole = rows["coverage"] != PARTIAL
    if level != "sitc":  # UNCTAD publishes shares
        shared = share_in_flow(rows[is_whole])
        rows = pd.concat([shared, rows[~is_whole]], ignore_index=True)
    sums = rows.groupby(FLOW_YEAR)[_ENDS].transform("sum")
    rows[_WHOLE] = sums.where(rows["coverage"] != PARTIAL)
    return rows


def share_in_flow(frame: pd.DataFrame) -> pd.DataFrame:
    """Return each item's share in its flow and year, of the goods that are listed.

    A flow may hold more in cells its source leaves out (`unlisted`); bounds allow for these.

    Returns
    -------
    DataFrame
        The frame plus share (in the listed goods; they sum to 1 in each flow and year), share_low
        and share_high (whatever the true values and the unlisted ones are). A flow worth nothing
        has no rows.

    Examples
    --------
    >>> frame = pd.DataFrame({"exporter": "KAZ", "importer": "CHN", "reporter": "KAZ", "year": 2024,
    ...     "code": ["26", "27"], "value": [3.0, 1.0], "low": [3.0, 1.0], "high": [3.0, 1.0],
    ...     "unlisted": 1.0})
    >>> share_in_flow(frame)[["code", "share", "share_low", "share_high"]].to_dict("list")
    {'code': ['26', '27'], 'share': [0.75, 0.25], 'share_low': [0.6, 0.2],
     'share_high': [0.75, 0.25]}
    """
    whole = frame.groupby(FLOW_YEAR)[_ENDS].transform("sum")
    most = whole["high"] + frame["unlisted"]
    ends = bounds(frame)
    limits = share_of_sum_bounds(ends, Bounds(whole["low"], most))
    shares = frame.assign(
        share=frame["value"] / whole["value"],
        share_low=limits.low,
        share_high=limits.high,
    )
    return shares.dropna(subset=["share", "share_low"], ignore_index=True)


def _headings() -> pd.DataFrame:
    """Return trade by heading, some of a flow and so without shares, and its sums by chapter.

    In the place of a bundled flow and period stands what was fetched of it.
    """
    held, more = (read("composition_headings") for read in (read_table, read_fetched))
    held = held[~is_in(held, more, [*_FLOW, "reporter", "period"])]
    rows = with_time(pd.concat([held, more], ignore_index=True))
    # Months and running sums of months have another past than years.
    rows = sound_weights(rows, [*FLOW_YEAR[:3], "heading", "frequency"])
    rows = in_billions(within_a_dollar(rows))
    names = read_table("hs_headings").set_index("heading")["short_name"]
    watched = read_table("watched_goods")["code"].str[:4].value_counts()
    heading = rows["heading"]
    rows = rows.assign(
        code=heading,
        goods=heading.map(names[names != ""]).fillna("HS " + heading),
        watched=heading.map(watched).fillna(0).astype(int),
        level="heading",
        basis="reported",
    )

    names = load_hs_chapters().set_index("hs_chapter")["short_name"]
    of_chapter = rows.assign(code=heading.str[:2])
    sums = of_chapter.groupby([*_FLOW, "reporter", "period", "year", "code"])
    held = sums.agg(dict.fromkeys(_ENDS, "sum") | {"sources": join_ids}).reset_index()
    held = held.assign(goods=held["code"].map(names), coverage=PARTIAL)
    held = held.assign(level=HELD, basis="sum_of_headings")
    return pd.concat([rows, held], ignore_index=True)


def _groups() -> pd.DataFrame:
    """Return groups of an office's own table: of each the newest release, in all goods of it."""
    rows = load_composition_groups("national")
    rows = in_billions(rows[rows["code"] != ""])
    rows["published"] = rows["sources"].map(by_source("published"))
    rows = rows.sort_values("published", kind="stable")
    flow = [*_FLOW, "reporter", "period"]
    rows = rows.drop_duplicates([*flow, "code"], keep="last", ignore_index=True)
    is_all = rows["code"] == ALL
    rows = _beside(rows[~is_all], rows[is_all], flow, ends_of("whole"))
    rows = rows.assign(**part_of(rows, "whole", "share"), goods=rows["label"])
    return rows.assign(level="national", basis="reported", classification="")


def _beside(
    rows: pd.DataFrame, other: pd.DataFrame, key: list[str], names: dict[str, str]
) -> pd.DataFrame:
    """Put columns of other rows with the same key beside rows, by new names."""
    other = other.rename(columns=names)[[*key, *names.values()]]
    return rows.merge(other, how="left", on=key, validate="m:1")


def _singly() -> pd.DataFrame:
    """Return goods whose yearly value is published singly, beside all goods of the flow.

    All goods are the buyer's own count of goods bought. Of several counts of one year the largest
    stands.
    """
    facts = load_highlights()
    is_year = facts["period"].str.fullmatch(r"\d{4}")
    facts = facts[is_year & (facts["unit"] == "USD") & (facts["flow"] == "export")]
    facts = facts[facts["topic"].isin(FOLLOWED) & (facts["quality"] == "ok")]
    facts = facts[facts["reporter"] == facts["importer"]]
    facts = facts.sort_values("value").drop_duplicates(
        [*_FLOW, "year", "topic"], keep="last"
    )
    names = ends_of("whole") | {"sources": "whole_sources"}
    rows = _beside(facts, _totals(), [*_FLOW, "reporter", "period"], names)
    rows = rows.dropna(subset="whole")
    publishers = {name: about["publisher"] for name, about in source_words().items()}
    rows["publisher"] = rows["sources"].str.split(";").str[-1].map(publishers)
    rows["sources"] = rows["sources"] + ";" + rows.pop("whole_sources")
    rows[_ENDS] /= 1e9
    rows = rows.assign(**part_of(rows, "whole", "share"))
    return rows.assign(
        reporter=rows["importer"],
        level="single",
        code=rows["topic"],
        goods=rows["topic"].map(FOLLOWED),
        share=rows["share"].clip(upper=1),
        basis="published",
        coverage=PARTIAL,
    )


# --- columns ------------------------------------------------------------------------------------


def _with_unit_value(rows: pd.DataFrame) -> pd.DataFrame:
    """Add dollars a tonne, where the weight is known of nine tenths of the value or more.

    A single good has its value and its weight from one row; a sum of goods may have parts without.
    """
    weight = rows["net_weight_t"]
    low, high = (rows[f"weight_{end}"].fillna(weight) for end in ("low", "high"))
    value_usd = 1e9 * rows["value"]
    weighed = (rows["weighed_usd"] / value_usd).fillna(weight.notna().astype(float))
    is_known = weighed.ge(WEIGHED) & low.gt(0)
    # A weight of some of the goods is set against the value of these.
    of_these = 1e9 * weighed.clip(upper=1)
    price = {
        "unit_value": of_these * rows["value"] / weight,
        "unit_value_low": of_these * rows["low"] / high,
        "unit_value_high": of_these * rows["high"] / low,
    }
    price = {name: one.where(is_known) for name, one in price.items()}
    return rows.assign(weight_low=low, weight_high=high, weighed=weighed, **price)


def _sides(rows: pd.DataFrame) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Say of each book whether it is the seller's, whether one side's, and who the other side is.

    BACI and UNCTAD are neither side.
    """
    is_sold = rows["reporter"] == rows["exporter"]
    is_own = is_sold | (rows["reporter"] == rows["importer"])
    return is_sold, is_own, rows["importer"].where(is_sold, rows["exporter"])


def _with_world(rows: pd.DataFrame) -> pd.DataFrame:
    """Put the reporter's trade of the same good with the world beside each, and the part in it."""
    is_sold, is_own, partner = _sides(rows)
    sides = rows.assign(flow=is_sold)
    is_whole = ~rows["level"].isin(_SOME)
    worlds = sides[(partner == "WLD") & is_whole]
    key = ["flow", "reporter", "level", "period", "code"]
    rows = _beside(sides, worlds, key, ends_of("world"))
    rows[_WORLD] = rows[_WORLD].where((partner != "WLD") & is_own)
    return rows.assign(**part_of(rows, "world", "of_world"))


def _with_mirror(rows: pd.DataFrame) -> pd.DataFrame:
    """Put the other side's figure of the same good beside each: chapters by chapters, and so on."""
    _, is_own, other = _sides(rows)
    is_side = is_own & ~rows["level"].isin(_SOME)
    names = ends_of("mirror") | {"sources": "mirror_sources"}
    theirs = rows.assign(reporter=other)[is_side]
    rows = _beside(rows, theirs, [*_TABLE, "code"], names)
    mirror = bounds(rows, "mirror_low", "mirror_high")
    gap = difference_bounds(bounds(rows), mirror)
    rows["gap"] = rows["value"] - rows["mirror"]
    rows["gap_low"], rows["gap_high"] = gap.low, gap.high
    by_table = rows["mirror"].notna().groupby([rows[name] for name in _TABLE])
    rows["is_compared"] = by_table.transform("any")
    return rows


def _with_total(rows: pd.DataFrame) -> pd.DataFrame:
    """Put the reporter's own total of the flow beside its listed goods."""
    rows = _beside(rows, _totals(), [*_FLOW, "reporter", "period"], ends_of("total"))
    most = rows["whole"] + rows["unlisted"].fillna(0)
    is_less = most < (1 - SAME) * rows["total"]
    is_more = rows["whole"] > (1 + SAME) * rows["total"]
    rows["is_other_release"] = (is_less | is_more) & (rows["level"] != "single")
    return rows


def _totals() -> pd.DataFrame:
    """Return the chosen figures of all goods of each flow and year, by who sells and who buys."""
    cells = chosen(goods=True).query("quality == 'ok' and flow in ('export', 'import')")
    is_sold = cells["flow"] == "export"
    return cells.assign(
        exporter=cells["reporter"].where(is_sold, cells["partner"]),
        importer=cells["partner"].where(is_sold, cells["reporter"]),
    )


def _with_shown(rows: pd.DataFrame) -> pd.DataFrame:
    """Say for whose book each table is the one that a page shows (`shown_for`)."""
    found: dict[tuple[str, ...], list[str]] = {}
    for pair, flow in rows.groupby(_FLOW):
        exporter, importer = map(str, pair)
        for book in (exporter, importer, BACI):
            table = _shown(flow, book)
            if table:
                found.setdefault((exporter, importer, *table), []).append(book)
    key = zip(*(rows[name] for name in [*_FLOW, "reporter", "level"]), strict=True)
    rows["shown_for"] = [";".join(found.get(one, ())) for one in key]
    rows.loc[_weighs(rows), "shown_for"] = rows["importer"] + ";" + rows["exporter"]
    return rows


def _shown(flow: pd.DataFrame, book: str) -> tuple[str, str] | None:
    """Return whose table of a flow, and its level, stands nearest to a book that is asked for.

    Its own chapters; else the other side's; else CEPII's BACI (first, if it is asked for); else the
    World Bank's groups, of either. Sections, where chapters that are not named would lead.
    """
    chapters = flow[(flow["level"] == "chapter") & (flow["coverage"] != PARTIAL)]
    held = sorted(
        chapters["reporter"].unique(), key=lambda one: (one != book, one == BACI, one)
    )
    if held:
        last = chapters[chapters["reporter"] == held[0]].query("year == year.max()")
        shares = last["share"].sort_values(ascending=False)
        is_led = shares.iloc[NAMED_GOODS:].sum() > shares.max()
        return held[0], "section" if is_led else "chapter"
    groups = flow[flow["level"] == "wits"]
    held = sorted(groups["reporter"].unique(), key=lambda one: (one != book, one))
    return (held[0], "wits") if held else None


def _weighs(rows: pd.DataFrame) -> pd.Series:
    """Say which singly published goods are followed: those of the newest, if they weigh."""
    single = rows[rows["level"] == "single"].sort_values(["year", "value"])
    last = single.drop_duplicates(_FLOW, keep="last")
    last = last[last["share"] >= WORTH_FOLLOWING]
    return (rows["level"] == "single") & is_in(rows, last, [*_FLOW, "code"])
