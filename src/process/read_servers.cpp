// SPDX-License-Identifier: Apache-2.0
// Arguments and configuration files of redis, PostgreSQL, MySQL, Node and Java, as far as they decide
// whether the program stays. An unknown directive in redis.conf ends redis-server with 1; `--daemonize yes`
// ends PID 1 with 0.
#include <algorithm>
#include <array>
#include <set>

#include "process/programs.hpp"
#include "source/ascii.hpp"

namespace podseer::process {
namespace {

using Cause = Outcome::Cause;

// Directives of redis 7.2 and 8 (redis/src/config.c, static_configs and special ones) and the renamed ones of 5 to 7.
constexpr std::string_view kRedisDirectives[] = {"acl-pubsub-default",
                                                 "aclfile",
                                                 "acllog-max-len",
                                                 "active-defrag-cycle-max",
                                                 "active-defrag-cycle-min",
                                                 "active-defrag-ignore-bytes",
                                                 "active-defrag-max-scan-fields",
                                                 "active-defrag-threshold-lower",
                                                 "active-defrag-threshold-upper",
                                                 "active-expire-effort",
                                                 "activedefrag",
                                                 "activerehashing",
                                                 "always-show-logo",
                                                 "aof-disable-auto-gc",
                                                 "aof-load-corrupt-tail-max-size",
                                                 "aof-load-truncated",
                                                 "aof-rewrite-incremental-fsync",
                                                 "aof-timestamp-enabled",
                                                 "aof-use-rdb-preamble",
                                                 "aof_rewrite_cpulist",
                                                 "aof-rewrite-cpulist",
                                                 "appenddirname",
                                                 "appendfilename",
                                                 "appendfsync",
                                                 "appendonly",
                                                 "auto-aof-rewrite-min-size",
                                                 "auto-aof-rewrite-percentage",
                                                 "availability-zone",
                                                 "bgsave-cpulist",
                                                 "bgsave_cpulist",
                                                 "bind",
                                                 "bind-source-addr",
                                                 "bio-cpulist",
                                                 "bio_cpulist",
                                                 "busy-reply-threshold",
                                                 "client-output-buffer-limit",
                                                 "client-query-buffer-limit",
                                                 "close-on-replica-write",
                                                 "close-on-slave-write",
                                                 "cluster-allow-pubsubshard-when-down",
                                                 "cluster-allow-reads-when-down",
                                                 "cluster-allow-replica-migration",
                                                 "cluster-announce-bus-port",
                                                 "cluster-announce-hostname",
                                                 "cluster-announce-human-nodename",
                                                 "cluster-announce-ip",
                                                 "cluster-announce-port",
                                                 "cluster-announce-tls-port",
                                                 "cluster-config-file",
                                                 "cluster-enabled",
                                                 "cluster-link-sendbuf-limit",
                                                 "cluster-migration-barrier",
                                                 "cluster-node-timeout",
                                                 "cluster-port",
                                                 "cluster-preferred-endpoint-type",
                                                 "cluster-replica-no-failover",
                                                 "cluster-replica-validity-factor",
                                                 "cluster-require-full-coverage",
                                                 "cluster-compatibility-sample-ratio",
                                                 "cluster-slave-no-failover",
                                                 "cluster-slave-validity-factor",
                                                 "cluster-slot-stats-enabled",
                                                 "crash-log-enabled",
                                                 "crash-memcheck-enabled",
                                                 "daemonize",
                                                 "databases",
                                                 "dbfilename",
                                                 "debug-context",
                                                 "dir",
                                                 "disable-thp",
                                                 "disque-job",
                                                 "dynamic-hz",
                                                 "enable-debug-command",
                                                 "enable-module-command",
                                                 "enable-protected-configs",
                                                 "gopher-enabled",
                                                 "hash-max-listpack-entries",
                                                 "hash-max-listpack-value",
                                                 "hash-max-ziplist-entries",
                                                 "hash-max-ziplist-value",
                                                 "hide-user-data-from-log",
                                                 "hll-sparse-max-bytes",
                                                 "hz",
                                                 "ignore-warnings",
                                                 "include",
                                                 "io-threads",
                                                 "io-threads-do-reads",
                                                 "jemalloc-bg-thread",
                                                 "key-load-delay",
                                                 "latency-monitor-threshold",
                                                 "latency-tracking",
                                                 "latency-tracking-info-percentiles",
                                                 "lazyfree-lazy-eviction",
                                                 "lazyfree-lazy-expire",
                                                 "lazyfree-lazy-server-del",
                                                 "lazyfree-lazy-user-del",
                                                 "lazyfree-lazy-user-flush",
                                                 "lfu-decay-time",
                                                 "lfu-log-factor",
                                                 "list-compress-depth",
                                                 "list-max-listpack-size",
                                                 "list-max-ziplist-size",
                                                 "list-max-ziplist-entries",
                                                 "list-max-ziplist-value",
                                                 "loadmodule",
                                                 "locale-collate",
                                                 "logfile",
                                                 "loglevel",
                                                 "lua-time-limit",
                                                 "luajit",
                                                 "masterauth",
                                                 "masteruser",
                                                 "max-new-connections-per-cycle",
                                                 "max-new-tls-connections-per-cycle",
                                                 "maxclients",
                                                 "maxmemory",
                                                 "maxmemory-clients",
                                                 "maxmemory-eviction-tenacity",
                                                 "maxmemory-policy",
                                                 "maxmemory-samples",
                                                 "min-replicas-max-lag",
                                                 "min-replicas-to-write",
                                                 "min-slaves-max-lag",
                                                 "min-slaves-to-write",
                                                 "no-appendfsync-on-rewrite",
                                                 "notify-keyspace-events",
                                                 "oom-score-adj",
                                                 "oom-score-adj-values",
                                                 "pidfile",
                                                 "port",
                                                 "proc-title-template",
                                                 "propagation-error-behavior",
                                                 "protected-mode",
                                                 "proto-max-bulk-len",
                                                 "rdb-del-sync-files",
                                                 "rdb-key-save-delay",
                                                 "rdb-save-incremental-fsync",
                                                 "rdbchecksum",
                                                 "rdbcompression",
                                                 "rename-command",
                                                 "repl-backlog-size",
                                                 "repl-backlog-ttl",
                                                 "repl-disable-tcp-nodelay",
                                                 "repl-diskless-load",
                                                 "repl-diskless-sync",
                                                 "repl-diskless-sync-delay",
                                                 "repl-diskless-sync-max-replicas",
                                                 "repl-diskless-sync-period",
                                                 "repl-ping-replica-period",
                                                 "repl-ping-slave-period",
                                                 "repl-timeout",
                                                 "replica-announce-ip",
                                                 "replica-announce-port",
                                                 "replica-announced",
                                                 "replica-full-sync-buffer-limit",
                                                 "replica-ignore-disk-write-errors",
                                                 "replica-ignore-maxmemory",
                                                 "replica-lazy-flush",
                                                 "replica-priority",
                                                 "replica-read-only",
                                                 "replica-serve-stale-data",
                                                 "replicaof",
                                                 "req-res-logfile",
                                                 "requirepass",
                                                 "sanitize-dump-payload",
                                                 "save",
                                                 "sentinel",
                                                 "server-cpulist",
                                                 "server_cpulist",
                                                 "set-max-intset-entries",
                                                 "set-max-listpack-entries",
                                                 "set-max-listpack-value",
                                                 "set-proc-title",
                                                 "shutdown-on-sigint",
                                                 "shutdown-on-sigterm",
                                                 "shutdown-timeout",
                                                 "slave-announce-ip",
                                                 "slave-announce-port",
                                                 "slave-ignore-maxmemory",
                                                 "slave-lazy-flush",
                                                 "slave-priority",
                                                 "slave-read-only",
                                                 "slave-serve-stale-data",
                                                 "slaveof",
                                                 "slowlog-log-slower-than",
                                                 "slowlog-max-len",
                                                 "socket-mark-id",
                                                 "stop-writes-on-bgsave-error",
                                                 "stream-node-max-bytes",
                                                 "stream-node-max-entries",
                                                 "supervised",
                                                 "syslog-enabled",
                                                 "syslog-facility",
                                                 "syslog-ident",
                                                 "tcp-backlog",
                                                 "tcp-keepalive",
                                                 "timeout",
                                                 "tls-auth-clients",
                                                 "tls-ca-cert-dir",
                                                 "tls-ca-cert-file",
                                                 "tls-cert-file",
                                                 "tls-ciphers",
                                                 "tls-ciphersuites",
                                                 "tls-client-cert-file",
                                                 "tls-client-key-file",
                                                 "tls-client-key-file-pass",
                                                 "tls-cluster",
                                                 "tls-dh-params-file",
                                                 "tls-key-file",
                                                 "tls-key-file-pass",
                                                 "tls-port",
                                                 "tls-prefer-server-ciphers",
                                                 "tls-protocols",
                                                 "tls-replication",
                                                 "tls-session-cache-size",
                                                 "tls-session-cache-timeout",
                                                 "tls-session-caching",
                                                 "tracking-table-max-keys",
                                                 "unixsocket",
                                                 "unixsocketperm",
                                                 "unixsocketgroup",
                                                 "use-exit-on-panic",
                                                 "user",
                                                 "vm-enabled",
                                                 "watchdog-period",
                                                 "zset-max-listpack-entries",
                                                 "zset-max-listpack-value",
                                                 "zset-max-ziplist-entries",
                                                 "zset-max-ziplist-value",
                                                 "lookahead",
                                                 "io-threads-always-active",
                                                 "extended-redis-compatibility",
                                                 "events-per-io-thread",
                                                 "import-mode",
                                                 "dual-channel-replication-enabled",
                                                 "commandlog-slow-execution-max-len"};

struct Choice {
  std::string_view directive;
  std::array<std::string_view, 10> values;
};
constexpr std::string_view kYesNo[] = {"appendonly",
                                       "daemonize",
                                       "protected-mode",
                                       "cluster-enabled",
                                       "rdbcompression",
                                       "rdbchecksum",
                                       "activerehashing",
                                       "stop-writes-on-bgsave-error",
                                       "no-appendfsync-on-rewrite",
                                       "replica-read-only",
                                       "replica-serve-stale-data",
                                       "aof-use-rdb-preamble",
                                       "syslog-enabled"};
constexpr Choice kChoices[] = {
    {"maxmemory-policy",
     {"volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl", "allkeys-lru", "allkeys-lfu", "allkeys-random",
      "noeviction"}},
    {"appendfsync", {"everysec", "always", "no"}},
    {"loglevel", {"debug", "verbose", "notice", "warning", "nothing"}},
    {"supervised", {"upstart", "systemd", "auto", "no"}},
};
constexpr std::string_view kNumbers[] = {"port",        "databases",  "timeout", "tcp-keepalive",
                                         "tcp-backlog", "maxclients", "hz"};

bool is_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// sdssplitargs: words, "double" and 'single' quotes.
std::optional<std::vector<std::string>> split_words(std::string_view line) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < line.size();) {
    if (line[i] == ' ' || line[i] == '\t' || line[i] == '\r' || line[i] == '\n') {
      ++i;
      continue;
    }
    std::string word;
    if (line[i] == '"' || line[i] == '\'') {
      const char quote = line[i++];
      while (i < line.size() && line[i] != quote) {
        if (line[i] == '\\' && quote == '"' && i + 1 < line.size()) ++i;
        word += line[i++];
      }
      if (i >= line.size()) return std::nullopt;
      ++i;
    } else {
      while (i < line.size() && line[i] != ' ' && line[i] != '\t' && line[i] != '\r') word += line[i++];
    }
    out.push_back(std::move(word));
  }
  return out;
}

