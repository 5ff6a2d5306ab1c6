"""The tables of what is listed: facts, watched goods, sources, and codes with everyday names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from catrade_build import issuers
from catrade_build.columns import columns_of
from catrade_build.frames import join_ids
from catrade_build.tables import as_of
from catrade_build.tables.goods import load_highlights, load_hs_chapters
from catrade_build.tables.names import in_sentence, name_of
from catrade_build.tables.trade import (
    load_sources,
    published_by,
    read_table,
    told_sources,
)
from rounding.formats import is_missing
from rounding.rounded import Rounded


def facts() -> pd.DataFrame:
    """Return single published figures on goods, each in words besides.

    Examples
    --------
    >>> gold = facts().query("exporter == 'KGZ' and topic == 'gold' and period == '2025'")
    >>> gold[["figure", "share"]].to_numpy().tolist()
    [['$4.95 billion', 0.945]]
    """
    rows = load_highlights()
    words = [figure_of(row) for row in rows.to_dict("records")]
    rows = rows.assign(figure=pd.array(words, dtype=str), counted_by=rows["reporter"])
    return rows[columns_of("facts")]


def figure_of(row: Mapping[Any, Any]) -> str:
    """Write a single fact: `$4.95 billion`, `16.7 billion yuan`, `20.2 t`, `share of 94.5%`."""
    if not is_missing(row["value"]):
        if row["unit"] in ("USD", "CNY", "EUR"):
            amount = Rounded.of(row, "value")
            return f"{amount:{row['unit'].lower()}}"
        number = f"{row['value']:,.2f}".rstrip("0").rstrip(".")
        return f"{number} {row['unit']}"
    for name in ("share", "growth"):
        if not is_missing(row[name]):
            return f"{name} of {Rounded.of(row, name):percent}"
    return ""


def sources() -> pd.DataFrame:
    """Return who published what is held; as of a day without what came later.

    Examples
    --------
    >>> found = sources().set_index("source_id")
    >>> found.loc["comtrade-chn-github-2024", ["issuer", "authority"]].tolist()
    ['UN Comtrade', 'Official, relayed by others']
    """
    rows = told_sources()
    if day := as_of.current():
        is_dated = load_sources()["published"] != ""
        rows = rows[rows["source_id"].isin(published_by(day).index) | ~is_dated]
    records = rows.to_dict("records")
    whose = [issuers.issuer(row["publisher"]) for row in records]
    rows = rows.assign(
        issuer=[name for name, _ in whose],
        copied_by=[copy for _, copy in whose],
        authority=[issuers.GROUPS[issuers.authority(row)] for row in records],
    )
    return rows[columns_of("sources")].reset_index(drop=True)


def watched() -> pd.DataFrame:
    """Return one row a heading that holds goods of the common high priority list."""
    listed = read_table("watched_goods")
    headings = listed.groupby(listed["code"].str[:4].rename("heading"), as_index=False)
    rows = headings.agg(codes=("code", "size"), sources=("sources", join_ids))
    return rows.assign(listed=len(listed))[columns_of("watched")]


def countries() -> pd.DataFrame:
    """Return every country and group: its names, and of a group its members.

    Examples
    --------
    >>> rows = countries().set_index("code")
    >>> rows.loc["EU27", ["name", "inside"]].tolist(), rows.loc["CA5", "members"]
    (['EU', 'the EU'], 'KAZ;KGZ;TJK;TKM;UZB')
    """
    rows = read_table("countries")
    rows = rows.assign(
        name=rows["code"].map(name_of), inside=rows["code"].map(in_sentence)
    )
    return rows[columns_of("countries")]


def chapters() -> pd.DataFrame:
    """Return the chapters of the Harmonized System and what they are part of.

    Examples
    --------
    >>> chapters().set_index("chapter").loc["26", ["goods", "section_goods"]].tolist()
    ['Ores', 'Minerals and fuels']
    """
    names = {
        "hs_chapter": "chapter",
        "short_name": "goods",
        "section_short": "section_goods",
    }
    rows = load_hs_chapters().rename(columns=names)
    return rows[columns_of("chapters")]


def headings() -> pd.DataFrame:
    """Return all headings of the Harmonized System, with a name where figures are held.

    Examples
    --------
    >>> rows = headings().set_index("heading")
    >>> rows.loc["8703", ["goods", "chapter"]].tolist(), "9999" in rows.index
    (['Passenger cars', '87'], False)
    """
    rows = read_table("hs_headings").rename(columns={"short_name": "goods"})
    rows = rows.assign(chapter=rows["heading"].str[:2])
    return rows[columns_of("headings")]
