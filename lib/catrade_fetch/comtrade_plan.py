"""Requests to UN Comtrade: what to ask, in how many pieces, and how to cut a piece smaller.

And what an answer must be before it is kept.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from typing import Any, NamedTuple

import pandas as pd

from catrade_build.tables.definitions import quoted
from catrade_fetch import door
from catrade_fetch.codes import COMTRADE, OF_COMTRADE
from rounding.errors import ParameterError

#: Periods in one request.
MAX_PERIODS = 12
#: Frequencies, and what UN Comtrade calls them.
LETTERS = {"annual": "A", "monthly": "M"}
FLOW_CODES = {"export": "X", "import": "M"}
FLOWS = tuple(FLOW_CODES)
FLOW_OF = {code: flow for flow, code in FLOW_CODES.items()}
#: The codes that mean "all of them": any other value is a breakdown and would count twice.
TOTALS = {"partner2Code": "0", "motCode": "0", "customsCode": "C00"}
#: Most records one (period, partner, flow) can have: the total, or the products of a level.
MOST_RECORDS = {0: 1, 2: 100, 4: 1300, 6: 6000}
#: Product codes named in one request, so that its address stays below 4096 characters.
MOST_CODES = 350

#: Columns that repeat what was asked, where the API sends them.
_MAY_LACK = {"typeCode", "freqCode", "mosCode", "refYear"}
_Codes = tuple[str, ...]
#: One (period, partner, flow).
Cell = tuple[str, str, str]


@dataclass(frozen=True)
class ComtradeRequest:
    """One request for one reporter: totals (level 0) or products, which are asked for apart.

    No partners means all of them, the world as well; `codes` are the products of one that names
    them.
    """

    reporter: str
    frequency: str
    periods: _Codes
    partners: _Codes
    flows: _Codes
    level: int
    codes: _Codes = ()

    @property
    def id(self) -> str:
        """Short hash that names the request on disk."""
        text = json.dumps(asdict(self), sort_keys=True)
        digest = hashlib.sha256(text.encode())
        return digest.hexdigest()[:12]

    @property
    def span(self) -> str:
        """First and last period."""
        return "-".join(dict.fromkeys([self.periods[0], self.periods[-1]]))

    @property
    def stem(self) -> str:
        """Name of the files that keep the answer."""
        who = f"{len(self.partners)}-partners"
        if len(self.partners) <= 6:
            who = "-".join(self.partners)
        return f"{self.frequency}-{self.span}_hs{self.level}_{who}_{self.id}"

    @property
    def cells(self) -> list[Cell]:
        """The (period, partner, flow) cells the answer covers."""
        return [*product(self.periods, self.partners, self.flows)]

    def params(self) -> dict[str, str]:
        """Return the parameters of the API.

        Without `TOTALS` an answer has a row for each second partner, mode of transport and
        customs procedure as well.
        """
        products = f"AG{self.level}" if self.level else "TOTAL"
        parameters = {
            "reporterCode": str(COMTRADE[self.reporter]),
            "period": ",".join(self.periods),
            "cmdCode": ",".join(self.codes) or products,
            "flowCode": ",".join(FLOW_CODES[flow] for flow in self.flows),
            **TOTALS,
            "format": "JSON",
            "breakdownMode": "classic",
            "includeDesc": "false",
        }
        if self.partners:
            numbers = [str(COMTRADE[partner]) for partner in self.partners]
            parameters["partnerCode"] = ",".join(numbers)
        return parameters

    def describe(self) -> str:
        """Return the request as people read it."""
        what = f"HS {self.level} digits" if self.level else "totals"
        part = f", {len(self.codes)} of them" if self.codes else ""
        return f"{self.reporter} with {' '.join(self.partners) or 'all'}, {self.span}, {what}{part}"


def periods_between(start: int, end: int, frequency: str) -> list[str]:
    """Return the API's period codes of the years `start` to `end`.

    Examples
    --------
    >>> periods_between(2015, 2017, "annual")
    ['2015', '2016', '2017']
    >>> periods_between(2024, 2024, "monthly")[:2]
    ['202401', '202402']
    """
    if start > end:
        raise ParameterError(
            f"--years must run from the earlier to the later year; got {start}-{end}"
        )
    years = [str(year) for year in range(start, end + 1)]
    if frequency == "annual":
        return years
    return [f"{year}{month:02d}" for year in years for month in range(1, 13)]


def plan(
    whole: ComtradeRequest, limit: int, have: Collection[tuple[object, ...]] = ()
) -> list[ComtradeRequest]:
    """Return the requests for what is missing, each small enough to stay below the limit.

    Partners share requests; up to twelve periods go into one. A cell that may itself exceed the
    limit gets a request of its own and is split when it is cut.

    Parameters
    ----------
    whole
        All that is wanted, as if one request could bring it.
    limit
        Most records of an answer.
    have
        Level and cell of what is there.

    Examples
    --------
    >>> wanted = ComtradeRequest("CHN", "annual", ("2022", "2023"), ("KAZ", "KGZ"), FLOWS, 2)
    >>> [request.describe() for request in plan(wanted, limit=500)]
    ['CHN with KAZ, 2022-2023, HS 2 digits', 'CHN with KGZ, 2022-2023, HS 2 digits']
    """
    room = max(1, (limit - 1) // MOST_RECORDS[whole.level])
    lacking = [
        cell
        for cell in whole.cells
        if (whole.level, *cell) not in have and cell[1] != whole.reporter
    ]
    periods, partners, flows = [
        tuple(dict.fromkeys(cell[place] for cell in lacking)) for place in range(3)
    ]
    requests = []
    # Both flows in one request, if a cell of each fits into an answer.
    for some_flows in chunks(flows, room):
        most = min(MAX_PERIODS, room // len(some_flows))
        for span in chunks(periods, most):
            width = max(1, room // (len(some_flows) * len(span)))
            requests += [
                replace(whole, periods=span, partners=group, flows=some_flows)
                for group in chunks(partners, width)
            ]
    return [request for request in requests if {*request.cells} & {*lacking}]


def split(request: ComtradeRequest) -> list[ComtradeRequest]:
    """Return the halves of a request that was cut, or nothing if it is a single cell.

    Examples
    --------
    >>> whole = ComtradeRequest("CHN", "annual", ("2023",), ("KAZ",), ("export", "import"), 2)
    >>> [half.flows for half in split(whole)]
    [('export',), ('import',)]
    """
    for name in ("periods", "partners", "flows"):
        values = getattr(request, name)
        if len(values) > 1:
            half = (len(values) + 1) // 2
            parts: list[Any] = chunks(values, half)
            return [replace(request, **{name: part}) for part in parts]
    return []


def chunks(values: Sequence[str], size: int) -> list[_Codes]:
    """Return values in pieces of a size, the last of which may be smaller."""
    starts = range(0, len(values), size)
    return [tuple(values[start : start + size]) for start in starts]


#: What UN Comtrade calls an edition of the Harmonized System; it becomes part of a path.
EDITION = r"H[0-9S]"
_PART = "a breakdown that would count twice"
#: What a record may hold, as patterns, and what anything else is; a request asks for less.
FORMS = {
    "typeCode": ("C?", "services, not goods"),
    "freqCode": (f"[{''.join(LETTERS.values())}]?", "another frequency"),
    "mosCode": ("0?", _PART),
    "refYear": (r"(\d{4})?", "no year"),
    **{name: (total, _PART) for name, total in TOTALS.items()},
    "reporterCode": (r"\d{1,3}", "no reporter"),
    "period": (r"\d{4}(0[1-9]|1[0-2])?", "no period"),
    "flowCode": ("|".join(FLOW_OF), "no export or import"),
    "partnerCode": (r"\d{1,4}", "no partner"),
    "cmdCode": ("[0-9A-Z]{2,6}", "no product"),
    "classificationCode": (EDITION, "no edition of the HS"),
}
_Forms = Mapping[str, tuple[str, str]]


class Record(NamedTuple):
    """What a record of UN Comtrade says.

    Attributes
    ----------
    reporter, partner
        Our codes, or UN Comtrade's numbers of those we have none for.
    period
        As UN Comtrade writes it.
    classification
        The HS edition (`H6` is HS 2022).
    net_weight_kg
        NaN where it is not known.
    """

    reporter: str
    partner: str
    period: str
    flow: str
    code: str
    classification: str
    value_usd: float
    net_weight_kg: float


#: Columns of the stored Parquet files.
COLUMNS = list(Record._fields[1:])


def checked_record(
    row: Mapping[str, object], where: str, at: str = "", forms: _Forms = FORMS
) -> Record:
    """Return what a record says, or refuse it: of an answer, or of a file that was saved.

    Parameters
    ----------
    row
        Its columns, as they came.
    where, at
        What it is of, and its place there.
    forms
        What its columns may hold.

    Raises
    ------
    FetchError
        If a column is missing, the row is a breakdown by second partner, transport, supply or
        customs procedure, is not of `forms`, contradicts itself, or has no value.
    """
    if missing := sorted({*forms, "primaryValue"} - _MAY_LACK - {*row}):
        why = (
            f"has no column {missing[0]!r}: UN Comtrade has changed, or somebody took it out;"
            " nothing was kept"
        )
        raise door.fault(where, why)
    texts = {column: str(row.get(column, "")) for column in forms}
    period = texts["period"]
    odd = [
        f"{what}: {column} {quoted(texts[column])}"
        for column, (form, what) in forms.items()
        if not re.fullmatch(form, texts[column], re.ASCII)
    ]
    letter = LETTERS["annual" if len(period) == 4 else "monthly"]
    if texts["freqCode"] not in ("", letter):
        odd.append(f"another frequency: freqCode {quoted(texts['freqCode'])}")
    if texts["refYear"] not in ("", period[:4]):
        odd.append(f"another year than its period: refYear {texts['refYear']}")
    if odd:
        raise door.fault(where, f"has {f'{odd[0]} {at}'.strip()}; nothing was kept")
    value = door.number(row["primaryValue"], f"{where}: primaryValue {at}".strip())
    # Goods of some value weigh something: a nought is how "not known" is written, too.
    weight = row.get("netWgt") or "0"
    kilos = door.number(weight, f"{where}: netWgt {at}".strip())
    sides = [texts["reporterCode"], texts["partnerCode"]]
    reporter, partner = [OF_COMTRADE.get(int(side), side) for side in sides]
    return Record(
        reporter,
        partner,
        period,
        FLOW_OF[texts["flowCode"]],
        texts["cmdCode"],
        texts["classificationCode"],
        value,
        kilos or float("nan"),
    )


def frame_of(records: Sequence[Record], where: str) -> pd.DataFrame:
    """Return records as a frame, or refuse them.

    Raises
    ------
    FetchError
        If one stands twice, or those of a reporter and period mix HS editions.
    """
    frame = pd.DataFrame(records, columns=Record._fields)
    door.unique(frame, ["reporter", "partner", "period", "flow", "code"], where)
    editions = frame.drop_duplicates(["reporter", "period", "classification"])
    mixed = editions.duplicated(["reporter", "period"])
    if mixed.any():
        period = editions.loc[mixed, "period"].iloc[0]
        raise door.fault(where, f"mixes HS editions in {period}; nothing was kept")
    return frame


def check_answer(rows: list[dict[str, Any]], request: ComtradeRequest) -> pd.DataFrame:
    """Return an answer as a tidy frame, or refuse it.

    Parameters
    ----------
    rows
        Records of the answer.
    request
        What was asked.

    Returns
    -------
    DataFrame
        One row a (partner, period, flow, code), in the columns `COLUMNS`.

    Raises
    ------
    FetchError
        As `checked_record` and `frame_of`.
    """
    where = f"the answer for {request.describe()}"
    forms = {**FORMS, **_forms(request)}
    records = [
        checked_record(row, where, f"in record {place} of {len(rows)}", forms)
        for place, row in enumerate(rows, 1)
    ]
    frame = frame_of(records, where)[COLUMNS]
    return frame.sort_values(["period", "partner", "flow", "code"], ignore_index=True)


def _forms(request: ComtradeRequest) -> _Forms:
    """Return what columns may hold of what was asked, as patterns, and what anything else is."""
    partners = [str(COMTRADE[partner]) for partner in request.partners]
    flows = [FLOW_CODES[flow] for flow in request.flows]
    products = rf"[0-9A-Z]{{{request.level}}}" if request.level else "TOTAL"
    return {
        "reporterCode": (str(COMTRADE[request.reporter]), "another reporter"),
        "period": ("|".join(request.periods), "a period not asked for"),
        "flowCode": ("|".join(flows), "a flow not asked for"),
        "partnerCode": ("|".join(partners) or r"\d{1,4}", "a partner not asked for"),
        "cmdCode": ("|".join(request.codes) or products, "a product not asked for"),
    }


def complete_partners(
    rows: list[dict[str, Any]], request: ComtradeRequest
) -> pd.DataFrame:
    """Return the totals with all partners, if they add up to the reporter's trade with the world.

    Returns
    -------
    DataFrame
        As `check_answer`. Empty if the list may lack a partner: nothing follows from absence then.
    """
    frame = check_answer(rows, request)
    is_world = frame["partner"] == "WLD"
    world = frame[is_world]
    others = frame[~is_world]
    gap = abs(world["value_usd"].sum() - others["value_usd"].sum())
    # Each figure is rounded to a dollar at most.
    is_whole = len(world) and len(others) and gap <= len(others)
    return frame if is_whole else frame.iloc[:0]


def sums(frame: pd.DataFrame) -> dict[Cell, float]:
    """Return the sum of a frame's values by (period, partner, flow)."""
    of_cells = frame.groupby(["period", "partner", "flow"])["value_usd"].sum()
    values: dict[Any, float] = of_cells.to_dict()
    return values
