"""What a district believes: incidents, which events are the same thing, and how an incident lives."""
