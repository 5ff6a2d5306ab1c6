"""What is held, by everyday words in three scripts: a table is looked up, then the others."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

import pandas as pd

from catrade.markets import series_list
from catrade.project import SEARCH_WORDS
from catrade_build.edition import table
from catrade_build.tables import as_of
from catrade_build.tables.goods import load_highlights, load_hs_chapters
from catrade_build.tables.names import (
    code_of,
    in_sentence,
    is_known,
    name_of,
    possessive,
)
from catrade_build.tables.policy import load_claims, load_policy_events
from catrade_build.tables.trade import read_table, several, state_of_files
from rounding.errors import ParameterError, did_you_mean

#: Words that stand between those that are sought.
_SMALL = {"and", "by", "for", "from", "in", "of", "on", "the", "to", "with"}
_SCRIPTS = ["english", "russian", "chinese"]
_COLUMNS = ["what", "name", "meaning", "first", "last", "call"]
_HELD = [*_COLUMNS, "more", "words", "english"]


def search(words: str | Sequence[str]) -> pd.DataFrame:
    """Return what is held on some words, and the call that brings it.

    Parameters
    ----------
    words
        Words in English, Russian or Chinese, in any case, such as "crude oil", "батареи" or "出口";
        or several: what is found has all of them.

    Returns
    -------
    DataFrame
        what (subject, country, goods, series, fact, policy or claim), name, meaning (in words),
        first and last (periods or days; "" where it has none), call (what to type). What the words
        mean by themselves comes first.

    Raises
    ------
    ParameterError
        If nothing is held: the sentence says what is held instead, or names the nearest word.

    Examples
    --------
    >>> import catrade as ct
    >>> ct.search("crude oil")["call"].iloc[0]
    "ct.goods('CHN', only='27', reporter='KAZ')"
    >>> ct.search("出口")["call"].iloc[0]
    "ct.trade(flow='export')"
    >>> found = ct.search(["solar", "uzbekistan"])
    >>> found[["what", "call"]].iloc[0].tolist()
    ['series', "ct.market('ember_solar_exports_to_uzb_usd')"]
    """
    every = _every(state_of_files(), as_of.current())
    asked = [] if words is None else [_plain(word) for word in several(words)]
    if not all(asked) or {*asked} <= _SMALL:
        raise ParameterError("search needs a word of what is sought, such as 'gas'")
    if len(asked) == 1 and not _has(every, asked[0]).any():
        asked = [word for word in asked[0].split() if word not in _SMALL]
    found = pd.Series(True, every.index)
    for word in asked:
        has_word = _has(every, word)
        if not has_word.any():
            words_held = sorted({*";".join(every["words"]).split(";")})
            near = "" if is_known(code_of(word)) else did_you_mean(word, words_held)
            raise ParameterError(
                f"nothing that is held has {word!r} in its words{near}"
            )
        found &= has_word
    if not found.any():
        raise ParameterError(
            f"nothing that is held has all of {', '.join(asked)}: search for one of them"
        )
    hits = every[found]
    is_named = hits["name"].map(_plain).isin(asked) | hits["what"].eq("subject")
    hits = pd.concat([hits[is_named], hits[~is_named]])
    if without := hits.loc[hits["call"] == "", "meaning"].tolist():
        raise ParameterError(without[0])
    return as_of.marked(hits[_COLUMNS].reset_index(drop=True))


@functools.lru_cache(maxsize=2)
def _every(_state: object, _day: object) -> pd.DataFrame:
    """Return what may be found, as long as no file of data changes."""
    makers = _subjects, _countries, _goods, _series, _facts, _policy, _claims
    tables = [make().reindex(columns=_HELD, fill_value="") for make in makers]
    every = pd.concat(tables, ignore_index=True)
    texts = every[["name", "meaning", "more"]].agg(" ".join, axis=1)
    return every.assign(texts=texts.map(_plain))


def _plain(text: str) -> str:
    return " ".join(text.replace("_", " ").casefold().split())


def _has(every: pd.DataFrame, word: str) -> pd.Series[bool]:
    """Return which rows have a word: subjects among theirs, others in their texts, in English."""
    is_subject = every["words"].str.split(";").map(lambda words: word in words)
    english = [word, *";".join(every.loc[is_subject, "english"]).split(";")]
    terms = [re.escape(_plain(term)) for term in english if term]
    pattern = rf"\b(?:{'|'.join(terms)})(?:s|es)?\b"
    is_held = every["words"] == ""
    return is_subject | (is_held & every["texts"].str.contains(pattern))


def _subjects() -> pd.DataFrame:
    rows = pd.read_csv(SEARCH_WORDS, dtype=str, keep_default_na=False)
    words = rows[_SCRIPTS].agg(";".join, axis=1).map(_plain)
    names = rows["english"].str.split(";").str[0]
    return rows.assign(what="subject", name=names, words=words)


def _countries() -> pd.DataFrame:
    """Return the countries of which figures are held, by their names and codes.

    China's of its trade with them are offered, else their own, else those of anybody.
    """
    pairs = table("figures")[["reporter", "partner"]].drop_duplicates().to_numpy()
    whose = {partner: reporter for reporter, partner in pairs}
    whose |= {reporter: reporter for reporter, _ in pairs}
    whose |= {partner: "CHN" for reporter, partner in pairs if reporter == "CHN"}
    rows = read_table("countries")
    rows = rows[rows["code"].isin(whose)]
    names = rows[["name_en", "name_ru", "name_zh", "code"]].agg(";".join, axis=1)
    meanings, calls = [], []
    for code in rows["code"]:
        reporter = whose[code]
        partner = "all" if code == reporter else code
        other = "all of whom it is held" if code == reporter else in_sentence(code)
        by = "" if reporter == "CHN" else f", reporter={reporter!r}"
        meanings.append(f"{possessive(name_of(reporter))} trade with {other}")
        calls.append(f"ct.trade({partner!r}{by})")
    return rows.assign(
        what="country",
        name=rows["name_en"],
        english=rows["name_en"],
        meaning=meanings,
        words=names.map(_plain),
        call=calls,
    )


def _series() -> pd.DataFrame:
    rows = series_list()
    rows = rows.groupby("series", as_index=False).agg(
        {"meaning": "first", "first": "min", "last": "max", "jurisdiction": set}
    )
    places = [", ".join(sorted(map(name_of, codes))) for codes in rows["jurisdiction"]]
    return rows.assign(
        what="series",
        name=rows["series"],
        first=rows["first"].dt.strftime("%Y-%m"),
        last=rows["last"].dt.strftime("%Y-%m"),
        more=places,
        call=rows["series"].map("ct.market({!r})".format),
    )


def _goods() -> pd.DataFrame:
    # The last two chapters are for what nobody classifies.
    rows = load_hs_chapters().query("hs_chapter < '98'")
    call = "ct.goods('CHN', only={!r}, reporter='KAZ')"
    return rows.assign(
        what="goods",
        name=rows["short_name"],
        meaning="Chapter " + rows["hs_chapter"] + " of the Harmonized System",
        more=rows["chapter_name"] + " " + rows["group_name"],
        call=rows["hs_chapter"].map(call.format),
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
        to = f"{buyer!r}, {flow!r}, " if is_known(buyer) else ""
        asked = f"{to}reporter={seller!r}"
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
    return rows.assign(
        what="policy",
        more=rows["more"] + " " + rows["place"].map(name_of),
        call=rows["name"].map("ct.events(words={!r})".format),
    )


def _claims() -> pd.DataFrame:
    rows = load_claims()
    return rows.assign(
        what="claim",
        name=rows["claim_id"],
        meaning=rows["statement"],
        more=rows["note"],
        call=rows["document"].map("ct.claim(document={!r})".format),
    )
