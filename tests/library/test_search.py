"""Everyday words in three scripts lead to what is held, by calls that run as they stand."""

import csv
import re

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from fetch_files import cases

import catrade as ct
from catrade.project import SEARCH_WORDS, other_names
from rounding.errors import ParameterError

#: Words that people type, and what their first hit must call: read off the tables' own names.
WORDS = """
oil | goods.*'27'
crude oil | goods.*'27'
petroleum | goods.*'27'
oil products | goods.*'27'
coal | facts.*energy
gas | facts.*gas
gold | facts.*gold
copper | goods.*'74'
uranium | goods.*'28'
steel | goods.*'72'
aluminium | goods.*'76'
fertilisers | goods.*'31'
plastics | goods.*'39'
tyres | goods.*'40'
medicines | goods.*'30'
wheat | goods.*'10'
fruit | goods.*'08'
meat | goods.*'02'
tea | goods.*'09'
tobacco | goods.*'24'
cotton | goods.*'52'
silk | goods.*'50'
clothes | goods.*'61', '62'
shoes | goods.*'64'
furniture | goods.*'94'
toys | goods.*'95'
machines | goods.*'84'
phones | goods.*'85'
computers | goods.*'8471'
lorries | facts.*vehicles
cars | market.*car_imports
electric cars | market.*ev_imports
batteries | market.*battery
battery | market.*battery
solar | market.*solar
chargers | market.*chargers
subsidy | subsidy
purchase tax | tax
tariff | duty
sanctions | goods.*'KGZ'.*heading
transit | facts.*KGZ
kilograms | heading
price | facts
population | economy
inflation | economy
gdp | economy
GDP per head | economy
exchange rate | full=True
dollar rate | full=True
yuan | CNY
two-way | trade.*total
exports | trade.*export
balance | trade.*balance
monthly | trade.*month
dependence | trade.*full=True
gap | trade.*full=True
revisions | trade.*full=True
growth | growth
share | share
excel | to_excel
nowcast | estimates
estimates | estimates
forecast | estimates
прогноз | estimates
预测 | estimates
Russia | trade.*RUS
нефть | goods.*'27'
уголь | facts.*energy
газ | facts.*gas
золото | facts.*gold
медь | goods.*'74'
уран | goods.*'28'
сталь | goods.*'72'
удобрения | goods.*'31'
шины | goods.*'40'
пшеница | goods.*'10'
хлопок | goods.*'52'
одежда | goods.*'61', '62'
обувь | goods.*'64'
мебель | goods.*'94'
оборудование | goods.*'84'
телефоны | goods.*'85'
автомобили | market.*car_imports
электромобили | market.*ev_imports
батареи | market.*battery
субсидии | subsidy
налог | tax
пошлины | duty
санкции | heading
транзит | facts.*KGZ
население | economy
инфляция | economy
ввп | economy
юань | CNY
торговля | trade.*all
экспорт | trade.*export
импорт | trade.*import
рост | growth
доля | share
таблица | table
Казахстан | trade.*KAZ
石油 | goods.*'27'
煤炭 | facts.*energy
天然气 | facts.*gas
黄金 | facts.*gold
铜 | goods.*'74'
铀 | goods.*'28'
钢铁 | goods.*'72'
化肥 | goods.*'31'
轮胎 | goods.*'40'
小麦 | goods.*'10'
棉花 | goods.*'52'
服装 | goods.*'61', '62'
鞋 | goods.*'64'
家具 | goods.*'94'
机械 | goods.*'84'
手机 | goods.*'85'
汽车 | market.*car_imports
电动汽车 | market.*ev_imports
新能源汽车 | market.*nev_sales
电池 | market.*battery
光伏 | market.*solar
充电桩 | market.*chargers
补贴 | subsidy
关税 | duty
制裁 | heading
人口 | economy
通胀 | economy
人民币 | CNY
贸易 | trade.*all
出口 | trade.*export
进口 | trade.*import
增长 | growth
份额 | share
哈萨克斯坦 | trade.*KAZ
"""


@pytest.mark.parametrize(("word", "call"), cases(WORDS))
def test_an_everyday_word_leads_to_its_call(word, call):
    first = ct.search(word)["call"].iloc[0]
    assert re.search(call, first), first


@pytest.mark.parametrize(
    "word", ["wages", "tourism", "investment", "remittances", "зарплата", "铁路"]
)
def test_of_what_is_not_held_a_sentence_says_so(word):
    with pytest.raises(ParameterError, match="not held"):
        ct.search(word)


def test_a_word_of_no_table_names_the_nearest():
    with pytest.raises(ParameterError, match="did you mean 'uranium'"):
        ct.search("uranum")
    # Thailand is no other spelling of a country of which nothing is held.
    with pytest.raises(ParameterError, match=r"has 'taiwan' in its words$"):
        ct.search("Taiwan")


def _calls() -> list[str]:
    with SEARCH_WORDS.open(encoding="utf-8", newline="") as lines:
        return [row["call"] for row in csv.DictReader(lines) if row["call"]]


@pytest.mark.parametrize("call", dict.fromkeys(_calls()))
def test_each_call_of_the_table_runs_as_typed(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # to_excel writes
    try:
        found = eval(call, {"ct": ct})
        assert found is not None
        if isinstance(found, pd.DataFrame):
            assert len(found)
    finally:
        ct.as_of()
        plt.close("all")


@pytest.mark.parametrize("word", ["solar", "copper", "17 automakers"])
def test_each_call_that_is_found_runs(word):
    for call in ct.search(word)["call"].drop_duplicates():
        assert len(eval(call, {"ct": ct})), call


def test_a_word_finds_series_goods_facts_policy_and_claims():
    battery = ct.search("battery")
    assert {*battery["what"]} == {"subject", "series", "fact", "policy", "claim"}
    meanings = dict(zip(battery["name"], battery["meaning"], strict=True))
    meaning = meanings["ember_battery_exports_to_uzb_usd"]
    assert meaning.startswith("Battery exports to Uzbekistan, USD")
    # All words of a list, all of several that are no phrase, in Russian as in English.
    gold = ct.search(["gold", "Kyrgyzstan"])
    assert "ct.facts('CHN', 'export', reporter='KGZ', topic='gold')" in {*gold["call"]}
    assert ct.search("gas from Turkmenistan").equals(ct.search(["gas", "turkmenistan"]))
    assert {*gold["call"]} == {*ct.search(["золото", "Киргизия"])["call"]}


def test_no_word_leads_to_two_subjects():
    with SEARCH_WORDS.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    for script in ("english", "russian", "chinese"):
        words = [word for row in rows for word in row[script].split(";")]
        assert sorted(words) == sorted({*words})
        assert all(word == word.strip() for word in words)
        assert len(words) > 60


def test_the_front_page_finds_pages_by_the_same_words():
    names = other_names()
    assert {"нефть", "石油", "petroleum"} <= {*names["oil"]}
    assert names["Uzbekistan"] == ["Узбекистан", "乌兹别克斯坦", "UZB"]
    assert "wages" not in names  # no page has them
