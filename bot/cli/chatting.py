"""`parley chat`: a flow in the terminal, with time that one can skip."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.running import stop
from config.settings import load_settings

if TYPE_CHECKING:
    from flows.simulation import Said, Simulation

commands = typer.Typer()

HELP = """Type a text, or:
  /wait 2h      let time pass (30m, 2h, 3d, or: tomorrow 18:00)
  /state        where the conversation stands
  /take, /back  a person takes over, and hands back
  /quit         leave"""


@commands.command()
def chat(
    flow: Annotated[Path, typer.Argument(help="A flow's file, or the name of one that ships.")],
    unasked: Annotated[bool, typer.Option("--unasked", help="Start it as staff would, instead of waiting for a text.")] = False,
) -> None:
    """Text with a flow in the terminal. Nothing is sent, stored or counted."""
    from flows.check import LIBRARY, load
    from flows.simulation import simulate
    from nlp.read import load_reader

    file = flow if flow.exists() else LIBRARY / f"{flow}.yaml"
    if not file.exists():
        names = ", ".join(sorted(path.stem for path in LIBRARY.glob("*.yaml")))
        stop(f"there is no {flow}; give a file, or one of {names}.", code=1)
    loaded, problems = load(file)
    if loaded is None:
        stop("\n".join(["the flow has errors:", *map(str, problems)]), code=1)
    phone = simulate({loaded.name: loaded}, load_reader(), brand=load_settings().brand)
    words = ", ".join(loaded.keywords) or "anything"
    print(f"{loaded.title} ({loaded.name}). Starts with: {words}. /help says what else one can type.")
    _show(phone, phone.start(loaded.name) if unasked or not loaded.triggers else [])
    _answer_calls(phone)
    while (line := _typed()) is not None:
        if line.startswith("/"):
            if not _command(phone, line):
                return
        elif line:
            said = phone.text(line)
            _explain(phone)
            _show(phone, said)
        _answer_calls(phone)


def _answer_calls(phone: "Simulation") -> None:
    """You are the web service: JSON is its answer, anything else fails."""
    import json

    from flows.calls import call_to_json

    while phone.asked:
        call = phone.asked[0][1]
        print(f"  {call.method} {call.url} {json.dumps(call_to_json(call)['body'], ensure_ascii=False)}")
        answer = _typed("its answer as JSON, or nothing for none › ")
        try:
            said = phone.answer(json.loads(answer or ""))
        except ValueError:
            said = phone.answer(failed="no_answer")
        _show(phone, said)


def _typed(prompt: str = "you › ") -> str | None:
    try:
        return input(prompt).strip()
    except (EOFError, KeyboardInterrupt):
        print()
        return None


def _command(phone: "Simulation", line: str) -> bool:
    """Does what a line with a slash says; False to leave."""
    from flows.localtime import phrase
    from flows.spans import span

    word, _, rest = line[1:].partition(" ")
    match word:
        case "quit" | "q":
            return False
        case "wait":
            length, until = span(rest.strip()), phrase(rest, phone.now, phone.contact.zone)
            if length is not None:
                _show(phone, phone.wait(length))
            elif until is not None:
                _show(phone, phone.wait_until(until))
            else:
                print(f'  "{rest}" is no time: write 30m, 2h, 3d or tomorrow 18:00')
        case "state":
            _state(phone)
        case "take":
            phone.take_over()
            print("  a person holds the conversation: the bot keeps quiet")
        case "back":
            _show(phone, phone.hand_back())
        case _:
            print(HELP)
    return True


def _show(phone: "Simulation", said: "list[Said]") -> None:
    from flows.localtime import to_local

    for text in said:
        at = f"{to_local(text.at, phone.contact.zone):%a %H:%M}"
        print(f"bot ‹ {text.text}\n      {at} · {text.step or 'above the flows'}")


def _explain(phone: "Simulation") -> None:
    """What was read in the last text, and who heard it."""
    reading = phone.readings[-1]
    if reading.command is not None:
        value, why = reading.command.value.upper(), reading.command_why
    else:
        value, why = "nothing that fits" if reading.value is None else repr(reading.value), reading.why
    feeling = f" · sentiment {reading.sentiment}" if reading.sentiment else ""
    print(f"      read: {value}{f' ({why})' if why else ''}{feeling} · heard by: {phone.who}")


def _state(phone: "Simulation") -> None:
    from flows.localtime import to_local

    talk = phone.last
    local = to_local(phone.now, phone.contact.zone)
    print(f"  {local:%A %Y-%m-%d %H:%M} · consent {phone.contact.consent} · tags {', '.join(phone.contact.tags) or 'none'}")
    if talk is not None:
        answers = ", ".join(f"{name} = {value}" for name, value in talk.state.answers.items()) or "none yet"
        print(f"  step {talk.state.at} ({talk.state.outcome or talk.state.phase}) · answers: {answers}")
    for due, timer in phone.alarms():
        print(f"  {timer} at {to_local(due, phone.contact.zone):%A %Y-%m-%d %H:%M}")
