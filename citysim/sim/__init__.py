"""The whole city in one thread on virtual time: production cores and shells, one seed, one story."""
