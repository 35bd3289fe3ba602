"""The laws against what really happened, as the simulator noted it: one checker per file.

Without such notes they judge nothing.
"""
