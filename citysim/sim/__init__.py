"""The city simulator: production code of all tiers in one thread, on virtual time, from a seed."""
