"""Files that people attached to cases, as the cores know them: what is noted of each, and whose
bytes are kept. No bytes."""