struct RedisSettings {
  std::int64_t port = 6379;
  std::int64_t tls_port = 0;
  bool port_known = true;
  bool daemonize = false;
  bool appendonly = false;
  bool local = false;  // bound to the loopback device alone
  std::string directory;
};

/// The error of one directive in redis' words; empty when it is fine.
std::string apply(const std::vector<std::string>& words, RedisSettings& settings, bool known_version) {
  const std::string name = source::lowered(words[0]);
  if (std::find(std::begin(kRedisDirectives), std::end(kRedisDirectives), name) == std::end(kRedisDirectives)) {
    // A newer version may have it, unless it is a slip of one letter or two.
    static const std::vector<std::string_view> directives(std::begin(kRedisDirectives), std::end(kRedisDirectives));
    if (!known_version && world::nearest(name, directives).empty()) return "";
    // Modules bring directives of their own ("search.threads").
    return name.find('.') == std::string::npos ? "Bad directive or wrong number of arguments" : "";
  }
  const std::string value = words.size() > 1 ? words[1] : "";
  if (words.size() == 1) return "Bad directive or wrong number of arguments";
  if (std::find(std::begin(kYesNo), std::end(kYesNo), name) != std::end(kYesNo)) {
    const std::string low = source::lowered(value);
    if (words.size() != 2) return "wrong number of arguments";
    if (low != "yes" && low != "no") return "argument must be 'yes' or 'no'";
    if (name == "daemonize") settings.daemonize = low == "yes";
    if (name == "appendonly") settings.appendonly = low == "yes";
  }
  if (name == "bind") {
    settings.local = std::all_of(words.begin() + 1, words.end(), [](std::string_view word) {
      return loopback(word.substr(word.starts_with('-') ? 1 : 0));
    });
  }
  for (const Choice& choice : kChoices) {
    if (choice.directive != name || words.size() != 2) continue;
    const std::string low = source::lowered(value);
    if (std::find(choice.values.begin(), choice.values.end(), low) == choice.values.end()) {
      std::string all;
      for (const std::string_view one : choice.values) {
        if (!one.empty()) all += (all.empty() ? "" : ", ") + std::string(one);
      }
      return "argument(s) must be one of the following: " + all;
    }
  }
  if (std::find(std::begin(kNumbers), std::end(kNumbers), name) != std::end(kNumbers)) {
    if (words.size() != 2) return "wrong number of arguments";
    if (!is_number(value)) return "argument couldn't be parsed into an integer";
    if (name == "port") settings.port = std::atoll(value.c_str());
  }
  if (name == "maxmemory" && words.size() == 2) {
    const std::size_t digits = value.find_first_not_of("0123456789");
    const std::string unit = digits == std::string::npos ? "" : source::lowered(value.substr(digits));
    static const std::set<std::string> units = {"", "b", "k", "kb", "m", "mb", "g", "gb"};
    if (digits == 0 || !units.contains(unit)) return "argument must be a memory value";
  }
  if (name == "dir") settings.directory = value;
  if (name == "tls-port" && is_number(value)) settings.tls_port = std::atoll(value.c_str());
  return {};
}

