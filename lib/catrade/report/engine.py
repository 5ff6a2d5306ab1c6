"""The papermill engine `catrade`: `papermill --engine catrade in.ipynb out.ipynb`.

papermill imports this module each time it is imported itself, so it loads nothing here.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from catrade.report import warm

if TYPE_CHECKING:
    from nbformat import NotebookNode

#: Kernel names that mean the Python of this environment.
OUR_KERNELS = ("python3", "python", "")


class CatradeEngine:
    """Runs cells in a kernel forked from a warm server; otherwise papermill's own engine.

    Where forking is not safe (not Linux), the server is gone, or the notebook wants another kernel
    than this environment's Python, papermill starts an ordinary kernel.

    In a forked kernel pandas keeps text as Python's own (`pd.options.mode.string_storage`), which
    suits small frames; a notebook of large ones may set it back.
    """

    @classmethod
    def execute_notebook(cls, nb: NotebookNode, kernel_name: str, **options: Any) -> NotebookNode:
        """Run all cells; papermill calls this with its own options and those of its caller."""
        from papermill.engines import NBClientEngine

        with contextlib.ExitStack() as stack:
            if warm.available() and kernel_name in OUR_KERNELS:
                from catrade.report.client import WarmKernel

                with contextlib.suppress(warm.ServerGoneError):
                    options["km"] = stack.enter_context(contextlib.closing(WarmKernel()))
            done: NotebookNode = NBClientEngine.execute_notebook(nb, kernel_name, **options)
        return done

    @classmethod
    def nb_kernel_name(cls, nb: NotebookNode, name: str | None = None) -> str:
        """Return the kernel's name from the argument or the notebook."""
        from papermill.utils import nb_kernel_name

        found: str = nb_kernel_name(nb, name)
        return found

    @classmethod
    def nb_language(cls, nb: NotebookNode, language: str | None = None) -> str:
        """Return the language from the argument or the notebook."""
        from papermill.utils import nb_language

        found: str = nb_language(nb, language)
        return found
