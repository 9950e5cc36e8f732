# SPDX-License-Identifier: GPL-3.0-or-later
"""A real browser without a screen: Chromium, driven through the WebDriver protocol."""

import json
import os
import urllib.error
import urllib.request

from . import processes, tap

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # The key that WebDriver names elements by.
OPTIONS = (
    "--headless",
    "--no-sandbox",  # Needed where tests run as root.
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=800,900",
)


class Browser:
    """One window with an empty profile of its own. Its directory must be private."""

    def __init__(self, directory, env=None):
        os.makedirs(directory, exist_ok=True)
        environment = processes.lenient(env or os.environ)
        # A browser of a test talks to a loopback server and to nobody else.
        for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy"):
            environment.pop(name, None)
        self._driver = processes.Process(
            ["chromedriver", "--port=0"],
            env=environment,
            log=os.path.join(directory, "chromedriver.log"),
        )
        self._session = None
        try:
            port = self._driver.wait_for_line(r"started successfully on port (\d+)").group(1)
            self._url = f"http://127.0.0.1:{port}"
            profile = os.path.join(directory, "profile")
            self._session = self._start_window([*OPTIONS, f"--user-data-dir={profile}"])
        except BaseException:
            self._driver.kill()
            raise

    def _start_window(self, arguments):
        capabilities = {
            "browserName": "chrome",
            "goog:chromeOptions": {"args": arguments, "binary": "/usr/bin/chromium"},
        }
        value = self._call(
            "POST", "/session", {"capabilities": {"alwaysMatch": capabilities}}, timeout=60
        )
        return "/session/" + value["sessionId"]

    def _call(self, method, path, body=None, timeout=30):
        request = urllib.request.Request(
            self._url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=timeout) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            value = json.load(error)["value"]
            raise AssertionError(f'{value["error"]}: {value["message"]}') from None

    def command(self, name, **parameters):
        """One command of the DevTools protocol, for what WebDriver has no words for."""
        body = {"cmd": name, "params": parameters}
        return self._call("POST", self._session + "/goog/cdp/execute", body)

    def be_a_telephone(self, width=360, height=640):
        metrics = {"width": width, "height": height, "deviceScaleFactor": 2, "mobile": True}
        self.command("Emulation.setDeviceMetricsOverride", **metrics)

    def run_scripts(self, allowed):
        """Whether pages may run scripts of their own."""
        self.command("Emulation.setScriptExecutionDisabled", value=not allowed)

    def read_in(self, language, dark=False):
        """Pages are asked for in that language from now on, by somebody who likes it dark or not."""
        self.command("Network.enable")
        self.command("Network.setExtraHTTPHeaders", headers={"Accept-Language": language})
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.command("Emulation.setEmulatedMedia", features=[scheme])

    def accessible(self):
        """What a screen reader is told: (role, name, properties) of everything that it doesn't pass over."""
        self.command("Accessibility.enable")
        nodes = self.command("Accessibility.getFullAXTree")["nodes"]
        return [
            (
                node["role"]["value"],
                node.get("name", {}).get("value", ""),
                {p["name"]: p["value"].get("value") for p in node.get("properties", [])},
            )
            for node in nodes
            if not node["ignored"]
        ]

    def evaluate(self, script):
        """What a script gives that is run beside the page's own."""
        return self.command("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def key(self, key):
        """Presses a key of the keyboard, "Tab" or "Enter"."""
        code = {"Tab": 9, "Enter": 13}[key]
        typed = {"text": "\r"} if key == "Enter" else {}
        for kind in ("keyDown", "keyUp"):
            self.command("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, **typed)

    def open(self, url):
        """Goes to a page, as a click on a link in a mail does."""
        self._call("POST", self._session + "/url", {"url": url})

    @property
    def url(self):
        return self._call("GET", self._session + "/url")

    @property
    def title(self):
        return self._call("GET", self._session + "/title")

    def _elements(self, selector):
        found = self._call(
            "POST", self._session + "/elements", {"using": "css selector", "value": selector}
        )
        return [element[ELEMENT] for element in found]

    def count(self, selector):
        return len(self._elements(selector))

    def text(self, selector="body"):
        """What a person reads in the first element of that selector."""
        elements = self._elements(selector)
        assert elements, f"the page {self.url} has no {selector}"
        return self._call("GET", f"{self._session}/element/{elements[0]}/text")

    def shown(self):
        """The text of the page, or None between two pages, when there is nothing to read yet."""
        try:
            return self.text()
        except AssertionError:
            return None

    def click(self, selector="button"):
        elements = self._elements(selector)
        assert elements, f"the page {self.url} has no {selector}: {self.text()}"
        self._call("POST", f"{self._session}/element/{elements[0]}/click", {})

    def wait_for_text(self, part, timeout=10.0):
        """Waits for the page to have part in its text; returns the whole text."""
        return tap.wait_for(
            lambda: (lambda whole: whole if part in whole else None)(self.shown() or ""),
            f"the page says “{part}”",
            timeout,
            interval=0.1,
        )

    def screenshot(self, path):
        import base64

        data = self._call("GET", self._session + "/screenshot")
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def stop(self):
        if self._session:
            try:
                self._call("DELETE", self._session)
            except (AssertionError, OSError):
                pass  # A browser that is gone already has nothing to close.
        self._driver.stop()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