/// The table knows all directives of that version; of a moving tag or a later version it may not.
bool directives_known(const kube::Container& container) {
  constexpr char kLastKnown = '8';  // major version
  const std::string tag = kube::ImageReference::parse(*container.image).effective_tag();
  return !tag.empty() && tag[0] >= '2' && tag[0] <= kLastKnown && (tag.size() == 1 || tag[1] < '0' || tag[1] > '9');
}

Outcome redis_fatal(const std::string& word, std::size_t line, const std::string& text, const std::string& message) {
  return ends(1, Cause::Configuration, word,
              "*** FATAL CONFIG FILE ERROR (Redis 7.2.4) ***\nReading the configuration file, at line " +
                  std::to_string(line) + "\n>>> '" + text + "'\n" + message,
              "redis-server rejects '" + text + "'");
}

}  // namespace

Outcome read_redis(const Started& started) {
  RedisSettings settings;
  bool secret = false;
  const bool known_version = directives_known(*started.context->container);
  std::string file;
  std::size_t daemon_line = 0;
  std::size_t i = 1;
  if (started.argv.size() > 1 && started.argv[1] && !started.argv[1]->starts_with('-')) {
    const std::string path = join_path(started.cwd, *started.argv[1]);
    ++i;
    file = path;
    const FileInfo info = started.files->stat(path);
    if (info.kind == FileInfo::Kind::Missing || info.kind == FileInfo::Kind::Directory) {
      return ends(1, Cause::MissingFile, path,
                  "Fatal error, can't open config file '" + path + "': No such file or directory",
                  "the configuration file " + path + " is not there");
    }
    const auto text = started.files->read(path);
    if (!text) return serves({}, false);
    if (const ContainerFiles::Mount* mount = started.context->files->mount_of(path)) {
      secret = mount->volume->kind == kube::Volume::Kind::Secret;
    }
    std::size_t number = 0;
    for (std::size_t at = 0; at <= text->size();) {
      const std::size_t end = std::min(text->find('\n', at), text->size());
      std::string line = text->substr(at, end - at);
      at = end + 1;
      ++number;
      const std::size_t begin = line.find_first_not_of(" \t\r");
      if (begin == std::string::npos || line[begin] == '#') continue;
      line = line.substr(begin, line.find_last_not_of(" \t\r\n") + 1 - begin);
      const std::string shown = secret ? line.substr(0, line.find(' ')) + " ..." : line;
      const auto words = split_words(line);
      if (!words) {
        return at_line(
            started, path, number, {},
            redis_fatal(line.substr(0, line.find(' ')), number, shown, "Unbalanced quotes in configuration line"));
      }
      if (words->empty()) continue;
      if (source::lowered((*words)[0]) == "include") {
        settings.port_known = false;
        continue;
      }
      const bool daemonized = settings.daemonize;
      const std::string error = apply(*words, settings, known_version);
      if (!error.empty()) {
        // A wrong value is the word to look at, else the directive.
        const bool value = words->size() == 2 && error.starts_with("argument");
        return at_line(started, path, number, (*words)[value ? 1 : 0], redis_fatal((*words)[0], number, shown, error));
      }
      if (settings.daemonize && !daemonized) daemon_line = number;
    }
  }
  if (!started.words_known()) {
    settings.port_known = false;
  } else {
    // Options: each "--name" begins a directive whose words go on to the next "--".
    std::vector<std::string> words;
    const auto finish = [&]() -> std::string {
      if (words.empty()) return {};
      // An empty value is a word too (--save "").
      const std::string error = words.size() == 1 && source::lowered(words[0]) != "sentinel"
                                    ? "wrong number of arguments"
                                    : apply(words, settings, known_version);
      return error.empty() ? "" : words[0] + ": " + error;
    };
    for (; i < started.argv.size(); ++i) {
      const std::string& word = *started.argv[i];
      if (word.starts_with("--")) {
        const std::string error = finish();
        if (!error.empty()) return redis_fatal(words[0], 2, words[0], error.substr(error.find(": ") + 2));
        words.assign(1, word.substr(2));
      } else if (word == "-") {
        continue;
      } else {
        words.push_back(word);
      }
    }
    const std::string error = finish();
    if (!error.empty()) return redis_fatal(words[0], 2, words[0], error.substr(error.find(": ") + 2));
  }
  if (settings.daemonize) {
    return at_line(started, file, daemon_line, {},
                   ends(0, Cause::Background, started.name, "",
                        "with daemonize the server goes to the background and PID 1 ends"));
  }
  if (settings.appendonly) {
    const std::string directory = settings.directory.empty() ? started.cwd : settings.directory;
    const auto error = write_error(*started.context, *started.files, directory, started.uid,
                                   started.cwd == directory ? started.uid : 0);
    if (error && !error->empty()) {
      return ends(1, Cause::NotWritable, directory,
                  "Can't open or create append-only dir appendonlydir: " + error->substr(error->find(": ") + 2),
                  "with appendonly the server must write to " + directory);
    }
  }
  std::vector<std::int64_t> ports;
  if (settings.port != 0) ports.push_back(settings.port);
  if (settings.tls_port != 0) ports.push_back(settings.tls_port);
  Outcome out = serves(std::move(ports), settings.port_known);
  if (settings.local) std::swap(out.listens, out.listens_local);
  return out;
}

