"""What a district decides: small pure cores, and the flows that compose them. No I/O, clock,
chance, logging or await in here.
"""
