"""Tests of ``staydown.web.bank_site``."""
