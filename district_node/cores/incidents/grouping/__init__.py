"""Which cases are one or many: moved contributions, areas, their bounds."""
