"""Bugs planted in production code, one at a time, which a law must catch within 200 seeds."""
