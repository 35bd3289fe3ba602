"""When a fault is over: what the city still owes, and what it still lacks."""
