"""The command line: `main` is the table, each tier brings its own sub-commands."""
