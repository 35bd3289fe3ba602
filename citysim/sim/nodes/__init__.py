"""Districts and the city as processes on simulated computers, composed as in production."""
