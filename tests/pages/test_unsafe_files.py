"""Names of files, pages in the output folder and zips that mean to write elsewhere: refused."""

import contextlib
import re
import stat
import zipfile
from pathlib import Path

import pytest
from computed import page
from fetch_files import Y2022, zipped
from watched import PAYLOADS, RUN

from catrade_fetch.baci_import import import_release
from catrade_fetch.errors import FetchError
from pagemill import entries, index, provenance
from rounding.errors import ParameterError

# --- names of files -------------------------------------------------------------------------


#: Names that lead elsewhere, or that some system keeps for itself or cannot write.
NO_NAMES = [
    "../x", "/abs", "a/b", "a\\b", "..", ".", "a.", ".a", "a\0", "A", "a b", "a-", "x" * 201,
    "index", "con", "nul", "prn", "aux", "com1", "lpt9", "a\n", "ä", "a:b", "~", "%2e%2e",
]  # fmt: skip


@pytest.mark.parametrize("name", NO_NAMES)
def test_what_is_no_plain_name_is_refused(name):
    with pytest.raises(ParameterError, match="slug m"):
        entries.checked_slug(name)


ODD_NAMES = [
    f"javascript:{RUN}<!--",
    "..\\..\\evil",
    "C:evil",
    ".hidden",
    'a"b',
    "a#b",
    "a?b",
    "a%2e%2e",
    "a\nb",
    "-rf",
    "x\udcff",
]


def _page(folder: Path, name: str, **changes: object) -> None:
    block = {**(provenance.from_html(page()) or {}), **changes}
    html = f'<script type="application/json" id="{provenance.SCRIPT_ID}">'
    html += f"{provenance.to_json(block)}</script>"
    (folder / f"{name}.html").write_text(html, "utf-8")


def test_index_and_bundle_hold_plain_names_only(tmp_path):
    for name in (*ODD_NAMES, "plain-one", "Größe (2)"):
        _page(tmp_path, name)
    html = index.write_index(tmp_path, ["plain-one"]).read_text("utf-8")
    assert re.findall(r'<h2><a href="([^"]*)">', html) == [
        "plain-one.html",
        "Größe (2).html",
    ]
    target = tmp_path / "all.zip"
    assert len(index.write_bundle(tmp_path, target)) == 2
    with zipfile.ZipFile(target) as made:
        names = made.namelist()
        assert names == [
            "reports/index.html",
            "reports/Größe (2).html",
            "reports/plain-one.html",
        ]
        modes = {stat.S_IFMT(entry.external_attr >> 16) for entry in made.infolist()}
        assert modes == {0}  # nothing but plain files: no links


@pytest.mark.parametrize(
    "damage",
    [
        {"chips": "abc"},
        {"chips": [[1]]},
        {"chips": None},
        {"inputs": [1]},
        {"inputs": None},
        {"inputs": {"notebook": None}},
        {"title": {}},
        {"data_date": PAYLOADS[0]},
        {"finding": 3},
        {"topic": None},
        *({"card": card} for card in (3, [])),
        {"card": {"figure": "<b>" * 30}},
    ],
    ids=str,
)
def test_a_damaged_page_does_not_stop_the_index_of_the_others(damage, tmp_path):
    _page(tmp_path, "bad", **damage)
    _page(tmp_path, "good")
    html = index.write_index(tmp_path).read_text("utf-8")
    assert 'href="good.html"' in html
    assert "<b><b>" not in html
    assert RUN not in re.sub(r"&lt;.*?&gt;.*?&lt;/script&gt;", "", html)


# --- zips -----------------------------------------------------------------------------------

_MEMBER = "BACI_HS17_Y2022_V202601.csv"


def _attacked(
    path: Path, *members: tuple[str | zipfile.ZipInfo, str], **changes: None
) -> Path:
    zipped(path, **changes)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def _files(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def test_a_zip_writes_nothing_outside_its_folder(tmp_path):
    outside = [
        f"../../{_MEMBER}",
        f"/{_MEMBER}",
        f"..\\{_MEMBER}",
        "../../evil.txt",
        "/evil.txt",
    ]
    for name in outside:
        file = _attacked(tmp_path / "x.zip", (name, Y2022), **{_MEMBER: None})
        folder = tmp_path / "root" / "data"
        with contextlib.suppress(FetchError):
            import_release(file, folder, force=True)
        assert {name.split("/")[0] for name in _files(tmp_path)} <= {"x.zip", "root"}
        assert {name.split("/")[0] for name in _files(tmp_path / "root")} <= {"data"}
        assert all(name.startswith("fetched/baci/") for name in _files(folder))


def test_a_bomb_is_refused_before_it_goes_off(tmp_path):
    row = "2022,156,398,870380,1.000,1.000\n"
    bomb = "t,i,j,k,v,q\n" + row * (40_000_000 // len(row))
    file = _attacked(tmp_path / "x.zip", (_MEMBER, bomb), **{_MEMBER: None})
    assert file.stat().st_size < 500_000
    with pytest.raises(
        FetchError, match=r"packed \d+ to 1, which figures of trade cannot be"
    ):
        import_release(file, tmp_path / "data")
    names = "country_code,country_name\n" + "156,China" * 4_000_000
    file = _attacked(tmp_path / "x.zip", **{"country_codes_V202601.csv": names})
    with pytest.raises(
        FetchError, match=r"country_codes\S+ with 36 MB, packed \d+ to 1"
    ):
        import_release(file, tmp_path / "data")
