"""What the city decides, as pure functions: world, order sagas, plans, when to plan."""
