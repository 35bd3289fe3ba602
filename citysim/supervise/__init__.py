"""Real processes under one parent: started in order, watched, started again when they die, stopped in order, none left behind. Knows nothing of cities."""
