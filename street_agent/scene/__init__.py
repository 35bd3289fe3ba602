"""What a scene means: rules over tracks and readings, each a pure core, and the episodes that they
start, change and end."""
