"""What title, unit line and headings of a Chinese customs table say."""

from __future__ import annotations

import re
from dataclasses import dataclass

from catrade.errors import FetchError
from catrade.fetch.gacc_table import Grid

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True)
class Header:
    """What title, unit line and column headings say."""

    year: int
    month: int
    joined: bool  # January and February together: no figures of the single month
    currency: str
    unit: float
    vintage: str  # monthly, preliminary or revised
    published: str
    first_row: int
    label: int
    columns: dict[tuple[str, str], int]  # (flow, month, ytd or growth) -> column

    @property
    def source_id(self) -> str:
        """Name of the table as a source."""
        end = "" if self.vintage == "monthly" else f"-{self.vintage}"
        return f"gacc-{self.year}-{self.month:02d}-{self.currency.lower()}{end}"


def read_header(grid: Grid, text: str, name: str, published: str) -> Header:
    """Recognise month, unit, vintage and columns of a table.

    Parameters
    ----------
    grid, text
        The table, and the text of the page around it.
    name
        File name for the messages.
    published
        Day of publication if known.

    Raises
    ------
    FetchError
        If something is not recognised, or title and unit contradict each other.
    """
    first, label = _heading(grid, name)
    title = " | ".join(cell for row in grid[:first] for cell in dict.fromkeys(row) if cell)
    if not re.search(r"20\d\d", title):  # the title may stand above the table
        title = f"{text[:2000]} | {title}"
    year, month, joined = _period(title, name)
    currency, unit = _unit(f"{title} | {text[:3000]}", name)
    columns, second = _columns(grid, first, label, month, joined, name)
    if not published:
        stated = re.search(
            r"(?:发布时间|发布日期|[Pp]ublished|[Rr]eleased?)\D{0,12}(20\d\d-\d\d-\d\d)", text
        )
        published = stated[1] if stated else ""
    vintage = "monthly"
    if re.search(r"主要国别|快讯|preliminary|China's Total Export", f"{title} {text[:2000]}", re.I):
        vintage = "preliminary"
    if re.search(r"修订|调整后|revised", title, re.IGNORECASE):
        vintage = "revised"
    return Header(
        year, month, joined, currency, unit, vintage, published, first + 1 + second, label, columns
    )


def _heading(grid: Grid, name: str) -> tuple[int, int]:
    for number, row in enumerate(grid[:15]):
        joined = " ".join(row)
        if not re.search(r"出口|export", joined, re.I) or len({c for c in row if c}) < 3:
            continue
        for column, cell in enumerate(row):
            if re.search(r"国别|原产国|目的国|地区|countr|region|origin", cell, re.IGNORECASE):
                return number, column
    message = (
        f"{name} has no heading with country (region), exports and imports: it is not the monthly"
        " table of imports and exports by country (region)"
    )
    raise FetchError(message)


def _period(title: str, name: str) -> tuple[int, int, bool]:
    if found := re.search(r"(20\d\d)\s*年\s*(1\s*[至-]\s*)?(\d{1,2})\s*月", title):
        year, month, joined = int(found[1]), int(found[3]), bool(found[2])
    elif found := re.search(r"\b(1\s*[-–]\s*)?(\d{1,2})\.(20\d\d)", title):
        year, month, joined = int(found[3]), int(found[2]), bool(found[1])
    elif found := re.search(
        r"(jan\w*\.?\s*(?:-|–|to|and)\s*)?\b(" + "|".join(_MONTHS) + r")\w*\.?,?\s+(20\d\d)",
        title,
        re.IGNORECASE,
    ):
        year, month = int(found[3]), _MONTHS.index(found[2].lower()[:3]) + 1
        joined = bool(found[1])
    else:
        message = f"{name} does not say in its title which month it is for"
        raise FetchError(message)
    if not 1 <= month <= 12:
        message = f"{name} says in its title that it is for month {month}"
        raise FetchError(message)
    return year, month, joined


