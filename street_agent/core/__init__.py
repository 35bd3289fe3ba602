"""What the agent decides: one pure `decide(setup, state, input) -> (state, drafts)` made of the tracker, the rules, the ledger and the re-observations."""
