"""Model cards and the tool that fetches, builds and checks each model."""
