"""From a plan to pages: plan (`reports.toml` to runs), run, render, index.

Nothing here knows of trade: a run is a notebook and its parameters, a page is what it printed.
"""
