"""Wrong calls at the door end in one sentence that says what would be right."""

import numpy as np
import pandas as pd
import pytest
from fetch_files import cases

import catrade as ct
from catrade_build.tables.trade import load_trade
from rounding.errors import ParameterError

FRAME = pd.DataFrame({"partner": ["KAZ", "KGZ"], "year": 2025, "value_bn": [1.0, 2.0]})
NAMES = {"ct": ct, "pd": pd, "np": np, "load_trade": load_trade, "frame": FRAME}
#: The newest row of those that are not there: what it holds is unknown.
NAMES["gone"] = ct.newest(FRAME, partner="UZB")
#: What an analyst types after `ct.`, and what is said.
WRONG = r"""
trade(flow="exports") | flow must be one of .*\(did you mean 'export'\?\)
trade("KZA") | \(did you mean 'KAZ'\?\)
trade("Usbekistan") | partner must be .*Central Asia, World, EU27 .*\(did you mean 'Uzbekistan'\?\)
trade("KAZ", reporter="partners") | reporter must be one of CHN, partner, .*mean 'partner'\?\)
trade(reporter=["CHN", "KAZ"]) | reporter must be one country; got
trade("Turkmenistan", reporter="partner") | Turkmenistan publishes no trade statistics by partner
  regularly, so it cannot be the
trade("CHN", reporter="TKM") | so it cannot be the reporter: use
trade("KAZ", start=2030) | freq='year' there is .*total from 1992 to
trade("KAZ", "total", 2025, reporter="RUS") | export from 1994 to 2021, .*, total from 1994 to 2022$
trade([]) | an empty list asks for nothing: name one, or leave it out
trade("KAZ", []) | an empty list asks for nothing
trade("KAZ", "") | flow must be one of export, .*; got ''
trade(freq=["year"]) | freq must be one of year, month, ytd; got \['year'\]
trade(flow=pd.Series(["exports"])) | did you mean 'export'
trade("KZT") | \(did you mean 'KAZ'\?\)
published("KAZ", reporter="") | reporter must be one of
search([]) | an empty list asks for nothing
goods("UZB", reporter=["CHN", "KAZ"]) | reporter must be one country; got CHN, KAZ
growth(None) | growth needs a frame, such as ct.trade\(\) returns; got NoneType
disagreements([1]) | of what ct.published returns, needs a frame, .*; got list
disagreements(ct.published("KAZ"), "5%") | at_least must be a fraction from 0 to inf; got '5%'
share(ct.trade("KAZ"), of=pd.DataFrame({"a": [1]})) | share needs figures in a column value_bn
share(ct.trade("KAZ"), by=["partner"]) | by must be one of .*; got "\['partner'\]"
after(24, "nev_sales") | series must be one of
after("2024-05-01", 24) | series must be one of ember_
as_of("9999-12-31") | as_of must be a day from 2008-09-08 to .*, today; got 9999-12-31
as_of(pd.NaT) | a date must look like 2026-01-14, .* got 'NaT'
claim(None, growth=0.1) | partner must be one of
claim("KAZ", ["export"], growth=0.1) | flow must be one of export, import, total; got
claim("KAZ", growth=0.1, precision=0) | precision is the unit that a figure was rounded to, .* got 0
claim("KAZ", growth=0.1, precision="x") | precision is the unit .* such as 0.1; got 'x'
price(ct.market("ev_imports_usd"), "KAZ") | price, of a count, needs a frame, .* got str
to_excel(frame, None) | must end in .xlsx; got 'None'
trade("KAZ", start="2024-Q1") | ^say freq='ytd' .* with 2024-Q1: no
trade(freq="monthly") | freq must be one of .*\(did you mean 'month'\?\)
trade(start=2025, end=2020) | end must not be before start
share(pd.concat([ct.trade("KAZ", "total", 2025), ct.trade("KAZ", "total", 2025,
  reporter="partner")])) | share cannot add up both sides’ figures of one trade: the frame has that
  of China and Kazakhstan
combine(pd.concat([ct.trade("KAZ", "total", 2025), ct.trade("KAZ", "total", 2025,
  reporter="partner")]), {"two": ["KAZ", "CHN"]}) | combine cannot add up both sides’ figures
share(pd.concat([ct.trade("KAZ", "total", 2025), ct.trade("RUS", "total", 2025, reporter="KAZ")]))
  | parts of one whole: they are by the statistics of China, Kazakhstan on trade with Kazakhstan,
  Russia; keep
contributions(pd.concat([ct.trade("KAZ", "total", 2024), ct.trade("UZB", "total", 2024,
  reporter="partner")]), by="country") | by the statistics of China, Uzbekistan on trade with
share(ct.trade("KAZ", "total", 2025), of=ct.trade("UZB", "total", 2025)) | trade with Uzbekistan
  does not hold that with Kazakhstan
share(ct.trade(["RUS", "UZB"], "total", 2025), of=ct.trade("CA5", "total", 2025)) | trade with
  Central Asia does not hold that with Russia
growth(ct.trade("KAZ", "total", "2025-01", freq="month").groupby(["reporter", "partner", "flow",
  "year"], as_index=False)["value_bn"].sum()) | growth cannot tell how many months of a year
cagr(ct.market("nev_sales", "2024-01", freq="month").groupby(["series", "year"],
  as_index=False)["value"].sum()) | cagr cannot tell how many months of a year
cagr(ct.trade("KAZ", "balance", 2020)) | no series of the frame, balances aside, has a figure
index_to(ct.trade("KAZ", "balance", 2020), 2022) | no figure in any series, balances aside
changes("2026-09-16", "2026-09-15") | since must not be after 2026-09-15, the day asked for as until
changes("2099-01-01") | since must not be after .*, the day of the newest source; got 2099-01-01
coverage("KAZ", 2025, 2020) | end must not be before start
as_printed(currency="GBP") | currency must be one of CNY, EUR, USD, newest; got
mirror("China") | partner and reporter must be two; both are China
mirror(cif_margin="5%") | a fraction from 0 to 0.5; got '5%'
mirror(cif_margin=-0.01) | a fraction from 0 to 0.5; got
mirror(cif_margin=0.51) | a fraction from 0 to 0.5; got
dependence("GEO") | share of China in the trade of Georgia.*--reporter GEO --partner CHN WLD
nowcast("KAZ", reporter="XYZ") | reporter must be one of CHN, partner
nowcast("UZB", reporter="KAZ") | no table has sums from January of Kazakhstan’s trade with Uzbek
nowcast("KAZ", reporter="partner") | of Kazakhstan’s trade with China \(flow total\) in a year that
  is not whole
mirror(["KAZ", "GEO"]) | and Georgia as both of them count it.*comtrade --reporter GEO --partner CHN
claim("Georgia", value_bn=3) | yearly trade with Georgia by China, .*--reporter CHN --partner GEO
trade("World", reporter="partner") | the world has none
trade(["KAZ", "World"], reporter="partner") | the world has none
pair("CHN") | must be two; both are China
pair("KAZ", reporter="XYZ") | reporter must be one of CHN, partner
disagreements(ct.trade("KAZ")) | disagreements, of what ct.published returns, needs column
  'published'; the
share(ct.trade("KAZ", ct.names.FLOWS)) | share cannot sum total with its own parts, export, import:
  leave it out
share(ct.trade(["EU27", "ITA"], "total", 2023, reporter="KAZ")) | share cannot sum EU27 with its own
  parts, Italy: leave it out
share(ct.goods("China", "Uzbekistan", 87)) | share of one part needs its whole in of=: the column
  hs_chapter holds '87'
share(ct.trade("China", "total", 2024, 2024, reporter="KAZ"), of=ct.trade("World", "total", 2024))
  | of one office's statistics: the parts are of Kazakhstan, the whole is of China
share(ct.trade("KAZ", "total", 2024, 2024, reporter="partner"), of=ct.trade("CA5", "total", 2024))
  | the parts are of Kazakhstan, the whole is of China
share(pd.concat(ct.market(name, 2024, 2024, freq="year") for name in ("nev_sales",
  "ember_ev_exports_to_kaz_usd"))) | needs all figures in one unit; got USD billion and a unit of
  its
share(ct.goods("CHN", "UZB", [84, 85, 87], start=2024)) | share stands in this frame already, in all
  goods of the flow
share(ct.trade().drop(columns=["date", "year"])) | needs a column date, year or
share(frame, of="x") | of must be a table of the whole or
contributions(ct.trade(["CA5", "KAZ"], "total")) | contributions cannot sum CA5 with its own parts,
  Kazakhstan: leave it out
contributions(ct.goods("CHN", "KAZ", start=2024)) | contributions compares dates years=1 apart; the
  frame has 2024 alone
cagr(ct.trade(), 1990, 2025) | a figure above zero for both 1990 and 2025; its figures run from 1992
cagr(ct.trade("KAZ", freq="month")) | cagr needs yearly figures
growth(ct.trade("CHN", "export", 2015, 2015, reporter="Tajikistan")) | growth leaves doubtful
  figures
  out, and this frame has no others; doubtful=True
growth("KAZ") | growth needs a frame, such as ct.trade\(\) returns; got
growth(ct.policies()) | growth needs figures in a column value_bn
growth(load_trade("CHN", "KAZ")) | growth needs one row for each
growth(pd.DataFrame({"year": [2024], "value_bn": ["1,0"]})) | growth needs numbers in value_bn; it
  holds str, such as '1,0'
growth(ct.trade("KAZ").set_index(["year", "flow"])[["value_bn"]]) | year and flow in its index: call
  \.reset_index\(\) first
growth(ct.combine(ct.trade(["KAZ", "UZB"]), {"x": ["KAZ", "UZB"]})) | growth stands in this frame
hhi(ct.trade("KAZ")) | hhi needs goods, such as ct\.goods\('KAZ', 'CHN'\)
hhi(ct.trade("all", "export", 2022, 2022, reporter="KAZ")) | partners are a whole only where all of
  them are held, which ct\.share\(frame, of=ct\.trade\('World', reporter=…\)\) says
hhi(ct.goods("CHN", "UZB", start=2024).nlargest(10, "value_bn")) | hhi needs all goods of a flow
newest(ct.trade(flow="export")) | 5 rows are of 2025-01-01; say which country
newest(ct.goods("CHN", "UZB")) | rows are of 2024; say which goods
newest(ct.trade(), partner={"UZB"}) | partner must be one value; got {'UZB'}
combine(ct.trade(), {}) | combine needs groups that hold parts
combine(pd.DataFrame(), {"x": ["KAZ"]}) | combine needs groups that hold
combine(ct.trade(), {"x": ["KAX"]}) | \(did you mean 'KAZ'\?\)
combine(ct.trade(), {"x": ["KAZ", "KAZ"]}) | counts Kazakhstan twice
combine(ct.trade(), {"KAZ": ["UZB"]}) | 'KAZ' is in the frame
combine(ct.trade(["CA5", "KAZ"]), {"x": ["CA5", "KAZ"]}) | combine cannot sum CA5 with its own
  parts,
  Kazakhstan
goods(["CHN", "KAZ"], "UZB") | exporter must be one country; got
goods("KGZ", "CHN", "gold") | single figures are in ct\.facts\('KGZ', 'CHN', topic='gold'\)
goods("CHN", "UZB", [84, "cars"]) | within only='Road vehicles'
goods("CHN", "UZB", "vehicle") | \(did you mean 'Road vehicles'\?\)
goods("CHN", "TKM") | no table lists the goods from China to Turkmenistan;
goods("RUS", "KAZ", nearest=True) | no table lists the goods from Russia to Kazakhstan
goods("RUS", "KAZ") | from Russia to Kazakhstan; there is CHN to KAZ by KAZ(?!.*level='wits')
goods("UZB", "exprt") | flow must be .*\(did you mean 'export'\?\)
goods("UZB", "total") | one of export, import, a country that buys
goods("UZB", ["export", "import"]) | goods from Uzbekistan to China
mirror_goods(["TUR", "RUS"], "KAZ") | goods from Türkiye and Russia to Kazakhstan; ct.mir
facts(topic="golf") | topic must be .*\(did you mean 'gold'\?\)
search("Uzbek gas") | in its words \(several words are a list: \['Uzbek', 'gas'\]\)
search("soler") | has 'soler' in its words \(did you mean 'solar'\?\)
search(["BYD", "gold"]) | has all of BYD, gold: search for one
market("nev sales") | no series is called 'nev sales' \(did you mean 'nev_sales'
market(kind="solr") | kind must be one of .*mean 'solar'\?\)
market(kind="solar", partner="RUS") | trade with Russia; there is Kaza
market(jurisdiction="TUR") | no such series is of Türkiye
market("nev_sales", jurisdiction="KAZ") | it has of China
market(["nev_sales", "ev_imports"], freq="year", jurisdiction="CHN") | ev_imports has no figures of
  China; it has of Kazakhstan, Tajikistan, Uzbekistan: say jurisdiction='KAZ'
market("solar") | 'solar'; there is ember_solar_exports_to_kaz_usd, ember_solar_exports_to_kgz_usd,
price(ct.trade()) | price needs a count, such as
price(ct.market("nev_sales")) | in dollars; the frame has none
price(ct.market(kind="ev", partner="UZB")) | no count for Ember's
price(ct.market("ev_imports_usd"), ct.market("ev_imports_usd")) | count must hold figures that are
  no
  money in a column value
policies("BYD") | \(did you mean search='BYD'\?\)
policies(start=2050, search="BYD") | has 'BYD' in its title
policies(search="B.D") | no policy event of these themes, .* has 'B.D' in its title, summary or
in_force(pd.NaT) | a date must look like 2026-01-14, .* got 'NaT'
in_force("2026-01") | a day must look like 2026-01-14; got '2026-01'
after("2024-rus-eaeu-car", "ember_ev_exports_to_kgz_usd") | did you mean '2024-rus-eaeu-car
after("2024-05-01", "nev_sales") | series must be one of
after("2024-05-01", "ember_ev_exports_to_kgz_usd", before=0) | before must be 1 to 12 months; got 0
after(None, "ember_ev_exports_to_kgz_usd") | needs an event or a day
claim("Usbekistan", growth=0.1) | did you mean 'Uzbekistan'
claim("KAZ") | a claim needs one figure: growth .* or value_bn
claim("KAZ", growth=0.1, value_bn=1.0) | a claim needs one figure
claim("KAZ", growth=0.1, flow="exports") | did you mean 'export'
claim("CA5", growth=12) | 12 would be 1,200 per cent; give 0.12 for 12 per cent
claim("CA5", growth=-12) | -12 would be .* give -0.12
claim("CA5", value_bn=106.3e9) | \$106,300,000,000 billion .* give 106.3 for
claim("KAZ", value_bn=48_700) | in billions .* give 48.7 for \$48.7 billion
claim("KAZ", value_bn="48.7") | finite figure; got '48.7'
claim("KAZ", growth=np.nan) | figure; got nan
check_claims("dailymail-2026") | did you mean 'dailymail-2026-01'\?
check_claims(frame) | check_claims needs columns 'statement' and 'kind'; the frame has
table("KAZ", "Trade") | table needs a frame, such as ct.trade\(
table(ct.market(), "x", columns=["unt"]) | did you mean 'unit'
table(ct.trade().head(0), "Trade") | 'Trade' has nothing to show
table(ct.trade("KAZ"), "") | caption of a table must say
to_excel(frame, "x.txt") | must end in .xlsx; got
to_excel([1], "x.xlsx") | needs frames, tables or charts; got
to_excel([], "x.xlsx") | needs frames, tables or charts; got none
params.validate("claim_check", document="X Y") | document must be one of dailymail-2026-01,
Rounded.printed(1, -1) | the rounding unit must be zero or more
trade("KAZ", start=gone.year) | ^period must look like .*; got a figure that is not held$
as_printed("KAZ", start=gone.year - 2) | ^period must look like .*; got a figure that is not held$
trade(gone.partner) | ^partner must be one of .*; got a figure that is not held$
mirror("EAEU") | ; of the Eurasian Economic Union name one country, such as ARM$
mirror("World") | ; of the world name one country, such as KAZ$
mirror("Venezuela") | ; catrade fetch comtrade --reporter VEN --partner CHN --years [-0-9]+ brings
  one side$
dependence("EAEU", reporter="ARM") | ; of the Eurasian Economic Union name one country, such as BLR$
claim("EAEU", growth=0.1) | ; of the Eurasian Economic Union name one country, such as ARM$
in_force(gone.date) | ^a date must look like .*; got a figure that is not held$
market(kind=gone.kind) | ^kind must be one of .*; got a figure that is not held$
"""


@pytest.mark.parametrize(("line", "sentence"), cases(WRONG))
def test_a_wrong_call_is_one_sentence_that_leads_on(line, sentence):
    with pytest.raises(ParameterError, match=sentence) as caught:
        eval(f"ct.{line}", NAMES)
    assert str(caught.value).isprintable()
