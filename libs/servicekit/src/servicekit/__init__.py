"""The process: how a service starts, authenticates, fails and reports. Knows no rule of law."""
