"""Tables of the policy side: events, market series, purchase subsidy, purchase tax."""

from __future__ import annotations

import re

import pandera.pandas as pa

from catrade.schemas import columns as c
from catrade.schemas.core import TableSpec
from catrade.schemas.trade import QUALITIES, ROUNDINGS

JURISDICTIONS = ("CHN", "KAZ", "KGZ", "TJK", "TKM", "UZB", "EAEU", "EU")
#: In the order in which charts stack them.
THEMES = (
    "demand_support",
    "industrial_policy",
    "competition_order",
    "technology",
    "safety",
    "trade",
    "infrastructure",
    "heavy_trucks",
)
INSTRUMENTS = (
    "subsidy",
    "tax",
    "mandate",
    "plan",
    "standard",
    "regulation",
    "meeting",
    "trade_measure",
    "market_access",
    "enforcement",
    "summit",
    "statement",
    "pledge",
    "platform",
    "investment",
)
STAGES = (
    "draft",
    "announced",
    "in_force",
    "amended",
    "suspended",
    "ended",
    "held",
    "one_off",
)
PRECISIONS = ("day", "month", "year")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ISSUERS = {
    "AQSIQ": "General Administration of Quality Supervision, Inspection and Quarantine (to 2018)",
    "ASTANA_MOTORS": "Astana Motors",
    "AUTOMAKERS": "car makers acting together",
    "BYD": "BYD",
    "CAAM": "China Association of Automobile Manufacturers",
    "CAB_KGZ": "Cabinet of Ministers of Kyrgyzstan",
    "CAB_UZB": "Cabinet of Ministers of Uzbekistan",
    "CAC": "Cyberspace Administration of China",
    "CN_GOVT": "Chinese central government, body not named in the source",
    "CPC_CC": "Central Committee of the Communist Party of China",
    "CPC_CCDA": "Administration of the organs directly under the CPC Central Committee",
    "CPC_SWD": "Central Social Work Department of the Communist Party of China",
    "CUSTOMS_KGZ": "Customs Service of Kyrgyzstan",
    "EAEU_IGC": "Eurasian Intergovernmental Council",
    "EC": "European Commission",
    "EEC": "Eurasian Economic Commission",
    "GACC": "General Administration of Customs of China",
    "GOVT_TJK": "Government of Tajikistan",
    "HEADS_OF_STATE": "heads of state of the six countries",
    "KGD_KAZ": "State Revenue Committee of Kazakhstan",
    "MARA": "Ministry of Agriculture and Rural Affairs of China",
    "MEDPR_UZB": "Ministry of Economic Development and Poverty Reduction of Uzbekistan",
    "MEE": "Ministry of Ecology and Environment of China",
    "MEGNR_KAZ": "Ministry of Ecology, Geology and Natural Resources of Kazakhstan",
    "MFA": "Ministry of Foreign Affairs of China",
    "MIIT": "Ministry of Industry and Information Technology of China",
    "MOF": "Ministry of Finance of China",
    "MOFCOM": "Ministry of Commerce of China",
    "MOHURD": "Ministry of Housing and Urban-Rural Development of China",
    "MOST": "Ministry of Science and Technology of China",
    "MOT": "Ministry of Transport of China",
    "MPS": "Ministry of Public Security of China",
    "NDRC": "National Development and Reform Commission of China",
    "NEA": "National Energy Administration of China",
    "NEV_JOINT_CONF": "Inter-ministerial joint conference on energy-saving cars and NEVs",
    "NGOA": "National Government Offices Administration of China",
    "NPCSC": "Standing Committee of the National People's Congress of China",
    "NTCAS": "National Technical Committee of Auto Standardization of China",
    "PARL_KAZ": "Parliament of Kazakhstan",
    "PARL_TJK": "Parliament of Tajikistan",
    "PRES_KAZ": "President of Kazakhstan",
    "PRES_KGZ": "President of Kyrgyzstan",
    "PRES_UZB": "President of Uzbekistan",
    "SAMR": "State Administration for Market Regulation of China",
    "STA": "State Taxation Administration of China",
    "STATE_COUNCIL": "State Council of China",
    "STATE_COUNCIL_GO": "General Office of the State Council of China",
    "UZAVTO": "Uzavtosanoat / UzAuto",
}
MARKET_UNITS = ("vehicles", "charging points", "fraction", "USD", "CNY", "days")
SCHEMES = ("pilot_subsidy", "purchase_subsidy", "scrappage_bonus", "trade_in_bonus")
VEHICLE_TYPES = ("BEV", "PHEV", "BEV_PHEV")
BOUNDS = ("exact", "maximum", "minimum")
TAX_RULES = ("exempt", "exempt_to_cap", "half_to_cap")

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def _is_event_id(text: str) -> bool:
    return re.fullmatch(r"(19|20)[0-9]{2}(-[a-z0-9]+)+", text) is not None


