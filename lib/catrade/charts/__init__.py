"""Drawing for pages: house style, lines and labels, what `ct.show` makes of any drawing.

What an author types of it is `catrade.page` and `ct.show` (docs/drawing.md).
"""
