"""Bad tables: one sentence that names file, row and column, and what would be right."""

import csv
import io
import itertools
import os
import shutil
from pathlib import Path

import pandas as pd
import processes
import pytest
from fetch_files import cases

from catrade_build.check.check import check_data
from catrade_build.tables.definitions import (
    CELLS_MISSING,
    PARTIAL,
    choices,
    meanings,
    tables,
)
from catrade_build.tables.names import FLOWS
from catrade_build.tables.reading import parse_table
from catrade_build.tables.trade import read_table
from rounding.errors import DataError

# --- by hand

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
value | nan | {PLAIN} 'nan'
value | 106 300 000 | {PLAIN} '106 300 000' (write 106300000)
value | 1.063e11 | {PLAIN} '1.063e11' (write 106300000000)
value | 123,5 | {PLAIN} '123,5' (write 123.5)
value | 1,234,567 | {PLAIN} '1,234,567' (write 1234567)
value | -1,234.5 | {PLAIN} '-1,234.5' (write -1234.5)
value | 1,234 | {PLAIN} '1,234'
value |  | must not be empty
value | -7 | must be 0 or more; got -7
precision | 0 | must be greater than 0; got 0
partner | UZZ | 'UZZ' is not in countries.csv (did you mean 'UZB'?)
flow | x | must be one of export, import, total; got 'x'
currency | USF | must be one of USD, CNY, EUR; got 'USF' (did you mean 'USD'?)
period | 2031-13 | {PERIODS} '2031-13'
value | 9007199254740993 | is too large to be held exactly: at most 9007199254740992
value | ٣ | {PLAIN} '٣' (write 3)
period | ２０２５ | {PERIODS} '２０２５'
period | 2025-10M\\n | {PERIODS} '2025-10M\\n'
"""


@pytest.mark.parametrize(("column", "cell", "sentence"), cases(CELLS))
def test_a_bad_cell(data_copy, column, cell, sentence):
    cell = cell.replace(r"\n", "\n")
    row = _row(**{column: f'"{cell}"' if "," in cell or "\n" in cell else cell})
    message = _fault(data_copy, f"{HEADER}\n{OTHER}\n{row}\n")
    assert message == f"trade.csv, row 3, column {column}: {sentence}"


TABLE = f"{HEADER}/{GOOD}/"
#: A file with / for the ends of its lines | what is said of it.
FILES = f"""
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
{HEADER}//{OTHER}"a note/of two lines"/{_row(flow="exprt")}/ | , row 5, column flow:
"""


@pytest.mark.parametrize(("text", "sentence"), cases(FILES))
def test_a_bad_file(data_copy, text, sentence):
    raw = text.replace("/", "\n").encode("latin-1")
    assert _fault(data_copy, raw).startswith(f"trade.csv{sentence}")


@pytest.mark.parametrize(
    ("start", "line", "end"),
    [(b"\xef\xbb\xbf", b"\r\n", b""), (b"", b"\n", b"\n\n")],
    ids=["byte-order mark, CRLF, no last line end", "blank lines at the end"],
)
def test_a_file_saved_by_another_program_simply_loads(data_copy, start, line, end):
    expected = read_table("countries", data_copy)
    path = data_copy / "countries.csv"
    path.write_bytes(start + line.join(path.read_bytes().splitlines()) + end)
    assert read_table("countries", data_copy).equals(expected)


def test_columns_in_another_order_simply_load(data_copy):
    header = "note,source_ids,basis,high,low,rate,period,currency"
    rates = f"{header}\n,caliber-2026,by hand,8,6,7,2031,CNY\n"
    (data_copy / "exchange_rates.csv").write_text(rates, encoding="utf-8")
    row = read_table("exchange_rates", data_copy).iloc[0]
    assert row[["low", "rate", "high"]].tolist() == [6.0, 7.0, 8.0]


def test_several_faults_are_counted_and_the_check_lists_them(data_copy):
    row = _row(value="-1", flow="x", currency="usd")
    message = _fault(data_copy, f"{HEADER}\n{row}\n")
    assert message.startswith("trade.csv, row 2, column flow: ")
    assert message.endswith("(and 2 more; `catrade check` lists them)")
    problems = check_data(data_copy).problems
    listed = [str(fault) for fault in problems if fault.file == "trade.csv"]
    assert len(listed) == 3
    assert message.startswith(listed[0])


_DAY = "published: must be a date written YYYY-MM-DD, YYYY-MM or YYYY; got"
WORDS = f"""
exchange_rates | ;astanatimes-2025-01 | ;astanatime-2025-01 | source_ids: 'astanatime-2025-01' is
  not in sources.csv (did you mean 'astanatimes-2025-01'?)
sources | ,2025-06-17, | ,2025-02-30, | {_DAY} '2025-02-30'
sources | ,2025-06-17, | ,Feb 2025, | {_DAY} 'Feb 2025'
market_series | fcev_sales,CHN,2022, | fcev_sold,CHN,2022, | series: 'fcev_sold' is not in
  series.csv (did you mean 'fcev_sales'?)
