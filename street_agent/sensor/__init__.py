"""Scalar sensors: a series of readings from a file, replayed at its own pace."""
