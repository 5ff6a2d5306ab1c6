"""Composition that is not in the bundled tables: fetched from UN Comtrade, or a BACI release.

`catrade.load.goods.load_composition` is the door to it.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from catrade.fetch import frames as fetched
from catrade.select import Codes
from pagemill.errors import DataError, ParameterError, choice_error

#: Where a composition may come from; None is the bundled tables and UN Comtrade together.
SOURCES = ("bundled", "comtrade", "baci")
#: Levels below the chapter and their digits; bundled tables do not have them.
DIGITS = {"heading": 4, "subheading": 6}
#: Whose figures BACI's are: neither side's.
BACI = "BACI"
_COVERAGE = ("complete", fetched.CELLS_MISSING, fetched.PARTIAL)
_FLOW_YEAR = ["exporter", "importer", "reporter", "year"]


def one_source(bundled: pd.DataFrame, folder: Path, *, partial: bool) -> pd.DataFrame:
    """Put fetched chapters beside bundled ones and keep one source for each flow and year.

    The rule: complete before incomplete, then the newest publication, then the source id. Chapters
    of two sources never stand in one flow and year.

    Parameters
    ----------
    bundled
        Rows of the table `composition` with `classification` and `total_usd`.
    partial
        Whether to use flows whose chapters do not reach the reported total.
    """
    rows = comtrade_chapters(folder, partial=partial)
    if rows.empty:
        return bundled
    if bundled.empty:
        return rows
    from catrade.load.trade import load_sources

    together = pd.concat([bundled.assign(_of=""), rows.assign(_of=rows["source_id"])])
    published = load_sources().set_index("source_id")["published"]
    blocks = together.drop_duplicates([*_FLOW_YEAR, "_of"])
    blocks = blocks.assign(
        _coverage=blocks["coverage"].map(_COVERAGE.index),
        _age=-blocks["source_id"].map(published).rank(method="dense"),
    )
    best = blocks.sort_values(["_coverage", "_age", "_of"]).drop_duplicates(_FLOW_YEAR)
    kept = together.merge(best[[*_FLOW_YEAR, "_of"]], on=[*_FLOW_YEAR, "_of"])
    return kept.drop(columns="_of")


def comtrade_chapters(folder: Path, *, partial: bool) -> pd.DataFrame:
    """Return the chapters fetched from UN Comtrade, complete flows only unless `partial`."""
    rows = fetched.composition(folder).rows
    if rows.empty or partial:
        return rows
    return rows[rows["coverage"] != fetched.PARTIAL].reset_index(drop=True)


def baci_chapters(
    folder: Path, exporter: Codes, importer: Codes, start: int | None, end: int | None
) -> pd.DataFrame:
    """Return chapters of a pair, or of several, from the newest BACI release."""
    frame = _baci(folder, exporter, importer, 2, start, end)
    return frame.rename(columns={"code": "hs_chapter"})


def products(
    folder: Path,
    source: str | None,
    exporter: Codes,
    importer: Codes,
    level: str,
    start: int | None,
    end: int | None,
    *,
    partial: bool,
) -> pd.DataFrame:
    """Return headings or subheadings of a pair from BACI or UN Comtrade.

    Returns
    -------
    DataFrame
        exporter, importer, reporter, year, code, product (BACI's name of a subheading), value_usd,
        low_usd, high_usd, share (in its flow and year), classification, basis, coverage, source_id.
    """
    digits = DIGITS[level]
    if source == "baci":
        frame = _baci(folder, exporter, importer, digits, start, end)
        frame = frame.merge(_names(folder, digits), on="code", how="left")
        frame["product"] = frame["product"].fillna("")
    elif source == "comtrade":
        frame = _comtrade(folder, exporter, importer, digits)
        frame = frame if partial else frame[frame["coverage"] != fetched.PARTIAL]
    else:
        message = (
            f"level {level!r} needs source='baci' or source='comtrade'; the bundled tables have"
            " chapters"
        )
        raise ParameterError(message)
    frame = frame.assign(
        low_usd=(frame["value_usd"] - 0.5).clip(lower=0),
        high_usd=frame["value_usd"] + 0.5,
        share=frame["value_usd"] / frame.groupby(_FLOW_YEAR)["value_usd"].transform("sum"),
    )
    columns = [*_FLOW_YEAR, "code", "product", "value_usd", "low_usd", "high_usd", "share"]
    columns += ["classification", "basis", "coverage", "source_id"]
    return frame[columns].sort_values([*_FLOW_YEAR, "code"], ignore_index=True)


def check_source(source: str | None, folder: Path) -> None:
    """Refuse a source that is not one, or of which nothing was fetched.

    Raises
    ------
    ParameterError
        If there is no such source.
    DataError
        If nothing was fetched from it; the sentence names the command.
    """
    if source is not None and source not in SOURCES:
        error = choice_error("source", source, SOURCES)
        raise error
    command = ""
    if source == "baci" and not fetched.has_baci(folder):
        command = "catrade fetch baci FILE, with a release downloaded from CEPII"
    elif source == "comtrade" and not (folder / "fetched" / "comtrade").is_dir():
        command = "catrade fetch comtrade --reporter CHN --partner KAZ --years 2015-2024"
    if command:
        message = f"source={source!r} needs figures that were not fetched yet; run {command}"
        raise DataError(message)


def _baci(
    folder: Path,
    exporter: Codes,
    importer: Codes,
    digits: int,
    start: int | None,
    end: int | None,
) -> pd.DataFrame:
    if exporter is None and importer is None:
        message = "source='baci' needs an exporter or an importer: the whole world is too much"
        raise ParameterError(message)
    from catrade.fetch import baci

    frame = baci.load(
        folder, exporter=exporter, importer=importer, level=digits, start=start, end=end
    )
    release = baci.releases(folder)[-1]
    two = int(release[2:4])
    return frame.drop(columns="quantity_t").assign(
        reporter=BACI,
        basis="reconciled",
        coverage="complete",
        classification=f"HS {two + (1900 if two > 87 else 2000)}",
        total_usd=float("nan"),
        source_id=baci.source_id(release),
    )


def _names(folder: Path, digits: int) -> pd.DataFrame:
    from catrade.fetch import baci

    if digits < 6:  # a release names its six-digit products only
        return pd.DataFrame({"code": pd.Series(dtype="str"), "product": pd.Series(dtype="str")})
    return baci.products(folder).rename(columns={"name": "product"})


def _comtrade(folder: Path, exporter: Codes, importer: Codes, digits: int) -> pd.DataFrame:
    from catrade.fetch import comtrade_rows

    sellers, buyers = ([c] if isinstance(c, str) else c for c in (exporter, importer))
    if not sellers or not buyers:
        message = "source='comtrade' below chapters needs an exporter and an importer"
        raise ParameterError(message)
    pairs: list[pd.DataFrame] = [
        comtrade_rows.flows(folder, seller, buyer, level=digits)
        for seller in sellers
        for buyer in buyers
    ]
    frame = pd.concat([one for one in pairs if len(one)] or pairs[:1], ignore_index=True)
    editions = frame["classification"].map(comtrade_rows.EDITIONS)
    sums = frame.groupby(_FLOW_YEAR)["value_usd"].transform("sum")
    keys = pd.MultiIndex.from_frame(frame[_FLOW_YEAR].astype({"year": str}))
    whole = sums >= comtrade_rows.WHOLE * fetched.totals(folder).reindex(keys).to_numpy()
    return frame.assign(
        product="",
        basis="reported",
        coverage=whole.map({True: "complete", False: fetched.PARTIAL}),
        classification=editions.fillna(frame["classification"]),
    )
