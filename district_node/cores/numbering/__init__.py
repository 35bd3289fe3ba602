"""The short numbers of cases: how they are written, and which comes next."""
