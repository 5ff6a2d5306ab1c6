"""The figures of this subject."""
