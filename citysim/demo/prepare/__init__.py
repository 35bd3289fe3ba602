"""What a run needs before its first process: clips, a model, ports, configuration files."""
