"""What the data is: contracts, codes, taxonomy, tables and metrics.

Belongs here: declarations and the code that loads and checks them.
Does not: anything that moves data, an engine, or a language model.
"""
