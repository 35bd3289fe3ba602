"""The street tier: sees and says. No Ray, no gRPC, no web framework."""
