// SPDX-License-Identifier: Apache-2.0
// One word stands wherever a manifest may hold a secret; it must not be in anything that podseer
// prints or writes, whatever is asked, in whatever format, and whatever is wrong with the files.
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "catch.hpp"
#include "hostile_run.hpp"
#include "paths.hpp"
#include "report/reporter.hpp"

namespace fs = std::filesystem;
using namespace podseer;
using namespace podseer::tests;

namespace {

const std::string kCanary = "c4n4ry-hunter2";
const std::string kEncoded = "YzRuNHJ5LWh1bnRlcjI=";  // the same in base64

/// Manifests with all that can be wrong around a secret.
void write_manifests(const Scratch& scratch) {
  fs::create_directory(scratch.root() / "k8s");
  (void)scratch.write("k8s/secret.yaml",
                      "apiVersion: v1\nkind: Secret\nmetadata: {name: s, lables: {}, annotations: "
                      "{kubectl.kubernetes.io/last-applied-configuration: '{\"stringData\":{\"password\":\"" +
                          kCanary +
                          "\"}}'}}\n"
                          "type: kubernetes.io/dockerconfigjson\nstringData:\n  password: " +
                          kCanary + "\n  bad/key: " + kCanary + "\n  config: |\n    one: 1\n    two: " + kCanary +
                          "\n"
                          "data:\n  token: " +
                          kCanary + "!\n  encoded: " + kEncoded + "\n  number: 12\n");
  (void)scratch.write(
      "k8s/json.json",
      "{\"apiVersion\": \"v1\", \"kind\": \"Secret\", \"metadata\": {\"name\": \"j\"}, \"stringDatas\": {\"a\": \"" +
          kCanary + "\"}, \"stringData\": {\"password\": \"" + kCanary + "\"}}\n");
  (void)scratch.write("k8s/list.yaml",
                      "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: l}, "
                      "stringData: {password: " +
                          kCanary + ", password: " + kCanary + "}, typ: x}\n");
  (void)scratch.write(
      "k8s/broken.yaml",
      "apiVersion: v1\nkind: Secret\nmetadata: {name: t}\nstringData:\n  password: " + kCanary + ": x\n");
  (void)scratch.write("k8s/tab.yaml",
                      "apiVersion: v1\nkind: Secret\nmetadata: {name: t}\nstringData:\n\tpassword: " + kCanary + "\n");
  (void)scratch.write(
      "k8s/open.yaml",
      "apiVersion: v1\nkind: Secret\nmetadata: {name: t}\nstringData:\n  password: \"" + kCanary + "\n");
  (void)scratch.write(
      "k8s/control.yaml",
      "apiVersion: v1\nkind: Secret\nmetadata: {name: t}\nstringData:\n  password: \"" + kCanary + "\x01\"\n");
  (void)scratch.write(
      "k8s/pod.yaml",
      "apiVersion: v1\nkind: Pod\nmetadata: {name: web, lables: {}}\nspec:\n  containers:\n  - name: web\n    image: "
      "busybox:1.36\n    env:\n"
      "    - {name: DB_PASSWORD, value: " +
          kCanary + ", valu: x}\n    - {name: API_TOKEN, value: " + kCanary +
          "}\n    - name: AWS_SECRET_ACCESS_KEY\n      value: " + kCanary +
          "\n"
          "    - {name: DATABASE_URL, value: \"postgres://app:" +
          kCanary +
          "@db.nowhere:5432/x\"}\n"
          "    - {name: FROM_SECRET, valueFrom: {secretKeyRef: {name: s, key: encoded}}}\n    - {name: PLAIN, "
          "valueFrom: {secretKeyRef: {name: s, key: password}}}\n"
          "    command: [sh, -c, 'echo $DB_PASSWORD $FROM_SECRET $PLAIN; exit 1']\n"
          "  - name: b\n    image: busybox:1.36\n    env: [{name: DB_PASSWORD, value: " +
          kCanary +
          "}, {name: S, valueFrom: {secretKeyRef: {name: s, key: password}}}]\n    command: [\"$(DB_PASSWORD)\", "
          "\"$(S)\"]\n"
          "  - name: c\n    image: busybox:1.36\n    env: [{name: S, valueFrom: {secretKeyRef: {name: s, key: "
          "password}}}]\n    command: [sh, -c, 'cat /$S; cd /$S; $S; exit $S']\n"
          "  - name: d\n    image: busybox:1.36\n    args: [\"--db-password=" +
          kCanary + "\", --token, " + kCanary +
          "]\n    volumeMounts: [{name: v, mountPath: /s}]\n    command: [sh, -c, 'cat /s/password; exec $(cat "
          "/s/password)']\n"
          "  - name: e\n    image: python:3.12\n    env: [{name: S, valueFrom: {secretKeyRef: {name: s, key: "
          "password}}}, {name: PORT_TOKEN, value: " +
          kCanary +
          "}]\n    command: [python3, -c, \"import os; int(os.environ['S'])\"]\n"
          "  - name: f\n    image: python:3.12\n    env: [{name: S, valueFrom: {secretKeyRef: {name: s, key: "
          "password}}}]\n    command: [python3, -c, \"import os; raise ValueError(os.environ['S'])\"]\n"
          "  - name: g\n    image: postgres:16\n    env: [{name: POSTGRES_PASSWORD, value: " +
          kCanary +
          "}, {name: POSTGRES_USER, valueFrom: {secretKeyRef: {name: s, key: password}}}]\n"
          "  volumes: [{name: v, secret: {secretName: s, items: [{key: passwrd, path: p}]}}]\n");
  (void)scratch.write("k8s/map.yaml",
                      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, nmae: x}\ndata:\n  DB_PASSWORD: " +
                          kCanary + "\n  api-token: " + kCanary + "\n  DB_PASSWORD: " + kCanary + "\n");
}

