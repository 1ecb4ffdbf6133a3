// SPDX-License-Identifier: Apache-2.0
// What well-known images do when they are started in well-known wrong ways.
#include <string>

#include "catch.hpp"
#include "process/image_table.hpp"
#include "process/predict.hpp"
#include "world_of.hpp"

namespace podseer::tests {
namespace {

using process::Outcome;
using Kind = Outcome::Kind;
using Cause = Outcome::Cause;

struct Case {
  std::string_view name;
  std::string_view container;  // YAML flow mapping without the name
  Kind kind;
  int exit_code;
  Cause cause;
  std::string_view volumes = "[]";
  std::string_view extra = "";  // further documents
  std::string_view spec = "";   // further keys of the pod's spec
};

Outcome outcome_of(const Case& one) {
  std::string text = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  volumes: " + std::string(one.volumes) +
                     "\n" + std::string(one.spec) + "  containers:\n  - {name: c, " + std::string(one.container) +
                     "}\n";
  if (!one.extra.empty()) text += "---\n" + std::string(one.extra);
  const std::string node =
      "apiVersion: v1\nkind: Node\nmetadata: {name: n}\nstatus: {allocatable: {cpu: 4, memory: 8Gi, pods: 110}, "
      "nodeInfo: "
      "{containerRuntimeVersion: containerd://1.7.20, kubeletVersion: v1.34.4}}\n";
  const WorldOf world(text, {true, node, {}});
  const kube::PodTemplate& pod = world.pod("p");
  return process::predict(pod, pod.spec.containers[0], world.world());
}

constexpr Case kCases[] = {
    {"postgres without a password", "image: 'postgres:16'", Kind::Exits, 1, Cause::RequiredEnvironment},
    {"postgres with a password", "image: 'postgres:16', env: [{name: POSTGRES_PASSWORD, value: x}]", Kind::RunsForever,
     0, Cause::None},
    {"postgres with an empty password", "image: 'postgres:16', env: [{name: POSTGRES_PASSWORD, value: ''}]",
     Kind::Exits, 1, Cause::RequiredEnvironment},
    {"postgres that trusts everybody", "image: 'postgres:16', env: [{name: POSTGRES_HOST_AUTH_METHOD, value: trust}]",
     Kind::RunsForever, 0, Cause::None},
    {"postgres with a password file that is not there",
     "image: 'postgres:16', env: [{name: POSTGRES_PASSWORD_FILE, value: /run/secrets/pg}]", Kind::Exits, 1,
     Cause::MissingFile},
    {"postgres with a password file",
     "image: 'postgres:16', env: [{name: POSTGRES_PASSWORD_FILE, value: /s/pw}], volumeMounts: [{name: s, mountPath: "
     "/s}]",
     Kind::RunsForever, 0, Cause::None, "[{name: s, secret: {secretName: s}}]",
     "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {pw: x}\n"},
    {"postgres that skips its entrypoint",
     "image: 'postgres:16', command: [postgres], env: [{name: POSTGRES_PASSWORD, value: x}]", Kind::Exits, 1,
     Cause::RefusesRoot},
    {"postgres that skips its entrypoint as its own user",
     "image: 'postgres:16', command: [postgres], securityContext: {runAsUser: 999}", Kind::Exits, 2,
     Cause::DataDirectory},
    {"postgres with options",
     "image: 'postgres:16', args: ['-c', 'max_connections=50'], env: [{name: POSTGRES_PASSWORD, value: x}]",
     Kind::RunsForever, 0, Cause::None},
    {"postgres without the right to step down",
     "image: 'postgres:16', env: [{name: POSTGRES_PASSWORD, value: x}], securityContext: {capabilities: {drop: [ALL]}}",
     Kind::Exits, 1, Cause::Privileges},
    {"postgres whose user does not own the volume",
     "image: 'postgres:16', securityContext: {runAsUser: 999}, env: [{name: POSTGRES_PASSWORD, value: x}], "
     "volumeMounts: [{name: d, mountPath: /var/lib/postgresql/data}]",
     Kind::Exits, 1, Cause::DataDirectory, "[{name: d, emptyDir: {}}]"},
    {"postgres whose user makes a directory of its own",
     "image: 'postgres:16', securityContext: {runAsUser: 999}, env: [{name: POSTGRES_PASSWORD, value: x}, {name: "
     "PGDATA, value: /var/lib/postgresql/data/pg}], volumeMounts: [{name: d, mountPath: /var/lib/postgresql/data}]",
     Kind::RunsForever, 0, Cause::None, "[{name: d, emptyDir: {}}]"},
    {"postgres 18 with a volume where 17 had its data",
     "image: 'postgres:18.1', env: [{name: POSTGRES_PASSWORD, value: x}], volumeMounts: [{name: d, mountPath: "
     "/var/lib/postgresql/data}]",
     Kind::Exits, 1, Cause::DataDirectory, "[{name: d, emptyDir: {}}]"},
    {"postgres 18 on alpine with a volume one level up",
     "image: 'postgres:18-alpine3.22', env: [{name: POSTGRES_PASSWORD, value: x}], volumeMounts: [{name: d, mountPath: "
     "/var/lib/postgresql}]",
     Kind::RunsForever, 0, Cause::None, "[{name: d, emptyDir: {}}]"},
    {"postgres 18 with its directory moved into the volume",
     "image: 'postgres:18', env: [{name: POSTGRES_PASSWORD, value: x}, {name: PGDATA, value: "
     "/var/lib/postgresql/data/x}], volumeMounts: [{name: d, mountPath: /var/lib/postgresql/data}]",
     Kind::RunsForever, 0, Cause::None, "[{name: d, emptyDir: {}}]"},
    {"pgvector's postgres 18 is not judged by its tag",
     "image: 'pgvector/pgvector:pg18', env: [{name: POSTGRES_PASSWORD, value: x}], volumeMounts: [{name: d, mountPath: "
     "/var/lib/postgresql/data}]",
     Kind::RunsForever, 0, Cause::None, "[{name: d, emptyDir: {}}]"},
    {"postgres without a tag and with a volume at the old place",
     "image: postgres, env: [{name: POSTGRES_PASSWORD, value: x}], volumeMounts: [{name: d, mountPath: "
     "/var/lib/postgresql/data}]",
     Kind::Exits, 1, Cause::DataDirectory, "[{name: d, emptyDir: {}}]"},
    {"mariadb without a root password", "image: 'mariadb:10.11', env: [{name: MARIADB_PASSWORD, value: x}]",
     Kind::Exits, 1, Cause::RequiredEnvironment},
    {"mariadb with mysql's name for it", "image: 'mariadb:10.11', env: [{name: MYSQL_ROOT_PASSWORD, value: x}]",
     Kind::RunsForever, 0, Cause::None},
    {"mysql without a root password", "image: 'mysql:8.4'", Kind::Exits, 1, Cause::RequiredEnvironment},
    {"mysql with the user root",
     "image: 'mysql:8.4', env: [{name: MYSQL_ROOT_PASSWORD, value: x}, {name: MYSQL_USER, value: root}]", Kind::Exits,
     1, Cause::ForbiddenEnvironment},
    {"mongo with half of its credentials", "image: 'mongo:7', env: [{name: MONGO_INITDB_ROOT_USERNAME, value: a}]",
     Kind::Exits, 1, Cause::RequiredEnvironment},
    {"mongo without credentials", "image: 'mongo:7'", Kind::RunsForever, 0, Cause::None},
    {"bitnami redis without a password", "image: 'bitnami/redis:7.2'", Kind::Exits, 1, Cause::RequiredEnvironment},
    {"kafka beside a Service named kafka",
     "image: 'confluentinc/cp-kafka:7.6.0', env: [{name: KAFKA_ZOOKEEPER_CONNECT, value: 'z:2181'}, {name: "
     "KAFKA_ADVERTISED_LISTENERS, value: x}, {name: KAFKA_PORT, value: 'tcp://10.0.0.1:9092'}]",
     Kind::Exits, 1, Cause::ForbiddenEnvironment},
    {"redis", "image: 'redis:7'", Kind::RunsForever, 0, Cause::None},
    {"redis with options", "image: 'redis:7', args: [--save, '', --appendonly, 'no', --maxmemory-policy, allkeys-lru]",
     Kind::RunsForever, 0, Cause::None},
    {"redis in the background", "image: 'redis:7', args: [--daemonize, 'yes']", Kind::Exits, 0, Cause::Background},
    {"redis with a misspelt policy", "image: 'redis:7', args: [--maxmemory-policy, allkeys-least]", Kind::Exits, 1,
     Cause::Configuration},
    {"redis without the right to step down",
     "image: 'redis:7', securityContext: {capabilities: {drop: [SETUID, SETGID]}}", Kind::Exits, 1, Cause::Privileges},
    {"redis as its own user", "image: 'redis:7', securityContext: {runAsUser: 999, capabilities: {drop: [ALL]}}",
     Kind::RunsForever, 0, Cause::None},
    {"redis with a configuration that is not there",
     "image: 'redis:7', args: [/conf/other.conf], volumeMounts: [{name: c, mountPath: /conf}]", Kind::Exits, 1,
     Cause::MissingFile, "[{name: c, configMap: {name: c}}]",
     "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {redis.conf: 'port 6379'}\n"},
    {"redis with a misspelt directive",
     "image: 'redis:7', args: [/conf/redis.conf], volumeMounts: [{name: c, mountPath: /conf}]", Kind::Exits, 1,
     Cause::Configuration, "[{name: c, configMap: {name: c}}]",
     "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {redis.conf: \"port 6379\\nmaxmemory-polcy "
     "noeviction\\n\"}\n"},
    {"redis whose programs are hidden", "image: 'redis:7', volumeMounts: [{name: t, mountPath: /usr/local/bin}]",
     Kind::NotStarted, 0, Cause::HiddenByVolume, "[{name: t, emptyDir: {}}]"},
    {"nginx", "image: 'nginx:1.27'", Kind::RunsForever, 0, Cause::None},
    {"nginx with its full entrypoint", "image: 'nginx:1.27', args: [nginx, '-g', 'daemon off;']", Kind::RunsForever, 0,
     Cause::None},
    {"nginx in the background", "image: 'nginx:1.27', command: [nginx]", Kind::Exits, 0, Cause::Background},
    {"nginx without capabilities", "image: 'nginx:1.27', securityContext: {capabilities: {drop: [ALL]}}", Kind::Exits,
     1, Cause::Privileges},
    {"nginx on a read-only root", "image: 'nginx:1.27', securityContext: {readOnlyRootFilesystem: true}", Kind::Exits,
     1, Cause::NotWritable},
    {"nginx on a read-only root with places to write",
     "image: 'nginx:1.27', securityContext: {readOnlyRootFilesystem: true}, volumeMounts: [{name: a, mountPath: "
     "/var/cache/nginx}, {name: b, mountPath: /var/run}]",
     Kind::RunsForever, 0, Cause::None, "[{name: a, emptyDir: {}}, {name: b, emptyDir: {}}]"},
    {"nginx as another user", "image: 'nginx:1.27', securityContext: {runAsUser: 101}", Kind::Exits, 1,
     Cause::NotWritable},
    {"unprivileged nginx", "image: 'nginxinc/nginx-unprivileged:1.27', securityContext: {capabilities: {drop: [ALL]}}",
     Kind::RunsForever, 0, Cause::None},
    {"nginx without its mime types", "image: 'nginx:1.27', volumeMounts: [{name: c, mountPath: /etc/nginx}]",
     Kind::Exits, 1, Cause::MissingFile, "[{name: c, configMap: {name: c}}]",
     "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  nginx.conf: |\n    events {}\n    http {\n      "
     "include /etc/nginx/mime.types;\n    }\n"},
    {"nginx with a missing semicolon", "image: 'nginx:1.27', volumeMounts: [{name: c, mountPath: /etc/nginx/conf.d}]",
     Kind::Exits, 1, Cause::Configuration, "[{name: c, configMap: {name: c}}]",
     "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  default.conf: |\n    server {\n      listen 80\n  "
     "  }\n"},
    {"nginx with a whole configuration in conf.d",
     "image: 'nginx:1.27', volumeMounts: [{name: c, mountPath: /etc/nginx/conf.d}]", Kind::Exits, 1,
     Cause::Configuration, "[{name: c, configMap: {name: c}}]",
     "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  default.conf: |\n    events {}\n    http { server "
     "{ listen 80; } }\n"},
    {"nginx before a Service that is not there",
     "image: 'nginx:1.27', volumeMounts: [{name: c, mountPath: /etc/nginx/conf.d}]", Kind::Exits, 1,
     Cause::UnresolvedHost, "[{name: c, configMap: {name: c}}]",
     "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  default.conf: |\n    server { listen 80; location "
     "/ { proxy_pass http://api:8080/; } }\n"},
    {"nginx that asks for its upstream later",
     "image: 'nginx:1.27', volumeMounts: [{name: c, mountPath: /etc/nginx/conf.d}]", Kind::RunsForever, 0, Cause::None,
     "[{name: c, configMap: {name: c}}]",
     "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  default.conf: |\n    server { listen 80; location "
     "/ { set $b http://api:8080; proxy_pass $b; } }\n"},
    {"a directory over nginx.conf",
     "image: 'nginx:1.27', volumeMounts: [{name: c, mountPath: /etc/nginx/nginx.conf, subPath: other.conf}]",
     Kind::NotStarted, 0, Cause::None, "[{name: c, configMap: {name: c}}]",
     "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {nginx.conf: 'events {}'}\n"},
    {"httpd as another user cannot bind port 80", "image: 'httpd:2.4', securityContext: {runAsUser: 1000}", Kind::Exits,
     1, Cause::NotWritable},
    {"busybox alone", "image: 'busybox:1.36'", Kind::Exits, 0, Cause::EndOfInput},
    {"python alone", "image: 'python:3.12'", Kind::Exits, 0, Cause::EndOfInput},
    {"python with a terminal", "image: 'python:3.12', stdin: true, tty: true", Kind::RunsForever, 0, Cause::None},
    {"node alone", "image: 'node:22'", Kind::Exits, 0, Cause::EndOfInput},
    {"node without its script",
     "image: 'node:22-alpine', command: [node, /app/server.js], volumeMounts: [{name: e, mountPath: /app}]",
     Kind::Exits, 1, Cause::MissingFile, "[{name: e, emptyDir: {}}]"},
    {"hello-world", "image: 'hello-world'", Kind::Exits, 0, Cause::None},
    {"a distroless image without a command", "image: 'gcr.io/distroless/static:nonroot'", Kind::NotStarted, 0,
     Cause::None},
    {"haproxy without its configuration", "image: 'haproxy:3.0'", Kind::Exits, 1, Cause::MissingFile},
    {"minio without arguments", "image: 'minio/minio'", Kind::Exits, 0, Cause::NoArguments},
    {"minio that serves", "image: 'minio/minio', args: [server, /data]", Kind::RunsForever, 0, Cause::None},
    {"prometheus whose configuration is hidden",
     "image: 'prom/prometheus', volumeMounts: [{name: c, mountPath: /etc/prometheus}]", Kind::Exits, 2,
     Cause::MissingFile, "[{name: c, emptyDir: {}}]"},
    {"an image that nobody knows", "image: 'acme/app:1'", Kind::Unknown, 0, Cause::None},
    {"mysql in 64 MiB",
     "image: 'mysql:8', env: [{name: MYSQL_ROOT_PASSWORD, value: x}], resources: {limits: {memory: 64Mi}}", Kind::Exits,
     137, Cause::OutOfMemory},
    {"a limit in thousandths of a byte", "image: 'acme/app:1', resources: {limits: {memory: 128m}}", Kind::NotStarted,
     0, Cause::OutOfMemory},
};

}  // namespace

TEST_CASE("Images do what their entrypoints are known to do", "[process]") {
  for (const Case& one : kCases) {
    INFO(one.name);
    const Outcome outcome = outcome_of(one);
    INFO(outcome.explanation << " | " << outcome.log);
    CHECK(static_cast<int>(outcome.kind) == static_cast<int>(one.kind));
    CHECK(static_cast<int>(outcome.cause) == static_cast<int>(one.cause));
    if (outcome.kind == Kind::Exits) {
      CHECK(outcome.exit_code == one.exit_code);
      CHECK_FALSE(outcome.explanation.empty());
    }
  }
}

TEST_CASE("A new disk has a lost+found, a directory has none", "[process]") {
  struct Disk {
    std::string_view image, storage, mount, extra;
    int risks;  // possible ends beside the expected run
    bool ends;
  };
  const std::string_view ebs = "provisioner: ebs.csi.aws.com\n";
  const std::string_view xfs = "provisioner: ebs.csi.aws.com\nparameters: {csi.storage.k8s.io/fstype: xfs}\n";
  const std::string_view local = "provisioner: rancher.io/local-path\n";
  const std::string_view other = "provisioner: example.com/disks\n";
  const Disk disks[] = {
      {"postgres:16", ebs, "mountPath: /var/lib/postgresql/data", "", 0, true},
      {"postgres:16", xfs, "mountPath: /var/lib/postgresql/data", "", 0, false},
      {"postgres:16", local, "mountPath: /var/lib/postgresql/data", "", 0, false},
      {"postgres:16", other, "mountPath: /var/lib/postgresql/data", "", 1, false},
      {"postgres:16", ebs, "mountPath: /var/lib/postgresql/data, subPath: pg", "", 0, false},
      {"postgres:18", ebs, "mountPath: /var/lib/postgresql", "", 0, false},
      {"mysql:5.7", ebs, "mountPath: /var/lib/mysql", "", 0, true},
      {"mysql:5.7", ebs, "mountPath: /var/lib/mysql", "args: ['--ignore-db-dir=lost+found'], ", 0, false},
      {"mysql:8.4", ebs, "mountPath: /var/lib/mysql", "", 0, false},
      {"mariadb:11.4", ebs, "mountPath: /var/lib/mysql", "", 0, false},
  };
  for (const Disk& disk : disks) {
    INFO(disk.image << " on " << disk.storage << " at " << disk.mount);
    const std::string text =
        "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: fast}\n" + std::string(disk.storage) +
        "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: d}\nspec: {storageClassName: fast, "
        "accessModes: [ReadWriteOnce], "
        "resources: {requests: {storage: 1Gi}}}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  "
        "volumes: [{name: d, "
        "persistentVolumeClaim: {claimName: d}}]\n  containers:\n  - {name: c, image: '" +
        std::string(disk.image) + "', " + std::string(disk.extra) +
        "env: [{name: POSTGRES_PASSWORD, value: x}, {name: MYSQL_ROOT_PASSWORD, value: x}], volumeMounts: [{name: d, " +
        std::string(disk.mount) + "}]}\n";
    const WorldOf world(text, {});
    const kube::PodTemplate& pod = world.pod("p");
    const Outcome outcome = process::predict(pod, pod.spec.containers[0], world.world());
    INFO(outcome.explanation);
    CHECK((outcome.kind == Kind::Exits) == disk.ends);
    CHECK(outcome.risks.size() == static_cast<std::size_t>(disk.risks));
    if (!disk.ends) continue;
    CHECK(outcome.cause == Cause::DataDirectory);
    CHECK(outcome.sureness == Outcome::Sureness::Likely);
    CHECK(world.text(outcome.span) == disk.mount.substr(11));
  }
}

TEST_CASE("A finding about a script or a configuration points at the word that decides", "[process]") {
  struct Script {
    std::string container, word, extra;
  };
  const std::string site =
      "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  default.conf: |\n    server {\n      listen "
      "80;\n      "
      "server_nam a.example;\n    }\n  redis.conf: |\n    port 6379\n    maxmemory-policy allkeys-lruu\n  run.py: |\n  "
      "  import sys\n    "
      "print('hi')\n    sys.exit(3)\n  run.sh: |\n    set -e\n    if true; then\n      exit 3\n    fi\n";
  const Script scripts[] = {
      {"image: 'busybox:1.36', command: [sh, -c, 'echo a; exit 3']", "exit 3", ""},
      {"image: 'busybox:1.36', command: [sh, -c, \"echo \\\"a\\\"\\nexit 3\"]", "exit 3", ""},
      {"image: 'busybox:1.36', command: [sh, /c/run.sh], volumeMounts: [{name: c, mountPath: /c}]", "exit 3", site},
      {"image: 'python:3.12', command: [python3, /c/run.py], volumeMounts: [{name: c, mountPath: /c}]", "sys.exit(3)",
       site},
      {"image: 'python:3.12', command: [python3, -c, \"import sys\\nsys.exit(3)\"]", "sys.exit(3)", ""},
      {"image: 'redis:7.2', args: [/c/redis.conf], volumeMounts: [{name: c, mountPath: /c}]", "allkeys-lruu", site},
      {"image: 'nginx:1.27', volumeMounts: [{name: c, mountPath: /etc/nginx/conf.d}]", "server_nam", site},
      {"image: 'busybox:1.36', env: [{name: X, value: y}], command: [sh, -c, 'echo $(X); exit 3']",
       "'echo $(X); exit 3'", ""},
  };
  for (const Script& one : scripts) {
    INFO(one.container);
    const std::string text =
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  volumes: [{name: c, configMap: {name: c}}]\n  "
        "containers:\n  - {name: c, " +
        one.container + "}\n" + one.extra;
    const WorldOf world(text, {});
    const kube::PodTemplate& pod = world.pod("p");
    const Outcome outcome = process::predict(pod, pod.spec.containers[0], world.world());
    INFO(outcome.explanation);
    CHECK(outcome.kind == Kind::Exits);
    CHECK(world.text(outcome.span) == one.word);
    CHECK(outcome.around.exists() == (one.word.front() != '\''));
  }
}

TEST_CASE("Image names lead to their rows whatever registry mirrors them", "[process]") {
  const auto name_of = [](std::string_view reference) -> std::string_view {
    const process::ImageInfo* image = process::find_image(kube::ImageReference::parse(reference));
    return image == nullptr ? std::string_view() : image->name;
  };
  CHECK(name_of("nginx") == "nginx");
  CHECK(name_of("docker.io/library/nginx:1.25") == "nginx");
  CHECK(name_of("public.ecr.aws/docker/library/redis:7") == "redis");
  CHECK(name_of("acme/nginx").empty());
  CHECK(name_of("Nginx").empty());
  const process::ImageInfo* alpine = process::find_image(kube::ImageReference::parse("nginx:1.25-alpine"));
  REQUIRE(alpine != nullptr);
  CHECK(alpine->base == "alpine");
  CHECK(process::image_user(kube::ImageReference::parse("prom/prometheus")).user == "nobody");
  CHECK_FALSE(process::image_user(kube::ImageReference::parse("acme/app")).known);
  CHECK(process::image_table().size() >= 60);
}

}  // namespace podseer::tests
