"""Both sides' figures of one flow, item by item, and what one good does to a year's growth."""

from __future__ import annotations

from typing import Any

import pandas as pd

from catrade.cells.frames import VALUE_COLUMNS, require_columns
from catrade.names import name_of
from catrade.trade_composition.composition import (
    LABELS,
    OTHER,
    OTHER_NAME,
    flow_sources,
    prepared_items,
)
from pagemill.errors import ParameterError
from pagemill.intervals import Interval, bounds, difference_bounds, ratio_bounds


def compare_reporters(frame: pd.DataFrame) -> pd.DataFrame:
    """Put the exporter's and the importer's figures side by side, item by item.

    Returns
    -------
    DataFrame
        exporter, importer, year, item column, labels, exporter_usd, importer_usd, difference_usd
        (importer − exporter), ratio (importer / exporter) and the bounds of the last two
        (…_low, …_high), source_ids. A value one side does not list is NaN (it is not known to be
        zero), and so is what follows from it. Only flows and years that both sides publish.

    Examples
    --------
    >>> frame = pd.DataFrame({"exporter": "CHN", "importer": "UZB", "reporter": ["CHN", "UZB"],
    ...     "year": 2024, "hs_chapter": "87", "value_usd": [4.0, 3.0], "low_usd": [4.0, 3.0],
    ...     "high_usd": [4.0, 3.0]})
    >>> compare_reporters(frame)[["exporter_usd", "importer_usd", "ratio"]].to_dict("records")
    [{'exporter_usd': 4.0, 'importer_usd': 3.0, 'ratio': 0.75}]
    """
    frame, item = prepared_items(frame, "compare_reporters")
    keys = ["exporter", "importer", "year", item]
    labels = [c for c in LABELS if c in frame.columns and c != item]
    of_side = {side: frame["reporter"] == frame[side] for side in ("exporter", "importer")}
    flows = pd.Series(zip(*(frame[name].tolist() for name in keys[:3]), strict=True), dtype=object)
    published = set(flows[of_side["exporter"]]) & set(flows[of_side["importer"]])
    sources = flow_sources(frame, keys[:3])
    frame = frame[flows.isin(published)]
    sides = []
    for side, is_side in of_side.items():
        names = {c: c.replace("usd", side) for c in VALUE_COLUMNS}
        sides.append(frame.loc[is_side, [*keys, *VALUE_COLUMNS]].rename(columns=names))
    pair = sides[0].merge(sides[1], on=keys, how="outer")
    pair = pair.merge(frame[[item, *labels]].drop_duplicates(item), on=item, how="left")
    pair = pair.merge(sources, on=keys[:3])
    exporter = bounds(pair, "low_exporter", "high_exporter")
    importer = bounds(pair, "low_importer", "high_importer")
    apart, ratio = difference_bounds(importer, exporter), ratio_bounds(importer, exporter)
    base = pair["value_exporter"].where(pair["value_exporter"] > 0)
    pair = pair.assign(
        exporter_usd=pair["value_exporter"],
        importer_usd=pair["value_importer"],
        difference_usd=pair["value_importer"] - pair["value_exporter"],
        difference_low_usd=apart.low,
        difference_high_usd=apart.high,
        ratio=pair["value_importer"] / base,
        ratio_low=ratio.low,
        ratio_high=ratio.high,
    )
    numbers = ["exporter_usd", "importer_usd", "difference_usd", "difference_low_usd"]
    numbers += ["difference_high_usd", "ratio", "ratio_low", "ratio_high", "source_ids"]
    return pair[[*keys, *labels, *numbers]].sort_values(keys).reset_index(drop=True)


