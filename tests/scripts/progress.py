#!/usr/bin/env python3
"""The line of progress, on a terminal of its own: progress.py BINARY. Prints "ok:"/"not ok:" a case.

A helm that takes its time makes the run last longer than a second. All runs go at once.
"""
import atexit, os, pty, shutil, subprocess, sys, tempfile

binary = sys.argv[1]
root = tempfile.mkdtemp(prefix="podseer-progress-")
atexit.register(shutil.rmtree, root, ignore_errors=True)
os.makedirs(f"{root}/chart/templates"), os.makedirs(f"{root}/bin"), os.makedirs(f"{root}/plain")
open(f"{root}/chart/Chart.yaml", "w").write("apiVersion: v2\nname: slow\nversion: 0.1.0\n")
open(f"{root}/chart/templates/a.yaml", "w").write("a: {{ .b }}\n")
pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: MyApp}]}\n"
open(f"{root}/plain/pod.yaml", "w").write(pod)
open(f"{root}/bin/helm", "w").write(f"#!/bin/sh\nsleep 1.4\ncat <<'Y'\n---\n# Source: slow/templates/a.yaml\n{pod}Y\n")
os.chmod(f"{root}/bin/helm", 0o755)
failures = 0

def verdict(name, ok, detail):
    global failures
    print(("ok: " if ok else "not ok: ") + name + ("" if ok else f"  {detail!r}"))
    failures += not ok

class OnTerminal:
    """Runs podseer with standard error (and output, unless `piped`) on a new terminal."""
    def __init__(self, words, environment=None, piped=False):
        env = {k: v for k, v in os.environ.items() if k not in ("CI", "NO_COLOR") and not k.startswith("PODSEER_")}
        env.update({"PATH": f"{root}/bin:" + env["PATH"], "TERM": "xterm"}, **(environment or {}))
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen([binary, *words, "--isolated"], cwd=root, env=env, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL if piped else slave, stderr=slave)
        os.close(slave)
    def seen(self):
        out = b""
        while True:
            try: piece = os.read(self.master, 65536)
            except OSError: break
            if not piece: break
            out += piece
        self.process.wait()
        return out.decode()

slow = ["check", "chart"]
runs = {
    "long": OnTerminal(slow), "piped": OnTerminal(slow, piped=True), "quick": OnTerminal(["check", "plain"]),
    "CI": OnTerminal(slow, {"CI": "true"}), "-q": OnTerminal(slow + ["-q"]), "dumb": OnTerminal(slow, {"TERM": "dumb"}),
    "forecast": OnTerminal(["forecast", "chart"]), "graph": OnTerminal(["graph", "chart"]),
}
seen = {name: run.seen() for name, run in runs.items()}
ERASE = "\r\x1b[K"
for name in ("long", "forecast", "graph"):
    verdict(f"work over a second shows what is done ({name})", f"{ERASE}podseer: rendering chart, 1 s" in seen[name], seen[name])
    last = seen[name].rfind("podseer: rendering")
    rest = seen[name][last:].split(ERASE, 1)
    verdict(f"the line is gone before the report ({name})", len(rest) == 2 and "\n" not in rest[0] and rest[1].strip() != "", rest)
verdict("with standard output elsewhere only the line is drawn, and erased", seen["piped"].endswith(ERASE) and "MyApp" not in seen["piped"], seen["piped"])
for name in ("quick", "CI", "-q", "dumb"):
    verdict(f"no line: {name}", "podseer: " not in seen[name] and "\x1b[K" not in seen[name] and "MyApp" in seen[name], seen[name])
env = {k: v for k, v in os.environ.items() if k != "CI"} | {"PATH": f"{root}/bin:" + os.environ["PATH"], "TERM": "xterm"}
off = subprocess.run([binary, *slow, "--isolated"], cwd=root, env=env, capture_output=True)
verdict("no line where there is no terminal", off.stderr == b"", off.stderr)
sys.exit(failures)