def _unit(text: str, name: str) -> tuple[str, float]:
    line = re.search(r"(?:单位|Unit)\s*[:：∶]?\s*([^()（）|]{1,40})", text, re.IGNORECASE)
    said = line[1] if line else ""
    dollars = re.search(r"美元|US\s*\$|USD|dollar", said, re.IGNORECASE)
    yuan = re.search(r"人民币|RMB|CNY|yuan|元", said.replace("美元", ""), re.IGNORECASE)
    if bool(dollars) == bool(yuan):
        message = f"{name} does not say clearly whether it is in dollars or yuan (unit: {said!r})"
        raise FetchError(message)
    currency = "USD" if dollars else "CNY"
    titled = [
        code
        for code, pattern in (("CNY", r"人民币值|in (?:CNY|RMB)"), ("USD", r"美元值|in USD"))
        if re.search(pattern, text)
    ]
    if titled and currency not in titled:
        message = f"{name} says {titled[0]} in its title and {said.strip()!r} as its unit"
        raise FetchError(message)
    digits = re.sub(r"(?<=\d)[,  ](?=\d{3})", "", said)
    number = re.search(r"\d+", digits)
    unit = float(number[0]) if number else 1.0
    for pattern, factor in (
        (r"亿|hundred million", 1e8),
        (r"百万|million", 1e6),
        (r"万|ten thousand", 1e4),
        (r"千|thousand", 1e3),
    ):
        if re.search(pattern, digits, re.IGNORECASE):
            unit *= factor
            break
    if unit not in (1e3, 1e4, 1e6, 1e8):
        message = (
            f"{name} has the unit {said.strip()!r}; known are 1,000, 10,000, 1 million and 100"
            " million dollars or yuan"
        )
        raise FetchError(message)
    return currency, unit


def _columns(
    grid: Grid, first: int, label: int, month: int, joined: bool, name: str
) -> tuple[dict[tuple[str, str], int], int]:
    top = list(grid[first])
    for column in range(label + 1, len(top)):  # a merged heading stands in its first cell only
        top[column] = top[column] or top[column - 1]
    below = grid[first + 1] if first + 1 < len(grid) else []
    spans = [re.sub(r"\s", "", cell) for cell in below[label + 1 :]]
    two = any(re.fullmatch(r"(\d{1,2})月?\.?|.*(至|to|-|累计|当月).*", s, re.I) for s in spans if s)
    two = two and (not below[label].strip() or below[label] == grid[first][label])
    columns: dict[tuple[str, str], int] = {}
    changes: list[int] = []
    for column in range(label + 1, len(top)):
        heading = top[column]
        span = below[column] if two and column < len(below) else ""
        if re.search(r"[%％±]|percent|change|同比|同期", heading + span, re.IGNORECASE):
            changes.append(column)
            continue
        if re.search(r"进出口|total|exports?\s*(?:&|and)\s*imports?", heading, re.IGNORECASE):
            flow = "total"
        elif re.search(r"出口|export", heading, re.IGNORECASE):
            flow = "export"
        elif re.search(r"进口|import", heading, re.IGNORECASE):
            flow = "import"
        else:
            continue
        to_date = re.search(r"(?:至|to|-|–)\s*(\d{1,2})|累计|accum|year", span, re.IGNORECASE)
        if to_date and to_date[1] and int(to_date[1]) != month:
            message = f"{name} is for month {month} but has a column {span.strip()!r}"
            raise FetchError(message)
        columns.setdefault((flow, "ytd" if to_date or joined else "month"), column)
    for flow in ("export", "import"):
        if not any(key[0] == flow for key in columns):
            message = f"{name} has no column of {flow}s: its headings have changed"
            raise FetchError(message)
    if len(changes) == 3:  # of the year to date, in the order of the flows
        columns |= {
            (flow, "growth"): column
            for flow, column in zip(("total", "export", "import"), changes, strict=True)
        }
    return columns, 1 if two else 0
