"""Whether this process goes on, and who is told: the supervisor that starts it again."""
