"""Where the command `catrade` begins (also `python -m catrade`).

A full rendering waits most for the imports of its kernels' server. So the server is started here,
before the command line's own libraries are imported.
"""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Sequence

from catrade.errors import CatradeError


def main() -> int:
    """Run the command and return its exit status."""
    # What is imported stays: looking for garbage meanwhile takes a twentieth of a short command.
    gc.set_threshold(50_000)
    try:
        # What keeps the server from starting is said in a sentence by what needs it.
        with contextlib.suppress(CatradeError, OSError):
            _start_early(sys.argv[1:])
        from catrade.cli import main as run

        return run()
    except KeyboardInterrupt:
        sys.stderr.write("catrade: interrupted; nothing was changed\n")
        return 130


def _start_early(arguments: Sequence[str]) -> None:
    elsewhere = ("--cluster", "--explain", "--list")
    if (
        arguments[:1] == ["render"]
        and "--force" in arguments
        and not any(argument.startswith(elsewhere) for argument in arguments)
    ):
        from catrade.report import warm

        warm.start_server()


if __name__ == "__main__":
    sys.exit(main())
