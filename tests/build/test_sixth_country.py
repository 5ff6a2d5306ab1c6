"""A sixth country, and a group of six, are rows: nothing of the code names who has a page.

The figures are made up, in billions of dollars, and so round that all can be worked out by hand.
"""

import json
import shutil
from pathlib import Path

import pytest
from processes import python

ROOT = Path(__file__).parents[2]
SIX = ["MNG", "AFG", "PAK", "NPL", "MMR", "LAO"]
SOURCE, ANNOUNCED = "mongolia-2026", "mongolia-said-2026"
#: China's exports to and imports from each, the last year without Mongolia's own.
YEARS = {
    2021: (2.0, 6.0),
    2022: (2.0, 8.0),
    2023: (2.5, 7.5),
    2024: (3.0, 9.0),
    2025: (3.3, 6.6),
}
#: Their own books: of China's exports a tenth more, of its imports a tenth less.
OWN = {year: (1.1 * out, 0.9 * back) for year, (out, back) in YEARS.items()}
GROUP = f"S06,Six Neighbours,,,,,,yes,yes,{';'.join(SIX)}"
PUBLISHED = [
    f"{name},Made up,Figures of six,https://example.org,publisher,2026-03-01,official,public,,"
    for name in (SOURCE, ANNOUNCED)
]
CLAIM = (
    f"mongolia-2025,{ANNOUNCED},1,Trade with Mongolia fell by 17.5 per cent,growth,"
    f"CHN,MNG,,total,2025,,,CHN;partner,-0.175,0.001,nearest,fraction,,{ANNOUNCED},"
)


def rows_of_trade() -> list[str]:
    def row(reporter, partner, year, flow, billions):
        value = round(billions * 1e9)
        end = f"{value},USD,1,nearest,,,false,{SOURCE},ok,,goods,"
        return f"{reporter},{partner},{year},{flow},{end}"

    rows = []
    for year, (out, back) in YEARS.items():
        for country in SIX:
            rows.append(row("CHN", country, year, "export", out))
            rows.append(row("CHN", country, year, "import", back))
            bought, sold = OWN[year]
            rows.append(row(country, "CHN", year, "import", bought))
            rows.append(row(country, "CHN", year, "export", sold))
        rows.append(row("MNG", "WLD", year, "export", 10.0))
        rows.append(row("MNG", "WLD", year, "import", 10.0))
    return rows


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """The tables of this project with what was made up added."""
    folder = tmp_path_factory.mktemp("six") / "data"
    ignored = shutil.ignore_patterns("fetched")
    shutil.copytree(ROOT / "data", folder, ignore=ignored)
    added = {
        "countries": [GROUP],
        "sources": PUBLISHED,
        "claims": [CLAIM],
        "trade": rows_of_trade(),
    }
    for name, lines in added.items():
        with (folder / f"{name}.csv").open("a", encoding="utf-8") as table:
            table.write("".join(f"{line}\n" for line in lines))
    return folder


#: What a new Python says of these tables; groups are read when the library is imported.
ASK = """
import json
import catrade as ct
from catrade_build.check.check import check_data
from catrade_build.edition import table
from catrade_build.tables.paths import data_dir

figures = table("figures").query("freq == 'year' and currency == 'USD' and flow == 'total'")
cells = figures.set_index(["reporter", "partner", "year"])
columns = ["value", "growth", "mirror", "share"]
claims = table("claims").query("claim_id == 'mongolia-2025'")
told = {
    "faults": [str(fault) for fault in check_data(data_dir()).problems],
    "cells": {
        " ".join(map(str, cell)): cells.loc[cell, columns].tolist()
        for cell in [("CHN", "MNG", 2025), ("MNG", "CHN", 2025), ("CHN", "S06", 2025),
                     ("S06", "CHN", 2025)]
    },
    "verdicts": claims.set_index("books")["verdict"].to_dict(),
    "judged": ct.claim("Mongolia", growth=-0.175)["verdict"].tolist(),
    "trade": ct.trade("Six Neighbours", "total", 2025, 2025)["value"].tolist(),
    "members": table("countries").set_index("code").loc["S06", ["name", "inside"]].tolist(),
}
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def told(data):
    return json.loads(python(ASK, CATRADE_DATA=str(data)))


def test_the_tables_have_no_fault(told):
    assert told["faults"] == []
    assert told["members"] == ["Six Neighbours", "Six Neighbours"]


#: Value, growth, the other side's figure: 3.3 + 6.6 after 3.0 + 9.0; of its own 3.63 + 5.94 after
#: 3.3 + 8.1; six times as much of six.
BOOKS = {
    "CHN MNG 2025": (9.9, 9.9 / 12.0 - 1, 9.57),
    "MNG CHN 2025": (9.57, 9.57 / 11.4 - 1, 9.9),
    "CHN S06 2025": (6 * 9.9, 9.9 / 12.0 - 1, 6 * 9.57),
    "S06 CHN 2025": (6 * 9.57, 9.57 / 11.4 - 1, 6 * 9.9),
}


@pytest.mark.parametrize("cell", BOOKS)
def test_a_sixth_country_and_a_group_of_six_have_growth_and_both_books(told, cell):
    assert told["cells"][cell][:3] == pytest.approx(BOOKS[cell])


def test_what_is_asked_of_them_at_the_door(told):
    assert told["cells"]["MNG CHN 2025"][3] == pytest.approx(9.57 / 20.0)  # of 10 + 10
    assert told["trade"] == [pytest.approx(6 * 9.9)]


def test_a_claim_on_it_is_judged(told):
    # China's own fell by 17.5 per cent, Mongolia's by 16.1.
    assert told["verdicts"] == {"CHN": "holds", "partner": "does not hold"}
    assert told["judged"] == ["holds", "does not hold"]


def test_a_group_in_another_folder_has_the_members_that_stand_there(tmp_path):
    (tmp_path / "countries.csv").write_text(
        "code,name_en,iso2,m49,summed,members\nCA5,Central Asia,,143,yes,KAZ;MNG\n",
        encoding="utf-8",
    )
    code = "from catrade_build.tables.names import CENTRAL_ASIA; print(*CENTRAL_ASIA)"
    assert python(code, CATRADE_DATA=str(tmp_path)).split() == ["KAZ", "MNG"]
    # What the check refuses for a column that is missing leaves our own.
    (tmp_path / "countries.csv").write_text("code,name_en\nCA5,Central Asia\n", "utf-8")
    assert len(python(code, CATRADE_DATA=str(tmp_path)).split()) == 5


PAGE = """
from computed import page_of
page = page_of({notebook!r}, partner={partner!r}, reporter="CHN")
print(page)
"""


GROWTH = "The six countries publishing statistics count $57"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("notebook", "partner", "says"),
    [("trade_growth", "S06", GROWTH), ("country_dossier", "MNG", "Mongolia")],
)
def test_it_has_a_page(data, notebook, partner, says):
    code = PAGE.format(notebook=notebook, partner=partner)
    helpers = str(Path(__file__).parents[1] / "helpers")
    page = python(code, CATRADE_DATA=str(data), PYTHONPATH=helpers)
    assert says in page
    assert page.count("<figure") >= 1
