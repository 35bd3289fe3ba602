"""Lists: what a filter and an order mean, pages that hold while rows change, windows that are
watched.
"""
