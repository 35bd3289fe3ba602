"""Cameras and sensors whose pictures and readings come from an installed package: loaded,
supervised, and checked before the agent believes them.
"""
