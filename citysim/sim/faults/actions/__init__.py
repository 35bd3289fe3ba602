"""Fault actions: what a fault does to the world when it begins and when it ends."""
