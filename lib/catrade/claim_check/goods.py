"""Tests of claims on what is traded: leading goods, and trade becoming more diverse."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from catrade.claim_check import core
from catrade.claim_check.core import Claim, Facts, Outcome, Span
from catrade.definitions import choices
from catrade.names import name_of
from catrade.trade_composition.concentration import concentration
from catrade.words import capital
from pagemill.errors import ParameterError, choice_error
from pagemill.formats import join
from pagemill.periods import parse_period
from pagemill.rounded import Rounded

_AHEAD, _FALLING = Span(0.0, math.inf), Span(-math.inf, 0.0)
_LED = {core.HOLDS: "led", core.WITHIN: "may have led", core.FAILS: "did not lead"}
_LESS = {
    core.HOLDS: "less",
    core.WITHIN: "not clearly less or more",
    core.FAILS: "more",
}


def structure(claim: Claim, facts: Facts, books: str) -> Outcome:
    """Judge which groups of goods lead: the smallest one named against the largest not named."""
    named = core.terms(claim)
    for code in named:
        if code not in choices("groups"):
            raise choice_error("terms", code, choices("groups"))
    year = _year(claim, "period")
    flow = _years_of(claim, facts, books)
    rows = flow[flow["year"] == year].set_index("group")
    if rows.empty:
        return _no_structure(claim, facts, books, named, year)
    gap, worst, best = _lead(rows, named)
    verdict = core.judge(gap, _AHEAD)
    led = f"{join([_group(rows, code) for code in named])} {_LED[verdict]} in {year}"
    reason = (
        f"By {core.books_name(claim, books)} figures {led}: {_group(rows, worst)} had "
        f"{_share(rows, worst)} and {_group(rows, best)}, not named, {_share(rows, best)}."
    )
    return Outcome(
        verdict, reason, _goods_evidence(rows, [*named, best]), gap, _AHEAD, "USD"
    )


def concentration_falling(claim: Claim, facts: Facts, books: str) -> Outcome:
    """Judge "more diverse": the Herfindahl–Hirschman index over groups must have fallen."""
    years = [_year(claim, "period"), _year(claim, "base_period")]
    flow = _years_of(claim, facts, books)
    flow = flow[flow["year"].isin(years)]
    absent = sorted({str(year) for year in years} - set(flow["year"].astype(str)))
    if absent:
        reason = f"{_no_table(claim, books)} in {join(absent)}"
        gold, rows = _gold(claim, facts, years[0])
        return Outcome(
            core.UNKNOWN, f"{reason}{gold}.", [*_statements(claim, facts), *rows]
        )
    both = concentration(flow).set_index("year")
    new, old = (both.loc[year].to_dict() for year in years)
    span = Span(new["hhi_low"] - old["hhi_high"], new["hhi_high"] - old["hhi_low"])
    verdict = core.judge(span, _FALLING)
    reason = (
        f"By {core.books_name(claim, books)} figures trade was {_LESS[verdict]} concentrated in "
        f"{years[0]} than in {years[1]}: the Herfindahl–Hirschman index over groups of goods was "
        f"{new['hhi']:.3f} after {old['hhi']:.3f}."
    )
    ends = {"hhi": "value", "hhi_low": "low", "hhi_high": "high"}
    what = {"role": "concentration", "item": "HHI over groups", "unit": "index"}
    found = both.rename(columns=ends)[[*ends.values(), "source_ids"]]
    found = found.assign(**what, basis="computed", period=both.index.astype(str))
    return Outcome(verdict, reason, core.evidence_rows(found), span, _FALLING, "index")


def _year(claim: Claim, column: str) -> int:
    return parse_period(str(claim[column])).year


def _parties(claim: Claim, partner: str) -> tuple[str, str]:
    """Return exporter and importer."""
    pair = str(claim["subject"]), partner
    return pair if claim["flow"] == "export" else (pair[1], pair[0])


def _years_of(
    claim: Claim, facts: Facts, books: str, partner: str = ""
) -> pd.DataFrame:
    """Return the groups of the flow in one set of books, every year there is a table of."""
    partner = partner or str(claim["partner"])
    exporter, importer = _parties(claim, partner)
    t = facts.composition
    same = (t["exporter"] == exporter) & (t["importer"] == importer)
    return t[same & (t["reporter"] == (partner if books == "partner" else books))]


def _lead(rows: pd.DataFrame, named: Sequence[str]) -> tuple[Span, str, str]:
    """Return the bounds of (smallest named − largest not named), and these two."""
    low, high = rows["low_usd"].to_dict(), rows["high_usd"].to_dict()
    # A group the table does not list is worth nothing, or what the table may lack at most.
    spare = float(rows["unlisted_usd"].max()) if "unlisted_usd" in rows.columns else 0.0
    others = [str(code) for code in rows.index if code not in named]
    if not others:
        raise ParameterError("structure needs a group of goods the claim does not name")
    worst = min(named, key=lambda code: low.get(code, 0.0))
    best = max(others, key=lambda code: high[code])
    most = min(high.get(code, spare) for code in named)
    gap = Span(
        low.get(worst, 0.0) - high[best], most - max(low[code] for code in others)
    )
    return gap, worst, best


def _no_structure(
    claim: Claim, facts: Facts, books: str, named: Sequence[str], year: int
) -> Outcome:
    """Say what the named groups weighed in the newest year there is a table of."""
    parts, evidence = [], _statements(claim, facts)
    for code in core.members(str(claim["partner"])):
        flow = _years_of(claim, facts, books, code)
        flow = flow[flow["year"] <= year]
        if flow.empty:
            continue
        rows = flow[flow["year"] == flow["year"].max()].set_index("group")
        values = rows["value_usd"]
        joint = float(values.reindex(list(named)).sum() / values.sum())
        _, worst, best = _lead(rows, named)
        above = values[best] > values.get(worst, 0.0)
        more = (
            f", {_group(rows, best)} between them" if above else ", ahead of all others"
        )
        by = f"{int(rows['year'].iloc[0])} by {core.books_name(claim, books, code)} figures"
        parts.append(
            f"{name_of(code)} {by} {Rounded(joint, joint, joint):percent}{more}"
        )
        evidence += _goods_evidence(rows, [*named, best])
    groups = join([_lower(code) for code in named])
    known = (
        f"; what is known is the share of {groups}: {'; '.join(parts)}" if parts else ""
    )
    return Outcome(
        core.UNKNOWN, f"{_no_table(claim, books)} in {year}{known}.", evidence
    )


def _no_table(claim: Claim, books: str) -> str:
    whose = capital(core.books_name(claim, books))
    return (
        f"{whose} figures give no table of goods for {name_of(str(claim['partner']))}"
    )


def _gold(claim: Claim, facts: Facts, year: int) -> tuple[str, list[dict[str, Any]]]:
    """Say what gold is known to have weighed in China's imports, where a source gives it."""
    region, h = str(claim["partner"]), facts.highlights
    sold = h[h["exporter"].isin(core.members(region)) & (h["importer"] == "CHN")]
    gold = sold[
        (sold["topic"] == "gold")
        & (sold["unit"] == "USD")
        & (sold["period"] == str(year))
    ]
    whole = facts.figure(("CHN", region, "import", str(year)))
    asked = claim["flow"] == "import" and claim["subject"] == "CHN"
    if not asked or len(gold) != 1 or whole is None:
        return "", []
    row = gold.iloc[0].to_dict()
    country = str(row["exporter"])
    figures = {
        f"all goods, {code} {when}": facts.figure(("CHN", code, "import", str(when)))
        for code in (region, country)
        for when in (year, year - 1)
    }
    known = [figure.number for figure in figures.values() if figure]
    value = Rounded(row["value"], row["low"], row["high"])
    text = (
        f"; what is known is that gold from {name_of(country)} alone, {value:usd}, was "
        f"{value / whole.number:percent} of the {whole} imported"
    )
    if len(known) == len(figures):
        all_now, all_before, now, before = known
        brought = (now - before) / (all_now - all_before)
        text += f", and {name_of(country)} brought {brought:percent} of the increase"
    where = {
        "reporter": "CHN",
        "partner": country,
        "flow": "import",
        "period": str(year),
    }
    what = {name: row[name] for name in ("item", "value", "low", "high", "unit")}
    evidence = core.evidence_row(
        role="goods", **where, **what, source_ids=row["source_id"]
    )
    return text, [evidence, *core.trade_evidence(facts, figures)]


