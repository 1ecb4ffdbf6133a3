#!/usr/bin/env python3
"""Looks at the HTML report in a real browser: browser.py BINARY. Prints "ok:"/"not ok:" a case.

Chromium is driven over a pipe (the DevTools protocol), so that nothing but Python is needed.
"""
import json, os, shutil, subprocess, sys, tempfile

chromium = next((p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome")) if p), None)
if chromium is None:
    print("skip: no Chromium here to look at the HTML report with")
    sys.exit(0)
binary = sys.argv[1]
work = tempfile.mkdtemp(prefix="podseer-browser-")
failures = 0

def verdict(name, ok, detail=""):
    global failures
    print(("ok: " if ok else "not ok: ") + name + ("" if ok else f"  {detail}"))
    failures += not ok

MANIFESTS = """apiVersion: v1
kind: Pod
metadata: {name: healthy}
spec: {containers: [{name: web, image: "nginx:1.27"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: crashing}
spec: {restartPolicy: Always, containers: [{name: sh, image: "busybox:1.36", command: [sh, -c, "exit 1"]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: "<script>window.hacked=1</script><img src=x onerror='window.hacked=2'>"}
spec: {containers: [{name: "</pre><b>", image: "</script><script>window.hacked=3</script>"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: named}
spec: {containers: [{name: web, image: "MyApp<img src=http://example.invalid/x.png onerror=window.hacked=4>"}]}
"""
report = os.path.join(work, "report.html")
ran = subprocess.run([binary, "check", "--isolated", "--format", "html", "-"], input=MANIFESTS.encode(), capture_output=True)
open(report, "wb").write(ran.stdout)

class Browser:
    def __init__(self):
        to_read, self.to = os.pipe()
        self.frm, from_write = os.pipe()
        def pipes():
            a, b = os.dup(to_read), os.dup(from_write)
            os.dup2(a, 3); os.dup2(b, 4)
        self.process = subprocess.Popen(
            [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-dev-shm-usage", f"--user-data-dir={work}/profile", "about:blank"],
            preexec_fn=pipes, pass_fds=(3, 4, to_read, from_write), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_read); os.close(from_write)
        self.id, self.buffer, self.events, self.session = 0, b"", [], None
    def message(self):
        while b"\0" not in self.buffer:
            piece = os.read(self.frm, 1 << 20)
            if not piece: raise SystemExit("not ok: the browser ended")
            self.buffer += piece
        one, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(one)
    def call(self, method, **params):
        self.id += 1
        call = {"id": self.id, "method": method, "params": params}
        if self.session: call["sessionId"] = self.session
        os.write(self.to, json.dumps(call).encode() + b"\0")
        while True:
            answer = self.message()
            if answer.get("id") == self.id:
                if "error" in answer: raise SystemExit(f"not ok: {method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)
    def open(self, url):
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"): self.call(domain + ".enable")
        self.call("Page.navigate", url=url)
        while not any(e.get("method") == "Page.loadEventFired" for e in self.events): self.events.append(self.message())
    def evaluate(self, code):
        result = self.call("Runtime.evaluate", expression=code, returnByValue=True)
        if "exceptionDetails" in result: raise SystemExit(f"not ok: {code}: {result['exceptionDetails']}")
        return result["result"].get("value")

try:
    browser = Browser()
    browser.open("file://" + report)
    text = browser.evaluate("document.body.innerText")
    verdict("the report is rendered", "CrashLoopBackOff" in text and "InvalidImageName" in text, text[:300])
    verdict("hostile names are shown as they are written", "window.hacked=1" in text, text[:300])
    verdict("and run nothing", browser.evaluate("typeof window.hacked") == "undefined")
    verdict("timelines are drawn", browser.evaluate("[...document.querySelectorAll('svg')].filter(s => s.getBoundingClientRect().width > 100).length") >= 2)
    requests = [e["params"]["request"]["url"] for e in browser.events if e.get("method") == "Network.requestWillBeSent"]
    verdict("nothing but the file is requested", requests == ["file://" + report], requests)
    errors = [e["params"] for e in browser.events if e.get("method") in ("Log.entryAdded", "Runtime.exceptionThrown")]
    verdict("the browser has nothing to complain of", errors == [], errors)
    shown = "[...document.querySelectorAll('main section, main article, main .card')].filter(c => c.offsetParent).length"
    before = browser.evaluate(shown)
    browser.evaluate("const w = document.getElementById('words'); w.value = 'crashing'; w.dispatchEvent(new Event('input'))")
    after = browser.evaluate(shown)
    verdict("the filter leaves what was asked for", 0 < after < before, (before, after))
    verdict("and says how much that is", browser.evaluate("document.getElementById('shown').innerText") != "")
    browser.evaluate("w.value = ''; w.dispatchEvent(new Event('input')); const f = document.getElementById('failing'); f.checked = true; f.dispatchEvent(new Event('change'))")
    only = browser.evaluate(shown)
    verdict("the healthy pod can be left out", only < before, (before, only))
    back = "(() => { const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).map(Number); return (r + g + b) / 3 })()"
    front = back.replace("backgroundColor", "color")
    tones = {}
    for scheme in ("light", "dark"):
        browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        tones[scheme] = (browser.evaluate(back), browser.evaluate(front))
    verdict("light is light", tones["light"][0] > 200 and tones["light"][1] < 100, tones)
    verdict("dark is dark", tones["dark"][0] < 60 and tones["dark"][1] > 150, tones)
    browser.call("Emulation.setDeviceMetricsOverride", width=420, height=800, deviceScaleFactor=1, mobile=False)
    verdict("a narrow window needs no sideways scrolling", browser.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"),
            browser.evaluate("[...document.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > 420).map(e => e.tagName + '.' + e.className)"))
    image = browser.call("Page.captureScreenshot", format="png")["data"]
    verdict("a picture of it is no blank page", len(image) > 8000, len(image))
    if len(sys.argv) > 2:
        import base64
        open(sys.argv[2], "wb").write(base64.b64decode(image))
    browser.call("Browser.close")
finally:
    browser.process.kill() if browser.process.poll() is None else None
    browser.process.wait()
    shutil.rmtree(work, ignore_errors=True)
sys.exit(failures)
