"""From published values to one figure a cell."""
