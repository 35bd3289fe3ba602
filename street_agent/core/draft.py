"""What the agent's core emits, before the outbox gives it a number."""

from citybrain.domain.event import Event, VerificationResult, VisibilityInterval

Draft = Event | VisibilityInterval | VerificationResult
