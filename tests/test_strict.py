"""`check_strict`: each rule sees what it must, and the list of known issues is exact."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from catrade.check.check import check_tables
from catrade.check.compare import Finding, findings, found, run_file
from catrade.check.rule_files import rules
from catrade.check.strict import check_strict
from catrade.cli import main
from dictionary import with_rules
from rounding.errors import DataError
from rounding.periods import parse_period

ROOT = Path(__file__).resolve().parent.parent


def _append(folder: Path, file: str, *lines: str) -> None:
    with (folder / file).open("a", encoding="utf-8") as target:
        target.writelines(f"{line}\n" for line in lines)


def _edit(folder: Path, file: str, where: dict[str, str], **changes: str) -> None:
    rows = pd.read_csv(folder / file, dtype=str, keep_default_na=False)
    chosen = (rows[list(where)] == pd.Series(where)).all(axis=1)
    assert chosen.sum() == 1, f"{chosen.sum()} rows of {file} are {where}"
    rows.loc[chosen, list(changes)] = list(changes.values())
    rows.to_csv(folder / file, index=False)


def _names(findings: list[Finding]) -> set[str]:
    """Return rule and cell of each, without its size."""
    return {f"{finding.rule} {_cell(finding)}" for finding in findings}


def _cell(finding: Finding) -> str:
    return re.sub(r":[+-][\d.]+%$", "", finding.cell)


@pytest.fixture(scope="module")
def bundled() -> list[Finding]:
    """What is found in the bundled tables."""
    return findings(ROOT / "data")


def test_conflicts_known_from_the_sources_are_found(bundled: list[Finding]) -> None:
    # gaps.md of the totals, section 4, and of the composition, numbers 1 and 10
    assert _names(bundled) >= {
        "flow_sum UZB-RUS-2025",
        "sources_apart CHN-TKM-2025-10M-export:bne-2025-11",
        "period_sum CHN-nev_exports-2023",
        "sources_apart CHN-UZB-2012-total:caci-uzb-china",
        "sources_apart KGZ-KAZ-2010-export:kgz-nsc-export-1994-2023",
        "tables_apart CHN-KGZ-2024-Q1:bne-kgz-2024-05-18",
        "jump CHN-KGZ-2024-import",
        "chapter_sum CHN-KAZ-KAZ-2016",
        "share_value CHN-CA5-2024:carnegie-2025-09-02",
    }


def _trade(
    cell: str, value: int, source: str = "caliber-2026", growth: str = ","
) -> str:
    return f"{cell},{value},USD,1,nearest,{growth},false,{source},ok,,goods,"


MILLION = 1_000_000


def _damage(folder: Path) -> None:
    """Add one misfit for each rule, and beside it one that just fits."""
    other, older = "bne-2025-11", "chinadaily-2019-06-13"
    apart = {"CHN,ITA,2031": 106, "TJK,ITA,2031": 105, "TJK,ITA,2032": 106}
    _append(
        folder,
        "trade.csv",
        # 7 + 5 = 12; a total of 12.05 is within half a per cent, 12.1 is not
        *(
            _trade(f"KAZ,ITA,2031,{f}", n * MILLION)
            for f, n in (("export", 7), ("import", 5))
        ),
        _trade("KAZ,ITA,2031,total", 12_050_000, other),
        *(
            _trade(f"KAZ,ITA,2032,{f}", n * MILLION)
            for f, n in (("export", 7), ("import", 5))
        ),
        _trade("KAZ,ITA,2032,total", 12_100_000, other),
        # one flow cannot be more than both
        _trade("KAZ,ITA,2033,export", 12_200_000),
        _trade("KAZ,ITA,2033,total", 12_100_000, other),
        # five times 10 is not 60
        *(
            _trade(f"RUS,{c},2031,total", 10 * MILLION)
            for c in ("KAZ", "KGZ", "TJK", "TKM", "UZB")
        ),
        _trade("RUS,CA5,2031,total", 60 * MILLION),
        # exports of 4 and imports of 6 each are 50, and not 40
        *(
            _trade(f"RUS,{c},{y},{flow}", n * MILLION)
            for c in ("KAZ", "KGZ", "TJK", "TKM", "UZB")
            for y in (2033, 2034)
            for flow, n in (("export", 4), ("import", 6))
        ),
        _trade("RUS,CA5,2033,total", 50 * MILLION),
        _trade("RUS,CA5,2034,total", 40 * MILLION),
        # growth of 20 per cent on the newest 100, of 16.5 on the 103 of the figure's own source
        _trade("KAZ,TUR,2031,export", 100 * MILLION, other),
        _trade("KAZ,TUR,2031,export", 103 * MILLION, older),
        _trade("KAZ,TUR,2032,export", 120 * MILLION, older),
        # a tenth of 70
        _trade("KAZ,WLD,2031,export", 70 * MILLION),
        _trade("KAZ,WLD,2032,export", 70 * MILLION),
        # four that are 40 of 40
        _trade("RUS,CA4,2031,total", 40 * MILLION),
        # two months of 10 in a year of 15
        *(_trade(f"UZB,ITA,{p},export", 10 * MILLION) for p in ("2031-01", "2031-02")),
        _trade("UZB,ITA,2031,export", 15 * MILLION),
        # 10 to 11 is 10 per cent: printed as 9, 10 or 11 it fits, as 12 it does not
        _trade("KGZ,ITA,2031,export", 10 * MILLION),
        _trade("KGZ,ITA,2032,export", 11 * MILLION, growth="0.11,0.01"),
        _trade("KGZ,ITA,2032,export", 11 * MILLION, other, "0.12,0.01"),
        # the newer is 100: 6 per cent off is far, 5 is not
        *(_trade(f"{pair},export", 100 * MILLION, other) for pair in apart),
        *(_trade(f"{pair},export", n * MILLION, older) for pair, n in apart.items()),
        # four times is no jump, more is; below a million it may
        _trade("EU27,ITA,2031,export", 100_000),
        _trade("EU27,ITA,2032,export", 900_000),
        *(
            _trade(f"EU27,ITA,{y},import", n * MILLION)
            for y, n in ((2031, 50), (2032, 200))
        ),
        *(
            _trade(f"EU27,ITA,{y},total", n * MILLION)
            for y, n in ((2034, 50), (2035, 201))
        ),
    )
    _append(
        folder,
        "trade_shares.csv",
        "KAZ,ITA,2031,export,0.1,0.001,caliber-2026,ok,,goods,",
        "KAZ,ITA,2032,export,0.12,0.001,caliber-2026,ok,,goods,",
    )
    car = "nearest,,,,,,caliber-2026,"
    _append(
        folder,
        "highlights.csv",
        # 9,000 and 11,000 dollars a car
        f"CHN,RUS,2031,vehicles,cars,9000000,1,USD,{car}",
        f"CHN,RUS,2031,vehicles,cars,1000,1,units,{car}",
        f"CHN,RUS,2032,vehicles,cars,11000000,1,USD,{car}",
        f"CHN,RUS,2032,vehicles,cars,1000,1,units,{car}",
    )
    flow = {"exporter": "KAZ", "importer": "CHN", "reporter": "KAZ", "year": "2024"}
    _edit(
        folder, "composition_totals.csv", flow, total_usd="14908000000"
    )  # 14,897.5 + 0.07%
    group = {"exporter": "CHN", "importer": "KAZ", "period": "2015", "code": "0"}
    _edit(
        folder, "composition_groups.csv", group, share="0.0373"
    )  # 230 of 8,427 is 0.0273
    goods = {
        "exporter": "CHN",
        "importer": "UZB",
        "period": "2025",
        "topic": "all_goods",
    }
    _edit(
        folder, "highlights.csv", goods, value="19200000000"
    )  # 16.2, 17.2 and 17.8 in trade.csv
    share = {"series": "nev_share_of_sales", "period": "2025"}
    _edit(folder, "market_series.csv", share, value="0.497")  # 16.49 of 34.4 million
    parc = {"series": "bev_parc", "jurisdiction": "CHN", "period": "2025-06"}
    _edit(folder, "market_series.csv", parc, value="99000000")  # more than all NEVs
    band = {"vehicle_type": "BEV", "range_band": "300-400 km"}
    _edit(
        folder,
        "subsidy_schedule.csv",
        band | {"period_start": "2022-01-01"},
        amount_cny="19000",
    )
    _edit(
        folder,
        "subsidy_schedule.csv",
        band | {"period_start": "2021-01-01"},
        range_max_km="450",
    )
    early = {"vehicle_type": "PHEV", "period_start": "2016-01-01"}
    _edit(folder, "subsidy_schedule.csv", early, period_end="2017-01-01")
    tax = {"period_start": "2023-01-01"}
    _edit(folder, "purchase_tax_schedule.csv", tax, period_start="2023-01-02")


def test_each_rule_finds_what_does_not_fit_and_nothing_else(data_copy: Path) -> None:
    _damage(data_copy)
    assert [str(problem) for problem in check_tables(data_copy)] == []
    assert (
        _names(check_strict(data_copy))
        == {
            "flow_sum KAZ-ITA-2032",
            "flow_sum KAZ-ITA-2033",
            "region_sum RUS-CA5-2031-total:caliber-2026",
            "region_sum RUS-CA5-2034-total:caliber-2026",
            "vintages KAZ-TUR-2032-export",
            "share_printed KAZ-ITA-2032-export:caliber-2026",
            "unit_value CHN-RUS-2031-vehicles:caliber-2026",
            "growth_shown KGZ-ITA-2032-export:bne-2025-11",
            "period_sum UZB-ITA-2031-export",
            "growth_printed KGZ-ITA-2032-export:bne-2025-11",
            "sources_apart CHN-ITA-2031-export:chinadaily-2019-06-13",  # the newer source is used
            "sources_apart TJK-ITA-2032-export:chinadaily-2019-06-13",
            "jump EU27-ITA-2035-total",
            "chapter_sum KAZ-CHN-KAZ-2024",
            "group_sum CHN-KAZ-UNCTAD-2015-SITC1-0",
            "tables_apart CHN-UZB-2025:caliber-2026",
            "market_sum CHN-nev_share_of_sales-2025",
            "market_sum CHN-bev_parc-2025-06",
            "schedule_order BEV-2022-01-01-300km",
            "schedule_order BEV-2022-01-01-400km",
            "schedule_order BEV-2021-01-01-400km",
            "schedule_order PHEV-2017-01-01",
            "schedule_order tax-2023-01-02",
        }
    )


def test_an_unlisted_finding_fails_and_so_does_a_stale_or_double_line(
    data_copy: Path,
) -> None:
    path = data_copy / "known_issues.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if "flow_sum,UZB-RUS-2025:" not in line]
    assert len(kept) == len(lines) - 1
    kept += [
        "flow_sum,CHN-KAZ-2031,Because.,\n",
        "flow_sum,CHN-KAZ-2018:-2.2%;CHN-KAZ-2032,Why.,\n",
    ]
    path.write_text("".join(kept), encoding="utf-8")
    found = [str(finding) for finding in check_strict(data_copy)]
    last = len(kept)
    assert len(found) == 4
    # 4,552,111,300 of the agency (July 2026) and 8.644 billion of January
    assert (
        "flow_sum UZB-RUS-2025:+1.6%: exports and imports come to 13,196,111,300"
        in found[0]
    )
    assert found[1] == (
        f"known_issues.csv, row {last - 1}, flow_sum CHN-KAZ-2031: is listed as known but no"
        " longer found; take it off the list"
    )
    assert found[2].startswith(
        f"known_issues.csv, row {last}, flow_sum CHN-KAZ-2018:-2.2%: is listed tw"
    )
    assert found[3].startswith(
        f"known_issues.csv, row {last}, flow_sum CHN-KAZ-2032: is listed as"
    )


def test_the_command(
    data_copy: Path, capsys: pytest.CaptureFixture[str], bundled: list[Finding]
) -> None:
    status = main(["check", "--strict"])
    out = capsys.readouterr().out.splitlines()
    assert out[1:] == [
        f"strict: {len(bundled)} findings, all of them explained in known_issues.csv"
    ]
    assert status == 0
    _append(data_copy, "known_issues.csv", "flow_sum,CHN-KAZ-2031,Because.,")
    assert main(["check", "--strict", "--data", str(data_copy)]) == 1
    printed = capsys.readouterr()
    assert printed.out.splitlines()[1].startswith("known_issues.csv, row ")
    assert printed.err.startswith(
        "catrade: 1 finding is not explained: mend the figure, or"
    )


def test_a_listed_contradiction_of_another_size_is_a_new_one(data_copy: Path) -> None:
    # The region's 38.6 billion of 2020 are known to be below the five, which come to 39.19.
    cell = {"reporter": "CHN", "partner": "CA5", "period": "2020", "flow": "total"}
    _edit(data_copy, "trade.csv", cell, value="36000000000")
    found = [one for one in check_strict(data_copy) if one.rule == "region_sum"]
    assert [(one.file, one.cell) for one in found] == [
        ("trade.csv", "CHN-CA5-2020-total:tellerreport-2022-01-06:-8.1%"),
        ("known_issues.csv", "CHN-CA5-2020-total:tellerreport-2022-01-06:-1.5%"),
    ]


def test_tables_with_faults_are_not_compared(data_copy: Path) -> None:
    _append(
        data_copy,
        "trade.csv",
        "KAZ,ITX,2032,export,7,USD,1,nearest,,,false,caliber-2026,ok,,goods,",
    )
    with pytest.raises(DataError, match=r"^trade.csv, row \d+, column partner"):
        check_strict(data_copy)


Figure = tuple[float, float]


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as made:
        run_file(made, "macros.sql")
        yield made


@pytest.mark.parametrize(
    ("one", "other", "wrong"),
    [
        ((100.0, 0.0), (100.5, 0.0), False),  # half a per cent of the second, no more
        ((100.0, 0.0), (101.0, 0.0), True),
        ((101.0, 0.0), (100.0, 0.0), True),
        ((101.0, 0.4), (100.0, 0.2), False),  # intervals 0.4 apart
        ((102.0, 0.5), (100.0, 0.5), True),  # 1 apart
    ],
)
def test_apart(
    con: duckdb.DuckDBPyConnection, one: Figure, other: Figure, wrong: bool
) -> None:
    figures = [{"value": v, "low": v - s, "high": v + s} for v, s in (one, other)]
    assert con.execute("select apart($1, $2, slack())", figures).fetchone() == (wrong,)


def _over_time(
    con: duckdb.DuckDBPyConnection, rule: str, rows: list[tuple[str, float, str]]
) -> set[str]:
    """Return the periods a rule finds in one series of exact figures."""
    frame = pd.DataFrame(
        {
            **{
                "file": "t.csv",
                "before": "",
                "after": "",
                "floor": 100.0,
                "stock": False,
            },
            **{
                "line": line,
                "period": period,
                "part_of_year": period[4:],
                "source": source,
            },
            **{"value": float(value), "low": float(value), "high": float(value)},
            **asdict(parse_period(period)),
        }
        for line, (period, value, source) in enumerate(rows, start=2)
    )
    con.register("over_time", frame)
    return {_cell(finding) for finding in found(con, rule)}


@pytest.mark.parametrize(
    ("values", "conflicts"),
    [
        ({"2024": 10, "2024-01": 6, "2024-02": 5}, {"2024"}),
        (
            {"2024": 12, "2024-01": 6, "2024-02": 5},
            set(),
        ),  # the other months may be the rest
        ({"2024-Q1": 12, "2024-01": 4, "2024-02": 4, "2024-03": 4}, set()),
        ({"2024-Q1": 13, "2024-01": 4, "2024-02": 4, "2024-03": 4}, {"2024-Q1"}),
        ({"2024": 10, "2024-H1": 4, "2024-H2": 5}, {"2024"}),
        ({"2024-H1": 10, "2024-Q1": 11}, {"2024-H1"}),
        ({"2024-5M": 5, "2024-10M": 4}, {"2024-10M"}),
        ({"2024-5M": 5, "2024-6M": 7, "2024-06": 2}, set()),
        ({"2024-5M": 5, "2024-6M": 7, "2024-06": 1}, {"2024-6M"}),
        ({"2024": 1, "2023-01": 9, "2025-01": 9}, set()),  # other years
        (
            {"2024-Q2": 3, "2024-01": 9, "2024-04": 3},
            set(),
        ),  # January is not in the quarter
    ],
)
def test_period_sum(
    con: duckdb.DuckDBPyConnection, values: dict[str, float], conflicts: set[str]
) -> None:
    rows = [(period, value, "s") for period, value in values.items()]
    assert _over_time(con, "period_sum", rows) == conflicts


def test_months_of_one_source_need_not_add_up_to_its_revised_running_sum(
    con: duckdb.DuckDBPyConnection,
) -> None:
    # 100 in the months, 102 in the sum: 2 per cent, a revision if one source printed both
    for sources, conflicts in ((("s", "s"), set()), (("s", "t"), {"2024-2M"})):
        months, whole = sources
        series = [
            ("2024-01", 40, months),
            ("2024-02", 60, months),
            ("2024-2M", 102, whole),
        ]
        assert _over_time(con, "period_sum", series) == conflicts


def test_printed_growth_may_rest_on_a_base_revised_by_its_own_source(
    data_copy: Path,
) -> None:
    # 100 to 110 is 10 per cent; on a base revised to 98 it is 12.2, on one of 95 it is 15.8
    for partner, base_source, growth in (
        ("ITA", "caliber-2026", "0.122"),
        ("TUR", "caliber-2026", "0.158"),
        (
            "RUS",
            "bne-2025-11",
            "0.122",
        ),  # another's base was not revised by this source
    ):
        cell = f"KGZ,{partner}"
        _append(
            data_copy,
            "trade.csv",
            _trade(f"{cell},2031,export", 100 * MILLION, base_source),
            _trade(f"{cell},2032,export", 110 * MILLION, growth=f"{growth},0.001"),
        )
    names = {name for name in _names(check_strict(data_copy)) if "_printed" in name}
    assert names == {
        f"growth_printed KGZ-{partner}-2032-export:caliber-2026"
        for partner in ("TUR", "RUS")
    }


@pytest.mark.parametrize(
    ("values", "jumps"),
    [
        ({"2024": 100, "2025": 400}, set()),
        ({"2024": 100, "2025": 401}, {"2025"}),
        ({"2024": 401, "2025": 100}, {"2025"}),
        ({"2024": 20, "2025": 99}, set()),  # both below the floor
        ({"2023": 100, "2025": 800}, set()),
        ({"2022": 100, "2025": 1201}, {"2025"}),
        ({"2021": 100, "2025": 9999}, set()),  # too long ago
        ({"2024-06": 100, "2024-07": 500}, {"2024-07"}),
        ({"2024-06": 100, "2025-06": 500}, {"2025-06"}),
        ({"2024-12": 100, "2025-01": 500}, set()),  # January is compared with January
        ({"2024-5M": 100, "2025-6M": 900}, set()),
        ({"2024": 0, "2025": 100}, {"2025"}),
    ],
)
def test_jump(
    con: duckdb.DuckDBPyConnection, values: dict[str, float], jumps: set[str]
) -> None:
    rows = [(period, value, "s") for period, value in values.items()]
    assert _over_time(con, "jump", rows) == jumps


def test_every_rule_says_what_it_compares_and_the_dictionary_has_it() -> None:
    assert all(rule.queries for rule in rules().values())
    text = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    assert with_rules(text) == text
    assert all(
        f"- `{name}` compares {rule.about}.\n" in text for name, rule in rules().items()
    )


def test_an_unknown_rule_is_a_fault_that_names_the_nearest(data_copy: Path) -> None:
    _append(data_copy, "known_issues.csv", "flow_sun,CHN-KAZ-2031,Because.,")
    (problem,) = check_tables(data_copy)
    line = len(
        (data_copy / "known_issues.csv").read_text(encoding="utf-8").splitlines()
    )
    assert str(problem).startswith(
        f"known_issues.csv, row {line}, column rule: must be one of "
    )
    assert str(problem).endswith("; got 'flow_sun' (did you mean 'flow_sum'?)")
