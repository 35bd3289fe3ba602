"""People at a node's pages: who a request is from, the page on which they sign in, crews' links."""
