"""How fast trade grows: the notebook `trade_growth`."""
