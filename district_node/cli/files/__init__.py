"""The commands `citybrain district incident attach …` and their like: files of cases, sent, fetched
and taken back."""
