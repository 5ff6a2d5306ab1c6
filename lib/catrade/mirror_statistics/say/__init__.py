"""The sentences of this subject."""
