"""`citybrain chaos`: faults drawn from one seed, carried out on a real city of real processes, and the laws read from its journals after each."""
