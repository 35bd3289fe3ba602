"""Extracts of OpenStreetMap (`.osm.pbf`): whether a file is a whole one, and what is in it."""
