"""What is written to crews: what other districts write is shown, what is sent to theirs, what crews
answer.
"""
