"""Tests of claims on what is traded: leading goods, and trade becoming more diverse."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from catrade.claim_check.core import (
    UNKNOWN,
    Claim,
    Facts,
    Outcome,
    Span,
    books_name,
    judge,
    members,
)
from catrade.claim_check.evidence import evidence_frame, trade_evidence
from catrade.definitions import choices
from catrade.mirror_statistics.weight import gold_known
from catrade.names import name_of
from catrade.trade_composition.concentration import concentration
from pagemill.errors import ParameterError, choice_error
from pagemill.formats import join
from pagemill.numbers import format_percent, format_usd

_AHEAD = Span(0.0, math.inf)
_FALLING = Span(-math.inf, 0.0)


def structure(claim: Claim, facts: Facts, books: str) -> Outcome:
    """Judge which groups of goods lead: the smallest one named against the largest not named."""
    named = [part.strip() for part in str(claim["terms"]).split(";")]
    for code in named:
        if code not in choices("groups"):
            error = choice_error("terms", code, choices("groups"))
            raise error
    year = int(str(claim["period"])[:4])
    flow = _flow(claim, facts, books, year)
    if flow is None:
        return _no_structure(claim, facts, books, named, year)
    rows = flow.set_index("group")
    gap, worst, best = _lead(rows, named)
    verdict = judge(gap, _AHEAD)
    word = {"holds": "led", "does not hold": "did not lead"}.get(verdict, "may have led")
    reason = (
        f"By {books_name(claim, books)} figures {join([_group(rows, code) for code in named])} "
        f"{word} in {year}: {_group(rows, worst)} had {_share(rows, worst)} and "
        f"{_group(rows, best)}, not named, {_share(rows, best)}."
    )
    evidence = _goods_evidence(flow, [*named, best])
    return Outcome(verdict, reason, evidence, gap, _AHEAD, "USD")


def concentration_falling(claim: Claim, facts: Facts, books: str) -> Outcome:
    """Judge "more diverse": the Herfindahl–Hirschman index over groups must have fallen."""
    years = [int(str(claim[name])[:4]) for name in ("period", "base_period")]
    flows = [_flow(claim, facts, books, year) for year in years]
    if flows[0] is None or flows[1] is None:
        return _no_concentration(claim, facts, books, years, flows)
    both = concentration(pd.concat([flows[0], flows[1]])).set_index("year")
    new, old = (both.loc[year].to_dict() for year in years)
    span = Span(new["hhi_low"] - old["hhi_high"], new["hhi_high"] - old["hhi_low"])
    verdict = judge(span, _FALLING)
    word = {"holds": "less", "does not hold": "more"}.get(verdict, "not clearly less or more")
    reason = (
        f"By {books_name(claim, books)} figures trade was {word} concentrated in {years[0]} than "
        f"in {years[1]}: the Herfindahl–Hirschman index over groups of goods was "
        f"{new['hhi']:.3f} after {old['hhi']:.3f}."
    )
    rows = [
        {"role": "concentration", "period": str(year), "item": "HHI over groups", "unit": "index",
         "value": row["hhi"], "low": row["hhi_low"], "high": row["hhi_high"], "basis": "computed",
         "quality": "ok", "used": True, "source_ids": row["source_ids"]}
        for year, row in both.iterrows()
    ]  # fmt: skip
    return Outcome(verdict, reason, evidence_frame(rows), span, _FALLING, "index")


def _parties(claim: Claim) -> tuple[str, str]:
    pair = str(claim["subject"]), str(claim["partner"])
    return pair if claim["flow"] == "export" else (pair[1], pair[0])


def _flow(
    claim: Claim, facts: Facts, books: str, year: int, partner: str = ""
) -> pd.DataFrame | None:
    """Return the groups of the flow in one year's books, or None if there is no table."""
    rows = _all_years(claim, facts, books, partner or str(claim["partner"]))
    rows = rows[rows["year"] == year]
    return None if rows.empty else rows


