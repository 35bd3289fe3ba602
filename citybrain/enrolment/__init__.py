"""The holder's side of certificates: its identity folder, its key, joining, renewing, checking. The
authority that issues them is `citybrain.ca`.
"""
