"""A tiny project of its own: sine waves, and what the press has to know of them."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from pagemill.params import Parameters
from pagemill.project import Project


class Wave(Parameters):
    """What the notebook `wave` may be asked."""

    topic: ClassVar[str] = "Waves"
    slug_fields: ClassVar[tuple[str, ...]] = ("number",)

    number: int = Field(
        3, ge=1, le=9, title="Waves", description="How many waves are drawn"
    )


PROJECT = Project(
    "waves", {"wave": Wave}, title="Waves", about="Sines, as many as you like."
)
