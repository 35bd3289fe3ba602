"""Upcasters of what the district stores: one file each, `KIND_vN.py`, whose pure function `upcast`
makes a text of version N one of version N + 1. Named in `district_node.formats`; never edited once
released.
"""
