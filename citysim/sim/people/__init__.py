"""The people of the simulated city: crews with their phones, operators and a duty officer. They see what screens show and what is really so, nothing else."""
