"""Whose table it is, of what and for which month: the titles of Chinese customs, matched whole.

Provinces, other countries and customs itself publish tables of the same columns: of one province,
of farm goods, of processing trade, of services. Only the title tells them apart, so a table is
taken for all of China's trade in goods if nothing above it says anything else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from catrade_fetch.door import Odd

#: How the tables say things, as regular expressions.
SAYS = yaml.safe_load(Path(__file__).with_name("gacc.yaml").read_text(encoding="utf-8"))
_UNIT = r"(?:单位|\b[Uu][Nn][Ii][Tt]\b)\s*[:：∶]?"
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec"


@dataclass(frozen=True)
class Title:
    """A title of customs: its text, month, and what else it says.

    Attributes
    ----------
    joined
        Whether it is of the months from January on together.
    currency
        CNY or USD; empty if the title does not say.
    series
        preliminary (the first release), revised, or empty.
    """

    text: str
    year: int
    month: int
    joined: bool
    currency: str
    series: str

    @property
    def period(self) -> str:
        """The month as the tables write it."""
        return f"{self.year}-{self.month:02d}"


def alike(text: str) -> str:
    r"""Return a text with one form of brackets, dashes, apostrophes and blanks.

    Examples
    --------
    >>> alike("（2） Imports and\xa0Exports"), alike("（2） 2026年5月 进出口")
    ('(2) Imports and Exports', '(2)2026年5月进出口')
    """
    text = unicodedata.normalize("NFKC", text)
    text = text.replace("\u2019", "'")
    text = re.sub("[–—−－]", "-", text)
    words = text.split()
    is_chinese = re.search("[\u4e00-\u9fff]", text)
    return "".join(words) if is_chinese else " ".join(words)


def parsed(line: str) -> Title | None:
    """Return what a title of customs says, or None if the line is none.

    Examples
    --------
    >>> parsed("（2）2026年5月进出口商品国别(地区)总值表（人民币值）").month
    5
    >>> parsed("（2）2026年5月新疆维吾尔自治区进出口商品国别(地区)总值表（人民币值）") is None
    True
    """
    text = alike(line)
    matches = [re.fullmatch(form, text) for form in SAYS["titles"]]
    match = next(filter(None, matches), None)
    if match is None:
        return None
    parts = match.groupdict(default="")
    word = parts["month"].lower()
    series = "preliminary" if parts.get("main") else ""
    return Title(
        text=" ".join(line.split()),
        year=int(parts["year"]),
        month=_MONTHS.index(word) // 4 + 1 if word.isalpha() else int(word),
        joined=bool(parts["joined"]),
        currency=SAYS["currencies"].get(parts["currency"].lower(), ""),
        series="revised" if parts.get("vintage") else series,
    )


def title_of(
    above: Iterable[str], headlines: Iterable[str], page: Iterable[str]
) -> Title:
    """Return the title of a table.

    Parameters
    ----------
    above
        The cells above its headings.
    headlines
        The titles of the page it stands on.
    page
        Other texts of that page.

    Raises
    ------
    Odd
        If there is none, or anything says that the table is of something else: the sentence repeats
        it.
    """
    publisher = rf"[-_|·\s]+{SAYS['beside']}\s*$"
    heads = [re.sub(publisher, "", text) for text in headlines]
    heading = [line for line in _lines(heads) if _like(line)]
    if others := [line for line in heading if not parsed(line)]:
        raise _another(others)
    lines = [line for line in _lines(above) if parsed(line) or not _beside(line)]
    if not lines:  # the title may stand above the table
        lines = [line for line in _lines(page) if _like(line)] + heading
        lines = list(filter(parsed, lines)) or lines
    if odd := [line for line in lines if not parsed(line)]:
        raise _another(odd)
    titles = list(filter(None, map(parsed, lines)))
    if not titles:
        raise Odd(
            "has no title that says whose trade it is and of which month: a table of Chinese"
            " customs is titled 2026年5月进出口商品国别（地区）总值表 or Imports and Exports by"
            " Country (Region) of Origin/Destination,5.2026"
        )
    if len({(title.period, title.series) for title in titles}) > 1:
        texts = " and ".join(dict.fromkeys(title.text for title in titles))
        raise Odd(f"has several titles: {texts}; give each table by itself")
    _refuse_other_month(titles[0])
    return titles[0]


def unit_line(texts: Iterable[str]) -> str:
    """Return what follows the first "Unit:", or nothing.

    Examples
    --------
    >>> unit_line(["x", "单位：万元人民币（美元见表）"])
    '万元人民币'
    """
    for text in texts:
        if match := re.search(_UNIT + r"\s*([^()（）|]{1,40})", text):
            return match[1].strip()
    return ""


def _lines(texts: Iterable[str]) -> list[str]:
    r"""Return the lines of cells; a unit behind a title is a line of its own.

    A title that was broken to fit its cell is one line.

    Examples
    --------
    >>> _lines(["2026年5月进出口商品\n国别（地区）总值表 单位：万元", "a\nb"])
    ['2026年5月进出口商品\n国别（地区）总值表', '单位：万元', 'a', 'b']
    """
    lines: list[str] = []
    for text in texts:
        title, *unit = re.split(f"(?={_UNIT})", text, maxsplit=1)
        lines += [title] if parsed(title) else title.splitlines()
        lines += unit
    return [line.strip() for line in lines if line.strip()]


def _like(line: str) -> bool:
    has_year = re.search(r"(?:19|20)\d\d", line)
    return bool(has_year and re.search(SAYS["like"], line))


def _beside(line: str) -> bool:
    """Say whether a line above a table says nothing of whose it is, or of what."""
    text = alike(line)
    if re.match(_UNIT, text) or not any(map(str.isalpha, text)):
        return True
    return re.fullmatch(f"{SAYS['day']}|{SAYS['beside']}", text) is not None


def _another(lines: list[str]) -> Odd:
    line = next(filter(_like, lines), lines[0])
    return Odd(
        f"says {line[:120]!r} above its table, which no table of China's trade in goods by"
        " country does"
    )


def _refuse_other_month(title: Title) -> None:
    today = date.today()
    month = f"month {title.month} of {title.year}"
    if not 1 <= title.month <= 12:
        raise Odd(f"says in its title that it is for {month}")
    if (title.year, title.month) > (today.year, today.month):
        raise Odd(
            f"is for {month} by its title, which lies ahead of this machine's clock"
            f" ({today:%Y-%m})"
        )
