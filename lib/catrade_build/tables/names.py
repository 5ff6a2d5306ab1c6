"""Codes and names used everywhere, and the words for a pair: who counts, whose statistics.

Countries and groups of them are rows of the table of countries, read when this is imported; a test
compares them with ISO 3166-1.
"""

from __future__ import annotations

import contextlib
import csv
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from catrade_build.tables.paths import data_dir, definitions_file
from rounding.errors import ParameterError, PressError, did_you_mean
from rounding.formats import join

if TYPE_CHECKING:
    import pandas as pd


#: Columns without which a table of countries says nothing of groups; the check names those missing.
_USED = {"iso2", "m49", "summed", "members"}


def _rows_in(folder: Callable[[], Path]) -> dict[str, dict[str, str]]:
    """Return the rows of a folder's `countries.csv`, by their code.

    What is wrong with the table is told by who reads all of it; then there are none.
    """
    with contextlib.suppress(OSError, PressError, KeyError, TypeError, ValueError):
        table = folder() / "countries.csv"
        with table.open(encoding="utf-8-sig", newline="") as file:
            rows = [row for row in csv.DictReader(file) if None not in row.values()]
        return {row["code"]: row for row in rows if row["name_en"] and {*row} >= _USED}
    return {}


#: Who publishes no figures of its own: what is held as such repeats the other side's.
SILENT = "TKM"
_OWN = _rows_in(lambda: definitions_file().parent)
_OTHER = _rows_in(data_dir)
#: Every row of the table of countries by its code; another folder's are added to our own, and say
#: who is a member.
_TABLE = _OTHER | {
    code: row | {"members": _OTHER.get(code, row)["members"]}
    for code, row in _OWN.items()
}
_MEMBERS = {
    code: tuple(row["members"].split(";"))
    for code, row in _TABLE.items()
    if row["members"] and row["summed"]
}
#: Regions whose figures are the sums of their members'.
GROUPS = {
    code: members
    for code, members in _MEMBERS.items()
    if _TABLE[code]["summed"] == "yes"
}
#: Unions that publishers print figures of: nothing is added up for them.
UNIONS = {code: members for code, members in _MEMBERS.items() if code not in GROUPS}
CENTRAL_ASIA = GROUPS.get("CA5", ())
#: A region with a silent member, and those of its members that publish statistics.
PUBLISHING = {
    region: smaller
    for region, members in GROUPS.items()
    for smaller, others in GROUPS.items()
    if SILENT in members and {*others} == {*members} - {SILENT}
}
#: Regions that have no books of their own, since a member has none.
WITHOUT_BOOKS = tuple(code for code, members in GROUPS.items() if SILENT in members)
FLOWS = ("export", "import", "total")
#: What holds others: a sum of both would count them twice. A balance is what its flows leave.
_WHOLES = {
    code: (*members, *(c for c, others in _MEMBERS.items() if {*others} < {*members}))
    for code, members in _MEMBERS.items()
}
_WHOLES["balance"] = ("export", "import")
#: What holds all that stands beside it.
_OF_ALL = ("WLD", "total", "Total")
#: Whose import answers whose export.
MIRROR_FLOW = {"export": "import", "import": "export", "total": "total"}
_NUMBERS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
)
#: What is to be said of the country whose own figures cannot be had.
NONE_PUBLISHED = "publishes no trade statistics by partner regularly"

#: Code to name of every country and group, and of every country.
NAMES = {code: row["name_en"] for code, row in _TABLE.items()}
WORLD = {code: name for code, name in NAMES.items() if _TABLE[code]["iso2"]}
#: What single facts have where their source does not say which country.
_NOT_SAID = {"UNSPEC": "unnamed countries"}


def name_of(code: str) -> str:
    """Return the English short name of a code, or the code itself.

    Examples
    --------
    >>> name_of("KGZ"), name_of("MNG"), name_of("S19")
    ('Kyrgyzstan', 'Mongolia', 'S19')
    >>> name_of("UNSPEC")
    'unnamed countries'
    """
    return (_NOT_SAID | NAMES).get(code, code)


#: Names that stand with an article inside a sentence.
_WITH_ARTICLE = (
    "EU27 EU28 EAEU WLD ARE BHS CAF COG COM CYM DOM FLK FRO GBR GMB MDV MHL NLD PHL SLB SYC TCA USA"
    " VAT VGB VIR"
)


