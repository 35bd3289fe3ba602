"""What stands behind every screen, page and CLI call: three small ports that a tier's node implements once."""
