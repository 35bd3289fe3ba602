"""The simulated streets: ground-truth scenes, and edge boxes that run the production agent."""
