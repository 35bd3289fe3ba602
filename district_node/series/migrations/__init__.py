"""The steps of the schema of `series.db`, in order; a step that was released never changes."""
