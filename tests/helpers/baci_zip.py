"""A small release of BACI, right in all its parts; tests change one at a time."""

import zipfile
from pathlib import Path

from catrade_fetch.baci_import import import_release

COUNTRIES = (
    "country_code,country_name,country_iso2,country_iso3\n"
    "156,China,CN,CHN\n398,Kazakhstan,KZ,KAZ\n516,Namibia,NA,NAM\n"
    '417,"Kyrgyzstan, Republic of",KG,KGZ\n'
    "729,Sudan,SD,SDN\n736,Sudan (...2011),SD,SDN\n"
)
PRODUCTS = 'code,description\n010121,"Horses: live, pure-bred"\n270900,Oils\n870380,Electric cars\n'
HEAD = "t,i,j,k,v,q\n"
# v in thousand dollars, padded as in the release; q in tonnes, NA where not known
Y2021 = (
    "t,i,j,k,v,q\n"
    "2021,156,398,870380,     1500.250,      300.000\n"
    "2021,156,398,270900,        0.016,           NA\n"
    "2021,156,516,870380,       10.000,        2.000\n"
    "2021,398,156,270900,     4000.000,     9000.000\n"
)
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


def zipped(path: Path, **changes: str | None) -> Path:
    files = {**FILES, **changes}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            if text is not None:
                archive.writestr(name, text)
    return path


def imported(root: Path) -> Path:
    """Import the release and return the data folder."""
    import_release(zipped(root / "BACI_HS17_V202601.zip"), root / "data")
    return root / "data"
