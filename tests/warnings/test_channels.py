"""Every channel against a counterpart that behaves as the service does, and against its failures."""

import json
import re
import socket
import ssl
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.utils import format_datetime

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from tests.warnings.services import KEY, SIGN, Ding, Fei, Hook, Proxy, Wecom

from noveto.errors import UserError
from noveto.warnings import Message, http
from noveto.warnings.channels import SendError, open_channel
from noveto.warnings.channels.robots import ding_sign, feishu_sign
from noveto.warnings.config import ChannelSetting, read_settings
from noveto.warnings.model import Mention
from noveto.warnings.outbox import Outbox
from noveto.warnings.state import FileState, Nothing

NOW = datetime(2026, 10, 10, 8, 35)
ENV = {"K": KEY, "S": SIGN, "PW": "geheim"}
ROBOTS = {"wecom": Wecom, "dingtalk": Ding, "feishu": Fei, "webhook": Hook}


def message(n=1, text="**▲ 已超期**\n> 超 1 个工作日", mentions=(), unit="zrzy"):
    cut = lambda limit: text.encode()[:limit].decode(errors="ignore")  # noqa: E731
    return Message(f"digest/{unit}/{n}", "digest", unit, f"标题 {n}", cut, cut, {"unit": unit}, mentions)


class Time:
    """A clock that only sleeping moves."""

    def __init__(self):
        self.now = 1000.0
        self.slept = []

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds

    def __call__(self):
        return self.now


@pytest.fixture
def serve():
    made = []

    def start(kind, **more):
        made.append(ROBOTS[kind](**more) if isinstance(kind, str) else kind(**more))
        return made[-1]

    yield start
    for service in made:
        service.close()


@pytest.fixture
def channel(world, tmp_path):
    def make(kind, url="", **more):
        given = {"secret": "K", "sign": "" if kind == "wecom" else "S", **more}
        setting = ChannelSetting(
            more.pop("name", kind), kind, url=url, **{k: v for k, v in given.items() if k != "name"}
        )
        return open_channel(setting, world[0], NOW, root=tmp_path, write=print, env=ENV)

    return make


def outbox(sent=None, time=None):
    time = time or Time()
    return Outbox(sent or Nothing(), sleep=time.sleep, clock=time), time


@pytest.fixture(autouse=True)
def short_patience(monkeypatch):
    monkeypatch.setattr(http, "TIMEOUT", 0.4)
    monkeypatch.setattr(http.request, "__kwdefaults__", {**http.request.__kwdefaults__, "timeout": 0.4})


@pytest.mark.parametrize("kind", ROBOTS)
def test_delivers_signed(kind, serve, channel):
    service = serve(kind)
    channel(kind, service.url).send(message())

    assert len(service.accepted) == 1
    assert "已超期" in json.dumps(service.accepted[0], ensure_ascii=False)


@pytest.mark.parametrize("kind", ["wecom", "dingtalk", "feishu"])
def test_an_error_code_in_a_200_is_a_failure(kind, serve, channel, monkeypatch):
    service = serve(kind)
    monkeypatch.setitem(ENV, "K", "wrong-key")
    with pytest.raises(SendError, match="服务说没有发成") as caught:
        channel(kind, service.url).send(message())

    assert caught.value.dead
    assert "wrong-key" not in str(caught.value)
    assert not service.accepted


def test_wecom_mentions_within_the_limit(serve, channel):
    service = serve("wecom")
    people = tuple(Mention(f"s{n}", "某", f"user-{n:04}") for n in range(200))
    channel("wecom", service.url).send(message(text="长" * 3000, mentions=people))

    content = service.accepted[0]
    assert len(content.encode()) <= 4096
    assert content.endswith(">")
    assert content.count("<@user-") > 50


