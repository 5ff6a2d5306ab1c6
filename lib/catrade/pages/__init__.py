"""One room a notebook: what its page says and draws that a notebook cannot hold."""
