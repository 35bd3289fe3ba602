"""Whether a fault is over: what the city has yet to deliver, and what is not healthy yet."""
