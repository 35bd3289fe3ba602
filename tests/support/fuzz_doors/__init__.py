"""The fuzzing of the two doors that speak protobuf: what boxes publish to their district, and the
link on which a district speaks to its city. The third, HTTP, is fuzzed by its own description: see
`fuzz_api`.

`python -m fuzz_doors [--messages N] [--streams N] [--seed N]`
"""
