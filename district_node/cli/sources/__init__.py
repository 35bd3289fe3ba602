"""The commands about cameras and sensors: `citybrain district source …` and `series`."""
