"""Bad tables: one sentence that names file, row and column, and what would be right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from catrade.check.check import check_tables
from catrade.load.trade import read_table
from pagemill.errors import DataError

HEADER = (
    "reporter,partner,period,flow,value,currency,precision,rounding,growth_printed,"
    "growth_precision,source_id,quality,quality_reason,coverage,note"
)
GOOD = "KAZ,ITA,2031,export,7,USD,1,nearest,,,caliber-2026,ok,,goods,"
OTHER = "KAZ,ITA,2031,import,5,USD,1,nearest,,,caliber-2026,ok,,goods,"


def _fault(folder: Path, text: str | bytes) -> str:
    """Write trade.csv and return the sentence that reading it ends in."""
    raw = text.encode() if isinstance(text, str) else text
    (folder / "trade.csv").write_bytes(raw)
    with pytest.raises(DataError) as caught:
        read_table("trade", folder)
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence


def _row(**changes: str) -> str:
    cells = dict(zip(HEADER.split(","), GOOD.split(","), strict=True)) | changes
    return ",".join(cells.values())


PERIODS = "a period such as 2025, 2025-03, 2025-Q1, 2025-H1 or 2025-10M"


@pytest.mark.parametrize(
    ("column", "cell", "sentence"),
    [
        ("value", "about 7", "must be a plain number such as 1234.5; got 'about 7'"),
        (
            "value",
            "106 300 000",
            "must be a plain number such as 1234.5; got '106 300 000' (write 106300000)",
        ),
        (
            "value",
            "1.063e11",
            "must be a plain number such as 1234.5; got '1.063e11' (write 106300000000)",
        ),
        ("value", "nan", "must be a plain number such as 1234.5; got 'nan'"),
        ("value", "inf", "must be a plain number such as 1234.5; got 'inf'"),
        ("value", "", "must not be empty"),
        ("value", "-7", "must be 0 or more; got -7"),
        ("precision", "0", "must be greater than 0; got 0"),
        ("partner", "UZZ", "'UZZ' is not in countries.csv (did you mean 'UZB'?)"),
        (
            "source_id",
            "caliber-2027",
            "'caliber-2027' is not in sources.csv (did you mean 'caliber-2026'?)",
        ),
        (
            "flow",
            "exports",
            "must be one of export, import, total; got 'exports' (did you mean 'export'?)",
        ),
        ("period", "2031-13", f"must be {PERIODS}; got '2031-13'"),
        ("period", "31/12/2031", f"must be {PERIODS}; got '31/12/2031'"),
    ],
)
def test_a_bad_cell(data_copy: Path, column: str, cell: str, sentence: str) -> None:
    found = _fault(data_copy, f"{HEADER}\n{OTHER}\n{_row(**{column: cell})}\n")
    assert found == f"trade.csv, row 3, column {column}: {sentence}"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "trade.csv: the file is empty; it needs at least a header"),
        ("\n\n", "trade.csv: the file is empty; it needs at least a header"),
        (f"{HEADER}\n", "trade.csv: the table has a header but no rows"),
        (
            f"{HEADER}\n{GOOD}\n{OTHER}\n{GOOD}\n",
            "trade.csv, row 4: is a copy of row 2; remove one of them",
        ),
        (
            f"{HEADER}\n{GOOD}\n{_row(value='8')}\n",
            "trade.csv, row 3: has the same key as row 2 (reporter KAZ, partner ITA, period 2031,"
            " flow export, currency USD, source_id caliber-2026)",
        ),
        (
            f"{HEADER}\n{GOOD}\n{_row(note='one, two')}\n",
            "trade.csv, row 3: has 16 values but the table has 15 columns;",
        ),
        (
            f"{HEADER}\n{GOOD}\nKAZ,ITA,2031\n",
            "trade.csv, row 3, column flow: has 3 values but the table has 15 columns;"
            " is a comma missing?",
        ),
        (
            f"{HEADER}\n{GOOD}\n{_row(note=chr(34) + 'open')}\n",
            "trade.csv, row 3: cannot be read as CSV",
        ),
        (
            f"{HEADER}\n{GOOD}\n".replace("value", "vlaue"),
            "trade.csv, row 1, column value: the column is missing; rename 'vlaue' to it",
        ),
        (
            f"{HEADER}\n{GOOD}\n".replace("period,", "").replace("2031,", ""),
            "trade.csv, row 1, column period: the column is missing; the columns are reporter,",
        ),
        (
            f"{HEADER},colour\n{GOOD},red\n",
            "trade.csv, row 1, column colour: the table has no such column",
        ),
        (
            f"{HEADER},value\n{GOOD},7\n",
            "trade.csv, row 1, column value: the column stands 2 times; keep one",
        ),
        (
            f"{HEADER}\n{GOOD}\n{OTHER}caf\u00e9\n".encode("latin-1"),
            "trade.csv, row 3: byte 0xe9 is not UTF-8 text (the file may be Latin-1",
        ),
    ],
)
def test_a_bad_file(data_copy: Path, text: str | bytes, sentence: str) -> None:
    assert _fault(data_copy, text).startswith(sentence)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda raw: b"\xef\xbb\xbf" + raw, id="byte-order mark"),
        pytest.param(lambda raw: raw.replace(b"\n", b"\r\n"), id="CRLF"),
        pytest.param(lambda raw: b"\xef\xbb\xbf" + raw.replace(b"\n", b"\r\n"), id="both"),
        pytest.param(lambda raw: raw.rstrip(b"\n"), id="no last line end"),
        pytest.param(lambda raw: raw + b"\n\n", id="blank lines at the end"),
    ],
)
def test_a_file_saved_by_another_program_simply_loads(
    data_copy: Path, damage: Callable[[bytes], bytes]
) -> None:
    expected = read_table("trade", data_copy)
    path = data_copy / "trade.csv"
    path.write_bytes(damage(path.read_bytes()))
    assert read_table("trade", data_copy).equals(expected)


def test_columns_in_another_order_simply_load(data_copy: Path) -> None:
    path = data_copy / "exchange_rates.csv"
    expected = read_table("exchange_rates", data_copy)
    path.write_text(
        "note,source_ids,basis,high,low,rate,period,currency\n"
        ",caliber-2026,by hand,8,6,7,2031,CNY\n",
        encoding="utf-8",
    )
    found = read_table("exchange_rates", data_copy)
    assert list(found) == list(expected)
    assert found.loc[0, ["currency", "low", "rate", "high"]].tolist() == ["CNY", 6.0, 7.0, 8.0]


def test_lines_are_those_of_the_file(data_copy: Path) -> None:
    text = f'{HEADER}\n\n{OTHER}"a note\nof two lines"\n{_row(flow="exprt")}\n'
    assert _fault(data_copy, text).startswith("trade.csv, row 5, column flow:")


def test_several_faults_are_counted(data_copy: Path) -> None:
    found = _fault(data_copy, f"{HEADER}\n{_row(value='-1', flow='x', currency='usd')}\n")
    assert found.startswith("trade.csv, row 2, column flow: ")
    assert found.endswith("(and 2 more; `catrade check` lists them)")
    listed = [str(problem) for problem in check_tables(data_copy) if problem.file == "trade.csv"]
    assert len(listed) == 3
    assert found.startswith(listed[0])


def test_one_of_several_sources_of_a_cell(data_copy: Path) -> None:
    path = data_copy / "exchange_rates.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(";astanatimes-2025-01", ";astanatime-2025-01", 1), "utf-8")
    with pytest.raises(DataError) as caught:
        read_table("exchange_rates", data_copy)
    assert str(caught.value) == (
        "exchange_rates.csv, row 8, column source_ids: 'astanatime-2025-01' is not in sources.csv"
        " (did you mean 'astanatimes-2025-01'?)"
    )


@pytest.mark.parametrize("published", ["2025-02-30", "30.02.2025", "Feb 2025", "25-02-03"])
def test_a_bad_date(data_copy: Path, published: str) -> None:
    path = data_copy / "sources.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    lines.append(f"zzz-1,P,T,https://example.org,{published},press,,,\n")
    path.write_text("".join(lines), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_table("sources", data_copy)
    assert str(caught.value) == (
        f"sources.csv, row {len(lines)}, column published: must be a date written YYYY-MM-DD,"
        f" YYYY-MM or YYYY; got {published!r}"
    )
