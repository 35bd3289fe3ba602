"""The whole city on one machine, on the production code: demo and law checkers; the simulator comes
here. Imported by nobody."""
