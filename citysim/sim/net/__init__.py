"""Simulated networks: district-to-city streams, MQTT, and the calls of phones and consoles."""
