"""Node time: how a node's one clock is made of the machine's clocks, and whom it believes."""
