"""Services on 127.0.0.1 that behave as the real ones: robots that answer 200 with an error code, count bytes, check
signatures and mute those who talk too fast; and ways to make any of them fail."""

import base64
import contextlib
import hashlib
import hmac
import http.client
import json
import socket
import ssl
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class Service:
    """An HTTP server with a list of what it accepted. ``faults`` is a list of what to do with the next requests:
    None (serve), "timeout", "500", "reset" (before), "lost" (carry out, then reset), or (status, headers)."""

    def __init__(self, answer, tls=None):
        self.accepted = []
        self.requests = []
        self.faults = []
        self.pause = 3.0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def handle_any(self):
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                outer.requests.append((self.command, self.path))
                fault = outer.faults.pop(0) if outer.faults else None
                if fault == "timeout":
                    time.sleep(outer.pause)
                    return
                if fault == "reset":
                    self.reset()
                    return
                if fault == "500":
                    self.reply(500, {"message": "boom"})
                    return
                if isinstance(fault, tuple):
                    self.reply(int(fault[0]), {}, fault[1])
                    return
                status, value, headers = answer(outer, self.command, self.path, self.headers, body)
                if fault == "lost":
                    self.reset()
                    return
                self.reply(status, value, headers)

            do_GET = do_POST = do_PATCH = do_PUT = handle_any  # noqa: N815 - the library's names

            def reset(self):
                self.close_connection = True
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()

            def reply(self, status, value, headers=None):
                data = json.dumps(value, ensure_ascii=False).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                for name, text in (headers or {}).items():
                    self.send_header(name, text)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def finish(self):
                with contextlib.suppress(OSError, ValueError):
                    super().finish()

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        if tls is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.configure_cert(context)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"{'https' if tls else 'http'}://{'localhost' if tls else '127.0.0.1'}:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


KEY = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
SIGN = "SEC8f2c"


class Wecom(Service):
    """企业微信: errcode in a 200; 20 a minute; 4,096 bytes of markdown."""

    def __init__(self, **more):
        self.times = []
        super().__init__(type(self).answer, **more)

    @staticmethod
    def answer(self, method, path, headers, body):
        parts = urlsplit(path)
        if parts.path != "/cgi-bin/webhook/send":
            return 404, {}, {}
        if parse_qs(parts.query).get("key") != [KEY]:
            return 200, {"errcode": 93000, "errmsg": "invalid webhook url, hint: [1690]"}, {}
        value = json.loads(body)
        if value["msgtype"] != "markdown":
            return 200, {"errcode": 40008, "errmsg": "invalid message type"}, {}
        if len(value["markdown"]["content"].encode()) > 4096:
            return 200, {"errcode": 40058, "errmsg": "markdown.content exceed max length 4096"}, {}
        now = self.clock() if hasattr(self, "clock") else time.monotonic()
        self.times = [moment for moment in self.times if now - moment < 60]
        if len(self.times) >= 20:
            return 200, {"errcode": 45009, "errmsg": "api freq out of limit"}, {}
        self.times.append(now)
        self.accepted.append(value["markdown"]["content"])
        return 200, {"errcode": 0, "errmsg": "ok"}, {}


class Ding(Service):
    """钉钉: the signature over time and key must be right, url-encoded once; over 20 a minute muted for ten."""

    def __init__(self, **more):
        self.times, self.muted = [], 0.0
        super().__init__(type(self).answer, **more)

    @staticmethod
    def answer(self, method, path, headers, body):
        query = parse_qs(urlsplit(path).query)
        if query.get("access_token") != [KEY]:
            return 200, {"errcode": 300001, "errmsg": "token is not exist"}, {}
        stamp = query["timestamp"][0]
        right = base64.b64encode(hmac.new(SIGN.encode(), f"{stamp}\n{SIGN}".encode(), hashlib.sha256).digest()).decode()
        if query["sign"] != [right] or abs(time.time() * 1000 - int(stamp)) > 3_600_000:
            return 200, {"errcode": 310000, "errmsg": "sign not match"}, {}
        now = self.clock() if hasattr(self, "clock") else time.monotonic()
        self.times = [moment for moment in self.times if now - moment < 60]
        if now < self.muted or len(self.times) >= 20:
            self.muted = max(self.muted, now + 600)
            return 200, {"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"}, {}
        value = json.loads(body)
        if len(body) > 20_000 or not value["markdown"]["title"]:
            return 200, {"errcode": 460101, "errmsg": "message too long"}, {}
        self.times.append(now)
        self.accepted.append(value["markdown"]["text"])
        return 200, {"errcode": 0, "errmsg": "ok"}, {}


