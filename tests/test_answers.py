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
    r"(?: \((?P<yuan>(?:up|down) [\d.]+ %) in yuan\))?"
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
        # Finer by now, from customs' yuan, but within the rounding of what was announced.
        assert abs(float(figure.value) - value * 1e9) <= 0.05e9
    base = cell_of("CHN", "CA5", "2024", "total")
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
        for row in rows_of("composition")
        if (row["exporter"], row["importer"], row["reporter"]) == (exporter, importer, reporter)
    ]
    assert match["year"] == max(row["year"] for row in rows)
    newest = [row for row in rows if row["year"] == match["year"]]
    whole = sum(Fraction(row["value_usd"]) for row in newest)
    newest.sort(key=lambda row: Fraction(row["value_usd"]), reverse=True)
    names = {row["chapter"]: row["short_name"] for row in rows_of("hs_chapters")}
    printed = [(part["name"], part["share"]) for part in PART.finditer(match["parts"])]
    assert len(printed) == 3
    for (name, share), row in zip(printed, newest, strict=False):
        expected = names[row["hs_chapter"]]
        assert name == expected[:1].lower() + expected[1:]
        same(share, Fraction(row["value_usd"]) / whole * 100)


def _check_old(match: re.Match[str], partner: str) -> None:
    exporter, importer = _flow_of(match["whose"], partner)
    rows = [
        row
        for row in rows_of("composition_groups")
        if (row["exporter"], row["importer"], row["classification"])
        == (exporter, importer, "SITC1")
    ]
    newest = [row for row in rows if row["period"] == max(r["period"] for r in rows)]
    assert newest[0]["period"] == "2015"
    top = max(newest, key=lambda row: Fraction(row["share"]))
    assert match["label"].endswith(top["label"][:1].lower() + top["label"][1:])
    same(match["share"], Fraction(top["share"]) * 100)


@pytest.mark.parametrize("partner", FIVE)
def test_composition(partner: str) -> None:
    text = answer("trade_composition", partner)
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
            for row in rows_of("highlights")
            if (row["exporter"], row["importer"], row["topic"]) == (partner, "CHN", "gold")
            and row["share"]
        ]
        newest = max(facts, key=lambda row: row["period"])
        assert gold[1] == newest["period"]
        same(gold[2], Fraction(newest["share"]) * 100)
        # 4.95 billion of gold in 5.2 billion of imports from Kyrgyzstan
        imports = cell_of("CHN", partner, gold[1], "import")
        assert imports is not None
        same(gold[2], Fraction(newest["value"]) / imports.value * 100)
        checked += 2
    assert checked == len(re.findall(r"\d+(?:\.\d+)?", text)), "a figure was not checked"


# --- the two sets of books ----------------------------------------------------------------------


MIRROR = re.compile(
    r"In (?P<year>\d+) China's books show trade of (?P<china>.+?) with Central Asia, the five's own"
    r" (?P<own>.+?): (?P<ratio>[\d.]+) times as much, \+\$(?P<gap>[\d.]+) billion \(China's exports"
    r" (?P<export>[\d.]+) times and China's imports (?P<import>[\d.]+) times the partner's"
    r" figure\)\."
)


def test_mirror() -> None:
    match = MIRROR.fullmatch(answer("mirror_statistics", "CA5"))
    assert match
    year = match["year"]
    newest = [y for y in range(1992, 2027) if all(_both(str(y), "total"))]
    assert int(year) == newest[-1]
    china, own = _both(year, "total")
    check_amount(match["china"], china)
    check_amount(match["own"], own)
    assert china is not None
    assert own is not None
    _ratio(match["ratio"], china, own)
    gap = Figure(china.value - own.value, china.low - own.high, china.high - own.low)
    borne(match["gap"], gap, Fraction(1, 10**9), about=False)
    for flow in ("export", "import"):
        one, other = _both(year, flow)
        assert one is not None
        assert other is not None
        _ratio(match[flow], one, other)


def _both(year: str, flow: str) -> tuple[Figure | None, Figure | None]:
    other = {"export": "import", "import": "export"}.get(flow, flow)
    return cell_of("CHN", "CA5", year, flow), cell_of("CA5", "CHN", year, other)


def _ratio(printed: str, one: Figure, other: Figure) -> None:
    ratio = Figure(one.value / other.value, one.low / other.high, one.high / other.low)
    borne(printed, ratio, Fraction(1), about=False)


def test_every_report_of_the_plan_has_a_test_here_or_beside() -> None:
    tested = {
        *(("trade_growth", partner) for partner in NAMES),
        *(("trade_composition", partner) for partner in FIVE),
        *(("nev_policy_timeline", "2009", "2026"), ("nev_policy_timeline", "2025", "2026")),
        *(("claim_check", "dailymail-2026-01"), ("claim_check", "stheadline-mofcom-2026")),
        ("mirror_statistics", "CA5"),
    }
    assert set(planned()) == tested
