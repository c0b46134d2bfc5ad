"""How many copies are found, and how many strangers are taken for copies.

``python -m benchmarks.recall --help``; ``benchmarks/README.md`` says how to read what comes out.
"""
