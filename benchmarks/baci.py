"""BACI: import and one pair's series, against pandas, on a generated release of realistic shape.

Run `python -m benchmarks.baci` from the project's folder. It generates a release (220 countries,
5,000 products, skewed as trade is; 11 million rows a year by default), measures each step in a
process of its own and writes the section `BACI` of benchmarks/README.md. Nothing generated stays.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
COUNTRIES, PRODUCTS = 220, 5000
NAME = "HS17_V202601"
PAIR = ("CHN", "KAZ")


def generate(path: Path, years: list[int], rows: int) -> dict[int, int]:
    """Write the zip of a release and return its rows by year.

    Whether a (exporter, importer, product) has trade, and how much, follows the sizes of the
    three: a few large countries trade almost everything with each other, most trade little.
    """
    import duckdb
    import numpy as np

    from catrade_fetch.codes import OF_COMTRADE

    random = np.random.default_rng(20260101)
    size = (np.arange(COUNTRIES) + 2.0) ** -1.1
    random.shuffle(size[20:])
    weight = random.lognormal(0.0, 1.2, PRODUCTS)
    # The world (0) and the EU are no countries of a release.
    number_of = {code: number for number, code in OF_COMTRADE.items() if number}
    others = sorted({code for code in number_of if len(code) == 3} - {*PAIR})
    # The first of the pair is the largest country, the other one of middle size.
    iso = [PAIR[0], *others[:39], PAIR[1], *others[39 : COUNTRIES - 2]]
    numbers = np.array([number_of[code] for code in iso], dtype="int16")
    codes = np.sort(
        random.choice(np.arange(10111, 979999), PRODUCTS, replace=False)
    ).astype("int32")
    counts: dict[int, int] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        table = "country_code,country_name,country_iso2,country_iso3\n" + "".join(
            f"{number},Country {n},{iso[n][:2]},{iso[n]}\n"
            for n, number in enumerate(numbers)
        )
        archive.writestr("country_codes_V202601.csv", table)
        listed = "".join(f"{code:06d},Product {code}\n" for code in codes)
        archive.writestr(
            "product_codes_HS17_V202601.csv", f"code,description\n{listed}"
        )
        for year in years:
            scale = _scale(size, weight, rows)
            parts = []
            for exporter in range(COUNTRIES):
                chance = scale * size[exporter] * np.outer(size, weight)
                chance[exporter] = 0
                importer, product = np.nonzero(random.random(chance.shape) < chance)
                value = (
                    random.lognormal(0, 2.5, len(importer))
                    * size[exporter]
                    * size[importer]
                )
                parts.append(
                    {
                        "i": np.full(len(importer), numbers[exporter]),
                        "j": numbers[importer],
                        "k": codes[product],
                        "v": (value * weight[product] * 500 + 0.001).astype("float32"),
                        "q": np.where(
                            random.random(len(importer)) < 0.02,
                            np.nan,
                            value * random.lognormal(0, 1, len(importer)),
                        ).astype("float32"),
                    }
                )
            arrays = {
                name: np.concatenate([part[name] for part in parts]) for name in "ijkvq"
            }
            counts[year] = len(arrays["i"])
            csv = path.with_suffix(".csv")
            con = duckdb.connect()
            con.register("trade", _arrow(arrays))
            con.execute(
                f"COPY (SELECT {year} AS t, i, j, lpad(k::VARCHAR, 6, '0') AS k,"
                " lpad(printf('%.3f', v), 14, ' ') AS v,"
                " lpad(CASE WHEN isnan(q) THEN 'NA' ELSE printf('%.3f', q) END, 14, ' ') AS q"
                f" FROM trade) TO '{csv}' (HEADER, QUOTE '')"
            )
            con.close()
            archive.write(csv, f"BACI_HS17_Y{year}_V202601.csv")
            csv.unlink()
    return counts


def _scale(size, weight, rows: int) -> float:
    """Find the factor with which the chances add up to the rows wanted."""
    import numpy as np

    pairs = np.outer(size, size)
    np.fill_diagonal(pairs, 0)
    # Products by classes of weight: the sum of min(1, chance) needs no whole grid.
    edges = np.quantile(weight, np.linspace(0, 1, 201))
    middle = (edges[1:] + edges[:-1]) / 2
    low, high = 0.0, 1e9
    for _ in range(80):
        mid = (low + high) / 2
        total = (
            sum(np.minimum(1, mid * pairs * w).sum() for w in middle)
            * len(weight)
            / 200
        )
        low, high = (mid, high) if total < rows else (low, mid)
    return high


def _arrow(arrays):
    import pyarrow as pa

    return pa.table(arrays)


# What is measured, each in a fresh process; imports of libraries are not timed.


def import_catrade(file: Path, data: Path) -> None:
    from catrade_fetch.baci_import import import_release

    import_release(file, data)


def read_pandas(file: Path, data: Path, **options: Any) -> Any:
    """One year from the same zip into memory, with pandas' own choice of types."""
    import pandas as pd

    with zipfile.ZipFile(file) as archive:
        name = next(n for n in archive.namelist() if n.startswith("BACI"))
        with archive.open(name) as stream:
            frame = pd.read_csv(stream, skipinitialspace=True, **options)
    return len(frame) if not options else frame


