"""Rules of the strict check on the car market, the purchase subsidy and the purchase tax."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

import pandas as pd

from catrade.strict_rules import (
    Figure,
    Finding,
    above,
    amount,
    apart,
    figures_of,
    jumps,
    period_conflicts,
    total,
)

#: Jumps between counts of cars that are both smaller are left alone.
CAR_FLOOR = 50_000
#: Series of the car market that a whole is made of.
SUMS = {
    "nev_sales": ("bev_sales", "phev_sales", "fcev_sales"),
    "total_chargers": ("public_chargers", "private_chargers"),
}
#: Series that are a part of another one.
WITHIN = {
    "bev_sales": "nev_sales",
    "phev_sales": "nev_sales",
    "nev_sales": "auto_sales",
    "nev_exports": "auto_exports",
    "nev_production": "auto_production",
    "nev_parc": "auto_parc",
    "bev_parc": "nev_parc",
    "bev_passenger_registrations": "passenger_car_registrations",
    "ev_imports_from_chn": "ev_imports",
}
#: Counts at a point in time, which do not add up over it.
STOCKS = ("parc", "stock", "chargers", "quota")
#: Printed shares are of counts with more digits than those held.
SHARE_SLACK = 0.0005


def car_findings(tables: Mapping[str, pd.DataFrame]) -> Iterator[Finding]:
    """Yield what the rules find in the tables of the policy side (by name, lines as index)."""
    yield from _market(tables["market_series"])
    yield from _subsidies(tables["subsidy_schedule"])
    yield from _tax(tables["purchase_tax_schedule"])


def _market(market: pd.DataFrame) -> Iterator[Finding]:
    """Check the car market: over time, parts against wholes, and the printed share."""
    usable = market[market["quality"] != "rejected"]
    order = usable.assign(_doubtful=usable["quality"] != "ok").sort_values(
        ["_doubtful", "precision"], kind="stable"
    )
    best = order.drop_duplicates(["jurisdiction", "series", "period"]).sort_index()
    series: dict[tuple[str, str], dict[str, Figure]] = defaultdict(dict)
    for figure, row in figures_of(best, "value", "precision"):
        series[str(row["jurisdiction"]), str(row["series"])][str(row["period"])] = figure
    units = dict(zip(market["series"], market["unit"], strict=True))
    for (where, name), one in series.items():
        if units[name] != "vehicles":
            continue
        for period, message in jumps(one, CAR_FLOOR):
            yield _car(one[period].row, "jump", f"{where}-{name}-{period}", message)
        if not any(word in name for word in STOCKS):
            for period, message in period_conflicts(one):
                yield _car(one[period].row, "period_sum", f"{where}-{name}-{period}", message)
    for where in dict.fromkeys(place for place, _ in series):
        yield from _market_parts(where, {n: s for (p, n), s in series.items() if p == where})


def _market_parts(where: str, series: Mapping[str, Mapping[str, Figure]]) -> Iterator[Finding]:
    for name, whole_series in series.items():
        for period, whole in whole_series.items():
            parts = [
                series[part][period]
                for part in SUMS.get(name, ())
                if period in series.get(part, {})
            ]
            # Fuel cells are a rounding of the whole, so two parts are enough.
            if len(parts) >= 2 and apart(total(parts), whole):
                message = (
                    f"its parts come to {amount(total(parts).value)}, not {amount(whole.value)}"
                )
                yield _car(whole.row, "market_sum", f"{where}-{name}-{period}", message)
            larger = series.get(WITHIN.get(name, ""), {}).get(period)
            if larger and above(whole, larger):
                message = (
                    f"{amount(whole.value)} is more than {WITHIN[name]}, {amount(larger.value)}"
                )
                yield _car(whole.row, "market_sum", f"{where}-{name}-{period}", message)
    for period, share in series.get("nev_share_of_sales", {}).items():
        pair = [series.get(name, {}).get(period) for name in ("nev_sales", "auto_sales")]
        if pair[0] and pair[1]:
            least, most = pair[0].low / pair[1].high, pair[0].high / pair[1].low
            if not share.low - SHARE_SLACK <= most or not share.high + SHARE_SLACK >= least:
                message = (
                    f"the share is {share.value:g}, but the counts give {least:.4f} to {most:.4f}"
                )
                cell = f"{where}-nev_share_of_sales-{period}"
                yield _car(share.row, "market_sum", cell, message)


def _car(row: int, rule: str, cell: str, message: str) -> Finding:
    return Finding("market_series.csv", row, rule, cell, message)


def _subsidies(table: pd.DataFrame) -> Iterator[Finding]:
    """More range earns no less; a later period pays no more for the same range; no overlap."""
    rows = table[table["quality"] != "rejected"].sort_values("period_start", kind="stable")
    rows = rows[(rows["scheme"] == "purchase_subsidy") & (rows["bound"] == "exact")]
    for vehicle, bands in rows.groupby("vehicle_type"):
        earlier: pd.DataFrame | None = None
        for start, now in bands.groupby("period_start"):
            now = now.sort_values("range_min_km", kind="stable")
            pairs = list(zip(now.to_dict("records"), now.to_dict("records")[1:], strict=False))
            for (line, below_), (less, more) in zip(list(now.iterrows())[1:], pairs, strict=True):
                name = f"{vehicle}-{start}-{_band(below_['range_min_km'])}"
                if more["amount_cny"] < less["amount_cny"]:
                    message = (
                        f"{more['range_band']} pays {amount(more['amount_cny'])} yuan, less than"
                        f" {amount(less['amount_cny'])} for {less['range_band']}"
                    )
                    yield _schedule(line, name, message)
                if more["range_min_km"] < less["range_max_km"]:
                    message = f"{more['range_band']} overlaps {less['range_band']}"
                    yield _schedule(line, name, message)
            if earlier is not None:
                yield from _later(str(vehicle), str(start), now, earlier)
            earlier = now


def _later(vehicle: str, start: str, now: pd.DataFrame, before: pd.DataFrame) -> Iterator[Finding]:
    ended = before["period_end"].max()
    if ended >= start:
        line = now.index[0]
        yield _schedule(line, f"{vehicle}-{start}", f"begins before the last one ends, {ended}")
    for line, row in now.iterrows():
        least = 0.0 if pd.isna(row["range_min_km"]) else row["range_min_km"]
        holds = before[
            (before["range_min_km"].fillna(0) <= least)
            & (before["range_max_km"].fillna(float("inf")) > least)
        ]
        paid = holds["amount_cny"].max() if len(holds) else None
        if paid is not None and row["amount_cny"] > paid:
            message = (
                f"{row['range_band']} pays {amount(row['amount_cny'])} yuan, more than"
                f" {amount(paid)} before"
            )
            yield _schedule(line, f"{vehicle}-{start}-{_band(least)}", message)


def _band(kilometres: float) -> str:
    return "all" if pd.isna(kilometres) else f"{kilometres:g}km"


def _schedule(line: object, cell: str, message: str) -> Finding:
    return Finding("subsidy_schedule.csv", int(str(line)), "schedule_order", cell, message)


def _tax(table: pd.DataFrame) -> Iterator[Finding]:
    rows = table.sort_values("period_start", kind="stable")
    ends = rows["period_end"].tolist()
    for before, (line, row) in zip(ends, list(rows.iterrows())[1:], strict=False):
        next_day = str(pd.Timestamp(before) + pd.Timedelta(days=1))[:10]
        if row["period_start"] != next_day:
            message = f"begins on {row['period_start']}, but the rule before it ends on {before}"
            cell = f"tax-{row['period_start']}"
            number = int(str(line))
            yield Finding("purchase_tax_schedule.csv", number, "schedule_order", cell, message)
