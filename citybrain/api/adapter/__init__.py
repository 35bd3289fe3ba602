"""Adapters: programs that speak for a foreign system with a district, by the public API and as
principals of their own. Here is their port, and what each is given.
"""
