"""The benchmark of quality: what is measured of a session, and which values are good.

Every measure is a pure function of a `session.Session` and returns None for "not measured", never
a pass, when its inputs are absent (engine design, section 13). They tell healthy from collapsed
*simulations*; they claim nothing about people.
"""
