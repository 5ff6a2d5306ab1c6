"""The checks of the tables: faults in `check`, figures that do not fit each other in `strict`."""
