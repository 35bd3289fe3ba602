"""What several laws read in a history, worked out once: `node.view(items)`. Judges nothing, and uses no core of those that are judged."""
