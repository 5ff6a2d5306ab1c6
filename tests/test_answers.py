"""Every figure of the trade reports' answers, computed again from the CSV files alone."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from fractions import Fraction

import pytest
from by_hand import (
    FIVE,
    NAMES,
    Figure,
    answer,
    cell_of,
    check_amount,
    check_rate,
    growth_of,
    planned,
    rows_of,
    same,
)

# --- trade growth -------------------------------------------------------------------------------


TRADE = re.compile(
    r"China counts (?P<total>.+?) of trade with (?P<name>[\w ]+) in 2025, "
    r"(?P<growth>.+? than in 2024)"
)


@pytest.mark.parametrize("partner", NAMES)
def test_trade_growth(partner: str) -> None:
    match = TRADE.match(answer("trade_growth", partner))
    assert match
    assert match["name"] == NAMES[partner]
    cell = ("CHN", partner, "2025", "total")
    assert cell_of("CHN", partner, "2026", "total") is None  # 2025 is the newest
    check_amount(match["total"], cell_of(*cell))
    check_rate(match["growth"], growth_of(*cell))


def test_the_rows_behind_the_region_are_those_of_the_announcement() -> None:
    # 106.3 = 71.2 + 35.1 billion for 2025; 94.82 for 2024 is what its flows have overruled
    anchors = [("2025", "total", 106.3), ("2025", "export", 71.2)]
    anchors += [("2025", "import", 35.1), ("2024", "total", 94.87)]
    for year, flow, value in anchors:
        figure = cell_of("CHN", "CA5", year, flow)
        assert figure is not None
        # imports are those from each of the five in yuan, which say the same with more digits
        assert figure.value == pytest.approx(value * 1e9, abs=0.05e9)


# --- composition --------------------------------------------------------------------------------


#: Our words for the product groups, by their range of chapters.
NAMES_OF_GROUPS = {
    "01-05": "Animal products",
    "06-15": "Plants, fats and oils",
    "16-24": "Food, drink and tobacco",
    "25-26": "Ores, stone and cement",
    "27": "Mineral fuels",
    "28-38": "Chemicals",
    "39-40": "Plastics and rubber",
    "41-43": "Leather and furs",
    "44-49": "Wood and paper",
    "50-63": "Textiles and clothing",
    "64-67": "Footwear and headgear",
    "68-71": "Stone, glass, precious metals",
    "72-83": "Base metals",
    "84-85": "Machinery and electronics",
    "86-89": "Vehicles and transport",
    "90-99": "Other goods",
}
MONEY = r"\$[\d.]+ (?:billion|million)"
LARGEST = re.compile(
    rf"(?:To|From) (?P<name>\w+) China (?P<way>sells|buys) (?P<good>[^:]+) above all:"
    rf" (?P<value>{MONEY}) of (?P<whole>{MONEY}) in (?P<year>\d{{4}}) by (?P<book>\w+)’s statistics"
    rf"(?: \((?P<other>\w+) counts (?P<theirs>{MONEY})(?P<all> in all)?\))?"
    r"(?:; (?P<riser>[^;]+?) rose from (?P<start>[\d.]+)% of it in (?P<first>\d+) to"
    r" (?:(?P<most>[\d.]+)% in (?P<peak>\d+), then fell to )?(?P<end>[\d.]+)%)?"
    r"(?:; (?P<old>[^;]+?) led in (?P<before>\d+) \((?P<was>[\d.]+)%, then (?P<now>[\d.]+)%\))?\."
)
PUBLISHED = re.compile(
    rf"In (?P<year>\d{{4}}) China bought (?P<item>[\w ]+?) from (?P<name>\w+)"
    rf"(?P<nearly> and little else)?: (?P<value>{MONEY}) of imports of (?P<whole>{MONEY}),"
    r" (?P<by>[^.]+)\."
)
BURST = re.compile(
    rf"For (?P<count>\d+) months China bought (?P<item>\w+) from (?P<name>\w+): from"
    r" (?P<first>\w+ \d{4}) to (?P<last>\w+ \d{4}) its imports were (?P<run>[\d.]+) billion yuan,"
    r" in the (?P<since>\d+) months since (?P<rest>[\d.]+) billion yuan for goods of all kinds\. Of"
    rf" (?P<whole>{MONEY}) in (?P<year>\d{{4}}) \w+ was (?P<value>{MONEY}), (?P<by>[^.]+)\."
)
Row = dict[str, str]


def _chapters(exporter: str, importer: str, reporter: str) -> list[Row]:
    return [
        row
        for row in rows_of("composition")
        if (row["exporter"], row["importer"], row["reporter"])
        == (exporter, importer, reporter)
        and row["coverage"] != "partial"
    ]


SECTIONS = {row["section_short"] for row in rows_of("hs_chapters")}


def _items(
    exporter: str, importer: str, reporter: str, year: str, good: str
) -> dict[str, Fraction]:
    """Return values by name: of chapters or sections, as the good told is, else of groups."""
    if rows := _chapters(exporter, importer, reporter):
        short = "section_short" if good in SECTIONS else "short_name"
        names = {row["chapter"]: row[short] for row in rows_of("hs_chapters")}
        sums: dict[str, Fraction] = defaultdict(Fraction)
        for row in rows:
            if row["year"] == year:
                sums[names[row["hs_chapter"]]] += Fraction(row["value_usd"])
        return sums
    wanted = (exporter, importer, reporter, "WITS16", year)
    keys = ("exporter", "importer", "reporter", "classification", "period")
    rows = [
        row
        for row in rows_of("composition_groups")
        if tuple(row[k] for k in keys) == wanted
    ]
    return {NAMES_OF_GROUPS[row["code"]]: Fraction(row["value_usd"]) for row in rows}


def _told(text: str, value: Fraction) -> None:
    """Require dollars as a table's are told: a tenth of a billion, or a whole million."""
    printed, word = re.fullmatch(r"\$([\d.]+) (\w+)", text).groups()  # type: ignore[union-attr]
    assert ("." in printed) == (word == "billion")
    same(printed, value / (10**9 if word == "billion" else 10**6))


