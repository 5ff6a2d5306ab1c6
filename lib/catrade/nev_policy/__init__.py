"""China's policy for new-energy vehicles: the notebook `nev_policy_timeline`."""
