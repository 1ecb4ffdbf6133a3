// SPDX-License-Identifier: Apache-2.0
// Small pods, and what a real node of Kubernetes 1.34.4 showed of them after some minutes.
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "catch.hpp"
#include "tree.hpp"

namespace podseer::tests {
namespace {

struct Case {
  const char* spec;  // flow style; "Job " before it: the spec of a Job
  const char* seen;  // READY and STATUS
};

#define BUSYBOX "containers: [{name: c, image: 'busybox:1.36', command: "
#define BASH "restartPolicy: Never, containers: [{name: c, image: 'debian:12', command: [bash, -c, \""
#define SH "restartPolicy: Never, containers: [{name: c, image: 'busybox:1.36', command: [sh, -c, \""
#define PYTHON "restartPolicy: Never, containers: [{name: c, image: 'python:3.11', command: [python3, -c, \""

constexpr Case kSeen[] = {
    // ERR traps belong to the shell that set them, unless `set -E` hands them down
    {BASH "trap 'exit 3' ERR; false; sleep 3600\"]}]", "0/1 Error"},
    {BASH "trap 'echo failed' ERR; false; sleep 3600\"]}]", "1/1 Running"},
    {BASH "set -e; trap 'exit 0' ERR; false; sleep 3600\"]}]", "0/1 Completed"},
    {BASH "trap 'exit 4' ERR; if false; then :; fi; false || true; ! true; sleep 3600\"]}]", "1/1 Running"},
    {BASH "trap 'exit 5' ERR; f() { false; true; }; f; sleep 3600\"]}]", "1/1 Running"},
    {BASH "set -E; trap 'exit 6' ERR; f() { false; true; }; f; sleep 3600\"]}]", "0/1 Error"},
    {BASH "trap 'exit 7' ERR; f() { false; }; f; sleep 3600\"]}]", "0/1 Error"},
    {BASH "trap 'exit 8' ERR; (exit 3); sleep 3600\"]}]", "0/1 Error"},
    {BASH "trap 'exit 9' ERR; x=$(false); sleep 3600\"]}]", "0/1 Error"},
    {BASH "trap 'exit 9' ERR; export x=$(false); sleep 3600\"]}]", "1/1 Running"},
    {BASH "trap 'exit 10' ERR; false | true; sleep 3600\"]}]", "1/1 Running"},
    {BASH "set -o pipefail; trap 'exit 10' ERR; false | true; sleep 3600\"]}]", "0/1 Error"},
    {BASH "trap 'exit 2' ERR; trap - ERR; false; sleep 3600\"]}]", "1/1 Running"},
    // kill and wait; `$$` in a manifest is `$` when the shell sees it
    {SH "sleep 3600 & p=$!; kill -9 $p; wait $p; [ $? -eq 137 ] && sleep 3600\"]}]", "1/1 Running"},
    {SH "sleep 3600 & kill $!; wait $!; exit $?\"]}]", "0/1 Error"},
    {SH "kill -TERM $$; sleep 3600\"]}]", "1/1 Running"},
    // what SIGTERM makes of a process decides what a failed probe or hook leaves
    {"restartPolicy: Never, containers: [{name: c, image: 'nginx:1.25', livenessProbe: {httpGet: {path: /healthz, "
     "port: 80}, periodSeconds: 3, failureThreshold: 2}}]",
     "0/1 Completed"},
    {"restartPolicy: Never, terminationGracePeriodSeconds: 1, " BUSYBOX
     "[sleep, '3600'], livenessProbe: {exec: {command: ['false']}, periodSeconds: 3, failureThreshold: 2}}]",
     "0/1 Error"},
    {"restartPolicy: OnFailure, " BUSYBOX "[sh, -c, \"trap 'exit 0' TERM; while :; do sleep 1; done\"], livenessProbe: "
     "{exec: {command: ['false']}, periodSeconds: 3, failureThreshold: 2}}]",
     "0/1 Completed"},
    {"restartPolicy: Never, containers: [{name: c, image: 'nginx:1.25', lifecycle: {postStart: {exec: {command: [sh, "
     "-c, exit 3]}}}}]",
     "0/1 Completed"},
    {"restartPolicy: Never, containers: [{name: c, image: 'redis:7', lifecycle: {postStart: {exec: {command: [sh, -c, "
     "sleep 2; exit 3]}}}}]",
     "0/1 Completed"},
    {"restartPolicy: Never, terminationGracePeriodSeconds: 1, " BUSYBOX
     "[sleep, '3600'], lifecycle: {postStart: {exec: {command: ['false']}}}}]",
     "0/1 Error"},
    // a hook writes beside the process
    {BUSYBOX "[sh, -c, 'sleep 4; cat /tmp/f || exit 3; sleep 3600'], lifecycle: {postStart: {exec: {command: [sh, -c, "
             "'echo x > /tmp/f']}}}}]",
     "1/1 Running"},
    // the prober replaces $(NAME)
    {BUSYBOX "[sleep, '3600'], env: [{name: FILE, value: /etc/passwd}], readinessProbe: {exec: {command: [cat, "
             "$(FILE)]}, periodSeconds: 3}}]",
     "1/1 Running"},
    {BUSYBOX "[sleep, '3600'], readinessProbe: {exec: {command: [cat, $(FILE)]}, periodSeconds: 3}}]", "0/1 Running"},
    // gRPC on what is none
    {"containers: [{name: c, image: 'redis:7', readinessProbe: {grpc: {port: 6379}, periodSeconds: 3}}]",
     "0/1 Running"},
    {"terminationGracePeriodSeconds: 1, containers: [{name: c, image: 'nginx:1.25', livenessProbe: {grpc: {port: 80}, "
     "periodSeconds: 3, failureThreshold: 2}}]",
     "0/1 CrashLoopBackOff"},
    {"terminationGracePeriodSeconds: 1, containers: [{name: c, image: 'python:3.11', command: [python3, -m, "
     "http.server, '8080'], livenessProbe: {grpc: {port: 8080}, periodSeconds: 3, failureThreshold: 2}}]",
     "0/1 CrashLoopBackOff"},
    // servers that bind late
    {"terminationGracePeriodSeconds: 1, " BUSYBOX "[sh, -c, 'sleep 20; exec httpd -f -p 8080'], livenessProbe: "
     "{tcpSocket: {port: 8080}, periodSeconds: 3, failureThreshold: 3}}]",
     "0/1 CrashLoopBackOff"},
    {"terminationGracePeriodSeconds: 1, " BUSYBOX
     "[sh, -c, 'sleep 20; exec httpd -f -p 8080'], livenessProbe: {tcpSocket: {port: 8080}, initialDelaySeconds: 25, "
     "periodSeconds: 3, failureThreshold: 3}}]",
     "1/1 Running"},
    {"terminationGracePeriodSeconds: 1, containers: [{name: c, image: 'python:3.11', command: [python3, -c, \"import "
     "http.server, time\\ntime.sleep(20)\\nhttp.server.HTTPServer(('', 8080), "
     "http.server.SimpleHTTPRequestHandler).serve_forever()\"], startupProbe: {httpGet: {port: 8080}, periodSeconds: "
     "3, failureThreshold: 3}}]",
     "0/1 CrashLoopBackOff"},
    // Indexed Jobs number their pods
    {"Job {completions: 3, parallelism: 3, completionMode: Indexed, template: {spec: {" SH
     "[ $JOB_COMPLETION_INDEX -lt 3 ]\"]}]}}}",
     "0/1 Completed"},
    {"Job {completions: 2, backoffLimit: 0, template: {spec: {" SH "set -u; echo $JOB_COMPLETION_INDEX\"]}]}}}",
     "0/1 Error"},
    // the pod's own /etc/hosts needs a place below a volume over /etc
    {"restartPolicy: Never, volumes: [{name: v, configMap: {name: app}}], " BUSYBOX
     "[sleep, '3600'], volumeMounts: [{name: v, mountPath: /etc}]}]",
     "0/1 StartError"},
    // Python: SystemExit is an exception, contexts may swallow exceptions
    {PYTHON "import sys\\ntry:\\n    sys.exit(3)\\nexcept:\\n    pass\\nimport time; time.sleep(3600)\"]}]",
     "1/1 Running"},
    {PYTHON "import sys\\ntry:\\n    sys.exit(3)\\nexcept Exception:\\n    pass\\nimport time; time.sleep(3600)\"]}]",
     "0/1 Error"},
    {PYTHON "import sys\\ntry:\\n    sys.exit(3)\\nfinally:\\n    print('x')\"]}]", "0/1 Error"},
    // Python: its own arguments, commands that it runs, connections that it opens
    {PYTHON
     "import argparse\\np=argparse.ArgumentParser(); p.add_argument('--port',required=True)\\na=p.parse_args()\"]}]",
     "0/1 Error"},
    {PYTHON "import argparse\\np=argparse.ArgumentParser(); p.add_argument('cmd', nargs='?', "
            "default='serve')\\na=p.parse_args()\\nimport time\\nif a.cmd=='serve': time.sleep(3600)\\nraise "
            "SystemExit(4)\"]}]",
     "1/1 Running"},
    {PYTHON "import argparse\\np=argparse.ArgumentParser(); p.add_argument('--level', "
            "choices=['debug','info'])\\na=p.parse_args()\\nimport time; time.sleep(3600)\", --level, trace]}]",
     "0/1 Error"},
    {PYTHON "import argparse\\np=argparse.ArgumentParser(); p.add_argument('--level', "
            "choices=['debug','info'])\\na=p.parse_args()\\nimport time; time.sleep(3600)\", --level, info]}]",
     "1/1 Running"},
    {PYTHON "import argparse\\np=argparse.ArgumentParser(); p.add_argument('--port', "
            "type=int)\\na=p.parse_args()\\nimport time; time.sleep(3600)\", --prot, '80']}]",
     "0/1 Error"},
    {PYTHON "import argparse\\np=argparse.ArgumentParser(); p.add_argument('--port', "
            "type=int)\\na=p.parse_args()\\nimport time; time.sleep(3600)\", --port=80]}]",
     "1/1 Running"},
    {PYTHON "import subprocess\\nsubprocess.run(['false'], check=True)\"]}]", "0/1 Error"},
    {PYTHON "import subprocess, sys\\nr=subprocess.run(['sh','-c','exit 3'])\\nsys.exit(r.returncode)\"]}]",
     "0/1 Error"},
    {PYTHON "import subprocess\\ntry:\\n    subprocess.run(['nope'])\\nexcept FileNotFoundError:\\n    import time; "
            "time.sleep(3600)\"]}]",
     "1/1 Running"},
    {PYTHON "import subprocess\\np=subprocess.Popen(['sleep','3600'])\\np.wait()\"]}]", "1/1 Running"},
    {PYTHON "import subprocess\\np=subprocess.Popen(['sh','-c','sleep 2; exit 6'])\\nraise SystemExit(p.wait())\"]}]",
     "0/1 Error"},
    {PYTHON "import os\\nos.execvp('sleep',['sleep','3600'])\"]}]", "1/1 Running"},
    {PYTHON "import socket\\ns=socket.create_connection(('127.0.0.1',9), timeout=3)\"]}]", "0/1 Error"},
    {PYTHON "import socket\\ntry:\\n    socket.create_connection(('127.0.0.1',9), timeout=3)\\nexcept OSError:\\n    "
            "import time; time.sleep(3600)\"]}]",
     "1/1 Running"},
    {PYTHON "import urllib.request\\nurllib.request.urlopen('http://localhost:9/', timeout=3)\"]}]", "0/1 Error"},
    {PYTHON "import sys\\nif len(sys.argv) < 2:\\n    sys.exit('usage: app FILE')\\nprint(sys.argv[1])\"]}]",
     "0/1 Error"},
    // /dev/shm has room for 64 MiB
    {SH "dd if=/dev/zero of=/dev/shm/x bs=1M count=80; exit $?\"]}]", "0/1 Error"},
    {SH "dd if=/dev/zero of=/dev/shm/x bs=1M count=30 && sleep 3600\"]}]", "1/1 Running"},
    // bash's <( )
    {BASH
     "while read -r a b; do last=$a; done < <(printf 'x 1\\ny 2\\n'); [[ $last == y ]] && exec sleep 3600; exit 3\"]}]",
     "1/1 Running"},
    {BASH "while read -r l; do [[ $l == b ]] && exit 6; done < <(printf 'a\\nb\\n'); sleep 3600\"]}]", "0/1 Error"},
    {BASH "cat <(printf a) <(printf b) | grep -qx ab && sleep 3600; exit 1\"]}]", "1/1 Running"},
    // what a hook has made is there for probes, what nobody has made is answered with 404
    {BUSYBOX "[sleep, '3600'], lifecycle: {postStart: {exec: {command: [touch, /tmp/ready]}}}, readinessProbe: {exec: "
             "{command: [cat, /tmp/ready]}, periodSeconds: 3}}]",
     "1/1 Running"},
    {"containers: [{name: c, image: 'python:3.11', command: [python3, -m, http.server, '8080', -d, /tmp], lifecycle: "
     "{postStart: {exec: {command: [sh, -c, 'echo ok > /tmp/healthz']}}}, readinessProbe: {httpGet: {path: /healthz, "
     "port: 8080}, periodSeconds: 3}}]",
     "1/1 Running"},
    {"containers: [{name: c, image: 'python:3.11', command: [python3, -m, http.server, '8080'], readinessProbe: "
     "{httpGet: {path: /healthz, port: 8080}, periodSeconds: 3}}]",
     "0/1 Running"},
    {"containers: [{name: c, image: 'python:3.11', command: [python3, -m, http.server, '8080'], livenessProbe: "
     "{httpGet: {path: /etc/passwd, port: 8080}, periodSeconds: 3}}]",
     "1/1 Running"},
    {"volumes: [{name: w, emptyDir: {}}], " BUSYBOX
     "[httpd, -f, -p, '8080', -h, /www], volumeMounts: [{name: w, mountPath: /www}], readinessProbe: {httpGet: {path: "
     "/, port: 8080}, periodSeconds: 3}}]",
     "0/1 Running"},
    {"volumes: [{name: w, emptyDir: {}}], initContainers: [{name: i, image: 'busybox:1.36', command: [sh, -c, 'echo ok "
     "> /www/ready'], volumeMounts: [{name: w, mountPath: /www}]}], " BUSYBOX
     "[httpd, -f, -p, '8080', -h, /www], volumeMounts: [{name: w, mountPath: /www}], readinessProbe: {httpGet: {path: "
     "/ready, port: 8080}, periodSeconds: 3}}]",
     "1/1 Running"},
    // /etc/shadow is root's and its group's
    {"securityContext: {runAsUser: 1000}, " BASH "set -e; cat /etc/shadow >/dev/null; sleep 3600\"]}]", "0/1 Error"},
    {"restartPolicy: Never, " BUSYBOX "[sh, -c, 'kill -INT $$; sleep 3600']}]", "1/1 Running"},
    {PYTHON "class App:\\n    def __init__(self, port):\\n        self.port=port\\n    def run(self):\\n        if "
            "self.port < 1024: raise ValueError('low')\\nApp(80).run()\"]}]",
     "0/1 Error"},
    {PYTHON "import os\\ntry:\\n    os.remove('/tmp/nope')\\nexcept FileNotFoundError:\\n    "
            "pass\\nos.mkdir('/tmp/a'); os.mkdir('/tmp/a')\"]}]",
     "0/1 Error"},
    // the prober asks from the node: 127.0.0.1 is the node's
    {"terminationGracePeriodSeconds: 1, containers: [{name: c, image: 'nginx:1.25', livenessProbe: {httpGet: {path: /, "
     "port: 80, host: 127.0.0.1}, periodSeconds: 3, failureThreshold: 2}}]",
     "0/1 CrashLoopBackOff"},
    {"containers: [{name: c, image: 'redis:7', readinessProbe: {tcpSocket: {port: 6379, host: 127.0.0.1}, "
     "periodSeconds: 3}}]",
     "0/1 Running"},
    {"terminationGracePeriodSeconds: 1, containers: [{name: c, image: 'python:3.11', command: [python3, -m, "
     "http.server, '8080'], startupProbe: {httpGet: {path: /, port: 8080, host: localhost}, periodSeconds: 3, "
     "failureThreshold: 2}}]",
     "0/1 CrashLoopBackOff"},
    // a file that comes too late for its probe, and one that does not
    {"terminationGracePeriodSeconds: 1, " BUSYBOX "[sh, -c, 'sleep 40; touch /tmp/ready; sleep 3600'], livenessProbe: "
     "{exec: {command: [cat, /tmp/ready]}, periodSeconds: 5}}]",
     "0/1 CrashLoopBackOff"},
    {BUSYBOX "[sh, -c, 'sleep 20; touch /tmp/ready; sleep 3600'], livenessProbe: {exec: {command: [cat, /tmp/ready]}, "
             "initialDelaySeconds: 15, periodSeconds: 10}}]",
     "1/1 Running"},
    {"terminationGracePeriodSeconds: 1, " BUSYBOX
     "[sh, -c, 'echo warming; sleep 60; echo ok > /tmp/started; sleep 3600'], startupProbe: {exec: {command: [test, "
     "-f, /tmp/started]}, periodSeconds: 5, failureThreshold: 4}}]",
     "0/1 CrashLoopBackOff"},
    {BUSYBOX "[sh, -c, 'sleep 40; touch /tmp/ready; sleep 3600'], readinessProbe: {exec: {command: [cat, /tmp/ready]}, "
             "periodSeconds: 5}}]",
     "1/1 Running"},
    // nothing after a sidecar is started before its startup probe has succeeded
    {"terminationGracePeriodSeconds: 1, initContainers: [{name: s, image: 'busybox:1.36', restartPolicy: Always, "
     "command: [sleep, '3600'], startupProbe: {tcpSocket: {port: 8080}, periodSeconds: 3, failureThreshold: 3}}], "
     "containers: [{name: c, image: 'python:3.11', command: [python3, -m, http.server, '8080']}]",
     "0/2 Init:CrashLoopBackOff"},
    {"terminationGracePeriodSeconds: 1, volumes: [{name: w, emptyDir: {}}], initContainers: [{name: s, image: "
     "'busybox:1.36', restartPolicy: Always, command: [sleep, '3600'], volumeMounts: [{name: w, mountPath: /w}], "
     "startupProbe: {exec: {command: [cat, /w/main.pid]}, periodSeconds: 3, failureThreshold: 3}}], " BUSYBOX
     "[sh, -c, 'echo 1 > /w/main.pid; sleep 3600'], volumeMounts: [{name: w, mountPath: /w}]}]",
     "0/2 Init:CrashLoopBackOff"},
    {"volumes: [{name: w, emptyDir: {}}], initContainers: [{name: s, image: 'busybox:1.36', restartPolicy: Always, "
     "command: [sleep, '3600'], volumeMounts: [{name: w, mountPath: /w}], startupProbe: {exec: {command: [test, -f, "
     "/w/ready]}, periodSeconds: 3, failureThreshold: 100}}, {name: p, image: 'busybox:1.36', command: [touch, "
     "/w/ready], volumeMounts: [{name: w, mountPath: /w}]}], " BUSYBOX "[sleep, '3600']}]",
     "0/2 Init:0/2"},
    // redis-cli asks port 6379 unless it is told another
    {"terminationGracePeriodSeconds: 1, containers: [{name: c, image: 'redis:7', args: [--port, '6380'], "
     "livenessProbe: {exec: {command: [redis-cli, ping]}, periodSeconds: 3, failureThreshold: 2}}]",
     "0/1 CrashLoopBackOff"},
    {"containers: [{name: c, image: 'redis:7', args: [--port, '6380'], livenessProbe: {exec: {command: [redis-cli, -p, "
     "'6380', ping]}, periodSeconds: 3, failureThreshold: 2}}]",
     "1/1 Running"},
    {"containers: [{name: c, image: 'redis:7', args: [redis-server, --requirepass, s3cret], readinessProbe: {exec: "
     "{command: [redis-cli, ping]}, periodSeconds: 3}}]",
     "1/1 Running"},
    // a trap is heard in `wait`; what no container of the pod listens on
    {"restartPolicy: OnFailure, terminationGracePeriodSeconds: 5, " BUSYBOX
     "[sh, -c, 'trap \"exit 0\" TERM; sleep 3600 & wait'], livenessProbe: {exec: {command: [test, -f, /tmp/alive]}, "
     "periodSeconds: 3, failureThreshold: 2}}]",
     "0/1 Completed"},
    {"restartPolicy: Never, " BUSYBOX
     "[sh, -c, 'for i in 1 2 3; do wget -qO- http://127.0.0.1:8000/ && exit 0; sleep 2; done; echo no server; exit "
     "4']}, {name: b, image: 'python:3.11', command: [python3, -m, http.server, '8080']}]",
     "1/2 Error"},
    {BUSYBOX "[sh, -c, 'for i in 1 2 3 4 5; do wget -qO- http://127.0.0.1:8080/ && break; sleep 2; done; wget -qO "
             "/dev/null http://127.0.0.1:8080/ || exit 4; sleep 3600']}, {name: b, image: 'python:3.11', command: "
             "[python3, -m, http.server, '8080']}]",
     "2/2 Running"},
    // servers that go to the background, or that a hook starts, answer the script
    {"containers: [{name: main, image: 'nginx:1.25', command: [sh, -c, 'nginx; sleep 2; curl -sf http://localhost/ > "
     "/dev/null || exit 4; exec sleep 3600']}]",
     "1/1 Running"},
    {BUSYBOX "[sh, -c, 'sleep 4; wget -qO /dev/null http://localhost:8000/etc/passwd || exit 5; exec sleep 3600'], "
             "lifecycle: {postStart: {exec: {command: [httpd, -p, '8000']}}}}]",
     "1/1 Running"},
    {BUSYBOX "[sh, -c, 'httpd -p 8000; sleep 1; wget -qO /dev/null http://localhost:8000/etc/passwd || exit 5; exec "
             "sleep 3600']}]",
     "1/1 Running"},
    // what a probe sees: other probes' files, a volume's other mount, links of the image, a server's own files
    {BUSYBOX "[sleep, '3600'], startupProbe: {exec: {command: [touch, /tmp/started]}, periodSeconds: 2}, "
             "readinessProbe: {exec: {command: [test, -f, /tmp/started]}, periodSeconds: 3}}]",
     "1/1 Running"},
    {"containers: [{name: c, image: 'nginx:1.25', command: [sh, -c, 'true; exec nginx -g \"daemon off;\"'], "
     "livenessProbe: {exec: {command: [test, -f, /var/run/nginx.pid]}, periodSeconds: 3, failureThreshold: 2}}]",
     "1/1 Running"},
    {"volumes: [{name: w, emptyDir: {}}], " BUSYBOX
     "[sh, -c, 'echo 1 > /data/up; sleep 3600'], volumeMounts: [{name: w, mountPath: /data, subPath: d}, {name: w, "
     "mountPath: /all}], readinessProbe: {exec: {command: [cat, /all/d/up]}, periodSeconds: 3}}]",
     "1/1 Running"},
    {"volumes: [{name: w, emptyDir: {medium: Memory}}], containers: [{name: c, image: 'debian:12', command: [bash, -c, "
     "'echo 1 > /var/run/app/up; sleep 3600'], volumeMounts: [{name: w, mountPath: /run/app}], readinessProbe: {exec: "
     "{command: [cat, /run/app/up]}, periodSeconds: 3}}]",
     "1/1 Running"},
    // a directory that the kubelet makes is root's and empty
    {"restartPolicy: Never, securityContext: {runAsUser: 1000, fsGroup: 1000}, volumes: [{name: d, hostPath: {path: "
     "/data/fresh-a, type: DirectoryOrCreate}}], " BUSYBOX
     "[sh, -c, 'touch /d/x && sleep 3600'], volumeMounts: [{name: d, mountPath: /d}]}]",
     "0/1 Error"},
    {"restartPolicy: Never, securityContext: {runAsUser: 1000}, volumes: [{name: d, hostPath: {path: "
     "/var/lib/shop-fresh/data, type: DirectoryOrCreate}}], " BUSYBOX
     "[sh, -c, 'touch /d/x && sleep 3600'], volumeMounts: [{name: d, mountPath: /d}]}]",
     "0/1 Error"},
    {"restartPolicy: Never, volumes: [{name: d, hostPath: {path: /opt/fresh-c, type: DirectoryOrCreate}}], " BUSYBOX
     "[cat, /d/app.conf], volumeMounts: [{name: d, mountPath: /d}]}]",
     "0/1 Error"},
};

}  // namespace

TEST_CASE("small pods fare as they did on a node", "[lifecycle][seen]") {
  std::string text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata: {mode: dev}\n";
  int number = 0;
  for (const Case& one : kSeen) {
    std::string spec = one.spec;
    const bool job = spec.starts_with("Job ");
    text += std::string("---\napiVersion: ") + (job ? "batch/v1\nkind: Job" : "v1\nkind: Pod") +
            "\nmetadata: {name: x" + std::to_string(number++) +
            "}\nspec: " + (job ? spec.substr(4) : "{" + spec + "}") + "\n";
  }
  const Tree tree;
  tree.write("pods.yaml", text);
  const Ran ran = tree.podseer("forecast --isolated --closed-world pods.yaml");
  INFO(ran.err);
  std::map<std::string, std::string> rows;
  std::istringstream lines(ran.out);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string name, ready, status;
    words >> name >> ready;
    if (ready.starts_with('(')) words >> ready;  // "(x3)"
    words >> status;
    rows[name.substr(0, name.find('-'))] = ready + " " + status;
  }
  number = 0;
  for (const Case& one : kSeen) {
    INFO(one.spec);
    CHECK(rows["x" + std::to_string(number++)] == one.seen);
  }
}

