"""The papermill engine `pagemill`: `papermill --engine pagemill in.ipynb out.ipynb`."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from papermill.engines import NBClientEngine


class WarmEngine(NBClientEngine):  # type: ignore[misc]
    """papermill's own engine with kernels that start at once (see `pagemill.kernels`)."""

    @classmethod
    def execute_notebook(
        cls, nb: NotebookNode, kernel_name: str, **options: Any
    ) -> NotebookNode:
        """Run all cells; papermill calls this with its own options and those of its caller."""
        from pagemill import kernels

        with contextlib.ExitStack() as stack:
            if "km" not in options and kernels.available():
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
                manager = kernels.WarmManager(kernel_name, kernels.PRELOAD, folder)
                options["km"] = stack.enter_context(contextlib.closing(manager))
            done: NotebookNode = super().execute_notebook(nb, kernel_name, **options)
        return done
