"""An explicit-state model checker for the two-owners protocol: every interleaving of small worlds,
on the production cores. Not the simulator: no seed, no chance."""
