"""An announcement judged claim by claim: the notebook `claim_check`."""
