"""A simulated computer: its clocks, its disk's faults, and the journal's commit loop on it."""
