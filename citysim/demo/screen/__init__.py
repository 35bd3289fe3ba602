"""The demo on the terminal: what is known of the city now, the live table, and the summary at the end."""
