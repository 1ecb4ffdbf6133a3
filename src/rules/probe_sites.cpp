// SPDX-License-Identifier: Apache-2.0
#include "rules/probe_sites.hpp"

#include <algorithm>
#include <cctype>

#include "lifecycle/probes.hpp"
#include "process/shell.hpp"
#include "world/world.hpp"

namespace podseer::rules {
namespace {

using Role = ProbeSite::Role;

/// Seconds after which a process that ends has been probed many times: twice what default probes
/// need to kill.
constexpr double kLongEnough = 60;

const kube::Boxed<kube::Probe>& probe_of(const kube::Container& container, Role role) {
  switch (role) {
    case Role::Liveness: return container.liveness_probe;
    case Role::Readiness: return container.readiness_probe;
    case Role::Startup: break;
  }
  return container.startup_probe;
}

std::string joined_names(const kube::Container& container) {
  std::string text;
  for (const kube::ContainerPort& port : container.ports) {
    if (port.name->empty()) continue;
    text += (text.empty() ? "" : ", ") + std::string(*port.name);
  }
  return text.empty() ? "none" : text;
}

bool is_shell(std::string_view word) {
  const std::size_t slash = word.rfind('/');
  if (slash != std::string_view::npos) word.remove_prefix(slash + 1);
  return word == "sh" || word == "bash" || word == "ash" || word == "dash";
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.remove_suffix(1);
  return text;
}

/// Seconds of `sleep N`, `sleep Nm` ...; negative when the command is no sleep.
double sleep_of(std::string_view command) {
  if (!command.starts_with("sleep ")) return -1;
  command = trimmed(command.substr(6));
  double unit = 1;
  if (!command.empty() && std::isdigit(static_cast<unsigned char>(command.back())) == 0) {
    const char c = command.back();
    if (c != 's' && c != 'm' && c != 'h' && c != 'd') return -1;
    unit = c == 'm' ? 60 : c == 'h' ? 3600 : c == 'd' ? 86400 : 1;
    command.remove_suffix(1);
  }
  if (command.empty() || command.size() > 7) return -1;
  double value = 0;
  for (const char c : command) {
    if (std::isdigit(static_cast<unsigned char>(c)) == 0) return -1;
    value = value * 10 + (c - '0');
  }
  return value * unit;
}

const yaml::Node* pod_spec_of(const kube::Object& object, std::string_view kind) {
  if (kind == "Pod") return object.root->find("spec");
  if (kind == "CronJob") return object.root->find("spec", "jobTemplate", "spec", "template", "spec");
  return object.root->find("spec", "template", "spec");
}

/// Is that the loopback device of the node, on which nothing that we know of listens on the port? Pods with
/// hostNetwork or a hostPort may.
bool nodes_loopback(const kube::PodTemplate& pod, std::string_view host, std::int64_t port,
                    const RuleContext& context) {
  if (*pod.spec.host_network || !process::loopback(host)) return false;
  for (const kube::Container& container : pod.spec.containers) {
    for (const kube::ContainerPort& one : container.ports) {
      if (one.host_port.set() && *one.host_port > 0) return false;
    }
  }
  // Ports of the node's own parts: SSH, DNS, etcd, the control plane, the kubelet, what NodePorts take.
  constexpr std::int64_t kFirstNodePort = 30000;
  constexpr std::size_t kMostLookedAt = 500;  // objects of a kind; among more, somebody may listen there
  for (const std::int64_t own :
       {22, 53, 2379, 2380, 2381, 6443, 8443, 9100, 10248, 10249, 10250, 10255, 10256, 10257, 10259}) {
    if (port == own) return false;
  }
  if (port >= kFirstNodePort) return false;
  for (const std::string_view kind :
       {"Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "CronJob"}) {
    const std::vector<const kube::Object*> objects = context.world().all(kind);
    if (objects.size() > kMostLookedAt) return false;
    for (const kube::Object* object : objects) {
      const yaml::Node* spec = pod_spec_of(*object, kind);
      const yaml::Node* shared = spec == nullptr ? nullptr : spec->find("hostNetwork");
      if (shared != nullptr && shared->is_bool() && shared->as_bool()) return false;
    }
  }
  return true;
}

}  // namespace

std::string_view ProbeSite::field() const {
  switch (role) {
    case Role::Liveness: return "livenessProbe";
    case Role::Readiness: return "readinessProbe";
    case Role::Startup: break;
  }
  return "startupProbe";
}

lifecycle::Step ProbeSite::step() const {
  switch (role) {
    case Role::Liveness: return lifecycle::Step::Liveness;
    case Role::Readiness: return lifecycle::Step::Readiness;
    case Role::Startup: break;
  }
  return lifecycle::Step::Startup;
}

std::string ProbeSite::path(const RuleContext& context, std::string_view suffix) const {
  return context.path(*container, "." + std::string(field()) + std::string(suffix));
}

std::vector<ProbeSite> probe_sites(const kube::PodTemplate& pod, Role role) {
  std::vector<ProbeSite> out;
  const auto add = [&](const kube::Container& container) {
    const kube::Boxed<kube::Probe>& probe = probe_of(container, role);
    if (probe) out.push_back({role, &container, &*probe});
  };
  for (const kube::Container& container : pod.spec.init_containers) {
    if (container.sidecar()) add(container);
  }
  for (const kube::Container& container : pod.spec.containers) add(container);
  return out;
}

bool stays_up(const kube::Container& container, const RuleContext& context) {
  const process::Outcome& outcome = context.outcome(container);
  if (outcome.kind == process::Outcome::Kind::Exits) return outcome.earliest >= kLongEnough;
  return outcome.kind != process::Outcome::Kind::NotStarted;
}

std::optional<std::vector<std::int64_t>> served_ports(const kube::PodTemplate& pod, const RuleContext& context,
                                                      const kube::Container* last) {
  if (*pod.spec.host_network) return std::nullopt;
  std::vector<std::int64_t> ports;
  const auto add = [&](const kube::Container& container) {
    const process::Outcome& outcome = context.outcome(container);
    if (!outcome.listens_known) return false;
    ports.insert(ports.end(), outcome.listens.begin(), outcome.listens.end());
    return true;
  };
  for (const kube::Container& container : pod.spec.init_containers) {
    if (container.sidecar() && !add(container)) return std::nullopt;
    if (&container == last) return ports;
  }
  for (const kube::Container& container : pod.spec.containers) {
    if (!add(container)) return std::nullopt;
  }
  return ports;
}

std::string ports_text(const std::vector<std::int64_t>& ports) {
  std::string out;
  for (const std::int64_t port : ports) out += (out.empty() ? "" : ", ") + std::to_string(port);
  return out.empty() ? "none" : out;
}

std::string served_text(const kube::PodTemplate& pod, const std::vector<std::int64_t>& served,
                        const RuleContext& context) {
  std::string local;
  for (const auto* list : {&pod.spec.init_containers, &pod.spec.containers}) {
    for (const kube::Container& container : *list) {
      if (container.init && !container.sidecar()) continue;
      for (const std::int64_t port : context.outcome(container).listens_local)
        local += (local.empty() ? "" : ", ") + std::to_string(port) + " (127.0.0.1)";
    }
  }
  if (local.empty()) return ports_text(served);
  return served.empty() ? local : ports_text(served) + ", " + local;
}

std::string_view port_suffix(const kube::Handler& handler) {
  switch (handler.kind) {
    case kube::Handler::Kind::HttpGet: return ".httpGet.port";
    case kube::Handler::Kind::TcpSocket: return ".tcpSocket.port";
    case kube::Handler::Kind::Grpc: return ".grpc.port";
    default: return "";
  }
}

void report_port_names(const kube::PodTemplate& pod, Role role, RuleContext& context) {
  for (const ProbeSite& site : probe_sites(pod, role)) {
    const kube::Handler& handler = site.probe->handler;
    if (!lifecycle::port_name_missing(handler, *site.container)) continue;
    const std::string wanted(handler.port->name);
    Finding finding = context.finding(handler.port.span, {{"container", std::string(*site.container->name)},
                                                          {"port", wanted},
                                                          {"declared", joined_names(*site.container)}});
    std::vector<std::string_view> names;
    for (const kube::ContainerPort& port : site.container->ports) {
      if (!port.name->empty()) names.push_back(*port.name);
    }
    const auto near = world::nearest(wanted, names);
    if (!near.empty()) finding.help += "; did you mean '" + std::string(near.front()) + "'?";
    for (const kube::Container& other : pod.spec.containers) {
      if (&other == site.container) continue;
      for (const kube::ContainerPort& port : other.ports) {
        if (*port.name == wanted) {
          finding.notes.push_back(
              {port.name.span, "this is a port of container '" + std::string(*other.name) + "', which does not count"});
        }
      }
    }
    finding.field_path = site.path(context, port_suffix(handler));
    finding.effect = RuleContext::effect(site.step(), site.container, "",
                                         "strconv.Atoi: parsing \"" + wanted + "\": invalid syntax");
    finding.effect->handler_error = true;
    context.report(std::move(finding));
  }
}

void report_unserved_ports(const kube::PodTemplate& pod, Role role, RuleContext& context) {
  const std::optional<std::vector<std::int64_t>> all = served_ports(pod, context);
  for (const ProbeSite& site : probe_sites(pod, role)) {
    const kube::Handler& handler = site.probe->handler;
    if (port_suffix(handler).empty()) continue;
    const std::int64_t port = lifecycle::port_of(handler, *site.container);
    if (port == 0 || !stays_up(*site.container, context)) continue;
    const bool early = role == Role::Startup && site.container->init;
    const std::optional<std::vector<std::int64_t>> served = early ? served_ports(pod, context, site.container) : all;
    if (!served) continue;
    const bool own = std::find(served->begin(), served->end(), port) != served->end();
    const bool elsewhere = handler.host.set() && !handler.host->empty();
    if (elsewhere ? !own || !nodes_loopback(pod, *handler.host, port, context) : own) continue;
    const lifecycle::Window window = lifecycle::decides_failure(*site.probe);
    Finding finding =
        context.finding(handler.port.span, {{"container", std::string(*site.container->name)},
                                            {"port", std::to_string(port)},
                                            {"served", elsewhere ? "nothing at its node's " + std::string(*handler.host)
                                                       : early   ? ports_text(*served)
                                                                 : served_text(pod, *served, context)},
                                            {"earliest", seconds_text(window.earliest)},
                                            {"latest", seconds_text(window.latest)}});
    const process::Outcome& outcome = context.outcome(*site.container);
    if (outcome.sureness == process::Outcome::Sureness::Possible) finding.certainty = Certainty::Possible;
    if (outcome.sureness == process::Outcome::Sureness::Likely)
      finding.certainty = std::min(finding.certainty, Certainty::Likely);
    if (elsewhere)
      finding.notes.push_back(
          {handler.host.span,
           "the kubelet asks from the node: this is the node itself, not the pod; without 'host' it asks the pod"});
    else if (early && all && std::find(all->begin(), all->end(), port) != all->end())
      finding.notes.push_back({site.container->name.span,
                               "the containers after this one are started once its startup probe has succeeded"});
    finding.field_path = site.path(context, port_suffix(handler));
    finding.effect = RuleContext::effect(site.step(), site.container, "",
                                         "dial tcp: connect: connection refused (port " + std::to_string(port) + ")");
    context.report(std::move(finding));
  }
}

// With D initialDelaySeconds, P periodSeconds and F failureThreshold the kill comes between
// D + (F-1)*P and D + F*P.
void report_slow_starts(const kube::PodTemplate& pod, Role role, RuleContext& context) {
  for (const ProbeSite& site : probe_sites(pod, role)) {
    if (role == Role::Liveness && site.container->startup_probe) continue;
    if (port_suffix(site.probe->handler).empty()) continue;
    if (lifecycle::port_name_missing(site.probe->handler, *site.container) || !stays_up(*site.container, context))
      continue;
    const double slept = serves_after(*site.container, site.probe->handler, context);
    const lifecycle::Window window = lifecycle::decides_failure(*site.probe);
    if (slept <= window.latest) continue;
    Finding finding = context.finding(site.probe->span, {{"container", std::string(*site.container->name)},
                                                         {"sleep", seconds_text(slept)},
                                                         {"earliest", seconds_text(window.earliest)},
                                                         {"latest", seconds_text(window.latest)}});
    finding.field_path = site.path(context, "");
    finding.effect = RuleContext::effect(site.step(), site.container, "", "connect: connection refused");
    finding.effect->earliest = window.earliest;
    finding.effect->latest = window.latest;
    context.report(std::move(finding));
  }
}

double sleeps_first(const kube::Container& container) {
  std::vector<std::string_view> words;
  for (const kube::Text& word : container.command) words.push_back(*word);
  for (const kube::Text& word : container.args) words.push_back(*word);
  if (words.size() < 3 || !is_shell(words[0]) || !words[1].starts_with("-") || words[1].back() != 'c') return 0;
  std::string_view script = words[2];
  double slept = 0;
  while (!script.empty()) {
    const std::size_t end = script.find_first_of("\n;&");
    const std::string_view command = trimmed(script.substr(0, end));
    const double seconds = sleep_of(command);
    if (seconds >= 0) {
      // `sleep 5 &` goes on at once.
      if (end != std::string_view::npos && script[end] == '&' && (end + 1 >= script.size() || script[end + 1] != '&'))
        return slept;
      slept += seconds;
    } else if (!command.empty() && !command.starts_with("echo ") && !command.starts_with("set ") &&
               !command.starts_with("#")) {
      return end == std::string_view::npos && slept == 0 ? 0 : slept;
    } else if (command.find('|') != std::string_view::npos || command.find('$') != std::string_view::npos) {
      return slept;
    }
    if (end == std::string_view::npos) return 0;  // nothing comes after the sleep
    script.remove_prefix(end + 1);
  }
  return 0;
}

double serves_after(const kube::Container& container, const kube::Handler& handler, const RuleContext& context) {
  const process::Outcome& outcome = context.outcome(container);
  const std::int64_t port = lifecycle::port_of(handler, container);
  const bool own = outcome.kind == process::Outcome::Kind::RunsForever &&
                   outcome.sureness != process::Outcome::Sureness::Possible &&
                   std::find(outcome.listens.begin(), outcome.listens.end(), port) != outcome.listens.end();
  return std::max(sleeps_first(container), own ? outcome.listens_after : 0);
}

std::string seconds_text(double seconds) { return kube::print_go_duration(seconds); }

}  // namespace podseer::rules
