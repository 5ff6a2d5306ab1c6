"""What not every press needs: several machines, stores, watching, rows as reports, frames that run.

Nothing else of the press imports them, but each where the option stands that asks for it.
"""
