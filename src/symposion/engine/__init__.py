"""The heart: a room of agents, as pure rules. No clock, no I/O, no shared random generator.

`symposion.engine.drive` runs it against a log and a model; everything else is state in, plan and
text out, and can be called from a notebook.
"""
