"""Both sides' statistics of one flow: the notebook `mirror_statistics`."""
