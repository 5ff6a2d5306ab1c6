"""Sentences and tables of the mirror statistics, computed from pairs of the two sides' figures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from catrade.charts.mirror import newest_common, times
from catrade.charts.words import grew, owner
from catrade.formats import join, percent
from catrade.formats import period as period_words
from catrade.intervals import Interval
from catrade.mirror import VALUATION
from catrade.names import CENTRAL_ASIA, GROUPS, name_of
from catrade.numbers import format_percent, format_usd

_FLOWS = {"total": "trade with", "export": "exports to", "import": "imports from"}
_SUBJECTS = {"total": "total trade", "export": "China's exports", "import": "China's imports"}
#: Words of published facts that bear on why the books differ.
_REASONS = re.compile(r"(?i)re-?export|sent on|transit|missing from|mirror|gold")

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
    "needed": ("Margin that would close it", lambda v: percent(v) if v >= 0 else "none can"),
}
FACT_COLUMNS: Mapping[str, Any] = {
    "exporter": ("From", name_of),
    "importer": ("To", lambda code: "not named" if code == "UNSPEC" else name_of(code)),
    "period": ("Period", "period"),
    "item": "What is said",
    "figure": "Figure",
    "note": "Note",
    "source_id": "Source",
}


def answer(mirrored: pd.DataFrame, partner: str) -> str:
    """Answer the question of the report for the newest year both sides have.

    Parameters
    ----------
    mirrored
        Rows of `mirror.pairs` for the years asked for.
    partner
        The country, or CA5.
    """
    own = mirrored[mirrored["country"] == partner]
    totals = own[own["flow"] == "total"].sort_values("year")
    if totals.empty:
        return f"No year has both China's and {_whose(partner)} figure of their trade" + (
            " (Turkmenistan publishes no trade statistics)." if partner == "TKM" else "."
        )
    row = totals.iloc[-1]
    text = (
        f"In {row['period']} China's books show trade of {_usd(row, 'china')} with "
        f"{name_of(partner)}, {_whose(partner)} {_usd(row, 'partner')}: {_times(row)}"
    )
    if row["quality"] == "doubtful":
        text += ", but that figure is doubtful or repeats China's"
    flows = own[(own["period"] == row["period"]) & (own["flow"] != "total")]
    parts = [f"{_SUBJECTS[r['flow']]} {times(r)} times" for r in flows.to_dict("records")]
    text += f" ({join(parts)} the partner's figure)" if parts else ""
    return f"{text}.{_valued(mirrored)}"


def where(gap: pd.DataFrame, period: str) -> str:
    """Say which countries the gap of a period sits in, for the total and for each flow."""
    rows = gap[gap["period"] == period]
    if rows.empty:
        return "No year has both sides' figures of a country here."
    parts = []
    for flow in ("total", "export", "import"):
        part = rows[rows["flow"] == flow].sort_values("difference_usd", ascending=False)
        if part.empty:
            continue
        named = [f"{name_of(r['country'])} {_usd(r, 'difference', signed=True)}"
                 for r in part.to_dict("records")]  # fmt: skip
        parts.append(f"in {_SUBJECTS[flow]}, {join(named)}")
    last = rows[
        rows["flow"] == ("total" if (rows["flow"] == "total").any() else rows["flow"].iloc[0])
    ]
    missing = [name_of(c) for c in str(last["missing"].iloc[0]).split(";") if c]
    several = len(set(rows["country"])) > 1
    tail = f" Without both figures: {join(missing)}." if missing and several else ""
    return f"China's figures of {period} less its partners': {'; '.join(parts)}.{tail}"


def over_time(mirrored: pd.DataFrame, partner: str) -> str:
    """Say how the ratio of the total moved, newest against first and highest."""
    codes = [partner] if partner not in GROUPS else list(CENTRAL_ASIA)
    texts = []
    for code in codes:
        rows = mirrored[(mirrored["country"] == code) & (mirrored["flow"] == "total")]
        rows = rows[(rows["quality"] == "ok") & rows["ratio"].notna()].sort_values("year")
        if len(rows) < 2:
            continue
        first, last = rows.iloc[0], rows.iloc[-1]
        top = rows.sort_values("ratio").iloc[-1]
        text = f"{name_of(code)} from {times(first)} in {first['year']}"
        text += f" to {times(last)} in {last['year']}"
        if top["year"] not in (first["year"], last["year"]):
            text += f", with {times(top)} in {top['year']}"
        texts.append(text)
    if not texts:
        return "There are not two years with both sides' totals to compare."
    return f"The ratio of the totals went: {'; '.join(texts)}."


def freight(explained: pd.DataFrame, partner: str) -> str:
    """Say what a c.i.f. margin explains of the newest gaps, and what it does not."""
    good = explained[explained["quality"] == "ok"]
    good = good[good["country"] == partner] if partner in set(good["country"]) else good
    if good.empty:
        return "No flow has both sides' figures here, so there is nothing for freight to explain."
    newest = good.groupby(["country", "flow"])["year"].transform("max")
    rows = good[(good["year"] == newest)]
    top = rows[rows["margin"] == rows["margin"].max()]
    texts = []
    for row in top.to_dict("records"):
        head = f"{_SUBJECTS[row['flow']]} with {name_of(row['country'])} {row['period']}"
        head = head.replace("exports with", "exports to").replace("imports with", "imports from")
        if row["needed"] < 0:
            texts.append(
                f"{head}: the exporter's figure is the larger, so freight explains nothing and "
                f"{row['margin']:.0%} takes the ratio from {row['reported_ratio']:.2f} to "
                f"{row['ratio']:.2f}"
            )
        else:
            explains = row["explained"]
            part = "more than all" if explains > 1 else format_percent(explains, explains, explains)
            texts.append(
                f"{head}: {row['margin']:.0%} explains {part} of the gap; "
                f"{row['needed']:.1%} would close it"
            )
    return "; ".join(texts) + "."


def freight_rows(explained: pd.DataFrame) -> pd.DataFrame:
    """Return the newest sound pair of each flow at every margin, pair by pair."""
    good = explained[explained["quality"] == "ok"]
    newest = good.groupby(["country", "flow"])["year"].transform("max")
    return good[good["year"] == newest].sort_values(
        ["flow", "country", "margin"], kind="stable", ignore_index=True
    )


def with_and_without(rates: pd.DataFrame, country: str, region: str = "CA5") -> str:
    """Say what one country does to the region's growth, newest year of each flow."""
    parts = []
    for flow in ("import", "export", "total"):
        rows = rates[rates["flow"] == flow]
        both = rows.groupby("period")["series"].agg(set)
        full = [str(p) for p, names in both.items() if {"region", "without"} <= names]
        if not full:
            continue
        last = rows[rows["period"] == max(full)].set_index("series")
        verb = "they" if flow != "total" else "it"
        parts.append(
            f"in {max(full)} China's {_FLOWS[flow]} {name_of(region)} "
            f"{grew(last.loc['region'])}, and without {name_of(country)} {verb} "
            f"{grew(last.loc['without'])}"
        )
    if not parts:
        return f"Growth with and without {name_of(country)} cannot be computed for these years."
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}."


