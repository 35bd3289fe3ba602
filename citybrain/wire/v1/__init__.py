"""Generated from protos/citybrain/wire/v1 by `make protos`. Nothing here is written by hand."""
