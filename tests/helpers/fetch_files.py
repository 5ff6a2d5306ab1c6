"""Files as publishers make them, written as texts that a test changes in one place.

The figures are invented round ones; headings, labels and quirks are those of the real files.
"""

import json
import re
import shutil
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import Workbook
from typer.testing import CliRunner, Result

from catrade_fetch import commands, rows
from catrade_fetch.baci_import import import_release
from catrade_fetch.errors import FetchError

ROOT = Path(__file__).parents[2]
Grid = Sequence[Sequence[object]]
Figures = dict[tuple[str, ...], float]


def copy_tables(target: Path) -> Path:
    """Copy the bundled tables, without what was fetched."""
    shutil.copytree(ROOT / "data", target, ignore=shutil.ignore_patterns("fetched"))
    return target


def rows_of(name: str) -> list[dict[str, str]]:
    """Return the rows of a bundled table as texts, read without the library."""
    file = ROOT / "data" / f"{name}.csv"
    rows = pd.read_csv(file, dtype=str, keep_default_na=False)
    return rows.to_dict("records")


def grid(text: str) -> list[list[str]]:
    """Return the lines of a text as rows of cells."""
    return [line.split("|") for line in text.strip("\n").splitlines()]


def cases(text: str) -> list[list[str]]:
    """Return the lines of a table of cases, whose columns ` | ` divides.

    A line that begins with spaces goes on with the one before.
    """
    lines = text.replace("\n  ", " ").strip().splitlines()
    return [[part.strip() for part in f" {line} ".split(" | ")] for line in lines]


def options(text: str) -> dict[str, Any]:
    """Return what a case asks for: JSON without its brackets."""
    asked: dict[str, Any] = json.loads(f"{{{text}}}")
    return asked


def changed(text: str, *changes: str) -> str:
    """Replace what stands before `=>` by what stands behind it; each must be there."""
    for change in filter(None, changes):
        old, new = change.split("=>")
        assert old.strip() in text, change
        text = text.replace(old.strip(), new.strip())
    return text


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def append(folder: Path, file: str, *lines: str) -> int:
    """Add lines at the end of a table and return the line number of the first."""
    path = folder / file
    count = len(path.read_text("utf-8").splitlines())
    with path.open("a", encoding="utf-8") as target:
        target.writelines(f"{line}\n" for line in lines)
    return count + 1


def run(data: Path, *words: str | Path) -> Result:
    """Run `catrade fetch`."""
    return CliRunner().invoke(commands.app, [*map(str, words), "--data", str(data)])


def said(result: Result) -> str:
    """Return what a command said, and the sentence it ended with."""
    return f"{result.output}{result.exception or ''}"


def refusal(read: Callable[[Path, Path], object], path: Path) -> str:
    """Return the one sentence with which a file is refused, of which nothing is kept."""
    with pytest.raises(FetchError) as caught:
        read(path, path.parent)
    assert not (path.parent / "fetched").exists()
    sentence = str(caught.value)
    assert sentence.isprintable()
    return sentence


def figures(data: Path) -> Figures:
    """Return what is kept, by reporter, partner, period and flow."""
    return figures_of(rows.trade_rows(data).rows)


def figures_of(rows: pd.DataFrame) -> Figures:
    cell = ["reporter", "partner", "period", "flow"]
    return rows.set_index(cell)["value"].to_dict()


def told(figures: Figures) -> set[str]:
    """Return figures as lines: a cell and its value."""
    return {f"{' '.join(cell)} {value:.15g}" for cell, value in figures.items()}


# --- Chinese customs -----------------------------------------------------------------------------


def line(cells: Sequence[str]) -> str:
    return "<tr>" + "".join(f"<td><span>{cell}</span></td>" for cell in cells) + "</tr>"


