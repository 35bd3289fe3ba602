"""One flow function for each kind of input, and the steps that end every decision. They compose;
the cores decide.
"""
