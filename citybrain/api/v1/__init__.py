"""Generated from protos/citybrain/api/v1 by `make protos`. Nothing here is written by hand."""
