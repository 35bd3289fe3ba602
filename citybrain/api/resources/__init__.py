"""One file a resource: internal value → public message, field by field, so that a renamed field
inside changes nothing outside.
"""