def in_sentence(code: str) -> str:
    """Return the name of a code as it stands inside a sentence.

    Examples
    --------
    >>> in_sentence("EU27"), in_sentence("WLD"), in_sentence("USA"), in_sentence("KGZ")
    ('the EU', 'the world', 'the United States', 'Kyrgyzstan')
    """
    name = "world" if code == "WLD" else name_of(code)
    return f"the {name}" if code in _WITH_ARTICLE.split() else name


def publishing(code: str) -> str:
    """Return whose own statistics there are: the region without who publishes none, or the country.

    Examples
    --------
    >>> publishing("CA5"), publishing("UZB")
    ('CA4', 'UZB')
    """
    return PUBLISHING.get(code, code)


def names_of(codes: Iterable[str]) -> str:
    """Name countries as they stand in a sentence.

    Examples
    --------
    >>> names_of(["EU27", "KGZ"])
    'the EU and Kyrgyzstan'
    """
    return join([in_sentence(code) for code in codes])


def is_known(code: str) -> bool:
    """Return whether a code is a country's or a group's.

    Examples
    --------
    >>> is_known("CA5"), is_known("MNG"), is_known("XYZ")
    (True, True, False)
    """
    return code in NAMES


#: What people write besides names and codes. "Other Asia, not elsewhere specified", in which the
#: UN's statistics hold Taiwan's trade, is S19 for CEPII and 490 for UN Comtrade.
_ALSO = (
    "european union=EU27, turkey=TUR, russian federation=RUS, america=USA, s19=TWN, 490=TWN,"
    " taiwan=TWN, kyrgyz republic=KGZ, all five=CA5, five=CA5, prc=CHN, uk=GBR"
)
#: Every name and code in small letters, and what else people write.
_CODES = {name.casefold(): code for code, name in NAMES.items()}
_CODES |= {code.casefold(): code for code in NAMES}
_CODES |= {
    _TABLE[code][name].casefold(): code
    for code in NAMES
    for name in ("name_zh", "name_ru")
    if _TABLE[code][name]
}
#: Groups that people ask for and nobody here holds figures of.
_NOT_HELD = (
    "africa, apec, asean, asia, brics, cis, europe, g20, g7, gcc, latin america, mercosur,"
    " middle east, oecd, opec, sco, snd, south asia, southeast asia"
)
_CODES |= {_TABLE[code]["iso2"].casefold(): code for code in WORLD}
_CODES |= {_TABLE[code]["m49"]: code for code in WORLD}
_CODES |= dict(pair.split("=") for pair in _ALSO.split(", "))


def code_of(value: str, allowed: Collection[str] = ()) -> str:
    """Return the code meant by a name or a code in any case; what is neither, as it is.

    Parameters
    ----------
    value
        Such as "Uzbekistan", "uzb", "UZ", "860" (M49, three digits) or "the EU".
    allowed
        Codes that may be meant; empty is any.

    Examples
    --------
    >>> [code_of(text) for text in ("Uzbekistan", "uzb", "central asia", "the EU", "UZX")]
    ['UZB', 'UZB', 'CA5', 'EU27', 'UZX']
    >>> [code_of(text) for text in ("KZ", "tr", "398", "036", "36")]
    ['KAZ', 'TUR', 'KAZ', 'AUS', '36']
    >>> [code_of(text) for text in ("Казахстан", "哈萨克斯坦")]
    ['KAZ', 'KAZ']
    """
    if value in allowed:
        return value
    text = " ".join(value.split()).casefold()
    as_allowed = {code.casefold(): code for code in allowed}
    code = as_allowed.get(text) or _CODES.get(text.removeprefix("the "), value)
    return code if not allowed or code in allowed else value


def canonical(code: str) -> str:
    """Return our code for a publisher's, or for a country's name: one code for one country.

    Examples
    --------
    >>> canonical("S19"), canonical("kaz"), canonical("Uzbekistan"), canonical("uzx")
    ('TWN', 'KAZ', 'UZB', 'UZX')
    """
    return code_of(code).strip().upper()


