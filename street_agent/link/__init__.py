"""The agent's link to its district over the bus: hello, batches and acks upwards, requests downwards."""
