"""What a file of a publisher holds, as grids of texts, and whose file it is.

It is recognised by sheets, columns and members, never by the file's name.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import yaml

from catrade_fetch import door
from catrade_fetch.errors import FetchError
from catrade_fetch.webpage import Page

#: Rows of cell texts without blanks around. Merged cells repeat their text in html and leave it
#: to the first elsewhere.
Grid = list[list[str]]

#: Bounds of one file: bytes, cells, memory and seconds of the workbook reader.
MOST_BYTES = 50_000_000
MOST_CELLS = 3_000_000
MOST_MEMORY = 1 << 30
MOST_SECONDS = 60
#: How files of Stata begin: those of today, and those of version 7 to 12, as WITS writes them.
_STATA = rb"<stata_dta>|[\x69-\x73][\x01\x02]\x01\0"
_OLE = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK"
#: How the list of parts of an old Office file names a text of Word.
_WORD = "WordDocument".encode("utf-16-le")
_TEXT = "Word or PowerPoint file"
_PACKED = {
    b"Rar!": ".rar",
    b"7z\xbc\xaf": ".7z",
    b"\x1f\x8b": ".gz",
    b"%PDF": "PDF file",
    b"{\\rtf": _TEXT,
}


@dataclass(frozen=True)
class Content:
    """What was found in a file.

    Attributes
    ----------
    format
        `html`, `workbook`, `csv`, `records` (JSON), `stata`, `zip`, `folder`, or what else it is
        (`.rar`, `PDF file`).
    sheets
        Its tables by name; those of a page are numbered.
    text
        What stands on a page, its pieces divided by `|`; empty for other formats.
    headlines
        The titles of a page: its own, its headlines and its tables' captions.
    links
        Addresses of frames and of workbooks that a page shows or offers.
    members
        Names of the files in a zip or folder.
    fault
        Why only its beginning was read: it is too large, or a quotation mark or a table is open.
    """

    format: str
    sheets: dict[str, Grid] = field(default_factory=dict)
    text: str = ""
    headlines: Sequence[str] = ()
    links: Sequence[str] = ()
    members: Sequence[str] = ()
    fault: FetchError | None = None


def recognise(path: Path) -> Content:
    """Return what a file or folder holds; its content decides, not its ending.

    Raises
    ------
    FetchError
        If it is not there, damaged, or a page or workbook larger than `MOST_BYTES` (of a zip that
        is no workbook only the list of members is read, of large text the beginning).
    """
    with door.reading(path.name):
        if path.is_dir():
            return Content("folder", members=sorted(p.name for p in path.iterdir()))
        if not path.is_file():  # a pipe or a device would never end
            raise FetchError(f"there is no file {path}")
        cut = path.stat().st_size > MOST_BYTES
        with path.open("rb") as file:
            content = file.read(1 << 16 if cut else -1)
        if content.startswith(door.UTF_16):
            content = door.decoded(content).encode()
        for sign, format_ in _PACKED.items():
            if content.startswith(sign):
                return Content(format_)
        if content.startswith(_ZIP):
            with zipfile.ZipFile(path) as archive:
                members = archive.namelist()
            if any(name.startswith(("word/", "ppt/")) for name in members):
                return Content(_TEXT)
            if not {"[Content_Types].xml", "content.xml"} & set(members):
                return Content("zip", members=members)
        if content.startswith(_OLE) and _WORD in content:
            return Content(_TEXT)
        if content.startswith((_OLE, _ZIP)):
            if cut:
                raise door.too_large(path.name, MOST_BYTES)
            return Content("workbook", _workbook(path))
        if not cut and re.search(
            rb"(?i)<\s*(table|html|body|tr|iframe)\b", content[:200_000]
        ):
            return _page(content, path.name)
        if not cut and re.match(_STATA, content):
            frame = pd.read_stata(io.BytesIO(content)).astype(str)
            door.Room(MOST_CELLS).take(frame.size)
            return Content("stata", {"": [[*frame], *frame.to_numpy().tolist()]})
        if not cut and (records := _records(content)):
            return Content("records", {"": records})
        grid, fault = _csv(content, path.name)
        if cut:
            fault = door.too_large(path.name, MOST_BYTES)
        return Content("csv", {"": grid}, fault=fault)


def _workbook(path: Path) -> dict[str, Grid]:
    # Another process reads it, within bounds; what that ends with is told as a fault of the file.
    reader = str(Path(__file__).with_name("workbook.py"))
    bounds = [str(MOST_MEMORY), str(MOST_CELLS)]
    command = [sys.executable, "-I", reader, str(path), *bounds]
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=MOST_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise door.fault(
            path.name, f"takes more than {MOST_SECONDS} seconds to read; {door.AGAIN}"
        ) from error
    if done.returncode:
        *_, why = ["", *done.stderr.decode(errors="replace").strip().splitlines()]
        if not why or done.returncode != 1 or "MemoryError" in why or "Panic" in why:
            why = (
                f"it is damaged, or needs more than {MOST_MEMORY >> 20} MB of memory, for which one"
                " cell in the last row or column is enough"
            )
        raise door.fault(path.name, f"cannot be read ({why[:200]}); {door.AGAIN}")
    return {
        name: [[_text(cell) for cell in row] for row in rows]
        for name, rows in json.loads(done.stdout).items()
    }


def _text(cell: object) -> str:
    if isinstance(cell, float):
        # A sum such as 48.241000000000002 is what the sheet calls 48.241.
        return repr(round(cell, 8)).removesuffix(".0")
    return str(cell).strip()


def _records(content: bytes) -> Grid:
    """Return the records of JSON, a list of them or an answer of UN Comtrade's API; none if other.

    Its columns are those of the first record: of many different ones a table would be a square.

    Raises
    ------
    Odd
        If it has more values than `MOST_CELLS`, or is an answer without a record.
    """
    if not content.lstrip().startswith((b"{", b"[")):
        return []
    room = door.Room(MOST_CELLS)
    room.take(content.count(b","))
    try:
        records = json.loads(content)
    except (ValueError, RecursionError):
        return []
    if isinstance(records, dict):
        records = records.get("data")
        if records == []:
            raise door.Odd(
                "has no rows: it was asked for something that UN Comtrade does not have, or by a"
                " wrong code; nothing is zero by it"
            )
    if not isinstance(records, list) or not all(isinstance(r, dict) for r in records):
        return []
    names = list(records[0]) if records else []
    room.take(len(names) * len(records))
    return [names] + [
        ["" if record.get(name) is None else _text(record[name]) for name in names]
        for record in records
    ]


def _csv(content: bytes, name: str) -> tuple[Grid, FetchError | None]:
    """Return rows of a CSV, none if it is no text, and what is wrong behind them.

    An open quotation mark takes in the rows below it, so nothing is read from there on.
    """
    text = door.decoded(content)
    grid: Grid = []
    if "\0" in text[:4096]:
        return grid, None
    head = text.partition("\n")[0]
    mark = max(",;\t", key=head.count)
    lines = io.StringIO(text, newline="")
    room = door.Room(MOST_CELLS)
    try:
        for row in csv.reader(lines, delimiter=mark, strict=True):
            room.take(len(row))
            grid.append([cell.strip() for cell in row])
    except door.Odd as odd:
        return grid, door.fault(name, str(odd))
    except csv.Error as error:
        says = f"cannot be read as CSV ({error}): check its quotation marks"
        return grid or [[head]], door.fault(f"{name}, row {len(grid) + 1}", says)
    return grid, None


def _page(content: bytes, name: str) -> Content:
    page = Page(content, MOST_CELLS)
    fault = None
    if not page.is_whole:
        fault = door.fault(name, f"ends in the middle of a table: {door.AGAIN}")
    return Content(
        "html",
        {str(number): grid for number, grid in enumerate(page.grids())},
        fault=fault,
        text="|".join(page.texts),
        headlines=[" ".join(texts) for texts in page.headlines],
        links=page.links,
    )


def text_at(row: Sequence[str], place: int) -> str:
    """Return a cell of a row; those empty at its end are left out."""
    return row[place] if place < len(row) else ""


def decimals(places: Sequence[int]) -> int:
    """Return how many decimals a table prints: as many as a tenth of its figures have.

    One cell with decimals among whole numbers is a slip, or a point that means thousands; it says
    nothing of how finely the others are known.

    Examples
    --------
    >>> decimals([4, 4, 3, 4]), decimals([0] * 50 + [3]), decimals([])
    (4, 0, 0)
    """
    if not places:
        return 0
    return sorted(places, reverse=True)[(len(places) - 1) // 10]


@dataclass(frozen=True)
class Kind:
    """A kind of file as kinds.yaml has it: what it is, and what reads it or what to do instead."""

    what: str
    advice: str = ""
    name: str = ""
    format: str = ""
    columns: Sequence[str] = ()


_FILE = Path(__file__).with_name("kinds.yaml")
_KINDS = [
    Kind(advice=group["advice"], **entry)
    for group in yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    for entry in group["kinds"]
]
_NAMED = {kind.format or kind.name: kind for kind in _KINDS}
_FORMATS = {"html": "a page without such a table", "csv": "text"}
#: What `catrade fetch file` reads.
READ = (
    "tables of Chinese customs by country, releases of CEPII's BACI, CSVs of UN Comtrade Plus and"
    " answers of its API, workbooks of the IMF and of WITS by partner, files of WITS by product,"
    " Kyrgyz bulletins of foreign trade, and CSVs of one's own with the columns of trade.csv (of"
    " goods with heading besides)"
)
#: Sheets of the IMF's workbooks.
IMF_SHEET = r"(Exports|Imports), (FOB|CIF)"
#: Headings of the label column of a customs table, and what another heading of its row says.
LABEL = re.compile(
    "(?i)国别|原产国|目的国|地区|countr|region|origin|import source|destination"
)
_FLOWS = re.compile("(?i)出口|export")


def find_heading(grid: Grid) -> tuple[int, int] | None:
    """Return row and label column of the heading of a customs table, or None if it is none.

    Examples
    --------
    >>> find_heading([["title"], ["Country (Region)", "Total", "Exports", "Imports"]])
    (1, 0)
    """
    for number, row in enumerate(grid[:15]):
        if len({*row} - {""}) > 2 and _FLOWS.search(" ".join(row)):
            for column, cell in enumerate(row):
                if LABEL.search(cell):
                    return number, column
    return None


def is_bulletin(sheet: str) -> bool:
    """Return whether a sheet is that of a Kyrgyz bulletin which has all countries."""
    form = r"\s*таб\.\s*3-импорт\s*\(4\s*зн\)\s*"
    return re.fullmatch(form, sheet.casefold()) is not None


def kind(content: Content) -> Kind:
    """Return what a file is; of one that is not known how it looks, and no advice."""
    if any(re.match(r"(.*/)?BACI_HS", name) for name in content.members):
        return _NAMED["baci"]
    if content.format in _NAMED:
        return _NAMED[content.format]
    is_json = content.format == "records"
    for name, grid in content.sheets.items():
        is_json |= bool(grid) and "".join(grid[0]).startswith(("{", "["))
        if re.fullmatch(IMF_SHEET, name):
            return _NAMED["imf"]
        if is_bulletin(name):
            return _NAMED["kgz"]
        for row in grid[:10]:
            for candidate in _KINDS:
                if candidate.columns and {*candidate.columns} <= {*row}:
                    return candidate
    if content.format != "csv" and any(map(find_heading, content.sheets.values())):
        return _NAMED["gacc"]
    if is_json:
        return _NAMED["json"]
    if content.links:
        links = ", ".join(dict.fromkeys(content.links[:3]))
        what = "a page that only shows the table in a frame or offers it for download"
        return Kind(what, f"save {links[:600]} and give that file")
    return Kind(_looks(content))


def refuse(content: Content, path: Path, wanted: str = "") -> FetchError:
    """Return the error for a file that is not what a command reads, with what it is instead.

    Parameters
    ----------
    wanted
        What the command reads, with an article; nothing for a command that reads whatever it can.
    """
    kind_of = kind(content)
    says = f"is {kind_of.what}"
    if wanted:
        says += f", not {wanted}"
    if kind_of.advice:
        says += f": {kind_of.advice}"
    elif not wanted:
        says += f", which is none of those read: {READ}"
    return door.fault(path.name or str(path.resolve()), says)


def _looks(content: Content) -> str:
    """Say what stands in a file that is not known: the columns of its first table."""
    if content.format == "csv" and not any(content.sheets.values()):
        return "empty, or no text in UTF-8"
    what = _FORMATS.get(content.format, f"a {content.format}")
    for name, grid in content.sheets.items():
        rows = [[cell for cell in row if cell] for row in grid[:20]]
        wide = [row for row in rows if len(row) > 2]
        if len(wide) < 2:
            continue
        columns = f"the columns {_few(wide[0], 6)}"
        if content.format == "workbook":
            return f"{what} whose sheet {name!r} has {columns}"
        missing = [name for name in _NAMED["own"].columns if name not in wide[0]]
        if len(missing) <= 3:
            return f"a table of trade figures without a column {_few(missing, 6)} but {columns}"
        return f"a table with {columns}"
    if content.format == "workbook":
        return f"{what} without a table (sheets: {_few(list(content.sheets), 4)})"
    return what


def _few(texts: list[str], most: int) -> str:
    shown = ", ".join(" ".join(text.split())[:30] for text in texts[:most])
    return f"{shown}{' …' if len(texts) > most else ''}"