def _check_largest(match: re.Match[str]) -> int:
    codes = {name: code for code, name in {**NAMES, "CHN": "China"}.items()}
    partner, book = codes[match["name"]], codes[match["book"]]
    flow = ("CHN", partner) if match["way"] == "sells" else (partner, "CHN")
    told = match["good"][:1].upper() + match["good"][1:]
    items = _items(*flow, book, match["year"], told)
    whole, value = sum(items.values()), max(items.values())
    assert {match["good"], match["good"].capitalize()} & {
        k for k, v in items.items() if v == value
    }
    _told(match["value"], value)
    _told(match["whole"], Fraction(whole))
    if match["other"]:
        other = codes[match["other"]]
        if match["all"]:
            theirs = cell_of(
                "CHN",
                partner,
                match["year"],
                "export" if flow[0] == "CHN" else "import",
            )
            assert theirs is not None
            _told(match["theirs"], theirs.value)
        else:
            _told(
                match["theirs"],
                _items(*flow, other, match["year"], told)[told],
            )
    if match["riser"]:
        then = _items(*flow, book, match["first"], told)
        assert match["first"] == min(row["year"] for row in _chapters(*flow, book))
        rises = {
            name: (then.get(name, Fraction(0)) / sum(then.values()), value / whole)
            for name, value in items.items()
        }
        name, ends = max(rises.items(), key=lambda rise: rise[1][1] - rise[1][0])
        assert name == match["riser"].capitalize()
        same(match["start"], ends[0] * 100)
        same(match["end"], ends[1] * 100)
    if match["most"]:
        at_peak = _items(*flow, book, match["peak"], told)
        name = match["riser"].capitalize()
        same(match["most"], at_peak[name] / sum(at_peak.values()) * 100)
    if match["old"]:
        then = _items(*flow, book, match["before"], told)
        name = match["old"].capitalize()
        assert int(match["before"]) == int(match["year"]) - 1
        assert then[name] == max(then.values())
        same(match["was"], then[name] / sum(then.values()) * 100)
        same(match["now"], items[name] / whole * 100)
    more = bool(match["other"]) + 3 * bool(match["riser"])
    return 3 + more + 2 * bool(match["most"]) + 3 * bool(match["old"])


