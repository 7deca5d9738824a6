"""Sign-in: OpenID Connect against Gitea, Forgejo or GitLab, or a header set by a trusted proxy.

A way of sign-in ends with the login name of an account; who that is in the registry, and the session, are the
desk's business (``Finish``). Nothing here keeps a secret anywhere but in memory.
"""

from noveto.desk.signin.options import OidcOptions, ProxyOptions, SignInError, oidc_from, proxy_from
from noveto.desk.signin.proxy import account_in
from noveto.desk.signin.routes import Finish, Problem, routes

__all__ = [
    "Finish",
    "OidcOptions",
    "Problem",
    "ProxyOptions",
    "SignInError",
    "account_in",
    "oidc_from",
    "proxy_from",
    "routes",
]
