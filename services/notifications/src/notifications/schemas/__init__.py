"""Requests, answers and messages of this service, as its contract has them. Shapes only."""
