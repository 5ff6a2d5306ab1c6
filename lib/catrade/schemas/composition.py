"""Tables of the composition side: what the trade consists of."""

from __future__ import annotations

import pandera.pandas as pa

from catrade.names import CENTRAL_ASIA
from catrade.schemas import columns as c
from catrade.schemas.core import TableSpec
from catrade.schemas.trade import ROUNDINGS

#: `UNSPEC`: the source does not say which country.
PARTIES = ("CHN", *CENTRAL_ASIA, "CA5", "RUS", "UNSPEC")
#: `UNCTAD`: the matrix of an international body, not one country's books.
GROUP_REPORTERS = ("CHN", *CENTRAL_ASIA, "UNCTAD")
BASES = ("reported", "mirror")
COMPLETE = "complete"
CELLS_MISSING = "cells_under_100000_missing"
#: Some chapters of a flow: good for comparing these, never a structure.
PARTIAL = "partial"
COVERAGES = (COMPLETE, CELLS_MISSING, PARTIAL)
#: A chapter left out by a `CELLS_MISSING` source is worth less than this on the Chinese side.
CELL_THRESHOLD_USD = 100_000.0
CLASSIFICATIONS = ("SITC1", "HS2", "WITS16", "national")
#: Product groups of the World Bank (WITS): ranges of HS chapters that add up to the flow. They are
#: counted in an older edition of the HS than chapters of today, so the two are never mixed.
WITS16 = (
    *("01-05", "06-15", "16-24", "25-26", "27", "28-38", "39-40", "41-43", "44-49", "50-63"),
    *("64-67", "68-71", "72-83", "84-85", "86-89", "90-99"),
)
GROUP_COVERAGES = ("complete", "top_n", "partial")
SHARE_BASES = ("published", "computed")
TOPICS = (
    "all_goods",
    "chemicals",
    "energy",
    "farm_goods",
    "gas",
    "gold",
    "machinery",
    "metals",
    "other",
    "structure_statement",
    "textiles",
    "vehicles",
)
UNITS = ("USD", "CNY", "t", "units")
HIGH_TECH = ("core", "possible", "other")
#: Chapter 77 is reserved and holds no goods; 98 and 99 lie outside the sections.
CHAPTERS = tuple(f"{number:02d}" for number in range(1, 100) if number != 77)
GROUP_CODES = ("", *map(str, range(10)), *CHAPTERS, *(code for code in WITS16 if code != "27"))
UNCLASSIFIED_SECTION = "99"
SECTIONS = (*(f"{number:02d}" for number in range(1, 22)), UNCLASSIFIED_SECTION)
GROUPS = (
    "farm_goods",
    "ores_minerals",
    "fuels",
    "chemicals",
    "plastics_rubber",
    "leather_footwear",
    "wood_paper",
    "textiles_clothing",
    "stone_glass",
    "precious_metals",
    "iron_steel",
    "other_metals",
    "machinery",
    "electronics",
    "vehicles",
    "instruments",
    "other_manufactures",
    "not_classified",
)


def _year() -> pa.Column:
    return pa.Column(
        int,
        checks=[pa.Check.in_range(1900, 2100)],
        description="calendar year",
        metadata={"unit": "year", "refers_to": None},
    )


def _share() -> dict[str, pa.Column]:
    return {
        "share": c.number(
            "share in the flow of goods from exporter to importer in that period, unless the note"
            " names another whole",
            pa.Check.in_range(0, 1),
            empty=True,
            unit="fraction",
        ),
        "share_precision": c.number(
            "rounding unit of the share: the true share lies within half of it; for a computed"
            " share, wide enough to hold every share its rounded parts allow; empty if not visible",
            pa.Check.gt(0),
            empty=True,
            unit="fraction",
        ),
        "share_basis": c.choice(
            "published (the source prints the share) or computed (from two published values,"
            " named in the note)",
            SHARE_BASES,
            empty=True,
        ),
    }


COMPOSITION = TableSpec(
    name="composition",
    about=(
        "Goods trade by chapter of the Harmonized System for flows and years that are complete, or"
        " complete but for cells under 100,000 dollars; and single chapters (`partial`) where the"
        " other side's are held, to compare and never to add up. Never add two reporters of one"
        " flow."
    ),
    key=("exporter", "importer", "reporter", "year", "hs_chapter"),
    sources=("source_id",),
    schema=c.schema(
        exporter=c.country("where the goods come from"),
        importer=c.country("where the goods go"),
        reporter=c.country("whose statistics these are: the exporter's or the importer's"),
        year=_year(),
        hs_chapter=c.text("chapter with its leading zero", refers_to="hs_chapters"),
        value_usd=c.number(
            "value, exact to the dollar; exports are valued at the border of the exporter (FOB),"
            " imports at that of the importer (CIF)",
            pa.Check.ge(0),
            unit="US dollars",
        ),
        basis=c.choice(
            "reported (the reporter's own flow) or mirror (the partner's figure stands in)", BASES
        ),
        coverage=c.choice(
            "complete, complete but for cells whose Chinese figure is under 100,000 dollars"
            f" ({CELLS_MISSING}), or {PARTIAL}: single chapters, not the whole flow",
            COVERAGES,
        ),
        source_id=c.text("who published it", refers_to="sources"),
        note=c.text("anything else a reader should know", empty=True),
    ),
)

