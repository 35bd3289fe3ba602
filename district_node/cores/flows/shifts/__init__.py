"""What goes from one shift to the next."""
