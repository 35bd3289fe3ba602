"""One file for each kind of input: what it sets in motion, and the settling that ends every decision. They compose; the cores decide."""
