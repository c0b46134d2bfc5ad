"""The only way out to the network: bounded, guarded against private addresses, with a fake."""
