"""`parley chat`: a flow in the terminal, with time that one can skip."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.running import stop
from config.settings import load_settings

if TYPE_CHECKING:
    from flows.recording import Line
    from flows.simulation import Said, Simulation
    from flows.types import Flow
    from nlp.types import Reader

commands = typer.Typer()

HELP = """Type a text, or:
  /wait 2h      let time pass (30m, 2h, 3d, or: tomorrow 18:00, next monday 09:00)
  /state        where the conversation stands: step, answers, what will come when
  /why          how your last text was read, and why
  /yaml         the step it stands at, as it is written
  /call {...}   answer as the web service that is asked; /call failed: it does not answer
  /take, /back  a person takes over, and hands back
  /undo         as if the last thing had not happened
  /save NAME    keep this conversation as a test beside the flow; without a name it is shown
  /quit         leave"""


@commands.command()
def chat(
    flow: Annotated[Path, typer.Argument(help="A flow's file, or the name of one that ships.")],
    unasked: Annotated[bool, typer.Option("--unasked", help="Start it as staff would, instead of waiting for a text.")] = False,
) -> None:
    """Text with a flow in the terminal. Nothing is sent, stored or counted."""
    from flows.check import LIBRARY, load
    from nlp.read import load_reader

    file = flow if flow.exists() else LIBRARY / f"{flow}.yaml"
    if not file.exists():
        names = ", ".join(sorted(path.stem for path in LIBRARY.glob("*.yaml")))
        stop(f"there is no {flow}; give a file, or one of {names}.", code=1)
    loaded, problems = load(file)
    if loaded is None:
        stop("\n".join(["the flow has errors:", *map(str, problems)]), code=1)
    words = ", ".join(loaded.keywords) or "anything"
    print(f"{loaded.title} ({loaded.name}). Starts with: {words}. /help says what else one can type.")
    chatting = Chat(file, loaded, load_reader(), load_settings().brand)
    if unasked or not loaded.triggers:
        chatting.act("start", True)
    while (line := _typed()) is not None and chatting.typed(line):
        pass


def _typed() -> str | None:
    try:
        return input("you › ").strip()
    except (EOFError, KeyboardInterrupt):
        print()
        return None


@dataclass(slots=True)
class Chat:
    """One conversation in the terminal, and all that was done in it: so it can be undone, and kept as a test."""

    file: Path
    flow: "Flow"
    reader: "Reader"
    brand: str
    acts: "list[Line]" = field(default_factory=list)
    lines: "list[Line]" = field(default_factory=list)
    phone: "Simulation" = field(init=False)

    def __post_init__(self) -> None:
        from flows.simulation import simulate

        self.phone = simulate({self.flow.name: self.flow}, self.reader, brand=self.brand)

    def typed(self, line: str) -> bool:
        """Does what was typed; False to leave."""
        word, _, rest = line[1:].partition(" ") if line.startswith("/") else ("", "", line)
        rest = rest.strip()
        if word in ("quit", "q"):
            return False
        doing: dict[str, Callable[[], object]] = {
            "": lambda: self.text(rest),
            "wait": lambda: self.wait(rest),
            "state": lambda: _state(self.phone),
            "why": lambda: _why(self.phone),
            "yaml": self.yaml,
            "call": lambda: self.call(rest),
            "take": lambda: self.act("staff", "take over"),
            "back": lambda: self.act("staff", "hand back"),
            "undo": self.undo,
            "save": lambda: self.save(rest),
        }
        doing.get(word, lambda: print(HELP))()
        return True

    def text(self, words: str) -> None:
        if words:
            self.act("user", words)

    def act(self, verb: str, value: object, *, quiet: bool = False) -> None:
        """Something happens, and what the bot says to it is shown."""
        from flows.recording import Line, said

        texts = _carried_out(self.phone, self.flow, verb, value)
        line = Line(verb, value)
        self.acts.append(line)
        self.lines += [line, *said([text.text for text in texts], [self.brand])]
        if quiet:
            return
        if verb == "user":
            _explain(self.phone)
        if value == "take over":
            print("  a person holds the conversation: the bot keeps quiet")
        _show(self.phone, texts)
        _show_asked(self.phone)

    def wait(self, words: str) -> None:
        from flows.localtime import phrase
        from flows.spans import span

        until = phrase(words, self.phone.now, self.phone.contact.zone)
        if span(words) is None and until is None:
            print(f'  "{words}" is no time: write 30m, 2h, 3d, tomorrow 18:00 or next monday 09:00')
        elif until is not None and until < self.phone.now:
            print(f'  "{words}" is over: time only goes on')
        else:
            self.act("wait", words)

    def call(self, words: str) -> None:
        """You are the web service: JSON is its answer, `failed` is none."""
        import json

        if not self.phone.asked:
            print("  no service is being asked")
            return
        try:
            answer = "failed" if words == "failed" else json.loads(words)
        except ValueError:
            print('  write its answer as JSON, as in /call {"left": 3}; or /call failed')
            return
        self.act("call", answer)

    def yaml(self) -> None:
        from flows.parse import read
        from flows.recording import step_lines

        talk = self.phone.last
        if talk is None:
            print("  nothing has begun")
            return
        step = talk.state.outermost
        text = self.file.read_text("utf-8-sig")
        _, source, _ = read(text, str(self.file))
        found = step_lines(text, source, step) if source is not None else ()
        print(f"  {self.file}" if found else f"  {self.file} has no step {step} any more")
        for number, line in found:
            print(f"  {number:4} {line}")
        if talk.state.frames:
            print(f"  within it, {talk.running.name} stands at {talk.state.at}")

    def undo(self) -> None:
        """The same again, but for the last act."""
        if not self.acts:
            print("  nothing has happened")
            return
        *before, last = self.acts
        fresh = Chat(self.file, self.flow, self.reader, self.brand)
        for one in before:
            fresh.act(one.verb, one.value, quiet=True)
        self.acts, self.lines, self.phone = fresh.acts, fresh.lines, fresh.phone
        print(f"  undone: {last.verb} {last.value}")
        _state(self.phone)

    def save(self, name: str) -> None:
        """Into <flow>.test.yaml beside the flow, if the test holds there; else, or without a name, it is only shown."""
        from flows.check import LIBRARY
        from flows.recording import as_test, ending

        if not self.acts:
            print("  nothing has happened")
            return
        talk = self.phone.last
        test = as_test(name or "a conversation", [*self.lines, *ending(talk.state if talk else None)])
        beside = self.file.with_suffix(".test.yaml")
        before = beside.read_text("utf-8") if beside.exists() else "tests:\n"
        wrong = _wrong(f"{before.rstrip()}\n{test}", beside, name, self)
        if not name or wrong or self.file.parent == LIBRARY:
            print(f"tests:\n{test}", end="")
            print(
                f"  not kept: {wrong}" if wrong and name else "  shown only: put it under `tests:` in the flow, or write /save and a name"
            )
            return
        beside.write_text(f"{before.rstrip()}\n{test}", "utf-8")
        print(f"  kept in {beside}: parley test {self.file} plays it")


def _wrong(text: str, file: Path, name: str, chatting: Chat) -> str:
    """Why a file of tests with this new one is no good; "" where it is: it can be read, and the test passes."""
    from flows.parse import read_tests
    from flows.transcript import run_test

    tests, problems = read_tests(text, str(file))
    if problems:
        return str(problems[0])
    outcome = run_test(chatting.flow, tests[-1], chatting.reader)
    return "" if outcome.passed else f"the test does not pass: {outcome.lines[-1]}"


def _carried_out(phone: "Simulation", flow: "Flow", verb: str, value: object) -> "list[Said]":
    from flows.localtime import phrase
    from flows.spans import span

    match verb, value:
        case "user", str():
            return phone.text(value)
        case "wait", str():
            length, until = span(value), phrase(value, phone.now, phone.contact.zone)
            return phone.wait(length) if length is not None else phone.wait_until(until or phone.now)
        case "staff", "take over":
            phone.take_over()
            return []
        case "staff", _:
            return phone.hand_back()
        case "call", _:
            return phone.answer(failed="no_answer") if value == "failed" else phone.answer(value)  # type: ignore[arg-type]  # JSON
        case _:
            return phone.start(flow.name)


# --- how it is told ---------------------------------------------------------------------------------------------------


def _show(phone: "Simulation", said: "list[Said]") -> None:
    from flows.localtime import to_local

    for text in said:
        at = f"{to_local(text.at, phone.contact.zone):%a %H:%M}"
        print(f"bot ‹ {text.text}\n      {at} · {text.step or 'above the flows'}")


def _show_asked(phone: "Simulation") -> None:
    import json

    from flows.calls import NoSecretError, request

    for _, call in phone.asked[:1]:
        names: dict[str, str] = {}
        while True:
            try:
                asked = request(call, names)
                break
            except NoSecretError as secret:
                names[str(secret)] = f"<{secret}>"
        body = "" if asked.body is None else json.dumps(asked.body, ensure_ascii=False)
        print(f"  asks {asked.method.upper()} {asked.url} {body}: answer by /call {{...}}, or /call failed")


def _explain(phone: "Simulation") -> None:
    """What was read in the last text, and who heard it."""
    reading = phone.readings[-1]
    if reading.command is not None:
        value, why = reading.command.value.upper(), reading.command_why
    else:
        value, why = "nothing that fits" if reading.value is None else repr(reading.value), reading.why
    feeling = f" · sentiment {reading.sentiment}" if reading.sentiment else ""
    print(f"      read: {value}{f' ({why})' if why else ''}{feeling} · heard by: {phone.who}")


def _why(phone: "Simulation") -> None:
    """The last reading in full."""
    if not phone.readings:
        print("  nothing was read yet")
        return
    reading = phone.readings[-1]
    sure = {"value": reading.confidence, "command": reading.command_confidence, "intent": reading.intent_confidence}
    told = {
        "text": reading.text,
        "value": f"{'none' if reading.value is None else repr(reading.value)}{' (its own words)' if reading.exact else ''}",
        "because": reading.why or "no rule",
        "command": f"{reading.command} ({reading.command_why})" if reading.command else "none",
        "intent": reading.intent or "none",
        "language": reading.language or "not sure",
        "sentiment": f"{reading.sentiment} ({reading.sentiment_confidence:.2f})" if reading.sentiment else "none",
        "heard by": phone.who,
    }
    for name, words in told.items():
        print(f"  {name:9} {words}{f' · {sure[name]:.2f} sure' if sure.get(name) else ''}")


def _state(phone: "Simulation") -> None:
    from flows.localtime import to_local
    from flows.transcript import plain

    talk = phone.last
    local = to_local(phone.now, phone.contact.zone)
    print(f"  {local:%A %Y-%m-%d %H:%M} · consent {phone.contact.consent} · tags {', '.join(phone.contact.tags) or 'none'}")
    if talk is not None:
        answers = ", ".join(f"{name} = {plain(value)}" for name, value in talk.state.answers.items()) or "none yet"
        print(f"  step {talk.state.path} ({talk.state.outcome or talk.state.phase}) · answers: {answers}")
    for due, timer in phone.alarms():
        print(f"  {timer} at {to_local(due, phone.contact.zone):%A %Y-%m-%d %H:%M}")
