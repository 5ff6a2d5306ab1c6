"""Sentences and tables of the mirror statistics, computed from pairs of the two sides' figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from catrade.charts.words import owner
from catrade.mirror_statistics.charts.gap import newest_common, times
from catrade.mirror_statistics.mirror import PLAUSIBLE_MARGIN, REGION
from catrade.names import GROUPS, in_sentence, name_of
from pagemill.formats import join, percent
from pagemill.numbers import format_usd

_SUBJECTS = {"total": "total trade", "export": "China's exports", "import": "China's imports"}

PAIR_COLUMNS: Mapping[str, Any] = {
    "country": ("Country", name_of),
    "flow": ("Flow", lambda flow: _SUBJECTS[flow]),
    "period": "Period",
    "china_usd": ("China, $ bn", "billion"),
    "partner_usd": ("Partner, $ bn", "billion"),
    "difference_usd": ("Difference, $ bn", "billion"),
    "ratio": ("Ratio", "decimal"),
    "quality": "Quality",
}
CIF_COLUMNS: Mapping[str, Any] = {
    "country": ("Country", name_of),
    "flow": ("Flow", lambda flow: _SUBJECTS[flow]),
    "period": "Period",
    "margin": ("c.i.f. margin", "percent"),
    "reported_ratio": ("Ratio as reported", "decimal"),
    "ratio": ("Ratio at the margin", "decimal"),
    "explained": ("Gap explained", "percent"),
    "needed": ("Implied c.i.f./f.o.b. margin", lambda v: _margin(v)),
}


def answer(mirrored: pd.DataFrame, partner: str) -> str:
    """Answer the question of the report for the newest year both sides have.

    Parameters
    ----------
    mirrored
        Rows of `mirror.pairs` for the years asked for.
    partner
        The country, or CA5: the four that publish are then compared.
    """
    code = REGION if partner in GROUPS else partner
    own = mirrored[(mirrored["country"] == code) & mirrored["ratio"].notna()]
    totals = own[own["flow"] == "total"].sort_values("year")
    if totals.empty:
        return f"No year has both China's figure of goods trade and {_whose(code)} own" + (
            " (Turkmenistan publishes no trade statistics)." if partner == "TKM" else "."
        )
    row = totals.iloc[-1]
    they = "they report" if code in GROUPS else f"{in_sentence(code)} reports"
    text = (
        f"For {row['period']} China reports {usd(row, 'china')} of trade in goods with "
        f"{_with(code)}, in current dollars; {they} {usd(row, 'partner')}. {_compared(row)}"
    )
    if row["quality"] == "doubtful":
        text += ", but a figure in it is doubtful"
    return f"{text}{_by_flow(mirrored, row, code)}.{_valued(mirrored)}"


def _compared(row: Any) -> str:
    if row["ratio_low"] <= 1 <= row["ratio_high"]:
        return "The two are the same within rounding"
    whose = "theirs" if row["country"] in GROUPS else owner(row["country"])
    return f"China's figure is {times(row)} times {whose}"


def _by_flow(mirrored: pd.DataFrame, row: Any, code: str) -> str:
    """Return where the difference sits: a country's ratios, or the part of the exports."""
    rows = mirrored[(mirrored["period"] == row["period"]) & mirrored["ratio"].notna()]
    if code not in GROUPS:
        flows = rows[(rows["country"] == code) & (rows["flow"] != "total")]
        said = [f"{times(r)} times in {_SUBJECTS[r['flow']]}" for r in flows.to_dict("records")]
        return f" ({join(said)})" if said else ""
    part = rows[rows["country"].isin(GROUPS[code]) & (rows["flow"] == "export")]
    part = part[(part["quality"] == "ok") & (part["difference_low_usd"] > 0)]
    if part.empty or row["difference_low_usd"] <= 0:
        return ""
    ends = [float(part[f"difference_{end}"].sum()) for end in ("usd", "low_usd", "high_usd")]
    names = join([name_of(one) for one in part["country"]])
    return f"; {format_usd(*ends)} of the difference is in China's exports to {names}"


def with_services(goods: pd.DataFrame, published: pd.DataFrame, partner: str) -> str:
    """Say what the ratio would be with Uzbekistan's exports as published, services included.

    Parameters
    ----------
    goods, published
        Rows of `mirror.pairs` of goods only, and of figures whatever they count.
    partner
        The country, or a region.
    """
    code = REGION if partner in GROUPS else partner
    like, unlike = (
        frame[(frame["country"] == code) & (frame["flow"] == "total") & frame["ratio"].notna()]
        for frame in (goods, published)
    )
    both = like.merge(unlike, on="period", suffixes=("_like", ""))
    both = both[both["partner_usd"] != both["partner_usd_like"]]
    if both.empty:
        return "Goods are compared with goods."
    row = both.sort_values("period").iloc[-1]
    before = like[like["period"] == row["period"]].iloc[0]
    they = "the four report" if code in GROUPS else f"{in_sentence(code)} reports"
    return (
        "Goods are compared with goods. With Uzbekistan's exports as its statistics agency "
        f"publishes them, services included, {they} {usd(row, 'partner')} for {row['period']}, "
        f"and the ratio is {times(row)} instead of {times(before)}."
    )


