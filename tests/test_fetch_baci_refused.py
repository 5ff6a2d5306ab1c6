"""Every way in which a release of BACI can be wrong is one sentence, and leaves what was there."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from baci_zip import COUNTRIES, FILES, Y2021, Y2022, imported, zipped

from catrade.errors import FetchError
from catrade.fetch.baci_import import import_release

D2021, D2022 = "BACI_HS17_Y2021_V202601.csv", "BACI_HS17_Y2022_V202601.csv"
CODES = "country_codes_V202601.csv"
LAST_OF_2021 = Y2021.splitlines()[-1] + "\n"
CUT = f"{D2022} cannot be read ("


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return imported(tmp_path)


def _with(**changes: str | None) -> Callable[[Path], Path]:
    return lambda path: zipped(path, **changes)


def _flipped(path: Path) -> Path:
    zipped(path)
    content = bytearray(path.read_bytes())
    start = content.index(D2021.encode()) + 30
    content[start : start + 20] = bytes(20)
    path.write_bytes(bytes(content))
    return path


def _cut(path: Path) -> Path:
    zipped(path)
    path.write_bytes(path.read_bytes()[:-200])
    return path


def _field(offset: int, value: bytes) -> Callable[[Path], Path]:
    """Change two bytes of the first entry, there and in the list at the end."""

    def make(path: Path) -> Path:
        content = bytearray(zipped(path).read_bytes())
        for sign, at in ((b"PK\3\4", offset), (b"PK\1\2", offset + 2)):
            start = content.index(sign) + at
            content[start : start + 2] = value
        path.write_bytes(bytes(content))
        return path

    return make


def _packed(method: int, skip: int) -> Callable[[Path], Path]:
    """A part packed by another method, with its packed bytes damaged after so many."""

    def make(path: Path) -> Path:
        zipped(path, **{D2021: None})
        with zipfile.ZipFile(path, "a", method) as archive:
            archive.writestr(D2021, Y2021)
        content = bytearray(path.read_bytes())
        start = content.rindex(b"PK\3\4") + 30 + len(D2021) + skip
        content[start : start + 30] = b"\xff" * 30
        path.write_bytes(bytes(content))
        return path

    return make


def _alone(name: str, content: bytes | str) -> Callable[[Path], Path]:
    def make(path: Path) -> Path:
        file = path.with_name(name)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    return make


def _two_releases(path: Path) -> Path:
    folder = path.with_suffix("")
    folder.mkdir()
    for name in FILES:
        (folder / name).write_text(FILES[name], encoding="utf-8")
        (folder / name.replace("V202601", "V202501")).write_text(
            FILES[name], encoding="utf-8"
        )
    return folder


CASES: dict[str, tuple[Callable[[Path], Path], str]] = {
    "missing": (lambda path: path, "there is no file"),
    "cut": (_cut, "cannot be read (BadZipFile: File is not a zip file); get it again"),
    "damaged": (_flipped, f"is damaged at {D2021}"),
    "encrypted": (
        _field(6, b"\1\0"),
        f"is damaged at {D2021}: it cannot be read (RuntimeError",
    ),
    "method 99": (
        _field(8, b"\x63\0"),
        f"is damaged at {D2021}: it cannot be read (NotImplem",
    ),
    "lzma": (
        _packed(zipfile.ZIP_LZMA, 10),
        f"at {D2021}: it cannot be read (LZMAError",
    ),
    "bz2": (
        _packed(zipfile.ZIP_BZIP2, 10),
        f"is damaged at {D2021}: it cannot be read (OSError: In",
    ),
    "twice": (
        _with(**{D2022: Y2022 + "2022,398,156,270900,1.000,NA\n"}),
        "has the product 270900 of 398 to 156 more than once",
    ),
    "twice in a row": (
        _with(**{D2021: Y2021 + LAST_OF_2021}),
        "has the product 270900 of 398 to 156 more than once",
    ),
    "column": (
        _with(**{D2022: Y2022.replace("t,i,j,k,v,q", "t,i,j,k,val,q")}),
        f"{D2022} has the columns t, i, j, k, val, q instead of t, i, j, k, v, q",
    ),
    "short row": (
        _with(**{D2022: Y2022 + "2022,156,398,870380\n"}),
        CUT + "row 8 has 4 values instead of 6)",
    ),
    "text": (
        _with(**{D2022: Y2022.replace("        2.000", "two")}),
        CUT + "row 7, column v: 'two' is not a number)",
    ),
    "line": (
        _with(**{D2022: Y2022 + "2022,156," + "9" * 70_000 + "\n"}),
        CUT + "row 8",
    ),
    "other year": (
        _with(**{D2022: Y2022 + "2021,156,398,1,1,1\n"}),
        CUT + "it has a row of the year 2021",
    ),
    "no year": (
        _with(**{D2022: Y2022 + ",736,398,270900,1,1\n"}),
        "it has a row of the year",
    ),
    "large code": (
        _with(**{D2022: Y2022.replace("417", "41700")}),
        "of the exporter 41700",
    ),
    "part of a code": (
        _with(**{D2022: Y2022.replace("870390", "870390.4")}),
        "product 870390.4",
    ),
    "no country": (
        _with(**{D2022: Y2022 + "2022,,156,270900,1,1\n"}),
        "a row of the exporter",
    ),
    "no product": (
        _with(**{D2022: Y2022 + "2022,736,398,,1,1\n"}),
        "a row of the product",
    ),
    "short product": (
        _with(**{D2022: Y2022 + "2022,736,398,27,1,1\n"}),
        "of the product 27",
    ),
    "no value": (
        _with(**{D2022: Y2022 + "2022,736,398,270900,,1\n"}),
        "the value  in a row of 736",
    ),
    "negative": (
        _with(**{D2022: Y2022.replace("5000", "-500")}),
        "the value -500.0 in a row of",
    ),
    "infinite": (
        _with(**{D2022: Y2022.replace("5000.000", "inf")}),
        "the value inf in a row of",
    ),
    "nan": (
        _with(**{D2022: Y2022.replace("5000.000", "nan")}),
        "the value nan in a row of",
    ),
    "huge": (
        _with(**{D2022: Y2022.replace("5000.000", "1e308")}),
        "the value 1e+308 in a row of",
    ),
    "quantity": (
        _with(**{D2022: Y2022.replace("9500.000", "inf")}),
        "the quantity inf in a row",
    ),
    "quantity text": (
        _with(**{D2022: Y2022.replace("9500.000", "n/a")}),
        "the quantity n/a in a row",
    ),
    "not listed": (
        _with(**{D2022: Y2022.replace("417", "418")}),
        "has the country 418, which",
    ),
    "empty": (_with(**{D2022: "t,i,j,k,v,q\n"}), f"{D2022} has no rows"),
    "country column": (
        _with(**{CODES: COUNTRIES.replace("country_iso3", "iso")}),
        f"{CODES} has no column country_iso3 or iso_3digit_alpha but country_code",
    ),
    "country twice": (
        _with(**{CODES: COUNTRIES + "156,Chad,TD,TCD\n"}),
        "country_code 156 twice",
    ),
    "country path": (
        _with(**{CODES: COUNTRIES.replace("KAZ", "../../x")}),
        "the ISO code of country 398 in country_codes_V202601.csv is '../../x'",
    ),
    "country number": (
        _with(**{CODES: COUNTRIES.replace("398", "３９８")}),
        "country_code in",
    ),
    "no countries": (
        _with(**{CODES: None}),
        f"has nothing in the place of one {CODES}",
    ),
    "countries of two": (
        _with(**{"country_codes_V202501.csv": COUNTRIES}),
        f"'country_codes_V202501.csv' in the place of one {CODES}",
    ),
    "no years": (
        _with(**{name: None for name in FILES if name.startswith("BACI")}),
        "holds no BACI_HS…_Y…_V….csv",
    ),
    "two editions": (
        _with(BACI_HS22_Y2022_V202601=None, **{"BACI_HS22_Y2022_V202601.csv": Y2022}),
        "mixes the releases HS17_V202601, HS22_V202601",
    ),
    "two releases": (_two_releases, "mixes the releases HS17_V202501, HS17_V202601"),
    "year 0000": (
        _with(**{"BACI_HS17_Y0000_V202601.csv": Y2022}),
        "Y0000_V202601.csv', which no",
    ),
    "year to come": (
        _with(**{"BACI_HS17_Y9999_V202601.csv": Y2022}),
        "Y9999_V202601.csv', which no",
    ),
    "release to come": (
        _with(**{"BACI_HS17_Y2022_V209912.csv": Y2022}),
        "V209912.csv', which no",
    ),
    "other digits": (
        _with(**{"BACI_HS17_Y２０２２_V202601.csv": Y2022}),
        "V202601.csv', which no",
    ),
    "csv": (
        _alone(D2022, Y2022),
        "one year of CEPII's BACI, taken out of its zip, not a BACI release, as a zip or the folder"
        " unpacked from it: give the zip as downloaded, or the whole folder",
    ),
    "other publisher": (
        _alone(
            "TradeData.csv",
            "typeCode,reporterCode,cmdCode,primaryValue\nC,398,TOTAL,1\n",
        ),
        "a CSV saved from UN Comtrade Plus, not a BACI release, as a zip or the folder unpacked"
        " from it: catrade fetch file reads it",
    ),
    "countries alone": (_alone(CODES, COUNTRIES), "the country table of CEPII's BACI"),
    "rar": (
        _alone("x.rar", b"Rar!\x1a\7\1\0"),
        "a .rar file, not a BACI release, as a zip or the",
    ),
    "html": (
        _alone("x.zip", "<html>Not found</html>"),
        "is a page without such a table",
    ),
}


@pytest.mark.parametrize(("make", "message"), CASES.values(), ids=CASES)
def test_a_bad_release_is_one_sentence_and_leaves_nothing(
    data: Path, tmp_path: Path, make: Callable[[Path], Path], message: str
) -> None:
    def files() -> dict[Path, bytes]:
        return {
            path: path.read_bytes()
            for path in (data / "fetched").rglob("*")
            if path.is_file()
        }

    before = files()
    with pytest.raises(FetchError) as caught:
        import_release(make(tmp_path / "bad.zip"), data, force=True)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert files() == before
    assert not list((data / "fetched/baci").glob(".*"))
