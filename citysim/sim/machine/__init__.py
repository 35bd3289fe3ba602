"""A simulated computer: its clocks, its disk's moods, and the journal's writer on it."""
