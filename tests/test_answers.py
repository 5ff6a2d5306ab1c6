"""Every figure of the trade reports' answers, computed again from the CSV files alone."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from by_hand import (
    FIVE,
    NAMES,
    Figure,
    answer,
    borne,
    cell_of,
    check_amount,
    check_rate,
    planned,
    rows_of,
    same,
)

# --- trade growth -------------------------------------------------------------------------------


TRADE = re.compile(
    r"By China's statistics, China's trade with (?P<name>[\w ]+) was (?P<total>.+?) in 2025"
    r", (?P<growth>.+? on 2024 in current dollars(?:, as its publisher prints it)?)"
    r"(?: \((?P<yuan>(?:up|down) [\d.]+%) in yuan\))?"
    r"(?:: China's exports (?P<export>.+?) \((?P<export_growth>.+?)\)"
    r" and its imports (?P<import>.+?) \((?P<import_growth>.+?)\)"
    r"|; none of the sources held here gives exports and imports apart for that year)\."
)


@pytest.mark.parametrize("partner", NAMES)
def test_trade_growth(partner: str) -> None:
    match = TRADE.match(answer("trade_growth", partner))
    assert match
    assert match["name"] == NAMES[partner]
    assert cell_of("CHN", partner, "2026", "total") is None  # 2025 is the newest
    for flow, growth in (
        ("total", "growth"),
        ("export", "export_growth"),
        ("import", "import_growth"),
    ):
        new, base = (cell_of("CHN", partner, year, flow) for year in ("2025", "2024"))
        if not match[flow]:
            assert new is None
            continue
        check_amount(match[flow], new)
        assert new is not None
        assert base is not None
        check_rate(match[growth], new, base)


def test_the_rows_behind_the_region_are_those_of_the_announcement() -> None:
    # 106.3 = 71.2 + 35.1 billion for 2025, 94.82 for 2024: the anchors of the announcement
    for flow, value in (("total", 106.3), ("export", 71.2), ("import", 35.1)):
        figure = cell_of("CHN", "CA5", "2025", flow)
        assert figure is not None
        # imports are those from each of the five in yuan, which say the same with more digits
        assert float(figure.value) == pytest.approx(value * 1e9, abs=0.05e9)
    base = cell_of("CHN", "CA5", "2024", "total")
    assert base is not None
    assert float(base.value) == 94.82e9


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
LARGEST = re.compile(
    r"The largest parts of China's (?P<way>exports to|imports from) (?P<name>\w+) in (?P<year>\d+),"
    r" by (?P<book>\w+)'s statistics, were (?P<parts>[^.;]*(?:\.\d[^.;]*)*)[.;]"
)
ALONE = re.compile(
    r"(?P<label>[\w ]+) made up (?P<share>[\d.]+)% of China's (?P<way>exports to|imports from)"
    r" (?P<name>\w+) in (?P<year>\d+), by China's statistics[.;]"
)
COVERED = re.compile(r" its table is (?P<part>[\d.]+)% of China's figure\.")
SINCE_GOLD = re.compile(
    r" that is before the gold: in (\d+), by a count RIA Novosti made of customs data, ([\d.]+)%"
    r" of what China imported was gold\."
)
SINCE_GAS = re.compile(r" pipeline natural gas came to (?P<amount>\$[\d.]+ \w+) in (?P<year>\d+)\.")
PART = re.compile(r"(?:^|, | and )(?P<name>[^(]+?) \((?P<share>[\d.]+)%\)")

Row = dict[str, str]


def _flow_of(way: str, partner: str) -> tuple[str, str]:
    return ("CHN", partner) if "exports" in way else (partner, "CHN")


def _chapters(exporter: str, importer: str, reporter: str) -> list[Row]:
    return [
        row
        for row in rows_of("composition")
        if (row["exporter"], row["importer"], row["reporter"]) == (exporter, importer, reporter)
        and row["coverage"] != "partial"
    ]


def _newest_items(exporter: str, importer: str, reporter: str) -> tuple[str, dict[str, Fraction]]:
    """Return year and values by name: of chapters, or of product groups where none are held."""
    rows = _chapters(exporter, importer, reporter)
    if rows:
        year = max(row["year"] for row in rows)
        names = {row["chapter"]: row["short_name"] for row in rows_of("hs_chapters")}
        newest = [row for row in rows if row["year"] == year]
        return year, {names[row["hs_chapter"]]: Fraction(row["value_usd"]) for row in newest}
    groups = [
        row
        for row in rows_of("composition_groups")
        if (row["exporter"], row["importer"], row["reporter"]) == (exporter, importer, reporter)
        and row["classification"] == "WITS16"
    ]
    return "2023", {NAMES_OF_GROUPS[row["code"]]: Fraction(row["value_usd"]) for row in groups}


def _check_largest(match: re.Match[str], partner: str) -> None:
    exporter, importer = _flow_of(match["way"], partner)
    names = {**NAMES, "CHN": "China"}
    reporter = next(code for code, name in names.items() if name == match["book"])
    year, values = _newest_items(exporter, importer, reporter)
    assert match["year"] == year
    whole = sum(values.values())
    largest = sorted(values.items(), key=lambda item: item[1], reverse=True)
    printed = [(part["name"], part["share"]) for part in PART.finditer(match["parts"])]
    assert len(printed) == 3
    for (name, share), (expected, value) in zip(printed, largest, strict=False):
        assert name == expected[:1].lower() + expected[1:]
        same(share, value / whole * 100)


def _check_alone(match: re.Match[str], partner: str) -> None:
    year, values = _newest_items(*_flow_of(match["way"], partner), "CHN")
    assert match["year"] == year
    label, value = max(values.items(), key=lambda item: item[1])
    assert match["label"].strip() == label
    same(match["share"], value / sum(values.values()) * 100)
    assert value / sum(values.values()) > Fraction(9, 10)


def _check_covered(printed: str, found: re.Match[str], partner: str) -> None:
    exporter, importer = _flow_of(found["way"], partner)
    rows = _chapters(exporter, importer, partner)
    year = max(row["year"] for row in rows)
    listed = sum(Fraction(row["value_usd"]) for row in rows if row["year"] == year)
    china = cell_of("CHN", partner, year, "export" if exporter == "CHN" else "import")
    assert china is not None
    part = Figure(listed / china.value, listed / china.high, listed / china.low)
    borne(printed, part, Fraction(100), about=False)


@pytest.mark.parametrize("partner", FIVE)
def test_composition(partner: str) -> None:
    text = answer("trade_composition", partner)
    checked = 0
    for match in LARGEST.finditer(text):
        _check_largest(match, partner)
        checked += 1 + len(PART.findall(match["parts"]))  # a year and three shares
        if covered := COVERED.match(text, match.end()):
            _check_covered(covered["part"], match, partner)
            checked += 1
    for match in ALONE.finditer(text):
        _check_alone(match, partner)
        checked += 2
    if gold := SINCE_GOLD.search(text):
        facts = [
            row
            for row in rows_of("highlights")
            if (row["exporter"], row["importer"], row["topic"]) == (partner, "CHN", "gold")
            and row["share"]
        ]
        newest = max(facts, key=lambda row: row["period"])
        assert gold[1] == newest["period"]
        assert "RIA Novosti" in next(
            row["publisher"]
            for row in rows_of("sources")
            if row["source_id"] == newest["source_id"]
        )
        same(gold[2], Fraction(newest["share"]) * 100)
        # 4.95 billion of gold in 5.24 billion of imports from Kyrgyzstan
        imports = cell_of("CHN", partner, gold[1], "import")
        assert imports is not None
        same(gold[2], Fraction(newest["value"]) / imports.value * 100)
        checked += 2
    if gas := SINCE_GAS.search(text):
        facts = [
            row
            for row in rows_of("highlights")
            if (row["exporter"], row["topic"], row["unit"]) == (partner, "gas", "USD")
            and row["importer"] == "CHN"
            and re.fullmatch(r"\d{4}", row["period"])
        ]
        newest = max(facts, key=lambda row: row["period"])
        assert gas["year"] == newest["period"]
        value, unit = Fraction(newest["value"]), Fraction(newest["value_precision"])
        check_amount(gas["amount"], Figure(value, value - unit / 2, value + unit / 2))
        checked += 2
    assert checked == len(re.findall(r"\d+(?:\.\d+)?", text)), "a figure was not checked"
    assert (partner == "KGZ") == bool(SINCE_GOLD.search(text))
    # Kazakhstan both ways and Uzbekistan's imports have chapters, the partner's own.
    assert len(COVERED.findall(text)) == {"KAZ": 2, "UZB": 1}.get(partner, 0)


# --- the two sides' figures ---------------------------------------------------------------------


MIRROR = re.compile(
    r"China says it traded \$(?P<newest>[\d.]+) billion with Central Asia in 2025; Central Asia"
    r" says far less\. For (?P<year>\d+), the newest year of both sides, China counts"
    r" \$(?P<china>[\d.]+) billion of goods with the four countries that publish statistics, and"
    r" they count \$(?P<own>[\d.]+) billion\. (?P<name>\w+) counts about a quarter of China’s"
    r" figure\."
)
FOUR = ("KAZ", "KGZ", "TJK", "UZB")
KINDS = ("official", "dataset", "official_statement", "research", "press")


def test_mirror() -> None:
    match = MIRROR.fullmatch(answer("mirror_statistics", "CA5"))
    assert match
    year = match["year"]
    sides = [[_trade(*side) for side in _sides(year)], [_trade(*side) for side in _sides(year, 1)]]
    assert None not in [*sides[0], *sides[1]]
    later = [_trade(*side) for end in (0, 1) for side in _sides(str(int(year) + 1), end)]
    assert None in later  # no newer year is complete
    china, own = (sum(filter(None, side), Fraction(0)) for side in sides)
    _near(match["china"], china / 10**9)
    _near(match["own"], own / 10**9)
    assert china / own > Fraction(3, 2)  # far less
    region = cell_of("CHN", "CA5", "2025", "total")
    assert region is not None
    check_amount(f"${match['newest']} billion", region)
    parts = {NAMES[code]: theirs / ours for code, ours, theirs in zip(FOUR, *sides, strict=True)}
    assert match["name"] == min(parts, key=parts.__getitem__)
    assert abs(parts[match["name"]] - Fraction(1, 4)) < Fraction(2, 100)


def _sides(year: str, end: int = 0) -> list[tuple[str, str, str]]:
    return [(code, "CHN", year) if end else ("CHN", code, year) for code in FOUR]


def _trade(reporter: str, partner: str, year: str) -> Fraction | None:
    flows = [_goods(reporter, partner, year, flow) for flow in ("export", "import")]
    whole = _goods(reporter, partner, year, "total")
    return flows[0] + flows[1] if flows[0] is not None and flows[1] is not None else whole


def _goods(reporter: str, partner: str, year: str, flow: str) -> Fraction | None:
    """Choose among sound figures of goods: the best kind of source, then the finest."""
    kinds = {row["source_id"]: KINDS.index(row["kind"]) for row in rows_of("sources")}
    rates = {(r["currency"], r["period"]): Fraction(r["rate"]) for r in rows_of("exchange_rates")}
    wanted = (reporter, partner, year, flow, "goods", "ok")
    keys = ("reporter", "partner", "period", "flow", "coverage", "quality")
    found = [
        (kinds[row["source_id"]], Fraction(row["precision"]), Fraction(row["value"]) / rate)
        for row in rows_of("trade")
        if tuple(row[key] for key in keys) == wanted
        and (rate := {"USD": Fraction(1)}.get(row["currency"]) or rates.get(
            (row["currency"], year)
        ))
    ]  # fmt: skip
    return min(found)[2] if found else None


def _near(printed: str, number: Fraction) -> None:
    """Which of several figures that agree within rounding is used may move it by a thousandth."""
    unit = Fraction(1, 10 ** len(printed.partition(".")[2]))
    assert abs(Fraction(printed) - number) <= unit / 2 + number / 1000, (printed, float(number))


def test_every_report_of_the_plan_has_a_test_here_or_beside() -> None:
    tested = {
        *(("trade_growth", partner) for partner in NAMES),
        *(("trade_composition", partner) for partner in FIVE),
        *(("nev_policy_timeline", "2009", "2026"), ("nev_policy_timeline", "2025", "2026")),
        *(("claim_check", "dailymail-2026-01"), ("claim_check", "stheadline-mofcom-2026")),
        ("mirror_statistics", "CA5"),
    }
    assert set(planned()) == tested
