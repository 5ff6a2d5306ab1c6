"""`python -m benchmarks [NAME …]`: one benchmark with its options; none: render, then weight."""

from __future__ import annotations

import runpy
import sys

NAMES = ("render", "plan", "weight", "neutral", "baci", "edition", "mutation")


def main() -> None:
    asked = sys.argv[1:]
    if asked and asked[0] not in NAMES:
        sys.exit(
            f"benchmarks: NAME must be one of {', '.join(NAMES)}; got {asked[0]!r}"
        )
    for name in asked[:1] or ("render", "weight"):
        sys.argv = [f"benchmarks.{name}", *asked[1:]]
        try:
            runpy.run_module(f"benchmarks.{name}", run_name="__main__")
        except ModuleNotFoundError as error:
            sys.exit(
                f"benchmarks: {name} needs the package {error.name}, one of the test tools: install"
                " them with `make test`, or `pip install -r requirements-test.lock`"
            )


if __name__ == "__main__":
    main()
