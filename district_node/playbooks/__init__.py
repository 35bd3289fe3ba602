"""The built-in playbooks, one TOML a kind, and the loader that checks every playbook of a district
at once.
"""
