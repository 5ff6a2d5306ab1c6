"""Where the command `pagemill` begins (also `python -m pagemill`)."""

import sys

from pagemill.leave import end_with


def main() -> int:
    """Run the command in a process of its own, which ends with its exit status."""
    return end_with("pagemill", _run)


def _run() -> int:
    from pagemill.cli import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
