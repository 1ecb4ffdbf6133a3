// SPDX-License-Identifier: Apache-2.0
// What nginx says of a configuration that it can read: the form of each directive (ngx_conf_handler), values of the
// usual kinds (ngx_conf_set_*_slot), and what only shows when all of it is there: log formats, zones, variables,
// locations, listening sockets. Message for message as nginx 1.22 to 1.29 print them.
// Worked example: `listen 80` without its semicolon before `server_name x;`: invalid parameter "server_name".
#include <algorithm>
#include <map>
#include <set>

#include "process/nginx_config.hpp"

namespace podseer::process::nginx {
namespace {

bool digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_size(std::string_view text, std::string_view units) {
  if (!text.empty() && units.find(text.back()) != std::string_view::npos) text.remove_suffix(1);
  return digits(text);
}

/// "30", "30s", "1h30m", "500ms".
bool is_time(std::string_view text) {
  if (text.empty()) return false;
  while (!text.empty()) {
    const std::size_t number = std::min(text.find_first_not_of("0123456789"), text.size());
    if (number == 0) return false;
    text.remove_prefix(number);
    if (text.empty()) return true;
    if (text.starts_with("ms")) text.remove_prefix(2);
    else if (std::string_view("yMwdhms").find(text[0]) != std::string_view::npos) text.remove_prefix(1);
    else return false;
    while (!text.empty() && text[0] == ' ') text.remove_prefix(1);
  }
  return true;
}

bool same_word(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return (x >= 'A' && x <= 'Z' ? x + 32 : x) == y; });
}

/// What is wrong with the value, in nginx' words; empty when nothing is known to be.
std::string value_error(const std::vector<std::string>& words, Slot slot) {
  const std::string quoted = "\"" + words[0] + "\" directive ";
  const std::string_view value = words.size() > 1 ? std::string_view(words[1]) : std::string_view();
  switch (slot) {
    case Slot::Flag:
      if (same_word(value, "on") || same_word(value, "off")) return {};
      return "invalid value \"" + words[1] + "\" in \"" + words[0] + "\" directive, it must be \"on\" or \"off\"";
    case Slot::Number: return digits(value) ? std::string() : quoted + "invalid number";
    case Slot::Size: return is_size(value, "kKmM") ? std::string() : quoted + "invalid value";
    case Slot::Offset: return is_size(value, "kKmMgG") ? std::string() : quoted + "invalid value";
    case Slot::Time: return is_time(value) ? std::string() : quoted + "invalid value";
    case Slot::Buffers:
      return words.size() == 3 && digits(value) && is_size(words[2], "kKmM") ? std::string() : quoted + "invalid value";
    default: return {};
  }
}

/// Parentheses and brackets of a regular expression, as PCRE would complain of them.
std::string expression_error(std::string_view text) {
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\') {
      ++i;
      continue;
    }
    if (c == '[') {
      std::size_t close = i + 1;
      if (close < text.size() && text[close] == '^') ++close;
      if (close < text.size() && text[close] == ']') ++close;
      while (close < text.size() && text[close] != ']') close += text[close] == '\\' ? 2 : 1;
      if (close >= text.size()) return "missing terminating ] for character class";
      i = close;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')' && --depth < 0) {
      return "unmatched closing parenthesis";
    }
  }
  return depth > 0 ? "missing closing parenthesis" : "";
}

std::string regex_complaint(const std::string& text) {
  const std::string error = expression_error(text);
  return error.empty() ? error : "pcre2_compile() failed: " + error + " in \"" + text + "\"";
}

// ngx_http_core_listen; those of later versions included.
constexpr std::string_view kListenWords[] = {
    "default_server", "default", "bind",           "deferred", "reuseport", "ssl",         "http2",
    "spdy",           "quic",    "proxy_protocol", "udp",      "multipath", "so_keepalive"};
constexpr std::string_view kListenPrefixes[] = {
    "setfib=", "fastopen=", "backlog=", "rcvbuf=", "sndbuf=", "accept_filter=", "ipv6only=", "so_keepalive="};

