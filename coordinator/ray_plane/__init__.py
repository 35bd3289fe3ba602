"""The compute plane: district twins and solving on Ray. Ray lives in a process of its own, so that its death is never ours. Never the truth."""
