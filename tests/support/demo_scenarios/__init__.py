"""Whole demonstrations on real video that something happens to: each a script of its own, because
a supervisor becomes the subreaper of its process. `python -m demo_scenarios.NAME FOLDER` prints
what came of it as one line of JSON.
"""