class Fei(Service):
    """飞书: signature in the body, 20 KB, 5 a second."""

    def __init__(self, **more):
        self.times = []
        super().__init__(type(self).answer, **more)

    @staticmethod
    def answer(self, method, path, headers, body):
        if path != f"/open-apis/bot/v2/hook/{KEY}":
            return 200, {"code": 19001, "msg": "param invalid: incoming webhook access token invalid"}, {}
        value = json.loads(body)
        stamp = value.get("timestamp", "")
        right = base64.b64encode(hmac.new(f"{stamp}\n{SIGN}".encode(), b"", hashlib.sha256).digest()).decode()
        if value.get("sign") != right:
            return 200, {"code": 19021, "msg": "sign match fail or timestamp is not within one hour"}, {}
        if len(body) > 20 * 1024:
            return 200, {"code": 9499, "msg": "Bad Request"}, {}
        now = self.clock() if hasattr(self, "clock") else time.monotonic()
        self.times = [moment for moment in self.times if now - moment < 1]
        if len(self.times) >= 5:
            return 200, {"code": 11232, "msg": "frequency limited psm"}, {}
        self.times.append(now)
        self.accepted.append(value["card"]["elements"][0]["content"])
        return 200, {"code": 0, "msg": "success"}, {}


class Proxy(Service):
    """An HTTP proxy: passes plain requests on in full, opens tunnels; ``seen`` is what it could read."""

    def __init__(self, login="", **more):
        self.seen, self.login = [], login
        super().__init__(type(self).answer, **more)
        outer = self

        def do_connect(handler):
            outer.seen.append(("CONNECT", handler.path))
            if outer.refused(handler.headers):
                handler.send_error(407)
                return
            host, _, port = handler.path.rpartition(":")
            with socket.create_connection((host.replace("robot.test", "127.0.0.1"), int(port))) as far:
                handler.send_response(200)
                handler.end_headers()
                handler.wfile.flush()
                pumps = [
                    threading.Thread(target=pump, args=pair, daemon=True)
                    for pair in ((handler.connection, far), (far, handler.connection))
                ]
                for one in pumps:
                    one.start()
                for one in pumps:
                    one.join()
            handler.close_connection = True

        self.server.RequestHandlerClass.do_CONNECT = do_connect

    def refused(self, headers):
        wanted = f"Basic {base64.b64encode(self.login.encode()).decode()}"
        return bool(self.login) and headers.get("Proxy-Authorization") != wanted

    @staticmethod
    def answer(self, method, path, headers, body):
        self.seen.append((method, path))
        if self.refused(headers):
            return 407, {}, {}
        parts = urlsplit(path)
        far = http.client.HTTPConnection(parts.hostname.replace("robot.test", "127.0.0.1"), parts.port)
        far.request(method, f"{parts.path}?{parts.query}", body, {"Content-Type": "application/json"})
        return 200, json.loads(far.getresponse().read()), {}


def pump(source, target):
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


class Hook(Service):
    """A service of one's own that checks the HMAC and answers 204-like."""

    def __init__(self, **more):
        super().__init__(type(self).answer, **more)

    @staticmethod
    def answer(self, method, path, headers, body):
        right = "sha256=" + hmac.new(SIGN.encode(), body, hashlib.sha256).hexdigest()
        if headers.get("X-Noveto-Signature") != right:
            return 401, {"error": "signature"}, {}
        self.accepted.append(json.loads(body))
        return 200, {}, {}
