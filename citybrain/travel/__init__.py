"""How long a unit takes to a place: the port, its values, and the great circle as the default."""
