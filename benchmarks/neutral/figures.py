"""What pagemill has to know of the neutral notebook; the other tools need nothing of the kind."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from pagemill.params import Parameters
from pagemill.project import Project


class Figures(Parameters):
    """What the notebook `figures` may be asked."""

    topic: ClassVar[str] = "Figures"
    slug_fields: ClassVar[tuple[str, ...]] = ("seed",)

    seed: int = Field(
        1, ge=1, le=99, title="Seed", description="What the numbers are drawn with"
    )


PROJECT = Project(
    "figures",
    {"figures": Figures},
    title="Six figures",
    about="Made-up measurements.",
    warm="seaborn",
)
