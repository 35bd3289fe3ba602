"""What carries out the city's decisions: districts' streams, the planner."""
