"""Composition that is not in the bundled tables: fetched from UN Comtrade, or a BACI release.

`catrade.tables.goods.load_composition` is the door to it.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from catrade.tables import baci, fetched
from catrade.tables import comtrade as books
from catrade.tables.definitions import CELLS_MISSING, PARTIAL
from catrade.tables.paths import fetched_dir
from catrade.tables.publishers import directed
from catrade.tables.select import Codes, refuse_unknown
from catrade.tables.trade import load_sources
from rounding.errors import DataError, ParameterError

#: What brings the sources of a composition that are fetched.
_COMMANDS = {
    "comtrade": "comtrade --reporter CHN --partner KAZ --years 2015-2024",
    "baci": "baci FILE, with a release downloaded from CEPII",
}
#: Levels below the chapter and their digits; bundled tables do not have them.
DIGITS = {"heading": 4, "subheading": 6}
#: Whose figures BACI's are: neither side's.
BACI = "BACI"
_COVERAGE = ("complete", CELLS_MISSING, PARTIAL)
FLOW_YEAR = fetched.FLOW_YEAR


def one_source(bundled: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Put fetched chapters beside bundled ones and keep one source for each flow and year.

    The rule: complete before incomplete, then the newest publication, then the source id. Chapters
    of two sources never stand in one flow and year.

    Parameters
    ----------
    bundled
        Rows of the table `composition` with `classification` and `total_usd`.
    folder
        The data folder.
    """
    rows = fetched.composition(folder).rows
    if rows.empty:
        return bundled
    bundled = bundled.assign(_of="")
    rows = rows.assign(_of=rows["source_id"])
    together = pd.concat([bundled, rows])
    block = [*FLOW_YEAR, "_of"]
    blocks = together.drop_duplicates(block)
    sources = load_sources().set_index("source_id")
    published = blocks["source_id"].map(sources["published"])
    blocks = blocks.assign(
        _coverage=blocks["coverage"].map(_COVERAGE.index), _published=published
    )
    order = {"_coverage": True, "_published": False, "_of": True}
    blocks = blocks.sort_values([*order], ascending=[*order.values()])
    best = blocks.drop_duplicates(FLOW_YEAR)
    kept = together.merge(best[block], on=block)
    return kept.drop(columns="_of")


def check_source(source: str | None, level: str, folder: Path) -> None:
    """Refuse a source that is not one, of which nothing was fetched, or that lacks the level.

    Raises
    ------
    ParameterError
        If there is no such source, or it has no goods of such a level.
    DataError
        If nothing was fetched from it; the sentence names the command.
    """
    if source is not None:
        refuse_unknown("source", source, ["bundled", *_COMMANDS])
    if level in DIGITS and source not in _COMMANDS:
        raise ParameterError(
            f"level {level!r} needs source='baci' or source='comtrade'; the bundled tables have"
            " chapters"
        )
    if source in _COMMANDS and not any(fetched_dir(folder, source).glob("[!.]*")):
        raise DataError(
            f"source={source!r} needs figures that were not fetched yet; run catrade fetch"
            f" {_COMMANDS[source]}"
        )


def reconciled(
    folder: Path,
    exporter: Codes,
    importer: Codes,
    digits: int,
    start: int | None,
    end: int | None,
) -> pd.DataFrame:
    """Return goods of a pair, or of several, from the newest BACI release.

    Returns
    -------
    DataFrame
        exporter, importer, reporter (BACI), year, code, product (the release's name of a
        subheading; else empty), value_usd, total_usd (NaN), classification, basis, coverage,
        source_id.
    """
    if exporter is None and importer is None:
        raise ParameterError(
            "source='baci' needs an exporter or an importer: the whole world is too much"
        )
    frame = baci.load(
        folder, exporter=exporter, importer=importer, level=digits, start=start, end=end
    )
    release = baci.releases(folder)[-1]
    two = int(release[2:4])
    names = baci.products(folder).set_index("code")["name"]  # of six digits only
    return frame.drop(columns="quantity_t").assign(
        product=frame["code"].map(names).fillna("").astype(str),
        reporter=BACI,
        basis="reconciled",
        coverage="complete",
        classification=f"HS {two + (1900 if two > 87 else 2000)}",
        total_usd=float("nan"),
        source_id=baci.source_id(release),
    )


def reported(folder: Path, digits: int) -> pd.DataFrame:
    """Return headings or subheadings as fetched from UN Comtrade, with columns as `reconciled`."""
    frame = directed(books.load(folder, level=digits))
    frame = frame.rename(columns={"period": "year"}).astype({"year": int})
    # The books of a flow are complete if they reach its total.
    sums = frame.groupby(FLOW_YEAR)["value_usd"].transform("sum")
    whole = sums >= books.WHOLE * fetched.totals_of(frame, folder)
    return frame.assign(
        product="",
        basis="reported",
        coverage=whole.map({True: "complete", False: PARTIAL}),
    )
