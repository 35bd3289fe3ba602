"""What the agent decides: one pure `decide(setup, state, input) -> (state, drafts)`, composed of
the tracker, the scene rules, the coverage log and the verifications."""
