"""Simulated people on the real interfaces.

Crews use the crew gRPC service, the duty officer the city's console service, an operator a
district's.
"""
