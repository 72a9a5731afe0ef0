"""The report: response rates per flow, revision and step, each with its interval; as a page and as CSV."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from analytics.rates import LEAST_DELIVERED, Interval
from analytics.responses import Kind, Line, Responses, responses
from bot.console.charts import Chart, charted, scale
from bot.console.door import needs, process_of
from bot.console.page import console
from models.report import response_lines

PERIODS = {"7": ("Last 7 days", timedelta(days=7)), "30": ("Last 30 days", timedelta(days=30)), "all": ("All time", None)}
COLUMNS = (
    "flow", "revision", "step", "delivered", "unconfirmed", "replied", "response_share", "response_low", "response_high",
    "median_minutes_to_reply", "opted_out", "opt_out_share",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody wants to see. flow: "" for all."""

    flow: str
    period: str
    flows: tuple[str, ...]
    lines: tuple[Line, ...]


@console.get("/report")
@needs("marketer")
def report() -> ResponseReturnValue:
    """Headline figures, a chart, and the table that says the same."""
    asked = _asked()
    rows = _in_order(responses(asked.lines))
    whole = _whole(asked)
    top = scale(max((row.share.high for row in rows if row.share and row.delivered >= LEAST_DELIVERED), default=1.0))
    drawn = [(name, _chart([row for row in rows if row.flow == name], top)) for name in dict.fromkeys(row.flow for row in rows)]
    charts = [(name, chart) for name, chart in drawn if chart is not None]
    page = {"rows": rows, "whole": whole, "charts": charts, "least": LEAST_DELIVERED, "periods": PERIODS}
    tops = {"share": _top(whole.share), "opt_out": _top(whole.opt_out_share)} if whole else {}
    return render_template("report.html", here="report", asked=asked, tops=tops, **page)


@console.get("/report.csv")
@needs("marketer")
def report_csv() -> ResponseReturnValue:
    """The table as a file. A share is empty where nobody was delivered to: no data is no zero."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in responses(_asked().lines):
        shares = [row.share.share, row.share.low, row.share.high] if row.share else [None, None, None]
        minutes = None if row.median_to_reply is None else round(row.median_to_reply.total_seconds() / 60, 1)
        gone = row.opt_out_share.share if row.opt_out_share else None
        counts = [row.delivered, row.unconfirmed, row.replied]
        rounded = [None if share is None else round(share, 4) for share in shares]
        last = [minutes, row.opted_out, None if gone is None else round(gone, 4)]
        writer.writerow([_plain(row.flow), row.revision, _plain(row.step), *counts, *rounded, *last])
    headers = {"Content-Disposition": 'attachment; filename="parley-responses.csv"'}
    return Response("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


def _asked() -> Asked:
    process = process_of()
    period = request.args.get("since", "30")
    period = period if period in PERIODS else "30"
    span = PERIODS[period][1]
    since = process.now() - span if span else None
    with process.store.read() as db:
        every = response_lines(db, since=since)
        lines = tuple(line for line in every if line.flow or line.kind is Kind.OPTED_OUT)  # answers to STOP and HELP are of no flow
    flows = tuple(sorted({line.flow for line in lines if line.flow}))
    wanted = request.args.get("flow", "")
    flow = wanted if wanted in flows else ""
    if flow:
        lines = tuple(line for line in lines if line.flow in (flow, ""))
    return Asked(flow=flow, period=period, flows=flows, lines=lines)


def _in_order(rows: Iterable[Responses]) -> list[Responses]:
    """Steps as their flow has them, the newest revision first; those that the live flow has no more at the end."""
    live = process_of().shelf.newest().catalogue.flows
    places = {(name, step): n for name, flow in live.items() for n, step in enumerate(flow.steps)}
    return sorted(rows, key=lambda row: (row.flow, -row.revision, places.get((row.flow, row.step), len(places)), row.step))


def _whole(asked: Asked) -> Responses | None:
    """The same figures over all steps at once: contacts who got any text, and who answered any."""
    figures = responses(replace(line, flow="", revision=0, step="") for line in asked.lines)
    return figures[0] if figures else None


def _chart(rows: list[Responses], top: float) -> Chart | None:
    """A row for each step; None where no step has enough for a rate."""
    return charted([(f"{row.step} r{row.revision}", row.share, row.delivered) for row in rows if row.asks], least=LEAST_DELIVERED, top=top)


def _top(interval: Interval | None) -> float:
    return scale(interval.high if interval else 1.0)


def _plain(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in "=+-@\t\r" else cell
