"""The MQTT bus: topics, the port, paho wrapped once, its in-memory twin, and a broker to run for one machine."""
