"""English short names of all countries (ISO 3166-1), for figures that were fetched.

The names the bundled tables use are in `catrade.tables.names.NAMES` and in `countries.csv`; a test
compares the ones of `countries.txt`, beside this module, with the standard.
"""

from __future__ import annotations

from pathlib import Path

_FILE = Path(__file__).with_name("countries.txt")
#: Code to name of every country that `catrade.tables.names.NAMES` does not have.
WORLD = {line[:3]: line[4:] for line in _FILE.read_text(encoding="utf-8").splitlines()}
