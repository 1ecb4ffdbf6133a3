// SPDX-License-Identifier: Apache-2.0
// What nginx says of its configuration, one line of conf.d a row. The expected words were recorded from nginx 1.22.1
// in a container with the official image's nginx.conf, user and entrypoint; an empty string: it serves.
#include <string>

#include "catch.hpp"
#include "process/predict.hpp"
#include "world_of.hpp"

namespace podseer::tests {
namespace {

struct Case {
  std::string_view text;
  std::string_view says;
  bool whole = false;  // the text is nginx.conf itself
};

constexpr Case kCases[] = {
    {"server { listen 80; location / { return 200 'ok'; } }", ""},
    {"server { listen 80 location / { return 200; } }", "directive \"listen\" is not terminated by \";\""},
    {"server { listen 80\\n server_name x; }", "invalid parameter \"server_name\""},
    {"server { listen 80; location / return 200; }", "directive \"location\" has no opening \"{\""},
    {"server { listen 99999; }", "invalid port in \"99999\" of the \"listen\" directive"},
    {"server { listen 80; client_max_body_size 10mb; }", "\"client_max_body_size\" directive invalid value"},
    {"server { listen 80; client_max_body_size 10m; proxy_read_timeout 1h30m; }", ""},
    {"server { listen 80; gzip yes; }", "it must be \"on\" or \"off\""},
    {"server { listen 80; access_log /var/log/nginx/a.log json; }", "unknown log format \"json\""},
    {"log_format json '{\\\"a\\\":\\\"$remote_addr\\\"}'; server { listen 80; access_log /dev/stdout json; }", ""},
    {"server { listen 80; access_log /dev/stdout main; }", ""},
    {"server { listen 80; access_log /var/log/app/access.log; }",
     "open() \"/var/log/app/access.log\" failed (2: No such file or directory)"},
    {"upstream app { } server { listen 80; location / { proxy_pass http://app; } }", "no servers are inside upstream"},
    {"server { listen 80; location / { proxy_pass $backend; } }", "unknown \"backend\" variable"},
    {"server { listen 80; set $b http://x; location / { proxy_pass $b; } }", ""},
    {"server { listen 80 default_server; } server { listen 80 default_server; }",
     "a duplicate default server for 0.0.0.0:80"},
    {"server { listen 80; server_name x; } server { listen 80; server_name y; }", ""},
    {"server { listen 80; location / { return 200; } location / { return 201; } }", "duplicate location \"/\""},
    {"server { listen 80; location = / { return 200; } location / { return 201; } }", ""},
    {"server { listen 80; limit_req zone=missing; }", "zero size shared memory zone \"missing\""},
    {"proxy_cache_path /data/p levels=1:2 keys_zone=c:10m; server { listen 80; }",
     "mkdir() \"/data/p\" failed (2: No such file or directory)"},
    {"server { listen 80; location ~ ^/(a|b { return 200; } }", "missing closing parenthesis"},
    {"server { listen 80; location ~ '^/[0-9]{3}(?:/|$)' { return 200; } }", ""},
    {"sendfile on; server { listen 80; }", "\"sendfile\" directive is duplicate"},
    {"server { listen 443 ssl; }", "no \"ssl_certificate\" is defined for the \"listen ... ssl\" directive"},
    {"events {} http { server { listen 80; } } daemon off;", "\"daemon\" directive is duplicate", true},
    {"user www; events {} http { server { listen 80; } }", "getpwnam(\"www\") failed", true},
    {"user nobody; events {} http { server { listen 80; } }", "getgrnam(\"nobody\") failed", true},
    {"user nginx; events {} http { server { listen 80; } }", "", true},
    {"pid /run/n/nginx.pid; events {} http { server { listen 80; } }",
     "open() \"/run/n/nginx.pid\" failed (2: No such file or directory)", true},
    {"events {} http { server { listen 80; worker_processes 1; } }",
     "\"worker_processes\" directive is not allowed here", true},
};

}  // namespace

TEST_CASE("nginx refuses what it refuses, and takes what it takes", "[process][nginx]") {
  for (const Case& one : kCases) {
    const std::string mount = one.whole ? "{name: c, mountPath: /etc/nginx/nginx.conf, subPath: it}"
                                        : "{name: c, mountPath: /etc/nginx/conf.d/default.conf, subPath: it}";
    const std::string text =
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  volumes: [{name: c, configMap: {name: c}}]\n"
        "  containers:\n  - {name: c, image: 'nginx:1.27', volumeMounts: [" +
        mount +
        "]}\n---\n"
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  it: |\n    ";
    std::string lines(one.text);
    for (std::size_t at = lines.find("\\n"); at != std::string::npos; at = lines.find("\\n"))
      lines.replace(at, 2, "\n   ");
    for (std::size_t at = lines.find("\\\""); at != std::string::npos; at = lines.find("\\\"")) lines.erase(at, 1);
    const WorldOf world(text + lines + "\n", {true, {}, {}});
    const kube::PodTemplate& pod = world.pod("p");
    const process::Outcome outcome = process::predict(pod, pod.spec.containers[0], world.world());
    INFO(one.text << "\nsaid: " << outcome.log);
    if (one.says.empty()) {
      CHECK(outcome.kind == process::Outcome::Kind::RunsForever);
    } else {
      CHECK(outcome.kind == process::Outcome::Kind::Exits);
      CHECK(outcome.log.find(one.says) != std::string::npos);
    }
  }
}

}  // namespace podseer::tests
