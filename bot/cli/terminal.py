"""What `parley up` says: a few lines and a panel on a terminal, plain lines elsewhere."""

import sys
import time
from collections.abc import Sequence

from bot.supervisor import TRY_LATER, Login, Voice
from config.settings import Settings

SAY_AGAIN = 10.0
"""Seconds between two lines that say what we are still waiting for."""


def voice(settings: Settings) -> Voice:
    return Panels(settings) if sys.stdout.isatty() else Lines(settings)


class Lines:
    """One plain line for each event, for logs and pipes."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.waited = time.monotonic()

    def starting(self, parts: Sequence[str]) -> None:
        self.line(f"Starting {', '.join(parts)}; state is kept in {self.settings.parley_home}")

    def ready(self, login: Login | None, seconds: float) -> None:
        self.line(f"Parley is ready ({seconds:.1f} s)")
        for name, value in self.facts(login):
            self.line(f"{name}: {value}")

    def waiting(self, missing: str) -> None:
        if time.monotonic() - self.waited > SAY_AGAIN:
            self.waited = time.monotonic()
            self.line(f"Not ready yet: {missing}")

    def died(self, part: str, code: int, delay: float) -> None:
        why = "the database is away" if code == TRY_LATER else f"ended with code {code}"
        self.line(f"{part}: {why}; starting it again in {delay:.1f} s")

    def stopping(self) -> None:
        self.line("Stopping ...")

    def line(self, text: str) -> None:
        print(text, flush=True)

    def facts(self, login: Login | None) -> list[tuple[str, str]]:
        """What a person wants to know once everything runs."""
        url = self.settings.public_url
        facts = [("Console", f"{url}/console"), ("Simulator", f"{url}/console/simulator")]
        if login:
            facts.append(("First login", f"{login.name}, one-time password {login.password}"))
        if self.settings.messenger == "paper":
            facts.append(("Texts", "no Twilio account is set: texts stay on this machine (paper messenger)"))
        else:
            facts.append(("Texts", f"by Twilio; its webhook is {url}/webhooks/twilio/sms"))
        return facts


class Panels(Lines):
    """The same on a terminal."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        from rich.console import Console

        self.console = Console(highlight=False)
        self.spinner = self.console.status("")

    def starting(self, parts: Sequence[str]) -> None:
        self.spinner.update(f"Starting [bold]{'[/], [bold]'.join(parts)}[/] ...")
        self.spinner.start()

    def ready(self, login: Login | None, seconds: float) -> None:
        from rich.panel import Panel
        from rich.table import Table

        self.spinner.stop()
        table = Table.grid(padding=(0, 2))
        for name, value in self.facts(login):
            table.add_row(f"[dim]{name}[/]", f"[bold]{value}[/]" if value.startswith("http") or name == "First login" else value)
        title = f"[bold green]Parley is ready[/] [dim]{seconds:.1f} s[/]"
        self.console.print(
            Panel(table, title=title, title_align="left", subtitle="[dim]Ctrl-C stops it[/]", border_style="green", expand=False)
        )

    def stopping(self) -> None:
        self.spinner.stop()
        self.console.print("[dim]Stopping ...[/]")

    def line(self, text: str) -> None:
        self.console.print(f"[yellow]{text}[/]")
