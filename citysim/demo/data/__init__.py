"""The demo's data: a flood wave for the gauge, the scene rules, and what its districts tune."""
