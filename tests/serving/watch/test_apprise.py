"""Messages by an apprise address: a webhook on this machine gets them, and one that fails is named."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from signalcli.errors import UnavailableError, UsageError
from signalcli.serving.watch import notify

pytest.importorskip("apprise")
# an import of a plug-in of apprise
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@pytest.fixture
def webhook():
    """Server on loopback: `received` are the bodies, `status` is its answer."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.received.append(json.loads(body))
            self.send_response(self.server.status)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.received, server.status = [], 200
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def address(server):
    return f"json://127.0.0.1:{server.server_port}/watch"


def test_a_webhook_gets_the_message_once(webhook, capfd):
    notify.check_notify(address(webhook))
    assert webhook.received == []  # a check sends nothing
    notify.notify(address(webhook), "IBM lstm: watch → alarm; 'quoted' {}")
    (body,) = webhook.received
    assert body["title"] == "signalcli"
    assert body["message"] == "IBM lstm: watch → alarm; 'quoted' {}"
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("status", [404, 500])
def test_a_service_that_refuses_is_asked_again_by_the_next_run(webhook, status, capfd):
    webhook.status = status
    with pytest.raises(UnavailableError, match="sent by the next run"):
        notify.notify(address(webhook), "alarm")
    assert capfd.readouterr() == ("", "")


def test_a_service_that_is_not_there_is_named_without_a_line_of_its_own(webhook, capfd):
    url = address(webhook)
    webhook.shutdown()
    webhook.server_close()
    with pytest.raises(UnavailableError, match="could not be reached"):
        notify.notify(url, "alarm")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("url", ["nosuch://token@host", "mailto://", "json://"])
def test_an_address_that_nobody_knows_is_refused_at_once_without_its_secret(url, capfd):
    with pytest.raises(UsageError, match="does not know this address") as refused:
        notify.check_notify(url)
    assert "token" not in str(refused.value)
    assert capfd.readouterr() == ("", "")
