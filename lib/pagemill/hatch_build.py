"""What is built: the press and the numbers it stands on, out of a checkout or an unpacked sdist.

In a checkout `rounding` lies beside the press, in an sdist inside of it; and the folder of an sdist
is not called `pagemill`.
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

#: What of this folder belongs into a wheel.
_PACKAGE = ("*.py", "py.typed", "template")


class BuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Says where each part comes from, and where it goes."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add `rounding`, and to a wheel the press."""
        goes_to = build_data["force_include"]
        root = Path(self.root)
        places = root / "rounding", root.parent / "rounding"
        goes_to[str(next(filter(Path.is_dir, places)))] = "rounding"
        if self.target_name == "wheel":
            for path in [path for part in _PACKAGE for path in root.glob(part)]:
                goes_to[str(path)] = f"pagemill/{path.name}"
