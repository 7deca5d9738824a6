"""Makes tests/data/time-examples.json, the table of examples shared by the engine and the browser's script.

`python tests/site/time_examples.py` writes it anew (bless); the test compares it with what the engine says now.
"""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from pathlib import Path

from noveto import words
from noveto.calendar import Calendar, Pause, derive

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "tests/data/time-examples.json"
WORKED = ROOT / "tests/data/worked-deadlines.json"


def calendar() -> Calendar:
    return Calendar.load(ROOT / "records/calendar")


def limit_example(cal: Calendar, start: date, n: int, pauses=(), calendar_days: bool = False) -> dict:
    told = derive(cal, start, n, pauses=[Pause(*pause) for pause in pauses], calendar_days=calendar_days)
    return {
        "start": start.isoformat(),
        "n": n,
        "pauses": [[a.isoformat(), b.isoformat() if b else None] for a, b in pauses],
        "calendar_days": calendar_days,
        "due": told.due.isoformat() if told.due else None,
        "used": told.used,
        "remaining": told.remaining,
        "provisional": told.provisional,
        "counted": [day.isoformat() for day in told.counted],
        "skipped": [[day.isoformat(), why] for day, why in told.skipped],
    }


def random_limits(cal: Calendar, count: int, seed: int) -> list[dict]:
    """Limits as the rules have them, around holidays and far from them, with and without pauses."""
    source = random.Random(seed)
    first, last = date(2018, 1, 2), date(2027, 12, 31)
    made = []
    for _ in range(count):
        start = first + timedelta(days=source.randrange((last - first).days))
        pauses = []
        at = start
        for _ in range(source.choice((0, 0, 0, 1, 1, 2))):
            begin = at + timedelta(days=source.randrange(-3, 20))
            end = begin + timedelta(days=source.randrange(0, 25))
            at = end
            pauses.append((begin, None if source.random() < 0.12 else end))
        made.append(
            limit_example(
                cal, start, source.choice((0, 1, 3, 3, 5, 5, 7, 10, 10, 20, 30)), pauses, source.random() < 0.3
            )
        )
    return made


def worked(cal: Calendar) -> list[dict]:
    """The examples computed by hand, with the hand's own due day."""
    made = []
    for item in json.loads(WORKED.read_text(encoding="utf-8"))["examples"]:
        pauses = [(date.fromisoformat(a), date.fromisoformat(b) if b else None) for a, b in item.get("pauses", ())]
        example = limit_example(
            cal, date.fromisoformat(item["start"]), item["n"], pauses, item["unit"] == "calendar_roll"
        )
        made.append(example | {"id": item["id"], "due": item["due"]})
    return made


STATUS_DAYS = (
    # kind, due, today: the edges of the vocabulary (screens.md sections 5 and 10.7)
    ("due", "2026-09-30", "2026-09-30"),
    ("due", "2026-09-30", "2026-10-03"),
    ("due", "2026-09-30", "2026-10-07"),
    ("due", "2026-09-30", "2026-10-08"),
    ("due", "2026-09-30", "2026-10-10"),
    ("due", "2026-10-10", "2026-10-10"),
    ("due", "2026-10-12", "2026-10-10"),
    ("due", "2026-10-12", "2026-10-11"),
    ("due", "2026-10-14", "2026-10-10"),
    ("due", "2026-10-09", "2026-10-11"),
    ("due", "2025-07-09", "2025-07-09"),
    ("due", "2025-07-09", "2025-07-10"),
    ("due", "2025-09-30", "2025-10-05"),
    ("due", "2027-01-08", "2026-12-31"),
    ("mark", "2026-10-08", "2026-10-10"),
    ("mark", "2026-10-10", "2026-10-10"),
    ("mark", "2026-10-14", "2026-10-10"),
    ("mark", "2026-09-30", "2026-10-04"),
    ("review", "2026-10-16", "2026-10-10"),
    ("review", "2026-10-10", "2026-10-10"),
    ("review", "2026-10-08", "2026-10-10"),
    ("review", "2026-09-30", "2026-10-02"),
    ("review", "2027-01-15", "2026-12-30"),
)


def status_example(cal: Calendar, kind: str, due: str, today: str) -> dict:
    say = {"due": words.running, "mark": words.mark, "review": words.suspended}[kind]
    said = say(cal, date.fromisoformat(due), date.fromisoformat(today))
    return {"kind": kind, "due": due, "today": today, "words": said.words, "css": said.css, "char": said.char}


def statuses(cal: Calendar) -> list[dict]:
    source = random.Random(41)
    made = [status_example(cal, *item) for item in STATUS_DAYS]
    for _ in range(120):
        due = date(2025, 1, 1) + timedelta(days=source.randrange(760))
        today = due + timedelta(days=source.randrange(-20, 20))
        made.append(status_example(cal, source.choice(("due", "mark", "review")), due.isoformat(), today.isoformat()))
    return made


def days(cal: Calendar) -> list[dict]:
    """How days are said: ordinary, make-up, holiday, another year."""
    today = date(2026, 10, 10)
    picked = [date(2026, 9, 18) + timedelta(days=n) for n in range(26)]
    picked += [date(2025, 12, 31), date(2027, 1, 4), date(2026, 2, 14), date(2026, 2, 17), date(2026, 3, 5)]
    return [
        {
            "day": day.isoformat(),
            "today": today.isoformat(),
            "workday": cal.is_workday(day),
            "short": words.short(day, today=today, cal=cal),
            "sentence": words.sentence(day, today=today),
            "promise": words.promise(day, today=today),
            "paper": words.paper(day),
            "headline": words.headline_day(day, cal),
        }
        for day in picked
    ]


def examples() -> dict:
    cal = calendar()
    return {
        "note": "Made by tests/site/time_examples.py from the engine; the limits with an id were computed by hand.",
        "calendar": cal.digest,
        "limits": worked(cal) + random_limits(cal, 160, 7),
        "statuses": statuses(cal),
        "days": days(cal),
    }


def write() -> None:
    value = examples()
    head = {key: value[key] for key in ("note", "calendar")}
    lines = ["{", *(f" {json.dumps(key)}: {json.dumps(text, ensure_ascii=False)}," for key, text in head.items())]
    for key in ("limits", "statuses", "days"):
        rows = ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in value[key])
        lines.append(f' "{key}": [\n{rows}\n ]' + ("," if key != "days" else ""))
    FILE.write_text("\n".join([*lines, "}"]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