def _check_published(match: re.Match[str]) -> int:
    partner = next(code for code, name in NAMES.items() if name == match["name"])
    facts = [
        row
        for row in rows_of("highlights")
        if (row["exporter"], row["importer"], row["unit"]) == (partner, "CHN", "USD")
        and row["topic"] in ("gas", "gold")
        and re.fullmatch(r"\d{4}", row["period"])
    ]
    newest = max(facts, key=lambda row: row["period"])
    imports = cell_of("CHN", partner, match["year"], "import")
    assert imports is not None
    assert (match["year"], match["item"]) == (newest["period"], newest["item"])
    value, unit = Fraction(newest["value"]), Fraction(newest["value_precision"])
    check_amount(match["value"], Figure(value, value - unit / 2, value + unit / 2))
    check_amount(match["whole"], imports)
    if "nearly" in match.groupdict():
        assert bool(match["nearly"]) == (value / imports.value > Fraction(9, 10))
    names = {row["source_id"]: row["publisher"] for row in rows_of("sources")}
    publisher = names[newest["source_id"]]
    assert (
        "RIA Novosti" in match["by"]
        or match["by"] == f"as {publisher.split(' (')[0]} reports"
    )
    assert ("RIA Novosti" in match["by"]) == ("RIA Novosti" in publisher)
    return 3


def _check_burst(match: re.Match[str]) -> int:
    """The shortest run of customs' months with nine tenths of all, and what came after it."""
    partner = next(code for code, name in NAMES.items() if name == match["name"])
    rows = {
        row["period"]: Fraction(row["value"])
        for row in rows_of("trade")
        if (row["reporter"], row["partner"], row["flow"]) == ("CHN", partner, "import")
        and row["currency"] == "CNY"
        and row["source_id"] == "gacc-country-months"
        and re.fullmatch(r"\d{4}-\d{2}", row["period"])
    }
    months, enough = sorted(rows), sum(rows.values()) * Fraction(9, 10)
    runs = [
        (end - start, sum(rows[month] for month in months[start:end]), start, end)
        for start in range(len(months))
        for end in range(start + 1, len(months) + 1)
    ]
    count = min(length for length, value, _, _ in runs if value >= enough)
    _, value, start, end = max(run for run in runs if run[0] == count)
    named = [
        f"{date(*map(int, months[at].split('-')), 1):%B %Y}" for at in (start, end - 1)
    ]
    assert [match["first"], match["last"]] == named
    assert (int(match["count"]), int(match["since"])) == (count, len(months) - end)
    same(match["run"], value / 10**9)
    same(match["rest"], sum(rows[month] for month in months[end:]) / 10**9)
    return 6 + _check_published(match)


@pytest.mark.parametrize("partner", FIVE)
def test_composition(partner: str) -> None:
    text = answer("trade_composition", partner)
    checked = sum(_check_largest(match) for match in LARGEST.finditer(text))
    checked += sum(_check_published(match) for match in PUBLISHED.finditer(text))
    checked += sum(_check_burst(match) for match in BURST.finditer(text))
    assert checked == len(re.findall(r"\d+(?:\.\d+)?", text)), (
        "a figure was not checked"
    )
    # Nearly all of it is gas; gold was, for eleven months.
    assert ("little else" in text) == (partner == "TKM")
    assert ("For 11 months" in text) == (partner == "KGZ")
    assert ("publishes no trade statistics" in text) == (partner == "TKM")


# --- the two sides' figures ---------------------------------------------------------------------


MIRROR = re.compile(
    r"For (?P<year>\d+) China counts \$(?P<china>[\d.]+) billion of goods with the four countries"
    r" that publish statistics; they count \$(?P<own>[\d.]+) billion\. The gap was"
    r" \$(?P<before>[\d.]+) billion in (?P<last>\d+) and \$(?P<now>[\d.]+) billion in \d+:"
    r" (?P<moves>[^.;]*(?:\.\d[^.;]*)+); the own figures of [\w, ]+"
    r" come from another source than in 2023\."
    r" For (?P<later>\d+) only Kazakhstan has its own count of goods:"
    r" \$(?P<newest>[\d.]+) billion, China’s is \$(?P<beside>[\d.]+) billion\."
)
FOUR = ("KAZ", "KGZ", "TJK", "UZB")


