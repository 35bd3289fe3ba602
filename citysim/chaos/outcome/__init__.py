"""The outcome of a chaos run: values, the terminal's tables, the JSON report."""
