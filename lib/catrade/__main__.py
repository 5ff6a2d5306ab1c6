"""Where the command `catrade` begins (also `python -m catrade`)."""

from __future__ import annotations

import gc
import sys

from pagemill.leave import end_with


def main() -> int:
    """Run the command in a process of its own, which ends with its exit status."""
    return end_with(run_command)


def run_command() -> int:
    """Run the command and return its exit status."""
    # What is imported stays: looking for garbage meanwhile takes a twentieth of a short command.
    gc.set_threshold(50_000)
    try:
        from catrade.cli import main as run

        return run()
    except KeyboardInterrupt:
        sys.stderr.write("catrade: interrupted; nothing was changed\n")
        return 130


if __name__ == "__main__":
    sys.exit(main())
