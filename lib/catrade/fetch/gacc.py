"""Chinese customs (GACC): the monthly table of imports and exports by country (region).

Where the layout was seen: in the comments and parsers of three public programs that read the
tables in 2026 (a JavaScript crawler of the bulletin's xls, a Python reader of the Express xls, a
TypeScript reader of the English pages); not on the site itself, which answers browsers only.

- Chinese Monthly Bulletin: title （2）2026年5月进出口商品国别（地区）总值表（人民币值）, unit line
  单位：万元人民币 or 单位：千美元, a heading of two rows (进出口, 出口, 进口, each with 5月 and
  1至5月, then 累计比去年同期±％ for the three; in January one column each), continents and
  countries indented by blanks, "-" for nothing, notes below.
- English Monthly Bulletin: title "(2) Imports and Exports by Country (Region) of
  Origin/Destination,5.2026", "Unit:US$1,000", the same ten columns, TOTAL first, groups ending in
  a colon.
- Statistics Express (preliminary, main partners only): 主要国别（地区） in the title, 亿元人民币 or
  百万美元 ("CNY 100 Million", "USD1 Million"), rows beginning 其中：, and 1至2月 for January and
  February together.

Files called .xls are often html; the content decides. On disk:
`data/fetched/gacc/<source id>.csv` in the columns of trade.csv, and its manifest.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from catrade.errors import FetchError, ParameterError
from catrade.fetch import store
from catrade.fetch.codes import customs_partner
from catrade.fetch.gacc_header import Header, read_header
from catrade.fetch.gacc_table import read_grid

NAME = "gacc"
_SPANS = {3: "Q1", 6: "H1"}
_NUMBERS = ("value", "precision", "growth_printed", "growth_precision")
_EMPTY = {"", "-", "–", "—", "－", "--"}


def parse(file: Path, *, published: str | None = None) -> store.Rows:
    """Read one table.

    Parameters
    ----------
    file
        The table as downloaded (html or xlsx, whatever its ending).
    published
        Day of publication if known; otherwise the one the file states, or none.

    Returns
    -------
    Rows
        `rows` in the columns of trade.csv: the month and the year to date of every partner the
        library knows, at the full precision of the file; `sources` the table's own row. A span
        from January to December is the year; to March and to June they are `Q1` and `H1`.

    Raises
    ------
    FetchError
        If the file cannot be read, or title, unit or columns are not recognised.
    """
    file = Path(file)
    if published:
        try:
            date.fromisoformat(published)
        except ValueError as error:
            message = f"--published must be a date such as 2026-06-18; got {published!r}"
            raise ParameterError(message) from error
    grid, text = read_grid(file)
    header = read_header(grid, text, file.name, published or "")
    found: dict[tuple[str, str, str], tuple[float, int]] = {}
    for row in grid[header.first_row :]:
        if header.label >= len(row):
            continue
        partner = customs_partner(row[header.label], header.year)
        if partner is None:
            continue
        for (flow, span), column in header.columns.items():
            text_in_cell = row[column] if column < len(row) else ""
            cell = _number(text_in_cell, file.name, row[header.label], signed=span == "growth")
            if cell is None:
                continue
            key = (partner, span, flow)
            if key in found and found[key] != cell:
                message = f"{file.name} has {row[header.label].strip()!r} twice with other figures"
                raise FetchError(message)
            found[key] = cell
    if all(key[1] == "growth" for key in found):
        message = f"{file.name} has no row of a country this library knows"
        raise FetchError(message)
    growth = {(key[0], key[2]): cell for key, cell in found.items() if key[1] == "growth"}
    figures = {key: cell for key, cell in found.items() if key[1] != "growth"}
    precision = header.unit / 10 ** max(digits for _, digits in figures.values())
    values = {key: round(value * header.unit, 2) for key, (value, _) in figures.items()}
    rows = [
        _row(header, values, key, precision, growth)
        for key in sorted(values, key=lambda key: (key[0] != "WLD", key))
    ]
    return store.Rows(
        store.frame(rows, store.TRADE_COLUMNS),
        store.frame([_source(header, file.name)], store.SOURCE_COLUMNS),
    )


def import_file(file: Path, data_dir: Path, *, published: str | None = None) -> str:
    """Read a table and keep its rows; return what was kept as a sentence.

    A later file of the same month, currency and vintage takes the place of the earlier one.

    Raises
    ------
    FetchError
        As `parse`. What was there before stays.
    """
    file = Path(file)
    read = parse(file, published=published)
    source = read.sources.iloc[0].to_dict()
    path = store.fetched_dir(data_dir, NAME) / f"{source['source_id']}.csv"
    periods = sorted(set(read.rows["period"]))
    store.write_pair(
        path,
        lambda target: read.rows.to_csv(target, index=False),
        lambda digest: {
            "source": source,
            "file": file.name,
            "file_sha256": store.sha256(file),
            "fetched": store.now(),
            "periods": periods,
            "records": len(read.rows),
            "sha256": digest,
        },
    )
    return f"kept {len(read.rows)} figures of {' and '.join(periods)} as {source['source_id']}"


def trade_rows(data_dir: Path) -> store.Rows:
    """Return the rows of every table kept.

    Raises
    ------
    DataError
        If a kept file was changed.
    """
    parts = []
    for path, manifest in store.manifests(store.fetched_dir(data_dir, NAME)):
        data = path.with_suffix(".csv")
        store.check_hash(data, manifest["sha256"])
        kinds = {c: float if c in _NUMBERS else str for c in store.TRADE_COLUMNS}
        rows = pd.read_csv(
            data, dtype=kinds, keep_default_na=False, na_values=dict.fromkeys(_NUMBERS, "")
        )
        parts.append(store.Rows(rows, store.frame([manifest["source"]], store.SOURCE_COLUMNS)))
    return store.combine(parts, store.TRADE_COLUMNS)


def composition_rows(data_dir: Path) -> store.Rows:
    """Return no rows: the table has no products."""
    return store.combine([], store.COMPOSITION_COLUMNS)


def entries(data_dir: Path) -> list[store.Entry]:
    """List the tables kept."""
    return [
        store.Entry(
            source=NAME,
            name=path.stem,
            about=f"{manifest['source']['title']}, from {manifest['file']}",
            fetched=store.parse_time(manifest["fetched"]),
            records=int(manifest["records"]),
            paths=(path.with_suffix(".csv"), path),
        )
        for path, manifest in store.manifests(store.fetched_dir(data_dir, NAME))
    ]


def _number(cell: str, name: str, label: str, *, signed: bool) -> tuple[float, int] | None:
    text = re.sub(r"[\s,，\xa0]", "", cell)
    if text in _EMPTY:
        return None
    if not re.fullmatch(rf"{'-?' if signed else ''}\d+(\.\d+)?", text):
        message = f"{name} has {cell.strip()!r} where {label.strip()!r} should have a number"
        raise FetchError(message)
    return float(text), len(text.partition(".")[2].rstrip("0"))


def _row(
    header: Header,
    values: dict[tuple[str, str, str], float],
    key: tuple[str, str, str],
    precision: float,
    growth: dict[tuple[str, str], tuple[float, int]],
) -> dict[str, Any]:
    partner, span, flow = key
    period = f"{header.year}-{header.month:02d}"
    if span == "ytd":
        tail = _SPANS.get(header.month, f"{header.month}M")
        period = str(header.year) if header.month == 12 else f"{header.year}-{tail}"
    parts = [values.get((partner, span, part)) for part in ("export", "import", "total")]
    reason = ""
    if all(part is not None for part in parts):
        gap = abs(parts[0] + parts[1] - parts[2])  # type: ignore[operator]
        if gap > 1.5 * precision + 0.01:
            reason = "exports and imports of the table do not add up to its total"
    # The table prints the change of the year to date; in January that is the month.
    change = growth.get((partner, flow)) if span == "ytd" or header.month == 1 else None
    return {
        "reporter": "CHN",
        "partner": partner,
        "period": period,
        "flow": flow,
        "value": values[key],
        "currency": header.currency,
        "precision": precision,
        "rounding": "nearest",
        "growth_printed": round(change[0] / 100, 8) if change else float("nan"),
        "growth_precision": 0.001 if change else float("nan"),
        "source_id": header.source_id,
        "quality": "doubtful" if reason else "ok",
        "quality_reason": reason,
        "coverage": "goods",
        "note": "" if header.vintage == "monthly" else f"{header.vintage} figure",
    }


def _source(header: Header, name: str) -> dict[str, Any]:
    return {
        "source_id": header.source_id,
        "publisher": "General Administration of Customs of China",
        "title": (
            f"Imports and exports by country (region), {header.year}-{header.month:02d},"
            f" {header.vintage} table in {header.currency}"
        ),
        "url": "http://www.customs.gov.cn/",
        "published": header.published,
        "kind": "official",
        "licence": "official statistics; figures with credit to the source",
        "locator": f"file {name}",
        "note": f"unit {header.unit:,.0f} {header.currency}; cells printed as - are left out",
    }