COMPOSITION_TOTALS = TableSpec(
    name="composition_totals",
    about=(
        "Published total of a flow whose chapters are in `composition`: what the chapters are"
        " checked against, and how much they may lack."
    ),
    key=("exporter", "importer", "reporter", "year"),
    sources=("source_id",),
    schema=c.schema(
        exporter=c.country("where the goods come from"),
        importer=c.country("where the goods go"),
        reporter=c.country("whose statistics these are"),
        year=_year(),
        total_usd=c.number("all goods, as published", pa.Check.gt(0), unit="US dollars"),
        source_id=c.text("who published it", refers_to="sources"),
    ),
)

COMPOSITION_GROUPS = TableSpec(
    name="composition_groups",
    about=(
        "Published structure at other levels than chapters: sections of the SITC in 1995, 2005 and"
        " 2015, the largest chapter in 2014, the 16 product groups of the World Bank in 2023 (a"
        " group without a row had no trade), and single groups."
    ),
    key=("exporter", "importer", "reporter", "period", "classification", "code", "label"),
    sources=("source_id",),
    schema=c.schema(
        exporter=c.choice("where the goods come from", PARTIES),
        importer=c.choice("where the goods go", PARTIES),
        reporter=c.choice("whose statistics these are", GROUP_REPORTERS),
        period=c.period("period"),
        classification=c.choice(
            "SITC1 (section of the Standard International Trade Classification), HS2 (chapter),"
            " WITS16 (product group of the World Bank, a range of HS chapters of an older edition:"
            " never subtract chapters of today from it) or national (a group as the source names"
            " it)",
            CLASSIFICATIONS,
        ),
        code=c.choice(
            "code in that classification; empty for a national group", GROUP_CODES, empty=True
        ),
        label=c.text("name of the group"),
        value_usd=c.number("value", pa.Check.ge(0), empty=True, unit="US dollars"),
        value_precision=c.number(
            "rounding unit of the value", pa.Check.gt(0), empty=True, unit="US dollars"
        ),
        rounding=c.choice("how the value was rounded, as in `trade`", ROUNDINGS),
        **_share(),
        coverage=c.choice(
            "complete (all groups of the flow are here), top_n (the largest only) or partial"
            " (single groups)",
            GROUP_COVERAGES,
        ),
        estimated=c.choice(
            "yes or possible where the publisher estimates an exporter that does not report;"
            " empty otherwise",
            ("yes", "possible"),
            empty=True,
        ),
        source_id=c.text("who published it", refers_to="sources"),
        note=c.text("anything else a reader should know", empty=True),
    ),
)

HIGHLIGHTS = TableSpec(
    name="highlights",
    about=(
        "Single published facts on what is traded; `structure_statement` rows carry words, not"
        " numbers."
    ),
    key=("exporter", "importer", "period", "item", "unit", "source_id"),
    sources=("source_id",),
    schema=c.schema(
        exporter=c.choice("where the goods come from", PARTIES),
        importer=c.choice("where the goods go", PARTIES),
        period=c.period("period"),
        topic=c.choice("what it is about, to filter by", TOPICS),
        item=c.text("the goods, in our words"),
        value=c.number("value or quantity as published", pa.Check.ge(0), empty=True, unit="`unit`"),
        value_precision=c.number(
            "rounding unit of the value", pa.Check.gt(0), empty=True, unit="`unit`"
        ),
        unit=c.choice("unit of the value: dollars, yuan, tonnes or pieces", UNITS, empty=True),
        rounding=c.choice("how the value was rounded, as in `trade`", ROUNDINGS),
        growth=c.number(
            "change on the same period of the year before",
            pa.Check.gt(-1),
            empty=True,
            unit="fraction",
        ),
        growth_precision=c.number(
            "rounding unit of the growth", pa.Check.gt(0), empty=True, unit="fraction"
        ),
        **_share(),
        source_id=c.text("who published it, separated by `;`", refers_to="sources"),
        note=c.text("anything else a reader should know", empty=True),
    ),
)

HS_CHAPTERS = TableSpec(
    name="hs_chapters",
    about=(
        "Chapters of the Harmonized System with their section and a commodity grouping. High-tech"
        " goods cannot be told apart by chapter: chapters 84, 85 and 90 (`core`) hold most of the"
        " listed ones and much else, and some lie in other chapters (`possible`)."
    ),
    key=("chapter",),
    sources=("source_id", "group_source", "high_tech_source"),
    schema=c.schema(
        chapter=c.text("chapter with its leading zero", pa.Check.isin(CHAPTERS)),
        name=c.text("name in the HS 2022 list"),
        short_name=c.text("label for charts, our words"),
        section=c.choice(
            "section in Arabic numerals with a leading zero, 01 to 21 (XVI is 16); 99 for the"
            " chapters outside the sections",
            SECTIONS,
        ),
        section_name=c.text("name of the section"),
        section_short=c.text("label for charts, our words"),
        group=c.choice(
            "commodity group: one product group of the World Bank, a part of one, or whole ones"
            " joined",
            GROUPS,
        ),
        group_name=c.text("name of the group"),
        wits_group=c.text("product group of the World Bank (WITS) the chapter belongs to"),
        high_tech=c.choice(
            "core (84, 85, 90: an upper proxy for high-tech machinery, electronics and"
            " instruments), possible (chapters with some listed chemistry, pharmacy, aerospace or"
            " arms) or other",
            HIGH_TECH,
        ),
        source_id=c.text("source of the names", refers_to="sources"),
        group_source=c.text(
            "source of the grouping; for chapters 84 to 89 also of what the Chinese commerce"
            " ministry calls machinery and electronics, which takes in vehicles",
            refers_to="sources",
        ),
        high_tech_source=c.text("sources on high-tech product lists", refers_to="sources"),
    ),
)

SPECS = [COMPOSITION, COMPOSITION_TOTALS, COMPOSITION_GROUPS, HIGHLIGHTS, HS_CHAPTERS]
