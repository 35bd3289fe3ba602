"""Sends pages: the letters of the cores to people, by the channels that a configuration names."""
