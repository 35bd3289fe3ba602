"""Who is responsible for a case: the district's departments, and their file's model."""
