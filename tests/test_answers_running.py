"""The running year, the other side and the nowcast, computed again from the CSV files alone."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache

import pytest
from by_hand import FIVE, NAMES, answer, rows_of, same

from catrade.load.trade import load_trade
from catrade.trade_growth import news, pair

#: Of several sources of one figure: what customs itself printed.
CUSTOMS = ("gacc-country-months", "gacc-bulletin-2026-06")
NEWEST = "2026-7M"


@cache
def customs(
    partner: str, period: str, flow: str, currency: str = "CNY"
) -> dict[str, str] | None:
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
    growth, half = (
        Fraction(row["growth_printed"]),
        Fraction(row["growth_precision"]) / 2,
    )
    before = customs(partner, f"{int(period[:4]) - 1}{period[4:]}", flow)
    if before:
        held = Fraction(before["value"])
        exact = Fraction(row["value"]) / held - 1
        # A figure to the yuan: its own rounding is far below what the printed rate leaves open.
        if growth - half <= exact <= growth + half:
            return growth, held
    return growth, Fraction(row["value"]) / (1 + growth)


def spoken_rate(text: str) -> Fraction:
    match = re.search(r"(rose|fell|[+−]) ?([\d.]+)%", text)
    assert match, text
    return Fraction(match[2]) * (1 if match[1] in {"rose", "+"} else -1)


def check(text: str, rate: Fraction) -> None:
    places = len(re.search(r"[\d.]+(?=%)", text)[0].partition(".")[2])  # type: ignore[index]
    assert abs(spoken_rate(text) - 100 * rate) <= Fraction(1, 2 * 10**places), (
        text,
        float(rate),
    )


def amount(text: str, figure: Fraction) -> None:
    match = re.fullmatch(r"([\d.]+) (billion|million) yuan", text)
    assert match, text
    same(match[1], figure / (10**9 if match[2] == "billion" else 10**6))


YEAR = re.compile(
    r" In January–July 2026 China’s figure (?P<change>(?:rose|fell) [\d.]+%) to "
    r"(?P<total>[\d.]+ \w+ yuan): (?P<rest>.+)\.$"
)
FLOWS = re.compile(
    r"exports (?P<export>[+−][\d.]+%) and imports (?P<import>[+−][\d.]+%)"
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
        check(flows[flow], base(partner, NEWEST, flow)[0])


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
    assert named["flow"].startswith(f"China’s {flow}s ")
    check(named["flow"], base(code, NEWEST, flow)[0])


OWN = re.compile(
    r"; (?:the four of the five that publish statistics|\w+ itself) counted \$(?P<own>[\d.]+) "
    r"billion in (?P<year>\d{4}), (?P<part>.+?) China’s figure for (?:them|that year) "
    r"\(\$(?P<china>[\d.]+) billion\)\."
)
PARTS = {
    "a quarter of": Fraction(1, 4),
    "a third of": Fraction(1, 3),
    "half of": Fraction(1, 2),
}


@pytest.mark.parametrize("partner", [code for code in NAMES if code != "TKM"])
def test_the_other_sides_figure_is_of_goods_and_the_part_is_theirs(
    partner: str,
) -> None:
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
        if (row["reporter"], row["partner"], row["period"])
        == (partner, "CHN", match["year"])
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
    said = "; Turkmenistan publishes no trade statistics of its own."
    assert said in answer("trade_growth", "TKM")


NOWCAST = re.compile(
    r"2026 ends at (?P<low>[\d.]+) to (?P<high>[\d.]+) billion yuan; the same reckoning missed 2024"
    r" and 2025 by up to (?P<error>[\d.]+)%\.$"
)


@pytest.mark.parametrize("partner", NAMES)
def test_the_nowcast(partner: str) -> None:
    trade = load_trade(frequency=None, start=2013, convert=False)
    asked = {"reporter": "CHN", "partner": partner}
    to_date, annual = (
        pair.within_year(trade, kind, **asked) for kind in ("ytd", "annual")
    )
    match = NOWCAST.search(
        news.whole_year(pair.whole_year(to_date, annual, partner), "CNY")
    )
    assert match
    codes = FIVE if partner == "CA5" else (partner,)
    made = {
        year: [_estimated(code, year) for code in codes] for year in (2024, 2025, 2026)
    }
    sums = {
        (year, place): sum((one[place] for one in found), Fraction(0))
        for year, found in made.items()
        for place in (0, 1)
    }
    for end, estimate in zip(
        ("low", "high"), sorted(sums[2026, p] for p in (0, 1)), strict=True
    ):
        same(match[end], estimate / 10**9)
    actual = {
        year: sum((value(code, str(year), "total") for code in codes), Fraction(0))
        for year in (2024, 2025)
    }
    errors = [
        abs(sums[year, p] / actual[year] - 1) for year in (2024, 2025) for p in (0, 1)
    ]
    same(match["error"], 100 * max(errors))


def _estimated(code: str, year: int) -> tuple[Fraction, Fraction]:
    """Return the year by both methods, from January to July; see the formulas of the page."""
    period = f"{year}-7M"
    known, before = value(code, period, "total"), base(code, period, "total")[1]
    last = (
        value(code, "2025", "total")
        if year == 2026
        else base(code, str(year), "total")[1]
    )
    return known * last / before, known + last - before
