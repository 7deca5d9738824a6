"""Probable slips and advice (NV45x, warnings and notes): few, and each worth a second look."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from noveto.checks.common import Judged, in_time, place, title
from noveto.findings import Finding, make
from noveto.ledger.places import day_in
from noveto.records.build import flag
from noveto.records.effective import plain
from noveto.records.model import Case, Complaint, Entry, Typed
from noveto.words import RESULTS, TRACKS

SHORT = 10
"""Facts of fewer characters than this tell the next reader nothing."""


def slip_findings(
    record: Judged, unit_name: Callable[[str], str] = str, events: Sequence[Entry] | None = None
) -> Iterator[Finding]:
    """Yield warnings and notes on a form-valid record. ``unit_name`` gives units their names."""
    typed = record.typed
    if isinstance(typed, Case | Complaint):
        yield from _facts(record, typed)
    if isinstance(typed, Case):
        events = in_time(typed.log) if events is None else events
        yield from _track(record, typed)
        yield from _reason(record, typed)
        yield from _papers(record, events)
        yield from _form(record, typed, events)
        for entry in events:
            if entry.step == "consulted" and typed.unit in entry.data["units"]:
                at = place(record, ("log", entry.n - 1, "units", entry.data["units"].index(typed.unit)))
                yield make("NV463", **at, n=entry.n, unit=unit_name(typed.unit))
            elif entry.step == "consult_answered" and entry.data["stance"] == "not_ours" and not entry.data.get("to"):
                yield make("NV456", **place(record, ("log", entry.n - 1, "stance")), n=entry.n)
            elif entry.step == "extended" and not typed.matter.licensing:
                yield make("NV458", **place(record, ("log", entry.n - 1)), n=entry.n)
            elif entry.step == "answered":
                yield from _beside_the_result(record, entry)
                if entry.data["result"] == "explained" and typed.kind != "enquiry":
                    at = place(record, ("log", entry.n - 1, "result"))
                    yield make("NV460", **at, n=entry.n, said=RESULTS["explained"], kind=_KINDS[typed.kind])
        yield from _replaced(record, typed)
        yield from _same_track(record, typed, events)
    yield from _itself(record, typed)
    yield from _without_effect(record, typed)
    yield from _twice(record, typed.log)


def _replaced(record: Judged, case: Case) -> Iterator[Finding]:
    """What replaces a voided case keeps its day: entering it anew must not start its clocks anew."""
    for entry in case.log:
        if entry.step != "voided" or "replaced_by" not in entry.data:
            continue
        other = str(entry.data["replaced_by"])
        day = day_in(other)
        if day is not None and day > case.raised.date():
            at = place(record, ("log", entry.n - 1, "replaced_by"))
            yield make("NV461", **at, n=entry.n, value=other, day=day, begun=case.raised.date())


_OTHERS = {"linked": "id", "voided": "replaced_by"}
"""Steps that name another record."""


def _itself(record: Judged, typed: Typed) -> Iterator[Finding]:
    for entry in typed.log:
        key = _OTHERS.get(entry.step)
        if key is not None and entry.data.get(key) == typed.id:
            yield make("NV462", **place(record, ("log", entry.n - 1, key)), n=entry.n, value=typed.id)


_KINDS = {"request": "诉求", "application": "申请"}
_BELONGS = {"redirect": ("redirected", "已指路"), "remedies": ("refused", "不能办")}


def _beside_the_result(record: Judged, entry: Entry) -> Iterator[Finding]:
    """Details of another result stand beside this one: one of the two is a slip."""
    for key, (result, words) in _BELONGS.items():
        if key in entry.data and entry.data["result"] != result:
            at = place(record, ("log", entry.n - 1, key))
            called = title(record.kind, f"log.answered.{key}")
            yield make("NV459", **at, n=entry.n, called=called, key=key, words=words)


def _facts(record: Judged, typed: Case | Complaint) -> Iterator[Finding]:
    length = len("".join(typed.facts.split()))
    if length < SHORT:
        yield make("NV453", **place(record, ("facts",)), length=length)


def _same_track(record: Judged, case: Case, events: Sequence[Entry]) -> Iterator[Finding]:
    track = case.track
    for entry in events:
        if entry.step == "reclassified":
            if entry.data["track"] == track:
                at = place(record, ("log", entry.n - 1, "track"))
                yield make("NV466", **at, n=entry.n, value=TRACKS.get(track, track))
            track = entry.data["track"]


def _without_effect(record: Judged, typed: Typed) -> Iterator[Finding]:
    """A step that changes nothing: what it was to change is still as it was."""
    struck: dict[str, int] = {}
    for entry in typed.log:
        data = entry.data
        if entry.step == "handed_over" and data["from"] == data["to"]:
            yield make("NV467", **place(record, ("log", entry.n - 1, "to")), n=entry.n)
        elif entry.step == "struck":
            aim = str(int(data["entry"]))
            if aim in struck:
                at = place(record, ("log", entry.n - 1, "entry"))
                yield make("NV469", **at, n=entry.n, aim=aim, before=struck[aim])
            struck.setdefault(aim, entry.n)
    for one in record.effective.corrections:
        if plain(one.was) == plain(one.now):
            yield make("NV468", **place(record, ("log", one.n - 1, "now")), n=one.n, name=one.field)


def _track(record: Judged, case: Case) -> Iterator[Finding]:
    """The reason for a longer limit must be a reason of its own."""
    said = "".join(case.track_reason.split())
    if case.track == "general" or not said:
        return
    copied = {"".join(text.split()) for text in (case.facts, case.matter.name)}
    if said in copied or len(said) < 4 or said.rstrip("。") in ("特殊事项", "跨部门事项", "情况特殊", "情况复杂"):
        yield make("NV454", **place(record, ("track_reason",)), days=5 if case.track == "special" else 10)


def _reason(record: Judged, case: Case) -> Iterator[Finding]:
    if case.reason == "R99":
        yield make("NV450", **place(record, ("reason", "main")))


def _papers(record: Judged, events: Sequence[Entry]) -> Iterator[Finding]:
    """'Not cured' is claimed although the papers last brought were complete, or none came."""
    brought: bool | None = None
    for entry in events:
        if entry.step == "supplement_received":
            brought = flag(entry.data["complete"])
        elif entry.step == "supplement_notice":
            if entry.data["cause"] == "not_cured" and brought is not False:
                yield make("NV452", **place(record, ("log", entry.n - 1, "cause")), n=entry.n)
            brought = None


def _form(record: Judged, case: Case, events: Sequence[Entry]) -> Iterator[Finding]:
    """After an approved refusal: boxes of the form that are empty, copies whose way is not recorded (I17)."""
    steps = {entry.step for entry in events}
    answers = [entry for entry in events if entry.step == "answered"]
    if "veto_proposed" not in steps or not answers or answers[-1].data["result"] != "refused":
        return
    lacks = []
    if not case.applicant.contact and case.applicant.kind != "anonymous":
        lacks.append("联系方式")
    if "window_opinion" not in steps:
        lacks.append("窗口负责人意见")
    copies = {entry.data["copy"] for entry in events if entry.step == "delivered"}
    if "applicant" in copies:
        lacks += [
            words
            for copy, words in (("bureau", "市数据资源管理局的一份"), ("window", "窗口存档的一份"))
            if copy not in copies
        ]
    if lacks:
        yield make("NV451", **place(record, ("log", answers[-1].n - 1, "result")), missing="、".join(lacks))


def _twice(record: Judged, log: Sequence[Entry]) -> Iterator[Finding]:
    for before, entry in pairwise(log):
        if (before.step, before.by, before.at, before.data) == (entry.step, entry.by, entry.at, entry.data):
            yield make("NV455", **place(record, ("log", entry.n - 1)), n=entry.n, before=before.n)
