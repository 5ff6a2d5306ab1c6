"""What the pages on new energy vehicles say."""