@pytest.mark.parametrize("fault", ["timeout", "500", "reset"])
@pytest.mark.parametrize("kind", ROBOTS)
def test_a_passing_fault_is_tried_again(kind, fault, serve, channel):
    service = serve(kind)
    service.faults = [fault, fault]
    box, time = outbox()
    told = box.deliver(channel(kind, service.url), [message()], NOW)

    assert (told.sent, told.failed) == (1, [])
    assert len(service.accepted) == 1
    assert time.slept == [1.0, 4.0]


@pytest.mark.parametrize(("fault", "says"), [("timeout", "没有回答"), ("500", "HTTP 500"), ("reset", "断开")])
def test_a_lasting_fault_names_itself_and_the_next_run_completes(fault, says, serve, channel, tmp_path):
    service = serve("wecom")
    service.faults = [None, None, *[fault] * 4]
    messages = [message(n) for n in range(5)]
    with FileState(tmp_path / "sent.jsonl") as sent:
        box, _ = outbox(sent)
        told = box.deliver(channel("wecom", service.url), messages, NOW)
    assert told.sent == 2
    assert len(told.failed) == 3
    assert all(says in why for _, why in told.failed)
    assert KEY not in str(told)

    with FileState(tmp_path / "sent.jsonl") as sent:
        box, _ = outbox(sent)
        left = [one for one in messages if not sent.when("wecom", one.key)]
        again = box.deliver(channel("wecom", service.url), left, NOW)
    assert (again.sent, again.failed) == (3, [])
    assert len(service.accepted) == 5


def test_one_dead_channel_does_not_stop_another(serve, channel):
    alive = serve("feishu")
    box, _ = outbox()
    dead = box.deliver(channel("wecom", "http://127.0.0.1:9"), [message()], NOW)
    told = box.deliver(channel("feishu", alive.url), [message()], NOW)

    assert "拒绝连接" in dead.failed[0][1]
    assert told.sent == 1


@pytest.mark.parametrize("kind", ["wecom", "dingtalk", "feishu"])
def test_keeps_to_the_service_s_pace(kind, serve, channel):
    """Sixty messages, none refused, on a service that counts by the same clock."""
    service = serve(kind)
    box, time = outbox()
    service.clock = time
    told = box.deliver(channel(kind, service.url), [message(n) for n in range(60)], NOW)

    assert (told.sent, told.failed) == (60, [])
    assert len(service.requests) == 60, "nothing was refused and sent again"
    assert sum(time.slept) >= (10 if kind == "feishu" else 115)


def test_waits_out_wecom_s_limit_when_others_used_it_up(serve, channel):
    service = serve("wecom")
    box, time = outbox()
    service.clock = time
    service.times = [time.now] * 20
    told = box.deliver(channel("wecom", service.url), [message()], NOW)

    assert told.sent == 1
    assert time.slept == [60.0]


def test_muted_by_dingtalk_gives_up_until_the_next_run(serve, channel):
    service = serve("dingtalk")
    box, time = outbox()
    service.clock = time
    service.muted = time.now + 600
    told = box.deliver(channel("dingtalk", service.url), [message(n) for n in range(3)], NOW)

    assert told.sent == 0
    assert len(service.requests) == 1, "asking again would prolong the silence"


@pytest.mark.parametrize("kind", ["wecom", "feishu"])
def test_a_redirect_is_not_followed(kind, serve, channel):
    """Where it leads, nobody gets key or text."""
    elsewhere = serve(kind)
    service = serve(kind)
    service.faults = [("307", {"Location": f"{elsewhere.url}/cgi-bin/webhook/send?key={KEY}"})]
    with pytest.raises(SendError, match="HTTP 307"):
        channel(kind, service.url).send(message())
    assert elsewhere.requests == []


@pytest.mark.parametrize(("given", "waited"), [("7", 7.0), ("100000", 120.0), ("", 60.0), ("soon", 60.0)])
def test_waits_as_long_as_the_service_asks(given, waited, serve, channel):
    service = serve("wecom")
    service.faults = [("429", {"Retry-After": given})]
    box, time = outbox()
    told = box.deliver(channel("wecom", service.url), [message()], NOW)
    assert told.sent == 1
    assert time.slept == [waited]


