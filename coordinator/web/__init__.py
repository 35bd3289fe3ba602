"""The city's one screen. Thin over `citybrain.console.port.CityConsole`."""
