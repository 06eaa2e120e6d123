"""Which model speaks: the choice that the server, the command line and notebooks share."""

from symposion.adapters.clock import SystemClock
from symposion.ports.clock import Clock
from symposion.ports.language import LanguageModel, parse_model_name
from symposion.settings import Settings


def open_model(name: str, settings: Settings) -> LanguageModel:
    """Return the model called ``name``, with the keys in ``settings``; nothing is called yet.

    Args:
        name: "offline", "gemini:NAME" or "openai:NAME".
        settings: Where keys and addresses come from.

    Raises:
        Invalid: There is no such model.
        ModelFailed: Its key or its package is missing.
    """
    provider, model = parse_model_name(name)
    if provider == "gemini":
        from symposion.adapters.language.gemini import GeminiModel  # noqa: PLC0415 - SDK is slow

        return GeminiModel(settings.gemini_api_key.get_secret_value(), model)
    if provider == "openai":
        from symposion.adapters.language.openai import OpenAIModel  # noqa: PLC0415 - SDK is slow

        key = settings.openai_api_key.get_secret_value()
        return OpenAIModel(key, model, settings.openai_base_url or None)
    from symposion.adapters.language.offline import OfflineModel  # noqa: PLC0415 - only if chosen

    return OfflineModel()


def system_clock() -> Clock:
    """Return the clock of this machine."""
    return SystemClock()
