"""Names of streets and landmarks, by which people call places, for the file beside a map."""
