// SPDX-License-Identifier: Apache-2.0
// Legal YAML that means harm: numbers, lists, references and names that would make a reader, an API
// server's model or a scheduler work for ever. Every row ends soon, in bounded memory, with a word.
#include <string>
#include <vector>

#include "catch.hpp"
#include "hostile_run.hpp"

using namespace podseer;
using namespace podseer::tests;

namespace {

struct Row {
  const char* what;
  std::string bytes;
  double seconds;    // of CPU, in a build without optimisation
  rlim_t megabytes;  // of memory
  int status;        // -1: 0 or 1
  const char* says;  // part of the output
};

void check_rows(const std::vector<Row>& rows,
                const std::vector<std::string>& arguments = {"check", "--isolated", "f.yaml"}) {
  for (const Row& row : rows) {
    const Scratch scratch;
    (void)scratch.write("f.yaml", row.bytes);
    const Spent spent = podseer_run(scratch, arguments, {.megabytes = row.megabytes});
    INFO(arguments[0] << ", " << row.what << ": status " << spent.status << ", " << spent.cpu << " s\n"
                      << spent.out.substr(0, 1500) << spent.err.substr(0, 500));
    const bool forecast = arguments[0] == "forecast";  // it foretells; that is never a failure
    CHECK((forecast          ? spent.status == 0
           : row.status >= 0 ? spent.status == row.status
                             : spent.status == 0 || spent.status == 1));
    CHECK(spent.cpu < row.seconds * kSlower);
    if (!forecast) CHECK((spent.out + spent.err).find(row.says) != std::string::npos);
    CHECK(spent.out.size() < 20000000);
  }
}

const std::string kHead = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n";
const std::string kMap = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n";

std::string pod(const std::string& spec) { return kHead + "spec:\n" + spec; }
std::string container(const std::string& rest) {
  return pod("  containers:\n  - name: web\n    image: nginx:1.25\n" + rest);
}
std::string deployment(const std::string& name, const std::string& spec, const std::string& pod_spec) {
  return "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: " + name + "}\nspec:\n" + spec +
         "  selector: {matchLabels: {app: " + name + "}}\n  template:\n    metadata: {labels: {app: " + name +
         "}}\n    spec:\n" + pod_spec +
         "      containers: [{name: web, image: \"nginx:1.25\", resources: {requests: {cpu: 10m}}}]\n";
}

}  // namespace

