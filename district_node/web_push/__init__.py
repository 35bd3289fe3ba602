"""Web push: messages to browsers that are closed, by the push service of each. Knows no order."""
