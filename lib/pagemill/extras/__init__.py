"""What not every press needs: several machines, and rows of a file as reports.

Nothing else of the press imports them, but each where the option stands that asks for it.
"""
