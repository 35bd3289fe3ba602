"""One module for each generated page; `page(root)` returns its Markdown."""
