"""Which case something is, beyond what it began with: merged and split by hand, grouped by area."""
