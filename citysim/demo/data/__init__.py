"""The demo's data: a flood wave for the gauge, a playbook for its short street clip."""
