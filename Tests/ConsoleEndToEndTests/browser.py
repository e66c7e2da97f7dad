#!/usr/bin/env python3
"""Looks at the console as people do, in a browser: Debian's chromium, driven by Selenium (Scripts/browser-python).

  browser.py URL FOLDER pages            every page: structure, names, contrast, narrow windows, the keyboard's way
  browser.py URL FOLDER keyboard         triage by Tab and Enter alone
  browser.py URL FOLDER two-people [ID]  two people say different things of one open finding
  browser.py URL FOLDER live             prints `ready`, and waits half a minute for news: the caller makes some
  browser.py URL FOLDER hostile ID...    findings whose records hold markup, marks of direction, a field of a megabyte
  browser.py URL FOLDER without-script   reading, filters and triage where no script runs

Screenshots of what it looked at go to FOLDER. It exits with 0, or says what was wrong, a line for each, and exits with
1; with 2 when it was called wrongly, and with 75 when chromium or chromedriver are not there.
"""
import base64
import json
import os
import pathlib
import re
import signal
import sys
import tempfile
import time
import traceback
import urllib.parse
import urllib.request

from selenium import webdriver
from selenium.common.exceptions import NoAlertPresentException, WebDriverException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

BROWSER, DRIVER = "/usr/bin/chromium", "/usr/bin/chromedriver"
QUESTIONS = (pathlib.Path(__file__).parent / "page.js").read_text()
PATIENCE = 30
# WCAG 2.2, success criterion 1.4.10: as a window of 1280 pixels is at a zoom of 400 %.
NARROW = 320
# More than any page has stops, so that a trap is told from a long way.
MOST_STOPS = 2_000
# What a megabyte comes to on a page that shows the beginning of it, with the rest of the page; in characters.
LONGEST_PAGE = 512 << 10


