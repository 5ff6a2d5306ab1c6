"""What a command has done before its own work: imported by the server that forks commands."""

import contextlib
import importlib
import io
import os
from pathlib import Path

for name in (
    "catrade.warm",
    "pagemill.run",
    "pagemill.page",
    "papermill",
    "catrade_build.check.compare",
    "catrade_fetch.comtrade",
):
    importlib.import_module(name)

from catrade import cli  # noqa: E402
from catrade_build.check.check import check_data  # noqa: E402
from pagemill import provenance  # noqa: E402

# Most of a check's time is the first look at the tables, of a command's that at its options.
check_data(Path(__file__).parents[2] / "data")
with contextlib.redirect_stdout(io.StringIO()):
    cli.main(["fetch", "list", "--data", os.devnull])
# Once for all: somebody may edit the library while its tests run.
provenance.library_hash()
provenance.template_hash()
