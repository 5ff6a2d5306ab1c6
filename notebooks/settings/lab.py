"""JupyterLab as `make lab` starts it: what a run shows is not saved in catrade's own notebooks.

They come without outputs; a notebook of one's own keeps what it shows.
"""

from pathlib import PurePosixPath
from typing import Any

from catrade.params import NOTEBOOKS

OURS = {"explore", *NOTEBOOKS}


def as_it_came(model: dict[str, Any], path: str, **_: Any) -> None:
    """Take out of a notebook of catrade's what running it has added."""
    if model["type"] != "notebook" or PurePosixPath(path).stem not in OURS:
        return
    model["content"]["metadata"]["language_info"] = {"name": "python"}
    for cell in model["content"]["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None


get_config().FileContentsManager.pre_save_hook = as_it_came  # type: ignore # noqa: F821
