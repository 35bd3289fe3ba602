"""From a problem to a checked plan: candidates, solvers, certificate, reasons, checker. Pure; nothing of the city's state in here."""