def _all_years(claim: Claim, facts: Facts, books: str, partner: str) -> pd.DataFrame:
    exporter, importer = _parties({**claim, "partner": partner})
    reporter = partner if books == "partner" else books
    t = facts.composition
    same = (t["exporter"] == exporter) & (t["importer"] == importer)
    return t[same & (t["reporter"] == reporter)]


def _lead(rows: pd.DataFrame, named: Sequence[str]) -> tuple[Span, str, str]:
    """Return the bounds of (smallest named − largest not named), and these two."""
    low, high = rows["low_usd"].to_dict(), rows["high_usd"].to_dict()
    # A group the table does not list is worth nothing, or what the table may lack at most.
    spare = float(rows["unlisted_usd"].max()) if "unlisted_usd" in rows.columns else 0.0
    worst = min(named, key=lambda code: low.get(code, 0.0))
    others = [str(code) for code in rows.index if code not in named]
    if not others:
        message = "structure needs a group of goods the claim does not name"
        raise ParameterError(message)
    best = max(others, key=lambda code: high[code])
    least = min(low.get(code, 0.0) for code in named)
    most = min(high.get(code, spare) for code in named)
    gap = Span(least - high[best], most - max(low[code] for code in others))
    return gap, worst, best


def _no_structure(
    claim: Claim, facts: Facts, books: str, named: Sequence[str], year: int
) -> Outcome:
    parts, frames = [], [_statements(claim, facts)]
    for code in members(str(claim["partner"])):
        table, when = _newest(claim, facts, books, code, year)
        if table is None:
            continue
        rows = table.set_index("group")
        joint = rows["value_usd"].reindex(list(named)).sum() / rows["value_usd"].sum()
        _, worst, best = _lead(rows, named)
        above = rows.loc[best, "value_usd"] > rows["value_usd"].reindex([worst]).fillna(0).iloc[0]
        more = f", {_group(rows, best)} between them" if above else ", ahead of all others"
        whose = books_name(claim, books, code)
        parts.append(
            f"{name_of(code)} {when} by {whose} figures {format_percent(joint, joint, joint)}{more}"
        )
        frames.append(_goods_evidence(table, [*named, best]))
    known = (
        f"; what is known is the share of {join(_labels(named))}: {'; '.join(parts)}"
        if parts
        else ""
    )
    start = _capital(books_name(claim, books))
    reason = f"{start} figures give no table of goods for {claim['partner']} in {year}{known}."
    reason = reason.replace(
        f"for {claim['partner']} in", f"for {name_of(str(claim['partner']))} in"
    )
    return Outcome(UNKNOWN, reason, pd.concat(frames, ignore_index=True))


def _no_concentration(
    claim: Claim, facts: Facts, books: str, years: Sequence[int], flows: Sequence[Any]
) -> Outcome:
    absent = [str(year) for year, flow in zip(years, flows, strict=True) if flow is None]
    where = name_of(str(claim["partner"]))
    start = _capital(books_name(claim, books))
    reason = f"{start} figures give no table of goods for {where} in {join(sorted(absent))}"
    frames = [_statements(claim, facts)]
    if claim["flow"] == "import" and claim["subject"] == "CHN":
        text, rows = _gold(claim, facts, years[0])
        reason += text
        frames.append(rows)
    return Outcome(UNKNOWN, f"{reason}.", pd.concat(frames, ignore_index=True))


