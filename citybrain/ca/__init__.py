"""The city's own certificate authority: issues for tokens, renews for known keys, revokes. Runs on
one machine of the city; nobody else imports it.
"""
