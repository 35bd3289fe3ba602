"""The numbered migrations of the file of people, as SQL."""
