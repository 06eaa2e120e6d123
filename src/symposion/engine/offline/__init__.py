"""The offline model: a discourse simulator made of rules, frames of thought and voices.

It writes what an agent says without any network: a plan of content whose every part has a source,
a realiser that reads all its words from ``packs/LANGUAGE``, a voice per agent, and a check of its
own before it speaks (engine design, section 12).
"""
