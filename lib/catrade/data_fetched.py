"""What was fetched, for the loaders: checked by the schemas of the bundled tables, and cached.

Nothing here costs more than a look at the disk where `data/fetched` does not exist.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from catrade.errors import DataError
from catrade.fetch.store import read_json
from catrade.fetch.tables import COMPOSITION_COLUMNS, SOURCE_COLUMNS, TRADE_COLUMNS, Rows
from catrade.schemas.core import TableSpec

_FLOW_YEAR = ["exporter", "importer", "reporter", "year"]
#: Coverage of a flow whose chapters do not reach its reported total.
PARTIAL = "partial"
#: Says nothing of the edition: the bundled tables do not know theirs.
UNKNOWN_EDITION = ""

_Stamps = tuple[tuple[str, int, int], ...]
_CACHE: dict[tuple[str, _Stamps], Rows] = {}


def present(folder: Path) -> bool:
    """Return whether anything was fetched."""
    return (folder / "fetched").is_dir()


def trade(folder: Path) -> Rows:
    """Return the fetched rows of the table `trade` and their sources.

    Raises
    ------
    DataError
        If a fetched file is damaged or its rows break the table's schema.
    """
    return _cached("trade", folder, _trade)


def composition(folder: Path) -> Rows:
    """Return the fetched rows of the table `composition` and their sources; not BACI's.

    Besides the table's columns: `classification` (HS edition, such as "HS 2022") and `total_usd`
    (the total reported for the flow and year; NaN if it was not fetched).

    Raises
    ------
    DataError
        As `trade`.
    """
    return _cached("composition", folder, _composition)


def totals(folder: Path) -> pd.Series[float]:
    """Return UN Comtrade's fetched totals by exporter, importer, reporter and period (as text).

    Without those that contradict the bundled figures.
    """
    rows = trade(folder).rows
    ours = rows[rows["source_id"].str.startswith("comtrade-") & rows["flow"].isin(_DIRECTIONS)]
    ours = ours[ours["quality"] == "ok"]
    sold = ours["flow"] == "export"
    frame = pd.DataFrame(
        {
            "exporter": ours["reporter"].where(sold, ours["partner"]),
            "importer": ours["partner"].where(sold, ours["reporter"]),
            "reporter": ours["reporter"],
            "year": ours["period"],
            "value": ours["value"],
        }
    )
    return frame.drop_duplicates(_FLOW_YEAR).set_index(_FLOW_YEAR)["value"]


def sources(folder: Path) -> pd.DataFrame:
    """Return one row of the table `sources` for everything that was fetched."""
    return _cached("sources", folder, _sources).sources


def availability(folder: Path) -> pd.DataFrame:
    """Return whether UN Comtrade has the reports that were asked for; see `load_availability`."""
    columns = ["reporter", "frequency", "period", "status", "released", "classification", "asked"]
    if not (folder / "fetched" / "comtrade").is_dir():
        return pd.DataFrame(columns=columns)
    from catrade.fetch.comtrade_rows import availability as asked

    frame = pd.DataFrame(asked(folder), columns=columns)
    monthly = frame["period"].str.fullmatch(r"\d{6}")
    dashed = frame["period"].str[:4] + "-" + frame["period"].str[4:]
    return frame.assign(period=frame["period"].where(~monthly.astype(bool), dashed))


def customs_tables(folder: Path) -> set[str]:
    """Return the ids of the tables of Chinese customs that were read."""
    ids = trade(folder).sources["source_id"]
    return set(ids[ids.str.startswith("gacc-")])


def has_baci(folder: Path) -> bool:
    """Return whether a BACI release was imported."""
    return any((folder / "fetched" / "baci").glob("[!.]*/manifest.json"))


def baci_countries(folder: Path) -> set[str]:
    """Return the countries of the newest BACI release; none if there is no release."""
    if not has_baci(folder):
        return set()
    from catrade.fetch import baci

    return set(baci.countries(folder)["iso3"])


def partners(folder: Path) -> set[str]:
    """Return the countries whose trade with China, by product, can be had from what was fetched."""
    found = baci_countries(folder)
    for path in (folder / "fetched" / "comtrade").glob("*/*.json"):
        request = read_json(path).get("request") or {}
        if request.get("level"):
            found |= {request["reporter"], *request["partners"]}
    return found - {"CHN", "WLD"}


def _stamps(folder: Path) -> _Stamps:
    found = []
    for path in sorted((folder / "fetched").glob("**/*.json")):
        status = path.stat()
        found.append((str(path), status.st_mtime_ns, status.st_size))
    return tuple(found)


def _cached(name: str, folder: Path, read: Callable[[Path], Rows]) -> Rows:
    if not present(folder):
        return _nothing()
    key = (name, _stamps(folder))
    if key not in _CACHE:
        _CACHE[key] = read(folder)
    return _CACHE[key]


@functools.cache
def _nothing() -> Rows:
    return Rows(pd.DataFrame(), pd.DataFrame(columns=list(SOURCE_COLUMNS)))


def _trade(folder: Path) -> Rows:
    from catrade.fetch import fetched_trade_rows
    from catrade.schemas.trade import SOURCES, TRADE

    read = fetched_trade_rows(folder)
    return Rows(
        _checked(read.rows, TRADE, TRADE_COLUMNS), _checked(read.sources, SOURCES, SOURCE_COLUMNS)
    )


def _composition(folder: Path) -> Rows:
    from catrade.fetch import fetched_composition_rows
    from catrade.schemas.composition import CELLS_MISSING, COMPOSITION
    from catrade.schemas.trade import SOURCES

    read = fetched_composition_rows(folder)
    partial = read.rows["coverage"] == PARTIAL
    # The bundled table holds no partial flow, so its schema does not know the word.
    rows = read.rows.assign(coverage=read.rows["coverage"].mask(partial, CELLS_MISSING))
    rows = _checked(rows, COMPOSITION, COMPOSITION_COLUMNS)
    rows["coverage"] = rows["coverage"].mask(partial.to_numpy(dtype=bool), PARTIAL)
    # `comtrade_rows` begins its notes with the edition.
    edition = rows["note"].astype(str).str.extract(r"^coded in (HS \d{4})", expand=False)
    keys = pd.MultiIndex.from_frame(rows[_FLOW_YEAR].astype({"year": str}))
    total = totals(folder).reindex(keys).to_numpy(dtype="float64")
    rows = rows.assign(
        # Without a total, or with one that contradicts the bundled figure, nothing is proved whole.
        coverage=rows["coverage"].mask(pd.isna(total), PARTIAL),
        classification=edition.fillna(UNKNOWN_EDITION),
        total_usd=total,
    )
    return Rows(rows, _checked(read.sources, SOURCES, SOURCE_COLUMNS))


_DIRECTIONS = ("export", "import")


def _sources(folder: Path) -> Rows:
    parts = [trade(folder).sources, composition(folder).sources]
    if has_baci(folder):
        from catrade.fetch import baci
        from catrade.schemas.trade import SOURCES

        parts.append(_checked(baci.sources(folder), SOURCES, SOURCE_COLUMNS))
    filled = [part for part in parts if len(part)] or parts[:1]
    frame = pd.concat(filled, ignore_index=True).drop_duplicates("source_id", ignore_index=True)
    return Rows(pd.DataFrame(), frame)


def _checked(rows: pd.DataFrame, spec: TableSpec, columns: tuple[str, ...]) -> pd.DataFrame:
    """Validate rows by a table's schema; what a bundled row may not say, a fetched one may not."""
    if rows.empty:
        return pd.DataFrame(columns=list(columns))
    from pandera.errors import SchemaErrors

    kinds = {name: str(spec.schema.columns[name].dtype) for name in columns}
    texts = [name for name, kind in kinds.items() if not kind.startswith(("int", "float"))]
    # The schema's own: how pandas stores text can be set otherwise since it was made.
    as_text = {name: spec.schema.columns[name].dtype.type for name in texts}
    frame = rows[list(columns)].astype(as_text).reset_index(drop=True)
    bare = frame.assign(**{name: frame[name].where(frame[name] != "") for name in texts})
    try:
        spec.schema.validate(bare, lazy=True)
    except SchemaErrors as errors:
        case = errors.failure_cases.iloc[0]
        message = (
            f"fetched rows break the table {spec.name}: column {case['column']} has"
            f" {str(case['failure_case'])!r} ({case['check']}); remove what was"
            " fetched (catrade fetch --list shows its name) and fetch it again"
        )
        raise DataError(message) from errors
    twice = frame[frame.duplicated(list(spec.key))]
    if len(twice):
        cell = ", ".join(str(twice.iloc[0][name]) for name in spec.key)
        message = f"fetched rows of the table {spec.name} have {cell} twice; fetch it again"
        raise DataError(message)
    return frame
