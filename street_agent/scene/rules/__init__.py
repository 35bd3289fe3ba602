"""The scene rules: one file each, one line each in `table`."""