def wholes_among(names: Iterable[object]) -> list[tuple[str, list[str]]]:
    """Return which of some codes or names hold others of them, each with those it holds.

    Examples
    --------
    >>> wholes_among(["UZB", "Central Asia", "Kazakhstan", "CHN"])
    [('Central Asia', ['UZB', 'Kazakhstan'])]
    >>> wholes_among(["import", "total"]), wholes_among(["EU27", "ITA"])
    ([('total', ['import'])], [('EU27', ['ITA'])])
    >>> wholes_among(["export", "balance"]), wholes_among(["KAZ", "UZB"])
    ([('balance', ['export'])], [])
    """
    texts = {code_of(str(name)): str(name) for name in names}
    wholes = []
    for code, text in texts.items():
        held = set(texts if code in _OF_ALL else _WHOLES.get(code, ()))
        parts = [name for other, name in texts.items() if other in held - {code}]
        if parts:
            wholes.append((text, parts))
    return wholes


def near(value: object, choices: Iterable[str]) -> str:
    """Return the end of a sentence that names the code or name most like `value`, or nothing.

    Examples
    --------
    >>> near("usbekistan", ["KAZ", "UZB"]), near("UZX", ["KAZ", "UZB"])
    (" (did you mean 'Uzbekistan'?)", " (did you mean 'UZB'?)")
    """
    codes = list(choices)
    return did_you_mean(value, [*codes, *(name_of(code) for code in codes)])


def no_such_place(
    name: str, value: object, only: Iterable[str] = (), also: Iterable[str] = ()
) -> ParameterError:
    """Return the error for what is no country's code or name, or none that may be asked for.

    Parameters
    ----------
    name, value
        Of the parameter.
    only
        The codes that may be; empty is any country's.
    also
        Words that may be given besides.

    Examples
    --------
    >>> print(no_such_place("partner", "Usbekistan"))
    partner must be one of KAZ, KGZ, TJK, TKM, UZB, Central Asia, World, EU27 or any other
    country by code or name; got 'Usbekistan' (did you mean 'Uzbekistan'?)
    """
    asked = " ".join(str(value).casefold().removeprefix("the ").split())
    if asked in _NOT_HELD.split(", ") and not only:
        groups = ", ".join(name for code, name in NAMES.items() if code not in WORLD)
        return ParameterError(
            f"{name} must be a country or one of {groups}; got {value!r}, a group that is not "
            "held: list its countries"
        )
    if only := list(only):
        listed = ", ".join(only)
    else:
        first = (*also, *CENTRAL_ASIA, "Central Asia", "World", "EU27")
        listed = f"{', '.join(first)} or any other country by code or name"
    message = f"{name} must be one of {listed}; got {value!r}"
    hint = near(value, only or (*also, *NAMES))
    return ParameterError(message + hint)


#: As a Russian heading names them, standing alone.
RUSSIAN_MONTHS = [
    "январь",
    "февраль",
    "март",
    "апрель",
    "май",
    "июнь",
    "июль",
    "август",
    "сентябрь",
    "октябрь",
    "ноябрь",
    "декабрь",
]
#: A flow inside a sentence, and the word between it and the other side.
FLOW_WORDS = {"export": "exports", "import": "imports", "total": "trade"}
_WAYS = {"export": "to", "import": "from", "total": "with"}


def flow_with(flow: str, other: str) -> str:
    """Name a flow and its other side as they stand in a sentence.

    Examples
    --------
    >>> flow_with("import", "Kyrgyzstan")
    'imports from Kyrgyzstan'
    """
    return f"{FLOW_WORDS.get(flow, flow)} {_WAYS.get(flow, 'with')} {other}"


def possessive(name: str) -> str:
    """Return whose something is.

    Examples
    --------
    >>> possessive("Russia"), possessive("the United States")
    ('Russia’s', 'the United States’')
    """
    return f"{name}’" if name.endswith("s") else f"{name}’s"


def capital(text: str) -> str:
    """Return a sentence with its first letter large."""
    return text[:1].upper() + text[1:]


def small(text: str) -> str:
    """Return a name with its first letter small, as within a sentence."""
    return text[:1].lower() + text[1:]