def late_in_year(
    found: tuple[float, Interval] | None, months: pd.DataFrame, country: str, flow: str = "import"
) -> str:
    """Say what part of a year's flow fell in its last quarter, from monthly figures."""
    if found is None or months.empty:
        return f"No monthly figures of China's {_FLOWS[flow]} {name_of(country)} were found."
    share, ends = found
    year = str(months["period"].iloc[0])[:4]
    have = {int(text[5:]) for text in months["period"]}
    gaps = [period_words(f"{year}-{m:02d}") for m in range(1, 13) if m not in have]
    tail = f" (no figure for {join(gaps)}, so at most this)" if gaps else ""
    return (
        f"{format_percent(share, ends.low, ends.high)} of China's {_FLOWS[flow]} "
        f"{name_of(country)} in {year} fell in October to December{tail}."
    )


def gold(effect: pd.DataFrame) -> str:
    """Say what the goods are, where a source says so."""
    if effect.empty:
        return "No source says what the goods are."
    share = effect[effect["measure"] == "gold_share"].iloc[0]
    of_gold = effect[effect["measure"] == "imports"].iloc[2]
    text = (
        f"A count from Chinese customs data puts gold at "
        f"{format_usd(of_gold['value'], of_gold['low'], of_gold['high'])} in {of_gold['period']}, "
        f"{format_percent(share['value'], share['low'], share['high'])} of the imports"
    )
    part = effect[effect["measure"] == "share_of_increase"]
    if len(part):
        row = part.iloc[0]
        text += (
            f"; the country brought {format_percent(row['value'], row['low'], row['high'])} of the "
            "region's increase"
        )
    return f"{text}."


