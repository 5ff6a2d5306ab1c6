"""The first screen of a dossier in Russian and Chinese, beside the English one."""

import csv
import re
from html import unescape
from pathlib import Path
from string import Formatter

import pytest
from computed import displayed

import catrade as ct
from catrade import labels, page
from rounding.formats import MARK
from rounding.rounded import Rounded


def first_screen(**asked):
    """What a page shows before its first figure, with its title, as text."""
    html = ""
    for item in displayed("country_dossier", **asked):
        if "<figure" in item._repr_html_():
            break
        html += item._repr_html_()
    title = re.search(r'data-ct-title="([^"]*)"', html)
    text = re.sub("<style.*?</style>|<[^>]*>", " ", html, flags=re.DOTALL)
    return " ".join(
        unescape(f"{title[1]} {text}")
        .replace("\xa0", " ")
        .replace("\u2060", "")
        .split()
    )


# Each number of `test_dossier` and of the mock, as its readers write it.
@pytest.mark.parametrize(
    ("language", "says"),
    [
        (
            "ru",
            "Китай – Казахстан: внешнеторговый оборот +19,4% за январь–июль 2026 г., в юанях",
        ),
        ("ru", "Импорт +46,3%, экспорт +4,6%"),
        (
            "ru",
            "оборот 48,7 млрд долл. (данные: Китай), 34,17 млрд долл. (данные: Казахстан)",
        ),
        (
            "ru",
            "23,6% Казахстан: доля во внешнеторговом обороте, партнёр: Китай, 2025 г."
            " (Россия: 19,2%)",
        ),
        ("ru", "16 108 Казахстан: импорт электромобилей, штук, 2025 г."),
        ("ru", "labels translated; text in English"),
        ("zh", "中国与哈萨克斯坦：2026年1至7月进出口总额同比+19.4%（按人民币计）"),
        ("zh", "自哈萨克斯坦进口同比+46.3%，对哈萨克斯坦出口同比+4.6%"),
        (
            "zh",
            "2025年进出口总额：487亿美元（中国统计），341.7亿美元（哈萨克斯坦统计）",
        ),
        ("zh", "23.6% 中国占哈萨克斯坦进出口总额的比重，2025年（俄罗斯：19.2%）"),
        ("zh", "labels translated; text in English"),
    ],
)
def test_the_first_screen_says(language, says):
    assert says in first_screen(partner="KAZ", language=language)


def test_electric_cars_of_the_year_before_stand_beside_those_of_the_year():
    """Of Uzbekistan; Kazakhstan's count of 2024 is doubtful."""
    text = first_screen(partner="UZB", language="ru")
    assert "годом ранее: 24 099" in text


@pytest.mark.parametrize("language", ["ru", "zh"])
@pytest.mark.parametrize(
    "asked",
    [
        {"partner": "TKM"},
        {"reporter": "LVA", "partner": "UZB"},
        {"partner": "KAZ", "as_of": "2018-01-01"},
    ],
)
def test_less_is_said_where_less_is_known(language, asked):
    text = first_screen(**asked, language=language)
    assert not re.search(rf"{MARK}|\bnan\b|\{{|\bunknown\b", text)
    english = "labels translated; text in English|As known on .* left out|Ember"
    text = re.sub(english, "", text)
    assert not re.search("[A-Za-z]{3,}", text)


@pytest.mark.parametrize(
    ("value", "kind", "ru", "zh"),
    [
        (Rounded.printed(929e6, 1e6), "bn", "929 млн долл.", "9.29亿美元"),
        (Rounded.printed(2.6e6, 1e5), "bn", "2,6 млн долл.", "260万美元"),
        (Rounded.printed(-1.25e9, 1e7), "+bn", "−1,25 млрд долл.", "−12.5亿美元"),
        (Rounded(11, 9, 13) / 100, "percent", "около 11%", "约11%"),
        (Rounded(1, -2, 12) / 100, "percent", "от −2% до 12%", "−2%至12%"),
    ],
)
def test_numbers_as_readers_write_them(value, kind, ru, zh):
    in_russian = labels.FirstScreen("ru", {}).format_field(value, kind)
    assert in_russian.replace("\xa0", " ") == ru
    in_chinese = labels.FirstScreen("zh", {}).format_field(value, kind)
    assert in_chinese.replace("\u2060", "") == zh


def test_both_languages_name_the_same_figures():
    """A label that lacks a figure in one language would be kept where it is unknown."""
    path = Path(labels.__file__).with_name("labels.csv")
    with path.open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            ru, zh = (
                {(name, spec) for _, name, spec, _ in Formatter().parse(line[to])}
                for to in ("ru", "zh")
            )
            assert ru - {(None, None)} == zh - {(None, None)}, line["key"]


def test_another_language_ends_in_a_sentence_with_the_choices():
    with pytest.raises(
        ct.params.ParameterError, match="language must be one of en, ru, zh"
    ):
        page.validate("country_dossier", language="fr")
