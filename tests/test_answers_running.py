"""The running year, the other side and the nowcast, computed again from the CSV files alone."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache

import pytest
from by_hand import FIVE, NAMES, answer, rows_of, same

from catrade.load.trade import load_trade
from catrade.trade_growth.views import running as views_running

#: Of several sources of one figure: what customs itself printed.
CUSTOMS = ("gacc-country-months", "gacc-bulletin-2026-06")
NEWEST = "2026-7M"


@cache
def customs(partner: str, period: str, flow: str, currency: str = "CNY") -> dict[str, str] | None:
    wanted = {"reporter": "CHN", "partner": partner, "period": period, "flow": flow}
    wanted["currency"] = currency
    rows = [
        row
        for row in rows_of("trade")
        if row["source_id"] in CUSTOMS and all(row[k] == v for k, v in wanted.items())
    ]
    assert len(rows) <= 1
    return rows[0] if rows else None


def value(partner: str, period: str, flow: str) -> Fraction:
    row = customs(partner, period, flow)
    assert row is not None
    return Fraction(row["value"])


def base(partner: str, period: str, flow: str) -> tuple[Fraction, Fraction]:
    """Return growth and the figure a year before as customs has it by now.

    The figure held, if it grows to the new one at the printed rate; else what that rate implies.
    """
    row = customs(partner, period, flow)
    assert row is not None
    growth, half = Fraction(row["growth_printed"]), Fraction(row["growth_precision"]) / 2
    before = customs(partner, f"{int(period[:4]) - 1}{period[4:]}", flow)
    if before:
        held = Fraction(before["value"])
        exact = Fraction(row["value"]) / held - 1
        # A figure to the yuan: its own rounding is far below what the printed rate leaves open.
        if growth - half <= exact <= growth + half:
            return growth, held
    return growth, Fraction(row["value"]) / (1 + growth)


def spoken_rate(text: str) -> Fraction:
    match = re.search(r"(up|down|[+−]) ?([\d.]+)%", text)
    assert match, text
    return Fraction(match[2]) * (1 if match[1] in {"up", "+"} else -1)


def check(text: str, rate: Fraction) -> None:
    places = len(re.search(r"[\d.]+(?=%)", text)[0].partition(".")[2])  # type: ignore[index]
    assert abs(spoken_rate(text) - 100 * rate) <= Fraction(1, 2 * 10**places), (text, float(rate))


def amount(text: str, figure: Fraction) -> None:
    match = re.fullmatch(r"([\d.]+) (billion|million) yuan", text)
    assert match, text
    same(match[1], figure / (10**9 if match[2] == "billion" else 10**6))


YEAR = re.compile(
    r"In January–July 2026 it was (?P<total>[\d.]+ \w+ yuan), (?P<change>(?:up|down) [\d.]+%)"
    r" on a year before: (?P<rest>.+?)\. (?=The four|Turkmenistan|K|T|U)"
)
FLOWS = re.compile(
    r"China's exports (?P<export>[\d.]+ \w+ yuan) \((?P<of_export>[^)]+)\) and its imports "
    r"(?P<import>[\d.]+ \w+ yuan) \((?P<of_import>[^)]+)\)"
)
MOVES = re.compile(r"(?P<name>\w+) (?P<rate>[+−][\d.]+%)(?: \((?P<flow>[^)]+)\))?")


@pytest.mark.parametrize("partner", FIVE)
def test_the_running_year_of_a_country(partner: str) -> None:
    match = YEAR.search(answer("trade_growth", partner))
    assert match
    amount(match["total"], value(partner, NEWEST, "total"))
    check(match["change"], base(partner, NEWEST, "total")[0])
    flows = FLOWS.fullmatch(match["rest"])
    assert flows
    for flow in ("export", "import"):
        amount(flows[flow], value(partner, NEWEST, flow))
        check(flows[f"of_{flow}"], base(partner, NEWEST, flow)[0])


def test_the_running_year_of_the_five() -> None:
    match = YEAR.search(answer("trade_growth", "CA5"))
    assert match
    totals = {code: value(code, NEWEST, "total") for code in FIVE}
    bases = {code: base(code, NEWEST, "total")[1] for code in FIVE}
    amount(match["total"], sum(totals.values(), Fraction(0)))
    rate = sum(totals.values(), Fraction(0)) / sum(bases.values(), Fraction(0)) - 1
    check(match["change"], rate)
    moved = sorted(FIVE, key=lambda code: abs(totals[code] - bases[code]), reverse=True)
    codes = {name: code for code, name in NAMES.items()}
    said = [*MOVES.finditer(match["rest"])]
    assert [codes[one["name"]] for one in said] == moved[:3]
    for one in said:
        check(one["rate"], base(codes[one["name"]], NEWEST, "total")[0])
    # The flow in brackets is that of all ten that moved most.
    flows = {
        (c, f): value(c, NEWEST, f) - base(c, NEWEST, f)[1]
        for c in FIVE
        for f in ("export", "import")
    }
    code, flow = max(flows, key=lambda key: abs(flows[key]))
    (named,) = [one for one in said if one["flow"]]
    assert codes[named["name"]] == code
    assert named["flow"].startswith(f"China's {flow}s ")
    check(named["flow"], base(code, NEWEST, flow)[0])


def test_the_first_lines_of_the_kyrgyz_page() -> None:
    text = answer("trade_growth", "KGZ")
    assert "its imports 875.6 million yuan (down 97.5%)" in text
    assert "Kyrgyzstan itself reports a quarter of China's figure in 2024" in text


OWN = re.compile(
    r"(?:The four that publish statistics themselves report|\w+ itself reports) (?P<part>.+?)"
    r" China's figure(?: for trade with them)? in (?P<year>\d{4}): \$(?P<own>[\d.]+) billion"
    r" against \$(?P<china>[\d.]+) billion\.$"
)
PARTS = {"a quarter of": Fraction(1, 4), "a third of": Fraction(1, 3), "half of": Fraction(1, 2)}


@pytest.mark.parametrize("partner", [code for code in NAMES if code != "TKM"])
def test_the_other_sides_figure_is_of_goods_and_the_part_is_theirs(partner: str) -> None:
    match = OWN.search(answer("trade_growth", partner))
    assert match
    own, china = Fraction(match["own"]), Fraction(match["china"])
    if match["part"] in PARTS:
        assert abs(own / china - PARTS[match["part"]]) <= Fraction(2, 100)
    elif match["part"].endswith("% of"):
        said = Fraction(match["part"].split("%")[0])
        assert abs(100 * own / china - said) <= Fraction(6, 10)
    if partner == "CA5":
        return  # a sum of four, each tested alone
    rows = [
        row
        for row in rows_of("trade")
        if (row["reporter"], row["partner"], row["period"]) == (partner, "CHN", match["year"])
        and row["coverage"] == "goods"
        and row["quality"] == "ok"
        and row["currency"] == "USD"
    ]
    totals = [Fraction(row["value"]) for row in rows if row["flow"] == "total"]
    flows = [
        Fraction(one["value"]) + Fraction(two["value"])
        for one in rows
        for two in rows
        if (one["flow"], two["flow"]) == ("export", "import")
    ]
    places = len(match["own"].partition(".")[2])
    unit = Fraction(1, 10**places)
    assert any(abs(figure / 10**9 - own) <= unit for figure in (*totals, *flows))


def test_turkmenistan_has_no_figure_of_its_own() -> None:
    assert answer("trade_growth", "TKM").endswith(
        "Turkmenistan publishes no trade statistics of its own."
    )


NOWCAST = re.compile(
    r"2026 ends at (?P<ratio>[\d.]+) billion yuan; if the months to come repeat last year's, at "
    r"(?P<additive>[\d.]+) billion yuan\. From the same months the first way missed 2024 by "
    r"(?P<r2024>[+−][\d.]+%) and 2025 by (?P<r2025>[+−][\d.]+%), the second by "
    r"(?P<a2024>[+−][\d.]+%) and (?P<a2025>[+−][\d.]+%) \(n = 2\)\.$"
)


@pytest.mark.parametrize("partner", NAMES)
def test_the_nowcast(partner: str) -> None:
    trade = load_trade(frequency=None, start=2013, convert=False)
    now = views_running.within_year(trade, reporter="CHN", partner=partner)
    said, _ = views_running.nowcast_items(now, partner, 2025)
    match = NOWCAST.search(str(said))
    assert match
    codes = FIVE if partner == "CA5" else (partner,)
    made = {year: [_estimated(code, year) for code in codes] for year in (2024, 2025, 2026)}
    for place, method in enumerate(("ratio", "additive")):
        sums = {
            year: sum((one[place] for one in found), Fraction(0)) for year, found in made.items()
        }
        same(match[method], sums[2026] / 10**9)
        for year in (2024, 2025):
            actual = sum((value(code, str(year), "total") for code in codes), Fraction(0))
            check(match[f"{method[0]}{year}"], sums[year] / actual - 1)


def _estimated(code: str, year: int) -> tuple[Fraction, Fraction]:
    """Return the year by both methods, from January to July; see the formulas of the page."""
    period = f"{year}-7M"
    known, before = value(code, period, "total"), base(code, period, "total")[1]
    last = value(code, "2025", "total") if year == 2026 else base(code, str(year), "total")[1]
    return known * last / before, known + last - before
