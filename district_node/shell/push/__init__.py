"""Calls crews' phones by web push, by what their screens show."""
