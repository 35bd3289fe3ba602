"""What the city shows through the public API: one file a list, each over the values in `shown`.
The messages themselves are made in `citybrain.api.resources`.
"""
