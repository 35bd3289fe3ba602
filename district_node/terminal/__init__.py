"""The operator's terminal: tables of what the desk shows. Thin; the node decides."""
