"""The city's one screen, a client of the public API."""
