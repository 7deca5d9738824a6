"""One file of a ledger as read: plain value, findings of form, and on demand the typed record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from noveto.ledger.places import id_of, owner_of
from noveto.records.build import build_case, build_complaint, build_improvement, build_period, build_review
from noveto.records.effective import Effective, effective

if TYPE_CHECKING:
    from noveto.findings import Finding
    from noveto.records.model import Case, Complaint, Improvement, Period, Review, Typed
    from noveto.source import Loaded

_BUILDERS: Mapping[str, Callable[..., Any]] = {
    "case": build_case,
    "complaint": build_complaint,
    "improvement": build_improvement,
    "period": build_period,
    "review": build_review,
}


class Record:
    """One file under ``records/``.

    ``path`` is relative to the ledger's folder, ``blob`` the Git id of the content, ``kind`` one of
    noveto.ledger.places.KINDS. ``value`` is the plain value, None when the file is not form-valid.
    ``arrivals`` are the days on which entries 1..k of its log were received (None: no receipt yet), empty
    where nobody asked, ``begun`` the day its first version was; ``receipts`` says whether the ledger has any
    receipts at all.
    """

    __slots__ = ("_data", "_effective", "_loaded", "_read", "_typed", "arrivals", "begun", "blob", "kind", "path",
                 "receipts", "value")  # fmt: skip

    def __init__(
        self,
        path: str,
        blob: str,
        kind: str,
        value: Mapping[str, Any] | None,
        *,
        data: bytes | None = None,
        read: Callable[[], bytes] | None = None,
        loaded: Loaded | None = None,
        arrivals: tuple[date | None, ...] = (),
        begun: date | None = None,
        receipts: bool = False,
    ) -> None:
        self.path = path
        self.blob = blob
        self.kind = kind
        self.value = value
        self.arrivals = arrivals
        self.begun = begun
        self.receipts = receipts
        self._data = data
        self._read = read
        self._loaded = loaded
        self._typed: Any = None
        self._effective: Effective | None = None

    @property
    def id(self) -> str:
        """The id by file name."""
        return id_of(self.path)

    @property
    def owner(self) -> str:
        """The unit (of a complaint: the hall) by folder."""
        return owner_of(self.path)

    @property
    def written(self) -> tuple[date, ...]:
        """The days a case states as first written: when it was raised, then that of each entry."""
        value = self.value or {}
        times = (value["raised"], *(item["at"] for item in value.get("log") or ())) if value else ()
        return tuple(date.fromisoformat(at[:10]) for at in times)

    @property
    def ok(self) -> bool:
        """Whether the file is form-valid."""
        return self.value is not None

    @property
    def data(self) -> bytes:
        """The bytes of the file."""
        if self._data is None:
            self._data = self._read() if self._read else b""
        return self._data

    @property
    def loaded(self) -> Loaded:
        """The file read by the strict loader (again, if need be), for its positions."""
        if self._loaded is None:
            from noveto.source import load

            self._loaded = load(self.data, file=self.path)
        return self._loaded

    def position(self, path: Sequence[str | int], key: bool = False) -> tuple[int, int]:
        """Return line and column of a field, both from 1."""
        loaded = self.loaded
        if loaded.plain and not key and loaded.text is not None and (at := plain_position(loaded.text, path)):
            return at
        return loaded.position(path, key=key)

    @property
    def effective(self) -> Effective:
        """What the record says after its corrections and strikes. Only for form-valid records with a log."""
        if self._effective is None:
            assert self.value is not None  # noqa: S101 - stated above
            self._effective = effective(self.value)
        return self._effective

    @property
    def typed(self) -> Typed:
        """The typed effective record, struck entries left out. Only for form-valid records."""
        if self._typed is None:
            found = self.effective
            self._typed = _BUILDERS[self.kind](found.value, found.struck)
        return cast("Typed", self._typed)

    @property
    def case(self) -> Case:
        """The typed effective record of kind case."""
        return cast("Case", self.typed)

    @property
    def complaint(self) -> Complaint:
        """The typed effective record of kind complaint."""
        return cast("Complaint", self.typed)

    @property
    def improvement(self) -> Improvement:
        """The typed effective record of kind improvement."""
        return cast("Improvement", self.typed)

    @property
    def period(self) -> Period:
        """The typed record of kind period."""
        return cast("Period", self.typed)

    @property
    def review(self) -> Review:
        """The typed record of kind review."""
        return cast("Review", self.typed)


class Quarantined:
    """A file that may not count: where it is, whose it is, and why."""

    __slots__ = ("findings", "kind", "path")

    def __init__(self, path: str, kind: str, findings: tuple[Finding, ...]) -> None:
        self.path = path
        self.kind = kind
        self.findings = findings

    @property
    def id(self) -> str:
        """The id by file name."""
        return id_of(self.path)

    @property
    def owner(self) -> str:
        """The unit (of a complaint: the hall) by folder, "" where the path names none."""
        return owner_of(self.path)


def plain_position(text: str, path: Sequence[str | int]) -> tuple[int, int] | None:
    """Return line and column of a top-level value or of a value of a log entry, None for any other path.

    ``text`` lies in the plain subset (Loaded.plain), where a line that starts with a key is that key, and one
    that starts ``- at:`` a log entry. Much cheaper than reading the text again for all its places.
    """
    if len(path) == 3 and path[0] == "log" and isinstance(path[1], int):
        at = -1
        for _ in range(path[1] + 1):
            at = text.find("\n- at: ", at + 1)
            if at < 0:
                return None
        if path[2] == "at":
            return text.count("\n", 0, at + 1) + 1, 7
        end = text.find("\n- at: ", at + 1)
        at = text.find(f"\n  {path[2]}: ", at, end if end >= 0 else len(text))
        return (text.count("\n", 0, at + 1) + 1, len(str(path[2])) + 5) if at >= 0 else None
    if len(path) == 1:
        name = f"{path[0]}: "
        at = 0 if text.startswith(name) else text.find(f"\n{name}") + 1
        if at or text.startswith(name):
            return text.count("\n", 0, at) + 1, len(name) + 1
    return None
