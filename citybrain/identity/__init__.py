"""Names that certificates carry, and tokens that enrol: pure values. Knows no key and no file."""
