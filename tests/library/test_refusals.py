# ruff: noqa: E501 - a case is a line
"""Wrong calls, and what does not belong together, end in one sentence that says what would be right.

Each of them was once a wrong number without a word, or would be.
"""

import io

import numpy as np
import pandas as pd
import pytest
from fetch_files import cases

import catrade as ct
from catrade import page
from rounding.errors import ParameterError

FRAME = pd.DataFrame({"partner": ["KAZ", "KGZ"], "year": 2025, "value": [1.0, 2.0]})
FOUR = pd.DataFrame(
    {"partner": ["KAZ", "UZB"] * 2, "year": [2024] * 2 + [2025] * 2, "value": 1.0}
)


def cars(**sold: float) -> pd.DataFrame:
    return pd.DataFrame({"series": [*sold], "year": 2024, "value": [*sold.values()]})


def own(code: str) -> pd.DataFrame:
    return ct.trade(code, "total", 2024, 2025, reporter="partner")


def saved(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(frame.to_csv(index=False)))


@pytest.fixture(scope="module")
def names() -> dict[str, object]:
    """Return what the calls below name, beside all that is typed after `ct.`."""
    with ct.as_of("2025-02"):
        then = ct.trade("CA5", "total", 2023, 2024)
    return {
        **{name: getattr(ct, name) for name in ct.__all__},
        **{"page": page, "pd": pd, "np": np, "cars": cars, "own": own, "saved": saved},
        "frame": FRAME,
        "four": FOUR,
        "five": ct.trade(flow="total", start=2024, end=2025),
        "region": ct.trade("CA5", "total", 2024, 2025),
        "chapters": ct.goods("UZB", "export", start=2024, end=2024),
        "months": ct.trade(["KAZ", "KGZ"], "export", "2024-01", "2024-03"),
        "sums": ct.trade(["KAZ", "KGZ"], "export", "2024-2M", "2024-3M"),
        "quarters": pd.DataFrame(
            {"date": pd.period_range("2024Q1", periods=2, freq="Q"), "value": 1.0}
        ),
        "then": then,
        "chapters_and_sections": pd.concat(
            ct.goods("UZB", "export", start=2024, end=2024, level=level)
            for level in ("chapter", "section")
        ),
        # The newest row of those that are not there: what it holds is unknown.
        "gone": page.newest(FRAME, partner="UZB"),
    }


