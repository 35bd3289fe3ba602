"""The rows of a list, and the orders and selections that they are kept in."""
