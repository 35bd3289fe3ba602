"""What every console shares: serving, streams, request checks, texts in two languages. No
tier's screen is here.
"""