def over_time(mirrored: pd.DataFrame, partner: str) -> str:
    """Say how the ratio of the total moved: first, highest and newest.

    Parameters
    ----------
    mirrored
        Rows of `mirror.pairs`.
    partner
        The country, or a region: then the two countries with the widest newest gaps are told.
    """
    totals = mirrored[(mirrored["flow"] == "total") & mirrored["ratio"].notna()]
    totals = totals[(totals["quality"] == "ok") & ~totals["country"].isin([*GROUPS])]
    newest = totals.sort_values("year").groupby("country").tail(1)
    codes = newest.sort_values("difference_usd", ascending=False)["country"].tolist()[:2]
    texts = [_moved(totals, code) for code in (codes if partner in GROUPS else [partner])]
    return " ".join(filter(None, texts)) or (
        "There are not two years with both sides' totals to compare."
    )


def _moved(totals: pd.DataFrame, code: str) -> str:
    rows = totals[totals["country"] == code].sort_values("year")
    if len(rows) < 2:
        return ""
    top = rows.sort_values("ratio").tail(1)
    told = pd.concat([rows.head(1), top, rows.tail(1)]).drop_duplicates("year")
    told = told.sort_values("year")
    said = [f"{times(r)} times in {r['year']}" for r in told.to_dict("records")]
    said[0] = said[0].replace(" times in", f" times {owner(code)} in")
    return f"China's figure for trade with {in_sentence(code)} was {join(said)}."


def freight(explained: pd.DataFrame, partner: str) -> str:
    """Say what a c.i.f. margin explains of the newest gaps in China's imports.

    China's exports need no test: there the importer's figure is the smaller, and freight would make
    it the larger.
    """
    rows = freight_rows(explained)
    rows = rows[rows["country"] == partner] if partner not in GROUPS else rows
    if rows.empty:
        return (
            "No imports have both sides' figures here, so there is nothing for freight to explain."
        )
    top = rows.drop_duplicates("country").dropna(subset=["needed"])
    kinds = {
        "": top[(top["needed"] >= 0) & (top["needed"] <= PLAUSIBLE_MARGIN)],
        "no plausible margin closes the gap with {}": top[top["needed"] > PLAUSIBLE_MARGIN],
        "freight explains nothing of the gap with {}, whose figure is the larger": top[
            top["needed"] < 0
        ],
    }
    texts = [
        f"a margin of {percent(r['needed'])} would close the gap with {_dated(r)}"
        for r in kinds.pop("").to_dict("records")
    ]
    texts += [
        text.format(join([_dated(r) for r in part.to_dict("records")]))
        for text, part in kinds.items()
        if len(part)
    ]
    if not texts:
        return "The figures of China's imports are too coarse for a margin."
    return f"Of China's imports, {'; '.join(texts)}."


def _dated(row: Mapping[Any, Any]) -> str:
    return f"{name_of(row['country'])} ({row['period']})"


def _margin(needed: float) -> str:
    """Return the margin that would close a gap, in words."""
    if pd.isna(needed):
        return "not known"
    if needed < 0:
        return "none: the exporter's figure is the larger"
    return percent(needed) if needed <= PLAUSIBLE_MARGIN else "no plausible margin"


def freight_rows(explained: pd.DataFrame) -> pd.DataFrame:
    """Return the newest sound pair of each country's imports to China at every margin."""
    good = explained[(explained["quality"] == "ok") & (explained["flow"] == "import")]
    good = good[~good["country"].isin([*GROUPS])]
    newest = good.groupby("country")["year"].transform("max")
    return good[good["year"] == newest].sort_values(
        ["country", "margin"], kind="stable", ignore_index=True
    )


def valuation(mirrored: pd.DataFrame) -> str:
    """State how both sides value their trade, and what was done about it."""
    margin = float(mirrored["cif_margin"].max()) if len(mirrored) else 0.0
    done = (
        f"Here every importer's figure is divided by {1 + margin:g}, so that both are f.o.b."
        if margin
        else "No adjustment is made here."
    )
    return f"Exports are valued f.o.b. and imports c.i.f. by both sides. {done}"


def shown(mirrored: pd.DataFrame, partner: str) -> pd.DataFrame:
    """Return the pairs of the partner, or of the four that publish and of the four together."""
    codes = members(partner)
    codes += [REGION] if partner in GROUPS else []
    return mirrored[mirrored["country"].isin(codes)].reset_index(drop=True)


def members(partner: str) -> list[str]:
    """Return the countries to compare: those of a region that publish, or the one asked for."""
    return list(GROUPS[REGION]) if partner in GROUPS else [partner]


def newest(mirrored: pd.DataFrame) -> str:
    """Return the newest period for which most countries have both figures, "" if none."""
    return newest_common(mirrored) or newest_common(mirrored, ("export", "import"))


def _whose(code: str) -> str:
    return "the four's" if code in GROUPS else owner(code)


def _with(code: str) -> str:
    many = "the four countries of Central Asia that publish statistics"
    return many if code in GROUPS else in_sentence(code)


def usd(row: Any, which: str, *, signed: bool = False) -> str:
    """Return the figure of `china` or `partner`, or their `difference`, of a row of pairs."""
    value, low, high = (float(row[f"{which}_{end}"]) for end in ("usd", "low_usd", "high_usd"))
    return format_usd(value, min(low, value), max(high, value), signed=signed)


def _valued(mirrored: pd.DataFrame) -> str:
    margin = float(mirrored["cif_margin"].max()) if len(mirrored) else 0.0
    return f" Importers' figures are taken less a c.i.f. margin of {margin:.0%}." if margin else ""
