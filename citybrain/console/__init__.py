"""The ports behind every screen, page and CLI call: a tier's node implements them once."""
