"""The laws against what really happened, as whoever simulated the city noted it: one checker a file. Without such notes they judge nothing."""
