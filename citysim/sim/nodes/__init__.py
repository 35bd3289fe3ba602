"""Districts and the city as processes on simulated computers: production's compositions, started, killed and started again."""