class Browser:
    """One person's browser, with cookies of its own."""

    def __init__(self, url, folder, complaints, has_script=True):
        self.url, self.folder, self.complaints = url.rstrip("/"), folder, complaints
        self.profile = tempfile.TemporaryDirectory(prefix="tidewaiter-browser-")
        options = webdriver.ChromeOptions()
        options.binary_location = BROWSER
        for word in [
            "--headless=new", "--window-size=1280,900", f"--user-data-dir={self.profile.name}", "--lang=en-US",
            "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--disable-dev-shm-usage", "--disable-gpu", "--no-proxy-server",
            # Whatever else the browser wants to know of the net, it is not told.
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
        ]:
            options.add_argument(word)
        if os.geteuid() == 0:
            options.add_argument("--no-sandbox")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        # An alert that opens stays open, to be seen.
        options.set_capability("unhandledPromptBehavior", "ignore")
        self.driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(executable_path=DRIVER))
        self.driver.set_page_load_timeout(PATIENCE)
        self.cdp("Emulation.setTimezoneOverride", timezoneId="Asia/Kathmandu")
        if not has_script:
            self.cdp("Emulation.setScriptExecutionDisabled", value=True)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        try:
            if error is not None:
                self.photograph("at-the-end")
        finally:
            self.driver.quit()
            self.profile.cleanup()

    def cdp(self, command, **parameters):
        return self.driver.execute_cdp_cmd(command, parameters)

    def go(self, path):
        self.driver.get(self.url + path)

    def ask(self, question):
        return self.driver.execute_script(QUESTIONS, question)

    def holds(self, question, what):
        """Asks the page, and keeps what it complains of."""
        for sentence in self.ask(question):
            self.complain(f"{what}: {sentence}")

    def complain(self, sentence):
        path = urllib.parse.urlsplit(self.driver.current_url)
        self.complaints.append(f"{path._replace(scheme='', netloc='').geturl()}: {sentence}")

    def expect(self, condition, sentence):
        if not condition:
            self.complain(sentence)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def text(self, selector):
        return " ".join(element.text for element in self.all(selector))

    def until(self, condition, what):
        WebDriverWait(self.driver, PATIENCE, poll_frequency=0.1).until(lambda _: condition(), what)

    def status(self):
        return self.driver.execute_script("return performance.getEntriesByType('navigation')[0].responseStatus")

    def follow(self, act):
        """Does what leads to another page, and waits until that is there."""
        before = self.one("html").id
        act()
        self.until(lambda: self.is_other(before), "no other page came")

    def is_other(self, before):
        try:
            # Where no script runs, the page's own idea of its readiness is still told.
            ready = self.driver.execute_script("return document.readyState") == "complete"
            return ready and self.one("html").id != before
        except WebDriverException:
            return False

    def photograph(self, name):
        """The whole page, as far as a picture may be high."""
        size = self.cdp("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 8_000), "scale": 1}
        picture = self.cdp("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)["data"]
        (self.folder / f"{name}.png").write_bytes(base64.b64decode(picture))

    def refusals(self):
        """What the browser itself complained of since it was last asked: errors, and what the policy forbade."""
        found = []
        for entry in self.driver.get_log("browser"):
            is_grave = entry["level"] in ("SEVERE", "WARNING") or "Content Security Policy" in entry["message"]
            # The page itself may be an answer that says that there is none.
            itself = entry["source"] == "network" and entry["message"].startswith(self.driver.current_url + " ")
            if is_grave and not (itself and self.status() >= 400):
                found.append(entry["message"])
        return found

    # MARK: The keyboard

    def press(self, *keys):
        ActionChains(self.driver, duration=0).send_keys(*keys).perform()

    def active(self):
        return self.driver.switch_to.active_element

    def tab_to(self, is_wanted, what):
        """Presses Tab until the keyboard is at something that is wanted."""
        times_outside = 0
        for _ in range(MOST_STOPS):
            self.press(Keys.TAB)
            element = self.active()
            if element.tag_name != "body":
                if is_wanted(element):
                    return element
                continue
            # Once round, by way of the browser's own window.
            times_outside += 1
            if times_outside == 2:
                break
        raise AssertionError(f"the keyboard does not reach {what}")


def fetched(url):
    """What the console's interface for programs says."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=PATIENCE) as answer:
        return json.load(answer)


def first_link(browser, page, pattern):
    """The path of the first link on a page that matches."""
    browser.go(page)
    for link in browser.all("main a[href]"):
        path = link.get_dom_attribute("href")
        if re.fullmatch(pattern, path):
            return path
    raise AssertionError(f"{page} has no link like {pattern}")


def comparison(browser):
    """The path of the page that compares the two newest deployments."""
    browser.go("/deployments")
    ids = [box.get_property("value") for box in browser.all("main input[name=id]")[:2]]
    return "/compare?" + urllib.parse.urlencode([("id", one) for one in ids])


# MARK: Every page


def pages(browser):
    """Every page loads without complaint, and can be read and used by whoever reads and uses it otherwise."""
    paths = {
        "overview": "/",
        "findings": "/findings",
        "finding": first_link(browser, "/findings", "/findings/[^/?]+"),
        "deployments": "/deployments",
        "deployment": first_link(browser, "/deployments", "/deployments/[^/?]+"),
        "comparison": comparison(browser),
        "rules": "/rules",
        "rule": first_link(browser, "/rules", "/rules/[^/?]+"),
        "problem": "/nowhere",
    }
    for name, path in paths.items():
        browser.go(path)
        wanted = 404 if name == "problem" else 200
        browser.expect(browser.status() == wanted, f"the status is {browser.status()}")
        browser.holds("structure", "structure")
        browser.holds("names", "names")
        tab_through(browser)
        for scheme in ("light", "dark"):
            browser.cdp("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
            browser.photograph(f"{name}-{scheme}")
        browser.ask("open")
        for scheme in ("dark", "light"):
            browser.cdp("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
            browser.holds("contrast", f"contrast, {scheme}")
        narrow(browser, name)
        # What is complained of late is still this page's.
        time.sleep(0.3)
        for message in browser.refusals():
            browser.complain(f"the browser says: {message}")


def narrow(browser, name):
    browser.cdp(
        "Emulation.setDeviceMetricsOverride", width=NARROW, height=640, deviceScaleFactor=1, mobile=False
    )
    browser.holds("width", "narrow")
    browser.holds("scrolling", "narrow")
    browser.photograph(f"{name}-narrow")
    browser.cdp("Emulation.clearDeviceMetricsOverride")


def tab_through(browser):
    """The Tab key stops at everything once, in order, shows where it is, and leads out again."""
    count = browser.ask("stops")
    stops = []
    for _ in range(min(count + 3, MOST_STOPS)):
        browser.press(Keys.TAB)
        stop, complaints = browser.ask("stop")
        for sentence in complaints:
            browser.complain(f"keyboard: {sentence}")
        # Past the last one the browser begins anew, by way of its own window.
        if stop is None or stop in stops:
            break
        if stop != "news":
            stops.append(stop)
    browser.expect(
        stops == list(range(count)),
        f"keyboard: it stops at {stops} instead of at each of {count} in order",
    )


# MARK: By keyboard


def keyboard(browser):
    """A finding is reached, spoken of and acknowledged by Tab and Enter alone, from the address bar on."""
    browser.go("/")
    browser.press(Keys.TAB)
    skip = browser.active()
    browser.expect(skip.text == "Skip to the content", f"the first stop is '{skip.text}', not the skip link")
    box = skip.rect
    browser.expect(box["x"] >= 0 and box["y"] >= 0, f"the skip link is out of sight, at {box}")
    browser.photograph("keyboard-skip")
    browser.press(Keys.ENTER)
    browser.expect(browser.active().get_attribute("id") == "main", "the skip link does not lead to the content")
    inside = browser.tab_to(lambda _: True, "anything behind the skip link")
    browser.expect(
        browser.driver.execute_script("return arguments[0].closest('main') !== null", inside),
        "behind the skip link the keyboard is not in the content",
    )

    browser.go("/")
    browser.tab_to(lambda element: element.get_dom_attribute("href") == "/findings", "the link to findings")
    browser.follow(lambda: browser.press(Keys.ENTER))
    browser.press(Keys.TAB)
    browser.press(Keys.ENTER)
    is_finding = re.compile("/findings/[^/?]+")
    browser.tab_to(lambda element: is_finding.fullmatch(element.get_dom_attribute("href") or ""), "a finding")
    browser.follow(lambda: browser.press(Keys.ENTER))
    browser.photograph("keyboard-finding")
    state = browser.text(".facts .state")
    browser.expect(state == "open", f"the finding's state is '{state}', not open")

    note = f"by keyboard, {time.time_ns()}"
    browser.tab_to(lambda element: element.get_dom_attribute("name") == "note", "the note")
    browser.press(note)
    browser.tab_to(lambda element: element.text == "Acknowledge", "the button")
    browser.follow(lambda: browser.press(Keys.ENTER))
    expect_state(browser, "acknowledged", note)
    browser.photograph("keyboard-acknowledged")


def expect_state(browser, state, note=None):
    """Expects a finding's page, and the interface for programs, to tell of a state and a note."""
    if browser.status() != 200:
        raise AssertionError(f"the answer was {browser.status()}: {browser.text('main')}")
    shown = browser.text(".facts .state")
    browser.expect(shown == state, f"the page shows '{shown}', not {state}")
    path = urllib.parse.urlsplit(browser.driver.current_url).path
    found = fetched(f"{browser.url}/api{path}")
    told = found["finding"]["tidewaiter"]["finding"]["state"]
    browser.expect(told == state, f"the API says {told}, not {state}")
    if note is not None:
        browser.expect(note in browser.text(".notes"), f"the note '{note}' is not shown")
        browser.expect(note in [one["note"] for one in found["notes"]], f"the note '{note}' is not in the API")


def act(browser, state):
    browser.follow(lambda: browser.one(f"button[name=state][value={state}]").click())


# MARK: Two people


def two_people(first, ids):
    """Who acts on what is no longer so is told, and undoes nothing."""
    path = f"/findings/{ids[0]}" if ids else first_link(first, "/findings?state=open", "/findings/[^/?]+")
    with Browser(first.url, first.folder, first.complaints) as second:
        for person in (first, second):
            person.go(path)
            shown = person.text(".facts .state")
            person.expect(shown == "open", f"the finding's state is '{shown}', not open")
        first.one("textarea[name=note]").send_keys("the nightly backup")
        act(first, "closed")
        expect_state(first, "closed", "the nightly backup")
        first.photograph("two-people-first")

        second.one("textarea[name=note]").send_keys("I look at it")
        act(second, "acknowledged")
        second.expect(second.status() == 409, f"the status is {second.status()}, not 409")
        told = second.text("main")
        second.expect("closed by now" in told, f"it is not told that the finding is closed: '{told}'")
        second.expect(not second.ask("structure"), f"structure: {second.ask('structure')}")
        # Back is where what was written still is, for whoever wants it.
        second.photograph("two-people-second")
        second.go(path)
        expect_state(second, "closed")
        second.expect("I look at it" not in second.text(".notes"), "what was refused was kept")


# MARK: What is new


def live(browser):
    """A page that is open says that there is something new, and shows it when asked."""
    browser.go("/findings")
    stop = time.monotonic() + PATIENCE
    while not is_listening(browser):
        if time.monotonic() > stop:
            raise AssertionError("the page does not listen for what is new")
        time.sleep(0.1)
    news = browser.one(".news")
    browser.expect(not news.is_displayed(), "there is news before there is any")
    known = browser.driver.execute_script(
        "window.stays = true; return [...document.querySelectorAll('main a')].map((link) => link.getAttribute('href'))"
    )
    print("ready", flush=True)
    browser.until(news.is_displayed, f"no news within {PATIENCE} s")
    browser.expect("There is something new" in news.text, f"the news is '{news.text}'")
    browser.expect(news.get_dom_attribute("role") == "status", "the news is not read out")
    browser.expect(browser.driver.execute_script("return window.stays === true"), "the page was loaded anew by itself")
    browser.holds("contrast", "contrast")
    browser.photograph("live-news")
    browser.follow(browser.one(".news a").click)
    links = [link.get_dom_attribute("href") for link in browser.all("main ol.rows a")]
    browser.expect(set(links) - set(known), "what is new is not shown")
    browser.expect(not browser.one(".news").is_displayed(), "the news stays though it was shown")
    browser.photograph("live-shown")


def is_listening(browser):
    """Whether the server has said hello on the page's stream of events."""
    messages = [json.loads(entry["message"])["message"] for entry in browser.driver.get_log("performance")]
    return any(
        message["method"] == "Network.eventSourceMessageReceived" and message["params"]["eventName"] == "hello"
        for message in messages
    )


# MARK: Hostile records

DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def hostile(browser, ids):
    """Whatever a record holds stays text."""
    if not ids:
        raise AssertionError("findings to look at are not named")
    seen = set()
    for number, identifier in enumerate(ids):
        found = fetched(f"{browser.url}/api/findings/{identifier}")
        texts = list(strings(found))
        seen |= {"markup" for text in texts if "<" in text} | {"length" for text in texts if len(text) >= 1_000_000}
        marks = sorted({mark for text in texts for mark in DIRECTION.findall(text[:4_096])})
        seen |= {"direction" for _ in marks}
        browser.go(f"/findings/{identifier}")
        expect_harmless(browser)
        shown = browser.driver.execute_script("return document.body.textContent")
        for mark in marks:
            browser.expect(f"\\u{{{ord(mark):x}}}" in shown, f"U+{ord(mark):x} is not shown as an escape")
        browser.photograph(f"hostile-{number}")
        deployments = [link.get_dom_attribute("href") for link in browser.all("main a[href^='/deployments/']")]
        for path in deployments:
            browser.go(path)
            expect_harmless(browser)
            browser.photograph(f"hostile-{number}-deployment")
    # A test whose records lost what makes them hostile would hold for ever.
    missing = {"markup", "direction", "length"} - seen
    browser.expect(not missing, f"no record holds {', '.join(sorted(missing))}")
    lists = {
        "overview": "/", "findings": "/findings?limit=500", "deployments": "/deployments?limit=500",
        "comparison": comparison(browser),
    }
    for name, path in lists.items():
        browser.go(path)
        expect_harmless(browser)
        browser.photograph(f"hostile-{name}")
        if name == "findings":
            links = {link.get_dom_attribute("href") for link in browser.all("main ol.rows a")}
            browser.expect({f"/findings/{one}" for one in ids} <= links, "the findings are not in the list")


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, one in value.items():
            yield name
            yield from strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)


def accepted_alerts(browser):
    """The texts of the alerts that are open, one behind the other, after closing them."""
    texts = []
    while len(texts) < 20:
        try:
            alert = browser.driver.switch_to.alert
            texts.append(alert.text)
            alert.accept()
        except NoAlertPresentException:
            break
    return texts


def expect_harmless(browser):
    for text in accepted_alerts(browser):
        browser.complain(f"an alert opened: {text}")
    browser.expect(browser.status() == 200, f"the status is {browser.status()}")
    browser.ask("open")
    browser.holds("foreign", "hostile")
    browser.holds("width", "hostile")
    length = browser.driver.execute_script("return document.documentElement.outerHTML.length")
    browser.expect(length < LONGEST_PAGE, f"the page is {length} characters long")
    for message in browser.refusals():
        browser.complain(f"the browser says: {message}")


# MARK: Without scripts


def without_script(browser):
    """Everything but what is new can be read and done where no script runs."""
    browser.go("/")
    for name, path in {"overview": "/", "deployments": "/deployments", "rules": "/rules"}.items():
        browser.go(path)
        browser.expect(browser.text("main h1") != "", "there is no heading")
        browser.photograph(f"without-script-{name}")
    browser.go("/findings")
    times = [element.text for element in browser.all("main time")]
    browser.expect(bool(times), "there is no time to tell by whether a script runs")
    # The script would have them in the browser's zone, which is not UTC.
    browser.expect(all(text.endswith(" UTC") for text in times), f"a script ran, or times are not told: {times[:1]}")

    levels = set(element.text for element in browser.all("main ol.rows .level"))
    wanted = "critical" if "critical" in levels else "high"
    browser.one(f"select[name=level] option[value={wanted}]").click()
    browser.one("input[name=state][value=open]").click()
    browser.follow(browser.one("form.filter button").click)
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(browser.driver.current_url).query)
    browser.expect(query.get("level") == [wanted] and query.get("state") == ["open"], f"the address has {query}")
    left = set(element.text for element in browser.all("main ol.rows .level"))
    fitting = {"critical"} if wanted == "critical" else {"critical", "high"}
    browser.expect(left != set() and left <= fitting, f"levels {left} are shown instead of {wanted} and above")
    chosen = browser.one("select[name=level]").get_property("value")
    browser.expect(chosen == wanted, f"the form forgot what was chosen: '{chosen}'")
    browser.expect(browser.one("input[name=state][value=open]").is_selected(), "the form forgot the state")
    browser.photograph("without-script-filtered")

    browser.follow(browser.one("main ol.rows a").click)
    note = f"without a script, {time.time_ns()}"
    for state in ("acknowledged", "closed", "open"):
        browser.one("textarea[name=note]").send_keys(f"{state}: {note}")
        act(browser, state)
        expect_state(browser, state, f"{state}: {note}")
    browser.photograph("without-script-finding")

    browser.go("/deployments")
    for box in browser.all("main input[name=id]")[:2]:
        box.click()
    browser.follow(browser.one("form[action='/compare'] button").click)
    browser.expect(browser.status() == 200, f"the status is {browser.status()}")
    browser.expect(len(browser.all("main thead a")) == 2, "two deployments are not compared")
    browser.photograph("without-script-comparison")


SCENARIOS = {
    "pages": lambda browser, _: pages(browser),
    "keyboard": lambda browser, _: keyboard(browser),
    "two-people": two_people,
    "live": lambda browser, _: live(browser),
    "hostile": hostile,
    "without-script": lambda browser, _: without_script(browser),
}


def main(arguments):
    if len(arguments) < 3 or arguments[2] not in SCENARIOS:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    if not all(os.access(program, os.X_OK) for program in (BROWSER, DRIVER)):
        print("browser.py: NOTHING WAS TRIED: chromium and chromium-driver are needed", file=sys.stderr)
        return 75
    url, folder, name, *more = arguments
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    complaints = []
    # Whoever ends this has the browser ended, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        with Browser(url, folder, complaints, has_script=name != "without-script") as browser:
            SCENARIOS[name](browser, more)
    except (AssertionError, WebDriverException, OSError) as error:
        traceback.print_exc(file=sys.stderr)
        complaints.append(f"{name}: {getattr(error, 'msg', None) or error}")
    for sentence in dict.fromkeys(complaints):
        print(sentence)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
