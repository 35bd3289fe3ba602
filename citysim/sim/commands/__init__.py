"""What each simulator command does on a terminal. The options are declared in `citysim.sim.cli`."""
