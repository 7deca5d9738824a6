"""Group robots of 企业微信, 钉钉 and 飞书, and a plain signed webhook. HTTP 200 with an error code is a failure."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote_plus

from noveto.warnings.channels.base import SendError, as_json
from noveto.warnings.config import ChannelSetting
from noveto.warnings.http import HttpError, request, retry_after
from noveto.warnings.model import MARKDOWN_LIMIT, Message
from noveto.warnings.texts import size, untagged

MASK = "***"
_JSON = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "noveto"}


class _Robot:
    """Posting JSON to one address, and reading what the service thinks of it."""

    kind = ""
    base = ""
    pace: tuple[int, float] = (20, 60.0)

    def __init__(
        self, setting: ChannelSetting, secret: str, sign: str = "", *, clock: Callable[[], float] = time.time
    ) -> None:
        self.name = setting.name
        self.units = setting.units
        self.setting = setting
        self._secret = secret
        self._sign = sign
        self._clock = clock

    @property
    def address(self) -> str:
        """The service's address without a slash at the end: the public one unless another is set."""
        return (self.setting.url or self.base).rstrip("/")

    def target(self, secret: str) -> str:
        """Return the whole URL; ``secret`` is the key, or its mask for showing."""
        raise NotImplementedError

    def body(self, message: Message, *, masked: bool = False) -> dict[str, Any]:
        """Return the JSON body."""
        raise NotImplementedError

    def headers(self, body: bytes) -> Mapping[str, str]:
        """Return the request's headers."""
        return _JSON

    def payload(self, message: Message) -> str:
        """Return method, address and body, key and signature masked."""
        body = json.dumps(self.body(message, masked=True), ensure_ascii=False, indent=2)
        return f"POST {self.target(MASK)}\n{body}"

    def send(self, message: Message) -> None:
        """Post it. Raises SendError."""
        body = as_json(self.body(message))
        try:
            answer = request("POST", self.target(self._secret), body=body, headers=self.headers(body),
                             ca=self.setting.ca)  # fmt: skip
        except HttpError as error:
            raise SendError(str(error), wait=1.0 if error.retry else None, dead=True) from None
        if answer.status == 429:
            raise SendError("发得太快，服务暂时不收（HTTP 429）", wait=retry_after(answer.headers, 60.0))
        if answer.status >= 500:
            raise SendError(f"服务出错（HTTP {answer.status}）", wait=retry_after(answer.headers, 1.0), dead=True)
        if answer.status >= 300:
            raise SendError(
                f"服务不收（HTTP {answer.status}），请核对地址和密钥", dead=answer.status in (401, 403, 404)
            )
        self.judge(_parsed(answer.body))

    def judge(self, said: Mapping[str, Any] | None) -> None:
        """Read the service's own verdict. Raises SendError."""
        raise NotImplementedError


class WeCom(_Robot):
    """企业微信群机器人: markdown of at most 4,096 bytes, 20 messages a minute."""

    kind = "wecom"
    base = "https://qyapi.weixin.qq.com"

    def target(self, secret: str) -> str:
        """The key is part of the address."""
        return f"{self.address}/cgi-bin/webhook/send?key={secret}"

    def body(self, message: Message, *, masked: bool = False) -> dict[str, Any]:
        """Markdown, with the mentions at its end."""
        at = "".join(f"<@{mention.wecom}>" for mention in message.mentions if mention.wecom)
        while size(at) > 1000:  # dozens of people: the first ones
            at = at[: at.rindex("<@")]
        tail = f"\n{at}" if at else ""
        content = message.markdown(MARKDOWN_LIMIT - size(tail)) + tail
        return {"msgtype": "markdown", "markdown": {"content": content}}

    def judge(self, said: Mapping[str, Any] | None) -> None:
        """Read errcode: 45009 too fast, 93000 wrong key, 40058 too long."""
        _judge(said, "errcode", "errmsg", busy={45009: 60.0, 45033: 60.0, -1: 2.0}, dead={93000, 93008, 93017, 40001})


