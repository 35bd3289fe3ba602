"""The street side of the simulated city: scenes as they really are, and edge boxes that run the production agent on virtual time."""