series | ,nev_sales, | ,nev_sale, | part_of: 'nev_sale' is not in series.csv
  (did you mean 'nev_sales'?)
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
    assert str(caught.value).startswith(f"{table}.csv, row {row}, column {sentence}")


#: Rules between the columns of an event | what is said.
EVENTS = """
2026-purchase-tax-half | effective_date |  | must not be empty where the stage is amended
2022-purchase-subsidy-expiry | end_date |  | must not be empty where the stage is ended
2026-purchase-tax-half | date_precision | month | month does not fit '2026-01-01'
2026-purchase-tax-half | end_date | 2025-12 | must not be before 2026-01-01; got '2025-12'
2026-purchase-tax-half | measure_title | Other | must be
2024-eu-countervailing-duties | supersedes | nothing | 'nothing' is not another measure
2026-purchase-tax-half | quality_reason | x | must say why, and only why
2026-purchase-tax-half | event_id | 2025-tax | must begin with the year of its date, 2026
"""


def test_a_broken_rule_is_told_with_row_column_and_event(data_copy):
    path = data_copy / "policy_events.csv"
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    for event, column, value, sentence in cases(EVENTS):
        broken = rows.copy()
        place = broken.index[broken["event_id"] == event][0]
        broken.loc[place, column] = value
        broken.to_csv(path, index=False)
        faults = check_data(data_copy).problems
        fault = faults[-1]  # another table may refer to what is gone
        assert str(fault).startswith("policy_events.csv, row ")
        assert (fault.column, fault.message[: len(sentence)]) == (column, sentence)
        assert f"({broken.loc[place, 'event_id']})" in fault.message


# --- the definitions


def test_words_that_code_writes_are_words_of_the_lists():
    assert choices("flows") == FLOWS
    coverages = tables()["composition"].columns["coverage"].choices
    assert {PARTIAL, CELLS_MISSING} < set(coverages)
    kinds = meanings("claim_kinds").values()
    needed = {column for columns in kinds for column in columns}
    assert needed < set(tables()["claims"].columns)
    # 16 ranges that leave out no chapter but 77, which is reserved.
    ranges = [code.split("-") for code in choices("wits_groups")]
    covered = [n for ends in ranges for n in range(int(ends[0]), int(ends[-1]) + 1)]
    assert covered == list(range(1, 100))


MISTAKES = """
tables: | tables: [ | : cannot be read:
one_of: coverages | one_off: coverages | column coverage of trade: unknown 'one_off'
form: period | form: periods | trade: none of its forms is called 'periods' (did you mean 'period'?)
"""


@pytest.mark.parametrize(("old", "new", "sentence"), cases(MISTAKES))
def test_a_mistake_in_the_file_is_told_in_one_sentence(
    old, new, sentence, root, tmp_path
):
    package = tmp_path / "site" / "catrade_build"
    shutil.copytree(root / "lib" / "catrade_build", package)
    text = (root / "data" / "tables.yaml").read_text("utf-8")
    assert old in text
    (package / "data").mkdir()
    (package / "data" / "tables.yaml").write_text(text.replace(old, new), "utf-8")
    path = os.pathsep.join([str(tmp_path / "site"), str(root / "lib")])
    asked = ("check", "--data", root / "data")
    ended = processes.run(*asked, cwd=tmp_path, env={"PYTHONPATH": path})
    assert ended.status == 1
    assert sentence in processes.one_sentence(ended)


# --- odd texts

#: What may stand in a cell by accident or by malice.
ODD = [
    *"\u200b\u202e\ufeff\x00\u00ad\"';,\n\t \u00a0",
    "",
    "NaN",
    "-Infinity",
    "1e400",
    "0x1F",
]
ODD += [
    "None",
    "2025-13",
    "١٢٣",
    "=1+1",
    "\x1b[31m",
    "1" + "0" * 400,
    "x" * 500,
    '"a""b',
]
#: What nobody would see on a page.
HIDDEN = {"\u200b", "\u202e", "\ufeff", "\x00", "\x1b[31m"}


@pytest.mark.parametrize("name", ["trade", "policy_events"])
def test_an_odd_cell_loads_as_it_is_written_or_is_refused_in_a_sentence(name, root):
    table = tables()[name]
    with (root / "data" / table.file).open(encoding="utf-8", newline="") as file:
        header, row, *_ = csv.reader(file)
    for column, odd in itertools.product(header, ODD):
        cells = [
            odd if name == column else cell
            for name, cell in zip(header, row, strict=True)
        ]
        text = io.StringIO(newline="")
        csv.writer(text).writerows([header, cells])
        frame, problems = parse_table(text.getvalue().encode(), table, {})
        for problem in problems:
            assert str(problem).isprintable()
            assert (problem.file, problem.row) == (table.file, 2)
        if not problems:
            assert odd not in HIDDEN, column
            value = frame[table.columns[column].name].item()
            assert str(value) == odd or pd.isna(value), (column, odd)


def test_a_huge_cell(root):
    rows = f"{HEADER}\n{GOOD}{'1' * 10_000_000}\n"
    _, (problem,) = parse_table(rows.encode(), tables()["trade"], {})
    assert problem.row == 2
