"""Tests of ``staydown.bank``."""
