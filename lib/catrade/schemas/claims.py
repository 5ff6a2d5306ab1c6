"""The table of claims: what an announcement says, written so that it can be judged."""

from __future__ import annotations

import re

import pandera.pandas as pa

from catrade.names import FLOWS
from catrade.schemas import columns as c
from catrade.schemas.core import TableSpec
from catrade.schemas.trade import ROUNDINGS

#: Kind of claim: the columns it cannot do without.
KINDS: dict[str, tuple[str, ...]] = {
    "level": ("subject", "partner", "flow", "period", "books", "value", "unit"),
    "growth": ("subject", "partner", "flow", "period", "books", "value", "unit"),
    "growth_difference": (
        *("subject", "partner", "flow", "period", "base_period", "books", "value", "unit"),
    ),
    "sum": ("subject", "partner", "period", "books", "value", "unit"),
    "rank_among_partners": ("subject", "partner", "scope", "period", "terms", "books"),
    "first_year_of_lead": ("subject", "partner", "scope", "period", "terms", "books"),
    "became_largest": ("subject", "partner", "scope", "period", "terms", "books"),
    "structure": ("subject", "partner", "flow", "period", "terms", "books"),
    "concentration_falling": ("subject", "partner", "flow", "period", "base_period", "books"),
    "event_date": ("event_id", "terms"),
    "event_weekday": ("event_id", "terms"),
    "event_issuer": ("event_id", "terms"),
    "event_issuer_count": ("event_id", "value", "unit"),
    "event_count": ("event_id", "value", "unit"),
    "event_mentions": ("event_id", "terms"),
    "event_gap": ("event_id", "terms", "value", "unit"),
    "not_checkable": ("note",),
}
#: Besides those of a published figure, two that leave one side open.
CLAIM_ROUNDINGS = (*ROUNDINGS, "above", "below")
UNITS = ("USD", "fraction", "points", "count", "days")
SCOPES = ("region", "each")
_SLUG = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")
_NUMBER = re.compile(r"[0-9]{1,3}[a-z]?")
_BOOKS = re.compile(r"[A-Z0-9]{3,4}|partner")


def _is_slug(text: str) -> bool:
    return _SLUG.fullmatch(text) is not None


def _are_books(text: str) -> bool:
    return all(_BOOKS.fullmatch(part) for part in text.split(";"))


CLAIMS = TableSpec(
    name="claims",
    about=(
        "What announcements state, one row a statement that can be true or false by itself. Another"
        " announcement is more rows under another `document`, or another file of the same columns."
    ),
    key=("document", "claim_id"),
    sources=("source_id",),
    schema=c.schema(
        claim_id=c.text("short name of the claim", c.each(_is_slug, "words-with-hyphens")),
        document=c.text(
            "the announcement; the source id of its main text where it has one",
            c.each(_is_slug, "words-with-hyphens"),
        ),
        number=c.text(
            "number of the statement in the document, several claims may share it",
            c.each(lambda text: _NUMBER.fullmatch(text) is not None, "a number such as 4 or 12"),
        ),
        statement=c.text("what is claimed, in our own words"),
        kind=c.choice("which test judges it", tuple(KINDS)),
        subject=c.text(
            "whose trade is spoken of; flows are seen from here", empty=True, refers_to="countries"
        ),
        partner=c.text(
            "with whom; for a rank, whose partner it is", empty=True, refers_to="countries"
        ),
        scope=c.choice(
            "for a rank: the group as a whole, or each of its members", SCOPES, empty=True
        ),
        flow=c.choice("direction seen from the subject", FLOWS, empty=True),
        period=c.text(
            "period the claim is about",
            c.each(c.is_period, "a period such as 2025 or 2025-10M"),
            empty=True,
            unit="period",
        ),
        base_period=c.text(
            "period compared with; of a growth, the year before if empty",
            c.each(c.is_period, "a period such as 2025 or 2025-10M"),
            empty=True,
            unit="period",
        ),
        terms=c.text(
            "what the claim names, separated by `;`: rival partners, groups of goods, issuers, a"
            " date, a weekday, an earlier event, or words",
            empty=True,
        ),
        books=c.text(
            "whose statistics judge it, one verdict each, separated by `;`: the subject's code, or"
            " `partner` for the other side's own",
            c.each(_are_books, "a country code or `partner`, separated by `;`"),
            empty=True,
        ),
        value=c.number("figure asserted, written out", empty=True, unit="`unit`"),
        precision=c.number(
            "rounding unit of the figure asserted", pa.Check.gt(0), empty=True, unit="`unit`"
        ),
        rounding=c.choice(
            "how the figure was rounded (as in trade.csv), or `above` and `below` for one open"
            " side",
            CLAIM_ROUNDINGS,
            empty=True,
        ),
        unit=c.choice("unit of the figure; growth is a fraction, 0.12", UNITS, empty=True),
        event_id=c.text(
            "event of policy_events.csv it speaks of; of a gap, the later one (the earlier one"
            " stands in `terms`)",
            empty=True,
            refers_to="policy_events",
        ),
        source_id=c.text("where the statement stands", refers_to="sources"),
        note=c.text("how the statement was read, or why it cannot be judged", empty=True),
    ),
)

SPECS = [CLAIMS]
