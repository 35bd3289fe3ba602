"""From a camera, stream or file to the newest frame, with the time it was taken and an account of
every other frame."""