std::string listen_error(const std::vector<std::string>& words) {
  const std::string& address = words[1];
  if (!address.starts_with("unix:")) {
    const std::size_t bracket = address.rfind(']');
    const std::size_t colon = address.find(':', bracket == std::string::npos ? 0 : bracket);
    const std::string port = bracket == std::string::npos && colon == std::string::npos
                                 ? (digits(address) ? address : "")
                             : colon == std::string::npos ? ""
                                                          : address.substr(colon + 1);
    if (digits(port) && (port.size() > 5 || std::stol(port) < 1 || std::stol(port) > 65535))
      return "invalid port in \"" + address + "\" of the \"listen\" directive";
    if (address.starts_with('$') || address.starts_with("{{"))
      return "host not found in \"" + address + "\" of the \"listen\" directive";
  }
  for (std::size_t i = 2; i < words.size(); ++i) {
    const std::string& word = words[i];
    const bool known = std::find(std::begin(kListenWords), std::end(kListenWords), word) != std::end(kListenWords) ||
                       std::any_of(std::begin(kListenPrefixes), std::end(kListenPrefixes),
                                   [&](std::string_view one) { return word.starts_with(one); });
    if (!known) return "invalid parameter \"" + word + "\"";
  }
  return {};
}

std::string location_error(const std::vector<std::string>& words) {
  if (words.size() == 3) {
    static constexpr std::string_view kModifiers[] = {"=", "^~", "~", "~*"};
    if (std::find(std::begin(kModifiers), std::end(kModifiers), words[1]) == std::end(kModifiers))
      return "invalid location modifier \"" + words[1] + "\"";
    if (words[1] == "~" || words[1] == "~*") return regex_complaint(words[2]);
  }
  return {};
}

// Directives with a handler of their own that refuses a second time in the same block.
constexpr std::string_view kOnce[] = {"user",
                                      "worker_processes",
                                      "worker_connections",
                                      "use",
                                      "http",
                                      "events",
                                      "stream",
                                      "root",
                                      "alias",
                                      "proxy_pass",
                                      "resolver",
                                      "expires",
                                      "keepalive_timeout"};

}  // namespace

std::string form_error(const std::vector<std::string>& words, char place, bool opens) {
  const std::span<const Form> forms = forms_of(words[0]);
  if (forms.empty() || place == 0) return {};
  const Form* form = nullptr;
  for (const Form& one : forms) {
    if (one.contexts.find(place) == std::string_view::npos && one.contexts.find('*') == std::string_view::npos)
      continue;
    form = &one;
    break;
  }
  if (form == nullptr) {
    const bool later = (place == 'u' || place == 'U') && words[0].starts_with("resolver");  // since 1.27.3
    return later ? std::string() : "\"" + words[0] + "\" directive is not allowed here";
  }
  const bool block = (form->arguments & 0x100U) != 0;
  if (!block && opens) return "directive \"" + words[0] + "\" is not terminated by \";\"";
  if (block && !opens) return "directive \"" + words[0] + "\" has no opening \"{\"";
  const std::size_t given = words.size() - 1;
  const unsigned bits = form->arguments;
  bool fits = false;
  if ((bits & 0x400U) != 0) fits = true;
  else if ((bits & 0x200U) != 0) fits = given == 1;
  else if ((bits & 0x800U) != 0) fits = given >= 1;
  else if ((bits & 0x1000U) != 0) fits = given >= 2;
  else fits = given <= 7 && (bits & (1U << given)) != 0;
  if (!fits) return "invalid number of arguments in \"" + words[0] + "\" directive";
  if (std::string error = value_error(words, form->slot); !error.empty()) return error;
  if (words[0] == "listen" && (place == 's' || place == 'S')) return listen_error(words);
  if (words[0] == "location") return location_error(words);
  if (words[0] == "rewrite") return regex_complaint(words[1]);
  if (words[0] == "set" && !words[1].starts_with('$')) return "invalid variable name \"" + words[1] + "\"";
  return {};
}

bool only_once(std::string_view name, char place) {
  if (std::find(std::begin(kOnce), std::end(kOnce), name) != std::end(kOnce)) return true;
  for (const Form& one : forms_of(name)) {
    if (one.contexts.find(place) != std::string_view::npos) return one.slot != Slot::Own;
  }
  return false;
}

char place_within(char place, std::string_view block) {
  switch (place) {
    case 'm':
      return block == "events" ? 'e' : block == "http" ? 'h' : block == "stream" ? 'H' : block == "mail" ? 'M' : '\0';
    case 'h': return block == "server" ? 's' : block == "upstream" ? 'u' : '\0';
    case 's': return block == "location" ? 'l' : block == "if" ? 'i' : '\0';
    case 'l': return block == "location" ? 'l' : block == "if" ? 'f' : block == "limit_except" ? 'x' : '\0';
    case 'H': return block == "server" ? 'S' : block == "upstream" ? 'U' : '\0';
    case 'M': return block == "server" ? 'R' : '\0';
    default: return '\0';
  }
}

