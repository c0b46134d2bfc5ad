"""Tests of ``staydown.notices.directory``."""
