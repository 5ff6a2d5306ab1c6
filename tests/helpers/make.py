"""`make` run in a folder."""

import os
import subprocess
from pathlib import Path


def said(folder: Path, *arguments: str, **environment: str) -> str:
    # Below `make test` another make would also say which folder it enters.
    ours = {
        name: value for name, value in os.environ.items() if not name.startswith("MAKE")
    }
    return subprocess.run(
        ["make", *arguments],
        cwd=folder,
        env={**ours, **environment},
        capture_output=True,
        text=True,
    ).stdout