def read_pandas_text(file: Path, data: Path) -> object:
    """The same with product codes as text, so that 010121 keeps its zero."""
    return len(read_pandas(file, data, dtype={"k": str}))


def import_pandas(file: Path, data: Path) -> object:
    """The same work as ours with pandas: one year, dollars, Parquet."""
    frame = read_pandas(file, data, dtype={"k": str})
    frame["v"] *= 1000
    frame.to_parquet(file.with_name("pandas.parquet"), index=False)
    return len(frame)


def query_catrade(file: Path, data: Path) -> object:
    from catrade_fetch import baci

    frame = baci.load_flows(data, exporter=PAIR[0], importer=PAIR[1], level=2)
    return [len(frame), round(float(frame["value_usd"].sum()))]


def _numbers(data: Path) -> tuple[Path, list[int]]:
    import pandas as pd

    folder = data / "fetched/baci" / NAME
    iso = pd.read_parquet(folder / "countries.parquet").set_index("iso3")[
        "country_code"
    ]
    return folder / "trade", [int(iso[code]) for code in PAIR]


def query_pandas(file: Path, data: Path, *, pushdown: bool = False) -> object:
    import pandas as pd

    trade, (exporter, importer) = _numbers(data)
    filters = (
        [("exporter", "==", exporter), ("importer", "==", importer)]
        if pushdown
        else None
    )
    frame = pd.read_parquet(
        trade,
        columns=["exporter", "importer", "hs6", "value_usd", "year"],
        filters=filters,
    )
    pair = frame[(frame["exporter"] == exporter) & (frame["importer"] == importer)]
    chapters = pair.groupby(["year", pair["hs6"] // 10000], observed=True)[
        "value_usd"
    ].sum()
    return [len(chapters), round(float(chapters.sum()))]


def query_pandas_filters(file: Path, data: Path) -> object:
    return query_pandas(file, data, pushdown=True)


STEPS: dict[str, Callable[[Path, Path], object]] = {
    step.__name__: step
    for step in (
        import_catrade,
        read_pandas,
        read_pandas_text,
        import_pandas,
        query_catrade,
        query_pandas,
        query_pandas_filters,
    )
}


def child(step: str, file: Path, data: Path) -> None:
    """Measure one step in this process and print the result as JSON."""
    import duckdb  # noqa: F401
    import pandas as pd  # noqa: F401
    import pyarrow.parquet  # noqa: F401

    from catrade_fetch import baci  # noqa: F401

    start, busy = time.perf_counter(), time.process_time()
    answer = STEPS[step](file, data)
    seconds, cpu = time.perf_counter() - start, time.process_time() - busy
    # ru_maxrss would count the parent's pages at the fork; this is the process's own peak.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024
    print(json.dumps({"seconds": seconds, "cpu": cpu, "mib": peak, "answer": answer}))


def measure(step: str, file: Path, data: Path, repeat: int = 1) -> dict:
    """Run a step in fresh processes and return the median time and the highest peak."""
    runs = []
    for _ in range(repeat):
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "benchmarks.baci",
                "--child",
                step,
                str(file),
                str(data),
            ],
            cwd=HERE.parent,
            env={**os.environ, "PYTHONPATH": str(HERE.parent / "lib")},
            capture_output=True,
            text=True,
            check=True,
        )
        runs.append(json.loads(done.stdout))
    return _median(runs) | {"answer": runs[0]["answer"]}


