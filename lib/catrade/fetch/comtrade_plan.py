"""Requests to UN Comtrade: what to ask, in how many pieces, and how to cut a piece smaller."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from typing import Any

from catrade.fetch.codes import comtrade_code
from rounding.errors import ParameterError

#: Periods in one request.
MAX_PERIODS = 12
LEVELS = (0, 2, 4, 6)
FLOW_CODES = {"export": "X", "import": "M"}
FLOWS = tuple(FLOW_CODES)
#: The codes that mean "all of them": any other value is a breakdown and would count twice.
TOTALS = {"partner2Code": "0", "motCode": "0", "customsCode": "C00"}
#: Most records one (period, partner, flow) can have: the total, or the products of a level.
MOST_RECORDS = {0: 1, 2: 100, 4: 1300, 6: 6000}
#: Product codes named in one request, so that its address stays below 4096 characters.
_MOST_CODES = 350

_Codes = tuple[str, ...]
#: One (period, partner, flow).
Cell = tuple[str, str, str]


@dataclass(frozen=True)
class Request:
    """One request for one reporter: totals (level 0) or products, which are asked for apart.

    No partners means all of them, the world as well; `part` counts the pieces of a cell that is
    split by product code.
    """

    reporter: str
    frequency: str
    periods: _Codes
    partners: _Codes
    flows: _Codes
    level: int
    codes: _Codes = ()
    part: tuple[int, int] = (1, 1)

    @property
    def id(self) -> str:
        """Short hash that names the request on disk."""
        text = json.dumps(asdict(self), sort_keys=True)
        digest = hashlib.sha256(text.encode())
        return digest.hexdigest()[:12]

    @property
    def span(self) -> str:
        """First and last period."""
        ends = [self.periods[0], self.periods[-1]]
        return "-".join(dict.fromkeys(ends))

    @property
    def stem(self) -> str:
        """Name of the files that keep the answer."""
        few = len(self.partners) <= 6
        who = "-".join(self.partners) if few else f"{len(self.partners)}-partners"
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
        products = ",".join(self.codes) or (
            f"AG{self.level}" if self.level else "TOTAL"
        )
        found = {
            "reporterCode": str(comtrade_code(self.reporter)),
            "period": ",".join(self.periods),
            "partnerCode": ",".join(str(comtrade_code(one)) for one in self.partners),
            "cmdCode": products,
            "flowCode": ",".join(FLOW_CODES[flow] for flow in self.flows),
            **TOTALS,
            "format": "JSON",
            "breakdownMode": "classic",
            "includeDesc": "false",
        }
        return {name: value for name, value in found.items() if value}

    def describe(self) -> str:
        """Return the request as people read it."""
        what = f"HS {self.level} digits" if self.level else "totals"
        part = f", part {self.part[0]} of {self.part[1]}" if self.part[1] > 1 else ""
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
    whole: Request, limit: int, have: Collection[tuple[object, ...]] = ()
) -> list[Request]:
    """Return the requests for what is missing, each small enough to stay below the limit.

    Partners that lack the same cells share requests; up to twelve periods go into one. A cell
    that may itself exceed the limit gets a request of its own and is split when it is cut.

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
    >>> wanted = Request("CHN", "annual", ("2022", "2023"), ("KAZ", "KGZ"), FLOWS, 2)
    >>> [request.describe() for request in plan(wanted, limit=500)]
    ['CHN with KAZ, 2022-2023, HS 2 digits', 'CHN with KGZ, 2022-2023, HS 2 digits']
    """
    room = max(1, (limit - 1) // MOST_RECORDS[whole.level])
    # First the partners by flows and periods that they lack, then these in pieces that fit.
    missing: dict[tuple[_Codes, _Codes], list[str]] = defaultdict(list)
    for partner in whole.partners:
        if partner == whole.reporter:
            continue
        lacks: dict[_Codes, list[str]] = defaultdict(list)
        for period in whole.periods:
            of = (whole.level, period, partner)
            flows = tuple(flow for flow in whole.flows if (*of, flow) not in have)
            lacks[flows].append(period)
        lacks.pop((), None)
        for flows, periods in lacks.items():
            missing[flows, tuple(periods)].append(partner)
    requests = []
    for (flows, lacking), same in missing.items():
        # Both flows in one request, if a cell of each fits into an answer.
        for some in _chunks(flows, room):
            most = min(MAX_PERIODS, room // len(some))
            for chunk in _chunks(lacking, most):
                cells = len(some) * len(chunk)
                width = max(1, room // cells)
                for group in _chunks(same, width):
                    one = replace(whole, periods=chunk, partners=group, flows=some)
                    requests.append(one)
    return requests


def expected(request: Request, limit: int) -> int:
    """Return how many requests a planned one may become."""
    most = MOST_RECORDS[request.level] * len(request.cells)
    return 1 + most // limit


def split(request: Request) -> list[Request]:
    """Return the halves of a request that was cut, or nothing if it is a single cell.

    Examples
    --------
    >>> whole = Request("CHN", "annual", ("2023",), ("KAZ",), ("export", "import"), 2)
    >>> [half.flows for half in split(whole)]
    [('export',), ('import',)]
    """
    for name in ("periods", "partners", "flows"):
        values = getattr(request, name)
        if len(values) > 1:
            half = (len(values) + 1) // 2
            parts: list[Any] = _chunks(values, half)
            return [replace(request, **{name: part}) for part in parts]
    return []


def split_codes(request: Request, products: list[str], limit: int) -> list[Request]:
    """Return the pieces of a single cell, each naming fewer product codes than the limit.

    Examples
    --------
    >>> cell = Request("CHN", "annual", ("2023",), ("KAZ",), ("export",), 4)
    >>> [piece.codes for piece in split_codes(cell, ["0101", "0102", "0103"], limit=3)]
    [('0101', '0102'), ('0103',)]
    """
    most = max(1, min(_MOST_CODES, limit - 1))
    pieces = _chunks(products, most)
    requests = []
    for number, piece in enumerate(pieces, 1):
        part = (number, len(pieces))
        requests.append(replace(request, codes=piece, part=part))
    return requests


def _chunks(values: Sequence[str], size: int) -> list[_Codes]:
    starts = range(0, len(values), size)
    return [tuple(values[start : start + size]) for start in starts]
