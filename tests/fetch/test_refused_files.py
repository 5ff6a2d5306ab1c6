"""Files that cannot be right: each is refused in one sentence that says what, where, and why."""

from __future__ import annotations

from pathlib import Path

import pytest
from fetch_files import (
    CHINESE,
    ENGLISH,
    SERIES,
    WITS,
    bulletin,
    cases,
    changed,
    chinese,
    imf,
    plus,
    record,
    run,
    said,
    wits,
    write,
)
from openpyxl import Workbook

OWN = "reporter,partner,period,flow,value,currency\nCHN,Kazakhstan,2026-08,export,2500000000,USD\n"
GOODS = """reporter,partner,period,flow,heading,value,currency,net_weight_t
TUR,Georgia,2024,export,8703,1500000,USD,200
TUR,Georgia,2024,export,3004,2500000,USD,
TUR,Georgia,2024,import,0802,900000,USD,300
"""
PRODUCTS = (
    "Nomenclature,ReporterISO3,ProductCode,ReporterName,PartnerISO3,PartnerName,Year,"
    "TradeFlowName,TradeFlowCode,TradeValue in 1000 USD\n"
)
MONGOLIA = "|2022|2023\nMongolia|1.5|2.5"
TITLE = CHINESE.splitlines()[1]
#: Kinds of files, written with changes.
MADE = {
    "customs": lambda path, *new: write(path, changed(ENGLISH, *new)),
    "chinese": chinese,
    "title": lambda path, new: chinese(path, f"{TITLE}=>{new}", "5月|=>10月|"),
    "own": lambda path, *new: write(path, changed(OWN, *new)),
    "goods": lambda path, *new: write(path, changed(GOODS, *new)),
    "text": lambda path, new: write(path, f"{new}\n"),
    "wits": lambda path, new: wits(path, changed(WITS, new)),
    "series": lambda path, new: wits(path, changed(SERIES, new), "Partner-Timeseries"),
    "imf": lambda path, new: imf(path, changed(MONGOLIA, new)),
    "plus": lambda path, new: plus(path, record("5", new)),
    "bulletin": bulletin,
    "products": lambda path, new: write(path, f"{PRODUCTS}{new}\n"),
}
#: What cannot stand in a line of this file.
ESCAPES = {r"\n": "\n", r"\0": "\0", r"\x1b": "\x1b", "NINES": "9" * 400}
#: Kind of file | what is changed in it | what is said.
REFUSED = r"""
customs | (2) Imports and Exports by Country (Region) of Origin/Destination,5.2026=>Imports and
  Exports by Country | says 'Imports and Exports by Country' above its table, which no table of
  China's
customs | 5.2026=>13.2026 | month 13 of 2026
customs | 5.2026=>5.2099 | is for month 5 of 2099 by its title, which lies ahead of this machine's
  clock
customs | 5.2026=>6.2026 | is for month 6 but has a column '5'
customs | US$1,000=>1,000 | does not say clearly whether it is in dollars or yuan
customs | US$1,000=>US$12 | has the unit 'US$12'
customs | 5.2026=>5.2026 (in CNY) | says CNY in its title and 'US$1,000' as its unit
customs | >Exports</span></td><td colspan=>>Exports of services</span></td><td colspan | has no
  column of exports
customs | </table></td></tr></table></body></html>=> | ends in the middle of a table: get it again
customs | TOTAL=>Asia | has no total that can be read, by which China's
customs | 2,500,100=>2.5e6 | Kazakhstan, export has '2.5e6' where a number should stand
customs | 2,500,100=>２５ | has '２５' where a number should stand
customs | 2,500,100=>NINES | (400 characters), not a number from
customs | >Kyrgyzstan<=>>Kazakhstan< | has reporter CHN, partner KAZ, period 2026-5M, flow total,
  currency USD twice
customs | <td colspan=2><span>Total</span></td>=> | has no column of totals
customs | <tr><td><span>5</span></td>=><tr> | has a column 'Total', which is no month
customs | <td colspan=3>=><td colspan=2> | has a heading of 9 cells where its table has 10
customs | <td><span>4,000,123</span></td>=> | has row 'Kazakhstan' of 9 cells where its table has
  10
customs | <span>Total</span></td><td colspan=2>=><span>X</span></td><td colspan=2> | has no column
  of totals
customs | 2><span>Total=>2><span>T ;; 2><span>Exports=>2><span>Total ;; 2><span>T<=>2><span>Exports<
  | its columns are not what its headings say
title | （2）2026年10月新疆维吾尔自治区进出口商品国别（地区）总值表 |
  says '（2）2026年10月新疆维吾尔自治区
title | 本市2：2026年1至10月进出口商品国别（地区）总值表（人民币值） | says '本市2：
title | 新疆（2）2026年10月进出口商品国别（地区）总值表（人民币值） | says '新疆（2）
title | 2026年10月农产品进出口商品国别（地区）总值表 | says '2026年10月农产品
title | 2026年10月服务进出口国别（地区）总值表 | says '2026年10月服务
title | （2）2026年10月进出口商品国别（地区）总值表（人民币值）（预测） | （预测）' above its table
title | Foreign trade of Kazakhstan by country, October 2026 | Kazakhstan by country
title | (4) Korea's Total Export & Import Values by Country/Region, Oct 2026 | Korea's
title | Forecast of exports and imports by country, 10.2026 | 'Forecast of
title | (2) Imports and Exports of Services by Country (Region) of Origin/Destination,10.2026 | of
  Services
title | Экспорт и импорт по странам, октябрь 2026 | 'Экспорт и импорт
title | 新疆维吾尔自治区统计局\n（2）2026年10月进出口商品国别（地区）总值表 |
  says '新疆维吾尔自治区统计局' above
own | reporter,partner=>reporter,partners | --source is for a CSV with the columns of trade.csv,
  but given is a table of trade figures without a column partner but the columns reporter,
  partners
own | Kazakhstan=>Kasachstan | given, row 2 has 'Kasachstan' as partner, which is no country's
  code or name
own | export=>exports | given, row 2, column flow, must be one of export, import, total;
own | 2500000000=>2.5bn | column value, must be a plain
own | 2500000000=>2.5 | given has 2.5 as its largest figure: write 3.2 billion as 3200000000, or
  add
own | currency=>currency,growth ;; USD=>USD,1 | has a column 'growth', which such a table has not
  (did you mean 'growth_printed'?)
own | 2026-08=>August | column period, must be a period
own | 2026-08=>9999 | given, row 2, period 9999, has not ended
own | currency=>currency,value | given has the column 'value' twice
own | USD=>USD\nCHN,UZB,2026-07,export,2,"USD\nCHN,UZB,2026-08,export,2,USD | given, row 3 cannot
  be read as CSV (unexpected end of data): check its quotation marks
own | CHN=>KAZ | given, row 2 has KAZ as reporter and as partner
text | "Nomenclature","ReporterISO3","TradeValue in 1000 USD" | a CSV of WITS by product, not of
  all goods: catrade fetch comtrade brings the same trade
text | HS4 ID,HS4,Trade Value | a CSV of the OEC (from BACI and UN Comtrade): catrade fetch
  comtrade brings the same trade
text | country_id,year,export_value,import_value | a CSV of the Atlas of Economic Complexity
  (estimates): catrade fetch comtrade brings the same trade
text | Reporter Code,Partner Code,Commodity Code,Trade Flow | a CSV of the old UN Comtrade site:
  catrade fetch comtrade brings the same trade
text | Country Name,Counterpart Country Name,Time Period | CSV of the IMF's data portal: catrade
  fetch file reads the workbook Exports and Imports
text | Country Name,Country Code,Indicator Name,Indicator Code,2020 | a table of the World Bank's
  indicators by country: it holds no trade between two
text | code,description\n010121,Horses | is the product table of CEPII's BACI
text | {"count":0,"data":[]} | given has no rows: it was asked for something that UN Comtrade does
  not have, or by a wrong code; nothing is zero by it
text | {"data":[{"a":1},{"b":2}]} | given is JSON: only answers of UN Comtrade's API and records
  of WITS by product are read
text | t,i,j,k,v,q\n1,2,3,4,5,6 | taken out of its zip: give the zip as downloaded
text | Rar! | is a .rar file: unpack it; of a BACI release give
text | {\rtf1 x | a Word or PowerPoint file: save the table in it as a workbook
text | <html><body><iframe src='/5.xls'></iframe></body></html> | only shows the table in a frame
text | <html><body><p>2026</p><a href='/files/5.xls'>x</a></body></html> | save /files/5.xls and
text | typeCode,reporterCode,cmdCode,primaryValue\nC,398,TOTAL,1 | given has no column
  'classificationCode': UN Comtrade has changed, or somebody took it out
text | To, whom, it may concern\n\nhello | is text, which is none of those read: tables of Chinese
text | a\0,\0b\0 | is empty, or no text in UTF-8, which is none of those read
text | a\x1b[2J,b,c\n1,2,3 | is a table with the columns a\x1b[2J, b, c, which is none of those
  read
wits | 60.75=>#N/A | given, sheet Partner, row 3, export is 'E3=#N/A', not a number from 0 to
wits | |4070.5=>|#DIV/0! | row 3, import is 'F3=#DIV/0!', not a number
imf | 2.5=>#VALUE! | sheet Exports, FOB, Mongolia, 2023 is 'D8=#VALUE!', not a number
imf | 2022=>#NAME? | sheet Exports, FOB has the heading 'C7=#NAME?', which is no period
chinese | 2800000=>#NUM! | 哈萨克斯坦, total has 'C7=#NUM!' where a number should stand
series | Export (US$ Thousand)=>Import Partner Share (%) | given holds no trade in US$ thousand of
  all products
series | Export (US$ Thousand)=>Import (US$ Thousand) | holds no trade
series | All Products=>Fuels | given holds no trade in US$ thousand of all products
plus | TOTAL,=>27, | has no row with cmdCode TOTAL: products alone are no total of all goods
plus | C,A=>S,A | is of services: this library holds trade in goods
plus | C,A=>A | has no row with cmdCode TOTAL
plus | false,true=>false,true,9 | row 2 has 49 cells under 47
plus | 5,0,false=>Infinity,0,false | primaryValue is 'Infinity', not
plus | 5,0,false=>1e16,0,false | primaryValue is '1e16', not a num
plus | 52,2024=>52,2024/3 | row 2 has no period: period '2024/3'
plus | 156,CHN=>../x,X | row 2 has no partner: partnerCode '../x'
plus | C,A=>C,M | row 2 has another frequency: freqCode 'M'
plus | ,N/A,,false,-1,N/A=>,,false,-1,N/A | given, row 2: netWgt is 'false'
imf | 2022|2023=>1995 e|2022|2023 | sheet Exports, FOB has the heading '1995 e', which is no
  period
imf | 2022|2023=>2022|2019*|2023 | sheet Exports, FOB has the heading '2019*', which is no period
imf | 2022|2023=>2021|2020|2022 | sheet Exports, FOB has its years out of order: 2021, 2020, 2022
wits | China|2022|Exports & Imports|60.75=>China|2022|60.75 | row 3 has its cells under other
  headings
series | Uzbekistan=>Central Asia | left out, as no single country reports them: those of Central
  Asia
bulletin | Код ТН ВЭД=>Номер | has no row that begins with «Код ТН ВЭД»
bulletin | 2025 г.=> ;; 2024 г.=> | says of no year or months
bulletin | |ВСЕГО|=>|Итог| | has no row «ВСЕГО»
bulletin | 1500.5=>много | 8422, Китай is 'много', not a number
bulletin | 1500.5=>#REF! | 8422, Китай is 'F8=#REF!', not a number
bulletin | 8422|М=>#N/A|М | has a figure for 'A7=#N/A', which is no code of four digits
bulletin | сомов|тыс. долларов|К=>сомов|млн. долларов|К | has no column «тыс. долларов» under 2025
  г. (it has: Количество, тыс. сомов, млн. долларов)
bulletin | сомов|тыс. долларов|К=>сомов|млн. долларов|К ;; 2025 г.=> ;; 2024 г.=> ;;
  "товар-страна"=>за 2019 год | has no column «тыс. долларов» under its period
bulletin | сомов|тыс. долларов|К=>долларов|тыс. сомов|К ;; ВСЕГО||||=>ВСЕГО|||38490382.5| | ВСЕГО
  is more in dollars than in som: its columns are not what their headings say
bulletin | 439890.086=>100 | has headings that are 439,890.1% of what «ВСЕГО» says
bulletin | 439890.086=>437000 | has headings that are 100.7% of what «ВСЕГО» says
bulletin | 2025 г.=>2099 г. | period 2099, has not ended
bulletin | 2025 г.=>январь-декабрь 2099 г. | period 2099, has not ended
bulletin | 8422|М=>842|М | has a figure for '842', which is no code of four digits
bulletin | 8422|М=>84221|М | has a figure for '84221', which is no code of four digits
products | H5,MNG,26,Mongolia,CHN,China,2023,Export,6,3400000 | has no heading of four digits
products | S3,MNG,2603,Mongolia,CHN,China,2023,Export,6,3400000 | has no heading of four digits
products | H5,MNG,2603,Mongolia,CHN,China,2023,Export,6,x | row 2: TradeValue in 1000 USD is 'x',
  not a number
products | H5,MNG,2603,Mongolia,CHN,China,23,Export,6,1 | row 2 has no year: Year '23'
goods | 8703=>8799 | row 2, column heading, must be a heading of the HS (four digits)
goods | 2024,import=>2024,imprt | row 4, column flow, must be one of export, import
goods | Georgia,2024,import=>Gorgia,2024,import | row 4 has 'Gorgia' as partner
goods | 900000,USD=>900000,EUR | row 4, column currency, must be one of USD; got 'EUR'
goods | 3004=>8703 | twice, which would count double
goods | 2500000=>-1 | row 3, column value, must be 0 or more
goods | net_weight_t=>net_weight | did you mean 'net_weight_t'?
"""


