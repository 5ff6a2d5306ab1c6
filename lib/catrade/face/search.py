"""What is held, by words: series, goods, single facts, policy and claims."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from catrade.markets import series_list
from catrade_build.tables.goods import load_highlights, load_hs_chapters
from catrade_build.tables.names import in_sentence, name_of
from catrade_build.tables.policy import load_claims, load_policy_events
from catrade_build.tables.trade import several
from rounding.errors import ParameterError, did_you_mean

_COLUMNS = ["what", "name", "meaning", "first", "last", "call"]


def search(words: str | Sequence[str]) -> pd.DataFrame:
    """Return what is held on some words, and the call that brings it.

    Parameters
    ----------
    words
        Words in any case, such as "solar", or several: what is found has all of them.

    Returns
    -------
    DataFrame
        what (series, goods, fact, policy or claim), name, meaning (in words), first and
        last (periods or days; "" where it has none), call (what to type).

    Raises
    ------
    ParameterError
        If nothing is held; the sentence names the nearest word that there is.

    Examples
    --------
    >>> found = search(["solar", "uzbekistan"])
    >>> found[["what", "call"]].iloc[0].tolist()
    ['series', "ct.market('ember_solar_exports_to_uzb_usd')"]
    """
    every = pd.concat(
        [_series(), _goods(), _facts(), _policy(), _claims()], ignore_index=True
    )
    texts = every["name"] + " " + every["meaning"] + " " + every["more"].fillna("")
    texts = texts.str.casefold()
    has_all = pd.Series(True, every.index)
    for word in several(words):
        has_word = texts.str.contains(word.strip().casefold(), regex=False)
        if not word.strip() or not has_word.any():
            hint = did_you_mean(word.casefold(), sorted({*" ".join(texts).split()}))
            if len(word.split()) > 1:
                hint = f" (several words are a list: {word.split()})"
            raise ParameterError(
                f"nothing that is held has {word!r} in its words{hint}"
            )
        has_all &= has_word
    if not has_all.any():
        raise ParameterError(
            f"nothing that is held has all of {', '.join(several(words))}: "
            "search for one of them"
        )
    return every.loc[has_all, _COLUMNS].reset_index(drop=True)


def _series() -> pd.DataFrame:
    rows = series_list()
    rows = rows.groupby("series", as_index=False).agg(
        {"meaning": "first", "first": "min", "last": "max", "jurisdiction": set}
    )
    places = [", ".join(sorted(map(name_of, codes))) for codes in rows["jurisdiction"]]
    days = {end: rows[end].dt.strftime("%Y-%m") for end in ("first", "last")}
    calls = [f"ct.market({name!r})" for name in rows["series"]]
    rows = rows.rename(columns={"series": "name"})
    return rows.assign(what="series", more=places, call=calls, **days)


def _goods() -> pd.DataFrame:
    rows = load_hs_chapters()
    return rows.assign(
        what="goods",
        name=rows["short_name"],
        meaning="Chapter " + rows["hs_chapter"] + " of the Harmonized System",
        first="",
        last="",
        more=rows["chapter_name"] + " " + rows["group_name"],
        call=[f"ct.goods(only={chapter!r})" for chapter in rows["hs_chapter"]],
    )


def _facts() -> pd.DataFrame:
    rows = load_highlights()
    keys = ["exporter", "importer", "flow", "topic", "item"]
    rows = rows.groupby(keys, as_index=False, sort=False).agg(
        first=("period", "min"), last=("period", "max")
    )
    meanings, calls = [], []
    for seller, buyer, flow, topic in rows[keys[:4]].to_numpy():
        sides = f"{name_of(seller)} and {in_sentence(buyer)}"
        sold = f"Sold by {name_of(seller)} to {name_of(buyer)}"
        meanings.append(f"Trade both ways of {sides}" if flow == "total" else sold)
        asked = f"{buyer!r}, 'export', reporter={seller!r}"
        calls.append(f"ct.facts({asked}, topic={topic!r})")
    rows = rows.rename(columns={"item": "name", "topic": "more"})
    return rows.assign(what="fact", meaning=meanings, call=calls)


def _policy() -> pd.DataFrame:
    rows = load_policy_events()
    rows = rows.groupby("measure_id", sort=False).agg(
        meaning=("title_en", "last"),
        name=("measure_title", "last"),
        place=("jurisdiction", "last"),
        first=("date", "first"),
        last=("date", "last"),
        more=("summary", " ".join),
    )
    more = rows["more"] + " " + rows["place"].map(name_of)
    calls = [f"ct.events(words={title!r})" for title in rows["name"]]
    return rows.assign(what="policy", more=more, call=calls)


def _claims() -> pd.DataFrame:
    rows = load_claims()
    calls = [f"ct.claim(document={document!r})" for document in rows["document"]]
    rows = rows.rename(columns={"claim_id": "name", "statement": "meaning"})
    return rows.assign(what="claim", more=rows["note"], first="", last="", call=calls)
