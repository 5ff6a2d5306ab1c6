"""Answers of UN Comtrade: what each must be, those that were kept, and as rows of tables."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import pandas as pd

from catrade_build.tables.definitions import PARTIAL, definition_of
from catrade_build.tables.names import name_of
from catrade_build.tables.paths import fetched_dir
from catrade_build.tables.trade import read_table
from catrade_fetch import door, publishers
from catrade_fetch.codes import OF_COMTRADE
from catrade_fetch.kept import CELL, check_hash, manifests
from rounding import formats

NAME = "comtrade"
#: Frequencies and flows, and what UN Comtrade calls them.
LETTERS = {"annual": "A", "monthly": "M"}
FLOW_CODES = {"export": "X", "import": "M"}
FLOW_OF = {code: flow for flow, code in FLOW_CODES.items()}
#: The codes that mean "all of them": any other value is a breakdown and would count twice.
TOTALS = {"partner2Code": "0", "motCode": "0", "customsCode": "C00"}
#: What UN Comtrade calls an edition of the Harmonized System; it becomes part of a path.
EDITION = r"H[0-9S]"
#: How it writes a month.
_MONTH = r"^(\d{4})(\d\d)$"
_PART = "a breakdown that would count twice"
#: What a record may hold, as patterns, and what anything else is.
Forms = Mapping[str, tuple[str, str]]
_FORMS: Forms = {
    "typeCode": ("C?", "services, not goods"),
    "freqCode": ("[AM]?", "another frequency"),
    "mosCode": ("0?", _PART),
    "refYear": (r"(\d{4})?", "no year"),
    **{name: (total, _PART) for name, total in TOTALS.items()},
    "reporterCode": (r"\d{1,3}", "no reporter"),
    "period": (r"\d{4}(0[1-9]|1[0-2])?", "no period"),
    "flowCode": ("|".join(FLOW_OF), "no export or import"),
    "partnerCode": (r"\d{1,4}", "no partner"),
    "cmdCode": ("[0-9A-Z]{2,6}", "no product"),
    "classificationCode": (EDITION, "no edition of the HS"),
    # The last column, at which a lost cell is seen.
    "isAggregate": ("(?i)(true|false|0|1)?", "its cells under other headings"),
}
#: Columns that repeat what was asked, where the API sends them.
_MAY_LACK = {"typeCode", "freqCode", "mosCode", "refYear", "isAggregate"}
_CELL = [*CELL, "level"]
_ANSWER = ["released", "fetched", "source_id", "file", "sha256"]
#: Products may exceed the total by rounding only.
TOO_MUCH = 1.005
#: Share of the reported total that the products must reach to be called complete.
WHOLE = 0.995
_NO_TRADE = (
    "no trade: zero as reported, or not in the complete list of the reporter's partners"
)
#: HS editions by UN Comtrade's code.
_YEARS = (1992, 1996, 2002, 2007, 2012, 2017, 2022, 2028)
UNKNOWN_EDITION = ""
EDITIONS = {f"H{number}": f"HS {year}" for number, year in enumerate(_YEARS)}
#: Columns of `load_answers`, by the first of which its rows are sorted.
_ORDER = ["reporter", "partner", "period", "flow", "level", "code"]
_REST = ["classification", "value_usd", "net_weight_kg", "source_id", "released"]


def checked(table: pd.DataFrame, what: str, asked: Forms | None = None) -> pd.DataFrame:
    """Return records as a tidy frame, or refuse them: of an answer, or of a file that was saved.

    Parameters
    ----------
    table
        Their columns as they came; the index says where each stands.
    what
        What they are of.
    asked
        What columns may hold of what was asked, beside what any record may.

    Returns
    -------
    DataFrame
        reporter, partner (our codes, or UN Comtrade's numbers of those we have none for), period
        (as UN Comtrade writes it), flow, code, classification (`H6` is HS 2022), value_usd,
        net_weight_kg (NaN where it is not known).

    Raises
    ------
    FetchError
        If a column is missing; a record is a breakdown by second partner, transport, supply or
        customs procedure, is not of `asked`, contradicts itself, has no value, or stands twice; or
        a reporter and period mix HS editions.
    """
    # Each column by itself; what two say of one thing; numbers; then records beside each other.
    forms = {**_FORMS, **(asked or {})}
    if missing := sorted({*forms, "primaryValue"} - _MAY_LACK - {*table}):
        why = (
            f"has no column {missing[0]!r}: UN Comtrade has changed, or somebody took it out;"
            " nothing was kept"
        )
        raise door.fault(what, why)
    texts = table.reindex(columns=[*forms]).astype(object).fillna("").map(str)
    for column, (form, odd) in forms.items():
        door.fits(texts[column], form, odd)
    period = texts["period"]
    letter = (period.str.len() == 4).map({True: "A", False: "M"})
    is_other = ~(letter + texts["freqCode"]).isin(["A", "AA", "M", "MM"])
    door.fits(texts["freqCode"][is_other], "", "another frequency")
    is_other = texts["refYear"] != period.str[:4]
    door.fits(texts["refYear"][is_other], "", "another year than its period")
    # Goods of some value weigh something: a nought is how "not known" is written, too.
    kilos = table.reindex(columns=["netWgt"])["netWgt"].fillna(0).replace({"": 0})
    sides = {}
    for side in ("reporter", "partner"):
        number = texts[f"{side}Code"]
        sides[side] = number.astype(int).map(OF_COMTRADE).fillna(number)
    frame = pd.DataFrame(
        {
            **sides,
            "period": period,
            "flow": texts["flowCode"].map(FLOW_OF),
            "code": texts["cmdCode"],
            "classification": texts["classificationCode"],
            "value_usd": door.numbers(table["primaryValue"]),
            "net_weight_kg": door.numbers(kilos).replace(0, float("nan")),
        }
    )
    door.unique(frame, [*CELL, "code"], what)
    editions = frame.drop_duplicates(["reporter", "period", "classification"])
    if mixed := editions["period"][
        editions.duplicated(["reporter", "period"])
    ].tolist():
        raise door.fault(what, f"mixes HS editions in {mixed[0]}; nothing was kept")
    return frame


def answered_for(
    data_dir: Path, reporters: Collection[str] | None = None, frequency: str = "annual"
) -> pd.DataFrame:
    """Return what the answers kept are about, from their manifests: one row an answer and cell.

    Returns
    -------
    DataFrame
        The cell, and of its answer `released`, `fetched`, `source_id`, `file` and its `sha256`.
    """
    rows = []
    for folder in sorted(fetched_dir(data_dir, NAME).glob("*")):
        if reporters is not None and folder.name not in reporters:
            continue
        for path, manifest in manifests(folder):
            request, fetched = manifest["request"], manifest["fetched"]
            # Version 0.4 kept a part of a cell's products, which are kept together now.
            is_part = bool(request["codes"])
            if request["frequency"] != frequency or is_part:
                continue
            answer = {
                "reporter": folder.name,
                "level": request["level"],
                "fetched": fetched,
                "source_id": f"comtrade-{folder.name.lower()}-{fetched[:10]}",
                "file": path.with_suffix(".parquet"),
                "sha256": manifest["sha256"],
            }
            for period, partner, flow in manifest.get("cells", []):  # not in 0.1
                released = manifest["released"][period]
                cell = {"partner": partner, "period": period, "flow": flow}
                rows.append({**answer, **cell, "released": released})
    return pd.DataFrame(rows, columns=[*_CELL, *_ANSWER])


def load_answers(
    data_dir: Path,
    *,
    reporters: Collection[str] | None = None,
    level: int | None = None,
    frequency: str = "annual",
) -> pd.DataFrame:
    """Return what was fetched, the newest fetch for each cell.

    Parameters
    ----------
    reporters
        Their codes; None is all.
    level
        0 (totals), 2, 4 or 6, or all levels fetched.
    frequency
        `annual` or `monthly`.

    Returns
    -------
    DataFrame
        reporter, partner, period, flow, code, level, classification (such as "HS 2022", "" if it is
        not known), value_usd, net_weight_kg (NaN if not known), source_id, released. A total that
        was proved to be zero is a row; one that got no answer is none.

    Raises
    ------
    DataError
        If a fetched file is damaged.
    """
    cells = answered_for(data_dir, reporters, frequency)
    if level is not None:
        cells = cells[cells["level"] == level]
    columns = [*_ORDER, *_REST]
    if cells.empty:
        return pd.DataFrame(columns=columns)
    parts = []
    for answer in cells.drop_duplicates("file").to_dict("records"):
        file = answer["file"]
        check_hash(file, answer["sha256"])
        same = {name: answer[name] for name in ("reporter", "level", "file")}
        part = pd.read_parquet(file)
        parts.append(part.assign(**same))
    rows = publishers.joined(parts)
    # The newest fetch of a cell decides; rows of older ones fall out here.
    cells = cells.sort_values(["fetched", "file"], kind="stable")
    decides = cells.drop_duplicates(_CELL, keep="last")
    decides = decides[[*_CELL, "file", "source_id", "released"]]
    newest = decides.merge(rows, on=[*_CELL, "file"])[columns]
    editions = newest["classification"].map(EDITIONS)
    newest["classification"] = editions.fillna(UNKNOWN_EDITION)
    return newest.sort_values(_ORDER, ignore_index=True)


def total_rows(data_dir: Path) -> publishers.Rows:
    """Return fetched totals as rows of the table `trade`."""
    parts = [load_answers(data_dir, level=0, frequency=word) for word in LETTERS]
    frame = publishers.joined(parts).rename(columns={"value_usd": "value"})
    frame["note"] = frame["value"].eq(0).map({True: _NO_TRADE, False: ""})
    frame["period"] = frame["period"].str.replace(_MONTH, r"\1-\2", regex=True)
    return publishers.sourced_rows(frame, _sources(frame))


def chapter_rows(data_dir: Path) -> publishers.Rows:
    """Return fetched HS chapters as rows of the table `composition`.

    A flow is `complete` if its products reach the reported total, and `partial` if they do not or
    if no total is known.
    """
    goods = _goods(load_answers(data_dir), 2)
    notes = [
        f"coded in {edition or 'an edition not told'}{_remark(share)}"
        for edition, share in zip(goods["classification"], goods["share"], strict=True)
    ]
    rows = goods.assign(
        hs_chapter=goods["code"],
        year=goods["period"].astype("int64"),
        basis="reported",
        note=pd.Series(notes, goods.index, dtype="str"),
    )
    return publishers.sourced_rows(
        rows, _sources(goods), publishers.COMPOSITION_COLUMNS
    )


def heading_rows(data_dir: Path) -> publishers.Rows:
    """Return fetched HS headings of years as rows of `composition_headings`.

    Months stay in the answers: beside their year they would count double. Flows are `complete` or
    `partial` as those of chapters. A weight is that of the whole heading, or not known.
    """
    held = {*read_table("hs_headings")["heading"]}
    frame = load_answers(data_dir)
    is_held = frame["code"].str[:4].isin(held) | (frame["level"] < 4)
    goods = _goods(frame[is_held], 4)
    is_weighed = goods["weighed_usd"] == goods["value_usd"]
    rows = goods.assign(
        heading=goods["code"],
        net_weight_t=goods["net_weight_t"].where(is_weighed),
    )
    columns = tuple(definition_of("composition_headings").columns)
    return publishers.sourced_rows(rows, _sources(goods), columns)


def _goods(frame: pd.DataFrame, digits: int) -> pd.DataFrame:
    """Return goods by codes of so many digits, with the share of the reported total they reach.

    They come from the answers with the fewest digits that are enough, as they are or summed.
    """
    goods = frame[frame["level"] >= digits]
    coarsest = goods.groupby(CELL)["level"].transform("min")
    goods = goods[goods["level"] == coarsest]
    kilos = goods["net_weight_kg"]
    goods = goods.assign(
        code=goods["code"].str[:digits],
        net_weight_t=kilos / 1000,
        weighed_usd=goods["value_usd"].where(kilos.notna()),
    )
    # Products of one release are not set against the total of another.
    flow = [*CELL, "released"]
    keys = [*flow, "code", "classification", "source_id"]
    summed = ["value_usd", "net_weight_t", "weighed_usd"]
    goods = goods.groupby(keys)[summed].sum(min_count=1).reset_index()
    totals = frame[frame["level"] == 0].set_index(flow)["value_usd"]
    sums = goods.groupby(flow)["value_usd"].transform("sum")
    share = sums / goods[flow].join(totals, on=flow)["value_usd"]
    is_whole = share.between(WHOLE, TOO_MUCH)
    coverage = is_whole.map({True: "complete", False: PARTIAL})
    return publishers.directed(goods).assign(share=share, coverage=coverage)


def _remark(share: float) -> str:
    if pd.isna(share):
        return "; no reported total is known to compare the products with"
    if abs(share - 1) <= 5e-4:
        return ""
    return f"; products add up to {share:.1%} of the reported total"


def _sources(frame: pd.DataFrame) -> list[dict[str, str]]:
    sources = []
    for source_id, part in frame.groupby("source_id"):
        reporter = str(part["reporter"].iloc[0])
        source = publishers.source_row(
            NAME,
            str(source_id),
            part["released"].max(),
            reporter=reporter,
            who=name_of(reporter),
            when=formats.date(str(source_id)[-10:]),
            years=f"{part['period'].min()[:4]}-{part['period'].max()[:4]}",
        )
        sources.append(source)
    return sources
