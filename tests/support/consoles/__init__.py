"""What the console tests share: values for every screen, fake screens, a console in a thread."""
