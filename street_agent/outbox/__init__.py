"""The durable outbox: what the agent reports until the district has committed it, and what the
district requested until it is answered."""
