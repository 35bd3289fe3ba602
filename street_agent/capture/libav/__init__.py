"""The adapter to libav: how a source is opened, which of its frames may be looked at, and their
pixels. The only importer of `av`."""
