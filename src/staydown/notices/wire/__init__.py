"""The notice for machines: one codec writes it and reads it. It leans on no letter."""
