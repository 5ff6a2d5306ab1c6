"""The loaders: tables as an analyst asks for them."""
