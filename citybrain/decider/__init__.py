"""Feeds inputs to a tier's cores one by one, commits once, then releases what they decided. The
same in production, replay and simulation."""
