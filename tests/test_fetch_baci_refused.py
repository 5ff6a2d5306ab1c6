"""Every way in which a release of BACI can be wrong is one sentence, and leaves what was there."""

from __future__ import annotations

from pathlib import Path

import pytest
from baci_zip import COUNTRIES, FILES, LAST_OF_2021, Y2021, Y2022, imported, zipped

from catrade.errors import FetchError
from catrade.fetch import baci


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return imported(tmp_path)


def _damaged(path: Path) -> Path:
    zipped(path)
    content = bytearray(path.read_bytes())
    start = content.index(b"BACI_HS17_Y2021_V202601.csv") + 30
    content[start : start + 20] = bytes(20)
    path.write_bytes(bytes(content))
    return path


def _truncated(path: Path) -> Path:
    zipped(path)
    path.write_bytes(path.read_bytes()[:-200])
    return path


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (_truncated, "is not a whole zip file: it is damaged or the download was cut short"),
        (_damaged, "is damaged at BACI_HS17_Y2021_V202601.csv"),
        (
            lambda p: zipped(
                p, **{"BACI_HS17_Y2022_V202601.csv": Y2022 + "2022,398,156,270900,1.000,NA\n"}
            ),
            "has the product 270900 from KAZ to CHN in 2022 more than once",
        ),
        (
            lambda p: zipped(p, **{"BACI_HS17_Y2021_V202601.csv": Y2021 + LAST_OF_2021}),
            "has the product 270900 from KAZ to CHN in 2021 more than once",
        ),
        (
            lambda p: zipped(
                p, **{"BACI_HS17_Y2022_V202601.csv": Y2022.replace("t,i,j,k,v,q", "t,i,j,k,val,q")}
            ),
            "Y2022_V202601.csv has the columns t, i, j, k, val, q instead of t, i, j, k, v, q",
        ),
        (
            lambda p: zipped(p, **{"BACI_HS17_Y2022_V202601.csv": Y2022 + "2022,156,398,870380\n"}),
            "BACI_HS17_Y2022_V202601.csv cannot be read (row 8 has 4 values instead of 6)",
        ),
        (
            lambda p: zipped(
                p, **{"BACI_HS17_Y2022_V202601.csv": Y2022.replace("3000.000", "many")}
            ),
            "BACI_HS17_Y2022_V202601.csv cannot be read (row 2, column v: 'many' is not a number)",
        ),
        (
            lambda p: zipped(p, **{"BACI_HS17_Y2022_V202601.csv": Y2022 + "2021,156,398,1,1,1\n"}),
            "has 1 rows of another year than 2022",
        ),
        (
            lambda p: zipped(p, **{"BACI_HS17_Y2022_V202601.csv": Y2022.replace("417", "41700")}),
            "row 5, column i: '41700' is not a whole number a code can be",
        ),
        (
            lambda p: zipped(p, **{"BACI_HS17_Y2022_V202601.csv": Y2022.replace("5000", "-500")}),
            "1 rows without a value or with a negative one",
        ),
        (
            lambda p: zipped(p, **{"BACI_HS17_Y2022_V202601.csv": Y2022.replace("417", "418")}),
            "has the country 418, which its table lacks",
        ),
        (
            lambda p: zipped(
                p, **{"BACI_HS17_Y2022_V202601.csv": Y2022.replace("5000.000", "inf")}
            ),
            "1 rows without a value or with a negative one",
        ),
        (
            lambda p: zipped(
                p, **{"BACI_HS17_Y2022_V202601.csv": Y2022 + "2022,,156,270900,1,1\n"}
            ),
            "has 1 rows without a country",
        ),
        (
            lambda p: zipped(p, **{"BACI_HS17_Y2022_V202601.csv": Y2022 + "2022,736,398,,1,1\n"}),
            "has 1 rows whose product is not a code of six digits",
        ),
        (
            lambda p: zipped(p, **{"BACI_HS17_Y2022_V202601.csv": Y2022 + ",736,398,270900,1,1\n"}),
            "has 1 rows of another year than 2022",
        ),
        (
            lambda p: zipped(p, **{"BACI_HS17_Y2022_V202601.csv": "t,i,j,k,v,q\n"}),
            "BACI_HS17_Y2022_V202601.csv has no rows",
        ),
        (
            lambda p: zipped(
                p, **{"country_codes_V202601.csv": COUNTRIES.replace("country_iso3", "iso")}
            ),
            "country_codes_V202601.csv has no column 'country_iso3'",
        ),
        (
            lambda p: zipped(p, **{"country_codes_V202601.csv": None}),
            "holds no country_codes_V….csv",
        ),
        (
            lambda p: zipped(p, **{name: None for name in FILES if name.startswith("BACI")}),
            "it is not a BACI release",
        ),
        (
            lambda p: zipped(p, **{"BACI_HS22_Y2022_V202601.csv": Y2022}),
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


def test_a_row_again_at_the_start_of_the_next_piece_is_found(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catrade.fetch.baci_year.PIECE", 1)  # one row a piece
    file = zipped(tmp_path / "bad.zip", **{"BACI_HS17_Y2021_V202601.csv": Y2021 + LAST_OF_2021})
    with pytest.raises(FetchError, match="270900 from KAZ to CHN in 2021 more than once"):
        baci.import_release(file, data, force=True)


def test_a_fault_is_named_by_its_line_in_the_whole_file(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catrade.fetch.baci_year.PIECE", 40)  # about one row a piece
    bad = Y2022.replace("        2.000", "two")  # its last row, line 7 of the file
    file = zipped(tmp_path / "bad.zip", **{"BACI_HS17_Y2022_V202601.csv": bad})
    with pytest.raises(FetchError, match=r"row 7, column v: 'two' is not a number"):
        baci.import_release(file, data, force=True)
