"""Thin commands; no rule lives here."""
