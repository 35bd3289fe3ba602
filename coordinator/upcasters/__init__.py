"""Upcasters of what the city stores: one file each, `KIND_vN.py`, whose pure function `upcast`
makes a text of version N one of version N + 1. Named in `coordinator.formats`; never edited once
released.
"""
