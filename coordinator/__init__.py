"""The city tier: plans across districts and carries orders through. The only importer of Ray."""
