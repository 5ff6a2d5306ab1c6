"""Newer or larger data from its publishers, in the library's own tables.

Nothing else in the library touches the network, and nothing here does so on import: `commands`
imports nothing that takes time, as every command line does it. What is fetched is read by
`catrade_fetch.rows`.
"""
