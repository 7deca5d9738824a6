"""`noveto warn` run day after day, held against what the records say when they are read by simple means.

The expectation shares nothing with the package: files, corrections and receipts are read by ``plainly.py`` with PyYAML
and git, due dates and states come from ``tests/clocks/oracle.py``, which walks days one by one from the contract's
text; sections, ladder and standing issues are worked out here anew. Only which files are broken is asked of the ledger.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime, time, timedelta

from tests.clocks import oracle
from tests.warnings import plainly

from noveto.clocks.recipe import open_records
from noveto.warnings import Basis, plan
from noveto.warnings.forges import Issue
from noveto.warnings.issues import case_of, sync, wanted
from noveto.warnings.outbox import Outbox

DAY = timedelta(days=1)
MORNING, AFTERNOON = time(8, 35), time(14, 0)
ALIVE = ("running", "due_today", "overdue", "suspended")


class Recorder:
    """A channel that keeps what it is given."""

    name, kind, units, pace = "recorder", "recorder", (), (10**9, 1.0)

    def __init__(self):
        self.messages = []

    def payload(self, message):
        return message.plain(2048)

    def send(self, message):
        assert len(message.markdown(4096).encode()) <= 4096
        assert len(message.plain(2048).encode()) <= 2048
        self.messages.append(message)


class Remembered:
    """What was sent, in memory; sending a key twice is an error at once."""

    def __init__(self):
        self.keys = {}

    def when(self, channel, key):
        return self.keys.get(key, "")

    def add(self, channel, keys, now):
        for key in keys:
            assert key not in self.keys, f"{key} sent on {self.keys[key]} and again on {now}"
            self.keys[key] = str(now)


class MemoryForge:
    """A forge without a network."""

    def __init__(self):
        self.issues, self.texts = {}, defaultdict(list)

    def listed(self):
        return [issue for issue in self.issues.values() if issue.open]

    def search(self, text):
        return [issue for issue in self.issues.values() if text in issue.title]

    def create(self, title, body):
        number = len(self.issues) + 1
        self.issues[number] = Issue(number, title, body, True)
        return self.issues[number]

    def edit(self, issue, *, title, body, open):
        self.issues[issue.number] = Issue(issue.number, title, body, open)

    def mark(self, issue):
        assert issue.number in self.issues

    def comments(self, issue):
        return list(self.texts[issue.number])

    def comment(self, issue, body):
        self.texts[issue.number].append(body)


class Expected:
    """What the records say, case by case and day by day."""

    def __init__(self, ledger):
        self.days = oracle.Days()
        self.cases = [
            _Case(self.days, *parts)
            for name, parts in plainly.read_cases(ledger.root).items()
            if ledger.record(name) is not None
        ]

    def next_workday(self, day):
        return self.days.roll(day + DAY)

    def changed(self, name, since):
        """Return whether a case was raised, went on or was received since a moment."""
        case = next(case for case in self.cases if case.id == name)
        stamps = [case.raised, *(datetime.fromisoformat(entry["at"]) for entry in case.log)]
        return any(stamp > since for stamp in stamps) or any(
            came and came >= since.date() for came in case.arrivals or []
        )

    def on(self, day):
        """Return {unit: {section: cases}} of the digests and {case: (clock, round, due, days late)} of the overdue."""
        told = defaultdict(lambda: defaultdict(set))
        late = {}
        now = datetime.combine(day, MORNING)
        tomorrow = self.next_workday(day)
        for case in self.cases:
            clocks = case.at(now)
            if clocks is None:
                continue
            own = sorted(
                (c["due"], c["clock"] == "review", c["clock"] != "reply", c["clock"], c["round"], c)
                for c in clocks
                if c["binding"] and c["due"] is not None and c["state"] in ("running", "due_today", "overdue")
                and c["due"] <= tomorrow
            ) if clocks else []  # fmt: skip
            own = [row[-1] for row in own]
            first = next((c for c in own if c["clock"] != "review"), own[0] if own else None)
            if first is not None:
                name = {"review": "review"}.get(first["clock"]) or (
                    "late" if first["due"] < day else "today" if first["due"] == day else "soon"
                )
                told[case.unit][name].add(case.id)
            past = [c for c in own if c["due"] < day]
            if past:
                worst = past[0]
                late[case.id] = (worst["clock"], worst["round"], worst["due"], self.days.between(worst["due"], day))
            for c in clocks:
                if (
                    c["clock"] == "consult"
                    and c["state"] in ("running", "due_today", "overdue")
                    and c["due"] <= tomorrow
                ):
                    told[c["of"]]["asked"].add(case.id)
        return told, late


class _Case:
    def __init__(self, days, value, log, arrivals):
        self.days, self.value, self.log, self.arrivals = days, value, log, arrivals
        self.id, self.unit = value["id"], value["unit"]
        self.raised = datetime.fromisoformat(value["raised"])
        stamps = [self.raised, *(datetime.fromisoformat(entry["at"]) for entry in log)]
        came = [day for day in arrivals or [] if day]
        self.last = max([stamp.date() for stamp in stamps] + came) + DAY
        self.live = bool(self._open(log, self.last))

    def at(self, now):
        """Return the clocks that are open at a moment, None where nothing can be due any more."""
        if self.raised > now or (now.date() > self.last and not self.live):
            return None
        log = [entry for entry in self.log if datetime.fromisoformat(entry["at"]) <= now]
        return self._open(log, now.date())

    def _open(self, log, day):
        found = [clock for clock in self._clocks(log, day) if clock["state"] in ALIVE]
        overdue = [clock for clock in found if clock["state"] == "overdue"]
        if overdue:  # one that an ending has frozen does not grow any more
            grown = Counter(
                (c["clock"], c["round"], c["of"], c["due"], c["days_late"] > self.days.between(c["due"], day))
                for c in self._clocks(log, day + 30 * DAY, day)
                if c["state"] == "overdue" and c["due"] is not None
            )
            found = [
                c for c in found
                if c["state"] != "overdue" or grown[c["clock"], c["round"], c["of"], c["due"], True]
            ]  # fmt: skip
        return found

    def _clocks(self, log, day, now_day=None):
        now_day = now_day or day
        # The oracle numbers the entries as they stand in the file, so what is left out must keep its place.
        value = {**self.value, "log": [{key: v for key, v in entry.items() if key != "n"} for entry in log]}
        arrivals = self.arrivals
        if arrivals is not None:
            known = [came if came and came <= now_day else None for came in arrivals]  # what had come by then
            arrivals = [known[entry["n"] - 1] if entry["n"] <= len(known) else None for entry in log]
        return oracle.compute(self.days, value, day, arrivals)


def simulate(ledger, first, last):
    """Run every day twice from ``first`` to ``last`` and check each; return how often what was seen."""
    basis = Basis.of(ledger)
    expected = Expected(ledger)
    sent, forge = Remembered(), MemoryForge()
    seen: Counter[str] = Counter()
    overdue_before: dict[str, tuple] = {}
    told_late: set[tuple] = set()
    climbed: set[tuple] = set()
    opened: set[str] = set()
    day = first
    while day <= last:
        told, late = expected.on(day)
        records = list(open_records(ledger, day))
        channel = Recorder()
        for clock in (MORNING, AFTERNOON):
            now = datetime.combine(day, clock)
            made = plan(records, basis, now)
            box = Outbox(sent, sleep=lambda _: None)
            messages = list(box.due(channel, made, basis))
            done = box.deliver(channel, messages, now)
            assert done.failed == []
            if clock == AFTERNOON:
                assert not [one for one in messages if one.kind == "digest" and one.unit in told], (
                    f"{day}: a second digest"
                )
            elif not made.quiet:
                sync(forge, wanted(made.late, basis, now))
                standing = {case_of(issue) for issue in forge.listed()}
                assert standing == set(late), f"{day}: {standing ^ set(late)}"
                opened |= standing
        if not expected.days.works(day):
            assert channel.messages == [], f"{day} is a rest day"
            seen["rest days"] += 1
            day += DAY
            continue
        seen["working days"] += 1
        _digests(day, channel.messages, told, seen)
        for case, (name, number, due, _) in late.items():
            key = (case, name, number, due)
            if key not in told_late:
                told_late.add(key)
                seen["first warnings"] += 1
                # No morning was missed: what is first told today was not overdue on the last working morning, or
                # something has been entered since (a case registered when it was late already, a late receipt).
                before = datetime.combine(_last_workday(expected.days, day), MORNING)
                assert day == first or due >= before.date() or expected.changed(case, before), (day, case, name, due)
        _ladder(day, first, channel.messages, late, climbed, seen)
        _handovers(day, channel.messages, expected.days, seen)
        overdue_before = dict(late)
        day += DAY
    assert {case_of(issue) for issue in forge.listed()} == set(overdue_before)
    for issue in forge.issues.values():
        assert issue.open == (case_of(issue) in overdue_before)
        assert len(forge.texts[issue.number]) == len(set(forge.texts[issue.number]))
    assert len(forge.issues) == len(opened), "one issue a case"
    seen["issues"] = len(opened)
    seen["closed issues"] = len(opened) - len(overdue_before)
    return seen


def _last_workday(days, day):
    day -= DAY
    while not days.works(day):
        day -= DAY
    return day


def _digests(day, messages, told, seen):
    got = defaultdict(lambda: defaultdict(set))
    for message in messages:
        if message.kind == "digest":
            assert message.unit not in got, f"{day}: two digests for {message.unit}"
            for item in message.data["items"]:
                if item["clock"] != "complaint" and not (item["section"] == "asked" and item["clock"] != "consult"):
                    got[message.unit][item["section"]].add(item["case"])
                    seen[item["section"]] += 1
    for unit in set(got) | set(told):
        for section in ("late", "today", "soon", "asked", "review"):
            assert got[unit][section] == told[unit][section], (
                f"{day} {unit} {section}: sent {got[unit][section] - told[unit][section]} too many, "
                f"missing {told[unit][section] - got[unit][section]}"
            )


def _ladder(day, first, messages, late, climbed, seen):
    """Two working days: the leader; five: the centre; each once for each overdue clock, on the very day."""
    got = Counter()
    for message in messages:
        if message.kind == "ladder":
            for item in message.data["items"]:
                got[item["case"], item["clock"], item["due"], message.data["level"]] += 1
    want = Counter()
    for case, (name, number, due, days_late) in late.items():
        for least, level in ((2, "leader"), (5, "centre")):
            key = (case, name, number, due, level)
            if days_late >= least and key not in climbed:
                climbed.add(key)
                want[case, name, due.isoformat(), level] += 1
                seen[level] += 1
    assert got == want, f"{day}: {got - want} too many, {want - got} missing"


def _handovers(day, messages, days, seen):
    """Never for what is older than the working day before."""
    for message in messages:
        if message.kind == "handover":
            seen["handover messages"] += 1
            seen["handovers"] += len(message.keys)
            for item in message.data["items"]:
                seen[f"handover {item['kind']}"] += 1
