"""The scenario generator: a seeded model of a city and its street events. Pure functions."""
