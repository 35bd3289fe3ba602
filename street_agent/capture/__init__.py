"""From a camera, stream or file to the newest frame, with the time it was taken and an honest account of every other one."""
