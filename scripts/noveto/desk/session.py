"""Sessions: a signed cookie that names a member of staff, ends after a working day, and locks when left alone.

The cookie is HttpOnly and SameSite=Lax, with TLS also Secure and ``__Host-``: no neighbouring site can plant one.
It carries no personal data. What was signed out
cannot be used again while this process lives; after a restart the time limits hold.
"""

from __future__ import annotations

import hmac
import secrets
import time
from dataclasses import dataclass
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer
from starlette.requests import Request
from starlette.responses import Response

from noveto.desk.people import Person
from noveto.desk.settings import Settings

COOKIE = "noveto_desk"
RENEW_AFTER = 60
"""Seconds after which a used session gets a new time of last use."""


@dataclass(frozen=True, slots=True)
class Session:
    """One signed-in browser. ``issued`` and ``seen`` are seconds since 1970; ``csrf`` guards its forms."""

    sid: str
    staff: str
    csrf: str
    issued: int
    seen: int


class Sessions:
    """Issues, reads and ends sessions; one for the whole process (``request.app.state.sessions``)."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.cookie = f"__Host-{COOKIE}" if settings.secure_cookies else COOKIE
        self._signer = URLSafeSerializer(settings.secret, salt="noveto-session-1")
        self._ended: dict[str, int] = {}

    def start(self, response: Response, staff: str, *, now: float | None = None) -> Session:
        """Put a new session (never a given one: no fixation) on the response."""
        at = int(time.time() if now is None else now)
        session = Session(secrets.token_urlsafe(12), staff, secrets.token_urlsafe(18), at, at)
        self._set(response, session)
        return session

    def read(self, cookie: str, *, now: float | None = None) -> Session | None:
        """Return the session of a cookie; None when forged, ended, too old, or left alone for too long."""
        at = int(time.time() if now is None else now)
        try:
            value: Any = self._signer.loads(cookie)
            session = Session(*value)
        except (BadSignature, TypeError, ValueError):
            return None
        old = at - session.issued > self._settings.session_hours * 3600
        idle = at - session.seen > self._settings.idle_minutes * 60
        return None if old or idle or session.sid in self._ended else session

    def renew(self, response: Response, session: Session, *, now: float | None = None) -> None:
        """Note on the response that the session was used, now and then."""
        at = int(time.time() if now is None else now)
        if at - session.seen >= RENEW_AFTER and session.sid not in self._ended:
            self._set(response, Session(session.sid, session.staff, session.csrf, session.issued, at))

    def end(self, response: Response, session: Session | None, *, now: float | None = None) -> None:
        """End a session for good."""
        at = int(time.time() if now is None else now)
        self._ended = {sid: until for sid, until in self._ended.items() if until > at}
        if session is not None:
            self._ended[session.sid] = session.issued + self._settings.session_hours * 3600 + 60
        response.delete_cookie(self.cookie, path="/", secure=self._settings.secure_cookies)

    def _set(self, response: Response, session: Session) -> None:
        text = str(self._signer.dumps([session.sid, session.staff, session.csrf, session.issued, session.seen]))
        secure = self._settings.secure_cookies
        response.set_cookie(self.cookie, text, path="/", httponly=True, samesite="lax", secure=secure)


def sign_in(request: Request, response: Response, person: Person) -> None:
    """Sign ``person`` in on this response, ending whatever session the browser brought."""
    sessions: Sessions = request.app.state.sessions
    before = sessions.read(request.cookies.get(sessions.cookie, ""))
    if before is not None:
        sessions.end(response, before)
    sessions.start(response, person.id)


def sign_out(request: Request, response: Response) -> None:
    """End the browser's session."""
    sessions: Sessions = request.app.state.sessions
    sessions.end(response, sessions.read(request.cookies.get(sessions.cookie, "")))


def csrf_fits(session: Session, given: str) -> bool:
    """Return whether a form carries the session's token."""
    return hmac.compare_digest(session.csrf.encode(), given.encode("utf-8", "replace"))
