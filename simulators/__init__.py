"""Loopback stand-ins of the services that the integration speaks to.

They exist for the tests, the demo and the benchmarks. Each one keeps state, counts what it was
asked, refuses what the real service refuses, and can be told to fail.
"""