def shares_of_gap(pairs: pd.DataFrame) -> pd.DataFrame:
    """Say which items the gap between the two sides' figures of a flow sits in.

    With X what the exporter and M what the importer reports of an item k, its ratio is M_k / X_k
    and its share of the gap (M_k − X_k) / Σ (M − X), over the items both sides list. The shares sum
    to 1; one is negative where the item's own gap runs against the sum. Where the gaps cancel each
    other so far that less than half of Σ |M − X| is left, shares of what is left mean nothing.

    Parameters
    ----------
    pairs
        What `compare_reporters` returns.

    Returns
    -------
    DataFrame
        `pairs` plus gap_usd, the sum of the differences of its flow and year, and share_of_gap
        (fraction; NaN where a side does not list the item, or where the gaps cancel).

    References
    ----------
    R. Fisman and S.-J. Wei, *Tax rates and tax evasion: evidence from "missing imports" in China*,
    Journal of Political Economy 112(2), 2004 (gaps good by good); United Nations, *International
    Merchandise Trade Statistics: Compilers Manual, Revision 1*, 2013, chapter 9 (mirror data). The
    share is the item's part in the sum, an identity.

    Examples
    --------
    >>> pairs = pd.DataFrame({"exporter": "CHN", "importer": "KGZ", "year": 2023,
    ...     "wits_group": ["50-63", "84-85"], "difference_usd": [-7.0, 1.0]})
    >>> shares_of_gap(pairs)["share_of_gap"].round(3).tolist()
    [1.167, -0.167]
    """
    flow = ["exporter", "importer", "year"]
    require_columns(pairs, [*flow, "difference_usd"], "shares_of_gap")
    flows = [pairs[name] for name in flow]
    gap = pairs["difference_usd"].groupby(flows).transform("sum")
    gross = pairs["difference_usd"].abs().groupby(flows).transform("sum")
    share = pairs["difference_usd"] / gap.where(gap.abs() >= _LEFT * gross).where(gap != 0)
    return pairs.assign(gap_usd=gap, share_of_gap=share)


#: Of differences that cancel further than to this part, shares are not given.
_LEFT = 0.5


#: SITC sections and the HS chapters that hold most of their goods: an approximation, since some
#: headings of a chapter lie in another section.
SITC_CHAPTERS = {
    "7": ("Machinery and vehicles", tuple(str(n) for n in range(84, 90))),
    "8": (
        "Clothing, footwear, household goods",
        tuple(str(n) for n in (42, 43, *range(61, 68), 90, 91, 92, 94, 95, 96)),
    ),
}


def sections_and_chapters(groups: pd.DataFrame, chapters: pd.DataFrame) -> pd.DataFrame:
    """Set UNCTAD's SITC sections beside the importer's chapters, where both have a year.

    UNCTAD's matrix takes China's exports from China's reports, so it stands for the exporter.

    Parameters
    ----------
    groups
        Rows of `load_composition_groups`, classification SITC1, of one flow of China's exports.
    chapters
        The importer's rows of `load_composition` of the same flow.

    Returns
    -------
    DataFrame
        As `compare_reporters` returns it, item column group with group_name: machinery and vehicles
        (SITC 7, HS 84 to 89), clothing, footwear and household goods (SITC 8 and the chapters of
        `SITC_CHAPTERS`) and all other goods; the newest year both have, or no rows.

    References
    ----------
    United Nations Statistics Division, *Standard International Trade Classification, Revision 3*,
    correlation with the Harmonized System; here by whole chapters.
    """
    years = sorted(set(groups["year"]) & set(chapters["year"]))[-1:]
    sections = {code: code for code in SITC_CHAPTERS}
    of_chapter = {part: code for code, (_, parts) in SITC_CHAPTERS.items() for part in parts}
    sides = [
        groups.assign(reporter=groups["exporter"], group=groups["code"].map(sections)),
        chapters.assign(group=chapters["hs_chapter"].map(of_chapter)),
    ]
    names = {code: name for code, (name, _) in SITC_CHAPTERS.items()} | {OTHER: OTHER_NAME}
    keys = ["exporter", "importer", "reporter", "year", "group"]
    frame = pd.concat([one[[*keys, *VALUE_COLUMNS, "source_id"]] for one in sides])
    frame = frame[frame["year"].isin(years)].fillna({"group": OTHER})
    rule = dict.fromkeys(VALUE_COLUMNS, "sum") | {"source_id": "first"}
    frame = frame.groupby(keys).agg(rule).reset_index()
    return compare_reporters(frame.assign(group_name=frame["group"].map(names)))


