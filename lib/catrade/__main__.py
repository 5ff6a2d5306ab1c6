"""Where the command `catrade` begins (also `python -m catrade`)."""

from __future__ import annotations

import gc
import sys

from pagemill.leave import end_with


def main() -> int:
    """Run the command in a process of its own, which ends with its exit status."""
    # What is imported stays: looking for garbage meanwhile takes a twentieth of a short command.
    gc.set_threshold(50_000)
    return end_with("catrade", _run)


def _run() -> int:
    from catrade.cli import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
