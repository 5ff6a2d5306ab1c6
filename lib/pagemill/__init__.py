"""A press for notebooks: reports from parameterised notebooks, quickly and traceably."""

__version__ = "0.5.0"
