"""Frames that the trade charts are drawn from, as the calculations return them."""

from __future__ import annotations

import pandas as pd

COLUMNS = ["reporter", "partner", "year", "flow", "value_usd", "low_usd", "high_usd", "basis"]


def cells(
    *rows: tuple[int, str, float, float], partner: str = "CA5", **more: object
) -> pd.DataFrame:
    """Build a cell frame from (year, flow, billions, rounding unit in billions)."""
    data = [
        (
            "CHN",
            partner,
            year,
            flow,
            v * 1e9,
            (v - unit / 2) * 1e9,
            (v + unit / 2) * 1e9,
            "published",
        )
        for year, flow, v, unit in rows
    ]
    frame = pd.DataFrame(data, columns=COLUMNS)
    frame["period"] = frame["year"].astype(str)
    frame["source_ids"] = "one;two"
    return frame.assign(**more)


# The published figures of 2023 to 2025 (data/trade.csv) and made-up ones before the gap.
REGION = cells(
    (2020, "total", 38.6, 0.1),
    (2023, "total", 89.4, 0.1),
    (2024, "total", 94.8, 0.1),
    (2025, "total", 106.3, 0.1),
    (2023, "export", 61.4, 0.1),
    (2025, "export", 71.2, 0.1),
    (2025, "import", 35.1, 0.1),
    (2025, "balance", 36.1, 0.2),
    (2023, "balance", -1.0, 0.2),
)


# growth ----------------------------------------------------------------------------------------


def growth_frame(*rows: tuple[int, str, float, float, float]) -> pd.DataFrame:
    names = ["year", "flow", "growth", "growth_low", "growth_high"]
    frame = pd.DataFrame(rows, columns=names).assign(reporter="CHN", partner="CA5")
    frame["period"] = frame["year"].astype(str)
    frame["base_period"] = (frame["year"] - 1).astype(str)
    return frame


GROWTH = growth_frame(
    (2020, "total", -0.17, -0.18, -0.16),
    (2024, "total", 0.0604, 0.0587, 0.0621),
    (2025, "total", 0.1213, 0.1202, 0.1224),
    (2025, "import", -0.02, -0.2, 0.2),
)


# index -----------------------------------------------------------------------------------------


def index_frame(flow: str = "total") -> pd.DataFrame:
    rows = [
        ("KAZ", 2013, 100.0),
        ("KAZ", 2025, 170.0),
        ("KGZ", 2013, 100.0),
        ("KGZ", 2025, 529.0),
        ("CA5", 2013, 100.0),
        ("CA5", 2025, 211.0),
    ]
    frame = pd.DataFrame(rows, columns=["partner", "year", "index"])
    frame = frame.assign(reporter="CHN", flow=flow, base_period="2013", basis="published")
    return frame.assign(
        period=frame["year"].astype(str), index_low=frame["index"], index_high=frame["index"]
    )


# contributions ---------------------------------------------------------------------------------


def contribution_frame(*rows: tuple[str, str, float, float, float]) -> pd.DataFrame:
    names = ["partner", "period", "contribution", "contribution_low", "contribution_high"]
    frame = pd.DataFrame(rows, columns=names)
    return frame.assign(base_period="2024", change_usd=0.0, missing="")


PARTS = contribution_frame(
    ("KAZ", "2025", 0.050, 0.0498, 0.0502),
    ("KGZ", "2025", 0.047, 0.0468, 0.0472),
    ("TKM", "2025", -0.007, -0.0072, -0.0068),
    ("not allocated", "2025", 0.031, 0.030, 0.032),
)


# share -----------------------------------------------------------------------------------------


def share_frame() -> pd.DataFrame:
    rows = [(2020, 0.0083), (2024, 0.0154), (2025, 0.0167)]
    frame = pd.DataFrame(rows, columns=["year", "share"]).assign(
        reporter="CHN", partner="CA5", flow="total", basis="published"
    )
    return frame.assign(
        period=frame["year"].astype(str),
        share_low=frame["share"] - 0.0001,
        share_high=frame["share"] + 0.0001,
    )


# months ----------------------------------------------------------------------------------------


def month_frame() -> pd.DataFrame:
    """Months of both flows in yuan, March missing, as `running.figures` returns them."""
    values = {"export": (38, 26, 40, 41), "import": (9, 8, 7, 6)}
    months = ("2024-01", "2024-02", "2024-04", "2024-05")
    rows = [
        (flow, month, value * 1e8)
        for flow, figures in values.items()
        for month, value in zip(months, figures, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["flow", "period", "value"])
    frame = frame.assign(reporter="CHN", partner="KAZ", source_ids="one", year=2024)
    return frame.assign(low=frame["value"], high=frame["value"])


def ytd_frame() -> pd.DataFrame:
    """The newest sum to date: 224.29 billion yuan, printed growth 19.4%."""
    value = 224_292_900_132.0
    row = {"reporter": "CHN", "partner": "KAZ", "flow": "total", "period": "2026-7M"}
    row |= {"value": value, "low": value, "high": value, "source_ids": "one"}
    row |= {"growth": 0.194, "growth_low": 0.1935, "growth_high": 0.1945}
    return pd.DataFrame([row])


def split_frame() -> pd.DataFrame:
    """Contributions by partner and flow, as `running.contributions` returns them."""
    rows = [("KGZ", "import", -0.079), ("KAZ", "import", 0.072), ("KGZ", "export", -0.022)]
    frame = pd.DataFrame(rows, columns=["partner", "flow", "contribution"])
    return frame.assign(reporter="CHN", period="2026-7M", growth=0.1, source_ids="one")


# coverage --------------------------------------------------------------------------------------


def coverage_frame() -> pd.DataFrame:
    rows = [
        ("KAZ", "total", "2024", "reported", 4),
        ("KAZ", "total", "2025", "reported", 1),
        ("KAZ", "export", "2024", "converted", 1),
        ("KAZ", "export", "2025", "derived", 0),
        ("TKM", "total", "2024", "zero", 1),
        ("TKM", "total", "2025", "not_yet_reported", 0),
        ("TKM", "export", "2024", "missing", 0),
        ("TKM", "export", "2025", "missing", 0),
    ]
    names = ["partner", "flow", "period", "status", "n_sources"]
    frame = pd.DataFrame(rows, columns=names).assign(reporter="CHN")
    return frame.assign(year=frame["period"].astype(int))


# both books ------------------------------------------------------------------------------------


def both_frame() -> pd.DataFrame:
    china = cells((2023, "total", 19.8, 0.1), (2024, "total", 22.71, 0.01), partner="KGZ")
    kyrgyz = cells((2024, "total", 5.6, 0.1)).assign(reporter="KGZ", partner="CHN")
    return pd.concat([china, kyrgyz], ignore_index=True).assign(china_flow="total")
