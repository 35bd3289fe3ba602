"""The district's two pages: the operator's queue and the crew's phone. Thin over
`citybrain.console.port`.
"""