def machine() -> str:
    """Return cores, memory, and the Python with how it was built: an optimised one is faster."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    cores = len(os.sched_getaffinity(0))
    asked = sysconfig.get_config_var("CONFIG_ARGS") or ""
    kind = (
        "an optimised build" if "--enable-optimizations" in asked else "a plain build"
    )
    return (
        f"{cores} cores, {total / (1 << 30):.0f} GiB;"
        f" Python {platform.python_version()}, {kind}"
    )


def run(rows: int, years: int, repeat: int) -> str:
    """Generate, measure, and return the section for the README."""
    readers = ("read_pandas", "read_pandas_text", "import_pandas")
    with tempfile.TemporaryDirectory(prefix="baci-") as folder:
        base = Path(folder)
        imports, queries = [], []
        pandas: dict[str, dict] = {}
        sizes: dict[int, int] = {}
        for count in range(1, years + 1):
            file = base / f"BACI_{NAME}.zip"
            sizes = generate(file, [2021 + n for n in range(count)], rows)
            runs = []
            for number in range(3 if count == 1 else 1):
                data = base / f"data{count}-{number}"
                runs.append(measure("import_catrade", file, data))
                if (
                    count == 1
                ):  # in turn, so that both meet the same load of the machine
                    for step in readers:
                        pandas.setdefault(step, {"runs": []})["runs"].append(
                            measure(step, file, data)
                        )
            imports.append(_median(runs))
            print(f"{count} years imported: {imports[-1]}", file=sys.stderr)
            queries.append(
                {
                    step: measure(step, file, data, repeat)
                    for step in (
                        "query_catrade",
                        "query_pandas",
                        "query_pandas_filters",
                    )
                }
            )
            answers = [result["answer"] for result in queries[-1].values()]
            if not all(answer == answers[0] for answer in answers):
                raise SystemExit(f"the answers differ: {answers}")
    reads = {step: _median(timed["runs"]) for step, timed in pandas.items()}
    return section(sizes, imports, reads, queries)


def _median(runs: list[dict]) -> dict:
    return {
        "seconds": statistics.median(result["seconds"] for result in runs),
        "cpu": statistics.median(result["cpu"] for result in runs),
        "mib": max(result["mib"] for result in runs),
    }


def section(sizes, imports, reads, queries) -> str:
    lines = [
        "## BACI",
        "",
        f"Measured {datetime.now(UTC):%Y-%m-%d} on {machine()}. Generated release:"
        f" {COUNTRIES} countries, {PRODUCTS:,} products,"
        f" {', '.join(f'{n:,}' for n in sizes.values())} rows a year. Each figure is from a"
        " process of its own; imports of libraries are not timed. `python -m benchmarks.baci`"
        " repeats it.",
        "",
        "Import of the zip: hash, unzip, check, Parquet.",
        "",
        "| years | seconds | a year | processor seconds a year | peak, MiB |",
        "|---|---|---|---|---|",
    ]
    for count, result in enumerate(imports, 1):
        lines.append(
            f"| {count} | {result['seconds']:.1f} | {result['seconds'] / count:.1f}"
            f" | {result['cpu'] / count:.1f} | {result['mib']:.0f} |"
        )
    names = {
        "read_pandas": "`read_csv`, pandas' own types (codes lose their zeros)",
        "read_pandas_text": "`read_csv`, codes as text",
        "import_pandas": "`read_csv`, codes as text, then Parquet (the same work)",
    }
    lines += [
        "",
        "pandas, one year from the same zip, run in turn with ours; the ratios are ours to pandas:",
        "",
        "| pandas | seconds | peak, MiB | time | memory |",
        "|---|---|---|---|---|",
    ]
    ours = imports[0]
    lines += [
        f"| {names[step]} | {read['seconds']:.1f} | {read['mib']:.0f}"
        f" | {ours['seconds'] / read['seconds']:.2f} | {ours['mib'] / read['mib']:.2f} |"
        for step, read in reads.items()
    ]
    lines += [
        "",
        "One pair's HS2 series over all years, on the same Parquet (`filters` is pandas with the"
        " filter pushed down to pyarrow, which a user has to know of):",
        "",
        "| years | catrade, s | pandas, s | pandas `filters`, s | to pandas | to `filters` |",
        "|---|---|---|---|---|---|",
    ]
    for count, query in enumerate(queries, 1):
        ours, plain, pushed = (
            query[step]["seconds"]
            for step in ("query_catrade", "query_pandas", "query_pandas_filters")
        )
        lines.append(
            f"| {count} | {ours:.3f} | {plain:.2f} | {pushed:.3f} | {ours / plain:.3f}"
            f" | {ours / pushed:.2f} |"
        )
    text, last = reads["read_pandas_text"], queries[-1]
    ratios = {
        "import time to `read_csv` with codes as text": (
            imports[0]["seconds"] / text["seconds"],
            0.6,
        ),
        "import memory to the same": (imports[0]["mib"] / text["mib"], 0.4),
        "import memory of the most years to one": (
            imports[-1]["mib"] / imports[0]["mib"],
            1.1,
        ),
        "series to pandas": (
            last["query_catrade"]["seconds"] / last["query_pandas"]["seconds"],
            0.1,
        ),
    }
    lines += ["", "| aim | at most | here | |", "|---|---|---|---|"]
    lines += [
        f"| {name} | {aim:.2f} | {value:.2f} | {'met' if value <= aim else 'not met'} |"
        for name, (value, aim) in ratios.items()
    ]
    lines.append("")
    return "\n".join(lines)


def write_section(text: str, title: str = "BACI") -> None:
    """Put the section into benchmarks/README.md, in the place of the old one."""
    path = HERE / "README.md"
    old = path.read_text(encoding="utf-8") if path.exists() else "# Benchmarks\n"
    parts = old.split("\n## ")
    kept = [part for part in parts[1:] if not part.startswith(title)]
    path.write_text(
        "\n## ".join([parts[0].rstrip("\n") + "\n", *kept]).rstrip("\n")
        + "\n\n"
        + text,
        encoding="utf-8",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=11_200_000, help="rows a year")
    parser.add_argument("--years", type=int, default=3)
    parser.add_argument("--repeat", type=int, default=5, help="runs of each query")
    parser.add_argument(
        "--dry", action="store_true", help="print the section, do not write it"
    )
    parser.add_argument(
        "--child", nargs=3, metavar=("STEP", "FILE", "DATA"), help="internal"
    )
    options = parser.parse_args()
    if options.child:
        step, file, data = options.child
        child(step, Path(file), Path(data))
        return
    text = run(options.rows, options.years, options.repeat)
    if options.dry:
        print(text)
    else:
        write_section(text)


if __name__ == "__main__":
    main()
