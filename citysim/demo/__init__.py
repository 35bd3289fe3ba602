"""`citybrain demo`: one city of real processes on this machine, on real video."""
