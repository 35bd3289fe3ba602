"""Rules as a configuration or a pack writes them."""
