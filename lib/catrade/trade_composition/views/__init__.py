"""Frames cut and arranged as the pages of this subject show them."""