def facts(highlights: pd.DataFrame, partner: str) -> pd.DataFrame:
    """Return published facts that bear on the gap: gold, transit, re-export, missing sales."""
    codes = set(GROUPS.get(partner, (partner,)))
    rows = highlights[highlights["exporter"].isin(codes) | highlights["importer"].isin(codes)]
    text = rows["item"] + " " + rows["note"]
    keep = pd.Series([_REASONS.search(one) is not None for one in text], rows.index, dtype=bool)
    rows = rows[keep]
    return rows.assign(figure=[_figure(row) for row in rows.to_dict("records")]).reset_index(
        drop=True
    )


def valuation(mirrored: pd.DataFrame) -> str:
    """State how both books are valued, and what was done about it."""
    lines = [f"{_SUBJECTS[f]}: China {a}, partner {b}" for f, (a, b) in VALUATION.items()]
    margin = float(mirrored["cif_margin"].max()) if len(mirrored) else 0.0
    done = (
        f"– here every importer's figure is divided by {1 + margin:g}, so that both are f.o.b."
        if margin
        else "– here nothing is corrected."
    )
    return f"Valuation as the two sides report – {'; '.join(lines)} {done}"


def chapter_note(pairs: pd.DataFrame, partner: str) -> str:
    """Say in which goods the two books are furthest apart in dollars."""
    rows = pairs.dropna(subset=["difference_usd"]) if len(pairs) else pairs
    if rows.empty:
        if partner == "UZB":
            return "No table of goods from both sides was found for these years."
        return (
            f"No table of goods from both sides was found for {name_of(partner)}; only "
            "Uzbekistan's imports from China have one, so by goods the gap can be seen only there."
        )
    year = rows["year"].max()
    rows = rows[rows["year"] == year].sort_values("difference_usd")
    more, less = rows.iloc[-1], rows.iloc[0]
    whole = float(rows["difference_usd"].sum())
    side = "below" if whole < 0 else "above"
    named = [
        f"{row['short_name']} ({_plain(float(row['difference_usd']), signed=True)})"
        for row in (less, more)
    ]
    return (
        f"In {year} {name_of(partner)}'s figures are {side} China's by {_plain(abs(whole))} over "
        f"the chapters both list. Furthest below: {named[0]}; furthest above: {named[1]}."
    )


def _plain(value: float, *, signed: bool = False) -> str:
    return format_usd(value, value, value, signed=signed)


def focus(partner: str) -> str:
    """Return the country looked at closely: Kyrgyzstan for the region, else the country."""
    return "KGZ" if partner in GROUPS else partner


def shown(mirrored: pd.DataFrame, partner: str) -> pd.DataFrame:
    """Return the pairs of the partner, or of every member and the region."""
    codes = [*CENTRAL_ASIA, partner] if partner in GROUPS else [partner]
    return mirrored[mirrored["country"].isin(codes)].reset_index(drop=True)


def newest(mirrored: pd.DataFrame) -> str:
    """Return the newest period for which most countries have both figures, "" if none."""
    return newest_common(mirrored) or newest_common(mirrored, ("export", "import"))


def _whose(partner: str) -> str:
    return "the five's own" if partner == "CA5" else f"{owner(partner)} own"


def _times(row: Any) -> str:
    if row["ratio_low"] <= 1 <= row["ratio_high"]:
        return "the same within rounding"
    gap = _usd(row, "difference", signed=True)
    return f"{times(row)} times as much, {gap}"


def _usd(row: Any, which: str, *, signed: bool = False) -> str:
    value, low, high = (float(row[f"{which}_{end}"]) for end in ("usd", "low_usd", "high_usd"))
    return format_usd(value, min(low, value), max(high, value), signed=signed)


def _valued(mirrored: pd.DataFrame) -> str:
    margin = float(mirrored["cif_margin"].max()) if len(mirrored) else 0.0
    return f" Importers' figures are taken less a c.i.f. margin of {margin:.0%}." if margin else ""


def _figure(row: Mapping[Any, Any]) -> str:
    if pd.notna(row["value"]):
        if row["unit"] == "USD":
            return format_usd(row["value"], row["low"], row["high"])
        return f"{row['value']:,.10g} {row['unit']}"
    for name, text in (("share", "share of {}"), ("growth", "growth of {}")):
        if pd.notna(row[name]):
            ends = [
                row[f"{name}_{e}"] if pd.notna(row[f"{name}_{e}"]) else row[name] for e in _ENDS
            ]
            return text.format(format_percent(row[name], *ends))
    return ""


_ENDS = ("low", "high")
