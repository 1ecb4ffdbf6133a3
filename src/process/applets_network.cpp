// SPDX-License-Identifier: Apache-2.0
// Programs that talk or listen: nc, wget, curl, nslookup, getent, ping, httpd. What answers is the caller's
// knowledge (Services of the world); what the script itself listens on is the interpreter's.
#include <algorithm>

#include "process/applets.hpp"

namespace podseer::process {

namespace {

Answer resolves(Call& call, const std::string& host) {
  const bool address =
      host.find_first_not_of("0123456789.") == std::string::npos || host.find(':') != std::string::npos;
  if (address || host == "localhost") return Answer::Yes;
  if (call.world.input->network == nullptr) return Answer::Unknown;
  return call.world.input->network->resolves(host);
}

bool own_host(const std::string& host) {
  return host == "localhost" || host == "127.0.0.1" || host == "::1" || host == "0.0.0.0";
}

/// How long a connection that fails takes: nothing on the own host, and when the name is not known; else at most
/// `limit`.
void fail_slowly(Call& call, const std::string& host, Seconds limit) {
  if (own_host(host) || resolves(call, host) == Answer::No) return;
  call.sh.sleep(call.st, 0, limit);
}

/// Is host:port reachable? Remembers the question; a No makes waiting loops wait for it.
bool reachable(Call& call, const std::string& host, std::int64_t port) {
  World& world = call.world;
  Outcome::Dependency dependency{host, port, false};
  if (has_mark(host)) return world.choose();
  world.asked->push_back(dependency);
  if (world.asked->size() > 500) world.asked->pop_back();
  const bool own = own_host(host);
  if (own) {
    // `httpd -p 8000` has gone to the background by itself.
    const auto has = [&](const Job& job) {
      return std::find(job.listens.begin(), job.listens.end(), port) != job.listens.end();
    };
    if (world.listens.contains(port) && std::none_of(call.st.jobs.begin(), call.st.jobs.end(), has)) return true;
    for (const Job& job : call.st.jobs)
      if (std::find(job.listens.begin(), job.listens.end(), port) != job.listens.end()) return true;
    for (const Job& job : call.st.jobs)
      if (job.kind != Outcome::Kind::Exits && !job.killed) {
        if (world.assume_network) return true;
        return world.choose("net:" + host + ":" + std::to_string(port));
      }
  }
  if (world.assume_network) return true;
  Answer answer = Answer::Unknown;
  if (world.input->network != nullptr) answer = world.input->network->reachable(host, port);
  const bool yes = world.choose(answer, "net:" + host + ":" + std::to_string(port));
  if (!yes) {
    world.refused = dependency;
    ++world.refusals;
    call.sh.blame(host + ":" + std::to_string(port) + " does not answer");
  }
  return yes;
}

bool resolved(Call& call, const std::string& host) {
  if (has_mark(host)) return call.world.choose();
  Outcome::Dependency dependency{host, 0, false};
  call.world.asked->push_back(dependency);
  if (call.world.assume_network) return true;
  const bool yes = call.world.choose(resolves(call, host), "dns:" + host);
  if (!yes) {
    call.world.refused = dependency;
    ++call.world.refusals;
    call.sh.blame("the name " + host + " is not known");
  }
  return yes;
}

[[noreturn]] void serve(Call& call, std::int64_t port, const std::string& what) {
  if (port > 0) call.world.listens.insert(port);
  else call.world.listens_vague = true;
  if (!call.world.served_after) call.world.served_after = call.world.earliest;
  call.world.forever(what);
}

int do_nc(Call& call) {
  bool listen = false, zero = false, udp = false, keep = false;
  std::int64_t port = 0;
  std::string source;
  Seconds wait = 0;
  std::vector<std::string> words;
  for (std::size_t i = 1; i < call.argv.size(); ++i) {
    const std::string& word = call.argv[i];
    if (word.size() < 2 || word[0] != '-') {
      words.push_back(word);
      continue;
    }
    if (word[1] == '-') call.world.give_up();
    for (std::size_t k = 1; k < word.size(); ++k) {
      auto value = [&]() -> std::string {
        std::string v = k + 1 < word.size() ? word.substr(k + 1) : call.arg(++i);
        k = word.size();
        return v;
      };
      switch (word[k]) {
        case 'l': listen = true; break;
        case 'k': keep = true; break;
        case 'z': zero = true; break;
        case 'u': udp = true; break;
        case 'v':
        case 'n':
        case 'L': break;
        case 'p': port = parse_integer(value()).value_or(0); break;
        case 'w': wait = static_cast<Seconds>(parse_integer(value()).value_or(0)); break;
        case 'i':
        case 'q': value(); break;
        case 's': source = value(); break;
        case 'e':
        case 'c': {
          // the rest is a command
          k = word.size();
          i = call.argv.size();
          break;
        }
        default: call.world.give_up();
      }
    }
  }
  (void)keep;
  if (listen) {
    if (port == 0 && !words.empty()) port = parse_integer(words.back()).value_or(0);
    if (udp) { call.world.forever("nc listens"); }
    if (port > 0 && port_refused(call, port)) {
      call.err("nc: bind: Permission denied\n");
      return 1;
    }
    if (wait > 0) call.world.give_up();
    if (source.empty() && words.size() > 1) source = words[0];
    if (loopback(source)) call.world.local_ports.insert(port);
    serve(call, port, "nc listens until somebody connects");
  }
  if (call.hazy || udp) return kUnknownStatus;
  if (words.size() < 2) {
    call.sh.blame("nc needs a host and a port");
    return 1;
  }
  const auto number = parse_integer(words[1]);
  if (!number) {
    if (has_mark(words[1])) return call.world.choose() ? 0 : 1;
    return kUnknownStatus;
  }
  if (reachable(call, words[0], *number)) {
    if (!zero) call.sh.sleep(call.st, 0, wait > 0 ? wait : kNoEnd);
    return 0;
  }
  fail_slowly(call, words[0], wait > 0 ? wait : 130);
  return 1;
}

/// Ends with 1 where nobody listens; what a server answers (a password, a cluster) is its own affair.
int do_redis_cli(Call& call) {
  std::string host = "127.0.0.1";
  std::int64_t port = 6379;  // redis-cli's default
  const auto unsure = [&] {
    call.out(std::string(1, kAny));
    return kUnknownStatus;
  };
  std::size_t i = 1;
  for (; i < call.argv.size() && call.argv[i].starts_with('-'); ++i) {
    const std::string& word = call.argv[i];
    if (word == "-h") {
      host = call.arg(++i);
    } else if (word == "-p") {
      const auto number = parse_integer(call.arg(++i));
      if (!number) return unsure();
      port = *number;
    } else if (word == "-a" || word == "--pass" || word == "--user" || word == "-n" || word == "-t") {
      ++i;
    } else if (word != "--no-auth-warning" && word != "--raw" && word != "--no-raw" && word != "-e" && word != "-c" &&
               word != "--tls" && word != "-3" && word != "-2") {
      return unsure();
    }
  }
  if (call.hazy || i >= call.argv.size() || has_mark(host)) return unsure();
  if (own_host(host)) {
    // A server that the script itself has sent to the background listens, too.
    for (const auto& word : call.world.input->argv) {
      if (!word || word->find("-server") != std::string::npos || word->find(".sh") != std::string::npos)
        return unsure();
    }
  }
  if (reachable(call, host, port)) return unsure();
  fail_slowly(call, host, 130);
  call.err("Could not connect to Redis at " + host + ":" + std::to_string(port) + ": Connection refused\n");
  return 1;
}

struct Url {
  std::string host;
  std::int64_t port = 0;
  bool ok = false;
};

Url read_url(std::string text) {
  Url url;
  url.port = 80;
  if (const std::size_t scheme = text.find("://"); scheme != std::string::npos) {
    const std::string name = text.substr(0, scheme);
    if (name == "https") url.port = 443;
    else if (name == "ftp") url.port = 21;
    else if (name != "http" && name != "telnet") return url;
    text.erase(0, scheme + 3);
  }
  text = text.substr(0, text.find_first_of("/?#"));
  if (const std::size_t user = text.rfind('@'); user != std::string::npos) text.erase(0, user + 1);
  if (const std::size_t colon = text.rfind(':'); colon != std::string::npos && text.find(']') == std::string::npos) {
    const auto port = parse_integer(text.substr(colon + 1));
    if (!port) return url;
    url.port = *port;
    text.resize(colon);
  }
  url.host = text;
  url.ok = !text.empty();
  return url;
}

int do_wget(Call& call) {
  std::string target, output;
  bool output_given = false;
  Seconds timeout = 900;
  for (std::size_t i = 1; i < call.argv.size(); ++i) {
    const std::string& word = call.argv[i];
    if (word == "-O" || word == "--output-document") {
      output = call.arg(++i);
      output_given = true;
    } else if (word.starts_with("--output-document=")) {
      output = word.substr(18);
      output_given = true;
    } else if (word == "-T" || word == "-t" || word == "-P" || word == "-U" || word == "-o" || word == "-Y" ||
               word == "--timeout" || word == "--tries" || word == "--header" || word == "--post-data" ||
               word == "-e") {
      const std::string value = call.arg(++i);
      if (word == "-T") timeout = static_cast<Seconds>(parse_integer(value).value_or(900)) * 2;
    } else if (word.starts_with("-qO") || word.starts_with("-O")) {
      output = word.substr(word.find('O') + 1);
      output_given = true;
      if (output.empty()) output = call.arg(++i);
    } else if (word.starts_with("-T")) timeout = static_cast<Seconds>(parse_integer(word.substr(2)).value_or(900)) * 2;
    else if (word.starts_with('-')) {
    } else target = word;
  }
  if (call.hazy || target.empty()) return kUnknownStatus;
  const Url url = read_url(target);
  if (!url.ok || has_mark(url.host)) {
    call.out(std::string(1, kAny));
    call.world.files.hazy = call.world.files.hazy || (output_given && output != "-" && output != "/dev/null");
    return call.world.choose() ? 0 : (gnu(call) ? 4 : 1);
  }
  if (reachable(call, url.host, url.port)) {
    call.sh.sleep(call.st, 0, timeout);
    if (output == "-") call.out(std::string(1, kAny));
    else if (output_given && output != "/dev/null") {
      const std::string reason = write_file(call, output, std::string(1, kAny), false);
      if (!reason.empty()) {
        call.sh.blame("wget " + output + ": " + reason);
        return gnu(call) ? 3 : 1;
      }
    } else if (!output_given) call.world.files.hazy = true;
    return call.world.assume_network ? 0 : kUnknownStatus;
  }
  fail_slowly(call, url.host, timeout);
  if (output_given && output != "-" && output != "/dev/null" && gnu(call)) write_file(call, output, "", false);
  const bool no_name = resolves(call, url.host) == Answer::No;
  call.err(gnu(call) ? "failed: Connection refused.\n"
           : no_name ? "wget: bad address '" + url.host + "'\n"
                     : "wget: can't connect to remote host\n");
  return gnu(call) ? 4 : 1;
}

int do_curl(Call& call) {
  std::string target;
  std::string output;
  bool fails = false;
  Seconds timeout = 300;
  for (std::size_t i = 1; i < call.argv.size(); ++i) {
    const std::string& word = call.argv[i];
    static const std::set<std::string> kValues = {"-o",
                                                  "-X",
                                                  "-H",
                                                  "-d",
                                                  "-u",
                                                  "-m",
                                                  "--max-time",
                                                  "--connect-timeout",
                                                  "--retry",
                                                  "--retry-delay",
                                                  "-w",
                                                  "-A",
                                                  "-b",
                                                  "-c",
                                                  "-e",
                                                  "-T",
                                                  "--data",
                                                  "--header",
                                                  "--request",
                                                  "--user",
                                                  "--output",
                                                  "--cacert",
                                                  "--cert",
                                                  "--key",
                                                  "--url",
                                                  "-F",
                                                  "--write-out",
                                                  "--resolve",
                                                  "--data-binary",
                                                  "--retry-max-time",
                                                  "-E"};
    if (kValues.contains(word)) {
      const std::string value = call.arg(++i);
      if (word == "-o" || word == "--output") output = value;
      if (word == "-m" || word == "--max-time") timeout = static_cast<Seconds>(parse_integer(value).value_or(300));
      if (word == "--url") target = value;
      if (word == "--retry") timeout = kNoEnd;
      continue;
    }
    if (word.starts_with('-')) {
      fails = fails || word == "--fail" || (word[1] != '-' && word.find('f') != std::string::npos);
      if (word[1] != '-' && word.ends_with('o')) output = call.arg(++i);
      continue;
    }
    target = word;
  }
  if (call.hazy || target.empty()) return kUnknownStatus;
  const Url url = read_url(target);
  if (!url.ok || has_mark(url.host)) {
    call.out(std::string(1, kAny));
    return kUnknownStatus;
  }
  if (reachable(call, url.host, url.port)) {
    call.sh.sleep(call.st, 0, timeout);
    if (output.empty() || output == "-") call.out(std::string(1, kAny));
    else if (output != "/dev/null") write_file(call, output, std::string(1, kAny), false);
    if (call.world.assume_network) return 0;
    return !fails && url.port != 443 ? kUnknownStatus : kUnknownStatus;
  }
  fail_slowly(call, url.host, timeout);
  if (resolves(call, url.host) == Answer::No) {
    call.err("curl: (6) Could not resolve host: " + url.host + "\n");
    return 6;
  }
  return kFailedStatus;
}

int do_nslookup(Call& call) {
  std::string host;
  for (std::size_t i = 1; i < call.argv.size(); ++i)
    if (!call.argv[i].starts_with('-') && !call.argv[i].starts_with('+') && !call.argv[i].starts_with('@')) {
      host = call.argv[i];
      break;
    }
  call.out(std::string(1, kAny) + "\n");
  if (host.empty() || call.hazy) return kUnknownStatus;
  if (resolved(call, host)) return 0;
  const bool dig = call.argv[0].ends_with("dig");
  return dig ? 0 : 1;
}

int do_getent(Call& call) {
  const std::string& base = call.arg(1);
  const std::string& key = call.arg(2);
  if ((base == "hosts" || base == "ahosts" || base == "ahostsv4") && !key.empty()) {
    if (!resolved(call, key)) return 2;
    call.out(std::string(1, kWord) + "      " + key + "\n");
    return 0;
  }
  if (base == "passwd" || base == "group") {
    if (key == "root" || key == "0") {
      call.out("root:x:0:0:" + std::string(1, kAny) + "\n");
      return 0;
    }
  }
  call.out(std::string(1, kAny));
  return kUnknownStatus;
}

int do_ping(Call& call) {
  std::string host;
  bool counted = false;
  Seconds limit = kNoEnd;
  for (std::size_t i = 1; i < call.argv.size(); ++i) {
    const std::string& word = call.argv[i];
    if (word == "-c" || word == "-w") {
      counted = true;
      limit = static_cast<Seconds>(parse_integer(call.arg(++i)).value_or(10)) * 11;
    } else if (word.starts_with("-c")) {
      counted = true;
      limit = 120;
    } else if (word == "-W" || word == "-i" || word == "-s" || word == "-I") ++i;
    else if (!word.starts_with('-')) host = word;
  }
  if (host.empty() || call.hazy) return kUnknownStatus;
  if (!resolved(call, host)) return gnu(call) ? 2 : 1;
  if (!may_use(call, "NET_RAW") && call.world.input->pings != Answer::Yes) {
    if (call.world.input->pings == Answer::Unknown) return kUnknownStatus;
    call.sh.blame("ping needs CAP_NET_RAW");
    call.sh.blame_cause(Outcome::Cause::Privileges, "NET_RAW");
    return gnu(call) ? 2 : 1;
  }
  if (!counted) call.world.give_up();
  call.sh.sleep(call.st, 0, limit);
  return call.world.assume_network ? 0 : kUnknownStatus;
}

int do_httpd(Call& call) {
  std::int64_t port = 80;
  std::string home;
  bool foreground = false, local = false;
  for (std::size_t i = 1; i < call.argv.size(); ++i) {
    const std::string& word = call.argv[i];
    if (word.size() < 2 || word[0] != '-') call.world.give_up();
    for (std::size_t k = 1; k < word.size(); ++k) {
      auto value = [&]() -> std::string {
        std::string v = k + 1 < word.size() ? word.substr(k + 1) : call.arg(++i);
        k = word.size();
        return v;
      };
      switch (word[k]) {
        case 'f': foreground = true; break;
        case 'v': break;
        case 'p': {
          std::string text = value();
          if (const std::size_t colon = text.rfind(':'); colon != std::string::npos) {
            local = loopback(text.substr(0, colon));
            text.erase(0, colon + 1);
          }
          const auto number = parse_integer(text);
          if (!number) {
            if (has_mark(text)) {
              port = -1;
              break;
            }
            call.sh.blame("httpd cannot read the port `" + text + "`");
            return 1;
          }
          port = *number;
          break;
        }
        case 'h': home = value(); break;
        case 'u':
        case 'c':
        case 'r': value(); break;
        default: call.world.give_up();
      }
    }
  }
  if (gnu(call)) call.world.give_up();  // Apache's
  if (!home.empty()) {
    const FileInfo::Kind kind = known(home) ? call.world.files.stat(call.path(home)).kind : FileInfo::Kind::Unknown;
    if (kind == FileInfo::Kind::Missing || kind == FileInfo::Kind::File ||
        (kind == FileInfo::Kind::Unknown && !call.world.choose("test:d:" + call.path(home)))) {
      call.err("httpd: can't change directory to '" + home + "': No such file or directory\n");
      call.sh.blame("httpd cannot change to " + home);
      return 1;
    }
  }
  if (port > 0 && port_refused(call, port)) {
    call.err("httpd: bind: Permission denied\n");
    return 1;
  }
  if (local) call.world.local_ports.insert(port);
  if (!foreground) {
    if (port > 0) call.world.listens.insert(port);
    if (!call.world.served_after) call.world.served_after = call.world.earliest;
    return 0;
  }
  serve(call, port, "httpd serves");
}

}  // namespace

bool connects(Call& call, std::string_view path) {
  constexpr std::string_view kPrefix = "/dev/tcp/";
  constexpr Seconds kGivesUp = 135;  // net.ipv4.tcp_syn_retries 6: 1 + 2 + 4 + ... + 64 s, and a little
  const std::string_view rest = path.substr(kPrefix.size());
  const std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos || slash == 0) call.world.give_up();
  const std::string host(rest.substr(0, slash));
  const auto port = parse_integer(std::string(rest.substr(slash + 1)));
  if (!port || *port <= 0 || *port > 65535) call.world.give_up();  // the name of a service, or a slip
  if (reachable(call, host, *port)) return true;
  fail_slowly(call, host, kGivesUp);
  const bool named = own_host(host) || resolves(call, host) != Answer::No;
  call.err(named
               ? "bash: connect: Connection refused\nbash: " + std::string(path) + ": Connection refused\n"
               : "bash: " + host + ": Name or service not known\nbash: " + std::string(path) + ": Invalid argument\n");
  return false;
}

void add_network_programs(ProgramTable& table) {
  table["nc"] = do_nc;
  table["ncat"] = do_nc;
  table["netcat"] = do_nc;
  table["redis-cli"] = do_redis_cli;
  table["valkey-cli"] = do_redis_cli;
  table["wget"] = do_wget;
  table["curl"] = do_curl;
  table["nslookup"] = do_nslookup;
  table["dig"] = do_nslookup;
  table["host"] = do_nslookup;
  table["getent"] = do_getent;
  table["ping"] = do_ping;
  table["httpd"] = do_httpd;
}

}  // namespace podseer::process
