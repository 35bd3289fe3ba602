"""What every console shares: serving inside a running loop, live pushing, guarding, words in two languages. No tier's screen is here."""
