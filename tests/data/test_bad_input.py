"""Bad tables: one sentence that names file, row and column, and what would be right."""

from pathlib import Path

import pytest
from fetch_files import cases

from catrade_build.check.check import check_data
from catrade_build.tables.trade import read_table
from rounding.errors import DataError

HEADER = (
    "reporter,partner,period,flow,value,currency,precision,rounding,growth_printed,"
    "growth_precision,derived,source_id,quality,quality_reason,coverage,note"
)
GOOD = "KAZ,ITA,2031,export,7,USD,1,nearest,,,false,caliber-2026,ok,,goods,"
OTHER = "KAZ,ITA,2031,import,5,USD,1,nearest,,,false,caliber-2026,ok,,goods,"


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


PLAIN = "must be a plain number such as 1234.5; got"
PERIODS = "must be a period such as 2025, 2025-03, 2025-Q1, 2025-H1 or 2025-10M; got"
CELLS = f"""
value | about 7 | {PLAIN} 'about 7'
value | nan | {PLAIN} 'nan'
value | 106 300 000 | {PLAIN} '106 300 000' (write 106300000)
value | 1.063e11 | {PLAIN} '1.063e11' (write 106300000000)
value |  | must not be empty
value | -7 | must be 0 or more; got -7
precision | 0 | must be greater than 0; got 0
partner | UZZ | 'UZZ' is not in countries.csv (did you mean 'UZB'?)
flow | x | must be one of export, import, total; got 'x'
currency | USF | must be one of USD, CNY, EUR; got 'USF' (did you mean 'USD'?)
period | 2031-13 | {PERIODS} '2031-13'
period | 31/12/2031 | {PERIODS} '31/12/2031'
value | 9007199254740993 | is too large to be held exactly: at most 9007199254740992
value | ٣ | {PLAIN} '٣' (write 3)
value | １２ | {PLAIN} '１２' (write 12)
period | ２０２５ | {PERIODS} '２０２５'
period | ٢٠٢٥ | {PERIODS} '٢٠٢٥'
period | 2025-０3 | {PERIODS} '2025-０3'
period | "2025-10M\\n" | {PERIODS} '2025-10M\\n'
"""


@pytest.mark.parametrize(("column", "cell", "sentence"), cases(CELLS))
def test_a_bad_cell(data_copy, column, cell, sentence):
    row = _row(**{column: cell.replace(r"\n", "\n")})
    message = _fault(data_copy, f"{HEADER}\n{OTHER}\n{row}\n")
    assert message == f"trade.csv, row 3, column {column}: {sentence}"


TABLE = f"{HEADER}/{GOOD}/"
#: A file with / for the ends of its lines | what is said of it.
FILES = f"""
 | : the file is empty; it needs at least a header
// | : the file is empty; it needs at least a header
{HEADER}/ | : the table has a header but no rows
{TABLE}{OTHER}/{GOOD}/ | , row 4: is a copy of row 2; remove one of them
{TABLE}{_row(value="8")}/ | , row 3: has the same key as row 2 (reporter KAZ, partner ITA, period
  2031, flow export, currency USD, source_id caliber-2026)
{TABLE}{_row(note="one, two")}/ | , row 3: has 17 values but the table has 16 columns; a text with a
  comma needs
{TABLE}KAZ,ITA,2031/ | , row 3, column flow: has 3 values but the table has 16 columns; is a comma
  missing?
{TABLE}{_row(note='"open')} | , row 3: cannot be read as CSV
{TABLE.replace("value", "vlaue")} | , row 1, column value: the column is missing;
  rename 'vlaue' to it
{TABLE.replace("period,", "").replace("2031,", "")} | , row 1, column period: the column is
  missing; the columns are reporter,
{HEADER},colour/{GOOD},red/ | , row 1, column colour: the table has no such column
{HEADER},value/{GOOD},7/ | , row 1, column value: the column stands 2 times; keep one
{TABLE}{OTHER}café/ | , row 3: byte 0xe9 is not UTF-8 text (the file may be Latin-1
"""


@pytest.mark.parametrize(("text", "sentence"), cases(FILES))
def test_a_bad_file(data_copy, text, sentence):
    raw = text.replace("/", "\n").encode("latin-1")
    assert _fault(data_copy, raw).startswith(f"trade.csv{sentence}")


@pytest.mark.parametrize(
    ("start", "line", "end"),
    [
        (b"\xef\xbb\xbf", b"\n", b"\n"),
        (b"\xef\xbb\xbf", b"\r\n", b""),
        (b"", b"\n", b"\n\n"),
    ],
    ids=["byte-order mark", "CRLF and no last line end", "blank lines at the end"],
)
def test_a_file_saved_by_another_program_simply_loads(data_copy, start, line, end):
    expected = read_table("countries", data_copy)
    path = data_copy / "countries.csv"
    path.write_bytes(start + line.join(path.read_bytes().splitlines()) + end)
    assert read_table("countries", data_copy).equals(expected)


def test_columns_in_another_order_simply_load(data_copy):
    path = data_copy / "exchange_rates.csv"
    expected = read_table("exchange_rates", data_copy)
    path.write_text(
        "note,source_ids,basis,high,low,rate,period,currency\n"
        ",caliber-2026,by hand,8,6,7,2031,CNY\n",
        encoding="utf-8",
    )
    rates = read_table("exchange_rates", data_copy)
    assert list(rates) == list(expected)
    assert rates.loc[0, ["currency", "low", "rate", "high"]].tolist() == [
        "CNY",
        6.0,
        7.0,
        8.0,
    ]


def test_lines_are_those_of_the_file(data_copy):
    text = f'{HEADER}\n\n{OTHER}"a note\nof two lines"\n{_row(flow="exprt")}\n'
    assert _fault(data_copy, text).startswith("trade.csv, row 5, column flow:")


def test_several_faults_are_counted(data_copy):
    message = _fault(
        data_copy, f"{HEADER}\n{_row(value='-1', flow='x', currency='usd')}\n"
    )
    assert message.startswith("trade.csv, row 2, column flow: ")
    assert message.endswith("(and 2 more; `catrade check` lists them)")
    listed = [
        str(problem)
        for problem in check_data(data_copy).problems
        if problem.file == "trade.csv"
    ]
    assert len(listed) == 3
    assert message.startswith(listed[0])


_DAY = "published: must be a date written YYYY-MM-DD, YYYY-MM or YYYY; got"
WORDS = f"""
exchange_rates | ;astanatimes-2025-01 | ;astanatime-2025-01 | source_ids: 'astanatime-2025-01' is
  not in sources.csv (did you mean 'astanatimes-2025-01'?)
sources | ,2025-06-17, | ,2025-02-30, | {_DAY} '2025-02-30'
sources | ,2025-06-17, | ,30.02.2025, | {_DAY} '30.02.2025'
sources | ,2025-06-17, | ,Feb 2025, | {_DAY} 'Feb 2025'
sources | ,2025-06-17, | ,25-02-03, | {_DAY} '25-02-03'
"""


@pytest.mark.parametrize(("table", "old", "new", "sentence"), cases(WORDS))
def test_a_bad_id_and_a_bad_date(data_copy, table, old, new, sentence):
    path = data_copy / f"{table}.csv"
    before, separator, after = path.read_text("utf-8").partition(old)
    assert separator
    path.write_text(f"{before}{new}{after}", "utf-8")
    row = before.count("\n") + 1
    with pytest.raises(DataError) as caught:
        read_table(table, data_copy)
    assert str(caught.value) == f"{table}.csv, row {row}, column {sentence}"