def test_mirror() -> None:
    match = MIRROR.fullmatch(answer("mirror_statistics", "CA5"))
    assert match
    year = match["year"]
    sides = [
        [_trade(*side) for side in _sides(year)],
        [_trade(*side) for side in _sides(year, 1)],
    ]
    assert None not in [*sides[0], *sides[1]]
    later = [
        _trade(*side) for end in (0, 1) for side in _sides(str(int(year) + 1), end)
    ]
    assert None in later  # no newer year is complete
    china, own = (sum(filter(None, side), Fraction(0)) for side in sides)
    _near(match["china"], china / 10**9)
    _near(match["own"], own / 10**9)
    gaps = {
        at: dict(zip(FOUR, map(_gap, FOUR, [at] * 4), strict=True))
        for at in (match["last"], year)
    }
    assert int(match["last"]) == int(year) - 1
    _near(match["before"], sum(gaps[match["last"]].values()) / 10**9)
    _near(match["now"], sum(gaps[year].values()) / 10**9)
    moves = re.findall(r"(\w+) ([+−])\$([\d.]+) (billion|million)", match["moves"])
    assert len(moves) == 4
    for name, sign, number, word in moves:
        code = next(code for code in FOUR if NAMES[code] == name)
        move = gaps[year][code] - gaps[match["last"]][code]
        assert (move > 0) == (sign == "+")
        # A difference of differences: 20 million is what two agreeing figures may move it.
        unit = 10**9 if word == "billion" else 10**6
        assert abs(Fraction(number) * unit - abs(move)) < unit / 20 + 20 * 10**6, name
    # Of the exports of 79.04 billion 19.2 per cent, of the imports of 64.85 billion 29.2: 34.11,
    # which the bureau's table by country agrees with.
    assert match["later"] == "2025"
    newest = _trade("KAZ", "CHN", "2025")
    same(match["newest"], newest / 10**9)
    assert abs(newest / 1e9 - (79.0412 * 0.192 + 64.847 * 0.292)) < 0.07
    beside = cell_of("CHN", "KAZ", "2025", "total")
    assert beside is not None
    check_amount(f"${match['beside']} billion", beside)


def _gap(code: str, year: str) -> float:
    china, own = _trade("CHN", code, year), _trade(code, "CHN", year)
    assert china is not None
    assert own is not None
    return china - own


def _sides(year: str, end: int = 0) -> list[tuple[str, str, str]]:
    return [(code, "CHN", year) if end else ("CHN", code, year) for code in FOUR]


def _trade(reporter: str, partner: str, year: str) -> float | None:
    figure = cell_of(reporter, partner, year, "total", goods=True)
    return figure.value if figure and not figure.doubt else None


def _near(printed: str, number: Fraction) -> None:
    """Which of several figures that agree within rounding is used may move it by a thousandth."""
    unit = Fraction(1, 10 ** len(printed.partition(".")[2]))
    assert abs(Fraction(printed) - number) <= unit / 2 + number / 1000, (
        printed,
        float(number),
    )


def test_every_report_of_the_plan_has_a_test_here_or_beside() -> None:
    tested = {
        *(("trade_growth", partner) for partner in ("CA5", "KAZ", "KGZ", "UZB")),
        *(("trade_composition", partner) for partner in ("KAZ", "UZB")),
        *(
            ("nev_policy_timeline", "2009", "2026"),
            ("nev_policy_timeline", "2025", "2026"),
        ),
        ("nev_policy_register",),
        *(
            ("claim_check", "dailymail-2026-01"),
            ("claim_check", "stheadline-mofcom-2026"),
        ),
        ("mirror_statistics", "CA5"),
        ("claim_evidence",),
        ("trade_figures", "CA5"),  # test_growth_page.py
        ("nev_central_asia", "CA5"),  # test_nev_central_asia.py
        *(("country_profile", partner) for partner in FIVE),  # as trade_growth
    }
    assert set(planned()) == tested
