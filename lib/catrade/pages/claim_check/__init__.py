"""What the claim check page says."""
