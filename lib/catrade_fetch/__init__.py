"""Newer or larger data from its publishers, as rows of the library's own tables.

What comes is kept as it came (`store`, `kept`, `answers`, `baci`); `rows` writes the tables that
the library reads. Nothing in the library imports this package: its command and its check are found
by entry point. Nothing here touches the network on import, and `commands` imports nothing that
takes time, as every command line does it.
"""