TEST_CASE("replicas on one node share its network, and a StatefulSet's only pod has a name", "[lifecycle][seen]") {
  const Tree tree;
  tree.write("apps.yaml",
             "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: net}\nspec: {replicas: 2, selector: "
             "{matchLabels: {app: hr}}, template: {metadata: {labels: {app: hr}}, "
             "spec: {hostNetwork: true, containers: [{name: a, image: 'python:3.11', command: [python3, -m, "
             "http.server, '18081']}]}}}\n"
             "---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: one}\nspec: {replicas: 1, serviceName: "
             "one, selector: {matchLabels: {app: g1}}, template: {metadata: {labels: {app: g1}}, "
             "spec: {containers: [{name: a, image: 'busybox:1.36', command: [sh, -c, 'n=${HOSTNAME##*-}; [ $n -ge 1 ] "
             "|| exit 3; exec sleep 3600']}]}}}\n");
  const Ran ran = tree.podseer("forecast --isolated --closed-world --cluster kind apps.yaml");
  INFO(ran.out);
  std::vector<std::string> rows;
  std::istringstream lines(ran.out);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string name, ready, status;
    words >> name >> ready >> status;
    rows.push_back(name + " " + ready + " " + status);
  }
  CHECK(rows == std::vector<std::string>{"NAME READY STATUS", "net-* 1/1 Running", "net-* 0/1 CrashLoopBackOff",
                                         "one-0 0/1 CrashLoopBackOff"});
}

}  // namespace podseer::tests
