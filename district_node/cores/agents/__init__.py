"""The boxes that send: what is known of each, and when it observed what it says."""
