"""From rows that were published to an *edition*: a few wide tables, made whole, as known on a day.

`figures` is the first of them: `catrade_build.edition` makes it and keeps it, `catrade build` writes
it. What a column holds, in which unit, stands in `edition.yaml`.
"""