def _statements(claim: Claim, facts: Facts) -> list[dict[Any, Any]]:
    """Return the published facts on the flow's goods in the claim's year, words among them."""
    exporter, importer = _parties(claim, str(claim["partner"]))
    h = facts.highlights
    same = (h["exporter"] == exporter) & (h["importer"] == importer)
    rows = h[same & (h["year"] == _year(claim, "period")) & (h["topic"] != "all_goods")]
    where = {
        "role": "stated",
        "partner": str(claim["partner"]),
        "flow": str(claim["flow"]),
    }
    known = rows[["period", "item", "value", "low", "high", "unit"]]
    known = known.assign(**where, used=False, source_ids=rows["source_id"])
    return core.evidence_rows(known)


def _goods_evidence(rows: pd.DataFrame, codes: Sequence[str]) -> list[dict[str, Any]]:
    listed = rows[rows.index.isin(list(codes))].sort_values(
        "value_usd", ascending=False
    )
    return [_good(row) for row in listed.to_dict("records")]


def _good(row: Mapping[Any, Any]) -> dict[str, Any]:
    sells = row["reporter"] == row["exporter"]
    where = {"reporter": row["reporter"], "flow": "export" if sells else "import"}
    where |= {
        "partner": row["importer" if sells else "exporter"],
        "period": str(row["year"]),
    }
    what = {"item": row["group_name"], "unit": "USD", "basis": row["basis"]}
    what |= {name: row[f"{name}_usd"] for name in ("value", "low", "high")}
    return core.evidence_row(role="goods", **where, **what, source_ids=row["source_id"])


def _group(rows: pd.DataFrame, code: str) -> str:
    return _lower(str(rows.loc[code, "group_name"]) if code in rows.index else code)


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:].replace("_", " ")


def _share(rows: pd.DataFrame, code: str) -> str:
    share = float(rows["value_usd"].get(code, 0.0)) / float(rows["value_usd"].sum())
    return f"{Rounded(share, share, share):percent}"


TESTS: dict[str, Callable[[Claim, Facts, str], Outcome]] = {
    "structure": structure,
    "concentration_falling": concentration_falling,
}
