"""Projections: what several laws derive from a history, computed once by `node.projection(f)`.

They judge nothing, and use no core of those that are judged.
"""
