"""Language models: the offline one (the default), Gemini, and any OpenAI-compatible server."""
