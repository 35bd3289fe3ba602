"""Faults injected into the demo's city of real processes, judged by the laws' checkers.

`citybrain chaos` runs it; README.md says how to read a run.
"""