TEST_CASE("YAML that is legal or nearly so, and means harm", "[hostile]") {
  const Row rows[] = {
      {"an anchor within itself", "a: &a [*a]\n", 1, 100, 1, "POD10"},
      {"anchors upon anchors", "a: " + many(20000, "&a ") + "b\n", 3, 160, 1, "POD10"},
      {"an anchor with a name of 5 MB", "a: &" + std::string(5000000, 'x') + " b\n", 4, 200, 1, ""},
      {"an alias that nobody made", "a: *b\n", 1, 100, 1, "POD101"},
      {"a long chain of aliases",
       "a0: &a0 x\n" +
           [] {
             std::string s;
             for (int i = 1; i < 20000; ++i)
               s += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]\n";
             return s;
           }(),
       5, 200, 1, ""},
      {"merge keys upon merge keys",
       "a0: &a0 {x0: 1}\n" +
           [] {
             std::string s;
             for (int i = 1; i < 3000; ++i) {
               const std::string n = std::to_string(i), l = std::to_string(i - 1);
               s += "a" + n + ": &a" + n + " {<<: [*a" + l + ", *a" + l + "], x" + n + ": 1}\n";
             }
             return s;
           }(),
       10, 300, 1, ""},
      {"a merge key of itself", "a: &a {<<: *a}\n", 1, 100, 1, "POD10"},
      {"the same key 200,000 times", kMap + many(200000, "  a: b\n"), 10, 300, 1, "POD103"},
      {"a key of 5 MB", std::string(5000000, 'k') + ": v\n", 3, 200, 1, ""},
      {"a number of a million digits", kMap + "  a: " + std::string(1000000, '9') + "\n", 3, 200, -1, ""},
      {"an exponent without end", kMap + "  a: 1e99999999999999999999\n  b: 1e-99999999999999999999\n", 1, 100, -1, ""},
      {"a fraction of a million digits", kMap + "  a: 0." + std::string(1000000, '1') + "\n", 3, 200, 1, ""},
      {"base 60 and underscores", kMap + "  a: " + many(100000, "1:") + "1\n  b: " + many(100000, "1_") + "1\n", 3, 200,
       -1, ""},
      {"300,000 items in one line", "a: [" + many(300000, "a,") + "]\n", 10, 400, 1, ""},
      {"300,000 pairs in one line", "{" + numbered(300000, "a", ": b,") + "}\n", 20, 400, 1, ""},
      {"nothing but comments", many(500000, "# x\n"), 5, 200, 0, ""},
      {"nothing but line ends", std::string(5000000, '\n'), 5, 200, 0, ""},
      {"nothing but spaces", std::string(5000000, ' '), 5, 200, 0, ""},
      {"nothing but carriage returns", std::string(1000000, '\r'), 5, 200, -1, ""},
      {"lines ended by carriage returns only", "apiVersion: v1\rkind: Pod\rmetadata: {name: web}\r", 1, 100, 1, ""},
      {"other line ends of Unicode", kHead + "spec:\xE2\x80\xA8  x: \xC2\x85\n", 1, 100, 1, ""},
      {"directives", "%YAML 1.2\n%TAG ! tag:x,2000:\n---\n" + kHead, 1, 100, 1, "POD101"},
      {"100,000 directives", many(100000, "%X y\n") + "---\na: b\n", 3, 200, 1, ""},
      {"tags of other languages",
       kMap + "  a: !!python/object/apply:os.system [x]\n  b: !!binary aGVsbG8=\n  c: !<tag:x> y\n  d: !a!b c\n", 1,
       100, 1, ""},
      {"a tag of 1 MB", "a: !" + std::string(1000000, 't') + " b\n", 3, 200, 1, ""},
      {"escapes that are none", "a: \"\\q \\x1 \\uD800\"\n", 1, 100, 1, "POD101"},
      {"a megabyte of escapes", kMap + "  a: \"" + many(160000, "\\u0041") + "\"\n", 4, 200, 0, ""},
      {"a block text of a million lines", kMap + "  a: |\n" + many(300000, "    x\n"), 5, 200, -1, ""},
      {"a folded text of a million lines", kMap + "  a: >\n" + many(300000, "    x\n"), 5, 200, -1, ""},
      {"a quoted text of many lines", kMap + "  a: \"" + many(100000, "x\n    ") + "\"\n", 5, 200, -1, ""},
      {"plain text of many lines", kMap + "  a: x\n" + many(100000, "    x\n"), 5, 200, -1, ""},
      {"an indentation of a million", std::string(1000000, ' ') + "a: b\n", 3, 200, 1, ""},
      {"ever deeper lines",
       [] {
         std::string s;
         for (std::size_t i = 0; i < 1500; ++i) s += std::string(i, ' ') + "- a\n";
         return s;
       }(),
       3, 200, 1, ""},
      {"100,000 separators that are broken", many(100000, "--- x\n"), 4, 200, 1, "POD101"},
      {"JSON after JSON", many(10000, "{}"), 15, 300, 1, "POD101"},
      {"JSON that ends early", "{\"a\": [" + many(100000, "{\"b\": \"c\"},"), 5, 300, 1, "POD101"},
      {"JSON with a text that ends early", "{\"a\": \"" + std::string(1000000, 'x'), 3, 200, 1, "POD101"},
      {"a template", kHead + many(50000, "{{ .Values.x }}\n"), 4, 200, 0, "POD102"},
  };
  check_rows({std::begin(rows), std::end(rows)});
}