def test_retry_after_may_be_a_date():
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    assert 20 < http.retry_after({"retry-after": soon}, 1.0) <= 30
    assert http.retry_after({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 1.0) == 0


def test_goes_through_the_proxy_of_the_environment(serve, channel, monkeypatch):
    service, proxy = serve("wecom"), serve(Proxy, login="noveto:ge heim")
    port = service.server.server_port
    monkeypatch.setenv("http_proxy", proxy.url.replace("http://", "http://noveto:ge%20heim@"))
    monkeypatch.setenv("no_proxy", "")
    channel("wecom", f"http://robot.test:{port}").send(message())
    assert len(service.accepted) == 1
    assert [method for method, _ in proxy.seen] == ["POST"]

    channel("wecom", service.url).send(message(2))
    assert len(proxy.seen) == 1, "this machine is reached directly"
    monkeypatch.setenv("no_proxy", "robot.test")
    with pytest.raises(SendError, match=r"找不到主机 robot\.test"):
        channel("wecom", f"http://robot.test:{port}").send(message(3))


def test_a_tunnel_hides_key_and_text_from_the_proxy(authority, serve, channel, tmp_path, monkeypatch):
    service, proxy = serve("wecom", tls=authority.issue_cert("robot.test")), serve(Proxy)
    known = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(known)
    monkeypatch.setenv("https_proxy", proxy.url)
    monkeypatch.setenv("no_proxy", "")
    port = service.server.server_port
    channel("wecom", f"https://robot.test:{port}", ca=str(known)).send(message())
    assert len(service.accepted) == 1
    assert proxy.seen == [("CONNECT", f"robot.test:{port}")]

    monkeypatch.setenv("https_proxy", serve(Proxy, login="a:b").url)
    with pytest.raises(SendError, match=r"代理.*没有接通") as caught:
        channel("wecom", f"https://robot.test:{port}", ca=str(known)).send(message())
    assert KEY not in str(caught.value)
    monkeypatch.setenv("https_proxy", "socks5://127.0.0.1:9")
    with pytest.raises(UserError, match="HTTPS_PROXY"):
        channel("wecom", f"https://robot.test:{port}", ca=str(known)).send(message())


@pytest.mark.parametrize(
    "url", ["ftp://x", "https://", "https://a:99999", "https://[::1", "https://" + "a" * 70 + ".cn"]
)
def test_an_address_that_is_none_says_so(url, channel):
    with pytest.raises(UserError, match="不是网址"):
        channel("wecom", url).send(message())


def test_a_key_with_odd_characters_does_no_harm(serve, channel, monkeypatch):
    service = serve("wecom")
    monkeypatch.setitem(ENV, "K", "密 钥\r\nX-Evil: 1")
    with pytest.raises(SendError, match="93000"):
        channel("wecom", service.url).send(message())
    assert len(service.requests) == 1


def test_known_signatures():
    """Worked out with OpenSSL from the services' own descriptions."""
    assert ding_sign("this is secret", 1577262236757) == "hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM="
    assert feishu_sign("demo", 1599360473) == "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8="


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


def test_a_wrong_certificate_is_refused_and_a_known_one_taken(authority, serve, channel, tmp_path):
    service = serve("wecom", tls=authority.issue_cert("localhost"))
    with pytest.raises(SendError, match="证书不可信") as caught:
        channel("wecom", service.url).send(message())
    assert caught.value.wait is None

    known = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(known)
    channel("wecom", service.url, ca=str(known)).send(message())
    assert len(service.accepted) == 1


def test_a_certificate_of_another_host_is_refused(authority, serve, channel, tmp_path):
    service = serve("wecom", tls=authority.issue_cert("other.example.cn"))
    known = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(known)
    with pytest.raises(SendError, match="证书不可信"):
        channel("wecom", service.url, ca=str(known)).send(message())
    assert not service.accepted


@pytest.mark.parametrize("kind", [*ROBOTS, "smtp"])
def test_a_preview_shows_everything_but_secrets(kind, channel):
    made = channel(
        kind,
        "https://im.example.cn" if kind != "smtp" else "",
        host="mail.example.cn",
        user="bot",
        to=("a@example.cn",),
    )
    shown = made.payload(message())

    assert "已超期" in shown
    for secret in ENV.values():
        assert secret not in shown
    assert not re.search(r"sign=(?!\*)", shown)


class Inbox:
    """An SMTP server's memory."""

    def __init__(self):
        self.mails, self.codes = [], []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - the library's name
        if self.codes:
            return self.codes.pop(0)
        self.mails.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"


@pytest.fixture
def smtp(authority):
    inbox = Inbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        inbox.port = free.getsockname()[1]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)

    def login(server, session, envelope, mechanism, data):
        return AuthResult(success=data.password == b"geheim" and data.login == b"bot", handled=False)

    controller = Controller(
        inbox, hostname="127.0.0.1", port=inbox.port, tls_context=context, require_starttls=True, authenticator=login,
        auth_required=True,
    )  # fmt: skip
    controller.start()
    yield inbox
    controller.stop()


