"""What each of the simulator's commands does on a terminal. Imported when it is called; the options are `citysim.sim.cli`'s."""
