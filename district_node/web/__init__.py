"""The district's two pages, clients of the public API: the operator's queue, the crew's phone."""
