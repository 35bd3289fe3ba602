"""Assets of a district: kinds with typed fields, and the files that list them, checked by row."""
