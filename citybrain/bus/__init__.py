"""The MQTT bus: topics, the port, its adapters (paho, in memory) and a broker for one machine."""