@pytest.mark.parametrize(("kind", "changes", "sentence"), cases(REFUSED))
def test_a_file_that_cannot_be_right_is_refused(tmp_path, kind, changes, sentence):
    for escape, letters in ESCAPES.items():
        changes = changes.replace(escape, letters)
    file = MADE[kind](tmp_path / "given", *changes.split(" ;; "))
    words = ("--source", "Office", "--url", "https://example.org/table")
    done = run(tmp_path, "file", file, *(words if kind in ("own", "goods") else ()))
    assert done.exit_code
    assert sentence in said(done)
    assert str(done.exception).isprintable()
    assert not (tmp_path / "fetched").exists()


def _flipped(folder: Path) -> bytes:
    """A workbook with two bytes of its packed sheet changed, as a bad download has."""
    content = bytearray(chinese(folder / "whole.xlsx").read_bytes())
    start = content.index(b"xl/worksheets/sheet1.xml") + 40
    content[start] ^= 0xFF
    content[start + 1] ^= 0xFF
    return bytes(content)


def _far(folder: Path) -> bytes:
    """A workbook in whose first and last cell somebody typed."""
    book = Workbook()
    book.active["A1"] = book.active["XFD1048576"] = "x"
    book.save(folder / "far.xlsx")
    return (folder / "far.xlsx").read_bytes()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