Outcome read_postgres(const Started& started) {
  if (!started.words_known()) return {};
  for (std::size_t i = 1; i < started.argv.size(); ++i) {
    const std::string& word = *started.argv[i];
    std::string setting;
    if (word == "-c" && i + 1 < started.argv.size()) {
      setting = *started.argv[++i];
    } else if (word.starts_with("--") && word.find('=') != std::string::npos) {
      setting = word.substr(2);
    } else {
      continue;
    }
    const std::size_t equals = setting.find('=');
    if (equals == std::string::npos) {
      return ends(1, Cause::Configuration, setting, "FATAL:  -c " + setting + " requires a value",
                  "'" + setting + "' has no value");
    }
    std::string name = setting.substr(0, equals);
    const std::string value = setting.substr(equals + 1);
    if (name == "config_file" || name == "hba_file") {
      const std::string path = join_path("/", value);
      if (value.starts_with('/') && started.files->stat(path).kind == FileInfo::Kind::Missing) {
        return ends(
            name == "config_file" ? 2 : 1, Cause::MissingFile, path,
            "postgres: could not access the server configuration file \"" + path + "\": No such file or directory",
            "the configuration file " + path + " is not there");
      }
    }
    if (name == "port" && is_number(value)) return serves({std::atoll(value.c_str())}, true);
    const bool number = name == "max_connections" || name == "max_worker_processes";
    if (number && !is_number(value)) {
      return ends(1, Cause::Configuration, setting,
                  "FATAL:  invalid value for parameter \"" + name + "\": \"" + value + "\"",
                  "PostgreSQL rejects " + setting);
    }
  }
  return {};
}

