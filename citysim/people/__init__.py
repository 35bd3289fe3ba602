"""Simulated people on the real interfaces.

Crews use the crew service of the public API, the duty officer the city's, an operator a
district's.
"""
