"""A BACI release from its zip to sums by pair, and every way in which the zip can be wrong."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from catrade.errors import DataError, FetchError, ParameterError
from catrade.fetch import baci, listing, store
from catrade.indices import rca

COUNTRIES = (
    "country_code,country_name,country_iso2,country_iso3\n"
    "156,China,CN,CHN\n398,Kazakhstan,KZ,KAZ\n516,Namibia,NA,NAM\n"
    '417,"Kyrgyzstan, Republic of",KG,KGZ\n'
    "729,Sudan,SD,SDN\n736,Sudan (...2011),SD,SDN\n"
)
PRODUCTS = 'code,description\n010121,"Horses: live, pure-bred"\n270900,Oils\n870380,Electric cars\n'
# v in thousand dollars, padded as in the release; q in tonnes, NA where not known
Y2021 = (
    "t,i,j,k,v,q\n"
    "2021,156,398,870380,     1500.250,      300.000\n"
    "2021,156,398,270900,        0.016,           NA\n"
    "2021,156,516,870380,       10.000,        2.000\n"
    "2021,398,156,270900,     4000.000,     9000.000\n"
)
LAST_OF_2021 = Y2021.splitlines()[-1] + "\n"
Y2022 = (
    "t,i,j,k,v,q\n"
    "2022,156,398,870380,     3000.000,      500.000\n"
    "2022,156,398,870390,     1000.000,       50.000\n"
    "2022,398,156,270900,     5000.000,     9500.000\n"
    "2022,417,156,10121,        7.000,             \n"
    "2022,729,156,270900,        1.000,        1.000\n"
    "2022,736,156,270900,        2.000,        1.000\n"
)
FILES = {
    "BACI_HS17_Y2021_V202601.csv": Y2021,
    "BACI_HS17_Y2022_V202601.csv": Y2022,
    "country_codes_V202601.csv": COUNTRIES,
    "product_codes_HS17_V202601.csv": PRODUCTS,
    "Readme.txt": "BACI",
}


def _zip(path: Path, **changes: str | None) -> Path:
    files = {**FILES, **changes}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            if text is not None:
                archive.writestr(name, text)
    return path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    baci.import_release(_zip(tmp_path / "BACI_HS17_V202601.zip"), tmp_path / "data")
    return tmp_path / "data"


def test_thousands_become_dollars_and_codes_keep_their_zeros(data: Path) -> None:
    frame = baci.load(data, exporter="CHN", importer="KAZ", level=6, end=2021)
    assert frame[["code", "value_usd"]].to_dict("records") == [
        {"code": "270900", "value_usd": 16.0},
        {"code": "870380", "value_usd": 1_500_250.0},
    ]
    assert frame["quantity_t"].isna().tolist() == [True, False]
    horses = baci.load(data, exporter="KGZ", level=6)
    assert horses["code"].tolist() == ["010121"]


def test_chapters_of_one_pair_over_the_years(data: Path) -> None:
    frame = baci.load(data, exporter="CHN", importer="KAZ", level=2, start=2021)
    series = frame.set_index(["year", "code"])["value_usd"].to_dict()
    assert series == {(2021, "27"): 16.0, (2021, "87"): 1_500_250.0, (2022, "87"): 4_000_000.0}
    assert frame.attrs == {"table": "baci", "unit": "USD", "sources": ["cepii-baci-hs17-v202601"]}


def test_a_country_with_two_numbers_is_one_country(data: Path) -> None:
    frame = baci.load(data, exporter="SDN", level=4)
    assert frame[["importer", "value_usd"]].to_dict("records") == [
        {"importer": "CHN", "value_usd": 3000.0}
    ]


def test_the_world_by_exporter_feeds_the_indices(data: Path) -> None:
    world = baci.load(data, level=2, start=2022, end=2022, by=("exporter", "code"))
    found = rca(world).set_index(["exporter", "code"])["rca"]
    # China sells vehicles only: 1 / (4,000 of 9,010 thousand)
    assert found["CHN", "87"] == pytest.approx(9010 / 4000)


def test_totals_by_pair_and_a_namibia_that_is_not_missing(data: Path) -> None:
    totals = baci.totals(data)
    row = totals[(totals["importer"] == "NAM")].iloc[0]
    assert (row["exporter"], row["year"], row["value_usd"]) == ("CHN", 2021, 10_000.0)


def test_one_pair_as_composition_rows(data: Path) -> None:
    read = baci.load_composition(data, "CHN", "KAZ")
    assert list(read.rows.columns) == list(store.COMPOSITION_COLUMNS)
    assert read.rows["hs_chapter"].tolist() == ["27", "87", "87"]
    assert set(read.rows["basis"]) == {"reconciled"}
    source = read.sources.iloc[0]
    assert source["source_id"] == read.rows["source_id"].iloc[0]
    assert source["published"] == "2026-01"
    assert "BACI_HS17_V202601.zip" in source["locator"]


def test_manifest_and_listing(data: Path) -> None:
    manifest = store.read_json(data / "fetched/baci/HS17_V202601/manifest.json")
    assert manifest["years"] == {"2021": 4, "2022": 6}
    (entry,) = listing(data)
    assert (entry.label, entry.records) == ("baci/HS17_V202601", 10)
    assert "2021-2022" in entry.about
    store.remove(data, "baci/HS17_V202601", [entry])
    with pytest.raises(DataError, match="no BACI release is there; download one"):
        baci.load(data, exporter="CHN")


def test_releases_stand_side_by_side_and_the_newest_is_the_default(
    data: Path, tmp_path: Path
) -> None:
    changed = {name.replace("V202601", "V202701"): text for name, text in FILES.items()}
    changed["BACI_HS17_Y2022_V202701.csv"] = Y2022.replace("3000.000", "3500.000")
    path = tmp_path / "BACI_HS17_V202701.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in changed.items():
            archive.writestr(name, text)
    baci.import_release(path, data)
    assert baci.releases(data) == ["HS17_V202601", "HS17_V202701"]

    def cars(release: str | None) -> float:
        frame = baci.load(data, exporter="CHN", importer="KAZ", start=2022, release=release)
        return float(frame["value_usd"].iloc[0])

    assert (cars(None), cars("HS17_V202601")) == (4_500_000.0, 4_000_000.0)


def test_the_same_file_is_not_imported_twice_and_another_only_by_force(
    data: Path, tmp_path: Path
) -> None:
    said: list[str] = []
    baci.import_release(tmp_path / "BACI_HS17_V202601.zip", data, progress=said.append)
    assert said == ["BACI HS17_V202601 was imported from this very file before"]
    other = _zip(tmp_path / "other.zip", Readme="x")
    with pytest.raises(FetchError, match="from another file; add --force"):
        baci.import_release(other, data)
    baci.import_release(other, data, force=True)
    assert len(baci.load(data, exporter="CHN", importer="KAZ")) == 3


def _damaged(path: Path) -> Path:
    _zip(path)
    content = bytearray(path.read_bytes())
    start = content.index(b"BACI_HS17_Y2021_V202601.csv") + 30
    content[start : start + 20] = bytes(20)
    path.write_bytes(bytes(content))
    return path


def _truncated(path: Path) -> Path:
    _zip(path)
    path.write_bytes(path.read_bytes()[:-200])
    return path


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (_truncated, "is not a whole zip file: it is damaged or the download was cut short"),
        (_damaged, "is damaged at BACI_HS17_Y2021_V202601.csv"),
        (
            lambda p: _zip(
                p, **{"BACI_HS17_Y2022_V202601.csv": Y2022 + "2022,398,156,270900,1.000,NA\n"}
            ),
            "has the product 270900 from KAZ to CHN in 2022 more than once",
        ),
        (
            lambda p: _zip(p, **{"BACI_HS17_Y2021_V202601.csv": Y2021 + LAST_OF_2021}),
            "has the product 270900 from KAZ to CHN in 2021 more than once",
        ),
        (
            lambda p: _zip(
                p, **{"BACI_HS17_Y2022_V202601.csv": Y2022.replace("t,i,j,k,v,q", "t,i,j,k,val,q")}
            ),
            "Y2022_V202601.csv has the columns t, i, j, k, val, q instead of t, i, j, k, v, q",
        ),
        (
            lambda p: _zip(p, **{"BACI_HS17_Y2022_V202601.csv": Y2022 + "2022,156,398,870380\n"}),
            "BACI_HS17_Y2022_V202601.csv cannot be read (row 8 has 4 values instead of 6)",
        ),
        (
            lambda p: _zip(
                p, **{"BACI_HS17_Y2022_V202601.csv": Y2022.replace("3000.000", "many")}
            ),
            "BACI_HS17_Y2022_V202601.csv cannot be read (row 2, column v: 'many' is not a number)",
        ),
        (
            lambda p: _zip(p, **{"BACI_HS17_Y2022_V202601.csv": Y2022 + "2021,156,398,1,1,1\n"}),
            "has 1 rows of another year than 2022",
        ),
        (
            lambda p: _zip(p, **{"BACI_HS17_Y2022_V202601.csv": Y2022.replace("417", "41700")}),
            "row 5, column i: '41700' is not a whole number a code can be",
        ),
        (
            lambda p: _zip(p, **{"BACI_HS17_Y2022_V202601.csv": Y2022.replace("5000", "-500")}),
            "1 rows without a value or with a negative one",
        ),
        (
            lambda p: _zip(p, **{"BACI_HS17_Y2022_V202601.csv": Y2022.replace("417", "418")}),
            "has the country 418, which its table lacks",
        ),
        (
            lambda p: _zip(p, **{"BACI_HS17_Y2022_V202601.csv": Y2022.replace("5000.000", "inf")}),
            "1 rows without a value or with a negative one",
        ),
        (
            lambda p: _zip(p, **{"BACI_HS17_Y2022_V202601.csv": Y2022 + "2022,,156,270900,1,1\n"}),
            "has 1 rows without a country",
        ),
        (
            lambda p: _zip(p, **{"BACI_HS17_Y2022_V202601.csv": Y2022 + "2022,736,398,,1,1\n"}),
            "has 1 rows whose product is not a code of six digits",
        ),
        (
            lambda p: _zip(p, **{"BACI_HS17_Y2022_V202601.csv": Y2022 + ",736,398,270900,1,1\n"}),
            "has 1 rows of another year than 2022",
        ),
        (
            lambda p: _zip(p, **{"BACI_HS17_Y2022_V202601.csv": "t,i,j,k,v,q\n"}),
            "BACI_HS17_Y2022_V202601.csv has no rows",
        ),
        (
            lambda p: _zip(
                p, **{"country_codes_V202601.csv": COUNTRIES.replace("country_iso3", "iso")}
            ),
            "country_codes_V202601.csv has no column 'country_iso3'",
        ),
        (
            lambda p: _zip(p, **{"country_codes_V202601.csv": None}),
            "holds no country_codes_V….csv",
        ),
        (
            lambda p: _zip(p, **{name: None for name in FILES if name.startswith("BACI")}),
            "it is not a BACI release",
        ),
        (
            lambda p: _zip(p, **{"BACI_HS22_Y2022_V202601.csv": Y2022}),
            "mixes the releases HS17_V202601, HS22_V202601",
        ),
        (lambda p: p, "there is no file"),
    ],
    ids=[
        "truncated", "damaged", "twice", "twice in a row", "column", "short row", "text",
        "year", "large code", "negative", "country", "infinite", "no country",
        "no product", "no year", "empty", "country column", "no countries", "no years",
        "two editions", "missing",
    ],
)  # fmt: skip
def test_a_bad_release_is_one_sentence_and_leaves_nothing(
    data: Path, tmp_path: Path, make, message: str
) -> None:
    before = {path: path.read_bytes() for path in (data / "fetched").rglob("*") if path.is_file()}
    with pytest.raises(FetchError) as caught:
        baci.import_release(make(tmp_path / "bad.zip"), data, force=True)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    after = {path: path.read_bytes() for path in (data / "fetched").rglob("*") if path.is_file()}
    assert after == before
    assert not list((data / "fetched/baci").glob(".*"))


def test_a_second_import_waits_for_the_first_and_finds_its_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, data = _zip(tmp_path / "release.zip"), tmp_path / "data"
    root = data / "fetched/baci"
    root.mkdir(parents=True)
    # Another process that is in the middle of an import holds the folder.
    holder = (
        "import sys, time, fcntl, os; lock = os.open(sys.argv[1], os.O_RDONLY);"
        "fcntl.flock(lock, fcntl.LOCK_EX); print('held', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", holder, str(root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    said: list[str] = []

    def told(sentence: str) -> None:
        said.append(sentence)
        if "waiting" in sentence:
            assert list(root.iterdir()) == []  # nothing is touched before
            other.communicate("")

    assert baci.import_release(file, data, progress=told) == "HS17_V202601"
    assert said[0] == "another import of BACI runs: waiting for its end"


def test_two_imports_at_once_leave_one_whole_release(tmp_path: Path) -> None:
    file, data = _zip(tmp_path / "release.zip"), tmp_path / "data"
    code = (
        "import sys; from pathlib import Path; from catrade.fetch import baci;"
        "baci.import_release(Path(sys.argv[1]), Path(sys.argv[2]), progress=print)"
    )
    command = [sys.executable, "-c", code, str(file), str(data)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = sorted(one.communicate(timeout=60)[0].splitlines()[-1] for one in both)
    assert [one.returncode for one in both] == [0, 0]
    assert said == ["2022 (2 of 2)", "BACI HS17_V202601 was imported from this very file before"]
    assert [path.name for path in (data / "fetched/baci").iterdir()] == ["HS17_V202601"]
    assert len(baci.load(data, exporter="CHN", importer="KAZ", level=6)) == 4


def test_what_a_killed_run_left_is_cleaned_up(data: Path, tmp_path: Path) -> None:
    root = data / "fetched/baci"
    (root / ".HS17_V202601.part/trade").mkdir(parents=True)
    (root / "HS17_V202601").rename(root / ".HS17_V202601.old")  # killed between two renames
    assert baci.releases(data) == []
    baci.import_release(tmp_path / "BACI_HS17_V202601.zip", data)
    assert baci.releases(data) == ["HS17_V202601"]
    baci.import_release(tmp_path / "BACI_HS17_V202601.zip", data, force=True)
    assert sorted(path.name for path in root.iterdir()) == ["HS17_V202601"]


def test_a_release_that_is_whole_is_rid_of_what_a_killed_run_left(
    data: Path, tmp_path: Path
) -> None:
    root = data / "fetched/baci"
    (root / ".HS17_V202601.old/trade").mkdir(parents=True)  # killed before the last removal
    (root / ".HS17_V202601.part").mkdir()
    baci.import_release(tmp_path / "BACI_HS17_V202601.zip", data)
    assert [path.name for path in root.iterdir()] == ["HS17_V202601"]


def test_a_release_put_back_is_replaced_only_by_force(data: Path, tmp_path: Path) -> None:
    root = data / "fetched/baci"
    (root / "HS17_V202601").rename(root / ".HS17_V202601.old")  # killed between two renames
    with pytest.raises(FetchError, match="from another file; add --force"):
        baci.import_release(_zip(tmp_path / "other.zip", Readme="x"), data)
    assert [path.name for path in root.iterdir()] == ["HS17_V202601"]
    assert len(baci.load(data, exporter="CHN", importer="KAZ")) == 3


def test_a_release_killed_in_its_removal_is_not_put_back_as_whole(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = data / "fetched/baci"

    def stop(folder: Path, **_: object) -> None:
        if folder.suffix == ".old":
            (folder / "products.parquet").unlink()
            raise KeyboardInterrupt

    other = _zip(tmp_path / "other.zip", Readme="x")
    with monkeypatch.context() as patch:
        patch.setattr("catrade.fetch.baci_import.shutil.rmtree", stop)
        with pytest.raises(KeyboardInterrupt):
            baci.import_release(other, data, force=True)
    store.remove(data, "baci/HS17_V202601", listing(data))
    assert [path.name for path in root.iterdir()] == [".HS17_V202601.old"]
    baci.import_release(tmp_path / "BACI_HS17_V202601.zip", data)
    assert len(baci.products(data)) == 3
    assert [path.name for path in root.iterdir()] == ["HS17_V202601"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"exporter": "KAS"}, "exporter must be a code .*did you mean 'KAZ'"),
        ({"importer": []}, "importer must name at least one country"),
        ({"level": 3}, "level must be one of 0, 2, 4, 6"),
        ({"by": ("product",)}, "by must be one of exporter, importer, year, code"),
        ({"release": "HS17_V202501"}, "did you mean 'HS17_V202601'"),
    ],
)
def test_wrong_parameters(data: Path, options: dict, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        baci.load(data, **options)


def test_pieces_line_ends_quotes_and_paddings_make_no_difference(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catrade.fetch.baci_year.PIECE", 40)  # about one row a piece
    odd = Y2022.replace("       50.000", "NA  ").replace("870380", '"870380"')
    _zip(
        tmp_path / "other.zip",
        **{
            "BACI_HS17_Y2021_V202601.csv": Y2021.replace("\n", "\r\n"),
            "BACI_HS17_Y2022_V202601.csv": odd.rstrip("\n"),
        },
    )
    whole = baci.load(data, level=6)
    baci.import_release(tmp_path / "other.zip", data, force=True)
    parts = list((data / "fetched/baci/HS17_V202601/trade/year=2022").iterdir())
    assert len(parts) > 1
    pieces = baci.load(data, level=6)
    assert pieces["value_usd"].tolist() == whole["value_usd"].tolist()
    assert pieces["code"].tolist() == whole["code"].tolist()
    assert pieces["quantity_t"].isna().sum() == whole["quantity_t"].isna().sum() + 1


def test_a_row_again_at_the_start_of_the_next_piece_is_found(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catrade.fetch.baci_year.PIECE", 1)  # one row a piece
    file = _zip(tmp_path / "bad.zip", **{"BACI_HS17_Y2021_V202601.csv": Y2021 + LAST_OF_2021})
    with pytest.raises(FetchError, match="270900 from KAZ to CHN in 2021 more than once"):
        baci.import_release(file, data, force=True)


@pytest.mark.parametrize("piece", [1, 1 << 20])
def test_a_release_out_of_order_is_the_same_release(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    monkeypatch.setattr("catrade.fetch.baci_year.PIECE", piece)
    head, *rows = Y2022.splitlines(keepends=True)
    file = _zip(tmp_path / "o.zip", **{"BACI_HS17_Y2022_V202601.csv": head + "".join(rows[::-1])})
    whole = baci.load(data, level=6)
    baci.import_release(file, data, force=True)
    again = baci.load(data, level=6)
    assert again["value_usd"].tolist() == whole["value_usd"].tolist()
    assert again["code"].tolist() == whole["code"].tolist()


def test_a_fault_is_named_by_its_line_in_the_whole_file(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catrade.fetch.baci_year.PIECE", 40)  # about one row a piece
    bad = Y2022.replace("        2.000", "two")  # its last row, line 7 of the file
    file = _zip(tmp_path / "bad.zip", **{"BACI_HS17_Y2022_V202601.csv": bad})
    with pytest.raises(FetchError, match=r"row 7, column v: 'two' is not a number"):
        baci.import_release(file, data, force=True)


def test_check_names_what_is_damaged_of_a_release(data: Path) -> None:
    from catrade.fetch.verify import fetched_faults

    assert fetched_faults(data) == []
    folder = data / "fetched/baci/HS17_V202601"
    (folder / "countries.parquet").unlink()
    (whole,) = (folder / "trade/year=2021").iterdir()
    whole.write_bytes(whole.read_bytes()[:-9])
    (other,) = (folder / "trade/year=2022").iterdir()
    (folder / "trade/year=2022/part-001.parquet").write_bytes(other.read_bytes())
    again = "import the release again with --force"
    assert sorted(fetched_faults(data)) == [
        (
            "fetched/baci/HS17_V202601/countries.parquet",
            f"is missing or no whole Parquet file: {again}",
        ),
        (
            "fetched/baci/HS17_V202601/trade/year=2021/part-000.parquet",
            f"is missing or no whole Parquet file: {again}",
        ),
        (
            "fetched/baci/HS17_V202601/trade/year=2022",
            f"has 12 rows instead of 6: {again}",
        ),
    ]
    (folder / "manifest.json").write_text("{", encoding="utf-8")
    assert fetched_faults(data) == [
        ("fetched/baci/HS17_V202601/manifest.json", f"is not a readable manifest: {again}")
    ]
