"""The reports of a folder in one zip: the index and every page it lists."""

from __future__ import annotations

import zipfile
from pathlib import Path

from pagemill import index
from pagemill.pages import INDEX
from pagemill.unfinished import replacing

#: Folder inside the zip, so that unpacking scatters nothing.
FOLDER = "reports"
# The earliest date a zip can hold: the same pages give the same bytes.
_DATE = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_MODE = 0o644 << 16


def write_bundle(output: Path, target: Path) -> list[str]:
    """Write the index of a folder and the pages it lists into one zip.

    Parameters
    ----------
    output
        Folder of the reports, with its `index.html`.
    target
        The zip; it is replaced when the new one is complete.

    Returns
    -------
    list of str
        Names of the pages in it, without the index. The same pages give the same bytes.

    Raises
    ------
    ReportError
        If a page cannot be read or the zip cannot be written.
    """
    names = sorted(f"{card.slug}.html" for card in index.read_cards(output))
    with (
        replacing(target, f"the bundle {target}") as file,
        zipfile.ZipFile(file, "w") as bundle,
    ):
        for name in (INDEX, *names):
            entry = zipfile.ZipInfo(f"{FOLDER}/{name}", _DATE)
            entry.create_system, entry.external_attr = _UNIX, _MODE
            entry.compress_type = zipfile.ZIP_DEFLATED
            bundle.writestr(entry, (output / name).read_bytes(), compresslevel=9)
    return names
