"""What the trade composition page says, and its own charts."""
