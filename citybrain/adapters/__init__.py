"""Running an adapter: its supervision and its health. What an adapter is and is given stands in
`citybrain.api.adapter`.
"""
