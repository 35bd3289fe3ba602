"""Which own unit goes where: one matching over all open slots. The district's only use of scipy."""
