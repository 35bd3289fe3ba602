"""Upcasters of what the agent stores: one file each, `KIND_vN.py`, whose pure function `upcast`
makes a text of version N one of version N + 1. Named in `street_agent.formats`; never edited once
released.
"""
