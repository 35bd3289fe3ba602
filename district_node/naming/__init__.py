"""What screens call units, districts and places. Decides nothing."""
