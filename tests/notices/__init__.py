"""Tests of ``staydown.notices``."""
