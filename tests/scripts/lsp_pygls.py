#!/usr/bin/env python3
"""Drives `podseer lsp` with pygls, a client that other people wrote: every message of the server is read into
lsprotocol's types, so one that breaks the protocol is an error. lsp_pygls.py BINARY; prints "ok:"/"not ok:" a case.
"""
import asyncio, atexit, os, shutil, sys, tempfile

try:
    from lsprotocol import types as t
    from pygls.lsp.client import LanguageClient
except ImportError:
    print("skip: pygls is not installed (./dev validators)")
    sys.exit(0)

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

class Editor(LanguageClient):
    def __init__(self):
        super().__init__("podseer-test", "1")
        self.found, self.changed, self.complaints = {}, asyncio.Condition(), []
        @self.feature(t.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        async def _(params):
            async with self.changed:
                self.found[params.uri] = list(params.diagnostics)
                self.changed.notify_all()
    def report_server_error(self, error, source):
        self.complaints.append(f"{source}: {error}")
    async def diagnostics(self, uri, wanted):
        async with self.changed:
            await asyncio.wait_for(self.changed.wait_for(lambda: uri in self.found and wanted(self.found[uri])), 20)
            return self.found[uri]

async def main():
    root = os.path.realpath(tempfile.mkdtemp(prefix="podseer lsp "))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    for name, text in (("config.yaml", CONFIG), ("pod.yaml", POD)): open(f"{root}/{name}", "w").write(text)
    base = "file://" + root.replace(" ", "%20")
    pod, config = f"{base}/pod.yaml", f"{base}/config.yaml"
    editor = Editor()
    os.chdir(root)
    await editor.start_io(sys.argv[1], "lsp", "--isolated")
    result = await editor.initialize_async(t.InitializeParams(
        process_id=os.getpid(), root_uri=base, capabilities=t.ClientCapabilities(),
        workspace_folders=[t.WorkspaceFolder(uri=base, name="shop")]))
    capabilities = result.capabilities
    verdict("the server says who it is and what it can", result.server_info.name == "podseer" and capabilities.hover_provider and capabilities.definition_provider)
    editor.initialized(t.InitializedParams())
    document = t.TextDocumentIdentifier(uri=pod)
    editor.text_document_did_open(t.DidOpenTextDocumentParams(text_document=t.TextDocumentItem(uri=pod, language_id="yaml", version=1, text=POD)))
    verdict("a healthy pod has no diagnostics", await editor.diagnostics(pod, lambda d: True) == [])
    def type_text(text, version):
        editor.text_document_did_change(t.DidChangeTextDocumentParams(
            text_document=t.VersionedTextDocumentIdentifier(uri=pod, version=version),
            content_changes=[t.TextDocumentContentChangeWholeDocument(text=text)]))
    broken = POD.replace("key: level", "key: levle")
    type_text(broken, 2)
    [found] = await editor.diagnostics(pod, lambda d: len(d) == 1)
    column = broken.splitlines()[9].index("levle")
    verdict("a slip is marked as it is typed", (found.code, found.source, found.severity) == ("POD402", "podseer", t.DiagnosticSeverity.Error), found)
    verdict("at its place", found.range == t.Range(t.Position(9, column), t.Position(9, column + 5)), found.range)
    verdict("with the place where it was looked for", any(i.location.uri == config for i in found.related_information or []), found.related_information)
    at = t.Position(9, column + 1)
    hover = await editor.text_document_hover_async(t.HoverParams(text_document=document, position=at))
    verdict("hover tells what kubectl will show", "CreateContainerConfigError" in hover.contents.value and hover.contents.kind == t.MarkupKind.Markdown, hover)
    actions = await editor.text_document_code_action_async(t.CodeActionParams(text_document=document, range=found.range, context=t.CodeActionContext(diagnostics=[found])))
    fix = next((a for a in actions if a.edit.changes[pod][0].new_text == "level"), None)
    verdict("the fix is offered first", fix is actions[0] and fix.kind == t.CodeActionKind.QuickFix, actions)
    lines = broken.splitlines(keepends=True)
    edit = fix.edit.changes[pod][0]
    line = lines[edit.range.start.line]
    lines[edit.range.start.line] = line[:edit.range.start.character] + edit.new_text + line[edit.range.end.character:]
    verdict("and makes the text right", "".join(lines) == POD)
    name = broken.splitlines()[9].index("settings")
    target = await editor.text_document_definition_async(t.DefinitionParams(text_document=document, position=t.Position(9, name + 2)))
    verdict("a name leads to its ConfigMap", target.uri == config and target.range.start.line == 2, target)
    type_text(POD, 3)
    verdict("mended, it is quiet", await editor.diagnostics(pod, lambda d: d == []) == [])
    type_text(POD + "# podseer: ignore-file[POD402] nothing to ignore\n", 4)
    [unused] = await editor.diagnostics(pod, lambda d: len(d) == 1)
    verdict("an ignore of no use is faded", unused.code == "POD001" and t.DiagnosticTag.Unnecessary in (unused.tags or []), unused)
    await editor.shutdown_async(None)
    editor.exit(None)
    await asyncio.wait_for(editor._server.wait(), 10)
    verdict("it ends when told", editor._server.returncode == 0, editor._server.returncode)
    verdict("every message was one of the protocol", editor.complaints == [], editor.complaints)

asyncio.run(main())
sys.exit(failures)
