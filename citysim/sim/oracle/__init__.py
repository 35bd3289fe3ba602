"""The test oracle of a simulation: histories for the laws, liveness, and the verdict."""