def gold_effect(
    cells: pd.DataFrame,
    highlights: pd.DataFrame,
    year: int = 2025,
    *,
    country: str = "KGZ",
    region: str = "CA5",
) -> pd.DataFrame:
    """Show one country's sales without its gold, and the region's growth without that country.

    Parameters
    ----------
    cells
        Annual cell frame with China's imports from `country` and `region` in `year` and the year
        before (reporter CHN, flow import; other rows are ignored).
    highlights
        Facts of `load_highlights`: the gold `country` sold to China in `year`, in dollars.
    year
        Year to look at.

    Returns
    -------
    DataFrame
        measure, series, period, value, low, high, unit (USD or fraction), source_ids:
        `imports`, from the country: all goods (both years), gold, all but gold;
        `gold_share`, gold in all goods;
        `growth` of imports, from the region and from the region without the country;
        `share_of_increase`, the country's part of the region's increase (no row if the region may
        not have grown).

    Raises
    ------
    ParameterError
        If a cell or the gold figure is missing, or stands more than once.
    """
    require_columns(cells, ["reporter", "partner", "period", "flow", *VALUE_COLUMNS], "gold_effect")
    needed = ["exporter", "importer", "period", "topic", "value", "low", "high", "unit"]
    require_columns(highlights, needed, "gold_effect")
    found = {
        (place, when): _one_cell(cells, place, when)
        for place in (country, region)
        for when in (year - 1, year)
    }
    gold = _one_row(
        highlights[
            (highlights["exporter"] == country)
            & (highlights["importer"] == "CHN")
            & (highlights["topic"] == "gold")
            & (highlights["period"] == str(year))
            & (highlights["unit"] == "USD")
        ],
        f"the gold {name_of(country)} sold to China in {year}, in dollars",
    )
    gold_bounds = Interval(float(gold["low"]), float(gold["high"]))
    now, before = found[country, year], found[country, year - 1]
    whole, base = found[region, year], found[region, year - 1]
    ids = ";".join(_ids(now, gold))
    name, area = name_of(country), name_of(region)
    rows = [
        _row("imports", f"{name}, all goods", year - 1, before[0], before[1], "USD", before[2]),
        _row("imports", f"{name}, all goods", year, now[0], now[1], "USD", now[2]),
        _row("imports", f"{name}, gold", year, gold["value"], gold_bounds, "USD", _ids(gold)[0]),
        _row(
            "imports",
            f"{name}, all but gold",
            year,
            now[0] - gold["value"],
            _not_negative(now[1] - gold_bounds),
            "USD",
            ids,
        ),
        _row(
            "gold_share",
            f"{name}, gold",
            year,
            gold["value"] / now[0],
            gold_bounds / now[1],
            "fraction",
            ids,
        ),
        _row(
            "growth",
            area,
            year,
            whole[0] / base[0] - 1,
            whole[1] / base[1] - 1,
            "fraction",
            ";".join(_ids(whole, base)),
        ),
        _row(
            "growth",
            f"{area} without {name}",
            year,
            (whole[0] - now[0]) / (base[0] - before[0]) - 1,
            (whole[1] - now[1]) / (base[1] - before[1]) - 1,
            "fraction",
            ";".join(_ids(whole, base, now, before)),
        ),
    ]
    increase = whole[1] - base[1]
    if increase.low > 0:
        rows.append(
            _row(
                "share_of_increase",
                name,
                year,
                (now[0] - before[0]) / (whole[0] - base[0]),
                (now[1] - before[1]) / increase,
                "fraction",
                ";".join(_ids(whole, base, now, before)),
            )
        )
    return pd.DataFrame(rows)


def _one_cell(cells: pd.DataFrame, partner: str, year: int) -> tuple[float, Interval, str]:
    rows = cells[
        (cells["reporter"] == "CHN")
        & (cells["partner"] == partner)
        & (cells["flow"] == "import")
        & (cells["period"].astype(str) == str(year))
    ]
    row = _one_row(rows, f"China's imports from {name_of(partner)} in {year}")
    span = Interval(float(row["low_usd"]), float(row["high_usd"]))
    return float(row["value_usd"]), span, str(row.get("source_ids", ""))


def _one_row(rows: pd.DataFrame, what: str) -> pd.Series[Any]:
    if len(rows) != 1:
        message = f"gold_effect needs one figure for {what}; got {len(rows)}"
        raise ParameterError(message)
    return rows.iloc[0]


def _ids(*of: tuple[float, Interval, str] | pd.Series[Any]) -> list[str]:
    cells = [item[2] if isinstance(item, tuple) else str(item.get("source_id", "")) for item in of]
    return list(dict.fromkeys(part for cell in cells for part in cell.split(";")))


def _not_negative(span: Interval) -> Interval:
    return Interval(max(0.0, span.low), max(0.0, span.high))


def _row(
    measure: str, series: str, year: int, value: float, span: Interval, unit: str, ids: str
) -> dict[str, object]:
    return {
        "measure": measure,
        "series": series,
        "period": str(year),
        "value": float(value),
        "low": span.low,
        "high": span.high,
        "unit": unit,
        "source_ids": ids,
    }
