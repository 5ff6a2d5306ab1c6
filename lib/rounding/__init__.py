"""Numbers as published: intervals, digits, periods, dates and errors. All else stands on it."""
