"""The kernel: the city's vocabulary and the plumbing that two or more tiers use. Imports no tier."""
