"""Maps for the consoles: made of an extract of OpenStreetMap, fetched, shown. A node that serves a
map needs nothing of it."""
