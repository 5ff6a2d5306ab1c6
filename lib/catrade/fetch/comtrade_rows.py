"""What was fetched from UN Comtrade, as one frame and as rows of `trade` and `composition`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from catrade.fetch import store
from catrade.fetch.comtrade_check import COLUMNS
from catrade.fetch.comtrade_plan import request_from
from catrade.names import name_of

_NAME = "comtrade"
_CELL = ["reporter", "frequency", "partner", "period", "flow", "level"]
#: Share of the reported total that the products must reach to be called complete.
WHOLE = 0.995
_NO_RECORD = "the dataset is released and has no record of this trade: zero"
_LICENCE = "UN Comtrade: use with credit; the UN's permission is needed to pass larger extracts on"
#: HS editions by UN Comtrade's code.
EDITIONS = {
    "H0": "HS 1992", "H1": "HS 1996", "H2": "HS 2002", "H3": "HS 2007", "H4": "HS 2012",
    "H5": "HS 2017", "H6": "HS 2022", "H7": "HS 2028",
}  # fmt: skip


def entries(data_dir: Path) -> list[store.Entry]:
    """List what was fetched, one entry a reporter."""
    found = []
    for folder in _folders(data_dir):
        kept = store.manifests(folder)
        if not kept:
            continue
        requests = [request_from(manifest["request"]) for _, manifest in kept]
        years = sorted({period[:4] for request in requests for period in request.periods})
        partners = sorted({partner for request in requests for partner in request.partners})
        levels = sorted({request.level for request in requests})
        found.append(
            store.Entry(
                source=_NAME,
                name=folder.name,
                about=(
                    f"{folder.name} with {' '.join(partners[:8])}"
                    f"{' …' if len(partners) > 8 else ''}, {years[0]}-{years[-1]},"
                    f" HS level {', '.join(map(str, levels))}"
                ),
                fetched=store.parse_time(kept[-1][1]["fetched"]),
                records=sum(int(manifest["records"]) for _, manifest in kept),
                paths=(folder,),
            )
        )
    return found


def load(
    data_dir: Path,
    *,
    reporter: str | Sequence[str] | None = None,
    partner: str | Sequence[str] | None = None,
    level: int | None = None,
    frequency: str = "annual",
) -> pd.DataFrame:
    """Return what was fetched, the newest fetch for each cell.

    Parameters
    ----------
    reporter, partner
        A code, several, or all.
    level
        0 (totals), 2, 4 or 6, or all levels fetched.
    frequency
        `annual` or `monthly`.

    Returns
    -------
    DataFrame
        reporter, partner, period, flow, code, level, classification (HS edition), value_usd,
        net_weight_kg, reported, source_id, released. A cell whose dataset is released but has
        no record is a row of level 0 with the value 0.

    Raises
    ------
    DataError
        If a fetched file is damaged.
    """
    covered, parts = [], []
    wanted = {reporter} if isinstance(reporter, str) else reporter and set(reporter)
    for folder in _folders(data_dir):
        if wanted and folder.name not in wanted:
            continue
        for path, manifest in store.manifests(folder):
            request = request_from(manifest["request"])
            if request.frequency != frequency or (level and request.level != level):
                continue
            data = path.with_suffix(".parquet")
            store.check_hash(data, manifest["sha256"])
            # The pieces of one cell have one name; so have a request and its later repetition.
            group = replace(request, codes=(), part=(1, request.part[1])).id
            source = f"comtrade-{folder.name.lower()}-{manifest['fetched'][:10]}"
            parts.append(pd.read_parquet(data).assign(group=group, frequency=frequency))
            for period, partner_code, flow in request.cells:
                kinds = {request.level} | ({0} if request.part[0] == 1 else set())
                covered += [
                    {
                        "reporter": folder.name,
                        "frequency": frequency,
                        "partner": partner_code,
                        "period": period,
                        "flow": flow,
                        "level": kind,
                        "group": group,
                        "of": request.part[1] if kind else 1,
                        "fetched": manifest["fetched"],
                        "released": manifest["released"][period],
                        "classification": manifest["classification"][period],
                        "source_id": source,
                    }
                    for kind in kinds
                ]
    columns = [*COLUMNS, "source_id", "released"]
    if not covered:
        return pd.DataFrame(columns=columns)
    newest = _newest(pd.DataFrame(covered))
    rows = pd.concat([one for one in parts if len(one)] or parts, ignore_index=True)
    # The newest fetch of a cell decides; rows of older ones fall out here.
    joined = newest.merge(rows.drop(columns="classification"), on=[*_CELL, "group"], how="left")
    # A released dataset without a record for the pair: no trade, which is not the same as no data.
    joined = joined[joined["value_usd"].notna() | (joined["level"] == 0)]
    joined = joined.assign(
        code=joined["code"].where(joined["code"].notna(), "TOTAL"),
        value_usd=joined["value_usd"].fillna(0.0),
        net_weight_kg=joined["net_weight_kg"].fillna(0.0),
        reported=joined["reported"].astype("boolean").fillna(False).astype(bool),
    )
    keep = pd.Series(True, index=joined.index)
    if partner is not None:
        keep &= joined["partner"].isin([partner] if isinstance(partner, str) else list(partner))
    if level is not None:
        keep &= joined["level"] == level
    order = ["reporter", "partner", "period", "flow", "level", "code"]
    return joined.loc[keep, columns].sort_values(order, ignore_index=True)


def flows(data_dir: Path, exporter: str, importer: str, *, level: int) -> pd.DataFrame:
    """Return both sides' books of the goods that go from one country to another.

    Parameters
    ----------
    exporter, importer
        Country codes.
    level
        0 (totals), 2, 4 or 6 digits.

    Returns
    -------
    DataFrame
        exporter, importer, reporter, year (int), code, level, classification, value_usd,
        net_weight_kg, source_id, released: rows reported by the exporter (its exports) and by
        the importer (its imports), so far as both were fetched.
    """
    frame = load(data_dir, reporter=[exporter, importer], level=level)
    sold = (frame["reporter"] == exporter) & (frame["partner"] == importer)
    bought = (frame["reporter"] == importer) & (frame["partner"] == exporter)
    side = (sold & (frame["flow"] == "export")) | (bought & (frame["flow"] == "import"))
    frame = frame[side].assign(exporter=exporter, importer=importer)
    frame = frame.assign(year=frame["period"].astype(int))
    columns = [
        "exporter", "importer", "reporter", "year", "code", "level", "classification",
        "value_usd", "net_weight_kg", "source_id", "released",
    ]  # fmt: skip
    return frame[columns].reset_index(drop=True)


def trade_rows(data_dir: Path) -> store.Rows:
    """Return fetched totals as rows of the table `trade`."""
    rows: list[dict[str, Any]] = []
    used = []
    for frequency in ("annual", "monthly"):
        frame = load(data_dir, level=0, frequency=frequency)
        used.append(frame)
        for row in frame.to_dict("records"):
            period = row["period"]
            if frequency == "monthly":
                period = f"{period[:4]}-{period[4:]}"
            rows.append(
                {
                    "reporter": row["reporter"],
                    "partner": row["partner"],
                    "period": period,
                    "flow": row["flow"],
                    "value": row["value_usd"],
                    "currency": "USD",
                    "precision": 1.0,
                    "rounding": "nearest",
                    "growth_printed": float("nan"),
                    "growth_precision": float("nan"),
                    "source_id": row["source_id"],
                    "quality": "ok",
                    "quality_reason": "",
                    "coverage": "goods",
                    "note": "" if row["value_usd"] else _NO_RECORD,
                }
            )
    sources = _sources(pd.concat([one for one in used if len(one)] or used[:1]))
    return store.Rows(store.frame(rows, store.TRADE_COLUMNS), sources)


def composition_rows(data_dir: Path) -> store.Rows:
    """Return fetched HS chapters as rows of the table `composition`.

    Chapters come from the 2-digit answers; where only 4 or 6 digits were fetched, from their sums.
    """
    frame = load(data_dir)
    cell = ["reporter", "partner", "period", "flow"]
    detail = frame[frame["level"] > 0]
    if detail.empty:
        return store.Rows(
            store.frame([], store.COMPOSITION_COLUMNS), store.frame([], store.SOURCE_COLUMNS)
        )
    coarsest = detail.groupby(cell)["level"].transform("min")
    detail = detail[detail["level"] == coarsest]
    detail = detail.assign(hs_chapter=detail["code"].str[:2])
    keys = [*cell, "hs_chapter", "classification", "source_id", "released"]
    chapters = detail.groupby(keys)["value_usd"].sum().reset_index()
    totals = frame[frame["level"] == 0].groupby(cell)["value_usd"].first()
    share = chapters.groupby(cell)["value_usd"].sum() / totals
    # Without a total there is nothing to compare with, and nothing to object to.
    shares = share.reindex(pd.MultiIndex.from_frame(chapters[cell])).fillna(1.0).tolist()
    exports = chapters["flow"] == "export"
    rows = pd.DataFrame(
        {
            "exporter": chapters["reporter"].where(exports, chapters["partner"]),
            "importer": chapters["partner"].where(exports, chapters["reporter"]),
            "reporter": chapters["reporter"],
            "year": chapters["period"].astype("int64"),
            "hs_chapter": chapters["hs_chapter"],
            "value_usd": chapters["value_usd"],
            "basis": "reported",
            "coverage": ["complete" if one >= WHOLE else "partial" for one in shares],
            "source_id": chapters["source_id"],
            "note": [
                f"coded in {EDITIONS.get(edition, edition)}{_said(one)}"
                for edition, one in zip(chapters["classification"], shares, strict=True)
            ],
        }
    )
    return store.Rows(
        store.frame(rows.to_dict("records"), store.COMPOSITION_COLUMNS), _sources(chapters)
    )


def _folders(data_dir: Path) -> list[Path]:
    root = store.fetched_dir(data_dir, _NAME)
    return [path for path in sorted(root.glob("*")) if path.is_dir() and path.name != "products"]


def _newest(covered: pd.DataFrame) -> pd.DataFrame:
    # A cell split by product code counts only when all its pieces are there.
    covered = covered.sort_values("fetched", kind="stable")
    whole = covered.groupby([*_CELL, "group", "of"], as_index=False).agg(
        pieces=("fetched", "size"),
        source_id=("source_id", "last"),
        fetched=("fetched", "max"),
        released=("released", "max"),
        classification=("classification", "last"),
    )
    whole = whole[whole["pieces"] >= whole["of"]]
    last = whole.sort_values(["fetched", "group"]).groupby(_CELL).tail(1)
    return last[[*_CELL, "group", "source_id", "released", "classification"]]


def _said(share: float) -> str:
    return "" if share > 0.9995 else f"; products add up to {share:.1%} of the reported total"


def _sources(frame: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for source_id, part in frame.groupby("source_id"):
        reporter = str(part["reporter"].iloc[0])
        day = str(source_id)[-10:]
        when = datetime.strptime(day, "%Y-%m-%d").strftime("%-d %B %Y")
        years = sorted({period[:4] for period in part["period"]})
        rows.append(
            {
                "source_id": source_id,
                "publisher": "UN Comtrade",
                "title": f"Merchandise trade reported by {name_of(reporter)}, fetched {when}",
                "url": "https://comtradeplus.un.org/",
                "published": part["released"].max(),
                "kind": "dataset",
                "licence": _LICENCE,
                "locator": f"reporter {reporter}, {years[0]}-{years[-1]}, totals of second partner,"
                " mode of transport and customs procedure",
                "note": "exports f.o.b., imports c.i.f. unless the reporter says otherwise;"
                " manifests beside the data in data/fetched/comtrade",
            }
        )
    return store.frame(rows, store.SOURCE_COLUMNS)
