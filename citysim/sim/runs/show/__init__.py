"""What the simulator's commands say on a terminal, in two languages, and to machines. Shows; computes nothing."""
