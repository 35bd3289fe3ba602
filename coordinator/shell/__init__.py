"""What carries out the city's decisions: districts' streams, the planner driver, the screen. Decides nothing about orders."""