TEST_CASE("objects that mean harm", "[hostile]") {
  std::string doubling = "    env:\n    - {name: A0, value: xxxxxxxxxx}\n";
  for (int i = 1; i < 60; ++i)
    doubling +=
        "    - {name: A" + std::to_string(i) + ", value: \"" + many(10, "$(A" + std::to_string(i - 1) + ")") + "\"}\n";
  std::string lists = "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[";
  std::string nested = many(300, lists) + many(300, "]}");
  const std::string digits(200000, '9');
  const Row rows[] = {
      {"variables that multiply", container(doubling + "    command: [sh, -c, \"$(A59)\"]\n"), 3, 200, -1, ""},
      {"100,000 variables", container("    env:\n" + numbered(30000, "    - {name: A", ", value: \"$(B)\"}\n")), 20,
       400, -1, ""},
      {"variables that name each other",
       container("    env: [{name: A, value: $(B)}, {name: B, value: $(A)}]\n    args: [\"$(A)$(B)$(C)\"]\n"), 1, 100,
       -1, ""},
      {"10,000 containers", pod("  containers:\n" + numbered(3000, "  - {name: c", ", image: \"nginx:1.25\"}\n")), 30,
       400, -1, ""},
      {"10,000 volumes",
       container("    volumeMounts:\n" + numbered(3000, "    - {name: v0, mountPath: /a", "}\n") + "  volumes:\n" +
                 numbered(3000, "  - {name: v", ", emptyDir: {}}\n")),
       30, 400, -1, ""},
      {"many ports", container("    ports:\n" + numbered(10000, "    - {name: p", ", containerPort: 80}\n")), 30, 400,
       -1, ""},
      {"replicas without end", deployment("web", "  replicas: 2147483647\n", ""), 5, 200, -1, ""},
      {"more replicas than there are numbers", deployment("web", "  replicas: 99999999999999999999\n", ""), 1, 100, 1,
       "POD107"},
      {"replicas that spread",
       deployment("web", "  replicas: 2147483647\n",
                  "      topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, "
                  "labelSelector: {matchLabels: {app: web}}}]\n      affinity: {podAntiAffinity: "
                  "{requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: x, labelSelector: {matchLabels: "
                  "{app: web}}}]}}\n"),
       5, 200, -1, ""},
      {"a Job without end",
       "apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec:\n  completions: 2147483647\n  parallelism: "
       "2147483647\n  backoffLimit: 2147483647\n  template: {spec: {restartPolicy: Never, containers: [{name: c, "
       "image: \"busybox:1.36\", command: [\"false\"]}]}}\n",
       5, 200, -1, ""},
      {"times without end",
       container("    livenessProbe: {exec: {command: [\"false\"]}, initialDelaySeconds: 2147483647, periodSeconds: "
                 "2147483647, failureThreshold: 2147483647, timeoutSeconds: 2147483647}\n  "
                 "terminationGracePeriodSeconds: 9223372036854775807\n  activeDeadlineSeconds: 9223372036854775807\n"),
       5, 200, -1, ""},
      {"quantities without end",
       container("    resources: {limits: {cpu: \"" + digits +
                 "\", memory: 1e2147483647, ephemeral-storage: 1e-2147483647}}\n"),
       3, 200, -1, ""},
      {"a sum of quantities that does not fit",
       deployment("web", "  replicas: 1000000\n", "      overhead: {cpu: 9E, memory: 9E}\n"), 3, 200, -1, ""},
      {"names of 1 MB",
       "apiVersion: v1\nkind: " + std::string(1000000, 'K') + "\nmetadata: {name: " + std::string(1000000, 'n') + "}\n",
       5, 300, 1, ""},
      {"an image of 1 MB", container("").replace(container("").find("nginx:1.25"), 10, many(200000, "a/b-c")), 5, 300,
       -1, ""},
      {"an unknown field of 1 MB", container("    " + std::string(1000000, 'f') + ": x\n"), 10, 300, 1, ""},
      {"20,000 unknown fields", container(numbered(20000, "    f", ": x\n")), 20, 400, 1, "POD106"},
      {"Lists in Lists", nested, 3, 200, -1, ""},
      {"a List of a List of itself",
       "apiVersion: v1\nkind: List\nitems: &a\n- {apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: List, "
       "items: []}]}\n",
       1, 100, -1, ""},
      {"300 Services and 300 Deployments",
       [] {
         std::string s;
         for (int i = 0; i < 300; ++i) {
           const std::string n = std::to_string(i);
           s += deployment("d" + n, "", "") + "---\napiVersion: v1\nkind: Service\nmetadata: {name: s" + n +
                "}\nspec: {selector: {app: d" + n + "}, ports: [{port: 80}]}\n";
         }
         return s;
       }(),
       30, 300, -1, ""},
      {"1,000 Deployments that avoid each other",
       [] {
         std::string s;
         for (int i = 0; i < 500; ++i)
           s += deployment("d" + std::to_string(i), "  replicas: 50\n",
                           "      affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
                           "[{topologyKey: kubernetes.io/hostname, labelSelector: {}}]}}\n");
         return s;
       }(),
       40, 400, -1, ""},
      {"a selector of 5,000 terms",
       container("  affinity:\n    nodeAffinity:\n      requiredDuringSchedulingIgnoredDuringExecution:\n        "
                 "nodeSelectorTerms:\n" +
                 numbered(5000, "        - {matchExpressions: [{key: k", ", operator: In, values: [a]}]}\n")),
       20, 300, -1, ""},
      {"500 tolerations that are alike", container("  tolerations:\n" + many(5000, "  - {operator: Exists}\n")), 20,
       300, -1, ""},
      {"a CronJob that never comes",
       "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: j}\nspec:\n  schedule: \"0 0 30 2 *\"\n  jobTemplate: "
       "{spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: \"busybox:1.36\"}]}}}}\n",
       3, 200, -1, ""},
      {"a schedule of 1 MB",
       "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: j}\nspec:\n  schedule: \"" + many(200000, "1,2/3,") +
           "1 * * * *\"\n  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: "
           "\"busybox:1.36\"}]}}}}\n",
       5, 300, -1, ""},
      {"labels in great number",
       "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  labels:\n" + numbered(20000, "    k", ": v\n") +
           "spec: {containers: [{name: c, image: \"nginx:1.25\"}]}\n",
       20, 300, -1, ""},
      {"owner references in great number",
       "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  ownerReferences:\n" +
           numbered(5000, "  - {apiVersion: v1, kind: Pod, name: a, uid: \"", "\"}\n") +
           "spec: {containers: [{name: c, image: \"nginx:1.25\"}]}\n",
       20, 300, -1, ""},
      {"one object 3,000 times",
       many(3000,
            "---\napiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: c, image: "
            "\"nginx:1.25\"}]}\n"),
       30, 300, -1, ""},
      {"2,000 pods that claim",
       numbered(1000, "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: c",
                "}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n") +
           numbered(1000, "---\napiVersion: v1\nkind: PersistentVolume\nmetadata: {name: p",
                    "}\nspec: {accessModes: [ReadWriteOnce], capacity: {storage: 1Gi}, hostPath: {path: /x}}\n"),
       30, 400, -1, ""},
      {"a definition of itself",
       "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: xs.a.b}\nspec:\n  group: "
       "a.b\n  scope: Namespaced\n  names: {plural: xs, kind: X}\n  versions: [{name: v1, served: true, storage: true, "
       "schema: {openAPIV3Schema: " +
           many(300, "{type: object, properties: {x: ") + "{type: string}" + many(300, "}}") +
           "}}]\n---\napiVersion: a.b/v1\nkind: X\nmetadata: {name: x}\nx: " + many(150, "{x: ") + "1" +
           many(150, "}") + "\n",
       5, 200, -1, ""},
      {"a pattern that backtracks",
       "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: xs.a.b}\nspec:\n  group: "
       "a.b\n  scope: Namespaced\n  names: {plural: xs, kind: X}\n  versions: [{name: v1, served: true, storage: true, "
       "schema: {openAPIV3Schema: {type: object, properties: {x: {type: string, pattern: "
       "\"^((a{1,500}){1,500}){1,500}(a*)*b$\"}}}}}]\n---\napiVersion: a.b/v1\nkind: X\nmetadata: {name: x}\nx: " +
           std::string(20000, 'a') + "\n",
       5, 300, -1, ""},
      {"an nginx configuration that includes itself",
       "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  nginx.conf: \"include /etc/nginx/*.conf;\\n" +
           many(20000, "{ ") + many(20000, "if ($a ~* (a*)*b) ") + "\"\n---\n" +
           container(
               "    volumeMounts: [{name: c, mountPath: /etc/nginx}]\n  volumes: [{name: c, configMap: {name: c}}]\n"),
       5, 300, -1, ""},
      {"comments that ignore everything", many(50000, "# podseer: ignore[POD101,POD102] x\n") + container(""), 10, 300,
       -1, ""},
  };
  check_rows({std::begin(rows), std::end(rows)});
  check_rows({std::begin(rows), std::end(rows)}, {"forecast", "--isolated", "--closed-world", "f.yaml"});
}
