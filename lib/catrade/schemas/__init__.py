"""One schema a table: the single place where a column is defined."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catrade.schemas.core import TableSpec

if TYPE_CHECKING:
    #: Every table of `data/` by its name.
    TABLES: dict[str, TableSpec]


def __getattr__(name: str) -> dict[str, TableSpec]:
    # Made on first use: the schemas import pandera, which `import catrade` should not wait for.
    if name != "TABLES":
        message = f"module 'catrade.schemas' has no attribute {name!r}"
        raise AttributeError(message)
    from catrade.schemas import claims, composition, issues, nev, trade

    specs = (*trade.SPECS, *composition.SPECS, *nev.SPECS, *claims.SPECS, *issues.SPECS)
    tables = {spec.name: spec for spec in specs}
    globals()["TABLES"] = tables
    return tables
