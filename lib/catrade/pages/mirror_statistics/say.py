"""Sentences of the mirror statistics that need more than an f-string can say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from catrade.calc.mirror import kinds_of
from catrade.tables.names import GROUPS, in_sentence, name_of
from catrade.words import capital, told
from rounding.formats import is_missing, join
from rounding.rounded import Rounded

__all__ = [
    "FACT_COLUMNS",
    "FLOWS",
    "PAIR_COLUMNS",
    "contrary",
    "facts",
    "fraction",
    "freight",
    "gap_moved",
    "gold",
    "margin",
    "moved_most",
    "sent_on",
    "times",
    "where",
    "whom",
]

#: A flow as China sees it.
FLOWS = {
    "total": "Total trade",
    "export": "China’s exports",
    "import": "China’s imports",
}
#: Columns of the folded tables.
PAIR_COLUMNS: Mapping[str, Any] = {
    "country": ("Country", name_of),
    "flow": ("Flow", lambda flow: FLOWS[flow]),
    "period": "Year",
    "china_usd": ("China, $bn", "billion"),
    "partner_usd": ("Partner, $bn", "billion"),
    "difference_usd": ("Difference, $bn", "billion"),
    "ratio": (
        "Ratio",
        lambda x: "–" if is_missing(x) else f"{Rounded(x, x, x):times}"[:-6],
    ),
    "implied_margin": ("Implied c.i.f./f.o.b. margin", lambda margin: _margin(margin)),
    "source_ids": ("Sources", "sources"),
}
FACT_COLUMNS: Mapping[str, Any] = {
    "exporter": ("From", name_of),
    "importer": ("To", lambda code: "not named" if code == "UNSPEC" else name_of(code)),
    "period": ("Period", "period"),
    "item": "What is said",
    "figure": "Figure",
    "note": "Note",
    "source_id": ("Source", "sources"),
}
#: A c.i.f. margin above this is none that freight and insurance can be: the IMF takes 6%.
_PLAUSIBLE = 0.25
#: Words of published facts that bear on why the two sides differ.
_REASONS = r"(?i)re-?export|sent on|transit|missing from|gold"
_FRACTIONS = {
    "a tenth": 0.1,
    "a fifth": 0.2,
    "a quarter": 0.25,
    "a third": 1 / 3,
    "half": 0.5,
}
_FRACTIONS |= {"two thirds": 2 / 3, "three quarters": 0.75}


def fraction(part: float) -> str:
    """Write a fraction in words where it is within two points of a simple one, else in per cent.

    Examples
    --------
    >>> fraction(0.245), fraction(0.42)
    ('about a quarter', '42%')
    """
    word, near = min(_FRACTIONS.items(), key=lambda item: abs(item[1] - part))
    return f"about {word}" if abs(near - part) < 0.02 else f"{part:.0%}"


def whom(partner: str) -> tuple[str, str]:
    """Return whom China trades with and who counts, as the first sentences have them.

    Examples
    --------
    >>> whom("KGZ"), whom("CA5")[1]
    (('Kyrgyzstan', 'Kyrgyzstan counts'), 'they count')
    """
    if partner in GROUPS:
        return "the four countries that publish statistics", "they count"
    return in_sentence(partner), f"{in_sentence(partner)} counts"


def where(newest: pd.DataFrame) -> str:
    """Return the title of both sides' figures: which flow most of the gap is in.

    Parameters
    ----------
    newest
        Rows of `mirror.pairs`, of each country and flow the newest.
    """
    gaps = (
        newest[newest["flow"] != "total"].groupby("flow")["difference_usd"].sum().abs()
    )
    if gaps.empty:
        return "No year has both sides’ figures"
    return f"Most of the gap is in {FLOWS[str(gaps.idxmax())]}"


def margin(cif: float) -> str:
    """Say what was taken off importers' figures, or nothing.

    Examples
    --------
    >>> margin(0.1), margin(0)
    ('Importers’ figures are taken less a c.i.f. margin of 10%. ', '')
    """
    text = f"Importers’ figures are taken less a c.i.f. margin of {cif:.0%}. "
    return text if cif else ""


def freight(newest: pd.DataFrame) -> str:
    """Say in how many cases freight and insurance cannot explain the gap, or make it wider.

    Parameters
    ----------
    newest
        Rows of `mirror.pairs`, of each country and flow the newest.
    """
    cases = newest[(newest["flow"] != "total") & ~newest["country"].isin([*GROUPS])]
    cases = cases.dropna(subset=["implied_margin"])
    if cases.empty:
        return "No flow has both sides’ figures, so there is nothing for freight to explain."
    wider = int((cases["implied_margin"] < 0).sum())
    text = "An importer’s figure includes freight and insurance, so it should be the larger one"
    if wider:
        text = (
            f"Freight cannot explain it: in {wider} of {len(cases)} cases it widens the gap, "
            "because the importer’s figure, which includes freight and insurance, is the smaller "
            "one"
        )
    closed = [
        f"a margin of {Rounded(*[row['implied_margin']] * 3):percent} would close the gap in "
        f"{FLOWS[row['flow']]} {'to' if row['flow'] == 'export' else 'from'} "
        f"{name_of(row['country'])}"
        for row in cases[cases["implied_margin"].between(0, _PLAUSIBLE)].to_dict(
            "records"
        )
    ]
    return ". ".join([text, *([capital(join(closed))] if closed else [])]) + "."


def times(ratios: pd.DataFrame) -> str:
    """Say how many times a country's figure China's was, from the least to the most.

    Examples
    --------
    >>> known = {"country": "KGZ", "year": [2015, 2019, 2024], "ratio": [4.0, 2.8, 4.1]}
    >>> times(pd.DataFrame(known))
    'China counts 2.8 to 4.1 times Kyrgyzstan’s figure, 2015–2024'
    """
    first, last = int(ratios["year"].min()), int(ratios["year"].max())
    least, most = (Rounded(*[end] * 3) for end in ratios["ratio"].agg(["min", "max"]))
    whose = f"{most:times} {in_sentence(ratios['country'].iloc[0])}’s figure"
    if f"{least:times}" != f"{most:times}":
        whose = f"{least:times}".removesuffix(" times") + f" to {whose}"
    return f"China counts {whose}, {first}{'' if first == last else f'–{last}'}"


def gap_moved(steps: pd.DataFrame, year: int, kinds: Mapping[str, str]) -> str:
    """Say how the gap between the two sides' totals moved in a year, by country.

    Parameters
    ----------
    steps
        Result of `mirror.moved`.
    year
        The year; nothing is said if it has no year before.
    kinds
        Kind of each source by its id: a country whose figures change their source is marked.
    """
    rows = steps[(steps["flow"] == "total") & (steps["year"] == year)]
    if rows.empty:
        return ""
    whole = rows[rows["country"].isin(GROUPS)] if len(rows) > 1 else rows
    before, now = (
        told(whole["difference_before_usd"].iloc[0]),
        told(whole["difference_usd"].iloc[0]),
    )
    text = f"The gap was {before:usd} in {year - 1} and {now:usd} in {year}"
    parts = rows[~rows["country"].isin(GROUPS)]
    parts = parts.sort_values("move_usd", ascending=False)
    moves, other = [], []
    for row in parts.to_dict("records"):
        sign, name = "+" if row["move_usd"] >= 0 else "−", name_of(row["country"])
        moves.append(f"{name} {sign}{told(abs(row['move_usd'])):usd}")
        if kinds_of(row["partner_before_ids"], kinds) != kinds_of(
            row["partner_source_ids"], kinds
        ):
            other.append(name)
    if len(rows) > 1:
        text += f": {join(moves)}"
    if other:
        source = f"come from another source than in {year - 1}"
        text += f"; the own figures of {join(other)} {source}"
    return f"{text}."


def moved_most(steps: pd.DataFrame, year: int) -> str:
    """Say in which flow of which country the gap moved most in a year, and how in either book.

    Parameters
    ----------
    steps
        Result of `mirror.moved`.
    year
        The year.
    """
    rows = steps[(steps["flow"] != "total") & (steps["year"] == year)]
    rows = rows[~rows["country"].isin(GROUPS)]
    if rows.empty:
        return ""
    row = rows.iloc[int(rows["move_usd"].abs().argmax())]
    way, who = "to" if row["flow"] == "export" else "from", in_sentence(row["country"])
    verbs, ranges = [], []
    for side in ("china", "partner"):
        before, now = row[f"{side}_before_usd"], row[f"{side}_usd"]
        verbs.append("rose" if now > before else "fell")
        ranges.append(f"from {told(before):usd} to {told(now):usd}")
    other = ", but" if verbs[0] == verbs[1] else f" and {verbs[1]}"
    return (
        f"In {year} {FLOWS[row['flow']]} {way} {who} {verbs[0]} {ranges[0]} by China’s"
        f" statistics{other} {ranges[1]} by {who}’s."
    )


def gold(highlights: pd.DataFrame, china: pd.DataFrame, country: str) -> str:
    """Say how much of China's imports from a country was gold, where a source says so.

    Parameters
    ----------
    highlights
        Rows of `load_highlights`; those of topic `gold` from the country to China, of a year.
    china
        Yearly cell frame of China.
    """
    said = highlights[
        (highlights["exporter"] == country) & (highlights["importer"] == "CHN")
    ]
    said = said[(said["topic"] == "gold") & (said["unit"] == "USD")]
    flows = china[(china["partner"] == country) & (china["flow"] == "import")]
    both = said.merge(flows, on="period", suffixes=("", "_flow")).sort_values("period")
    if both.empty:
        return ""
    row = both.iloc[-1]
    metal, imports = Rounded(row["value"], row["low"], row["high"]), Rounded.of(row)
    return (
        f"A count from Chinese customs data puts gold at {metal:usd} in {row['period']}, "
        f"{metal / imports:percent} of China’s imports from {in_sentence(country)}."
    )


def sent_on(highlights: pd.DataFrame, country: str) -> str:
    """Say what part of a good a country imports is known to go on to others, or nothing."""
    said = highlights[(highlights["exporter"] == country) & highlights["share"].notna()]
    rows = said[said["item"].str.contains(" sent on to ")].tail(1).to_dict("records")
    return "".join(
        f"In {row['period']} about {row['share']:.0%} of {in_sentence(country)}’s "
        f"{row['item'].replace(' sent on', ' was sent on')}, by one study’s estimate."
        for row in rows
    )


def contrary(highlights: pd.DataFrame, mirrored: pd.DataFrame, country: str) -> str:
    """Say what a published figure of the country's whole exports to China makes of the ratio.

    Parameters
    ----------
    highlights
        Rows of `load_highlights`; those of topic `all_goods` from the country to China in dollars.
    mirrored
        Rows of `mirror.pairs`.
    """
    said = highlights[
        (highlights["exporter"] == country) & (highlights["importer"] == "CHN")
    ]
    said = said[(said["topic"] == "all_goods") & (said["unit"] == "USD")]
    pair = mirrored[(mirrored["country"] == country) & (mirrored["flow"] == "import")]
    both = said.merge(pair, on="period", suffixes=("_said", ""))
    both = both[
        (both["high"] < both["partner_low_usd"])
        | (both["low"] > both["partner_high_usd"])
    ]
    if both.empty:
        return ""
    row = both.sort_values("period").iloc[-1]
    china, own = Rounded.of(row, "china_usd"), Rounded.of(row, "partner_usd")
    figure, name = Rounded(row["value"], row["low"], row["high"]), in_sentence(country)
    return (
        f"The figures used here have {name}’s exports to China at {own:usd} in {row['period']}; "
        f"another, {row['item'].removeprefix('all goods').strip(' ()')}, is {figure:usd}. By that "
        f"one China’s figure would be {china / figure:times} {name}’s, not {china / own:times}."
    )


def facts(highlights: pd.DataFrame, partner: str) -> pd.DataFrame:
    """Return published facts that bear on the gap: gold, transit, re-export, missing sales."""
    codes = GROUPS.get(partner, (partner,))
    rows = highlights[
        highlights["exporter"].isin(codes) | highlights["importer"].isin(codes)
    ]
    rows = rows[(rows["item"] + " " + rows["note"]).str.contains(_REASONS)]
    figures = [_figure(row) for row in rows.to_dict("records")]
    return rows.assign(figure=pd.array(figures, dtype=str)).reset_index(drop=True)


def _figure(row: Mapping[Any, Any]) -> str:
    if not is_missing(row["value"]):
        if row["unit"] == "USD":
            return f"{Rounded(row['value'], row['low'], row['high']):usd}"
        return f"{row['value']:,.10g} {row['unit']}"
    for name in ("share", "growth"):
        if not is_missing(row[name]):
            return f"{name} of {Rounded.of(row, name):percent}"
    return ""


def _margin(margin: float) -> str:
    """Return the margin that would close a gap, in words."""
    if is_missing(margin):
        return "–"
    if margin < 0:
        return "none: the exporter’s figure is the larger"
    return (
        f"{Rounded(margin, margin, margin):percent}"
        if margin <= _PLAUSIBLE
        else "not plausible"
    )
