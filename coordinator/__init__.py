"""The city tier: plans across districts and drives orders. The only importer of Ray, in one folder."""