namespace {

// Variables of the official image's modules, without families (http_..., arg_...). nginx.org/en/docs/varindex.html.
constexpr std::string_view kVariables[] = {"ancient_browser",
                                           "args",
                                           "binary_remote_addr",
                                           "body_bytes_sent",
                                           "bytes_received",
                                           "bytes_sent",
                                           "connection",
                                           "connection_requests",
                                           "connection_time",
                                           "connections_active",
                                           "connections_reading",
                                           "connections_waiting",
                                           "connections_writing",
                                           "content_length",
                                           "content_type",
                                           "date_gmt",
                                           "date_local",
                                           "document_root",
                                           "document_uri",
                                           "fastcgi_path_info",
                                           "fastcgi_script_name",
                                           "gzip_ratio",
                                           "host",
                                           "hostname",
                                           "http2",
                                           "http3",
                                           "https",
                                           "invalid_referer",
                                           "is_args",
                                           "is_request_port",
                                           "limit_conn_status",
                                           "limit_rate",
                                           "limit_req_status",
                                           "memcached_key",
                                           "modern_browser",
                                           "msec",
                                           "msie",
                                           "nginx_version",
                                           "pid",
                                           "pipe",
                                           "protocol",
                                           "proxy_add_x_forwarded_for",
                                           "proxy_host",
                                           "proxy_port",
                                           "proxy_protocol_addr",
                                           "proxy_protocol_port",
                                           "proxy_protocol_server_addr",
                                           "proxy_protocol_server_port",
                                           "query_string",
                                           "quic",
                                           "realip_remote_addr",
                                           "realip_remote_port",
                                           "realpath_root",
                                           "remote_addr",
                                           "remote_port",
                                           "remote_user",
                                           "request",
                                           "request_body",
                                           "request_body_file",
                                           "request_completion",
                                           "request_filename",
                                           "request_id",
                                           "request_length",
                                           "request_method",
                                           "request_port",
                                           "request_time",
                                           "request_uri",
                                           "scheme",
                                           "secure_link",
                                           "secure_link_expires",
                                           "server_addr",
                                           "server_name",
                                           "server_port",
                                           "server_protocol",
                                           "session_time",
                                           "slice_range",
                                           "status",
                                           "time_iso8601",
                                           "time_local",
                                           "uid_got",
                                           "uid_reset",
                                           "uid_set",
                                           "upstream_addr",
                                           "upstream_bytes_received",
                                           "upstream_bytes_sent",
                                           "upstream_cache_age",
                                           "upstream_cache_etag",
                                           "upstream_cache_key",
                                           "upstream_cache_last_modified",
                                           "upstream_cache_status",
                                           "upstream_connect_time",
                                           "upstream_first_byte_time",
                                           "upstream_header_time",
                                           "upstream_last_addr",
                                           "upstream_last_server_name",
                                           "upstream_queue_time",
                                           "upstream_response_length",
                                           "upstream_response_time",
                                           "upstream_session_time",
                                           "upstream_status",
                                           "uri"};
constexpr std::string_view kVariableFamilies[] = {"http_",
                                                  "sent_http_",
                                                  "sent_trailer_",
                                                  "trailer_",
                                                  "upstream_http_",
                                                  "upstream_trailer_",
                                                  "upstream_cookie_",
                                                  "cookie_",
                                                  "arg_",
                                                  "ssl_",
                                                  "tcpinfo_",
                                                  "proxy_protocol_tlv_",
                                                  "geoip",
                                                  "jwt_",
                                                  "otel_",
                                                  "request_",
                                                  "grpc_"};

/// Names after '$' in a word; `$1` and a lone '$' are none.
std::vector<std::string> variables_in(std::string_view word) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i + 1 < word.size(); ++i) {
    if (word[i] != '$') continue;
    std::size_t at = i + 1;
    if (word[at] == '{') ++at;
    std::size_t end = at;
    while (end < word.size() && (std::isalnum(static_cast<unsigned char>(word[end])) != 0 || word[end] == '_')) ++end;
    if (end > at && std::isdigit(static_cast<unsigned char>(word[at])) == 0)
      out.emplace_back(word.substr(at, end - at));
    i = end - 1;
  }
  return out;
}

