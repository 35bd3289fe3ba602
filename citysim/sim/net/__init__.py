"""The simulated networks: streams between districts and the city, the broker's deliveries, calls of phones and desks."""
