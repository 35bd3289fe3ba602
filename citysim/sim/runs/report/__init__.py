"""Results on a terminal, in two languages, and as JSON. Computes nothing."""
