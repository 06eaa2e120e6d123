"""The main job from the command line: a scenario in a file, a conversation, a transcript, a report.

Nothing here is imported before the command is given.
"""
