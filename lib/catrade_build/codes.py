"""The tables of codes: countries, chapters and headings, each with its everyday name."""

from __future__ import annotations

import pandas as pd

from catrade_build.columns import columns_of
from catrade_build.tables.goods import load_hs_chapters
from catrade_build.tables.names import in_sentence, name_of
from catrade_build.tables.trade import read_table


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
