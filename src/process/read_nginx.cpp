// SPDX-License-Identifier: Apache-2.0
// What nginx does at its start, in its own order: read the configuration, look up upstream hosts, make the
// temporary directories, bind the ports, write the pid file; then stay, or go to the background.
#include <algorithm>
#include <map>

#include "process/nginx_config.hpp"
#include "process/programs.hpp"

namespace podseer::process {
namespace {

using Cause = Outcome::Cause;
using nginx::Config;
using nginx::Directive;

Outcome emerg(Cause cause, std::string subject, const std::string& message, std::string explanation) {
  return ends(1, cause, std::move(subject), "nginx: [emerg] " + message, std::move(explanation));
}

struct Settings {
  std::string config = "/etc/nginx/nginx.conf";
  std::string globals;  // of -g
  bool daemon = true;
  bool known = true;
  bool only_checks = false;
  bool signals = false;
};

Settings arguments(const Started& started) {
  Settings out;
  if (!started.words_known()) out.known = false;
  for (std::size_t i = 1; i < started.argv.size(); ++i) {
    if (!started.argv[i]) continue;
    const std::string& word = *started.argv[i];
    const bool more = i + 1 < started.argv.size() && started.argv[i + 1];
    if (word == "-g" && more) {
      out.globals = *started.argv[++i];
    } else if (word.starts_with("-g") && word.size() > 2) {
      out.globals = word.substr(2);
    } else if (word == "-c" && more) {
      out.config = join_path("/etc/nginx", *started.argv[++i]);
    } else if (word == "-t" || word == "-T" || word == "-v" || word == "-V" || word == "-h" || word == "-?") {
      out.only_checks = true;
    } else if (word == "-s") {
      out.signals = true;
    } else if (word == "-p" || word == "-e") {
      out.known = out.known && word == "-e";
      ++i;
    }
  }
  if (out.globals.find("daemon off") != std::string::npos) out.daemon = false;
  return out;
}

/// host of "http://host:port/uri", "host:port", "unix:/x"; empty when there is none to look up.
std::string host_of(std::string_view address) {
  for (const std::string_view scheme : {"http://", "https://", "grpc://", "grpcs://", "memcached://"}) {
    if (address.starts_with(scheme)) address.remove_prefix(scheme.size());
  }
  if (address.starts_with("unix:") || address.starts_with('[') || address.find('$') != std::string_view::npos)
    return {};
  return std::string(address.substr(0, address.find_first_of(":/")));
}

Outcome check_hosts(const Started& started, const Config& config) {
  std::map<std::string, bool> upstreams;
  for (const Directive& one : config.directives) {
    if (one.words[0] == "upstream" && one.words.size() > 1) upstreams[one.words[1]] = true;
  }
  static constexpr std::string_view kPass[] = {"proxy_pass", "fastcgi_pass", "uwsgi_pass",
                                               "scgi_pass",  "grpc_pass",    "memcached_pass"};
  for (const Directive& one : config.directives) {
    const bool pass = std::find(std::begin(kPass), std::end(kPass), one.words[0]) != std::end(kPass);
    const bool server = one.words[0] == "server" && one.context == "upstream";
    const bool resolver = one.words[0] == "resolver";
    if ((!pass && !server && !resolver) || one.words.size() < 2) continue;
    if (server && std::find(one.words.begin() + 2, one.words.end(), "resolve") != one.words.end()) continue;
    const std::string host = host_of(one.words[1]);
    if (host.empty() || (pass && upstreams.contains(host))) continue;
    const Answer answer =
        started.context->network == nullptr ? Answer::Unknown : started.context->network->resolves(host);
    if (answer != Answer::No) continue;
    std::string address = one.words[1];
    if (const std::size_t scheme = address.find("://"); scheme != std::string::npos)
      address = address.substr(scheme + 3);
    Outcome out = emerg(Cause::UnresolvedHost, host,
                        std::string("host not found in ") + (resolver ? "resolver" : "upstream") + " \"" +
                            (pass ? address.substr(0, address.find_first_of(":/")) : address) + "\" in " + one.file +
                            ":" + std::to_string(one.line),
                        "nginx looks upstream hosts up once, at its start, and '" + host + "' is unknown");
    out.dependency = Outcome::Dependency{host, 0, false};
    out.latest = 30;  // the resolver's time-out
    return at_line(started, one.file, one.line, host, std::move(out));
  }
  return {};
}

Outcome check_files(const Started& started, const Config& config) {
  for (const Directive& one : config.directives) {
    if (one.words.size() != 2 || (one.words[0] != "ssl_certificate" && one.words[0] != "ssl_certificate_key")) continue;
    if (one.words[1].find('$') != std::string::npos || one.words[1].starts_with("data:") ||
        one.words[1].starts_with("engine:"))
      continue;
    const std::string path = join_path("/etc/nginx", one.words[1]);
    if (started.files->stat(path).kind != FileInfo::Kind::Missing) continue;
    return at_line(
        started, one.file, one.line, one.words[1],
        emerg(Cause::MissingFile, path,
              "cannot load certificate \"" + path +
                  "\": BIO_new_file() failed (SSL: error:80000002:system library::No such file or directory)",
              "the certificate file is not there"));
  }
  return {};
}

/// Debian's own users and groups, and the image's. Only root changes its user.
Outcome check_user(const Started& started, const Config& config) {
  const ImageInfo* image = started.context->image;
  if (started.uid != 0 || image == nullptr || image->base != "debian" ||
      started.context->files->mount_of("/etc/passwd") != nullptr || started.context->files->mount_of("/etc") != nullptr)
    return {};
  static constexpr std::string_view kUsers[] = {
      "root",      "daemon", "bin",  "sys",    "sync",  "games",    "man",
      "lp",        "mail",   "news", "uucp",   "proxy", "www-data", "backup",
      "list",      "irc",    "_apt", "nobody", "nginx", "gnats",    "systemd-network",
      "messagebus"};
  static constexpr std::string_view kGroups[] = {
      "root",   "daemon", "bin",   "sys",      "adm",     "tty",      "disk",  "lp",    "mail",    "news",
      "uucp",   "man",    "proxy", "kmem",     "dialout", "fax",      "voice", "cdrom", "floppy",  "tape",
      "sudo",   "audio",  "dip",   "www-data", "backup",  "operator", "list",  "irc",   "src",     "gnats",
      "shadow", "utmp",   "video", "sasl",     "plugdev", "staff",    "games", "users", "nogroup", "nginx"};
  for (const Directive& one : config.directives) {
    if (one.words[0] != "user" || one.context != "main" || one.words.size() < 2) continue;
    const std::string group = one.words.size() > 2 ? one.words[2] : one.words[1];
    const std::string where = " in " + one.file + ":" + std::to_string(one.line);
    if (std::find(std::begin(kUsers), std::end(kUsers), one.words[1]) == std::end(kUsers)) {
      return emerg(Cause::Configuration, one.words[1], "getpwnam(\"" + one.words[1] + "\") failed" + where,
                   "the image has no user '" + one.words[1] + "'");
    }
    if (std::find(std::begin(kGroups), std::end(kGroups), group) == std::end(kGroups)) {
      return emerg(Cause::Configuration, group, "getgrnam(\"" + group + "\") failed" + where,
                   "the image has no group '" + group + "'");
    }
  }
  return {};
}

/// Log files, the pid file and cache directories are made, the directories above them are not.
Outcome check_logs(const Started& started, const Config& config) {
  for (const Directive& one : config.directives) {
    const bool cache = one.words[0].ends_with("_cache_path");
    if ((one.words[0] != "error_log" && one.words[0] != "access_log" && one.words[0] != "pid" && !cache) ||
        one.words.size() < 2)
      continue;
    const std::string& target = one.words[1];
    if (target == "off" || target == "stderr" || target.starts_with("syslog:") || target.starts_with("memory:") ||
        target.starts_with("/dev/") || target.find('$') != std::string::npos)
      continue;
    const std::string path = join_path("/etc/nginx", target);
    const std::string parent = path.substr(0, path.rfind('/'));
    if (parent.empty() || started.files->stat(path).kind != FileInfo::Kind::Missing ||
        started.files->stat(parent).kind != FileInfo::Kind::Missing)
      continue;
    return emerg(Cause::MissingFile, path,
                 std::string(cache ? "mkdir()" : "open()") + " \"" + path + "\" failed (2: No such file or directory)",
                 "nginx does not make " + parent);
  }
  return {};
}

/// What the image's own nginx.conf says already cannot be said again with -g.
std::string globals_error(const std::string& globals) {
  for (const std::string_view name : {"user", "worker_processes", "pid"}) {
    std::size_t at = globals.find(name);
    if (at == std::string::npos || (at > 0 && globals[at - 1] != ' ' && globals[at - 1] != ';')) continue;
    at += name.size();
    if (at < globals.size() && globals[at] == ' ')
      return "\"" + std::string(name) + "\" directive is duplicate in /etc/nginx/nginx.conf";
  }
  const std::size_t last = globals.find_last_not_of(" \t\n");
  if (last != std::string::npos && globals[last] != ';')
    return "unexpected end of parameter, expecting \";\" in command line";
  return {};
}

/// Ports of the `listen` directives (of those bound to the loopback device, where `local`); servers without one listen
/// on 80, or 8000 when not root.
std::vector<std::int64_t> listens(const Started& started, const Config& config, bool local) {
  std::vector<std::int64_t> out;
  std::map<std::size_t, bool> has_listen;
  std::vector<std::size_t> servers;
  for (const Directive& one : config.directives) {
    if (one.words[0] == "server" && one.block != 0 && one.context == "http") servers.push_back(one.block);
    if (one.words[0] != "listen" || one.words.size() < 2) continue;
    has_listen[one.parent] = true;
    std::string address = one.words[1];
    if (address.starts_with("unix:") ||
        loopback(address.substr(0, address.starts_with('[') ? std::string::npos : address.find(':'))) != local)
      continue;
    if (std::find(one.words.begin() + 2, one.words.end(), "udp") != one.words.end()) continue;
    if (const std::size_t bracket = address.rfind(']'); bracket != std::string::npos)
      address = address.substr(bracket + 1);
    const std::size_t colon = address.rfind(':');
    const std::string port = colon == std::string::npos ? address : address.substr(colon + 1);
    const bool number = !port.empty() && port.find_first_not_of("0123456789") == std::string::npos && port.size() < 6;
    out.push_back(number ? std::stoll(port) : 80);
  }
  for (const std::size_t server : servers) {
    if (!local && !has_listen[server]) out.push_back(started.uid == 0 ? 80 : 8000);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::string setting(const Config& config, std::string_view name, std::string_view otherwise) {
  std::string out(otherwise);
  for (const Directive& one : config.directives) {
    if (one.words[0] == name && one.words.size() > 1) out = one.words[1];
  }
  return out;
}

/// The directories that nginx makes for itself.
Outcome check_directories(const Started& started, const Config& config, bool http, std::string_view temporary) {
  if (!http) return {};
  const bool plain_user = setting(config, "user", "nginx") == "root";
  for (const std::string_view kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
    const std::string name(kind == "client_body" ? "client" : kind);
    const std::string path = join_path(
        "/etc/nginx", setting(config, std::string(kind) + "_temp_path", std::string(temporary) + "/" + name + "_temp"));
    const std::string parent = path.substr(0, path.rfind('/'));
    const FileInfo there = started.files->stat(path);
    if (there.kind == FileInfo::Kind::Directory) continue;
    if (started.files->stat(parent).kind == FileInfo::Kind::Missing) {
      return emerg(Cause::MissingFile, path, "mkdir() \"" + path + "\" failed (2: No such file or directory)",
                   "nginx does not make " + parent);
    }
    const auto error = write_error(*started.context, *started.files, parent.empty() ? "/" : parent, started.uid,
                                   parent.starts_with("/tmp") ? -1 : 0);
    if (error && !error->empty()) {
      return emerg(Cause::NotWritable, parent, "mkdir() \"" + path + "\" failed (" + *error + ")",
                   "nginx must make its directory " + path);
    }
    if (started.uid == 0 && !plain_user && !started.context->credentials.has("CHOWN")) {
      return emerg(Cause::Privileges, "CHOWN", "chown(\"" + path + "\", 101) failed (1: Operation not permitted)",
                   "nginx, started as root, gives its directories to its own user");
    }
  }
  return {};
}

Outcome check_ports(const Started& started, const std::vector<std::int64_t>& ports) {
  for (const std::int64_t port : ports) {
    if (started.context->may_bind(started.uid, port) != Answer::No) continue;
    return emerg(Cause::PrivilegedPort, std::to_string(port),
                 "bind() to 0.0.0.0:" + std::to_string(port) + " failed (13: Permission denied)",
                 "only root may bind port " + std::to_string(port) + " here");
  }
  return {};
}

Outcome check_pid(const Started& started, const Config& config, std::string_view otherwise) {
  const std::string path = join_path("/etc/nginx", setting(config, "pid", otherwise));
  const std::string parent = path.substr(0, path.rfind('/'));
  const auto error = write_error(*started.context, *started.files, parent.empty() ? "/" : parent, started.uid,
                                 parent.starts_with("/tmp") ? -1 : 0);
  if (!error || error->empty()) return {};
  return emerg(Cause::NotWritable, parent, "open() \"" + path + "\" failed (" + *error + ")",
               "nginx must write its pid file " + path);
}

/// What the image's own nginx.conf says: one http block that includes conf.d/*.conf.
Config own_config(const Started& started) {
  Config out;
  const FileSystem& files = *started.files;
  if (files.stat("/etc/nginx/mime.types").kind == FileInfo::Kind::Missing) {
    out.error = "open() \"/etc/nginx/mime.types\" failed (2: No such file or directory) in /etc/nginx/nginx.conf:14";
    out.error_word = "/etc/nginx/mime.types";
    return out;
  }
  const auto names = files.list("/etc/nginx/conf.d");
  if (!names) {
    out.complete = false;
    return out;
  }
  out.directives.push_back({"main", {"http"}, "/etc/nginx/nginx.conf", 11, 1, 0});
  for (const std::string& name : *names) {
    if (!name.ends_with(".conf") || name.starts_with('.')) continue;
    const std::string path = "/etc/nginx/conf.d/" + name;
    if (!files.read(path)) {
      // The image's own default.conf: one server on the image's port.
      const ContainerFiles::Mount* mount = started.context->files->mount_of(path);
      if (name == "default.conf" && mount == nullptr) {
        const std::int64_t port = started.program->ports.empty() ? 80 : started.program->ports[0];
        out.directives.push_back({"http", {"server"}, path, 1, 1000, 1});
        out.directives.push_back({"server", {"listen", std::to_string(port)}, path, 2, 0, 1000});
      } else {
        out.complete = false;
      }
      continue;
    }
    // Its directives stand in http; read it as a file of its own and move the outermost ones.
    struct Inside final : FileSystem {
      const FileSystem* files = nullptr;
      std::string wrapper;
      [[nodiscard]] FileInfo stat(std::string_view p) const override {
        return p == "/podseer" ? FileInfo{FileInfo::Kind::File} : files->stat(p);
      }
      [[nodiscard]] std::optional<std::string> read(std::string_view p) const override {
        return p == "/podseer" ? std::optional(wrapper) : files->read(p);
      }
      [[nodiscard]] std::optional<std::vector<std::string>> list(std::string_view p) const override {
        return files->list(p);
      }
    } inside;
    inside.files = &files;
    // What the image's own http block says already is a duplicate there.
    inside.wrapper =
        "http { default_type application/octet-stream; sendfile on; keepalive_timeout 65; include " + path + "; }";
    Config part = nginx::read(inside, "/podseer");
    if (!part.error.empty()) return part;
    out.complete = out.complete && part.complete;
    const std::size_t shift = 2000 * (out.directives.size() + 1);
    for (Directive& one : part.directives) {
      if (one.block != 0) one.block += shift;
      if (one.parent != 0) one.parent += shift;
      out.directives.push_back(std::move(one));
    }
  }
  return out;
}

}  // namespace

Outcome read_nginx(const Started& started) {
  const Settings settings = arguments(started);
  if (settings.signals || !settings.known) return settings.signals ? Outcome{} : serves({}, false);
  const bool unprivileged = started.program != nullptr && started.program->reader == "nginx-unprivileged";
  const FileInfo info = started.files->stat(settings.config);
  const bool image_config = settings.config == "/etc/nginx/nginx.conf" &&
                            started.context->files->mount_of(settings.config) == nullptr &&
                            !started.files->read(settings.config);
  Config config;
  if (info.kind == FileInfo::Kind::Missing) {
    return emerg(Cause::MissingFile, settings.config,
                 "open() \"" + settings.config + "\" failed (2: No such file or directory)",
                 "the configuration file " + settings.config + " is not there");
  }
  if (image_config) {
    config = own_config(started);
  } else {
    if (!started.files->read(settings.config)) return settings.daemon ? Outcome{} : serves({}, false);
    config = nginx::read(*started.files, settings.config, settings.globals);
    const bool events = std::any_of(config.directives.begin(), config.directives.end(),
                                    [](const Directive& one) { return one.words[0] == "events"; });
    if (config.error.empty() && config.complete && !events) config.error = "no \"events\" section in configuration";
  }
  if (config.error.empty() && image_config) config.error = globals_error(settings.globals);
  if (config.error.empty()) config.error = nginx::whole_error(config, image_config);
  if (!config.error.empty()) {
    const bool missing = config.error.starts_with("open()");
    return at_line(started, config.error_file, config.error_line, config.error_word,
                   emerg(missing ? Cause::MissingFile : Cause::Configuration, config.error_word, config.error,
                         "nginx cannot read its configuration: " + config.error));
  }
  for (Outcome out : {check_user(started, config), check_hosts(started, config), check_files(started, config),
                      check_logs(started, config)}) {
    if (out.kind != Outcome::Kind::Unknown) return out;
  }
  if (settings.only_checks)
    return ends(0, Cause::None, {}, "", "nginx only checks its configuration or tells its version");
  const bool http = std::any_of(config.directives.begin(), config.directives.end(),
                                [](const Directive& one) { return one.words[0] == "http"; });
  const std::vector<std::int64_t> ports = listens(started, config, false);
  const bool daemon = settings.daemon && setting(config, "daemon", "on") == "on";
  if (config.complete || image_config) {
    for (Outcome out :
         {check_directories(started, config, http || !config.complete, unprivileged ? "/tmp" : "/var/cache/nginx"),
          check_ports(started, ports),
          check_pid(started, config, unprivileged ? "/tmp/nginx.pid" : "/run/nginx.pid")}) {
      if (out.kind != Outcome::Kind::Unknown) return out;
    }
  }
  if (daemon) {
    return ends(0, Cause::Background, "nginx", "",
                "without 'daemon off;' nginx goes to the background and its first process ends");
  }
  const bool templates = started.context->files->mount_of("/etc/nginx/templates") != nullptr;
  Outcome out = serves(ports, config.complete && !templates);
  out.listens_local = listens(started, config, true);
  if (!out.listens_known) return out;
  const bool tls = std::any_of(config.directives.begin(), config.directives.end(), [](const Directive& one) {
    const bool listen =
        one.words[0] == "listen" && std::find(one.words.begin() + 1, one.words.end(), "ssl") != one.words.end();
    return listen || (one.words[0] == "ssl" && one.words.size() > 1 && one.words[1] == "on");
  });
  const auto untouched = [&](std::string_view path) {
    return started.context->files->mount_of(path) == nullptr && started.files->stat(path).kind == FileInfo::Kind::File;
  };
  const bool welcome = image_config && untouched("/etc/nginx/conf.d/default.conf") &&
                       untouched("/usr/share/nginx/html/index.html") &&
                       started.context->files->mount_of("/etc/nginx/conf.d/x") == nullptr &&
                       !started.files->read("/usr/share/nginx/html/index.html");
  out.subject = tls ? "nginx-tls" : welcome ? "nginx-welcome" : "nginx";
  return out;
}

}  // namespace podseer::process
