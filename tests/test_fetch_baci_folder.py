"""Releases of BACI beside each other, imported again, at once, and killed in the middle."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from baci_zip import FILES, Y2022, imported, zipped

from catrade.errors import FetchError
from catrade.fetch import store
from catrade.fetch.baci_import import import_release
from catrade.fetch.store import listing
from catrade.tables import baci
from catrade.tables.manifests import read_json
from pagemill.unfinished import PREFIX
from rounding.errors import DataError


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return imported(tmp_path)


def test_manifest_and_listing(data: Path) -> None:
    manifest = read_json(data / "fetched/baci/HS17_V202601/manifest.json")
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
    changed = {name.replace("V202601", "V202602"): text for name, text in FILES.items()}
    changed["BACI_HS17_Y2022_V202602.csv"] = Y2022.replace("3000.000", "3500.000")
    path = tmp_path / "BACI_HS17_V202602.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in changed.items():
            archive.writestr(name, text)
    import_release(path, data)
    assert baci.releases(data) == ["HS17_V202601", "HS17_V202602"]

    def cars(release: str | None) -> float:
        frame = baci.load(
            data, exporter="CHN", importer="KAZ", start=2022, release=release
        )
        return float(frame["value_usd"].iloc[0])

    assert (cars(None), cars("HS17_V202601")) == (4_500_000.0, 4_000_000.0)


def test_the_same_file_is_not_imported_twice_and_another_only_by_force(
    data: Path, tmp_path: Path
) -> None:
    said: list[str] = []
    import_release(tmp_path / "BACI_HS17_V202601.zip", data, progress=said.append)
    assert said == ["BACI HS17_V202601 was imported from this very file before"]
    other = zipped(tmp_path / "other.zip", Readme="x")
    with pytest.raises(FetchError, match="from another file; add --force"):
        import_release(other, data)
    import_release(other, data, force=True)
    assert len(baci.load(data, exporter="CHN", importer="KAZ")) == 3


def test_a_second_import_waits_for_the_first_and_finds_its_release(
    tmp_path: Path,
) -> None:
    file, data = zipped(tmp_path / "release.zip"), tmp_path / "data"
    import_release(file, tmp_path / "first")
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
            shutil.copytree(tmp_path / "first/fetched/baci", root, dirs_exist_ok=True)
            other.communicate("")

    assert import_release(file, data, progress=told) == "HS17_V202601"
    assert said == [
        "another import of BACI runs: waiting for its end",
        "BACI HS17_V202601 was imported from this very file before",
    ]


@pytest.mark.parametrize(
    "between", [True, False], ids=["two renames", "the last removal"]
)
def test_what_a_killed_run_left_is_put_back_or_cleaned_up(
    data: Path, tmp_path: Path, between: bool
) -> None:
    root = data / "fetched/baci"
    (root / f"{PREFIX}left/trade").mkdir(parents=True)
    (root / ".HS17_V202601.part").mkdir()  # as version 0.1 left it
    if between:
        (root / "HS17_V202601").rename(root / ".HS17_V202601.old")
        assert baci.releases(data) == []
        with pytest.raises(FetchError, match="from another file; add --force"):
            import_release(zipped(tmp_path / "other.zip", Readme="x"), data)
    else:
        (root / ".HS17_V202601.old/trade").mkdir(parents=True)
    for force in (False, True):
        import_release(tmp_path / "BACI_HS17_V202601.zip", data, force=force)
        assert [path.name for path in root.iterdir()] == ["HS17_V202601"]
        assert len(baci.load(data, exporter="CHN", importer="KAZ")) == 3


def test_a_release_killed_in_its_removal_is_not_put_back_as_whole(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = data / "fetched/baci"

    remove = shutil.rmtree

    def stop(folder: Path, **options: bool) -> None:
        if folder.suffix == ".old":
            (folder / "products.parquet").unlink()
            raise KeyboardInterrupt
        remove(folder, **options)

    other = zipped(tmp_path / "other.zip", Readme="x")
    with monkeypatch.context() as patch:
        patch.setattr("catrade.fetch.baci_import.shutil.rmtree", stop)
        with pytest.raises(KeyboardInterrupt):
            import_release(other, data, force=True)
    store.remove(data, "baci/HS17_V202601", listing(data))
    assert [path.name for path in root.iterdir()] == [".HS17_V202601.old"]
    import_release(tmp_path / "BACI_HS17_V202601.zip", data)
    assert len(baci.products(data)) == 3
    assert [path.name for path in root.iterdir()] == ["HS17_V202601"]


def test_check_names_what_is_damaged_of_a_release(data: Path) -> None:
    from catrade.check.fetched import fetched_faults

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
        (
            "fetched/baci/HS17_V202601/manifest.json",
            f"is not a readable manifest: {again}",
        )
    ]