@pytest.fixture
def mail(channel, smtp, authority, tmp_path):
    known = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(known)

    def make(**more):
        given = {"host": "localhost", "port": smtp.port, "user": "bot", "secret": "PW", "ca": str(known),
                 "sender": "noveto@wfj.example.cn", "sign": ""}  # fmt: skip
        return channel("smtp", **{**given, **more})

    return make


def test_mail_goes_to_heads_and_leaders_of_the_unit(mail, smtp, world):
    mail().send(message(text="**▲ 已超期**\n[rsj-1](https://wfj.example.cn/x.html) 补缴<b>", unit="rsj"))
    to, made = smtp.mails[0]
    people = {one.role for one in world[0].registry.staff.values() for address in to if address in one.emails}

    assert people == {"head", "leader"}
    assert made["Subject"] == "标题 1"
    assert "已超期" in made.get_body(("plain",)).get_content()
    html = made.get_body(("html",)).get_content()
    assert '<a href="https://wfj.example.cn/x.html">rsj-1</a>' in html
    assert "&lt;b&gt;" in html


def test_the_same_message_has_the_same_id(mail, smtp):
    for _ in range(2):
        mail(to=("a@example.cn",)).send(message())

    assert len({made["Message-ID"] for _, made in smtp.mails}) == 1


def test_mail_failures(mail, smtp, monkeypatch):
    smtp.codes = ["451 later", "451 later"]
    box, time = outbox()
    told = box.deliver(mail(to=("a@example.cn",)), [message()], NOW)
    assert told.sent == 1
    assert time.slept == [2.0, 8.0]

    smtp.codes = ["554 never"]
    told = box.deliver(mail(to=("a@example.cn",)), [message(2)], NOW)
    assert "554" in told.failed[0][1]

    monkeypatch.setitem(ENV, "PW", "falsch")
    with pytest.raises(SendError, match="不认这个账号") as caught:
        mail(to=("a@example.cn",)).send(message())
    assert "falsch" not in str(caught.value)
    with pytest.raises(SendError, match="证书不可信"):
        mail(to=("a@example.cn",), ca="").send(message())


def test_a_secret_that_is_not_set_names_its_variable(channel, monkeypatch):
    monkeypatch.delitem(ENV, "K")
    with pytest.raises(UserError, match="环境变量 K 没有设置"):
        channel("wecom")
    with pytest.raises(UserError, match="泄露密码"):
        channel("smtp", host="x", user="bot", secret="PW", security="none")  # noqa: S106 - a name


def test_two_channels_of_one_name_are_refused():
    with pytest.raises(UserError, match="两个渠道都叫"):
        read_settings({"warn": {"channels": [{"kind": "wecom"}, {"kind": "wecom"}]}})
