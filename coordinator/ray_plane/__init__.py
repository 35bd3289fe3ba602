"""The compute plane: district twins and solving on Ray, never the city's truth. Ray runs in a
process of its own, so that its end is never the coordinator's.
"""
