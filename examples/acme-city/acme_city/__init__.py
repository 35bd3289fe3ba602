"""What the city of Acme adds to open-citybrain."""
