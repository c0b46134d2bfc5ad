"""Requests in, answers out: bounded bodies, strict JSON, problem documents."""
