"""Tables of the trade side: trade, sources, countries, exchange_rates."""

from __future__ import annotations

import re

import pandera.pandas as pa

from catrade.names import FLOWS
from catrade.schemas import columns as c
from catrade.schemas.core import TableSpec

CURRENCIES = ("USD", "CNY", "EUR")
ROUNDINGS = ("nearest", "floor", "ceiling", "about")
QUALITIES = ("ok", "doubtful", "rejected")
COVERAGES = ("goods", "goods_and_services", "part_of_goods", "mixed")
KINDS = ("official", "dataset", "official_statement", "research", "press")
_ID = re.compile(r"[a-z0-9][a-z0-9.-]*")


def _is_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None


TRADE = TableSpec(
    name="trade",
    about=(
        "Trade in goods between two partners as somebody published it: one row a figure and source,"
        " so a cell may have several rows."
    ),
    key=("reporter", "partner", "period", "flow", "currency", "source_id"),
    sources=("source_id",),
    schema=c.schema(
        reporter=c.country("whose statistics these are"),
        partner=c.country("the other side of the trade"),
        period=c.period(
            "year, month (2025-03), quarter (2025-Q1), half (2025-H1) or January to month n"
            " (2025-10M)"
        ),
        flow=c.choice("direction seen from the reporter; total is exports plus imports", FLOWS),
        value=c.number(
            "the figure as published, written out", pa.Check.ge(0), unit="units of `currency`"
        ),
        currency=c.choice("currency of the figure as published", CURRENCIES),
        precision=c.number(
            "rounding unit of the figure: 100000000 for one printed as 106.3 billion",
            pa.Check.gt(0),
            unit="units of `currency`",
        ),
        rounding=c.choice(
            "how the figure was rounded: to the nearest unit, down (floor: printed as over, more"
            " than, or cut off), up (ceiling: printed as almost), or loosely (about)",
            ROUNDINGS,
        ),
        growth_printed=c.number(
            "growth on the same period a year before as the source itself prints it; empty if it"
            " prints none",
            pa.Check.gt(-1),
            empty=True,
            unit="fraction",
        ),
        growth_precision=c.number(
            "rounding unit of `growth_printed`: 0.01 for one printed as 12 %",
            pa.Check.gt(0),
            empty=True,
            unit="fraction",
        ),
        source_id=c.text("who published it", refers_to="sources"),
        quality=c.choice(
            "ok, doubtful (used only where nothing better is published) or rejected (known to be"
            " wrong, never used)",
            QUALITIES,
        ),
        quality_reason=c.text("why it is doubtful or rejected; empty if ok", empty=True),
        coverage=c.choice(
            "what the figure counts: goods, goods_and_services, part_of_goods (a part is left out,"
            " the note says which) or mixed (parts that count different things, or that repeat the"
            " other side's figure)",
            COVERAGES,
        ),
        note=c.text("anything else a reader should know", empty=True),
    ),
)

TRADE_SHARES = TableSpec(
    name="trade_shares",
    about=(
        "Share of a partner in a reporter's trade with the world, as published where no amount is:"
        " times the published total of `trade.csv` it gives the amount (basis share_of_total)."
    ),
    key=("reporter", "partner", "period", "flow", "source_id"),
    sources=("source_id",),
    schema=c.schema(
        reporter=c.country("whose statistics these are"),
        partner=c.country("whose share it is"),
        period=c.period("period of the share and of the total"),
        flow=c.choice("direction seen from the reporter; total is exports plus imports", FLOWS),
        share=c.number(
            "share in the reporter's trade with the world", pa.Check.in_range(0, 1), unit="fraction"
        ),
        share_precision=c.number(
            "rounding unit of `share`: 0.001 for one printed as 19.2 %",
            pa.Check.gt(0),
            unit="fraction",
        ),
        source_id=c.text("who published it", refers_to="sources"),
        quality=c.choice("as in trade.csv", QUALITIES),
        quality_reason=c.text("why it is doubtful or rejected; empty if ok", empty=True),
        coverage=c.choice("what the total counts, as in trade.csv", COVERAGES),
        note=c.text("anything else a reader should know", empty=True),
    ),
)

SOURCES = TableSpec(
    name="sources",
    about="Who published a figure, where and when: one row a source.",
    key=("source_id",),
    sources=(),
    schema=c.schema(
        source_id=c.text(
            "short name used by the other tables",
            c.each(_is_id, "lower-case letters, digits, dots and hyphens"),
        ),
        publisher=c.text("who published it, and whom they quote"),
        title=c.text("title, or a description where there is none"),
        url=c.text(
            "address of the page, file or repository",
            c.each(lambda url: url.startswith(("http://", "https://")), "an http(s) address"),
        ),
        published=c.date("date of publication, as exact as known; empty if unknown", empty=True),
        kind=c.choice(
            "official (a statistical office's or ministry's own publication), dataset (a data set"
            " or a public copy of one), official_statement (an official quoted or a speech),"
            " research, press",
            KINDS,
        ),
        licence=c.text("terms of use, or what is taken", empty=True),
        locator=c.text("where in the source the figures stand", empty=True),
        note=c.text("anything else a reader should know", empty=True),
    ),
)

COUNTRIES = TableSpec(
    name="countries",
    about="Codes of countries and groups of countries.",
    key=("code",),
    sources=(),
    schema=c.schema(
        code=c.text(
            "ISO 3166-1 alpha-3, or a group code of ours",
            c.each(
                lambda code: re.fullmatch(r"[A-Z][A-Z0-9]{2,3}", code) is not None,
                "three or four capital letters or digits",
            ),
        ),
        name_en=c.text("English short name"),
        name_zh=c.text("Chinese name", empty=True),
        name_ru=c.text("Russian name", empty=True),
        m49=c.text(
            "numeric code of UN Comtrade (three digits with leading zeros); empty for a group it"
            " does not have",
            c.each(lambda code: re.fullmatch(r"[0-9]{3}", code) is not None, "three digits"),
            empty=True,
        ),
        is_group=c.choice("whether it is a group of countries", ("yes", "no")),
        members=c.text(
            "codes of the members of a group, separated by `;`; empty for a country, the world and"
            " a group whose members the table does not list",
            empty=True,
        ),
    ),
)

EXCHANGE_RATES = TableSpec(
    name="exchange_rates",
    about="Rates used to convert figures that exist in another currency only.",
    key=("currency", "period"),
    sources=("source_ids",),
    schema=c.schema(
        currency=c.choice("currency converted from", tuple(x for x in CURRENCIES if x != "USD")),
        period=c.period("period the rate is valid for"),
        rate=c.number("rate used", pa.Check.gt(0), unit="units of `currency` for one US dollar"),
        low=c.number(
            "lowest rate that agrees with the sources",
            pa.Check.gt(0),
            unit="units of `currency` for one US dollar",
        ),
        high=c.number(
            "highest rate that agrees with the sources",
            pa.Check.gt(0),
            unit="units of `currency` for one US dollar",
        ),
        basis=c.text("how the rate was found"),
        source_ids=c.text("sources, separated by `;`", refers_to="sources"),
        note=c.text("anything else a reader should know", empty=True),
    ),
)

SPECS = [TRADE, TRADE_SHARES, SOURCES, COUNTRIES, EXCHANGE_RATES]
