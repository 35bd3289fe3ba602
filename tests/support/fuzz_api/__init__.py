"""The nightly fuzzing of the public API by its own description: schemathesis against a district."""
