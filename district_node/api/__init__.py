"""What the district shows through the public API: one file a list, each over the cores' values.
The messages themselves are made in `citybrain.api.resources`.
"""
