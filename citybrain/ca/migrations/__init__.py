"""The numbered steps of the schema of an authority's file."""
