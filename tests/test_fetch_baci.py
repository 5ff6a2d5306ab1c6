"""A release of BACI from its zip to sums by pair."""

from __future__ import annotations

from pathlib import Path

import pytest
from baci_zip import FILES, Y2021, Y2022, imported, zipped

from catrade.fetch.baci_import import import_release
from catrade.tables import baci
from rounding.errors import ParameterError


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return imported(tmp_path)


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
    assert series == {
        (2021, "27"): 16.0,
        (2021, "87"): 1_500_250.0,
        (2022, "87"): 4_000_000.0,
    }
    assert frame.attrs == {
        "table": "baci",
        "unit": "USD",
        "sources": ["cepii-baci-hs17-v202601"],
    }


def test_a_country_with_two_numbers_is_one_country(data: Path) -> None:
    frame = baci.load(data, exporter="SDN", level=4)
    assert frame[["importer", "value_usd"]].to_dict("records") == [
        {"importer": "CHN", "value_usd": 3000.0}
    ]


def test_totals_by_pair_and_a_namibia_that_is_not_missing(data: Path) -> None:
    totals = baci.load(data, level=0, by=("exporter", "importer", "year"))
    row = totals[(totals["importer"] == "NAM")].iloc[0]
    assert (row["exporter"], row["year"], row["value_usd"]) == ("CHN", 2021, 10_000.0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"exporter": "KAS"}, "exporter must be one of .*did you mean 'KAZ'"),
        ({"importer": []}, "importer must name at least one country"),
        ({"level": 3}, "level must be one of 0, 2, 4, 6"),
        ({"by": ("product",)}, "by must be one of exporter, importer, year, code"),
        ({"release": "HS17_V202501"}, "did you mean 'HS17_V202601'"),
    ],
)
def test_wrong_parameters(data: Path, options: dict, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        baci.load(data, **options)


def test_line_ends_quotes_paddings_and_order_make_no_difference(
    data: Path, tmp_path: Path
) -> None:
    odd = Y2022.replace("       50.000", "NA  ").replace("870380", '"870380"')
    head, *rows = odd.splitlines(keepends=True)
    changed = {
        "BACI_HS17_Y2021_V202601.csv": Y2021.replace("\n", "\r\n"),
        "BACI_HS17_Y2022_V202601.csv": (head + "".join(rows[::-1])).rstrip("\n"),
    }
    whole = baci.load(data, level=6)
    import_release(zipped(tmp_path / "other.zip", **changed), data, force=True)
    again = baci.load(data, level=6)
    assert again["value_usd"].tolist() == whole["value_usd"].tolist()
    assert again["code"].tolist() == whole["code"].tolist()
    assert again["quantity_t"].isna().sum() == whole["quantity_t"].isna().sum() + 1


# Rows of the three areas that are no country, as releases call them.
_NEW = (
    "country_code,country_name,country_iso2,country_iso3\n398,Kazakhstan,KZ,KAZ\n"
    '156,China,CN,CHN\n490,"Other Asia, nes",,S19\n697,"Europe EFTA, nes",,R20\n'
    "849,US Misc. Pacific Isds,PU,PUS\n58,Belgium-Luxembourg (...1998),BE,BEL\n56,Belgium,BE,BEL\n"
)
_OLD = (
    "country_code,country_name_abbreviation,country_name_full,iso_2digit_alpha,iso_3digit_alpha\n"
    "398,Kazakhstan,Kazakhstan,KZ,KAZ\n156,China,China,CN,CHN\n"
    '490,"Other Asia, nes","Other Asia, not elsewhere specified",N/A,N/A\n'
    '697,"Europe EFTA, nes","Europe EFTA, not elsewhere specified",N/A,N/A\n'
    "849,US Misc. Pacific Isds,US Miscellaneous Pacific Islands,N/A,N/A\n"
    "58,Belgium-Luxembourg,Belgium-Luxembourg,BE,BEL\n56,Belgium,Belgium,BE,BEL\n"
)
_LAYOUTS = {
    "V202601": _NEW,
    "V202001": _OLD,
    "V202102": _OLD.replace("iso_3digit_alpha\n", "iso_3digit_alpha,Country\n", 1),
    "V202301": _OLD.replace(
        '"Other Asia, nes","Other Asia, not elsewhere specified",N/A,N/A',
        "Chinese Taipei,Taiwan,TW,TWN",
    ),
}


@pytest.mark.parametrize("version", _LAYOUTS)
@pytest.mark.parametrize("folder", [False, True], ids=["zip", "folder"])
def test_every_layout_of_the_country_table(
    tmp_path: Path, version: str, folder: bool
) -> None:
    year = version[1:5]
    rows = "".join(
        f"{year},{code},398,270900,{code}.0,1\n" for code in (56, 58, 490, 697, 849)
    )
    files = {
        f"BACI_HS17_Y{year}_{version}.csv": "t,i,j,k,v,q\n" + rows,
        f"country_codes_{version}.csv": _LAYOUTS[version],
        f"product_codes_HS17_{version}.csv": '"code","description"\n"10121","Horses"\n270900,Oil\n',
    }
    path = tmp_path / f"BACI_HS17_{version}"
    if folder:
        path.mkdir()
        for name, text in files.items():
            (path / name).write_bytes(text.encode("latin-1"))
        (path / f"BACI_HS17_{version}.zip").write_bytes(b"the zip it came from")
    else:
        zipped(path.with_suffix(".zip"), **(dict.fromkeys(FILES) | files))
    data = tmp_path / "data"
    found = path if folder else path.with_suffix(".zip")
    assert import_release(found, data) == f"HS17_{version}"
    sums = baci.load(data, level=0, by=("exporter",)).set_index("exporter")["value_usd"]
    assert sums.to_dict() == {
        "BEL": 114_000,
        "TWN": 490_000,
        "R20": 697_000,
        "PUS": 849_000,
    }
    assert len(baci.load(data, exporter="S19")) == 1  # CEPII's own name is taken too
    assert baci.products(data)["code"].tolist() == ["010121", "270900"]
    import_release(found, data)  # once more is nothing new
