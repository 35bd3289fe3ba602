"""A district's day on real processes: 200 cases of twelve kinds worked over the public API and by
the command line, with the city behind it. `make day`.
"""
