"""Every figure of the trade reports' answers, computed again from the CSV files alone."""

import re
from collections import defaultdict
from fractions import Fraction

import pytest
from by_hand import (
    FIVE,
    NAMES,
    Figure,
    Number,
    answer,
    cell_of,
    check_amount,
    check_rate,
    growth_of,
    rows_of,
    same,
)

# --- trade growth -------------------------------------------------------------------------------


TRADE = re.compile(
    r"China counts (?P<total>.+?) of trade with (?P<name>[\w ]+) in 2025, "
    r"(?P<growth>.+?) than a year before\."
)


@pytest.mark.parametrize("partner", NAMES)
def test_trade_growth(partner):
    match = TRADE.match(answer("trade_growth", partner))
    assert match
    assert match["name"] == NAMES[partner]
    cell = ("CHN", partner, "2025", "total")
    assert cell_of("CHN", partner, "2026", "total") is None  # 2025 is the newest
    check_amount(match["total"], cell_of(*cell))
    check_rate(match["growth"], growth_of(*cell))


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
    rf" (?P<value>{MONEY})(?: of (?P<whole>{MONEY}))? in (?P<year>\d{{4}})"
    rf" by (?P<book>\w+)’s statistics"
    rf"(?: \((?P<other>\w+) counts (?P<theirs>{MONEY})(?P<all> in all)?\))?"
)
PUBLISHED = re.compile(
    rf"In (?P<year>\d{{4}}) China bought (?P<item>[\w ]+?) from \w+(?: and little else)?:"
    rf" (?P<value>{MONEY}) of imports of (?P<whole>{MONEY}), (?P<by>[^.]+)\."
)


SECTIONS = {row["section_short"] for row in rows_of("hs_chapters")}


def _items(
    exporter: str, importer: str, reporter: str, year: str, good: str
) -> dict[str, Fraction]:
    """Return values by name: of chapters or sections, as the good told is, else of groups."""
    flow = {"exporter": exporter, "importer": importer, "reporter": reporter}
    chapters = [row for row in rows_of("composition") if flow.items() <= row.items()]
    chapters = [row for row in chapters if row["coverage"] != "partial"]
    if chapters:
        short = "section_short" if good in SECTIONS else "short_name"
        names = {row["chapter"]: row[short] for row in rows_of("hs_chapters")}
        sums: dict[str, Fraction] = defaultdict(Fraction)
        for row in chapters:
            if row["year"] == year:
                sums[names[row["hs_chapter"]]] += Fraction(row["value_usd"])
        return sums
    flow |= {"classification": "WITS16", "period": year}
    groups = [r for r in rows_of("composition_groups") if flow.items() <= r.items()]
    return {NAMES_OF_GROUPS[row["code"]]: Fraction(row["value_usd"]) for row in groups}


def _told(text: str, value: Fraction) -> None:
    """Require dollars as a table's are told: a tenth of a billion, or a whole million."""
    printed, word = re.fullmatch(r"\$([\d.]+) (\w+)", text).groups()  # type: ignore[union-attr]
    assert ("." in printed) == (word == "billion")
    same(printed, value / (10**9 if word == "billion" else 10**6))


def _check_largest(match: re.Match[str]) -> None:
    codes = {name: code for code, name in {**NAMES, "CHN": "China"}.items()}
    partner, book, year = codes[match["name"]], codes[match["book"]], match["year"]
    flow = ("CHN", partner) if match["way"] == "sells" else (partner, "CHN")
    good = match["good"][:1].upper() + match["good"][1:]
    items = _items(*flow, book, year, good)
    assert items[good] == max(items.values())
    _told(match["value"], items[good])
    if match["whole"]:
        _told(match["whole"], Fraction(sum(items.values())))
    if match["all"]:
        way = "export" if flow[0] == "CHN" else "import"
        theirs = cell_of("CHN", partner, year, way)
        assert theirs is not None
        _told(match["theirs"], Fraction(theirs.value))
    elif match["other"]:
        of_other = _items(*flow, codes[match["other"]], year, good)
        _told(match["theirs"], of_other[good])


