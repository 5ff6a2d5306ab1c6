"""Calculations, frame in and frame out: growth, shares, both sides, goods, market, policy."""
