"""A run as people read it: counted from its log, told in Markdown, JSON and one HTML page.

Everything shown is either said in the log or counted from it.
"""
