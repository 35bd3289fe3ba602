"""What the city decides, as pure functions: world, drives of orders, plans, when to plan. No I/O, no clock, no chance."""
