"""Real counterparts for integration tests: a camera, an edge box with its district, a collector."""
