"""Which own unit goes where: the assignment over all open slots at once. The district's only user of scipy."""
