"""What can go wrong in a simulated city: a closed table of kinds, and a plan of faults drawn from the seed."""
