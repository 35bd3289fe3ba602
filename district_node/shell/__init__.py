"""What carries decisions out: the bus's door, the uplink, screens, meters. Does I/O; decides nothing that lasts."""