def _are_names(text: str) -> bool:
    return all(_NAME.fullmatch(part) for part in text.split(";"))


def _are_issuers(text: str) -> bool:
    return all(part in ISSUERS for part in text.split(";"))


def _truth(description: str) -> pa.Column:
    metadata = {"unit": "true or false", "refers_to": None}
    return pa.Column(bool, nullable=False, description=description, metadata=metadata)


def _quality() -> dict[str, pa.Column]:
    return {
        "quality": c.choice(
            "ok, doubtful (nothing better was found) or rejected (never used)", QUALITIES
        ),
        "quality_reason": c.text("why it is doubtful or rejected; empty if ok", empty=True),
    }


POLICY_EVENTS = TableSpec(
    name="policy_events",
    about=(
        "China's NEV policy and its neighbours' rules on electric cars: one row a stage of a"
        " measure, so that a measure's dates can be told apart. A measure that is not here was not"
        " found, which is not to say that there was none."
    ),
    key=("event_id",),
    sources=("source_ids", "reported_weekday_source"),
    schema=c.schema(
        event_id=c.text("year and name of the event", c.each(_is_event_id, "2026-some-name")),
        measure_id=c.text(
            "the measure whose stage it is; events that belong together share it",
            c.each(_are_names, "lower-case words with hyphens"),
        ),
        measure_title=c.text("name of the measure, the same for all its events, our words"),
        date=c.date(
            "day the event happened: issue, announcement, meeting or first day of effect; only as"
            " exact as the sources are (YYYY or YYYY-MM where the day is not known)"
        ),
        date_precision=c.choice("how exact `date` is", PRECISIONS),
        stage=c.choice(
            "what the event does to its measure: draft (out for comment), announced (decided or"
            " published, not yet in effect), in_force (takes effect), amended (changes or prolongs"
            " it), suspended (stops it for a time), ended (stops it), held (a meeting), one_off (a"
            " statement, penalty, list or permit without lasting effect of its own)",
            STAGES,
        ),
        issued_date=c.date(
            "day the text was signed, adopted or published where that is another than `date`",
            empty=True,
        ),
        effective_date=c.date(
            "first day on which what the event brings applies; required for in_force, amended and"
            " suspended; of an announced event, the day it was announced for",
            empty=True,
        ),
        end_date=c.date(
            "last day on which it applies, as set by this event; empty if none was set. Of a draft,"
            " the end of the time for comments; of a meeting of several days, its last",
            empty=True,
        ),
        supersedes=c.text(
            "measure it replaces, where a source says so; several are separated by `;`",
            c.each(_are_names, "measure ids separated by `;`"),
            empty=True,
        ),
        jurisdiction=c.choice("whose measure it is", JURISDICTIONS),
        issuers=c.text(
            "who issued or held it: " + ", ".join(f"{k} ({v})" for k, v in ISSUERS.items()),
            c.each(_are_issuers, f"of {', '.join(ISSUERS)}, separated by `;`"),
        ),
        title_en=c.text("title of the event in English"),
        title_zh=c.text("Chinese title, where it stood in a page seen", empty=True),
        instrument=c.choice("kind of instrument", INSTRUMENTS),
        theme=c.choice("main aim stated in the source, one an event", THEMES),
        summary=c.text("what it does, our words"),
        value=c.number("one headline number, if it has one", empty=True, unit="`value_unit`"),
        value_unit=c.text("what the number counts", empty=True),
        in_article=_truth("whether the article the project starts from mentions it"),
        landmark=c.text(
            "label of at most five words for the ten to fifteen events a short timeline names;"
            " our choice",
            c.each(lambda label: len(label.split()) <= 5, "at most five words"),
            empty=True,
        ),
        reported_weekday=c.choice(
            "weekday a source gives that is not the weekday of `date`", WEEKDAYS, empty=True
        ),
        reported_weekday_source=c.text("who gives it", empty=True, refers_to="sources"),
        **_quality(),
        source_ids=c.text("sources, separated by `;`", refers_to="sources"),
        note=c.text("where sources disagree, and what else to know", empty=True),
    ),
)