#: What an analyst types, and what is said.
WRONG = r"""
trade(flow="exports") | flow must be one of .*\(did you mean 'export'\?\)
trade("Usbekistan") | did you mean 'Uzbekistan'
trade("KAZ", reporter="partners") | mean 'partner'
trade(freq="monthly") | did you mean 'month'
trade(start=2025, end=2020) | end must not be before start
trade("Asia") | must be a country or one of Central Asia, .*, World; got 'Asia', a group that is not held: list its countries$
trade("SCO") | got 'SCO', a group that is not held
trade(["KAZ", "the CIS"]) | got 'the CIS', a group that is not held
trade([]) | an empty list asks for nothing
trade("CHN") | must be two; both are China
trade("World", reporter="partner") | the world has no stat
trade("TKM", reporter="partner") | publishes no trade statistics .*use reporter='CHN'
trade("KAZ", 2024) | flow must be one of .*; a time is start= or end=
trade("export") | got 'export': that is flow=
trade(["KAZ", np.nan]) | partner must be a country by code or name; got none
trade("KAZ", flows="export") | ct.trade has no argument flows \(did you mean 'flow'\?\); it takes partner, flow
trade(country="KAZ") | did you mean 'partner'
market("nev_sales", frequency="year") | did you mean 'freq'
goods("UZB", year=2024) | did you mean 'start'
show(1, 2, titel="x") | ct.show has no argument titel
share() | ct.share takes frame, of, by, doubtful: missing a required argument: 'frame'
growth(four, 1, 2) | too many positional
goods("UZB", "export", 2024) | a year is start= or end=
sources(five.pivot(index="year", columns="country", values="value")) | does not say where its figures are from
sources(five.iloc[0][["year", "value"]]) | does not say where its figures are from
sources(pd.DataFrame([{"year": 2025}])) | does not say where its figures are from
sources(five["value"]) | sources needs a frame, .*; got the column value, which does not say where
growth("KAZ") | growth needs a frame, such as ct.trade
growth(four["value"]) | growth needs a frame, .*; got Series
growth(four.drop(columns="value")) | in a column value; the
growth(four.assign(value="1,0")) | needs numbers in value
growth(four[["partner", "value"]]) | a column date, period
growth(four.assign(year="2020/21")) | in row 0; it has 2020/21
growth(four.assign(low=2.0, high=7.0)) | between low and high in row 0
growth(pd.concat([four, four])) | KAZ has two of 2024
growth(four, 1.5) | whole number, 1 or more; got 1.5
growth(four.assign(region=[*"abab"], partner="KAZ")) | 'region' tells
growth(four.assign(quality="doubtful")) | doubtful=True takes them
growth(combine(four, {"x": ["KAZ", "UZB"]}).assign(growth=0.1)) | growth stands in this frame already
index_to(trade("KAZ", "balance", 2020, 2025), 2020) | index_to needs exports, imports or totals: a balance may change its sign
index_to(four, 1990) | for base '1990'; they run from 2024 to 2025
share(trade(["CA5", "KAZ"], "total", 2025)) | cannot sum Central Asia with its own parts, Kazakhstan: leave it out
share(trade(["EU", "KAZ", "World"], "total", 2024)) | cannot sum World with its own parts, EU and Kazakhstan
share(trade("KAZ", ["export", "import", "total"], 2025)) | cannot sum total with its own parts, export and import
share(cars(nev_sales=1, auto_sales=2)) | cannot sum auto_sales with its own parts, nev_sales
share(cars(nev_sales=1, bev_sales=2, phev_sales=3)) | cannot sum nev_sales with its own parts, bev_sales and phev_sales
share(cars(bev_sales=1, nev_exports=2)) | cannot sum bev_sales and nev_exports: both hold bev_exports
share(cars(nev_sales=3, auto_exports=2)) | both hold .*nev_exports
combine(cars(nev_sales=2, bev_sales=1), {"x": ["nev_sales", "bev_sales"]}) | combine cannot sum nev_sales with
contributions(cars(nev_sales=2, auto_sales=1)) | contributions cannot sum auto_sales with
share(cars(auto_sales=2), of=cars(nev_sales=1)) | nev_sales is part of auto_sales
share(pd.concat([five, own("KAZ")])) | both sides’ figures of one trade: the frame has that of China and Kazakhstan
share(pd.concat([trade("KAZ", "total", 2024, 2025), own("UZB")])) | of China and Uzbekistan on trade with China and Kazakhstan
share(own("KAZ"), of=region) | the parts are of Kazakhstan, the whole is of China
share(own("KAZ")[["country", "year", "value"]], of=region) | whose statistics the parts are: keep the column reporter
share(trade("KAZ", "total", 2025), of=trade("UZB", "total", 2025)) | trade with Uzbekistan does not hold that with Kazakhstan
share(region, of=five) | does not hold that with Central Asia
share(five, of=five) | share, of its whole, needs one figure a series and time; total has two of 2024
share(five, of=region.assign(date=pd.NaT)) | needs a time such as .* it has no date
share(five, of=trade("CA5", "total", 2020, 2021)) | finds no whole of any part in of=: .* the whole is of total 2020
share(trade(flow="export", start=2025), of=trade("CA5", "import", 2025)) | parts are of export .*, the whole is of import
share(trade("KAZ", "total", 2025, 2025)) | share of one part needs its whole in of=
share(trade("KAZ", "total", "2026-01"), by="period") | needs parts of one time: period is a time
share(five, of=trade("CA5", "total", 2024, 2025, currency="CNY")) | all figures in one currency; got CNY and USD
share(facts("KGZ", "export", 2024)) | all figures in one unit; got
share(trade(["KAZ", "UZB"], ["export", "balance"], 2024, 2024)) | a balance has no parts
share(four, by="partners") | did you mean 'partner'
share(four, of="CA5") | of must be a frame of the whole; got 'CA5'
share(goods("UZB", "export", start=2024, end=2024).head(9)) | share needs all goods of a flow, and these are some
hhi(goods("UZB", "export", start=2024, end=2024).head(9)) | hhi needs all goods of a flow, and these are some
share(facts("KGZ", "import", 2025, 2025, topic="gold"), of=trade("KGZ", "import", 2025, 2025)) | share needs all figures in one unit; got USD and USD billion
share(five.assign(value=five["value"] * 1e9, low=five["low"] * 1e9, high=five["high"] * 1e9), of=region) | times as large as its whole: give both in one unit
share(market("ev_imports", jurisdiction="KAZ", freq="year"), of=market("auto_sales", freq="year")) | the figure of China does not hold that of Kazakhstan
share(pd.concat([four, four])) | share needs one figure a series and time; .*KAZ has two of 2024
share(pd.concat([trade("KAZ", "export", 2024), trade("UZB", "export", 2024)] * 2)) | has two of 2024
share(chapters_and_sections) | share cannot sum goods of chapter and section, which hold each other
hhi(chapters_and_sections) | keep one level
growth(four.assign(value=np.inf)) | growth needs finite numbers
growth(pd.concat([four, four[["value"]]], axis=1)) | each column once; value stands twice
trade("KAZ", "export", range(2015, 2026, 5)) | not steps of 5
goods("UZB", start="2024Q1") | goods are by year: say 2024, not 2024-Q1
economy("KAZ", "2024-03") | economies are by year: say 2024
claim("all", value=3) | a claim is on a country
search(None) | search needs a word
search(["gas", ""]) | search needs a word
facts("KAZ", start=2030) | there is .* of 2013 to
hhi(five) | hhi needs all goods of a flow, .*partners seldom make up a whole
hhi([]) | hhi needs amounts of zero or more
hhi(["a"]) | hhi needs amounts of zero or more
hhi([0, 0]) | and one above zero
contributions(four.query("year == 2025")) | years=1 apart; the frame has 2025 to 2025
combine(pd.concat([five, own("KAZ")]), {"x": ["KAZ", "CHN"]}) | combine cannot add up both sides’ figures of one trade
combine(four, {}) | combine needs groups
combine(four, {"x": ["KAX"]}) | did you mean 'KAZ'
combine(four, {"x": ["KAZ", "Kazakhstan"]}) | counts Kazakhstan twice
combine(five, {"Uzbekistan": ["KAZ", "KGZ"]}) | 'Uzbekistan' is the name of Uzbekistan, which is not the sum of Kazakhstan and Kyrgyzstan: call the group otherwise
combine(five, {"CA5": ["KAZ", "UZB"]}) | 'CA5' is the name of Central Asia, which is not the sum of
combine(four, {"KAZ": ["UZB"]}) | 'KAZ' is in the frame
as_of("2027-01") | as_of must be a day from .*, today; got 2027-01-31
growth(pd.concat([then, region])) | growth needs figures of one day; these are as known on 2025-02-28 and today
share(five, of=then) | share needs figures of one day
index_to(saved(pd.concat([then, region]))) | index_to needs figures of one day
combine(pd.concat([then, five]), {"x": ["KAZ", "UZB"]}) | combine needs figures of one day
published("KAZ", reporter="") | reporter must be one of
search([]) | an empty list asks for nothing
after(24, "nev_sales") | series must be one of
after("2024-05-01", 24) | series must be one of ember_
as_of("9999-12-31") | as_of must be a day from 2008-09-08 to .*, today; got 9999-12-31
as_of(pd.NaT) | a date must look like 2026-01-14, .* got 'NaT'
claim(None, growth=0.1) | a claim is on a country: say partner='KAZ'
claim("KAZ", ["export"], growth=0.1) | flow must be one of export, import, total; got
claim("KAZ", growth=0.1, precision=0) | precision is the unit that a figure was rounded to, .* got 0
claim("KAZ", growth=0.1, precision="x") | precision is the unit .* such as 0.1; got 'x'
to_excel(frame, None) | must end in .xlsx; got 'None'
changes("2026-09-16", "2026-09-15") | since must not be after 2026-09-15, the day asked for as until
changes("2099-01-01") | since must not be after .*, the day of the newest source; got 2099-01-01
claim("Georgia", value=3) | yearly trade with Georgia by China, .*--reporter CHN --partner GEO
page.pair("CHN") | must be two; both are China
page.pair("KAZ", reporter="XYZ") | reporter must be one of CHN, partner
page.newest(trade(flow="export")) | 5 rows are of 2025-01-01; say which country
page.newest(goods("UZB", "export")) | rows are of 2024; say which goods
page.newest(trade(), year="last") | year must be a number; got 'last'
decompose(goods("UZB", "export", start=2024, end=2030, full=True), "year") | hold two times in year, .* it has goods of 2024$
trade("KAZ", start="2024-03", freq="year") | are by year: say 2024, not 2024-03
market("nev_sales", "2024-03", freq="year") | are by year: say 2024, not 2024-03
page.newest(trade(), partner={"UZB"}) | partner must be one value; got {'UZB'}
goods("UZB", "export", "gold") | ct\.search\('gold'\) says what is held of it
goods("UZB", "export", [84, "cars"]) | ct\.search\('cars'\)
goods("UZB", "export", "vehicle") | \(did you mean 'Road vehicles'\?\)
goods("CHN", "UZB") | flow must be .* got 'UZB'; a country is partner= or reporter=
goods("UZB", "exprt") | flow must be .*\(did you mean 'export'\?\)
goods("UZB", "total") | flow must be one of export, import; got 'total'
goods("UZB", level="hs") | level must be one of chapter, section
goods("UZB", book="CHN") | book must be one of BACI
trade("KAZ", full="yes") | full is True or False; got 'yes'
growth(four, doubtful="no") | doubtful is True or False; got 'no'
market("ev_imports", jurisdiction=["KAZ", "CHN"]) | no such series is of China
hhi(cars(a=2, b=-1).rename(columns={"series": "goods"})) | hhi needs amounts of zero or more
combine(chapters, {"Road vehicles": ["84", "85"]}) | 'Road vehicles' is in the frame
decompose(None) | decompose needs a frame, such as
trade("KAZ", currency="EUR") | by China is held in currency='EUR'; they are in CNY and USD
trade("UZB", reporter="KAZ", currency="CNY") | by Kazakhstan .* they are in USD$
trade("KAZ", "total", range(2023, 2025), 2025) | leave end=2025 out, or say start=2023
trade("CHN") | must be two; both are China
goods("CHN") | must be two; both are China
market("nev_sales", kind="solar") | kind must be one of nev; got 'solar'
market("ember_ev_exports_to_kaz_usd", partner="UZB") | trade with Uzbekistan; there is Kazakhstan
goods("CHN", "import", 8703, reporter="KAZ") | headings of four digits are level='heading'
search("the") | search needs a word
claim("CHN", value=3) | must be two; both are China
claim("KAZ", value=True) | a claim needs a finite figure; got True
growth(four.assign(value=True)) | growth needs numbers in value
growth(four.drop(columns="year").assign(date="01.02.2024")) | a time such as .* it has 01.02.2024
growth(four.drop(columns="year").assign(date="spring")) | needs a time such as .* it has spring
growth(quarters) | needs a time such as .* it has 2024Q1
after("2024-05-01", five, partner="KGZ") | after needs months, such as .* the frame has 2024
after("2024-05-01", sums, partner="KGZ") | after needs months, .* the frame has 2024-2M
after("2024-05-01", pd.concat([months, months]), partner="KGZ") | KAZ has two of 2024-01
after("2024-05-01", months.assign(flow=["export", "total"] * 3), partner="KGZ") | needs one flow
after("2024-05-01", months.assign(currency=["USD", "CNY"] * 3), partner="KGZ") | needs one currency
after("2024-05-01", months.assign(reporter=["CHN", "KAZ"] * 3), partner="KGZ") | needs one reporter
after("2024-05-01", months.assign(unit="USD"), partner="KGZ") | needs billions; the frame is in USD
after("2024-05-01", "ember_ev_exports_to_kgz_usd", partner="KAZ") | is of Kyrgyzstan: leave partner=
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
events(on="2026-01-14", start="2025") | on is one day of rules, start and end are a time of events: leave one
events(on="2026-1") | a date must look like .* got '2026-1'
events(on="2026-01-14", words="B.D") | has 'B.D' in its title, summary or
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
table(market(), "x", columns=["unt"]) | did you mean 'unit'
table(trade().head(0), "Trade") | 'Trade' has nothing to show
table(trade("KAZ"), "") | caption of a table must say
to_excel(frame, "x.txt") | must end in .xlsx; got
to_excel([1], "x.xlsx") | needs frames, tables or charts; got
to_excel([], "x.xlsx") | needs frames, tables or charts; got none
page.validate("claim_check", claims="", document="X Y") | document must be one of dailymail-2026-01,
page.validate("nev_central_asia", partner="mng", start=2020, end=2024) | CA5, .*; got 'mng': this
  page is made of these alone .trade_growth and country_dossier may be of Mongolia.$
page.Rounded.printed(1, -1) | the rounding unit must be zero or more
claim("EAEU", growth=0.1) | ; of the Eurasian Economic Union name one country, such as ARM$
events(on=gone.date) | ^a date must look like .*; got a figure that is not held$
market(kind=gone.kind) | ^kind must be one of .*; got a figure that is not held$
"""


@pytest.mark.parametrize(("line", "sentence"), cases(WRONG))
def test_a_wrong_call_is_one_sentence_that_leads_on(line, sentence, names):
    with pytest.raises(ParameterError, match=sentence) as caught:
        eval(line, names)
    assert str(caught.value).isprintable()
