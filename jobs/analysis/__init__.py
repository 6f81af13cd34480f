"""Numbers in, numbers out: statistics as pure functions over arrays and mappings, each with its source.

Belongs here: estimators, tests and their intervals. Does not: the lake, marts, files or the wording of results.
"""
