"""What the agent knows of its own eyes: the ledger of sight, and the status it says once a second."""