/// The words of a directive in which variables are evaluated: from `first` on; 0: none that we know.
std::size_t first_value(std::string_view name) {
  static const std::map<std::string_view, std::size_t> kFirst = {{"proxy_pass", 1},
                                                                 {"return", 1},
                                                                 {"set", 2},
                                                                 {"add_header", 2},
                                                                 {"proxy_set_header", 2},
                                                                 {"fastcgi_param", 2},
                                                                 {"uwsgi_param", 2},
                                                                 {"root", 1},
                                                                 {"alias", 1},
                                                                 {"try_files", 1},
                                                                 {"rewrite", 2},
                                                                 {"log_format", 2},
                                                                 {"limit_req_zone", 1},
                                                                 {"limit_conn_zone", 1},
                                                                 {"proxy_cache_key", 1},
                                                                 {"if", 1}};
  const auto found = kFirst.find(name);
  return found == kFirst.end() ? 0 : found->second;
}

struct Known {
  std::set<std::string> variables, formats, zones, caches;
};

void define(const Directive& one, Known& known) {
  const std::string& name = one.words[0];
  const auto variable = [&](std::size_t i) {
    if (i < one.words.size() && one.words[i].size() > 1) known.variables.insert(one.words[i].substr(1));
  };
  if (name == "set" || name == "auth_request_set") variable(1);
  if (name == "map" || name == "split_clients") variable(2);
  if (name == "geo") variable(one.words.size() - 1);
  for (const std::string& word : one.words) {
    for (std::size_t at = word.find("(?"); at != std::string::npos; at = word.find("(?", at + 2)) {
      std::size_t from = at + 2;
      if (from < word.size() && word[from] == 'P') ++from;
      if (from >= word.size() || (word[from] != '<' && word[from] != '\'')) continue;
      const std::size_t to = word.find_first_of(">'", from + 1);
      if (to != std::string::npos) known.variables.insert(word.substr(from + 1, to - from - 1));
    }
  }
  for (const std::string& word : one.words) {
    const std::string_view key = name == "limit_req_zone" || name == "limit_conn_zone" ? "zone="
                                 : name.ends_with("_cache_path")                       ? "keys_zone="
                                                                                       : "";
    if (key.empty() || !word.starts_with(key)) continue;
    (key == "zone=" ? known.zones : known.caches).insert(word.substr(key.size(), word.find(':') - key.size()));
  }
}

std::string at(const Directive& one) { return " in " + one.file + ":" + std::to_string(one.line); }

std::string use_error(const Directive& one, Known& known) {
  const std::string& name = one.words[0];
  if (name == "log_format" && one.words.size() > 1) known.formats.insert(one.words[1]);
  if (name == "access_log" && one.words.size() > 2 && one.words[2] != "combined" &&
      !known.formats.contains(one.words[2])) {
    return "unknown log format \"" + one.words[2] + "\"" + at(one);
  }
  if (name == "limit_req" || name == "limit_conn") {
    for (std::size_t i = 1; i < one.words.size(); ++i) {
      const std::string& word = one.words[i];
      const std::string zone = name == "limit_conn"        ? (i == 1 ? word : "")
                               : word.starts_with("zone=") ? word.substr(5)
                                                           : "";
      if (!zone.empty() && !known.zones.contains(zone)) return "zero size shared memory zone \"" + zone + "\"";
    }
  }
  const bool cache = name == "proxy_cache" || name == "fastcgi_cache" || name == "uwsgi_cache" || name == "scgi_cache";
  if (cache && one.words.size() == 2 && one.words[1] != "off" && one.words[1].find('$') == std::string::npos &&
      !known.caches.contains(one.words[1])) {
    return "\"" + name + "\" zone \"" + one.words[1] + "\" is unknown" + at(one);
  }
  return {};
}

std::string variable_error(const Directive& one, const Known& known) {
  const std::size_t first = first_value(one.words[0]);
  if (first == 0) return {};
  for (std::size_t i = first; i < one.words.size(); ++i) {
    if (one.words[0] == "if" && i > 1 && one.words[i - 1].starts_with('~')) continue;  // a regular expression
    if (one.words[0] == "if" && i > 1 && one.words[i - 1].starts_with("!~")) continue;
    for (const std::string& variable : variables_in(one.words[i])) {
      const bool family = std::any_of(std::begin(kVariableFamilies), std::end(kVariableFamilies),
                                      [&](std::string_view prefix) { return variable.starts_with(prefix); });
      if (family || known.variables.contains(variable) ||
          std::find(std::begin(kVariables), std::end(kVariables), variable) != std::end(kVariables))
        continue;
      return "unknown \"" + variable + "\" variable";
    }
  }
  return {};
}

