"""CEPII BACI: a release the user downloaded, as Parquet that DuckDB reads by pair.

BACI (Gaulier and Zignago 2010, CEPII Working Paper 2010-23) reconciles both sides' books of every
trade flow at six digits. A release is a zip of one CSV a year (`BACI_HS17_Y2017_V202601.csv` with
columns t, i, j, k, v, q: year, exporter, importer, product, thousand US dollars, tonnes) and
tables of countries and products, of which `country_codes_V202601.csv` is read. It has had two
layouts: `country_name_full`, `iso_3digit_alpha` until V2023…, `country_name`, `country_iso3`
since; older ones write `N/A` for the three areas that are no country.

On disk: `data/fetched/baci/HS17_V202601/` with `trade/year=2017/part-000.parquet` … (columns
exporter and importer as the release's numbers, hs6 as a number without its leading zero,
value_usd, quantity_t), `countries.parquet` and `manifest.json`. Releases
stand side by side. An import is whole or not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from catrade_build.tables.goods import BACI
from catrade_build.tables.names import CENTRAL_ASIA, canonical, no_such_place
from catrade_build.tables.paths import fetched_dir
from catrade_build.tables.trade import Codes, several
from catrade_fetch import publishers, store
from catrade_fetch.kept import read_json
from rounding.errors import DataError, ParameterError, choice_error

NAME = "baci"
PAIRS = "pairs.json"
LEVELS = (0, 2, 4, 6)
_MEMORY = "1GB"
#: Products are stored as numbers and summed as such; their zeros come back once, after the sums.
_SUMS = """
WITH iso AS (SELECT * FROM read_parquet(?)), sums AS (
  SELECT e.iso3 AS exporter, m.iso3 AS importer, year, hs6 // {cut} AS number,
    sum(value_usd) AS value_usd, sum(quantity_t) AS quantity_t,
    sum(value_usd) FILTER (quantity_t IS NOT NULL) AS weighed_usd
  FROM read_parquet(?, hive_partitioning = true) t
  JOIN iso e ON e.country_code = t.exporter JOIN iso m ON m.country_code = t.importer
  WHERE {where} GROUP BY ALL)
