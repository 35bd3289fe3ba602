"""Every interleaving of the two-owners protocol in small worlds, on the production cores: explored, counted, judged. Not the simulator: no seed, no chance."""
