"""Whom a district calls, when, and by what: escalation policies, people, rotas. Calls nobody."""
