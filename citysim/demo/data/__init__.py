"""The water-level series that the demo's sensor replays: a documented, model-generated flood wave, and what generates it."""
