"""The port behind the crews' phones."""