def _check_published(match: re.Match[str], partner: str) -> None:
    facts = [
        row
        for row in rows_of("highlights")
        if (row["exporter"], row["importer"], row["unit"]) == (partner, "CHN", "USD")
        and row["topic"] in ("gas", "gold")
        and re.fullmatch(r"\d{4}", row["period"])
    ]
    newest = max(facts, key=lambda row: row["period"])
    assert (match["year"], match["item"]) == (newest["period"], newest["item"])
    value, unit = Fraction(newest["value"]), Fraction(newest["value_precision"])
    check_amount(match["value"], Figure(value, value - unit / 2, value + unit / 2))
    imports = cell_of("CHN", partner, match["year"], "import")
    check_amount(match["whole"], imports)
    names = {row["source_id"]: row["publisher"] for row in rows_of("sources")}
    publisher = names[newest["source_id"]]
    ria = "by a count RIA Novosti made of Chinese customs data"
    agency = f"as {publisher.split(' (')[0]} reports"
    assert match["by"] == (ria if "RIA Novosti" in publisher else agency)


@pytest.mark.parametrize("partner", FIVE)
def test_composition(partner):
    text = answer("trade_composition", partner)
    for match in LARGEST.finditer(text):
        _check_largest(match)
    published = PUBLISHED.search(text)
    if published:
        _check_published(published, partner)
    in_months = "In the 11 months to" in text
    assert len(LARGEST.findall(text)) + bool(published) + in_months == 2
    # Nearly all of it is gas; gold was, for eleven months.
    assert ("little else" in text) == (partner == "TKM")
    assert in_months == (partner == "KGZ")
    assert ("publishes no trade statistics" in text) == (partner == "TKM")


# --- the two sides' figures ---------------------------------------------------------------------


MIRROR = re.compile(
    r"The gap between China’s count of (?P<year>\d+) and its partners’ is \$(?P<now>[\d.]+)"
    r" billion, (?P<part>\d+)% of it Kyrgyzstan’s\. China counts \$(?P<china>[\d.]+) billion of"
    r" goods, the four countries publishing statistics \$(?P<own>[\d.]+) billion\."
    r" In (?P<last>\d+) the gap was \$(?P<before>[\d.]+) billion, with other sources for"
    r" Kyrgyzstan, Tajikistan and Uzbekistan\."
)
FOUR = ("KAZ", "KGZ", "TJK", "UZB")


def test_mirror():
    match = MIRROR.fullmatch(answer("mirror_statistics", "CA5"))
    assert match
    year, last = int(match["year"]), int(match["last"])
    _near(match["china"], sum(_trade("CHN", code, year) for code in FOUR))
    _near(match["own"], sum(_trade(code, "CHN", year) for code in FOUR))
    _near(match["before"], sum(_gap(code, last) for code in FOUR))
    _near(match["now"], sum(_gap(code, year) for code in FOUR))
    assert last == year - 1
    same(
        match["part"], 100 * _gap("KGZ", year) / sum(_gap(code, year) for code in FOUR)
    )
    newest = _trade("KAZ", "CHN", 2025)
    # Of the exports of 79.04 billion 19.2 per cent, of the imports of 64.85 billion 29.2: 34.11,
    # which the bureau's table by country agrees with.
    assert abs(newest / 1e9 - (79.0412 * 0.192 + 64.847 * 0.292)) < 0.07


def _gap(code: str, year: int) -> Number:
    return _trade("CHN", code, year) - _trade(code, "CHN", year)


def _trade(reporter: str, partner: str, year: int) -> Number:
    figure = cell_of(reporter, partner, str(year), "total", goods=True)
    assert figure is not None
    assert not figure.doubt
    return figure.value


def _near(printed: str, dollars: Number) -> None:
    """Which of several figures that agree within rounding is used may move it by a thousandth."""
    unit = Fraction(1, 10 ** len(printed.partition(".")[2]))
    number = Fraction(dollars) / 10**9
    assert abs(Fraction(printed) - number) <= unit / 2 + number / 1000
