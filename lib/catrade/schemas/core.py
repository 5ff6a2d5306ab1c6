"""What a table is: file, columns, key and the columns that name sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandera.pandas as pa


@dataclass(frozen=True)
class TableSpec:
    """One table of `data/`: the single place where its columns are defined.

    Attributes
    ----------
    name
        Name used by the loaders; the file is `data/<name>.csv`.
    schema
        pandera schema; each column has a `description` (the data dictionary is made from it)
        and says whether it may be empty.
    key
        Columns that together identify a row.
    sources
        Columns that hold source ids (several ids in one cell are separated by `;`).
    about
        One sentence for the dictionary.
    """

    name: str
    schema: pa.DataFrameSchema
    key: tuple[str, ...]
    sources: tuple[str, ...]
    about: str

    @property
    def file(self) -> str:
        """File name in the data folder."""
        return f"{self.name}.csv"
