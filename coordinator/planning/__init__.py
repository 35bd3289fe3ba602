"""From a problem to a checked plan: candidates, solvers, certificate, rationale, checker. Pure."""
