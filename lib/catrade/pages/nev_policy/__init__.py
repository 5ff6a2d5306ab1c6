"""What the pages on new energy vehicles need beside `ct`: the car market, relief, events, words."""

from catrade.calc.market import (
    home_and_abroad,
    makers,
    registered_by_police,
    registrations,
    same_months,
    yearly_shares,
)
from catrade.calc.relief import highest_support, tax_periods, tax_relief_on
from catrade.pages.nev_policy.events import (
    LANE_COLOURS,
    best_source,
    focus_day,
    focus_name,
    in_focus,
    landmarks,
    main_rules,
    next_changes,
    report_day,
)
from catrade.pages.nev_policy.register import register_rows
from catrade.pages.nev_policy.say import (
    begun,
    buyer,
    buyer_title,
    landmarks_title,
    selection,
    weekdays,
)
from catrade.tables.policy import load_market as market

__all__ = [
    "LANE_COLOURS",
    "begun",
    "best_source",
    "buyer",
    "buyer_title",
    "focus_day",
    "focus_name",
    "highest_support",
    "home_and_abroad",
    "in_focus",
    "landmarks",
    "landmarks_title",
    "main_rules",
    "makers",
    "market",
    "next_changes",
    "register_rows",
    "registered_by_police",
    "registrations",
    "report_day",
    "same_months",
    "selection",
    "tax_periods",
    "tax_relief_on",
    "weekdays",
    "yearly_shares",
]
