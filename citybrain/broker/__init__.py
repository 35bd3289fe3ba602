"""The files that a city's MQTT broker (mosquitto) runs with: who may connect, who may do what, and
every bound. Runs no broker; `citybrain broker config` writes them.
"""
