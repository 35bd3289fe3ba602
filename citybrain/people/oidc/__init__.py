"""Signing in at an OpenID Connect provider outside: the authorization code flow with PKCE. Ends, as
a password does, in a session of the node's own. Knows no page.
"""
