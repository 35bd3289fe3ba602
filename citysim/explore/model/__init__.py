"""A small world on the production cores: its states, what can happen in each, and what is observed.
Chooses nothing and counts nothing."""
