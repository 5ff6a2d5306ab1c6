"""What the trade growth page says, and its own charts."""
