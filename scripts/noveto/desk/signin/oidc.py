"""OpenID Connect, authorization code flow with PKCE (RFC 6749, 7636, 9207; OpenID Connect Core 1.0).

The protocol is Authlib's, the signatures are joserfc's; what they leave to their caller is checked here: issuer,
audience, times, nonce, algorithm, and that the user information belongs to the same subject.
"""

from __future__ import annotations

import asyncio
import secrets
import time
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from noveto.desk.signin.options import OidcOptions, SignInError, safe_address

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA")
"""Signatures a provider's key makes; never ``none``, never one made with the shared secret."""

SCOPE = "openid profile email"
_LEEWAY = 60
_KEPT = 3600.0
_TIMEOUT = 10.0

_AWAY = "登录服务器（单位的代码平台）没有回应。请过一分钟再登录；一直不行请告诉管理员。"
_ODD = "登录服务器的回答不对，没有登录成。请再登录一次；一直不行请告诉管理员。"


@dataclass(frozen=True, slots=True)
class Pending:
    """A sign-in under way, known to this browser alone."""

    state: str
    nonce: str
    verifier: str
    next: str


class Provider:
    """One OpenID provider; its discovery document and keys are kept for an hour."""

    def __init__(self, options: OidcOptions) -> None:
        self.options = options
        self._document: dict[str, Any] = {}
        self._keys: KeySet | None = None
        self._read_at = 0.0
        self._lock = asyncio.Lock()

    async def begin(self, next: str) -> tuple[Pending, str]:
        """Return a new sign-in and the provider's address to send the browser to. Raises SignInError."""
        document = await self._discovery()
        pending = Pending(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), next)
        async with self._client() as client:
            address, _ = client.create_authorization_url(
                document["authorization_endpoint"],
                state=pending.state,
                nonce=pending.nonce,
                code_verifier=pending.verifier,
            )
        return pending, str(address)

    async def finish(self, pending: Pending, code: str, issuer: str = "") -> str:
        """Trade the code ("": the provider refused) for the account's login name; ``issuer``: ``iss`` of RFC 9207.

        Raises SignInError when anything does not fit.
        """
        if not code:
            raise SignInError("您在登录页上没有同意，或者登录服务器没有同意。请再点一次登录。", "provider refused")
        document = await self._discovery()
        if issuer and issuer != document["issuer"]:
            raise SignInError(_ODD, f"answer from another issuer {issuer}")
        token = await self._token(document, pending, code)
        claims = await self._claims(document, str(token.get("id_token", "")), pending.nonce)
        account = claims.get(self.options.claim)
        if not account and "userinfo_endpoint" in document:
            told = await self._get(document["userinfo_endpoint"], str(token.get("access_token", "")))
            if told.get("sub") != claims["sub"]:
                raise SignInError(_ODD, "user information of another subject")
            account = told.get(self.options.claim)
        if not isinstance(account, str) or not account:
            raise SignInError(
                "登录服务器没有说出您的账号名。请管理员检查 NOVETO_OIDC_CLAIM。", f"no claim {self.options.claim}"
            )
        return account

    async def _token(self, document: dict[str, Any], pending: Pending, code: str) -> dict[str, Any]:
        import httpx

        try:
            async with self._client() as client:
                token = await client.fetch_token(
                    document["token_endpoint"],
                    code=code,
                    code_verifier=pending.verifier,
                    redirect_uri=self.options.redirect_uri,
                )
        except httpx.HTTPError as error:
            raise SignInError(_AWAY, f"token endpoint: {error!r}") from error
        except Exception as error:  # Authlib's refusals and anything a wrong answer makes it stumble over
            raise SignInError(_ODD, f"token refused: {error}") from error
        return dict(token)

    async def _claims(self, document: dict[str, Any], id_token: str, nonce: str) -> dict[str, Any]:
        """Return the identity token's claims after every check of OpenID Connect Core 3.1.3.7."""
        from joserfc import jwt
        from joserfc.errors import InvalidKeyIdError, JoseError

        try:
            try:
                decoded = jwt.decode(id_token, await self._key_set(document), algorithms=list(ALGORITHMS))
            except InvalidKeyIdError:  # the provider may have a new key
                decoded = jwt.decode(id_token, await self._key_set(document, anew=True), algorithms=list(ALGORITHMS))
            claims = dict(decoded.claims)
            jwt.JWTClaimsRegistry(
                leeway=_LEEWAY,
                iss={"essential": True, "value": document["issuer"]},
                aud={"essential": True, "value": self.options.client_id},
                sub={"essential": True},
                exp={"essential": True},
                iat={"essential": True},
                nonce={"essential": True, "value": nonce},
            ).validate(claims)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise SignInError(_ODD, f"identity token refused: {error}") from error
        audience = claims["aud"]
        party = claims.get("azp")
        if (isinstance(audience, list) and len(audience) > 1 and not party) or party not in (
            None,
            self.options.client_id,
        ):
            raise SignInError(_ODD, "identity token made for another client")
        return claims

    async def _discovery(self) -> dict[str, Any]:
        async with self._lock:
            if self._document and time.monotonic() - self._read_at < _KEPT:
                return self._document
            document = await self._get(self.options.issuer.rstrip("/") + "/.well-known/openid-configuration")
            issuer = str(document.get("issuer", ""))
            if issuer.rstrip("/") != self.options.issuer.rstrip("/"):  # Gitea and Forgejo end theirs with a slash
                raise SignInError(_ODD, f"NOVETO_OIDC_ISSUER is {self.options.issuer}, the provider says {issuer}")
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                if not safe_address(str(document.get(name, ""))):
                    raise SignInError(_ODD, f"{name} of the provider is missing or not https")
            if "userinfo_endpoint" in document and not safe_address(str(document["userinfo_endpoint"])):
                raise SignInError(_ODD, "userinfo_endpoint of the provider is not https")
            self._document, self._keys, self._read_at = document, None, time.monotonic()
            return document

    async def _key_set(self, document: dict[str, Any], *, anew: bool = False) -> KeySet:
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        if self._keys is None or anew:
            told: Any = await self._get(document["jwks_uri"])
            try:
                self._keys = KeySet.import_key_set(told)
            except (JoseError, ValueError, KeyError, TypeError) as error:
                raise SignInError(_ODD, f"keys of the provider cannot be read: {error}") from error
        return self._keys

    async def _get(self, address: str, token: str = "") -> dict[str, Any]:
        import httpx

        headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        try:
            async with httpx.AsyncClient(timeout=_TIMEOUT, follow_redirects=False, trust_env=False) as client:
                answer = await client.get(address, headers=headers)
                answer.raise_for_status()
                told = answer.json()
        except httpx.HTTPError as error:
            raise SignInError(_AWAY, f"{address}: {error!r}") from error
        except ValueError as error:
            raise SignInError(_ODD, f"{address}: no JSON") from error
        if not isinstance(told, dict):
            raise SignInError(_ODD, f"{address}: no object")
        return told

    def _client(self) -> Any:
        with warnings.catch_warnings():
            import authlib.deprecate  # type: ignore[import-untyped, unused-ignore]  # sets a filter of its own first

            warnings.simplefilter("ignore", authlib.deprecate.AuthlibDeprecationWarning)
            from authlib.integrations.httpx_client import (  # type: ignore[import-untyped, unused-ignore]
                AsyncOAuth2Client,
            )

        return AsyncOAuth2Client(
            self.options.client_id,
            self.options.client_secret,
            scope=SCOPE,
            redirect_uri=self.options.redirect_uri,
            code_challenge_method="S256",
            timeout=_TIMEOUT,
            trust_env=False,
        )
