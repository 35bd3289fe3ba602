"""What a chaos run came to: on the terminal and as JSON."""
