"""What a kernel of a report has beside any other: an extension of IPython, loaded at its start."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Any


def load_ipython_extension(shell: Any) -> None:
    """Have ids in SVG be no chance, figures say what they are of, and forked processes end."""
    with contextlib.suppress(ImportError):
        import matplotlib

        matplotlib.rcParams["svg.hashsalt"] = "report"
    kernel = os.getpid()
    write = shell.display_formatter.format

    def leave_a_fork(result: Any) -> None:
        """End a process that a cell forked, once the cell is done there too.

        It would go on as the kernel, answer in its place, and nobody would hear the real answer.
        """
        if os.getpid() != kernel:
            error = result.error_in_exec
            code = error.code if isinstance(error, SystemExit) else error is not None
            sys.stdout.flush()
            os._exit(code if isinstance(code, int) else int(code is not None))

    def describe(shown: Any, *args: Any, **options: Any) -> Any:
        """Return how an object is written, with what a figure is of beside its picture."""
        data, about = write(shown, *args, **options)
        drawn = sys.modules.get("matplotlib.figure")
        if drawn and isinstance(shown, drawn.Figure):
            texts = [shown.get_suptitle()]
            for axes in shown.axes:
                texts += [axes.get_title(loc=at) for at in ("left", "center", "right")]
                texts += [axes.get_ylabel(), axes.get_xlabel()]
            words = dict.fromkeys(" ".join(text.split()) for text in texts if text)
            about["drawn"] = "; ".join(words)
        return data, about

    shell.display_formatter.format = describe
    shell.events.register("post_run_cell", leave_a_fork)
