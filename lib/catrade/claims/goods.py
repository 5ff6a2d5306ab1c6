"""Claims that no figure can judge: why, and what is known of the goods they speak of."""

from __future__ import annotations

from typing import Any

from catrade.cells.frames import join_ids
from catrade.claims import core
from catrade.claims.core import Claim, Facts, Outcome
from catrade.tables.definitions import meanings
from catrade.tables.names import in_sentence, name_of
from catrade.words import capital
from rounding.errors import choice_error
from rounding.rounded import Rounded

_GOLD = "gold"
_ENDS = {"value_usd": "value", "low_usd": "low", "high_usd": "high"}
#: A sentence, and the rows it rests on.
Known = tuple[str, list[dict[str, Any]]]


def not_checkable(claim: Claim, facts: Facts, books: str) -> Outcome:
    """Say why no published figure can judge the claim, and what is known beside it.

    Its `terms` may name what to tell the weight of: product groups of WITS, or gold.
    """
    asked, known = core.terms(claim), (*meanings("wits_groups"), _GOLD)
    for code in asked:
        if code not in known:
            raise choice_error("terms", code, known)
    found: Known = ("", [])
    if _GOLD in asked:
        found = _gold(claim, facts)
    elif asked:
        found = _groups(claim, facts)
    note = capital(str(claim["note"]).rstrip("."))
    return Outcome(core.UNKNOWN, f"{note}.{found[0]}", found[1])


def _groups(claim: Claim, facts: Facts) -> Known:
    """Say what groups of goods weighed in the newest complete table of the subject's exports."""
    subject, region, asked = claim["subject"], claim["partner"], core.terms(claim)
    countries, names = core.members(region), meanings("wits_groups")
    table = facts.groups
    table = table[(table["reporter"] == subject) & (table["exporter"] == subject)]
    table = table[table["importer"].isin(countries) & (table["coverage"] == "complete")]
    held = table.groupby("year")["importer"].nunique()
    years = held.index[(held == len(countries)) & (held.index <= int(claim["period"]))]
    if not len(years):
        return "", []
    rows = table[table["year"] == max(years)]
    values = rows.groupby("wits_group")[[*_ENDS]].sum()
    total, joint = Rounded.of(values.sum()), Rounded.of(values.loc[asked].sum())
    largest = values["value_usd"].drop(asked).idxmax()
    alone = Rounded.of(values.loc[largest])
    named = " together with ".join([names[code].lower() for code in asked])
    said = (
        f" In {max(years)}, the newest year with a complete table, {name_of(subject)} sold "
        f"{name_of(region)} goods of {total:usd}: {named} were {joint / total:percent} of them, "
        f"{names[largest].lower()} alone {alone / total:percent}."
    )
    shown = values.loc[[*asked, largest]].rename(columns=_ENDS).reset_index()
    shown = shown.assign(
        item=shown["wits_group"].map(names),
        reporter=subject,
        partner=region,
        flow="export",
        period=str(max(years)),
        source_ids=join_ids(rows["source_id"]),
    )
    return said, _evidence(shown.to_dict("records"))


def _gold(claim: Claim, facts: Facts) -> Known:
    """Say what gold weighed in the subject's imports, where a source gives it."""
    subject, region, period = claim["subject"], claim["partner"], claim["period"]
    table = facts.highlights
    gold = table[(table["topic"] == _GOLD) & (table["importer"] == subject)]
    gold = gold[(gold["period"] == period) & (gold["unit"] == "USD")]
    gold = gold[gold["exporter"].isin(core.members(region))]
    whole = facts.figure((subject, region, "import", period))
    if len(gold) != 1 or whole is None:
        return "", []
    row = gold.iloc[0].to_dict()
    value = Rounded.of(
        {"x": row["value"], "x_low": row["low"], "x_high": row["high"]}, "x"
    )
    said = (
        f" Gold from {in_sentence(row['exporter'])} alone, {value:usd} as one source counts it, "
        f"was {value / whole.number:percent} of the {whole} imported by "
        f"{in_sentence(subject)}’s figures."
    )
    kept = {name: row[name] for name in ("period", "item", "value", "low", "high")}
    kept |= {"reporter": subject, "partner": row["exporter"], "flow": "import"}
    bought = _evidence([kept | {"source_ids": row["source_id"]}])
    return said, [*bought, *core.trade_evidence(facts, {"all goods": whole})]


def _evidence(rows: list[dict[Any, Any]]) -> list[dict[str, Any]]:
    return [core.evidence_row(role="goods", unit="USD", **row) for row in rows]


TESTS = {"not_checkable": not_checkable}
