"""A seeded model of a city's life: where things stand, what happens where and when. Pure functions of a stream of chance."""
