"""Who may use a node's pages and its API over HTTP: accounts of people, their sessions, tokens of
programs, one-time links. Knows no page. A provider of identities outside (OIDC) would
stand beside `sign_in`: it too ends in `Sessions.begin`.
"""
