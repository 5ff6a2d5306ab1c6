"""What the mirror statistics page says."""
