"""The MQTT bus: topics, the port, paho wrapped once, and its in-memory twin."""
