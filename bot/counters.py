"""What is counted for Prometheus. In several processes at once: prometheus_client adds their files up in `GET /metrics`."""

from prometheus_client import Counter, Gauge, Histogram

BUCKETS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)

TEXTS = Counter("parley_texts_total", "Texts that came in, by what became of them", ["outcome"])
FORGED = Counter("parley_forged_total", "Webhooks whose signature did not fit", ["route"])
REPORTS = Counter("parley_status_reports_total", "Status reports by status", ["status"])
SENT = Counter("parley_sent_total", "Tries to send by the API, by outcome", ["outcome"])
FAILED_EVENTS = Counter("parley_failed_events_total", "Events whose turn failed")
LINKS = Counter("parley_links_opened_total", "Short links opened, by whom", ["by"])
TURN_SECONDS = Histogram("parley_turn_seconds", "From the request to the answer", buckets=BUCKETS)
ALARMS = Gauge("parley_alarms_open", "Alarms that nobody has seen to, as of the last look", multiprocess_mode="mostrecent")
WAITING = Gauge("parley_waiting", "What waits, as of the last look", ["what"], multiprocess_mode="mostrecent")