SELECT exporter, importer, year, {code} AS code, value_usd, quantity_t, weighed_usd
FROM sums ORDER BY ALL
"""


def releases(data_dir: Path) -> list[str]:
    """Return the names of the releases that are there, oldest version first."""
    root = fetched_dir(data_dir, NAME)
    names = [path.parent.name for path in root.glob("[!.]*/manifest.json")]
    return sorted(names, key=lambda name: (name.partition("_")[2], name))


def load_flows(
    data_dir: Path,
    *,
    exporter: Codes = None,
    importer: Codes = None,
    level: int = 2,
    start: int | None = None,
    end: int | None = None,
) -> pd.DataFrame:
    """Return sums of trade from the newest BACI release; filters and sums are done by DuckDB.

    Parameters
    ----------
    exporter, importer
        ISO 3166-1 alpha-3, several, or None for the whole world.
    level
        Digits of the product codes: 2, 4, 6, or 0 for all goods together (code `TOTAL`).
    start, end
        First and last year.

    Returns
    -------
    DataFrame
        exporter, importer, year, code, value_usd (US dollars), quantity_t (tonnes, where known),
        weighed_usd (the value of which they are known).
        A pair or product without trade has no row. `attrs` has table, unit and sources.

    Raises
    ------
    ParameterError
        If a country or level is not there.
    DataError
        If no release was imported.
    """
    # What is asked for becomes one query over the files of all years.
    if level not in LEVELS:
        raise choice_error(name="level", value=level, choices=LEVELS)
    folder = _newest(data_dir)
    iso = _countries(data_dir)
    where = [f"year BETWEEN {start or 0} AND {end or 9999}"]
    for side, chosen in (("exporter", exporter), ("importer", importer)):
        if chosen is not None:
            numbers = map(str, _numbers(iso, several(chosen), side))
            where.append(f"t.{side} IN ({', '.join(numbers)})")
    code = f"lpad(number::VARCHAR, {level}, '0')" if level else "'TOTAL'"
    query = _SUMS.format(cut=10 ** (6 - level), where=" AND ".join(where), code=code)
    frame = _read(
        query, folder / "countries.parquet", folder / "trade/*/part-000.parquet"
    )
    frame["year"] = frame["year"].astype("int64")
    frame.attrs = {"table": "baci", "unit": "USD", "sources": [source_id(folder.name)]}
    return frame


def countries(data_dir: Path) -> set[str]:
    """Return the codes of the countries of the newest release; none if there is no release."""
    return set(_countries(data_dir)["iso3"]) if releases(data_dir) else set()


def asked_pairs(data_dir: Path) -> list[list[str]]:
    """Return the pairs whose trade stands in the table `composition`: China's with the five, more.

    What was asked for besides (`catrade fetch baci --pair DEU-FRA`) is kept in `pairs.json`.
    """
    of_china = [["CHN", code] for code in CENTRAL_ASIA]
    file = fetched_dir(data_dir, NAME) / PAIRS
    return of_china + (read_json(file)["pairs"] if file.is_file() else [])


def add_pair(data_dir: Path, text: str) -> str:
    """Have the tables hold the trade of a pair too, such as `DEU-FRA`; return what is done.

    Raises
    ------
    ParameterError
        If these are not two countries of the newest release.
    DataError
        If there is no release.
    """
    codes = [canonical(part) for part in text.split("-")]
    _numbers(_countries(data_dir), codes, "--pair")
    if len(set(codes)) != 2:
        raise ParameterError(
            f"--pair must be two countries, such as CHN-MNG; got {text!r}"
        )
    asked = asked_pairs(data_dir)
    if codes not in asked and codes[::-1] not in asked:
        more = asked[len(CENTRAL_ASIA) :]
        file = fetched_dir(data_dir, NAME) / PAIRS
        store.write_json(file, {"pairs": [*more, codes]})
    return f"the trade of {' and '.join(codes)} stands in the tables (reporter BACI)"


def pair_rows(data_dir: Path) -> publishers.Rows:
    """Return chapters of the pairs asked for as rows of `composition`, of the newest release."""
    columns = publishers.COMPOSITION_COLUMNS
    there = countries(data_dir)
    pairs = [pair for pair in asked_pairs(data_dir) if {*pair} <= there]
    if not pairs:
        return publishers.sourced_rows([], [], columns)
    places = sorted({code for pair in pairs for code in pair})
    frame = load_flows(data_dir, exporter=places, importer=places)
    ways = pd.DataFrame(
        [*pairs, *(pair[::-1] for pair in pairs)], columns=["exporter", "importer"]
    )
    frame = frame.merge(ways.drop_duplicates())
    release = releases(data_dir)[-1]
    two = int(release[2:4])
    rows = frame.assign(
        hs_chapter=frame["code"],
        value_usd=frame["value_usd"].round(2),
        net_weight_t=frame["quantity_t"].round(3),
        weighed_usd=frame["weighed_usd"].round(2),
        reporter=BACI,
        basis="reconciled",
        coverage="complete",
        classification=f"HS {two + (1900 if two > 87 else 2000)}",
        source_id=source_id(release),
    )
    sources = [_source(data_dir, name) for name in releases(data_dir)]
    return publishers.sourced_rows(rows, sources, columns)


def source_id(release: str) -> str:
    """Return the source id of a release.

    Examples
    --------
    >>> source_id("HS17_V202601")
    'cepii-baci-hs17-v202601'
    """
    return f"cepii-baci-{release.lower().replace('_', '-')}"


def _source(data_dir: Path, release: str) -> dict[str, str]:
    manifest = read_json(fetched_dir(data_dir, NAME) / release / "manifest.json")
    version = release.partition("_V")[2]
    return publishers.source_row(
        NAME,
        source_id(release),
        f"{version[:4]}-{version[4:6]}",
        release=release,
        day=manifest["fetched"][:10],
        file=manifest["file"],
        sha256=manifest["sha256"],
    )


def _newest(data_dir: Path) -> Path:
    there = releases(data_dir)
    if not there:
        raise DataError(
            "no BACI release is there; download one and run catrade fetch baci FILE"
        )
    return fetched_dir(data_dir, NAME) / there[-1]


def _countries(data_dir: Path) -> pd.DataFrame:
    file = _newest(data_dir) / "countries.parquet"
    return _read("SELECT * FROM read_parquet(?)", file)


def _read(query: str, *files: Path) -> pd.DataFrame:
    """Return what a query finds in Parquet files."""
    import duckdb  # takes its time, and most have no release

    with duckdb.connect(config={"memory_limit": _MEMORY}) as con:
        # Its threads end with the connection, unlike pyarrow's.
        frame: pd.DataFrame = con.execute(query, list(map(str, files))).df()
    return frame


def _numbers(iso: pd.DataFrame, chosen: Sequence[str], side: str) -> list[int]:
    numbers: list[int] = []
    for code in chosen:
        of_country = iso.loc[iso["iso3"] == canonical(code), "country_code"].tolist()
        if not of_country:
            raise no_such_place(side, code)
        numbers += of_country
    return numbers
