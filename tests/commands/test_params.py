"""What each notebook may be asked: values taken as they are meant, others refused in a sentence."""

from pathlib import Path

import computed
import nbformat
import pytest
from fetch_files import cases, options

from catrade import params
from catrade_build.tables.trade import read_table
from pagemill import bare
from pagemill import params as press
from pagemill.params import chips
from rounding.errors import ParameterError

NOTEBOOKS = sorted(params.NOTEBOOKS)
FOLDER = Path(__file__).parents[2] / "notebooks"
NEV = "nev_policy_timeline"


@pytest.fixture(autouse=True)
def _defaults():
    with bare.looking_in(FOLDER):
        yield


TAKEN = """
trade_growth | "partner": "uzb" | UZB
trade_growth | "partner": " Uzbekistan " | UZB
trade_growth | "partner": "central asia" | CA5
trade_growth | "reporter": "China" | CHN
trade_growth | "partner": "Russia" | RUS
trade_growth | "start": " 2015 " | 2015
nev_policy_timeline | "jurisdiction": "eu" | EU
nev_policy_timeline | "themes": "trade, safety" | safety,trade
nev_policy_timeline | "themes": ["trade", "safety"] | safety,trade
nev_policy_timeline | "themes": "trade,all" | all
"""


@pytest.mark.parametrize(("notebook", "given", "kept"), cases(TAKEN))
def test_a_value_is_taken_as_it_is_meant(notebook, given, kept):
    (name,) = values = options(given)
    assert str(getattr(params.validate(notebook, **values), name)) == kept


#: Of longer sentences, how they end. An unknown name is said before a wrong value.
REFUSED = """
trade_growth | "partner": "UZZ" | got 'UZZ' (did you mean 'UZB'?)
trade_composition | "partner": "Kirgizstan" | got 'Kirgizstan' (did you mean 'Kyrgyzstan'?)
trade_growth | "partner": "KAZ", "reporter": "MNGX" | got 'MNGX' (did you mean 'MNG'?)
trade_growth | "partner": "UZZ", "strat": 2013 | trade_growth has no parameter 'strat'
  (did you mean 'start'?); it has partner, reporter, start, end, as_of
trade_growth | "start": 2026, "end": 2022 | start must be before end; got start 2026 and end 2022
trade_growth | "partner": "TKM", "reporter": "partner" | NONE
trade_growth | "partner": "TKM", "reporter": "turkmenistan" | NONE
trade_composition | "partner": "TKM", "reporter": "partner" | NONE
trade_growth | "partner": "MNG", "reporter": "RUS" | no table has a yearly figure of Russia on
  trade with Mongolia; catrade fetch comtrade --reporter RUS --partner MNG --years 2016-2025 brings
  one, or catrade fetch file a table of your own
trade_growth | "partner": "CHN", "reporter": "MNG" | no table has a yearly figure of Mongolia on
  trade with China; catrade fetch comtrade --reporter MNG --partner CHN --years 2016-2025 brings
  one, or catrade fetch file a table of your own
trade_composition | "partner": "KAZ", "reporter": "russia" | no table lists the goods that Russia
  and Kazakhstan trade; catrade fetch comtrade --reporter RUS --partner KAZ --years 2016-2025 brings
  them, or catrade fetch baci --pair RUS-KAZ of a release of CEPII's
trade_composition | "partner": "CHN" | reporter and partner are both China: name two, such as
  reporter RUS, partner KAZ
trade_composition | "partner": "CA5" | no table lists the goods that China and Central Asia trade;
  of Central Asia name one country, such as KAZ
trade_growth | "partner": "EAEU" | no table has a yearly figure of China on trade with the Eurasian
  Economic Union; of the Eurasian Economic Union name one country, such as ARM
trade_growth | "partner": "CHN", "reporter": "EU27" | no table has a yearly figure of the EU on
  trade with China; China counts it: reporter CHN, partner EU27; of the EU name one country, such as
  AUT
trade_growth | "partner": "World" | partner must be a country or CA5: the world has nothing to be
  set beside; its figures are in ct.trade('World')
trade_growth | "partner": "CHN", "reporter": "WLD" | reporter must be a country: the world
  counts nothing
trade_composition | "top_n": 0 | top_n must be a whole number from 3 to 20; got 0
trade_growth | "start": 1991 | start must be a year from 1992 to 2026; got 1991
trade_growth | "start": "" | start must be a year from 1992 to 2026; got ''
trade_growth | "end": 2027 | end must be a year from 1992 to 2026, or newest; got 2027
trade_growth | "end": "latest" | end must be a year from 1992 to 2026, or newest; got 'latest'
trade_growth | "start": 2026 | start must be before end; got start 2026 and end 2026
trade_growth | "start": 2015.5 | start must be a year from 1992 to 2026; got 2015.5
nev_policy_timeline | "start": 2027 | start must be a year from 2009 to 2026; got 2027
nev_policy_timeline | "themes": "trade,saftey" | got 'saftey' (did you mean 'safety'?)
nev_policy_timeline | "jurisdiction": "UZZ" | (did you mean 'UZB'?)
trade_grwth | "start": 2015 | (did you mean 'trade_growth'?)
claim_check | "document": "dailymail-2026" | (did you mean 'dailymail-2026-01'?)
"""
#: Why Turkmenistan's own figures cannot be asked for.
NONE = (
    "reporter 'partner' cannot be had for TKM: Turkmenistan publishes no trade statistics by"
    " partner regularly; use reporter CHN, China's figures"
)


