"""The kernel: the vocabulary and the infrastructure that two or more tiers use. Imports no tier."""
