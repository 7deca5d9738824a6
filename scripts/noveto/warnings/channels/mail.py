"""Mail by SMTP: plain text with an HTML twin, to the unit's heads and leaders and to those mentioned."""

from __future__ import annotations

import hashlib
import html
import re
import smtplib
import ssl
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from email.utils import format_datetime

from noveto.warnings.channels.base import SendError
from noveto.warnings.config import ChannelSetting
from noveto.warnings.http import TIMEOUT, context_of
from noveto.warnings.model import Basis, Message
from noveto.warnings.texts import untagged

_LINK = re.compile(r"\[([^\]]*)\]\((https?://[^)\s]*)\)")


class Mail:
    """One SMTP server. ``security``: starttls, tls or none (without a password only)."""

    kind = "smtp"
    pace = (60, 60.0)

    def __init__(self, setting: ChannelSetting, secret: str, basis: Basis, now: datetime) -> None:
        self.name = setting.name
        self.units = setting.units
        self.setting = setting
        self._secret = secret
        self._basis = basis
        self._now = now

    def payload(self, message: Message) -> str:
        """Return the mail as it would go out."""
        made = self._mail(message)
        heads = "\n".join(f"{name}: {made[name]}" for name in ("From", "To", "Subject", "Message-ID"))
        body = made.get_body(("plain",))
        text = body.get_content() if body is not None else ""
        return f"SMTP {self.setting.host}:{self._port}\n{heads}\n\n{text}"

    def recipients(self, message: Message) -> tuple[str, ...]:
        """Return the addresses: those set, else the unit's heads and leaders and the people mentioned."""
        if self.setting.to:
            return self.setting.to
        found = [mail for mention in message.mentions for mail in mention.emails[:1]]
        if message.kind != "handover" or not found:
            for role in ("head", "leader") if message.kind != "ladder" else ("leader",):
                people = self._basis.of_role(message.unit, role, self._now.date())
                found += [mail for person in people for mail in person.emails[:1]]
        return tuple(dict.fromkeys(found))

    def send(self, message: Message) -> None:
        """Send one mail. Raises SendError."""
        made = self._mail(message)
        if not made["To"]:
            raise SendError(f"{message.unit} 没有可用的邮箱：请在人员登记里补 emails，或者在 warn 里写 to")
        try:
            with self._connect() as server:
                server.send_message(made)
        except smtplib.SMTPAuthenticationError as error:
            raise SendError(f"邮件服务器不认这个账号（{error.smtp_code}）", dead=True) from None
        except smtplib.SMTPRecipientsRefused as error:
            raise SendError(f"收件人都不收：{'、'.join(sorted(error.recipients))}") from None
        except smtplib.SMTPResponseException as error:
            later = 400 <= error.smtp_code < 500
            raise SendError(f"邮件服务器没有收（{error.smtp_code}）", wait=2.0 if later else None, dead=later) from None
        except ssl.SSLCertVerificationError as error:
            raise SendError(f"邮件服务器的证书不可信（{error.verify_message}）", dead=True) from None
        except smtplib.SMTPNotSupportedError:
            raise SendError("邮件服务器不支持 STARTTLS；内网明文请写 security: none", dead=True) from None
        except (OSError, smtplib.SMTPException) as error:
            why = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
            raise SendError(
                f"连不上邮件服务器 {self.setting.host}:{self._port}（{why}）", wait=1.0, dead=True
            ) from None

    @property
    def _port(self) -> int:
        return self.setting.port or {"tls": 465, "starttls": 587}.get(self.setting.security, 25)

    def _connect(self) -> smtplib.SMTP:
        host, security = self.setting.host, self.setting.security
        if security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, self._port, timeout=TIMEOUT, context=context_of(self.setting.ca)
            )
        else:
            server = smtplib.SMTP(host, self._port, timeout=TIMEOUT)
        try:
            if security == "starttls":
                server.starttls(context=context_of(self.setting.ca))
            if self.setting.user:
                server.login(self.setting.user, self._secret)
        except BaseException:
            server.close()
            raise
        return server

    def _mail(self, message: Message) -> EmailMessage:
        made = EmailMessage()
        sender = self.setting.sender or self.setting.user or "noveto@localhost"
        made["From"] = sender
        made["To"] = ", ".join(self.recipients(message))
        made["Subject"] = message.subject
        made["Date"] = format_datetime(self._now.replace(tzinfo=timezone(timedelta(hours=8))))
        host = sender.rpartition("@")[2].strip("> ") or "localhost"
        made["Message-ID"] = f"<{hashlib.sha256(message.key.encode()).hexdigest()[:32]}@{host}>"
        made["Auto-Submitted"] = "auto-generated"
        made.set_content(message.plain(100_000))
        made.add_alternative(as_html(message.markdown(100_000)), subtype="html")
        return made


def as_html(markdown: str) -> str:
    """Return a message's markdown as a small HTML page: headings, quotes, bold, links; nothing else."""
    lines = []
    for line in untagged(markdown).split("\n"):
        text = html.escape(line.removeprefix("# ").removeprefix("> "))
        text = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", text)
        text = _LINK.sub(r'<a href="\2">\1</a>', text)
        style = (
            "font-size:1.15em;font-weight:bold"
            if line.startswith("# ")
            else "margin-left:1em"
            if line.startswith("> ")
            else ""
        )
        lines.append(f'<div style="{style}">{text or "&nbsp;"}</div>' if style else f"<div>{text or '&nbsp;'}</div>")
    return f'<!doctype html><meta charset="utf-8"><body lang="zh-CN">{"".join(lines)}</body>'
