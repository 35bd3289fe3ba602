"""What cameras count and sensors read, a point a minute, for the district's pictures of a day."""
