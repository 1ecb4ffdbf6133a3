#!/usr/bin/env python3
"""Drives `podseer lsp` as an editor does: lsp_client.py BINARY. Prints "ok:"/"not ok:" a case."""
import atexit, json, os, shutil, subprocess, sys, tempfile, threading, queue

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {level: info}\n"
POD = """apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - name: web
      image: nginx:1.27
      env:
        - name: LEVEL
          valueFrom: {configMapKeyRef: {name: settings, key: level}}
"""
failures = 0

def verdict(name, ok, detail=""):
    global failures
    print(("ok: " if ok else "not ok: ") + name + ("" if ok else f"  {detail}"))
    failures += not ok

class Client:
    def __init__(self, binary, root):
        self.p = subprocess.Popen([binary, "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root)
        self.inbox, self.id, self.diagnostics = queue.Queue(), 0, {}
        threading.Thread(target=self.read, daemon=True).start()
    def read(self):
        while True:
            length = 0
            while True:
                line = self.p.stdout.readline()
                if not line: self.inbox.put(None); return
                if line == b"\r\n": break
                if line.lower().startswith(b"content-length:"): length = int(line.split(b":")[1])
            self.inbox.put(json.loads(self.p.stdout.read(length)))
    def send(self, message):
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.p.stdin.write(b"Content-Length: %d\r\n\r\n" % len(data) + data); self.p.stdin.flush()
    def notify(self, method, params): self.send({"method": method, "params": params})
    def request(self, method, params):
        self.id += 1; self.send({"id": self.id, "method": method, "params": params})
        while True:
            message = self.inbox.get(timeout=20)
            if message is None: raise SystemExit("not ok: the server ended")
            if message.get("id") == self.id: return message
            self.note(message)
    def note(self, message):
        if message.get("method") == "textDocument/publishDiagnostics":
            self.diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
    def wait_for(self, uri, wanted):
        while True:
            message = self.inbox.get(timeout=20)
            if message is None: raise SystemExit("not ok: the server ended")
            self.note(message)
            if uri in self.diagnostics and wanted(self.diagnostics[uri]): return self.diagnostics[uri]

def main():
    root = os.path.realpath(tempfile.mkdtemp(prefix="podseer lsp "))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    for name, text in (("config.yaml", CONFIG), ("pod.yaml", POD)): open(f"{root}/{name}", "w").write(text)
    uri = lambda name: "file://" + (root + "/" + name).replace(" ", "%20")
    client = Client(sys.argv[1], root)
    result = client.request("initialize", {"processId": None, "rootUri": "file://" + root.replace(" ", "%20"), "capabilities": {}})
    verdict("initialize names its capabilities", result["result"]["capabilities"]["hoverProvider"] is True)
    client.notify("initialized", {})
    client.notify("textDocument/didOpen", {"textDocument": {"uri": uri("pod.yaml"), "languageId": "yaml", "version": 1, "text": POD}})
    verdict("a healthy document has no diagnostics", client.wait_for(uri("pod.yaml"), lambda d: True) == [])
    broken = POD.replace("key: level", "key: levle")
    client.notify("textDocument/didChange", {"textDocument": {"uri": uri("pod.yaml"), "version": 2}, "contentChanges": [{"text": broken}]})
    found = client.wait_for(uri("pod.yaml"), lambda d: len(d) > 0)
    verdict("a typing error is marked before it is saved", found[0]["code"] == "POD402", found)
    column = broken.splitlines()[9].index("levle")
    verdict("the range is the key", found[0]["range"] == {"start": {"line": 9, "character": column}, "end": {"line": 9, "character": column + 5}}, found[0]["range"])
    position = {"textDocument": {"uri": uri("pod.yaml")}, "position": {"line": 9, "character": column + 1}}
    hover = client.request("textDocument/hover", position)["result"]
    verdict("hover explains", "CreateContainerConfigError" in hover["contents"]["value"], hover)
    actions = client.request("textDocument/codeAction", {"textDocument": {"uri": uri("pod.yaml")}, "range": found[0]["range"], "context": {"diagnostics": found}})["result"]
    edits = [a["edit"]["changes"][uri("pod.yaml")][0]["newText"] for a in actions]
    verdict("the fix is offered", "level" in edits, actions)
    verdict("ignoring is offered", any("podseer: ignore[POD402]" in e for e in edits), actions)
    name_column = broken.splitlines()[9].index("settings")
    target = client.request("textDocument/definition", {"textDocument": {"uri": uri("pod.yaml")}, "position": {"line": 9, "character": name_column + 2}})["result"]
    verdict("the name leads to the ConfigMap", target["uri"] == uri("config.yaml") and target["range"]["start"]["line"] == 2, target)
    client.notify("textDocument/didChange", {"textDocument": {"uri": uri("pod.yaml"), "version": 3}, "contentChanges": [{"text": POD}]})
    client.wait_for(uri("pod.yaml"), lambda d: d == [])
    client.notify("textDocument/didOpen", {"textDocument": {"uri": uri("config.yaml"), "languageId": "yaml", "version": 1, "text": CONFIG.replace("level: info", "other: info")}})
    found = client.wait_for(uri("pod.yaml"), lambda d: len(d) > 0)
    verdict("a key removed in another open file marks the pod", found[0]["code"] == "POD402", found)
    verdict("a method that is not known is an error, not the end", "error" in client.request("textDocument/foldingRange", {}))
    client.request("shutdown", {})
    client.notify("exit", {})
    verdict("exit ends with 0", client.p.wait(10) == 0)
    sys.exit(failures)

main()