/// "80", "*:80" and "0.0.0.0:80" are one socket.
std::string socket_of(std::string address) {
  if (digits(address)) return "0.0.0.0:" + address;
  if (address.starts_with("*:")) return "0.0.0.0" + address.substr(1);
  if (address.find(':') == std::string::npos) return address + ":80";
  return address;
}

std::string socket_error(const Config& config) {
  std::set<std::string> defaults;
  std::set<std::pair<std::size_t, std::string>> own;
  for (const Directive& one : config.directives) {
    if (one.words[0] != "listen" || one.words.size() < 2 || one.context != "server") continue;
    const std::string socket = socket_of(one.words[1]);
    if (std::any_of(one.words.begin(), one.words.end(),
                    [](const std::string& word) { return word == "quic" || word == "udp"; }))
      continue;
    if (!own.insert({one.parent, socket}).second) return "a duplicate listen " + socket + at(one);
    const bool first = std::find(one.words.begin(), one.words.end(), "default_server") != one.words.end();
    if (first && !defaults.insert(socket).second) return "a duplicate default server for " + socket + at(one);
  }
  return {};
}

std::string location_twice(const Config& config) {
  std::set<std::pair<std::size_t, std::string>> seen;
  for (const Directive& one : config.directives) {
    if (one.words[0] != "location" || one.words.size() < 2 || one.words[1].starts_with('~')) continue;
    const bool exact = one.words[1].starts_with('=');
    const std::string name = one.words.size() > 2             ? one.words[2]
                             : exact                          ? one.words[1].substr(1)
                             : one.words[1].starts_with("^~") ? one.words[1].substr(2)
                                                              : one.words[1];
    if (!seen.insert({one.parent, (exact ? "= " : "") + name}).second)
      return "duplicate location \"" + name + "\"" + at(one);
  }
  return {};
}

std::string upstream_error(const Config& config) {
  for (const Directive& one : config.directives) {
    if (one.words[0] != "upstream" || one.block == 0) continue;
    const bool any = std::any_of(config.directives.begin(), config.directives.end(), [&](const Directive& other) {
      return other.parent == one.block && other.words[0] == "server";
    });
    if (!any) return "no servers are inside upstream" + at(one);
  }
  return {};
}

/// TLS sockets on which no server has a certificate, and certificates without a key.
std::string certificate_error(const Config& config) {
  std::set<std::size_t> certificates, keys, servers;
  std::map<std::string, const Directive*> sockets;
  std::set<std::string> covered;
  for (const Directive& one : config.directives) {
    if (one.words[0] == "ssl_certificate") certificates.insert(one.parent);
    if (one.words[0] == "ssl_certificate_key") keys.insert(one.parent);
    if (one.words[0] == "ssl_reject_handshake") return {};
  }
  for (const Directive& one : config.directives) {
    const bool top = one.context == "http";  // inherited by every server
    if (top && (one.words[0] == "ssl_certificate" || one.words[0] == "ssl_certificate_key")) return {};
  }
  for (const Directive& one : config.directives) {
    if (one.words[0] == "ssl_certificate" && !keys.contains(one.parent))
      return "no \"ssl_certificate_key\" is defined for certificate \"" + one.words[1] + "\"";
    if (one.words[0] != "listen" || std::find(one.words.begin(), one.words.end(), "ssl") == one.words.end()) continue;
    const std::string socket = socket_of(one.words[1]);
    sockets.try_emplace(socket, &one);
    if (certificates.contains(one.parent)) covered.insert(socket);
  }
  for (const auto& [socket, one] : sockets) {
    if (!covered.contains(socket))
      return "no \"ssl_certificate\" is defined for the \"listen ... ssl\" directive" + at(*one);
  }
  return {};
}

}  // namespace

std::string whole_error(const Config& config, bool image_config) {
  if (!config.complete) return {};
  Known known;
  if (image_config) known.formats.insert("main");
  bool all_known = true;
  for (const Directive& one : config.directives) {
    if (one.words[0] == "load_module") return {};
    if (forms_of(one.words[0]).empty()) all_known = false;
    define(one, known);
  }
  for (const Directive& one : config.directives) {
    if (std::string error = use_error(one, known); !error.empty()) return error;
  }
  for (const auto& check : {socket_error, location_twice, upstream_error, certificate_error}) {
    if (std::string error = check(config); !error.empty()) return error;
  }
  if (!all_known) return {};
  for (const Directive& one : config.directives) {
    if (std::string error = variable_error(one, known); !error.empty()) return error;
  }
  return {};
}

}  // namespace podseer::process::nginx
