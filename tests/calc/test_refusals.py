"""Wrong calls at the door end in one sentence that says what would be right."""

import numpy as np
import pandas as pd
import pytest
from fetch_files import cases

import catrade as ct
from catrade import page
from rounding.errors import ParameterError

FRAME = pd.DataFrame({"partner": ["KAZ", "KGZ"], "year": 2025, "value": [1.0, 2.0]})
NAMES = {
    "ct": ct,
    "page": page,
    "pd": pd,
    "np": np,
    "frame": FRAME,
}
#: The newest row of those that are not there: what it holds is unknown.
NAMES["gone"] = page.newest(FRAME, partner="UZB")
#: What an analyst types after `ct.`, and what is said.
WRONG = r"""
published("KAZ", reporter="") | reporter must be one of
search([]) | an empty list asks for nothing
after(24, "nev_sales") | series must be one of
after("2024-05-01", 24) | series must be one of ember_
as_of("9999-12-31") | as_of must be a day from 2008-09-08 to .*, today; got 9999-12-31
as_of(pd.NaT) | a date must look like 2026-01-14, .* got 'NaT'
claim(None, growth=0.1) | partner must be one of
claim("KAZ", ["export"], growth=0.1) | flow must be one of export, import, total; got
claim("KAZ", growth=0.1, precision=0) | precision is the unit that a figure was rounded to, .* got 0
claim("KAZ", growth=0.1, precision="x") | precision is the unit .* such as 0.1; got 'x'
to_excel(frame, None) | must end in .xlsx; got 'None'
changes("2026-09-16", "2026-09-15") | since must not be after 2026-09-15, the day asked for as until
changes("2099-01-01") | since must not be after .*, the day of the newest source; got 2099-01-01
claim("Georgia", value=3) | yearly trade with Georgia by China, .*--reporter CHN --partner GEO
page.pair("CHN") | must be two; both are China
page.pair("KAZ", reporter="XYZ") | reporter must be one of CHN, partner
page.newest(ct.trade(flow="export")) | 5 rows are of 2025-01-01; say which country
page.newest(ct.goods("UZB", "export")) | rows are of 2024; say which goods
page.newest(ct.trade(), partner={"UZB"}) | partner must be one value; got {'UZB'}
goods("UZB", "export", "gold") | in ct\.facts\(.UZB., .export., reporter=.CHN., topic=.gold
goods("UZB", "export", [84, "cars"]) | within only='Road vehicles'
goods("UZB", "export", "vehicle") | \(did you mean 'Road vehicles'\?\)
goods("CHN", "UZB") | flow must be .* got 'UZB'; a country is partner= or reporter=
goods("UZB", "exprt") | flow must be .*\(did you mean 'export'\?\)
goods("UZB", "total") | flow must be one of export, import; got 'total'
goods("UZB", level="hs") | level must be one of chapter, section
goods("UZB", book="CHN") | book must be one of BACI
trade("KAZ", currency="GBP") | currency must be one of USD, CNY, EUR, own, newest; got 'GBP'
trade("KAZ", start="2024Q1") | with 2024-Q1: no figures are chosen by quarter
facts(topic="golf") | topic must be .*\(did you mean 'gold'\?\)
search("soler") | has 'soler' in its words \(did you mean 'solar'\?\)
search(["BYD", "gold"]) | has all of byd, gold: search for one
market("nev sales") | no series is called 'nev sales' \(did you mean 'nev_sales'
market(kind="solr") | kind must be one of .*mean 'solar'\?\)
market(kind="solar", partner="RUS") | trade with Russia; there is Kaza
market(jurisdiction="TUR") | no such series is of Türkiye
market("nev_sales", jurisdiction="KAZ") | it has of China
market(["nev_sales", "ev_imports"], freq="year", jurisdiction="CHN") | ev_imports has no figures of
  China; it has of Kazakhstan, Tajikistan, Uzbekistan: say jurisdiction='KAZ'
market("solar") | 'solar'; there is ember_solar_exports_to_kaz_usd, ember_solar_exports_to_kgz_usd,
events(theme="BYD") | \(did you mean words='BYD'\?\)
events(start=2050, words="BYD") | has 'BYD' in its title
events(words="B.D") | no policy event of these themes, .* has 'B.D' in its title, summary or
events(on=pd.NaT) | a date must look like 2026-01-14, .* got 'NaT'
events(on="2026-01") | a day must look like 2026-01-14; got '2026-01'
after("2024-rus-eaeu-car", "ember_ev_exports_to_kgz_usd") | did you mean '2024-rus-eaeu-car
after("2024-05-01", "nev_sales") | series must be one of
after("2024-05-01", "ember_ev_exports_to_kgz_usd", before=0) | before must be 1 to 12 months; got 0
after(None, "ember_ev_exports_to_kgz_usd") | needs an event or a day
claim("Usbekistan", growth=0.1) | did you mean 'Uzbekistan'
claim("KAZ") | a claim needs one figure: growth .* or value
claim("KAZ", growth=0.1, value=1.0) | a claim needs one figure
claim("KAZ", growth=0.1, flow="exports") | did you mean 'export'
claim("CA5", growth=12) | 12 would be 1,200 per cent; give 0.12 for 12 per cent
claim("CA5", growth=-12) | -12 would be .* give -0.12
claim("CA5", value=106.3e9) | \$106,300,000,000 billion .* give 106.3 for
claim("KAZ", value=48_700) | in billions .* give 48.7 for \$48.7 billion
claim("KAZ", value="48.7") | finite figure; got '48.7'
claim("KAZ", growth=np.nan) | figure; got nan
claim(document="dailymail-2026") | did you mean 'dailymail-2026-01'\?
claim(document=frame) | claim needs columns 'statement' and 'kind'; the frame has
table("KAZ", "Trade") | table needs a frame, such as ct.trade\(
table(ct.market(), "x", columns=["unt"]) | did you mean 'unit'
table(ct.trade().head(0), "Trade") | 'Trade' has nothing to show
table(ct.trade("KAZ"), "") | caption of a table must say
to_excel(frame, "x.txt") | must end in .xlsx; got
to_excel([1], "x.xlsx") | needs frames, tables or charts; got
to_excel([], "x.xlsx") | needs frames, tables or charts; got none
page.validate("claim_check", document="X Y") | document must be one of dailymail-2026-01,
page.Rounded.printed(1, -1) | the rounding unit must be zero or more
claim("EAEU", growth=0.1) | ; of the Eurasian Economic Union name one country, such as ARM$
events(on=gone.date) | ^a date must look like .*; got a figure that is not held$
market(kind=gone.kind) | ^kind must be one of .*; got a figure that is not held$
"""


@pytest.mark.parametrize(("line", "sentence"), cases(WRONG))
def test_a_wrong_call_is_one_sentence_that_leads_on(line, sentence):
    with pytest.raises(ParameterError, match=sentence) as caught:
        eval(line if line.startswith("page.") else f"ct.{line}", NAMES)
    assert str(caught.value).isprintable()
