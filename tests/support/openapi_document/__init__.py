"""Makes the OpenAPI documents of the public API out of its protos: descriptors and comments."""
