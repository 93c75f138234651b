"""Regrip's training on the user's own PyTorch: computes losses, updates and samples for an engine that owns the loop.

The engine draws every random number, prepares every batch and writes every file; this package holds the policy, which the
user's own class builds, and answers calls over a pipe. It needs torch >= 1.12 and whatever the user's project imports.
"""