ROWS = """
TOTAL|530,000,000|2,500,000,000|300,000,000|1,500,000,000|230,000,000|1,000,000,000|5.1|6.2|3.4
Asia:|260,000,000|1,250,000,000|140,000,000|700,000,000|120,000,000|550,000,000|5.0|6.0|3.0
Kazakhstan|4,000,123|19,000,456|2,500,100|12,000,400|1,500,023|7,000,056|10.0|11.0|8.0
Kyrgyzstan|2,400,002|11,000,000|2,400,000|10,500,000|2|500,000|1.0|1.0|1.0
Turkmenistan|900,000|4,000,000|-|400,000|900,000|3,600,000|-|-|-
Atlantis|1|2|1|1|-|1|-|-|-
"""
#: What is said of the last row.
LEFT = (
    "partners that this library does not know are left out, worth $2,000:"
    " Atlantis ($2,000)"
)
#: What stands around the table on every page of the site.
MENU = "<div><a href='/p'>• Preliminary Release</a><a href='/m'>• Monthly Bulletin</a></div>"
TITLE = "(2) Imports and Exports by Country (Region) of Origin/Destination,5.2026"
#: A page of the English bulletin: bare spans in cells, a layout table around.
ENGLISH = (
    f"<html><head><meta charset='utf-8'></head><body>{MENU}<table><tr><td><table><tr><td>Home</td>"
    f"</tr></table><table><tr><td colspan=10><span>{TITLE}</span></td></tr>"
    "<tr><td colspan=10><span>Unit:US$1,000</span></td></tr>"
    "<tr><td rowspan=2><span>Country （Region）</span></td><td colspan=2><span>Total</span></td>"
    "<td colspan=2><span>Exports</span></td><td colspan=2><span>Imports</span></td>"
    "<td colspan=3><span>Percentage Change</span></td></tr>"
    + line(["5", "1to5", "5", "1to5", "5", "1to5", "Total", "Exports", "Imports"])
    + "".join(map(line, grid(ROWS)))
    + "</table></td></tr></table></body></html>"
)


def of_month(month: int, year: int = 2026) -> list[str]:
    """Return the changes that make a table one of another month."""
    changes = [f"5.2026=>{month}.{year}", f">5<=>>{month}<", f">1to5<=>>1to{month}<"]
    return [change for change in changes if month != 5 or "202" in change]


#: A page of Statistics Express: the label's heading is two cells, one below the other.
EXPRESS = """
Import Source|Export & Import|Export & Import|Export|Export|Import|Import
Export Destination|3|1- to-3|3|1- to-3|3|1- to-3|Export & Import|Export|Import
Total|900.5|2,700.0|500.5|1,500.0|400.0|1,200.0|5|7|9
European Union|90.0|270.5|50.0|150.5|40.0|120.0|5|7|9
of which: Germany|9.0|27.0|5.0|15.0|4.0|12.0|5|7|-9
"""
EXPRESS = (
    f"<html><body>{MENU}<div class='atcl-date'>2026/04/14</div><table><tr><td colspan='10'><b>(4)"
    " China's Total Export & Import Values by Country/Region, Mar 2026 (in CNY)</b></td></tr>"
    "<tr><td colspan='10'>Unit: CNY 100 Million</td></tr>"
    + "".join(map(line, grid(EXPRESS))).replace(
        "</tr>", "<td colspan='3'>1-to-3 Total Year-on-Year (±%)</td></tr>", 1
    )
    + "</table></body></html>"
)
#: A workbook of the Chinese bulletin: merged headings, numbers as numbers.
CHINESE = """
（2）2026年5月进出口商品国别(地区)总值表（人民币值）
单位：万元人民币
进出口商品原产国(地)/目的国(地)|进出口||出口||进口||累计比去年同期±％
|5月|1至5月|5月|1至5月|5月|1至5月|进出口|出口|进口
总值|3700000|17500000|2100000|10500000|1600000|7000000|5|6|3
亚洲|1800000|8700000|1000000|5000000|800000|3700000|5|6|3
  哈萨克斯坦|2800000|13300000|1750000|8400000|1050000|4900000|1|1|1
  吉尔吉斯斯坦|1600000|7000000|1599000|6650000|1000|350000|1|1|1
欧洲联盟|40000000|200000000|25000000|125000000|15000000|75000000|1|1|1
注：本表不含…
"""


