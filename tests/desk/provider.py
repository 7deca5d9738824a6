"""An OpenID provider that does what the test tells it to, right or wrong (beside the honest one from a package)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

CLIENT, SECRET = "noveto-desk", "a-secret-of-the-client-0123456789"

Change = Callable[[dict[str, Any]], None]


class FakeProvider:
    """Answers discovery, keys, token and user information; ``codes`` are what it gave out."""

    def __init__(self, server: HTTPServer) -> None:
        self.server = server
        self.issuer = server.url_for("").rstrip("/")
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.signer: RSAKey | OctKey = self.key
        self.algorithm = "RS256"
        self.header: dict[str, Any] = {"kid": "one"}
        self.codes: dict[str, tuple[str, str]] = {}  # code -> (nonce, challenge)
        self.change_claims: Change = lambda claims: None
        self.change_document: Change = lambda document: None
        self.change_token: Change = lambda token: None
        self.userinfo: dict[str, Any] = {"sub": "7", "preferred_username": "liumou"}
        self.published = [self.key]
        server.expect_request("/.well-known/openid-configuration").respond_with_handler(self._document)
        server.expect_request("/keys").respond_with_handler(self._keys)
        server.expect_request("/token", method="POST").respond_with_handler(self._token)
        server.expect_request("/userinfo").respond_with_handler(self._userinfo)

    def grant(self, address: str) -> tuple[str, str]:
        """Agree to an authorization request; return code and state as the browser would bring them back."""
        asked = {name: values[0] for name, values in parse_qs(address.partition("?")[2]).items()}
        code = f"code-{len(self.codes)}"
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        self.codes[code] = (asked["nonce"], asked["code_challenge"])
        return code, asked["state"]

    def _document(self, request: Request) -> Response:
        document = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
        }
        self.change_document(document)
        return _json(document)

    def _keys(self, request: Request) -> Response:
        return _json(KeySet(self.published).as_dict(private=False))

    def _token(self, request: Request) -> Response:
        nonce, challenge = self.codes.pop(request.form.get("code", ""), ("", ""))
        verifier = request.form.get("code_verifier", "")
        proven = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        user = request.authorization
        known = user is not None and (user.username, user.password) == (CLIENT, SECRET)
        if not challenge or proven != challenge or not known:
            return _json({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.issuer, "aud": CLIENT, "sub": "7", "exp": now + 300, "iat": now, "nonce": nonce,
            "preferred_username": "liumou",
        }  # fmt: skip
        self.change_claims(claims)
        if self.algorithm == "none":
            header = _b64({"alg": "none"})
            id_token = f"{header}.{_b64(claims)}."
        elif self.algorithm == "public key as secret":
            signed = f"{_b64({'alg': 'HS256', 'kid': 'one'})}.{_b64(claims)}"
            mac = hmac.digest(self.key.as_pem(private=False), signed.encode(), "sha256")
            id_token = f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"
        else:
            head = {"alg": self.algorithm, **self.header}
            id_token = jwt.encode(head, claims, self.signer, algorithms=[self.algorithm])
        token = {"access_token": "opaque", "token_type": "Bearer", "expires_in": 300, "id_token": id_token}
        self.change_token(token)
        return _json(token)

    def _userinfo(self, request: Request) -> Response:
        assert request.headers["Authorization"] == "Bearer opaque"
        return _json(self.userinfo)


def _json(value: Any, status: int = 200) -> Response:
    return Response(json.dumps(value), status, content_type="application/json")


def _b64(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