DAMAGED = [
    (lambda _: OLE, "cannot be read"),
    (lambda _: OLE + "WordDocument".encode("utf-16-le"), "a Word or PowerPoint file"),
    (lambda _: b"PK\x03\x04 not a zip", "(BadZipFile: File is not a zip file); get it"),
    (_flipped, "cannot be read"),
    (_far, "memory, for which one cell in the last row or column is enough"),
    (lambda _: b"%PDF-1.7", "is a PDF file, which is none of those read"),
]


@pytest.mark.parametrize(("content", "sentence"), DAMAGED)
def test_a_damaged_file_is_refused(tmp_path, content, sentence):
    done = run(tmp_path, "file", write(tmp_path / "table.xls", content(tmp_path)))
    assert sentence in said(done)
    assert not (tmp_path / "fetched").exists()


def test_what_is_no_file_is_refused(tmp_path):
    assert "there is no file" in said(run(tmp_path, "file", tmp_path / "none.csv"))
    done = run(tmp_path, "file", tmp_path)
    assert "is a folder that is no release of BACI: give the files in it" in said(done)


def test_a_record_that_lost_a_cell_or_stands_twice_is_refused(tmp_path):
    short = record("5").replace('"N/A",,', '"N/A",', 1)
    lost = plus(tmp_path / "x.csv", short, record("6"), record("7"))
    said_of_it = said(run(tmp_path, "file", lost))
    assert "row 2 has 47 cells where the others have 48" in said_of_it
    twice = plus(tmp_path / "x.csv", record("5"), record("6"))
    key = "partner CHN, period 2024, flow import, code TOTAL twice, which would count double"
    assert key in said(run(tmp_path, "file", twice))