def chinese(path: Path, *changes: str) -> Path:
    """Write it as a workbook."""
    return book(path, {"t": grid(changed(CHINESE, *changes))}, column=1)


# --- workbooks -----------------------------------------------------------------------------------


def value(cell: object) -> object:
    is_number = re.fullmatch(r"\d+(\.\d+)?", str(cell))
    return float(str(cell)) if is_number else cell or None


def book(path: Path, sheets: Mapping[str, Grid], column: int = 0) -> Path:
    """Write sheets of cells, from a column on, as a workbook (xlsx)."""
    new = Workbook()
    new.remove(new.active)
    for name, cells in sheets.items():
        sheet = new.create_sheet(name)
        for row in cells:
            sheet.append([None] * column + [value(cell) for cell in row])
    new.save(path)
    return path


# --- the IMF and WITS ----------------------------------------------------------------------------


def imf_sheet(title: str, rows: str, country: str = "Kazakhstan, Rep. of") -> Grid:
    above = ["", title, "", country, "US Dollars, Millions", ""]
    return [[None, *row] for row in [*([cell] for cell in above), *grid(rows)]]


def imf(path: Path, rows: str, sheet: str = "Exports, FOB", **more: str) -> Path:
    """Write a workbook of the IMF with one sheet; its rows begin with the heading."""
    return book(path, {sheet: imf_sheet(f"{sheet} …", rows, **more)})


def wits(path: Path, rows: str, sheet: str = "Partner") -> Path:
    return book(path, {"Sheet1": [], sheet: grid(rows)})


WITS = """
Reporter Name|Partner Name|Year|Trade Flow|Export (US$ Thousand)|Import (US$ Thousand)
Kyrgyz Republic| World|2022|Exports & Imports|2186.5|9803.25
Kyrgyz Republic|China|2022|Exports & Imports|60.75|4070.5
Kyrgyz Republic|Russian Federation|2022|Exports & Imports||0
Kyrgyz Republic|East Asia & Pacific|2022|Exports & Imports|5|6
"""
SERIES = """
Reporter Name|Partner Name|Trade Flow|Product Group|Indicator|2019|2020
Uzbekistan|China|Export|All Products|Export (US$ Thousand)||1600.5
"""


# --- the bulletin of Kyrgyz foreign trade --------------------------------------------------------

SHEET = "таб.3-Импорт (4зн) "


#: 1,500.5 and 250 thousand dollars of 8422, 437,039.586 and 100 of 8703, 1,000 of nobody we know.
BULLETIN = """
Таблица 3: Импорт товаров в Кыргызскую Республику в разрезе "товар-страна"
Вернуться к содержанию
Код ТН ВЭД|Товар, страна|Единица|2025 г.|||2024 г.||
|||Количество|тыс. сомов|тыс. долларов|Количество|тыс. сомов|тыс. долларов
||||||||
|ВСЕГО||||439890.086|||
8422|Машины посудомоечные|тонн|10||1750.5|||
|Китай||8||1500.5|7||999
|Казахстан||2||250|||
8703|Автомобили легковые|штук|49501||438139.586|||
|Китай||49497||437039.586|||
|Казахстан||4||100|||
|Страна неизвестная||||1000|||
"""


def bulletin(path: Path, *changes: str) -> Path:
    text = changed(BULLETIN, *changes)
    other = {"таб.3-Импорт-ЕАЭС(4зн) ": [["Вернуться"]]}
    return book(path, {**other, SHEET: grid(text)})


# --- UN Comtrade Plus ----------------------------------------------------------------------------

