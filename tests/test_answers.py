"""Every figure of every answer sentence, computed again from the CSV files without the library.

The sentence comes from the notebook's own cells. What it must say is worked out here in plain
Python with exact fractions: which row is used (the rule of data/README.md), sums of flows and of
the five, growth, shares, what was in force, which claims hold.
"""

from __future__ import annotations

import calendar
import csv
import datetime as dt
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import pytest

import catrade as ct

ROOT = Path(__file__).resolve().parent.parent
FIVE = ("KAZ", "KGZ", "TJK", "TKM", "UZB")
NAMES = {
    "CA5": "Central Asia",
    **dict(
        zip(
            FIVE,
            ("Kazakhstan", "Kyrgyzstan", "Tajikistan", "Turkmenistan", "Uzbekistan"),
            strict=True,
        )
    ),
}


# --- the sentence -------------------------------------------------------------------------------


class _Answered(Exception):
    pass


@cache
def _answers() -> dict[str, str]:
    """Run each report's cells up to its answer and return the sentence by notebook and value."""
    plan = tomllib.loads((ROOT / "notebooks" / "reports.toml").read_text(encoding="utf-8"))
    found: dict[str, str] = {}
    for report in plan["report"]:
        notebook = nbformat.read(ROOT / "notebooks" / f"{report['notebook']}.ipynb", 4)
        asked = report.get("parameters", {})
        name = " ".join([report["notebook"], *map(str, asked.values())])
        found[name] = _answer_of(notebook, asked)
    return found


def _answer_of(notebook: Any, parameters: dict[str, Any]) -> str:
    said: list[str] = []

    def keep(sentence: str) -> None:
        said.append(sentence)
        raise _Answered

    patch = pytest.MonkeyPatch()
    patch.setattr(ct.display, "answer", keep)
    names: dict[str, Any] = {}
    try:
        for cell in notebook.cells:
            if cell.cell_type == "code":
                exec(compile(cell.source, "cell", "exec"), names)
                if "parameters" in cell.metadata.get("tags", []):
                    names.update(parameters)
    except _Answered:
        return said[0]
    finally:
        patch.undo()
    message = "the notebook gives no answer"
    raise AssertionError(message)


def _answer(*start: str) -> str:
    return next(text for name, text in _answers().items() if name == " ".join(start))


# --- the tables ---------------------------------------------------------------------------------