void expect_no_canary(const std::string& what, const std::string& text) {
  std::size_t at = text.find(kCanary);
  if (at == std::string::npos) at = text.find(kEncoded);
  INFO(what << "\n..." << (at == std::string::npos ? std::string() : text.substr(at < 400 ? 0 : at - 400, 800)));
  CHECK(at == std::string::npos);
}

std::string message(const std::string& json) {
  return "Content-Length: " + std::to_string(json.size()) + "\r\n\r\n" + json;
}

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') out += "\\n";
    else if (c == '\t') out += "\\t";
    else if (static_cast<unsigned char>(c) < 0x20) out += "\\u0001";
    else out += c;
  }
  return out;
}

}  // namespace

TEST_CASE("no report shows a secret", "[secrets]") {
  const Scratch scratch;
  write_manifests(scratch);
  std::vector<std::vector<std::string>> calls;
  for (const std::string_view format : report::check_formats()) {
    calls.push_back({"check", "--isolated", "--format", std::string(format), "k8s"});
    calls.push_back({"check", "--isolated", "--lang", "ko", "--format", std::string(format), "k8s"});
  }
  for (const std::string_view format : report::forecast_formats())
    calls.push_back({"forecast", "--isolated", "--closed-world", "--format", std::string(format), "k8s"});
  for (const char* format : {"text", "dot", "mermaid"})
    calls.push_back({"graph", "--isolated", "--format", format, "k8s"});
  for (const char* format : {"text", "markdown", "json"})
    calls.push_back({"diff", "--isolated", "--format", format, "k8s/map.yaml", "k8s/pod.yaml"});
  calls.push_back({"check", "--isolated", "--closed-world", "--statistics", "-v", "k8s"});
  calls.push_back({"check", "--isolated", "--no-ignore", "--color", "always", "k8s"});
  calls.push_back({"check", "--isolated", "--cluster", "k8s/secret.yaml", "k8s/pod.yaml"});
  calls.push_back({"check", "--isolated", "--diff", "--unsafe-fixes", "k8s"});
  for (const auto& call : calls) {
    const Spent spent = podseer_run(scratch, call);
    std::string what;
    for (const std::string& word : call) what += word + " ";
    expect_no_canary(what, spent.out + spent.err);
  }
}

TEST_CASE("files that are given for something else do not give their secrets away", "[secrets]") {
  const Scratch scratch;
  write_manifests(scratch);
  for (const char* option : {"--config", "--images", "--cluster", "--baseline", "--files-from"}) {
    for (const char* file : {"k8s/secret.yaml", "k8s/broken.yaml", "k8s/json.json", "k8s/tab.yaml"}) {
      const Spent spent = podseer_run(scratch, {"check", option, file, "k8s/map.yaml"});
      expect_no_canary(std::string(option) + " " + file, spent.out + spent.err);
    }
  }
  const Spent pods = podseer_run(scratch, {"diff", "--cluster-pods", "k8s/secret.yaml", "k8s"});
  expect_no_canary("--cluster-pods", pods.out + pods.err);
}

TEST_CASE("what is written beside the manifests holds no secret", "[secrets]") {
  const Scratch scratch;
  write_manifests(scratch);
  const Spent baseline =
      podseer_run(scratch, {"check", "--isolated", "--baseline", "b.json", "--update-baseline", "k8s"});
  expect_no_canary("--update-baseline",
                   baseline.out + baseline.err +
                       (fs::exists(scratch.root() / "b.json") ? read_file(scratch.root() / "b.json") : ""));
  const Spent fixed = podseer_run(scratch, {"check", "--isolated", "--fix", "--unsafe-fixes", "k8s"});
  expect_no_canary("--fix", fixed.out + fixed.err);
  const Spent ignored = podseer_run(scratch, {"check", "--isolated", "--add-ignore", "later", "k8s"});
  expect_no_canary("--add-ignore", ignored.out + ignored.err);
}

