"""Where units are now and where they head, for screens. Decides nothing."""