@cache
def _table(name: str) -> tuple[dict[str, str], ...]:
    with (ROOT / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as source:
        return tuple(csv.DictReader(source))


class Figure(NamedTuple):
    value: Fraction
    low: Fraction
    high: Fraction
    quality: str = "ok"
    row: dict[str, str] | None = None


def _rounded(value: str, unit: str, rounding: str) -> tuple[Fraction, Fraction, Fraction]:
    down, up = {"nearest": (1, 1), "floor": (0, 2), "ceiling": (2, 0), "about": (2, 2)}[rounding]
    number, half = Fraction(value), Fraction(unit) / 2
    return number, max(Fraction(0), number - down * half), number + up * half


KIND = {"official": 0, "dataset": 1, "official_statement": 2, "research": 2, "press": 2}


@cache
def _published(reporter: str, partner: str, period: str, flow: str) -> Figure | None:
    """Choose a row: ok, in dollars, official, narrow, new."""
    rates = {(row["currency"], row["period"]): row for row in _table("exchange_rates")}
    sources = {row["source_id"]: row for row in _table("sources")}
    wanted = {"reporter": reporter, "partner": partner, "period": period, "flow": flow}
    found = []
    for row in _table("trade"):
        if row["quality"] == "rejected" or any(row[k] != v for k, v in wanted.items()):
            continue
        value, low, high = _rounded(row["value"], row["precision"], row["rounding"])
        if row["currency"] != "USD":
            rate = rates.get((row["currency"], period))
            if rate is None:
                continue
            value, low = value / Fraction(rate["rate"]), low / Fraction(rate["high"])
            high = high / Fraction(rate["low"])
        found.append(Figure(value, low, high, row["quality"], row))

    def source(figure: Figure) -> dict[str, str]:
        assert figure.row is not None
        return sources[figure.row["source_id"]]

    found.sort(key=lambda figure: source(figure)["source_id"])
    found.sort(key=lambda figure: source(figure)["published"], reverse=True)
    found.sort(
        key=lambda figure: (
            figure.quality != "ok",
            (figure.row or {})["currency"] != "USD",
            KIND[source(figure)["kind"]],
            figure.high - figure.low,
        )
    )
    return found[0] if found else None


def _sum(parts: Iterable[Figure | None]) -> Figure | None:
    held = list(parts)
    if not all(held):
        return None
    known = [part for part in held if part]
    worst = "ok" if all(part.quality == "ok" for part in known) else "doubtful"
    ends = [sum((part[place] for part in known), Fraction(0)) for place in range(3)]
    return Figure(ends[0], ends[1], ends[2], worst)


def _better(there: Figure | None, computed: Figure | None) -> Figure | None:
    """Published wins, unless it alone is doubtful, or the sum is the same with more digits."""
    if there is None or computed is None:
        return there or computed
    if there.quality == "doubtful" and computed.quality == "ok":
        return computed
    within = there.low <= computed.low and computed.high <= there.high
    finer = computed.high - computed.low < Fraction(99, 100) * (there.high - there.low)
    sound = computed.quality == "ok" or there.quality != "ok"
    return computed if within and finer and sound else there


@cache
def _cell(reporter: str, partner: str, period: str, flow: str) -> Figure | None:
    """Return the figure of a cell: published, else exports + imports, else the five added up."""
    figure = _published(reporter, partner, period, flow)
    ends = (reporter, partner)
    if "CA5" not in ends:
        if flow == "total":
            figure = _better(figure, _sum(_cell(*ends, period, f) for f in ("export", "import")))
        return figure
    members = [tuple(one if end == "CA5" else end for end in ends) for one in FIVE]
    five = _sum(_cell(one[0], one[1], period, flow) for one in members)
    if flow != "total":
        return _better(figure, five)
    flows = _sum(_cell(*ends, period, f) for f in ("export", "import"))
    return _better(_better(figure, flows), five)


# --- how numbers are printed --------------------------------------------------------------------


def _places(printed: str) -> int:
    return len(printed.partition(".")[2])


def _at(number: Fraction, places: int) -> Decimal:
    exact = Decimal(number.numerator) / Decimal(number.denominator)
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _number(printed: str) -> Decimal:
    return Decimal(printed.replace(",", "").replace("−", "-"))


def _same(printed: str, number: Fraction) -> None:
    assert _number(printed) == _at(number, _places(printed)), f"{printed} is not {float(number)}"


def _borne(printed: str, figure: Figure, scale: Fraction, *, about: bool) -> None:
    """Require the value at the digits printed, and that the interval bears the last of them."""
    _same(printed, figure.value * scale)
    unit = Decimal(1).scaleb(-_places(printed))
    for end in (figure.low, figure.high):
        apart = abs(_at(end * scale, _places(printed)) - _number(printed))
        assert apart <= unit or about, f"{printed} has more digits than {float(end * scale)} bears"


AMOUNT = re.compile(r"(about )?\$([\d.,]+) (billion|million)")
RATE = re.compile(r"(up|down) (?:(about )?([\d.]+) %|between ([\d.]+) % and ([\d.]+) %)")
ALLOWS = re.compile(r"rounding allows ([\d.]+) to ([\d.]+) %")


def _check_amount(text: str, figure: Figure | None) -> None:
    match = AMOUNT.match(text)
    assert match, text
    assert figure is not None, text
    scale = Fraction(1, 10**9 if match[3] == "billion" else 10**6)
    _borne(match[2], figure, scale, about=bool(match[1]))


def _growth(new: Figure, base: Figure) -> tuple[Figure, bool]:
    """Return growth, and whether it is the publisher's own because ours contradicts it."""
    ours = Figure(new.value / base.value - 1, new.low / base.high - 1, new.high / base.low - 1)
    if new.row and new.row["growth_printed"]:
        printed, unit = (Fraction(new.row[k]) for k in ("growth_printed", "growth_precision"))
        if printed - unit > ours.high or printed + unit < ours.low:
            return Figure(printed, printed - unit / 2, printed + unit / 2), True
    return ours, False


def _check_rate(text: str, new: Figure, base: Figure) -> None:
    rate, printed = _growth(new, base)
    if rate.low <= 0 <= rate.high:
        assert "unchanged within rounding" in text
        return
    match = RATE.search(text)
    assert match, text
    assert match[1] == ("up" if rate.value > 0 else "down")
    ends = sorted([abs(rate.low), abs(rate.high)])
    if match[3]:
        _borne(match[3], Figure(abs(rate.value), *ends), Fraction(100), about=bool(match[2]))
    else:
        _same(match[4], ends[0] * 100)
        _same(match[5], ends[1] * 100)
    assert ("as its publisher prints it" in text) == printed
    if allows := ALLOWS.search(text):
        _same(allows[1], ends[0] * 100)
        _same(allows[2], ends[1] * 100)


# --- trade growth -------------------------------------------------------------------------------

TRADE = re.compile(
    r"By China's statistics, China's trade with (?P<name>[\w ]+) was (?P<total>.+?) in 2025"
    r", (?P<growth>.+? on 2024.*?)"
    r"(?:: China's exports (?P<export>.+?) \((?P<export_growth>.+?)\)"
    r" and its imports (?P<import>.+?) \((?P<import_growth>.+?)\)"
    r"|; no source gives exports and imports apart for that year)\."
)


@pytest.mark.parametrize("partner", NAMES)
def test_trade_growth(partner: str) -> None:
    match = TRADE.fullmatch(_answer("trade_growth", partner))
    assert match
    assert match["name"] == NAMES[partner]
    assert _cell("CHN", partner, "2026", "total") is None  # 2025 is the newest
    for flow, growth in (
        ("total", "growth"),
        ("export", "export_growth"),
        ("import", "import_growth"),
    ):
        new, base = (_cell("CHN", partner, year, flow) for year in ("2025", "2024"))
        if not match[flow]:
            assert new is None
            continue
        _check_amount(match[flow], new)
        assert new is not None
        assert base is not None
        _check_rate(match[growth], new, base)


def test_the_rows_behind_the_region_are_those_of_the_announcement() -> None:
    # 106.3 = 71.2 + 35.1 billion for 2025, 94.82 for 2024: the anchors of the announcement
    for flow, value in (("total", 106.3), ("export", 71.2), ("import", 35.1)):
        figure = _cell("CHN", "CA5", "2025", flow)
        assert figure is not None
        assert float(figure.value) == value * 1e9
    base = _cell("CHN", "CA5", "2024", "total")
    assert base is not None
    assert float(base.value) == 94.82e9


# --- composition --------------------------------------------------------------------------------

LARGEST = re.compile(
    r"The largest parts of China's (?P<way>exports to|imports from) (?P<name>\w+) in (?P<year>\d+),"
    r" by (?P<book>\w+)'s statistics, were (?P<parts>[^.]*(?:\.\d[^.]*)*)\."
)
PART = re.compile(r"(?:^|, | and )(?P<name>[^(]+?) \((?P<share>[\d.]+) %\)")
OLD = re.compile(
    r"(?:had|and) (?P<label>[^;]+?) at (?P<share>[\d.]+) % of"
    r" (?P<whose>China's exports|its imports)"
)


def _flow_of(way: str, partner: str) -> tuple[str, str]:
    return ("CHN", partner) if "exports" in way else (partner, "CHN")


def _check_largest(match: re.Match[str], partner: str) -> None:
    exporter, importer = _flow_of(match["way"], partner)
    reporter = next(code for code, name in NAMES.items() if name == match["book"])
    rows = [
        row
        for row in _table("composition")
        if (row["exporter"], row["importer"], row["reporter"]) == (exporter, importer, reporter)
    ]
    assert match["year"] == max(row["year"] for row in rows)
    newest = [row for row in rows if row["year"] == match["year"]]
    whole = sum(Fraction(row["value_usd"]) for row in newest)
    newest.sort(key=lambda row: Fraction(row["value_usd"]), reverse=True)
    names = {row["chapter"]: row["short_name"] for row in _table("hs_chapters")}
    printed = [(part["name"], part["share"]) for part in PART.finditer(match["parts"])]
    assert len(printed) == 3
    for (name, share), row in zip(printed, newest, strict=False):
        expected = names[row["hs_chapter"]]
        assert name == expected[:1].lower() + expected[1:]
        _same(share, Fraction(row["value_usd"]) / whole * 100)


def _check_old(match: re.Match[str], partner: str) -> None:
    exporter, importer = _flow_of(match["whose"], partner)
    rows = [
        row
        for row in _table("composition_groups")
        if (row["exporter"], row["importer"], row["classification"])
        == (exporter, importer, "SITC1")
    ]
    newest = [row for row in rows if row["period"] == max(r["period"] for r in rows)]
    assert newest[0]["period"] == "2015"
    top = max(newest, key=lambda row: Fraction(row["share"]))
    assert match["label"].endswith(top["label"][:1].lower() + top["label"][1:])
    _same(match["share"], Fraction(top["share"]) * 100)


@pytest.mark.parametrize("partner", FIVE)
def test_composition(partner: str) -> None:
    text = _answer("trade_composition", partner)
    checked = 0
    for match in LARGEST.finditer(text):
        _check_largest(match, partner)
        checked += 1 + len(PART.findall(match["parts"]))  # a year and three shares
    rest = LARGEST.sub("", text)
    if rest.strip():
        assert "of 2015, had " in rest
        checked += 1
    for match in OLD.finditer(rest):
        _check_old(match, partner)
        checked += 1
    if gold := re.search(r"in (\d+), (\d+) % of what China bought was gold", rest):
        facts = [
            row
            for row in _table("highlights")
            if (row["exporter"], row["importer"], row["topic"]) == (partner, "CHN", "gold")
            and row["share"]
        ]
        newest = max(facts, key=lambda row: row["period"])
        assert gold[1] == newest["period"]
        _same(gold[2], Fraction(newest["share"]) * 100)
        # 4.95 billion of gold in 5.2 billion of imports from Kyrgyzstan
        imports = _cell("CHN", partner, gold[1], "import")
        assert imports is not None
        _same(gold[2], Fraction(newest["value"]) / imports.value * 100)
        checked += 2
    assert checked == len(re.findall(r"\d+(?:\.\d+)?", text)), "a figure was not checked"


# --- policy on new energy vehicles --------------------------------------------------------------


def _days(text: str) -> tuple[dt.date, dt.date]:
    year, month, day = (*map(int, text.split("-")), 0, 0)[:3]
    last_month = month or 12
    last = day or calendar.monthrange(year, last_month)[1]
    return dt.date(year, month or 1, day or 1), dt.date(year, last_month, last)


def _in_force(events: list[dict[str, str]], day: dt.date, *, willing: bool) -> bool:
    """Say whether a measure is in force, every inexact date read for it (willing) or against it."""

    def read(dates: tuple[dt.date, dt.date], early: bool) -> dt.date:
        return dates[0 if early == willing else 1]

    begun = []
    for event in sorted(events, key=lambda e: (_days(e["issued_date"] or e["date"])[0], e["from"])):
        ends = event["kind"] in ("ended", "suspended")
        if read(_days(event["from"]), early=not ends) + dt.timedelta(int(event["wait"])) <= day:
            begun.append(event)
    if not begun or begun[-1]["kind"] == "ended":
        return False
    last = begun[-1]
    until = [event["end_date"] for event in reversed(begun)]
    if last["kind"] == "suspended":
        # Whether it came back after the suspension is not known.
        return willing and bool(last["end_date"]) and day > _days(last["end_date"])[0]
    if last["end_date"]:
        return day <= read(_days(last["end_date"]), early=False)
    if willing:
        return True
    # An amendment that sets no end leaves the one before it.
    for event, end in zip(reversed(begun), until, strict=True):
        if event["kind"] in ("ended", "suspended"):
            return True
        if end:
            return day <= read(_days(end), early=False)
    return True


def _stages(everything: Iterable[dict[str, str]]) -> dict[str, list[dict[str, str]]]:
    """Return what begins or ends each measure, with the day it does so."""
    stages: dict[str, list[dict[str, str]]] = defaultdict(list)
    for event in everything:
        kind, effect = event["stage"], event["effective_date"]
        if kind in ("in_force", "amended", "announced", "suspended") and effect:
            stages[event["measure_id"]].append({**event, "kind": kind, "from": effect, "wait": "0"})
        elif kind == "ended" and event["end_date"]:
            ended = {**event, "kind": kind, "from": event["end_date"], "wait": "1", "end_date": ""}
            stages[event["measure_id"]].append(ended)
        for other in filter(None, event["supersedes"].split(";")):
            if effect:
                over = {**event, "kind": "ended", "from": effect, "wait": "0", "end_date": ""}
                stages[other].append(over)
    return stages


NEV = re.compile(
    r"From (\d+) to (\d+) the tables hold (\d+) events in (\d+) measures; on (\d+ \w+ \d+) (\d+)"
    r" measures and perhaps (\d+) more were in force, and a buyer of an NEV in China had half the"
    r" purchase tax waived, up to ([\d,]+) yuan\. NEVs were ([\d.]+) % of car sales in (\d+)\."
)


@pytest.mark.parametrize("years", [(2009, 2026), (2025, 2026)])
def test_policy(years: tuple[int, int]) -> None:
    match = NEV.fullmatch(_answer("nev_policy_timeline", *map(str, years)))
    assert match
    assert (int(match[1]), int(match[2])) == years
    everything = _table("policy_events")
    shown = [event for event in everything if years[0] <= int(event["date"][:4]) <= years[1]]
    assert int(match[3]) == len(shown)
    measures = {event["measure_id"] for event in shown}
    assert int(match[4]) == len(measures)
    newest = max(_days(event["date"])[1] for event in everything)
    day = min(newest, dt.date(years[1], 12, 31))
    assert match[5] == f"{day.day} {day:%B %Y}"
    # In force are also measures without an event in these years.
    stages = _stages(everything)
    likely = [m for m, events in stages.items() if _in_force(events, day, willing=True)]
    certain = [m for m, events in stages.items() if _in_force(events, day, willing=False)]
    assert set(certain) <= set(likely)
    assert int(match[6]) == len(certain)
    assert int(match[7]) == len(likely) - len(certain)
    (tax,) = (
        row
        for row in _table("purchase_tax_schedule")
        if row["period_start"] <= day.isoformat() <= row["period_end"]
    )
    assert (tax["rule"], float(tax["relief_share"])) == ("half_to_cap", 0.5)
    assert match[8] == f"{int(tax['cap_cny']):,}"
    nev, cars = (_cars(name, match[10]) for name in ("nev_sales", "auto_sales"))
    share = Figure(nev.value / cars.value, nev.low / cars.high, nev.high / cars.low)
    _borne(match[9], share, Fraction(100), about=False)
    later = [
        r for r in _table("market_series") if r["series"] == "nev_sales" and r["period"] == "2026"
    ]
    assert match[10] == "2025"
    assert not later


def _cars(series: str, period: str) -> Figure:
    rows = [
        row
        for row in _table("market_series")
        if (row["series"], row["jurisdiction"], row["period"]) == (series, "CHN", period)
    ]
    best = min(rows, key=lambda row: (row["quality"] != "ok", Fraction(row["precision"])))
    return Figure(*_rounded(best["value"], best["precision"], best["rounding"]))


# --- the two sets of books ----------------------------------------------------------------------

MIRROR = re.compile(
    r"In (?P<year>\d+) China's books show trade of (?P<china>.+?) with Central Asia, the five's own"
    r" (?P<own>.+?): (?P<ratio>[\d.]+) times as much, \+\$(?P<gap>[\d.]+) billion \(China's exports"
    r" (?P<export>[\d.]+) times and China's imports (?P<import>[\d.]+) times the partner's"
    r" figure\)\."
)


def test_mirror() -> None:
    match = MIRROR.fullmatch(_answer("mirror_statistics", "CA5"))
    assert match
    year = match["year"]
    newest = [y for y in range(1992, 2027) if all(_both(str(y), "total"))]
    assert int(year) == newest[-1]
    china, own = _both(year, "total")
    _check_amount(match["china"], china)
    _check_amount(match["own"], own)
    assert china is not None
    assert own is not None
    _ratio(match["ratio"], china, own)
    gap = Figure(china.value - own.value, china.low - own.high, china.high - own.low)
    _borne(match["gap"], gap, Fraction(1, 10**9), about=False)
    for flow in ("export", "import"):
        one, other = _both(year, flow)
        assert one is not None
        assert other is not None
        _ratio(match[flow], one, other)


def _both(year: str, flow: str) -> tuple[Figure | None, Figure | None]:
    other = {"export": "import", "import": "export"}.get(flow, flow)
    return _cell("CHN", "CA5", year, flow), _cell("CA5", "CHN", year, other)


def _ratio(printed: str, one: Figure, other: Figure) -> None:
    ratio = Figure(one.value / other.value, one.low / other.high, one.high / other.low)
    _borne(printed, ratio, Fraction(1), about=False)


# --- the claims ---------------------------------------------------------------------------------

HOLDS, ROUNDING, FAILS, UNKNOWN = "hold", "hold within rounding", "do not hold", "cannot be checked"


def _against(computed: Figure | None, claim: dict[str, str]) -> str:
    """Compare what the figures allow with what the claim allows."""
    if computed is None:
        return UNKNOWN
    value = Fraction(claim["value"])
    if claim["rounding"] == "above":
        return HOLDS if computed.low > value else ROUNDING if computed.high > value else FAILS
    _, low, high = _rounded(claim["value"], claim["precision"], claim["rounding"])
    if claim["unit"] != "USD":
        low = value - (value - low if low else Fraction(claim["precision"]) / 2)
    if low <= computed.low and computed.high <= high:
        return HOLDS
    return ROUNDING if computed.low <= high and low <= computed.high else FAILS


def _change(one: str, other: str, period: str, flow: str) -> Figure | None:
    new = _cell(one, other, period, flow)
    base = _cell(one, other, str(int(period) - 1), flow)
    return _growth(new, base)[0] if new and base else None


def _ahead(reporters: tuple[str, str], partner: str, year: str) -> bool | None:
    """Say whether China's trade with a country was surely above its rival's; None if unknown.

    `reporters` are (CHN, rival) for each partner's own books, (country, country) for the country's.
    """
    if reporters[0] == "CHN":
        china, rival = (_cell(one, partner, year, "total") for one in reporters)
    else:
        china, rival = (_cell(partner, one, year, "total") for one in ("CHN", reporters[1]))
    return china.low > rival.high if china and rival else None


def _trade_claim(claim: dict[str, str], books: str) -> str:
    own, flow = books == "partner", claim["flow"]
    partner, year = claim["partner"], claim["period"]
    ends = (partner, "CHN") if own else ("CHN", partner)
    mirrored = {"export": "import", "import": "export"}.get(flow, flow) if own else flow
    rival = claim["terms"].split(";")[0]
    sides = ("own" if own else "CHN", rival)
    match claim["kind"]:
        case "level":
            return _against(_cell(*ends, year, mirrored), claim)
        case "growth":
            return _against(_change(*ends, year, mirrored), claim)
        case "growth_difference":
            now = _change(*ends, year, mirrored)
            before = _change(*ends, claim["base_period"], mirrored)
            if not (now and before):
                return UNKNOWN
            apart = Figure(now.value - before.value, now.low - before.high, now.high - before.low)
            return _against(apart, claim)
        case "sum":
            return _against(_sum(_cell(*ends, year, f) for f in ("export", "import")), claim)
        case "rank_among_partners":
            countries = FIVE if claim["scope"] == "each" else (partner,)
            leads = [_ahead(sides, country, year) for country in countries]
            return UNKNOWN if None in leads else HOLDS if all(leads) else FAILS
        case "first_year_of_lead":
            countries = FIVE if claim["scope"] == "each" else (partner,)
            earlier = [
                y
                for y in range(1992, int(year))
                if all(_ahead(sides, country, str(y)) for country in countries)
            ]
            return FAILS if earlier else UNKNOWN
    return UNKNOWN  # no table of the region's goods in 2025 is held


def _event_claim(claim: dict[str, str]) -> str:
    events = {event["event_id"]: event for event in _table("policy_events")}
    event, terms = events.get(claim["event_id"], {}), claim["terms"].split(";")
    match claim["kind"]:
        case "event_weekday":
            true = f"{_days(event['date'])[0]:%A}" == terms[0]
        case "event_issuer":
            true = set(terms) <= set(event["issuers"].split(";"))
        case "event_issuer_count":
            true = len(event["issuers"].split(";")) == int(claim["value"])
        case "event_count":
            true = Fraction(event["value"]) == Fraction(claim["value"])
        case "event_gap":
            days = (_days(event["date"])[0] - _days(events[terms[0]]["date"])[0]).days
            most = int(claim["value"])
            true = 0 <= days <= most if claim["rounding"] == "below" else days == most
        case "event_mentions":
            said = f"{event['title_en']} {event['summary']}".casefold()
            return HOLDS if all(term.casefold() in said for term in terms) else UNKNOWN
        case _:
            return UNKNOWN
    return HOLDS if true else FAILS


def _verdicts(document: str) -> Iterator[tuple[dict[str, str], str]]:
    """Yield each claim with the best verdict that any set of books allows."""
    order = (HOLDS, ROUNDING, FAILS, UNKNOWN)
    for claim in _table("claims"):
        if claim["document"] != document:
            continue
        if claim["books"]:
            each = [_trade_claim(claim, books) for books in claim["books"].split(";")]
            yield claim, min(each, key=order.index)
        else:
            yield claim, _event_claim(claim)


@pytest.mark.parametrize("document", ["dailymail-2026-01", "stheadline-mofcom-2026"])
def test_claims(document: str) -> None:
    text = _answer("claim_check", document)
    judged = list(_verdicts(document))
    counts = re.fullmatch(r"Of (\d+) claims of (.+?), (\d+ hold.+?)\. Not holding: (.+)\.", text)
    assert counts
    assert int(counts[1]) == len(judged)
    printed = {
        verdict: int(number)
        for number, verdict in re.findall(
            r"(\d+) (holds? within rounding|do(?:es)? not hold|cannot be checked|holds?)", counts[3]
        )
    }
    normal = {"holds": HOLDS, "holds within rounding": ROUNDING, "does not hold": FAILS}
    told = {normal.get(verdict, verdict): number for verdict, number in printed.items()}
    worked_out = {
        v: sum(verdict == v for _, verdict in judged) for v in (HOLDS, ROUNDING, FAILS, UNKNOWN)
    }
    assert told == {verdict: number for verdict, number in worked_out.items() if number}
    wrong = [claim["statement"] for claim, verdict in judged if verdict == FAILS]
    places = [counts[4].find(statement[1:]) for statement in wrong]
    assert all(one < other for one, other in pairwise([-1, *places]))
    assert len(counts[4]) <= sum(map(len, wrong)) + 6 * len(wrong)


def test_every_report_of_the_plan_has_a_test_here() -> None:
    tested = {
        *(f"trade_growth {partner}" for partner in NAMES),
        *(f"trade_composition {partner}" for partner in FIVE),
        *("nev_policy_timeline 2009 2026", "nev_policy_timeline 2025 2026"),
        *("claim_check dailymail-2026-01", "claim_check stheadline-mofcom-2026"),
        "mirror_statistics CA5",
    }
    assert set(_answers()) == tested
