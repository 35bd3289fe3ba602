"""What a district knows of incidents: which events are one incident, its facts, its stages."""
