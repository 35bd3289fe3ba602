"""Simulated people on the real interfaces: crews behind the crew gRPC service, the duty officer behind the city's desk, an operator behind a district's."""
