"""Playbooks: the schema of a pack's `kinds/*.toml`, and the loader that checks all of a district at
once.
"""
