"""The one loader: bytes of a file to plain values, or to findings that say what is wrong and where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from noveto.findings import Finding, make
from noveto.source import subset
from noveto.source.decode import BOM, LIMIT, USUAL, has_rare, read_text

if TYPE_CHECKING:
    from noveto.source.events import Reader
    from noveto.source.positions import Places

_ROUNDS = 60  # slips told by mending and reading again …
_PATIENCE = 1 << 20  # … as long as this many characters have not been read in all
_HIDING = frozenset({"NV104", "NV105", "NV107", "NV127"})  # slips of a key that reading goes on after, without the key


class Loaded:
    """What one file says.

    ``value`` is built of dict, list, str and bool (None only for a bare ``log:``); None where the file cannot be
    used. ``findings`` holds every slip of the text (NV101-NV129); a file with warnings alone keeps its value.
    ``text`` is the decoded text without BOM and with LF line ends, None where the bytes are no text.
    ``plain`` says that the text lies in the plain subset that the tools write.
    ``mended`` is what a file with slips would say without them, line for line, so that one run tells every mistake;
    None where that is not certain. ``hides``: a slip left in it may hide a key, what seems missing may be there.
    """

    __slots__ = ("_places", "file", "findings", "hides", "mended", "plain", "text", "value")

    def __init__(
        self,
        file: str,
        text: str | None,
        value: Any,
        findings: list[Finding],
        *,
        plain: bool = False,
        mended: Loaded | None = None,
        hides: bool = False,
    ) -> None:
        self.file = file
        self.text = text
        self.value: Any = value
        self.findings = findings
        self.plain = plain
        self.mended = mended
        self.hides = hides
        self._places: Places | None = None

    def position(self, path: Sequence[str | int], key: bool = False) -> tuple[int, int]:
        """Return line and column (from 1, in characters) of the value at ``path``, or of its key.

        ``path`` holds keys and list positions from 0, as in ``value``. Where it does not exist (a missing field)
        the place of the nearest container is given. The first call reads the text once more.
        """
        return self.places.find(path, key=key)

    @property
    def places(self) -> Places:
        """The places of all keys and values, read on first use (:class:`noveto.source.positions.Places`)."""
        if self._places is None:
            from noveto.source.positions import Places

            self._places = Places(self.text or "")
        return self._places


def load(data: bytes, *, file: str, bare_log: bool = True, marks: bool = False) -> Loaded:
    """Read the bytes of one YAML file (records.md section 2); never raises, whatever the bytes are.

    ``bare_log`` allows an empty ``log:`` at the top level. ``marks`` reads the places at once instead of on the
    first call of ``position``.
    """
    loaded = _load(data, file, bare_log)
    if marks:
        loaded.places  # noqa: B018 - reads them
    return loaded


def _load(data: bytes, file: str, bare_log: bool) -> Loaded:
    if len(data) <= LIMIT and not data.translate(None, USUAL):
        try:
            text = data.decode()
        except UnicodeDecodeError:
            text = ""
        if text and not has_rare(data, text):
            value = subset.read(text)
            if value is not None and (bare_log or value.get("log", "") is not None):
                return Loaded(file, text, value, [], plain=True)
    return _load_carefully(data, file, bare_log)


def _load_carefully(data: bytes, file: str, bare_log: bool) -> Loaded:
    """Read a file that is not plainly in the subset: unusual, or wrong."""
    text, found = read_text(data, file)
    if text is None:
        return Loaded(file, None, None, found)
    if (data.startswith(BOM) or b"\r" in data or b"\xc2" in data) and "\t" not in text:
        value = subset.read(text)
        if value is not None and (bare_log or value.get("log", "") is not None):
            return Loaded(file, text, value, [], plain=True)
    from noveto.source.diffs import copied_diff
    from noveto.source.events import Reader

    diff = copied_diff(text)
    if diff is not None:
        inner = _load_carefully(diff.mended.encode(), file, bare_log)
        told = make("NV153", file=file, line=diff.line, column=1, sign=diff.sign)
        mended = inner if inner.value is not None else inner.mended
        return Loaded(file, text, None, [told, *inner.findings], mended=mended)
    reader = Reader(text, file, bare_log=bare_log)
    reader.read()
    if reader.trouble is not None or (reader.found and reader.found[-1].code == "NV120"):
        return _all_slips(reader, bare_log)
    return Loaded(file, text, reader.value, reader.found, mended=_mended(reader))


def _mended(reader: Reader, *, hides: bool = False) -> Loaded | None:
    """Return what was read in spite of slips, None where nothing was or there was no slip."""
    if reader.value is not None or reader.draft is None:
        return None
    hides = hides or any(finding.code in _HIDING for finding in reader.found)
    return Loaded(reader.file, reader.text, reader.draft, [], hides=hides)


def _all_slips(reader: Reader, bare_log: bool) -> Loaded:
    """Tell every slip of a text whose syntax is broken: explain one, mend it, read again."""
    from noveto.source.events import Reader
    from noveto.source.hints import explain, wide_colon_lines

    text, hides = reader.text, False
    lines = reader.text.split("\n")
    told: dict[tuple[str, int], Finding] = {}
    tried: set[tuple[str, int]] = set()
    read = 0
    for count in range(_ROUNDS):
        if reader.trouble is not None:
            hint = explain(reader.text, reader.trouble, reader.file)
        else:
            only_text = bool(reader.found) and reader.found[-1].code == "NV120"
            wide = wide_colon_lines(reader.text, reader.file) if only_text else None
            if wide is None:
                break
            reader.found.pop()
            hint = wide
        spot = (hint.finding.code, hint.line)
        if spot in tried:
            break
        if spot[0] != "NV125" or ("NV125", spot[1] - 1) not in tried:  # of a block that is out of line, the first
            told[spot] = hint.finding
        tried.add(spot)
        hides = hides or hint.hides
        read += len(reader.text)
        if not hint.mended or hint.mended == lines[hint.line - 1] or count == _ROUNDS - 1 or read > _PATIENCE:
            break
        lines[hint.line - 1] = hint.mended
        reader = Reader("\n".join(lines), reader.file, bare_log=bare_log)
        reader.read()
    found = sorted([*told.values(), *reader.found], key=lambda finding: (finding.line, finding.column, finding.code))
    if reader.trouble is None and reader.draft is not None:
        reader.value = None  # of the mended text: the file itself says nothing
        return Loaded(reader.file, text, None, found, mended=_mended(reader, hides=hides))
    return Loaded(reader.file, text, None, found)