@dataclass(frozen=True)
class Pair:
    """Two sides of trade by the statistics of one of them, with the words for both.

    Parameters
    ----------
    partner
        Code of a country or group.
    reporter
        Whose statistics: code of a country or group, or "partner" for the partner's own of its
        trade with China. Of Central Asia's own Turkmenistan is left out (CA4), which publishes
        none.

    Examples
    --------
    >>> ours, own = Pair("CA5"), Pair("KAZ", "partner")
    >>> ours.counts, ours.other, ours.whose, ours.title()
    ('China counts', 'Central Asia', 'China’s statistics', 'Trade with Central Asia')
    >>> own.counts, own.other, own.whose, own.title("import")
    ('Kazakhstan counts', 'China', 'Kazakhstan’s statistics', 'Kazakhstan’s imports from China')
    >>> Pair("CA5", "partner").code, Pair("CA5", "partner").counts
    ('CA4', 'The four countries publishing statistics count')
    >>> union = Pair("KAZ", "EU27")
    >>> union.counts, union.other, union.whose
    ('The EU counts', 'Kazakhstan', 'the EU’s statistics')
    >>> union.title("export"), Pair("RUS", "UZB").named("import")
    ('The EU’s exports to Kazakhstan', 'Uzbekistan’s imports from Russia')
    """

    partner: str
    reporter: str = "CHN"

    @property
    def is_own(self) -> bool:
        """Whether the figures are the partner's own, of its trade with China."""
        return self.reporter == "partner"

    @property
    def is_china(self) -> bool:
        """Whether the figures are China's."""
        return self.reporter == "CHN"

    @property
    def sides(self) -> tuple[str, str]:
        """Codes of who counts and of the other side."""
        return (self.partner, "CHN") if self.is_own else (self.reporter, self.code)

    @property
    def code(self) -> str:
        """The partner whose figures are added up."""
        return publishing(self.partner) if self.is_own else self.partner

    @property
    def members(self) -> tuple[str, ...]:
        """The countries of a region whose figures are added up; of a country none."""
        return GROUPS.get(self.code, ())

    @property
    def codes(self) -> list[str]:
        """The partner, and the countries it stands for."""
        return [self.code, *self.members]

    @property
    def column(self) -> str:
        """The column that tells the partner in a frame of figures: its own are its reports."""
        return "reporter" if self.is_own else "partner"

    def rows(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of a frame of figures that are the partner's, none of its members'.

        Examples
        --------
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"reporter": ["KAZ", "UZB"], "partner": "CHN"})
        >>> len(Pair("KAZ", "partner").rows(frame)), len(Pair("CHN", "KAZ").rows(frame))
        (1, 2)
        """
        return frame[frame[self.column] == self.code]

    @property
    def other_side(self) -> Pair:
        """The same two sides by the statistics of the other one.

        Examples
        --------
        >>> Pair("KAZ").other_side, Pair("KAZ", "RUS").other_side
        (Pair(partner='KAZ', reporter='partner'), Pair(partner='RUS', reporter='KAZ'))
        """
        if self.is_own:
            return Pair(self.partner)
        if self.is_china:
            return Pair(self.partner, "partner")
        return Pair(self.reporter, self.partner)

    @property
    def name(self) -> str:
        """The partner's name as it stands in a sentence."""
        return in_sentence(self.code)

    @property
    def who(self) -> str:
        """The owner of the figures as it stands in a sentence."""
        if self.is_own:
            return "the partners" if self.members else self.name
        return in_sentence(self.reporter)

    @property
    def whose(self) -> str:
        """Whose statistics they are."""
        return f"{possessive(self.who)} statistics"

    @property
    def counts(self) -> str:
        """Who counts, with the verb, as a sentence begins."""
        if self.members and self.is_own:
            many = len(self.members)
            count = _NUMBERS[many] if many < len(_NUMBERS) else many
            return f"The {count} countries publishing statistics count"
        return capital(f"{self.who} counts")

    @property
    def other(self) -> str:
        """The other side."""
        return name_of("CHN") if self.is_own else self.name

    def named(self, flow: str = "total") -> str:
        """Name a flow as it stands in a sentence: whose it is goes without saying of China's."""
        if self.is_china:
            return flow_with(flow, name_of(self.code))
        words = flow_with(flow, self.other)
        is_of_several = self.is_own and self.members
        return words if is_of_several else f"{possessive(self.who)} {words}"

    def title(self, flow: str = "total") -> str:
        """Name a flow as a title begins."""
        return capital(self.named(flow))

    def headed(self, flow: str = "total") -> str:
        """Name a flow as a page's title begins, with whose it is, China's too.

        Examples
        --------
        >>> Pair("KAZ").headed(), Pair("KAZ", "RUS").headed("export")
        ('China’s trade with Kazakhstan', 'Russia’s exports to Kazakhstan')
        """
        return f"China’s {self.named(flow)}" if self.is_china else self.title(flow)
