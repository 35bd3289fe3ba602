"""What a city's own package adds without a fork: adapters, detectors, sources and scene packs, by
their entry points. Imports nothing of them that no configuration names.
"""