class DingTalk(_Robot):
    """钉钉群机器人, signed: markdown of at most 20,000 bytes, 20 a minute, then muted for ten."""

    kind = "dingtalk"
    base = "https://oapi.dingtalk.com"

    def target(self, secret: str) -> str:
        """Token, and with a signing key the time and its signature, url-encoded once."""
        url = f"{self.address}/robot/send?access_token={secret}"
        if not self._sign:
            return url
        stamp = round(self._clock() * 1000)
        sign = MASK if secret == MASK else quote_plus(ding_sign(self._sign, stamp))
        return f"{url}&timestamp={stamp if secret != MASK else MASK}&sign={sign}"

    def body(self, message: Message, *, masked: bool = False) -> dict[str, Any]:
        """Markdown without colour tags; names stand in the text, since 钉钉's own ids are not in the registry."""
        text = "\n\n".join(untagged(message.markdown(18_000)).split("\n"))
        return {"msgtype": "markdown", "markdown": {"title": message.subject, "text": text}}

    def judge(self, said: Mapping[str, Any] | None) -> None:
        """Read errcode: 130101 muted, 310000 signature or keyword, 300001 token."""
        _judge(said, "errcode", "errmsg", busy={-1: 2.0}, dead={130101, 310000, 300001, 300005, 400101})


class Feishu(_Robot):
    """飞书群机器人, signed: 20 KB, 5 a second."""

    kind = "feishu"
    base = "https://open.feishu.cn"
    pace = (5, 1.0)

    def target(self, secret: str) -> str:
        """The token is part of the path."""
        return f"{self.address}/open-apis/bot/v2/hook/{secret}"

    def body(self, message: Message, *, masked: bool = False) -> dict[str, Any]:
        """A card with a markdown element."""
        text = untagged(message.markdown(18_000))
        body: dict[str, Any] = {
            "msg_type": "interactive",
            "card": {
                "header": {"title": {"tag": "plain_text", "content": message.subject}},
                "elements": [{"tag": "markdown", "content": text}],
            },
        }
        if self._sign:
            stamp = int(self._clock())
            body |= {"timestamp": str(stamp), "sign": MASK if masked else feishu_sign(self._sign, stamp)}
        return body

    def judge(self, said: Mapping[str, Any] | None) -> None:
        """Read code: 11232 and 9499 too fast, 19001 token, 19021 signature, 19024 keyword."""
        _judge(said, "code", "msg", busy={11232: 5.0, 9499: 5.0}, dead={19001, 19021, 19022, 19024, 10003})


class Webhook(_Robot):
    """Any service of one's own: JSON, signed with HMAC-SHA256 over the body when a signing key is set."""

    kind = "webhook"
    pace = (600, 60.0)

    def target(self, secret: str) -> str:
        """The address as set; where it is a secret itself, it comes from the environment."""
        return self.address or (MASK if secret == MASK else secret)

    def body(self, message: Message, *, masked: bool = False) -> dict[str, Any]:
        """Everything, structured and as text; ``key`` lets the receiver drop what it already has."""
        return {
            "key": message.key,
            "kind": message.kind,
            "subject": message.subject,
            "markdown": message.markdown(MARKDOWN_LIMIT),
            "text": message.plain(2048),
            "mentions": [mention.staff for mention in message.mentions],
            "data": dict(message.data),
        }

    def headers(self, body: bytes) -> Mapping[str, str]:
        """X-Noveto-Signature: sha256=HMAC of the body in hex."""
        if not self._sign:
            return _JSON
        return {**_JSON, "X-Noveto-Signature": "sha256=" + hmac.new(self._sign.encode(), body, "sha256").hexdigest()}

    def judge(self, said: Mapping[str, Any] | None) -> None:
        """A 2xx answer is enough; one that carries an error code is not."""
        for code, text in (("errcode", "errmsg"), ("code", "msg")):
            if said and isinstance(said.get(code), int):
                _judge(said, code, text, busy={}, dead=set())


def ding_sign(secret: str, stamp: int) -> str:
    """Return base64(HMAC-SHA256(key=secret, "timestamp\\nsecret")), the timestamp in milliseconds."""
    return base64.b64encode(hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()).decode()


def feishu_sign(secret: str, stamp: int) -> str:
    """Return base64(HMAC-SHA256(key="timestamp\\nsecret", "")), the timestamp in seconds."""
    return base64.b64encode(hmac.new(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256).digest()).decode()


def _judge(said: Mapping[str, Any] | None, code: str, text: str, *, busy: Mapping[int, float], dead: set[int]) -> None:
    if said is None or code not in said:
        raise SendError("服务的回答看不懂，不能当作已经发到", wait=1.0)
    number = said[code]
    if number == 0:
        return
    why = f"服务说没有发成（{code} {number}：{str(said.get(text, ''))[:120]}）"
    raise SendError(why, wait=busy.get(number), dead=number in dead)


def _parsed(body: bytes) -> Mapping[str, Any] | None:
    try:
        value = json.loads(body)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
