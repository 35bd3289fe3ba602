"""A small world on the production cores: what there is, what can happen, what was told. Chooses nothing and counts nothing."""
