"""The claim check: what an announcement says, held against what is published."""