PLUS = (
    "typeCode,freqCode,refPeriodId,refYear,refMonth,period,reporterCode,reporterISO,reporterDesc,"
    "flowCode,flowDesc,partnerCode,partnerISO,partnerDesc,partner2Code,partner2ISO,partner2Desc,"
    "classificationCode,classificationSearchCode,isOriginalClassification,cmdCode,cmdDesc,"
    "aggrLevel,isLeaf,customsCode,customsDesc,mosCode,motCode,motDesc,qtyUnitCode,qtyUnitAbbr,qty,"
    "isQtyEstimated,altQtyUnitCode,altQtyUnitAbbr,altQty,isAltQtyEstimated,netWgt,"
    "isNetWgtEstimated,grossWgt,isGrossWgtEstimated,cifvalue,fobvalue,primaryValue,"
    "legacyEstimationFlag,isReported,isAggregate"
)
_RECORD = (
    "C,A,20240101,2024,52,2024,860,UZB,Uzbekistan,M,Import,156,CHN,China,0,W00,World,H6,HS,true,"
    "TOTAL,All Commodities,0,false,C00,TOTAL CPC,0,0,TOTAL MOT,-1,N/A,,false,-1,N/A,,false,,false,,"
    "false,VALUE,,VALUE,0,false,true"
)
TURKEY = ",156,CHN,China,=>,792,TUR,Türkiye,"
WORLD = ",156,CHN,China,=>,0,W00,World,"


def record(value: str, *changes: str) -> str:
    """Return a line as the site writes it: quotes but around empty cells, one comma more."""
    cells = changed(_RECORD, f"VALUE=>{value}", *changes).split(",")
    return ",".join(f'"{cell}"' if cell else "" for cell in cells) + ","


def plus(path: Path, *lines: str, encoding: str = "latin-1") -> Path:
    return write(path, "\r\n".join([PLUS, *lines, ""]).encode(encoding))


# --- BACI: a small release, right in all its parts ----------------------------------------------

COUNTRIES = (
    "country_code,country_name,country_iso2,country_iso3\n"
    "156,China,CN,CHN\n398,Kazakhstan,KZ,KAZ\n516,Namibia,NA,NAM\n"
    '417,"Kyrgyzstan, Republic of",KG,KGZ\n'
    "729,Sudan,SD,SDN\n736,Sudan (...2011),SD,SDN\n"
)
HEAD = "t,i,j,k,v,q\n"
# v in thousand dollars, padded as in the release; q in tonnes, NA where not known
Y2021 = (
    "t,i,j,k,v,q\n"
    "2021,156,398,870380,     1500.250,      300.000\n"
    "2021,156,398,270900,        0.016,           NA\n"
    "2021,156,516,870380,       10.000,        2.000\n"
    "2021,398,156,270900,     4000.000,     9000.000\n"
)
Y2022 = (
    "t,i,j,k,v,q\n"
    "2022,156,398,870380,     3000.000,      500.000\n"
    "2022,156,398,870390,     1000.000,       50.000\n"
    "2022,398,156,270900,     5000.000,     9500.000\n"
    "2022,417,156,10121,        7.000,             \n"
    "2022,729,156,270900,        1.000,        1.000\n"
    "2022,736,156,270900,        2.000,        1.000\n"
)
FILES = {
    "BACI_HS17_Y2021_V202601.csv": Y2021,
    "BACI_HS17_Y2022_V202601.csv": Y2022,
    "country_codes_V202601.csv": COUNTRIES,
    "Readme.txt": "BACI",
}


def zipped(path: Path, **changes: str | None) -> Path:
    files = {**FILES, **changes}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            if text is not None:
                archive.writestr(name, text)
    return path


def imported(root: Path) -> Path:
    """Import the release and return the data folder."""
    import_release(zipped(root / "BACI_HS17_V202601.zip"), root / "data")
    return root / "data"