TEST_CASE("the language server tells no secret", "[secrets]") {
  const Scratch scratch;
  write_manifests(scratch);
  const std::string root = "file://" + scratch.root().string();
  std::string input = message("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"rootUri\":\"" +
                              root + "\",\"capabilities\":{}}}") +
                      message("{\"jsonrpc\":\"2.0\",\"method\":\"initialized\",\"params\":{}}");
  int id = 2;
  for (const char* name :
       {"secret.yaml", "pod.yaml", "broken.yaml", "tab.yaml", "open.yaml", "map.yaml", "list.yaml"}) {
    const std::string text = read_file(scratch.root() / "k8s" / name), uri = root + "/k8s/" + name;
    input +=
        message("{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/didOpen\",\"params\":{\"textDocument\":{\"uri\":\"" +
                uri + "\",\"languageId\":\"yaml\",\"version\":1,\"text\":\"" + escaped(text) + "\"}}}");
    const auto lines = static_cast<int>(std::count(text.begin(), text.end(), '\n'));
    for (int line = 0; line < lines; ++line) {
      for (const char* method : {"hover", "definition", "completion"}) {
        for (const int column : {4, 20}) {
          input += message("{\"jsonrpc\":\"2.0\",\"id\":" + std::to_string(id++) + ",\"method\":\"textDocument/" +
                           method + "\",\"params\":{\"textDocument\":{\"uri\":\"" + uri +
                           "\"},\"position\":{\"line\":" + std::to_string(line) +
                           ",\"character\":" + std::to_string(column) + "}}}");
        }
      }
    }
    input += message("{\"jsonrpc\":\"2.0\",\"id\":" + std::to_string(id++) +
                     ",\"method\":\"textDocument/codeAction\",\"params\":{\"textDocument\":{\"uri\":\"" + uri +
                     "\"},\"range\":{\"start\":{\"line\":0,\"character\":0},\"end\":{\"line\":100,\"character\":0}},"
                     "\"context\":{\"diagnostics\":[]}}}");
  }
  input += message("{\"jsonrpc\":\"2.0\",\"id\":" + std::to_string(id) + ",\"method\":\"shutdown\"}") +
           message("{\"jsonrpc\":\"2.0\",\"method\":\"exit\"}");
  const Spent spent = podseer_run(scratch, {"lsp"}, {.input = input});
  CHECK(spent.out.find("publishDiagnostics") != std::string::npos);
  expect_no_canary("lsp", spent.out + spent.err);
}

TEST_CASE("a word of the open manifest is no secret, and a file that is a world of its own keeps its own",
          "[secrets]") {
  const Scratch scratch;
  const std::string secret =
      "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {user: postgres, policy: Always, password: " +
      kCanary + ", word: hunter}\n";
  const std::string workload =
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: postgres}\nspec:\n  selector: {matchLabels: {app: "
      "postgres}}\n"
      "  template:\n    metadata: {labels: {app: " +
      kCanary + "}}\n    spec: {restartPolicy: hunters, containers: [{name: c, image: 'postgres:16'}]}\n";
  fs::create_directory(scratch.root() / "k8s");
  (void)scratch.write("k8s/secret.yaml", secret);
  (void)scratch.write("k8s/pod.yaml", workload);
  const auto told = [&](std::vector<std::string> more) {
    std::vector<std::string> call = {"forecast", "--isolated", "--format", "json"};
    call.insert(call.end(), more.begin(), more.end());
    const Spent spent = podseer_run(scratch, call);
    INFO(spent.err);
    return spent.out;
  };
  const std::string together = told({"k8s"});
  CHECK(together.find("The Deployment \\\"postgres\\\" is invalid") != std::string::npos);
  CHECK(together.find("supported values: \\\"Always\\\"") != std::string::npos);
  CHECK(together.find("{\\\"app\\\":\\\"***\\\"}") != std::string::npos);
  CHECK(together.find("Unsupported value: \\\"***s\\\"") !=
        std::string::npos);  // a plain word, but nowhere in the open
  CHECK(together.find(kCanary) == std::string::npos);
  const std::string apart = told({"--isolate", "k8s"});
  CHECK(apart.find("{\\\"app\\\":\\\"" + kCanary + "\\\"}") != std::string::npos);  // this file has no Secret
  CHECK(apart.find("hunters") != std::string::npos);
}
