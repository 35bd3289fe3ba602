"""The city's one screen. Thin over `citybrain.desk.port.CityScreen`."""