MARKET_SERIES = TableSpec(
    name="market_series",
    about=(
        "Sales, production, exports, stock, chargers and imports of electric cars: one row a"
        " series, jurisdiction, period and source. `nev_*`, `bev_sales`, `phev_sales`, `auto_*`:"
        " wholesale counts of the Chinese makers' association, all vehicle types, exports included"
        " unless the note differs, `*_domestic_sales` without exports, `*_exports_value_cny` what"
        " customs counts; `cpca_*`: passenger cars, by the passenger car association, retail unless"
        " the name differs; `iea_*`: cars, rounded to two digits; `*_passenger_registrations` and"
        " `passenger_car_registrations`: passenger cars as a public data set compiles them, since"
        " 2021 partly from shares in whole per cent; `nev_registrations` and stock: police"
        " register; chargers and stock: at the end of the period. Months are as first published,"
        " January-to-month sums as revised by then, so that they need not add up."
    ),
    key=("series", "jurisdiction", "period", "source_id"),
    sources=("source_id",),
    schema=c.schema(
        series=c.text(
            "what is counted",
            c.each(lambda s: re.fullmatch(r"[a-z0-9_]+", s) is not None, "a_name"),
        ),
        jurisdiction=c.choice("where", JURISDICTIONS),
        period=c.period("year, month, or January to month n (2023-10M)"),
        value=c.number("the figure, written out", pa.Check.ge(0), unit="`unit`"),
        unit=c.choice("unit of the value; shares are fractions", MARKET_UNITS),
        precision=c.number("rounding unit of the figure", pa.Check.gt(0), unit="`unit`"),
        rounding=c.choice(
            "how it was rounded: nearest, floor (over, more than), ceiling (fewer than) or about",
            ROUNDINGS,
        ),
        derived=_truth("whether it is our arithmetic on sourced numbers (the note says which)"),
        **_quality(),
        source_id=c.text("who published it", refers_to="sources"),
        note=c.text("scope, publisher quoted, and what else to know", empty=True),
    ),
)

SUBSIDY_SCHEDULE = TableSpec(
    name="subsidy_schedule",
    about=(
        "Central money a new passenger car by electric range, at the base rate, before multipliers"
        " for energy density and consumption. Bands that are not here were not found. The"
        " scrappage and trade-in bonuses since 2024 are another scheme."
    ),
    key=("period_start", "scheme", "vehicle_type", "range_band"),
    sources=("source_id",),
    schema=c.schema(
        period_start=c.date("first day the amount applies"),
        period_end=c.date("last day the amount applies; empty if open", empty=True),
        scheme=c.choice("which scheme pays", SCHEMES),
        vehicle_type=c.choice("battery cars, plug-in hybrids, or both alike", VEHICLE_TYPES),
        range_band=c.text("band of electric range, or who gets it"),
        range_min_km=c.number(
            "lower end of the band, included", pa.Check.ge(0), empty=True, unit="km"
        ),
        range_max_km=c.number(
            "upper end of the band, not included", pa.Check.gt(0), empty=True, unit="km"
        ),
        amount_cny=c.number("amount for one car", pa.Check.ge(0), unit="yuan"),
        bound=c.choice("whether it is the amount, the most, or the least paid", BOUNDS),
        derived=_truth("whether it is our arithmetic on a published cut (the note says which)"),
        **_quality(),
        source_id=c.text("who published it", refers_to="sources"),
        note=c.text("anything else a reader should know", empty=True),
    ),
)

PURCHASE_TAX_SCHEDULE = TableSpec(
    name="purchase_tax_schedule",
    about="Relief from the vehicle purchase tax of about 10 per cent for NEVs in China, by period.",
    key=("period_start",),
    sources=("source_id",),
    schema=c.schema(
        period_start=c.date("first day of the rule"),
        period_end=c.date("last day of the rule"),
        rule=c.choice(
            "exempt (no tax), exempt_to_cap (no tax up to a cap) or half_to_cap (half the tax is"
            " waived up to a cap)",
            TAX_RULES,
        ),
        relief_share=c.number(
            "part of the tax that is waived", pa.Check.in_range(0, 1), unit="fraction"
        ),
        cap_cny=c.number(
            "most that is waived for one car; empty if there is no cap",
            pa.Check.gt(0),
            empty=True,
            unit="yuan",
        ),
        event_id=c.text("event that brought the rule", refers_to="policy_events"),
        source_id=c.text("who published it", refers_to="sources"),
        note=c.text("anything else a reader should know", empty=True),
    ),
)

SPECS = [POLICY_EVENTS, MARKET_SERIES, SUBSIDY_SCHEDULE, PURCHASE_TAX_SCHEDULE]
