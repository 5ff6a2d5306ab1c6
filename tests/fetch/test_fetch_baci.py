"""Releases of BACI: from a zip or folder to sums by pair, and how one can be wrong."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from baci_zip import FILES, Y2021, Y2022, imported, zipped
from fetch_files import cases, changed, options, run, write

from catrade_fetch import baci, store
from catrade_fetch.baci_import import import_release
from catrade_fetch.check import fetched_faults
from catrade_fetch.errors import FetchError
from catrade_fetch.store import listing
from rounding.errors import DataError, ParameterError


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return imported(tmp_path)


# --- what is read --------------------------------------------------------------------------------


def _rows(frame: pd.DataFrame) -> str:
    return " ".join(frame.to_csv(index=False, header=False).split())


def test_thousands_become_dollars_and_codes_keep_their_zeros(data):
    cars = {"exporter": "CHN", "importer": "KAZ"}
    assert _rows(baci.load_flows(data, **cars, level=6, end=2021)) == (
        "CHN,KAZ,2021,270900,16.0,, CHN,KAZ,2021,870380,1500250.0,300.0,1500250.0"
    )
    assert baci.load_flows(data, exporter="KGZ", level=6)["code"].tolist() == ["010121"]
    chapters = baci.load_flows(data, **cars, level=2, start=2021)
    assert _rows(chapters.drop(columns=["quantity_t", "weighed_usd"])) == (
        "CHN,KAZ,2021,27,16.0 CHN,KAZ,2021,87,1500250.0 CHN,KAZ,2022,87,4000000.0"
    )
    assert chapters.attrs["sources"] == ["cepii-baci-hs17-v202601"]
    # A country with two numbers is one country; Namibia's NA is not missing.
    sudan = baci.load_flows(data, exporter="SDN", level=4)
    assert _rows(sudan) == "SDN,CHN,2022,2709,3000.0,2.0,3000.0"
    totals = baci.load_flows(data, level=0)
    assert "CHN,NAM,2021,TOTAL,10000.0,2.0" in _rows(totals)


def test_a_release_without_trade_of_the_pairs_stops_nothing(tmp_path):
    """A small release of other countries: KeyError, in every `catrade fetch` after it."""
    year = "t,i,j,k,v,q\n2021,729,516,270900,3.000,2\n"
    file = zipped(tmp_path / "r.zip", **{D2021: year, D2022: None})
    done = run(tmp_path / "data", "baci", file)
    assert done.exit_code == 0, done.output
    assert baci.pair_rows(tmp_path / "data").rows.empty
    assert "baci/HS17_V202601" in run(tmp_path / "data", "list").output


WRONG = """
"exporter": "KAS" | exporter must be one of .*did you mean 'KAZ'
"importer": [] | an empty list asks for nothing
"level": 3 | level must be one of 0, 2, 4, 6
"""


@pytest.mark.parametrize(("asked", "message"), cases(WRONG))
def test_wrong_parameters(there, asked, message):
    with pytest.raises(ParameterError, match=message):
        baci.load_flows(there, **options(asked))


def test_line_ends_quotes_paddings_and_order_make_no_difference(data, tmp_path):
    odd = changed(Y2022, "       50.000=>NA  ", '870380=>"870380"')
    head, *rows = odd.splitlines(keepends=True)
    other = {
        "BACI_HS17_Y2021_V202601.csv": Y2021.replace("\n", "\r\n"),
        "BACI_HS17_Y2022_V202601.csv": (head + "".join(rows[::-1])).rstrip("\n"),
    }
    whole = baci.load_flows(data, level=6)
    import_release(zipped(tmp_path / "other.zip", **other), data, force=True)
    again = baci.load_flows(data, level=6)
    assert again["value_usd"].tolist() == whole["value_usd"].tolist()
    assert again["code"].tolist() == whole["code"].tolist()
    assert again["quantity_t"].isna().sum() == whole["quantity_t"].isna().sum() + 1


# Rows of the three areas that are no country, as releases call them.
_NEW = """\
country_code,country_name,country_iso2,country_iso3
398,Kazakhstan,KZ,KAZ
156,China,CN,CHN
490,"Other Asia, nes",,S19
697,"Europe EFTA, nes",,R20
849,US Misc. Pacific Isds,PU,PUS
58,Belgium-Luxembourg (...1998),BE,BEL
56,Belgium,BE,BEL
"""
_OLD = """\
country_code,country_name_abbreviation,country_name_full,iso_2digit_alpha,iso_3digit_alpha
398,Kazakhstan,Kazakhstan,KZ,KAZ
156,China,China,CN,CHN
490,"Other Asia, nes","Other Asia, not elsewhere specified",N/A,N/A
697,"Europe EFTA, nes","Europe EFTA, not elsewhere specified",N/A,N/A
849,US Misc. Pacific Isds,US Miscellaneous Pacific Islands,N/A,N/A
58,Belgium-Luxembourg,Belgium-Luxembourg,BE,BEL
56,Belgium,Belgium,BE,BEL
"""
_TAIWAN = (
    '"Other Asia, nes","Other Asia, not elsewhere specified",N/A,N/A'
    "=>Chinese Taipei,Taiwan,TW,TWN"
)


@pytest.mark.parametrize(
    ("version", "countries", "folder"),
    [
        ("V202601", _NEW, False),
        ("V202001", _OLD, True),
        ("V202102", changed(_OLD, "3digit_alpha=>3digit_alpha,Country"), False),
        ("V202301", changed(_OLD, _TAIWAN), True),
    ],
)
def test_every_layout_of_the_country_table(tmp_path, version, countries, folder):
    year = version[1:5]
    codes = (56, 58, 490, 697, 849)
    rows = "".join(f"{year},{code},398,270900,{code}.0,1\n" for code in codes)
    files = {
        f"BACI_HS17_Y{year}_{version}.csv": "t,i,j,k,v,q\n" + rows,
        f"country_codes_{version}.csv": countries,
        f"product_codes_HS17_{version}.csv": '"code","description"\n"10121","Horses"\n270900,Oil\n',
    }
    path = tmp_path / f"BACI_HS17_{version}.zip"
    if folder:
        path = path.with_suffix("")
        path.mkdir()
        for name, text in files.items():
            write(path / name, text.encode("latin-1"))
        write(path / f"{path.name}.zip", "the zip it came from")
    else:
        zipped(path, **(dict.fromkeys(FILES) | files))
    data = tmp_path / "data"
    assert import_release(path, data) == f"HS17_{version}"
    sums = baci.load_flows(data, level=0).groupby("exporter")["value_usd"].sum()
    thousands = {"BEL": 114_000, "TWN": 490_000, "R20": 697_000, "PUS": 849_000}
    assert sums.to_dict() == thousands
    assert (
        len(baci.load_flows(data, exporter="S19")) == 1
    )  # CEPII's own name is taken too
    assert baci.products(data)["code"].tolist() == ["010121", "270900"]
    import_release(path, data)  # once more is nothing new


# --- releases beside each other, again, at once, and killed --------------------------------------


def test_releases_stand_side_by_side_and_the_newest_is_the_default(data, tmp_path):
    newer = {name.replace("V202601", "V202602"): text for name, text in FILES.items()}
    newer["BACI_HS17_Y2022_V202602.csv"] = changed(Y2022, "3000.000=>3500.000")
    path = zipped(tmp_path / "newer.zip", **(dict.fromkeys(FILES) | newer))
    import_release(path, data)
    assert baci.releases(data) == ["HS17_V202601", "HS17_V202602"]

    def cars() -> float:
        frame = baci.load_flows(data, exporter="CHN", importer="KAZ", start=2022)
        return float(frame["value_usd"].iloc[0])

    assert cars() == 4_500_000.0
    entries = {entry.label: entry for entry in listing(data)}
    assert entries["baci/HS17_V202601"].records == 10
    assert "2021-2022" in entries["baci/HS17_V202601"].about
    store.remove_fetched(data, "baci/HS17_V202602")
    assert cars() == 4_000_000.0
    store.remove_fetched(data, "baci/HS17_V202601")
    with pytest.raises(DataError, match="no BACI release is there; download one"):
        baci.load_flows(data, exporter="CHN")


def test_the_same_file_is_not_imported_twice_and_another_only_by_force(data, tmp_path):
    steps: list[str] = []
    import_release(tmp_path / "BACI_HS17_V202601.zip", data, progress=steps.append)
    assert steps == ["BACI HS17_V202601 was imported from this very file before"]
    other = zipped(tmp_path / "other.zip", Readme="x")
    with pytest.raises(FetchError, match="from another file; add --force"):
        import_release(other, data)
    import_release(other, data, force=True)
    assert len(baci.load_flows(data, exporter="CHN", importer="KAZ")) == 3


def test_a_second_import_waits_for_the_first_and_finds_its_release(
    tmp_path,
):
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
    sentences: list[str] = []

    def told(sentence: str) -> None:
        sentences.append(sentence)
        if "waiting" in sentence:
            assert list(root.iterdir()) == []  # nothing is touched before
            shutil.copytree(tmp_path / "first/fetched/baci", root, dirs_exist_ok=True)
            other.communicate("")

    assert import_release(file, data, progress=told) == "HS17_V202601"
    assert sentences == [
        "another import of BACI runs: waiting for its end",
        "BACI HS17_V202601 was imported from this very file before",
    ]


def test_check_names_what_is_damaged_of_a_release(data):
    assert fetched_faults(data) == []
    folder = data / "fetched/baci/HS17_V202601"
    (folder / "countries.parquet").unlink()
    (whole,) = (folder / "trade/year=2021").iterdir()
    whole.write_bytes(whole.read_bytes()[:-9])
    (other,) = (folder / "trade/year=2022").iterdir()
    (folder / "trade/year=2022/part-001.parquet").write_bytes(other.read_bytes())
    again = "import the release again with --force"
    broken = f"is missing or no whole Parquet file: {again}"
    here = "fetched/baci/HS17_V202601"
    assert sorted(fetched_faults(data)) == [
        (f"{here}/countries.parquet", broken),
        (f"{here}/trade/year=2021/part-000.parquet", broken),
        (f"{here}/trade/year=2022", f"has 12 rows instead of 6: {again}"),
    ]
    write(folder / "manifest.json", "{")
    fault = f"is not a readable manifest: {again}"
    assert fetched_faults(data) == [(f"{here}/manifest.json", fault)]


# --- what is refused -----------------------------------------------------------------------------

D2021, D2022 = "BACI_HS17_Y2021_V202601.csv", "BACI_HS17_Y2022_V202601.csv"
#: The file, what is changed in it | what is said.
CHANGES = f"""
2022 +2022,398,156,270900,1.000,NA | has the product 270900 of 398 to 156 more than once
2021 +{Y2021.splitlines()[-1]} | has the product 270900 of 398 to 156 more than once
2022 k,v,q=>k,val,q | {D2022} has the columns t, i, j, k, val, q instead of t, i, j, k, v, q
2022 +2022,156,398,870380 | {D2022} cannot be read (row 8 has 4 values instead of 6)
2022 2.000=>two | two' is not a number): nothing was imported
2022 +2022,156,{"9" * 70_000} | {D2022} cannot be read (row 8
2022 +2021,156,398,1,1,1 | {D2022} cannot be read (it has a row of the year 2021
2022 +,736,398,270900,1,1 | it has a row of the year
2022 417=>41700 | of the exporter 41700
2022 870390=>870390.4 | product 870390.4
2022 +2022,,156,270900,1,1 | a row of the exporter
2022 +2022,736,398,,1,1 | a row of the product
2022 +2022,736,398,27,1,1 | of the product 27
2022 +2022,736,398,270900,,1 | the value  in a row of 736
2022 5000=>-500 | the value -500.0 in a row of
2022 5000.000=>inf | the value inf in a row of
2022 5000.000=>nan | the value nan in a row of
2022 5000.000=>1e308 | the value 1e+308 in a row of
2022 9500.000=>inf | the quantity inf in a row
2022 9500.000=>n/a | the quantity n/a in a row
2022 417=>418 | has the country 418, which its table lacks
codes country_iso3=>iso | has no column country_iso3 or iso_3digit_alpha but country_code
codes +156,China,CN,CHN | country_code 156 twice
2022 +2022,156,156,10121,1,1 | has a row of 156.0 with itself
codes CN,CHN=>KZ,KAZ | the ISO code of country 156 in
  country_codes_V202601.csv is KAZ, and 156 is CHN
codes KAZ=>../../x | the ISO code of country 398 in country_codes_V202601.csv is '../../x'
codes 398=>３９８ | country_code in
"""
_OF = {"2021": D2021, "2022": D2022, "codes": "country_codes_V202601.csv"}
#: Members of the zip: without those behind -, with those behind + | what is said.
MEMBERS = """
-country_codes_V202601.csv +country_codes_V202501.csv | has no country_codes_V202601.csv
+more/country_codes_V202601.csv | has more than one country_codes_V202601.csv
-BACI_HS17_Y2021_V202601.csv -BACI_HS17_Y2022_V202601.csv | is a zip, not a BACI release, as
+BACI_HS22_Y2022_V202601.csv | mixes the releases HS17_V202601, HS22_V202601
+BACI_HS17_Y0000_V202601.csv | Y0000_V202601.csv', which no release has
+BACI_HS17_Y9999_V202601.csv | Y9999_V202601.csv', which no
+BACI_HS17_Y2022_V209912.csv | V209912.csv', which no
+BACI_HS17_Y２０２２_V202601.csv | V202601.csv', which no
+more/BACI_HS17_Y2022_V202601.csv | holds a year more than once
"""
#: Another file, its text | what is said.
ALONE = r"""
x.csv: t,i,j,k,v,q\n1,2,3,4,5,6 | one year of CEPII's BACI, taken out of its zip, not a BACI
  release, as
  a zip or the folder unpacked from it: give the zip as downloaded, or the whole folder
T.csv: typeCode,reporterCode,cmdCode,primaryValue\nC,398,TOTAL,1 | a table of UN Comtrade,
  not
  a BACI release, as a zip or the folder unpacked from it: catrade fetch file reads it
x.rar: Rar!\x1a | a .rar file, not a BACI release, as a zip or the
x.zip: <html>Not found</html> | is a page without such a table
"""


def _refusal(path: Path, data: Path) -> str:
    """Return the sentence with which a release is refused; what was there stays as it is."""

    def content() -> dict[Path, bytes]:
        files = [path for path in data.rglob("*") if path.is_file()]
        return {path: path.read_bytes() for path in files}

    before = content()
    with pytest.raises(FetchError) as caught:
        import_release(path, data, force=True)
    assert content() == before
    assert not list(data.rglob("baci/.*"))
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return imported(tmp_path_factory.mktemp("there"))


@pytest.mark.parametrize(("change", "message"), cases(CHANGES))
def test_a_wrong_part(there, tmp_path, change, message):
    of, _, what = change.partition(" ")
    name = _OF[of]
    text = FILES[name]
    text = f"{text}{what[1:]}\n" if what[0] == "+" else changed(text, what)
    assert message in _refusal(zipped(tmp_path / "bad.zip", **{name: text}), there)


@pytest.mark.parametrize(("members", "message"), cases(MEMBERS))
def test_wrong_members(there, tmp_path, members, message):
    parts = {part[1:]: Y2022 if part[0] == "+" else None for part in members.split()}
    assert message in _refusal(zipped(tmp_path / "bad.zip", **parts), there)


@pytest.mark.parametrize(("file", "message"), cases(ALONE))
def test_another_file(there, tmp_path, file, message):
    name, text = file.split(": ", 1)
    path = write(tmp_path / name, text.replace(r"\n", "\n") + "\n")
    assert message in _refusal(path, there)


def _bytes(path: Path, place: int, new: bytes) -> Path:
    content = bytearray(path.read_bytes())
    content[place : place + len(new)] = new
    return write(path, bytes(content))


def _flipped(path: Path) -> Path:
    start = zipped(path).read_bytes().index(D2021.encode()) + 30
    return _bytes(path, start, bytes(20))


def _cut(path: Path) -> Path:
    return write(path, zipped(path).read_bytes()[:-200])


def _packed(method: int) -> Callable[[Path], Path]:
    """A part packed by another method, with its packed bytes damaged."""

    def make(path: Path) -> Path:
        zipped(path, **{D2021: None})
        with zipfile.ZipFile(path, "a", method) as archive:
            archive.writestr(D2021, Y2021)
        start = path.read_bytes().rindex(b"PK\3\4") + 40 + len(D2021)
        return _bytes(path, start, b"\xff" * 30)

    return make


def _two_releases(path: Path) -> Path:
    (folder := path.with_suffix("")).mkdir()
    for name, text in FILES.items():
        for file in (name, name.replace("V202601", "V202501")):
            write(folder / file, text)
    return folder


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: path, "there is no file"),
        (_cut, "cannot be read (BadZipFile: File is not a zip file); get it again"),
        (_flipped, f"is damaged at {D2021}"),
        (_packed(zipfile.ZIP_LZMA), f"at {D2021}: it cannot be read (LZMAError"),
        (_packed(zipfile.ZIP_BZIP2), f"at {D2021}: it cannot be read (OSError: In"),
        (_two_releases, "mixes the releases HS17_V202501, HS17_V202601"),
        (
            lambda path: zipped(path, **{D2022: "t,i,j,k,v,q\n"}),
            f"{D2022} has no rows",
        ),
    ],
)
def test_a_damaged_release(there, tmp_path, make, message):
    assert message in _refusal(make(tmp_path / "bad.zip"), there)
