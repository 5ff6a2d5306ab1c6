"""Where the command `pagemill` begins (also `python -m pagemill`)."""

import sys

from pagemill.leave import end_with


def main() -> int:
    """Run the command in a process of its own, which ends with its exit status."""
    return end_with(run_command)


def run_command() -> int:
    """Run the command and return its exit status."""
    try:
        from pagemill.cli import main as run

        return run()
    except KeyboardInterrupt:  # while it is imported, or ends
        sys.stderr.write("pagemill: interrupted\n")
        return 130


if __name__ == "__main__":
    sys.exit(main())
