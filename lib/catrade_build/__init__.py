"""From rows that were published to an *edition*: a few wide tables, whole, as known on a day.

`edition.table` gives a table, which is made when it is first asked for; `catrade build` writes all.
What a column holds, in which unit, stands in `defined/`.
"""
