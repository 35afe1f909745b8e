"""Requests and responses of register-api: shapes, units, examples. No rule of law."""
