"""The command: ``symposion demo``, ``symposion serve``, ``symposion bench quality``.

Whatever takes time to import is imported inside the command that needs it, so that ``--help``
answers at once.
"""

import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from symposion.core.version import VERSION

app = typer.Typer(
    help="Conversations between simulated people: gather a cast, set a scenario, hear them think.",
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
bench = typer.Typer(help="Measure.", rich_markup_mode=None)
app.add_typer(bench, name="bench")


@app.callback()
def start(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
) -> None:
    """Show the version, or the help when no command is given."""
    if version:
        typer.echo(f"symposion {VERSION}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command()
def demo(  # noqa: PLR0913, PLR0917 - one parameter for each option of the command
    scenario: Annotated[
        Path | None, typer.Option(help="Text or Markdown file of up to 8,000 characters.")
    ] = None,
    cast: Annotated[Path | None, typer.Option(help="JSON file with a list of agents.")] = None,
    panel: Annotated[
        str | None, typer.Option(help="A cast that comes with the package, such as city-council.")
    ] = None,
    turns: Annotated[int, typer.Option(help="Turns after which the run ends, 1 to 1000.")] = 40,
    seed: Annotated[int, typer.Option(help="Fixes every free choice.")] = 7,
    model: Annotated[
        str, typer.Option(help="offline, gemini:NAME or openai:NAME; keys come from settings.")
    ] = "offline",
    out: Annotated[
        Path | None, typer.Option(help="Folder for log, transcript and report; resumable.")
    ] = None,
    pace: Annotated[float, typer.Option(help="Seconds to wait after each turn.")] = 0.0,
    picture: Annotated[
        Path | None, typer.Option(help="Draw the screen into this SVG file instead of showing it.")
    ] = None,
) -> None:
    """Play a conversation here, then write transcript and report."""
    from symposion.demo.command import Wish, run  # noqa: PLC0415 - brings the engine with it

    wish = Wish(scenario, cast, panel, turns, seed, model, out, pace, picture)
    raise typer.Exit(run(wish, ["symposion", *sys.argv[1:]]))


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.", min=1, max=65535)] = None,
    workers: Annotated[int | None, typer.Option(help="Processes.", min=1, max=64)] = None,
    reload: Annotated[bool, typer.Option("--reload", help="Restart when code changes.")] = False,
) -> None:
    """Serve the HTTP API; what is not given here comes from the settings."""
    from symposion import server  # noqa: PLC0415 - brings FastAPI with it

    server.serve(host=host, port=port, workers=workers, reload=reload)


@bench.command()
def quality(
    scenarios: Annotated[
        Path, typer.Option(help="Folder of folders with scenario.md and cast.json.")
    ] = Path("examples"),
    out: Annotated[Path, typer.Option(help="Markdown file to write.")] = Path("docs/quality.md"),
    seeds: Annotated[int, typer.Option(help="Runs of each scenario.", min=1, max=100)] = 10,
    turns: Annotated[int, typer.Option(help="Turns of each run.", min=1, max=1000)] = 40,
) -> None:
    """Play scenarios with the offline model, measure them, and write the table."""
    from symposion.demo.quality import run  # noqa: PLC0415 - brings the engine with it

    raise typer.Exit(run(scenarios, out, seeds, turns))


def main() -> None:
    """Run the command line; one sentence on stderr and exit code 2 for what it cannot read."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal that knows ASCII only shows "?" for what it cannot; it ends nothing.
            stream.reconfigure(errors="replace")
    try:
        code = app(standalone_mode=False)
    except TyperException as error:
        sys.stderr.write(f"symposion: {error.format_message()}\n")
        raise SystemExit(2) from None
    raise SystemExit(code if isinstance(code, int) else 0)