Outcome read_mysql(const Started& started) {
  if (!started.words_known()) return {};
  for (std::size_t i = 1; i < started.argv.size(); ++i) {
    if (started.argv[i]->starts_with("--defaults-file=")) {
      const std::string path = started.argv[i]->substr(16);
      if (started.files->stat(clean_path(path)).kind == FileInfo::Kind::Missing) {
        return ends(1, Cause::MissingFile, path, "Could not open required defaults file: " + path,
                    "the configuration file is not there");
      }
    }
  }
  return {};
}

Outcome read_node(const Started& started) {
  for (std::size_t i = 1; i < started.argv.size(); ++i) {
    if (!started.argv[i]) return {};
    const std::string& word = *started.argv[i];
    if (word.starts_with('-')) {
      if (word == "-e" || word == "-p" || word == "--eval" || word == "-r" || word == "--require") return {};
      continue;
    }
    const std::string path = join_path(started.cwd, word);
    if (started.files->stat(path).kind != FileInfo::Kind::Missing) return {};
    for (const char* extension : {".js", ".json", ".mjs", ".cjs", "/index.js"}) {
      if (started.files->stat(path + extension).kind != FileInfo::Kind::Missing) return {};
    }
    return ends(1, Cause::MissingFile, path, "Error: Cannot find module '" + path + "'",
                "the script " + path + " is not there");
  }
  return {};
}

Outcome read_java(const Started& started) {
  for (std::size_t i = 1; i + 1 < started.argv.size(); ++i) {
    if (!started.argv[i] || *started.argv[i] != "-jar" || !started.argv[i + 1]) continue;
    const std::string path = join_path(started.cwd, *started.argv[i + 1]);
    if (started.files->stat(path).kind != FileInfo::Kind::Missing) return {};
    return ends(1, Cause::MissingFile, path, "Error: Unable to access jarfile " + *started.argv[i + 1],
                "the archive " + path + " is not there");
  }
  return {};
}

}  // namespace podseer::process
