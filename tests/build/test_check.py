"""`check_data`: the tables together."""

import hashlib
import json
from pathlib import Path

import pytest
from fetch_files import append, cases

from catrade_build.check.check import Report, check_data
from catrade_build.tables.definitions import tables


@pytest.fixture(scope="module")
def bundled() -> Report:
    return check_data()


def _new_faults(folder: Path) -> list[str]:
    """Return the faults of a damaged copy; the bundled tables have none."""
    return list(map(str, check_data(folder).problems))


def test_the_bundled_tables_are_free_of_faults(bundled):
    assert [str(problem) for problem in bundled.problems] == []
    assert set(bundled.rows) == set(tables())


def test_contradictions_are_notices_not_faults(bundled):
    notices = [str(notice) for notice in bundled.notices]
    # customs' first release for 2022 was 70.2 billion, a later statement implies 69.8
    assert any("70200000000 USD" in text and "69800000000" in text for text in notices)
    # 4.82 billion for Kyrgyzstan in early 2024 is marked rejected, so it is not a notice
    assert not any("bne-2024-05-18" in text for text in notices)


TRADE = "KAZ,ITA,2031,{},{},USD,1,nearest,,,false,caliber-2026,{},goods,"


def test_flows_must_add_up_to_the_total_of_the_same_source(data_copy):
    """7 ± 0.5 and 5 ± 0.5 give 11 to 13; the total of each year is ± 0.5."""
    totals = {"2031": 13, "2032": 14, "2033": 9}
    rows = [
        TRADE.format(flow, n, "ok,").replace("2031", year)
        for year, total in totals.items()
        for flow, n in (("export", 7), ("import", 5), ("total", total))
    ]
    first = append(data_copy, "trade.csv", *rows)
    problems = _new_faults(data_copy)
    assert len(problems) == 2
    for row, more, problem in ((5, -2, problems[0]), (8, 3, problems[1])):
        start = f"trade.csv, row {first + row}, column value: exports and imports of"
        assert problem.startswith(start)
        assert f"by {more} USD" in problem


#: Table | rows | what is said of them. Flows of marked rows need not add up.
ROWS = f"""
sources | zzz-1,P,T,https://example.org,publisher,2026,press,,, | source_id: no table uses 'zzz-1';
  remove it
trade | {TRADE.format("export", 7, "ok,odd")} | quality_reason: must be empty for a row marked ok
trade | {TRADE.format("export", 7, "doubtful,")} | quality_reason: must say why the row is doubtful
exchange_rates | CNY,2031,9,7,8,by hand,caliber-2026, | rate: must lie between low and high; got 9,
  low 7, high 8
series | cars_of_mine,,,8703.80,,,cars of mine |
series | boats_of_mine,,,9999,,,boats of mine | hs: '9999' is no heading of the Harmonized System
  (hs_headings.csv has all)
countries | XG2,Group,,,,,,yes,yes,KAZ;ZZZ | members: 'ZZZ' is not a code of the table
trade | {TRADE.format("export", 7, "ok,")} & {TRADE.format("import", 5, "doubtful,by hand")}
  & {TRADE.format("total", 50, "ok,")} |
"""


def test_what_no_column_alone_shows(data_copy):
    expected = []
    for year, (table, lines, fault) in enumerate(cases(ROWS), start=2031):
        rows = lines.replace("ITA,2031", f"ITA,{year}").split(" & ")
        row = append(data_copy, f"{table}.csv", *rows)
        expected += [f"{table}.csv, row {row}, column {fault}"] if fault else []
    assert sorted(_new_faults(data_copy)) == sorted(expected)


def test_the_goods_of_a_rule_are_headings_that_there_are(data_copy):
    """9999 is UN Comtrade's, of no kind."""
    events = data_copy / "policy_events.csv"
    lines = events.read_text(encoding="utf-8").splitlines(keepends=True)
    row = next(n for n, line in enumerate(lines, 1) if ",8703," in line)
    lines[row - 1] = lines[row - 1].replace(",8703,", ",8703.80;9999,")
    events.write_text("".join(lines), encoding="utf-8")
    assert _new_faults(data_copy) == [
        f"policy_events.csv, row {row}, column hits_goods: '9999' is no heading of the"
        " Harmonized System (hs_headings.csv has all)"
    ]


def test_a_table_missing_or_too_many(data_copy):
    (data_copy / "highlights.csv").rename(data_copy / "highlight.csv")
    texts = _new_faults(data_copy)
    assert len(texts) == 2
    assert "highlights.csv: there is no such file" in texts[0]
    assert "(there is highlight.csv)" in texts[0]
    assert texts[1].startswith(
        "highlight.csv: no table has this name; tables are trade, trade_shares"
    )


def test_a_folder_that_is_not_there(tmp_path):
    assert "there is no such folder" in str(check_data(tmp_path / "none").problems[0])


def test_what_was_fetched_must_be_what_its_manifest_says(data_copy):
    folder = data_copy / "fetched" / "gacc"
    folder.mkdir(parents=True)
    for name in ("good", "changed", "gone"):
        digest = hashlib.sha256(b"as fetched").hexdigest()
        (folder / f"{name}.csv").write_bytes(b"as fetched")
        (folder / f"{name}.json").write_text(json.dumps({"sha256": digest}), "utf-8")
    not_written = (
        "fetched: the tables do not hold all that was fetched, as it is now: "
        "run catrade fetch list, which writes it there"
    )
    assert _new_faults(data_copy) == [not_written]
    # One that counts no records is of a list, and has no file beside it.
    whole = {"sha256": digest, "records": 1, "fetched": "2026-12-01T10:00:00+00:00"}
    for name in ("good", "changed", "gone"):
        (folder / f"{name}.json").write_text(json.dumps(whole), "utf-8")
    (folder / "changed.csv").write_bytes(b"as edited")
    (folder / "gone.csv").unlink()
    (folder / "no.json").write_text("{", "utf-8")
    assert sorted(_new_faults(data_copy)) == [
        "fetched/gacc/changed.csv: was damaged or changed after it was fetched: "
        "remove changed.json beside it and fetch again",
        "fetched/gacc/gone.json: describes a file that is missing: remove it and fetch again",
        "fetched/gacc/no.json: is not a readable manifest: remove it and fetch again",
    ]
