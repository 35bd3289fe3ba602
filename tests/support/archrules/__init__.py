"""The rules of the house as functions over a tree of sources: the architecture tests run them, and
a test plants breaks for them."""