@pytest.mark.parametrize(
    ("notebook", "given", "sentence"), cases(REFUSED.replace("NONE", NONE))
)
def test_another_is_refused_in_a_sentence(notebook, given, sentence):
    with pytest.raises(ParameterError) as caught:
        params.validate(notebook, **options(given))
    assert str(caught.value).endswith(sentence)


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_every_field_explains_itself_and_its_default_is_valid(notebook):
    told = params.describe_parameters(notebook)
    for parameter in told:
        assert len(parameter.about.split()) >= 2
        assert parameter.allowed
    defaults = {parameter.name: parameter.default for parameter in told}
    checked = press.validate(notebook, **defaults)
    assert checked.model_dump() == defaults
    with pytest.raises(ValueError, match="frozen"):
        setattr(checked, told[0].name, "KAZ")


def test_themes_are_in_one_order_and_chips_are_words():
    assert params.validate(NEV).theme_list == params.THEMES
    some = press.validate(NEV, themes="trade,heavy_trucks")
    assert some.theme_list == ("trade", "heavy_trucks")
    assert dict(chips(NEV, some.model_dump())) == {
        "Years": "2009–newest",
        "Jurisdiction": "all",
        "Themes": "trade, heavy trucks",
    }


#: What other pages are called is a finding, which only their notebooks know.
TITLES = """
nev_policy_timeline | "jurisdiction": "all" | China’s new-energy-vehicle policy
nev_policy_timeline | "start": 2025 | China’s new-energy-vehicle policy, since 2025
nev_policy_timeline | "jurisdiction": "EU", "start": 2015, "end": 2020, "themes": "safety" |
  The European Union’s new-energy-vehicle policy, on safety, 2015–2020
nev_policy_register | "jurisdiction": "KAZ" |
  Register of policy on new energy vehicles, Kazakhstan
claim_check | "document": "dailymail-2026-01" |
"""


@pytest.mark.parametrize(("notebook", "given", "title"), cases(TITLES))
def test_a_page_is_called_what_it_was_asked(notebook, given, title):
    assert press.validate(notebook, **options(given)).heading() == title


def test_choices_are_those_of_the_data():
    events = read_table("policy_events").to_dict("records")
    assert {event["theme"] for event in events} == set(params.THEMES)
    for place in {event["jurisdiction"] for event in events}:
        assert params.validate(NEV, jurisdiction=place).jurisdiction == place


def test_a_notebook_that_sets_less_than_its_model_asks_is_refused_by_name(tmp_path):
    cell = computed.notebook(asked='partner = "KAZ"  # which country\nstart = 2020')
    nbformat.write(cell, tmp_path / "nev_central_asia.ipynb")
    with bare.looking_in(tmp_path), pytest.raises(ParameterError) as refused:
        params.validate("nev_central_asia", partner="KAZ")
    wrong = "nev_central_asia.ipynb: its cell tagged parameters must set end"
    assert str(refused.value) == wrong
