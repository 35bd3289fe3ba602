"""`citybrain demo`: one city on this machine, of real processes, on real video."""
