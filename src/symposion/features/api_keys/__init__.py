"""API keys: how a program acts for somebody, within what they allow, without their password."""
