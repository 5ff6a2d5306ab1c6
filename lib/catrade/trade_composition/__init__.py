"""What is traded: the notebook `trade_composition`."""
