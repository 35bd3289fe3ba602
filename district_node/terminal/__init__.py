"""The operator's terminal: a district's snapshot as tables. Thin; the node decides."""
