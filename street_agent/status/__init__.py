"""What an agent says of itself: its status each second, and whether it is ready."""
