"""The verbs by which people work on a case without moving its stage: one file a verb."""
