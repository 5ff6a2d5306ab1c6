"""Totals of the five and the region as frames: published ones, and drawn ones with their truth."""

import pandas as pd

from catrade_build.cells.chosen import all_cells
from catrade_build.tables.names import CENTRAL_ASIA


def annual(
    trade: pd.DataFrame, *, reporter: str = "CHN", partner: str | None = None
) -> pd.DataFrame:
    """Return yearly cells of China's trade with the five and CA5, or of their own with China."""
    side, other = "partner", "reporter"
    if reporter == "partner":
        side, other = other, side
    wanted = [partner] if partner else [*CENTRAL_ASIA, "CA5"]
    cells = all_cells(trade)
    cells = cells[cells[side].isin(wanted) & cells[other].eq("CHN")]
    return cells.reset_index(drop=True)


def table(rows: list[tuple], **more) -> pd.DataFrame:
    """Rows of (partner, period, billions, half width in billions)."""
    frame = pd.DataFrame(rows, columns=["partner", "period", "value_bn", "half"])
    half = frame.pop("half")
    low, high = frame["value_bn"] - half, frame["value_bn"] + half
    return frame.assign(low_bn=low, high_bn=high, **more)


CA5 = table([("CA5", "2024", 94.82, 0.005), ("CA5", "2025", 106.3, 0.05)])
# As published: 2024 to the hundredth, 2025 to the tenth, Turkmenistan "about 10".
FIVE = table(
    [
        ("KAZ", "2024", 43.82, 0.005),
        ("KAZ", "2025", 48.7, 0.05),
        ("KGZ", "2024", 22.71, 0.005),
        ("KGZ", "2025", 27.2, 0.05),
        ("TJK", "2024", 3.86, 0.005),
        ("TJK", "2025", 4.3, 0.05),
        ("TKM", "2024", 10.65, 0.005),
        ("TKM", "2025", 10.0, 0.5),
        ("UZB", "2024", 13.78, 0.005),
        ("UZB", "2025", 16.2, 0.05),
    ]
)
