"""The first screen of a page in Russian or Chinese: labels and numbers, no sentences.

A line of `labels.csv` is a label, with the figure that it is of, or a word by itself. Of several
lines of one key the first is taken that lacks no figure, so the fullest stands first. Countries
stand in the nominative alone, as `countries.csv` names them, so that any pair can be labelled.
"""

from __future__ import annotations

import calendar
import csv
import re
import string
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from catrade_build.tables.choices import cells_of
from catrade_build.tables.names import RUSSIAN_MONTHS
from catrade_build.tables.paths import data_dir
from pagemill import display
from rounding.told import MARK, told

_FILE = Path(__file__).with_name("labels.csv")
#: Big numbers of the first screen, in their order.
_NUMBERS = ("running", "level", "trade", "exports", "cars")
_MONTHS = list(calendar.month_name)[1:]
_MONTH = "|".join(_MONTHS)
#: "January–July 2026", "July 2026" or "2026".
_PERIOD = re.compile(rf"(?:({_MONTH})(?:–({_MONTH}))? )?(\d{{4}})")
#: "+12.1%", "−$48.7bn", "$929m" or "16,108"; "about" or the ends of a range around them.
_NUMBER = re.compile(r"(\$?)(\d[\d,]*(?:\.\d+)?)(bn|m| million)?(?![a-z])")
#: Joins what would else be parted at the end of a line.
_JOINED = "\u2060"


class FirstScreen(string.Formatter):
    r"""Shows what a page begins with in a language; in English as it is given.

    Parameters
    ----------
    language
        ru or zh; else in English.
    values
        What labels name, such as the variables of a notebook: rows, figures and codes.

    Examples
    --------
    >>> FirstScreen("ru", {}).word("$48.7bn"), FirstScreen("zh", {}).word("48.7bn")
    ('48,7 млрд долл.', '487亿')
    >>> FirstScreen("ru", {}).word("July 2026"), FirstScreen("zh", {}).word("KAZ")
    ('июль 2026\xa0г.', '哈萨克斯坦')
    """

    def __init__(self, language: str, values: Mapping[str, Any]) -> None:
        self.values = values
        self.language = "" if language == "en" else language
        self.labels: dict[str, list[tuple[str, str]]] = {}
        self.names: dict[str, str] = {}
        if not self.language:
            return
        with _FILE.open(encoding="utf-8", newline="") as lines:
            for line in csv.DictReader(lines):
                label = (line["figure"], line[language])
                self.labels.setdefault(line["key"], []).append(label)
        file = data_dir() / "countries.csv"
        for code, name in cells_of(file, "code", f"name_{language}"):
            self.names[code] = name

    def note(self, text: str) -> display.Html:
        """Return a note, after the one that says what is translated."""
        return display.note(told(self._label("note")[1], text))

    def answer(self, sentence: str, **card: Any) -> display.Html:
        """Return the page's answer with its title; the front page has its row in English alone."""
        if self.language:
            sentence = told(*(self._label(key)[1] for key in ("moves", "levels")))
            if self.language == "zh":  # no space parts its sentences
                sentence = sentence.replace("。 ", "。")
            card |= {key: self._label(key)[1] for key in ("question", "title")}
            card["row"] = None
        return display.answer(sentence, **card)

    def numbers(self, *items: tuple[str, str, str]) -> display.Html:
        """Return the big numbers with their words; what stands beside one is in brackets."""
        shown = [
            (big, told(words, f"({beside})" if beside else ""))
            for big, words, beside in items
        ]
        if self.language:
            shown = list(map(self._label, _NUMBERS))
        return display.numbers(*shown)

    def _label(self, key: str) -> tuple[str, str]:
        """Return the first figure and label of a key that are known; else nothing."""
        for label in self.labels.get(key, []):
            figure, words = (self.vformat(text, (), self.values) for text in label)
            if MARK not in figure + words:
                return figure, words
        return "", ""

    def format_field(self, value: Any, format_spec: str) -> str:
        """Write a figure or a word of a label in the language."""
        return self.word(format(value, format_spec))

    def word(self, text: str) -> str:
        """Return a word, a country's code, a period or a number in the language."""
        text = text.replace(_JOINED, "")
        if MARK in text:
            return text
        if text in self.labels:
            return self.labels[text][0][1]
        if text in self.names:
            return self.names[text] or text
        if period := _PERIOD.fullmatch(text):
            return self._period(*period.groups())
        text = re.sub("between (.*) and (.*)", self.labels["between"][0][1], text)
        for word in ("about ", "over ", "almost "):
            text = text.replace(word, self.labels[word][0][1])
        return _NUMBER.sub(self._number, text)

    def _period(self, first: str | None, last: str | None, year: str) -> str:
        months = [_MONTHS.index(name) for name in (first, last) if name]
        if self.language == "zh":
            numbers = "至".join(str(month + 1) for month in months)
            return f"{year}年{numbers}月" if months else f"{year}年"
        names = f"–{_JOINED}".join(RUSSIAN_MONTHS[month] for month in months)
        return f"{names} {year}\xa0г.".strip()

    def _number(self, found: re.Match[str]) -> str:
        """Write a number; in Chinese by 亿 or, below one, by 万, with the digits that it has."""
        dollar, digits, unit = found.groups(default="")
        if self.language == "zh":
            if unit:
                millions = Decimal(digits.replace(",", "")).scaleb(3 * (unit == "bn"))
                by, power = ("亿", -2) if millions >= 100 else ("万", 2)
                digits = f"{millions.scaleb(power):f}{by}"
                digits += _JOINED if dollar else ""
            return digits + (f"美{_JOINED}元" if dollar else "")
        digits = digits.replace(",", "\xa0").replace(".", ",")
        if unit:
            digits += " млрд" if unit == "bn" else " млн"
        return digits + (" долл." if dollar else "")
