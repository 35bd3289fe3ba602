"""The outbox's schema, step by step."""