def _gold(claim: Claim, facts: Facts, year: int) -> tuple[str, pd.DataFrame]:
    """Say what one good is known to have weighed, where a source gives it."""
    region = str(claim["partner"])
    h = facts.highlights
    of_members = h["exporter"].isin(members(region)) & (h["importer"] == "CHN")
    gold = h[
        of_members & (h["topic"] == "gold") & (h["period"] == str(year)) & (h["unit"] == "USD")
    ]
    whole = facts.figure(("CHN", region, "import", str(year)))
    if len(gold) != 1 or whole is None:
        return "", evidence_frame([])
    row = gold.iloc[0]
    country = str(row["exporter"])
    share = (row["low"] / whole.interval.high, row["high"] / whole.interval.low)
    text = (
        f"; what is known is that gold from {name_of(country)} alone, "
        f"{format_usd(row['value'], row['low'], row['high'])}, made up "
        f"{format_percent(row['value'] / whole.value, *share)} of the "
        f"{format_usd(whole.value, whole.interval.low, whole.interval.high)} imported"
    )
    cells = pd.concat([facts.cells("CHN", country), facts.cells("CHN", region)])
    effect = gold_known(cells, h, year, country=country, region=region)
    part = effect[effect["measure"] == "share_of_increase"]
    if len(part):
        now = part.iloc[0]
        brought = format_percent(now["value"], now["low"], now["high"])
        text += f", and {name_of(country)} brought {brought} of the increase"
    evidence = evidence_frame(
        [
            {"role": "goods", "reporter": "CHN", "partner": country, "flow": "import",
             "period": str(year), "item": row["item"], "value": row["value"], "low": row["low"],
             "high": row["high"], "unit": "USD", "basis": "published", "quality": "ok",
             "used": True, "source_ids": row["source_id"]}
        ]
    )  # fmt: skip
    base = facts.figure(("CHN", region, "import", str(year - 1)))
    figures = {"all goods": whole, "all goods, year before": base}
    for when in (year, year - 1):
        figures[f"all goods, {country} {when}"] = facts.figure(
            ("CHN", country, "import", str(when))
        )
    return text, pd.concat([evidence, trade_evidence(facts, figures)], ignore_index=True)


def _newest(
    claim: Claim, facts: Facts, books: str, code: str, year: int
) -> tuple[pd.DataFrame | None, int]:
    rows = _all_years(claim, facts, books, code)
    years = [int(y) for y in rows["year"].unique() if y <= year]
    return (rows[rows["year"] == max(years)], max(years)) if years else (None, year)


def _statements(claim: Claim, facts: Facts) -> pd.DataFrame:
    """Return the published facts on the flow's goods in the claim's year, words among them."""
    exporter, importer = _parties(claim)
    h = facts.highlights
    same = (h["exporter"] == exporter) & (h["importer"] == importer)
    rows = h[same & (h["year"] == int(str(claim["period"])[:4])) & (h["topic"] != "all_goods")]
    return evidence_frame(
        [
            {"role": "stated", "reporter": "", "partner": str(claim["partner"]),
             "flow": str(claim["flow"]), "period": row["period"], "item": row["item"],
             "value": row["value"], "low": row["low"], "high": row["high"], "unit": row["unit"],
             "basis": "published", "quality": "ok", "used": False, "source_ids": row["source_id"]}
            for row in rows.to_dict("records")
        ]
    )  # fmt: skip


def _goods_evidence(flow: pd.DataFrame, codes: Sequence[str]) -> pd.DataFrame:
    rows = flow[flow["group"].isin(list(codes))].sort_values("value_usd", ascending=False)
    return evidence_frame(
        [
            {"role": "goods", "reporter": row["reporter"],
             "partner": row["importer"] if row["reporter"] == row["exporter"] else row["exporter"],
             "flow": "export" if row["reporter"] == row["exporter"] else "import",
             "period": str(row["year"]), "item": row["group_name"], "value": row["value_usd"],
             "low": row["low_usd"], "high": row["high_usd"], "unit": "USD", "basis": row["basis"],
             "quality": "ok", "used": True, "source_ids": row["source_id"]}
            for row in rows.to_dict("records")
        ]
    )  # fmt: skip


def _group(rows: pd.DataFrame, code: str) -> str:
    return _lower(str(rows.loc[code, "group_name"])) if code in rows.index else _lower(code)


def _labels(codes: Sequence[str]) -> list[str]:
    return [_lower(code) for code in codes]


def _lower(name: str) -> str:
    name = name.replace("_", " ")
    return name[:1].lower() + name[1:]


def _share(rows: pd.DataFrame, code: str) -> str:
    share = float(rows["value_usd"].get(code, 0.0)) / float(rows["value_usd"].sum())
    return format_percent(share, share, share)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


TESTS: dict[str, Callable[[Claim, Facts, str], Outcome]] = {
    "structure": structure,
    "concentration_falling": concentration_falling,
}
