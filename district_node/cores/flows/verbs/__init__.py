"""What an operator may do to an incident: one function a verb, and the table that names them."""
