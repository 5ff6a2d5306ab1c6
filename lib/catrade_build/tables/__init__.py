"""What is held: tables.yaml and checked frames, names of countries, what may be asked for."""
