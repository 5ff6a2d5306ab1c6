"""Where the command `pagemill` begins (also `python -m pagemill`)."""

import sys


def main() -> int:
    """Run the command and return its exit status."""
    try:
        from pagemill.cli import main as run

        return run()
    except KeyboardInterrupt:  # while it is imported, or ends
        sys.stderr.write("pagemill: interrupted\n")
        return 130


if __name__ == "__main__":
    sys.exit(main())
