"""The faults: which kinds there are, and how a run's are drawn from its seed. Values only."""
