"""The simulated life of scene packs: what happens in front of their assets, and who comes. Values
and the reader of `life.toml`; nothing moves here.
"""
