// SPDX-License-Identifier: Apache-2.0
// Who refers to what: workloads, what they read and mount, what routes to them. An edge to something
// that is not there is drawn red and dashed. Large worlds are cut to what hangs together with a broken
// edge, for a picture of more than 50 nodes helps nobody.
#include <algorithm>
#include <cstdio>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "cli/config.hpp"
#include "cli/emit.hpp"
#include "cli/pipeline.hpp"
#include "cli/progress.hpp"
#include "report/text.hpp"
#include "rules/references.hpp"

namespace podseer::cli {
namespace {

constexpr std::size_t kMaxNodes = 50;  // readable in a pull request; Mermaid itself stops at 500 edges

struct Edge {
  std::string from, to, label;
  bool broken = false;
  auto operator<=>(const Edge&) const = default;
};

struct Picture {
  std::set<std::string> nodes;
  std::set<Edge> edges;
  void add(const std::string& from, const std::string& to, const std::string& label, bool broken) {
    nodes.insert(from);
    nodes.insert(to);
    edges.insert({from, to, label, broken});
  }
};

std::string node_name(std::string_view kind, std::string_view ns, std::string_view name) {
  std::string text = std::string(kind) + "/";
  if (!ns.empty() && ns != "default") text += std::string(ns) + "/";
  return text + std::string(name);
}

void add_pod(const PodUnit& unit, const world::World& world, Picture& picture) {
  const kube::PodTemplate& pod = unit.pod;
  const std::string_view ns = world.namespace_of(*pod.owner);
  const std::string owner = node_name(pod.owner->kind, ns, pod.owner->name);
  picture.nodes.insert(owner);
  const auto refer = [&](std::string_view kind, std::string_view name, const char* label, bool optional) {
    if (name.empty()) return;
    const bool broken = !optional && world.exists(kind, ns, name) != world::Known::Yes;
    picture.add(owner, node_name(kind, ns, name), label, broken);
  };
  const rules::RuleContext context(world, pod, unit.facts);
  const auto refer_to_data = [&](const rules::Reference& reference, const char* label) {
    const auto data = reference.secret ? world.secret(ns, *reference.name) : world.config_map(ns, *reference.name);
    const bool lacks = !reference.optional && data && data->keys_known && !reference.key->empty() &&
                       data->find(*reference.key) == nullptr;
    if (!lacks) return refer(reference.kind(), *reference.name, label, reference.optional);
    picture.add(owner, node_name(reference.kind(), ns, *reference.name),
                std::string(label) + ": no key " + std::string(*reference.key), true);
  };
  for (const rules::Reference& reference : rules::env_references(pod, context)) refer_to_data(reference, "env");
  for (const rules::Reference& reference : rules::volume_references(pod, context)) refer_to_data(reference, "volume");
  for (const kube::Volume& volume : pod.spec.volumes)
    refer("PersistentVolumeClaim", *volume.claim_name, "volume", false);
  if (pod.spec.service_account_name.written())
    refer("ServiceAccount", *pod.spec.service_account_name, "runs as", false);
  for (const kube::Object* service : world.all("Service", ns)) {
    const kube::LabelMap selector = kube::LabelMap::read(service->root->find("spec", "selector"));
    if (!selector.empty() && pod.labels.contains_all(selector))
      picture.add(node_name("Service", ns, service->name), owner, "selects", false);
  }
}

void add_routes(const world::World& world, Picture& picture) {
  for (const kube::Object* ingress : world.all("Ingress")) {
    const std::string_view ns = world.namespace_of(*ingress);
    const std::string from = node_name("Ingress", ns, ingress->name);
    const auto backend = [&](const yaml::Node* node) {
      const yaml::Node* name = node == nullptr ? nullptr : node->find("service", "name");
      if (name == nullptr) return;
      picture.add(from, node_name("Service", ns, name->string_or("")), "routes",
                  world.exists("Service", ns, name->string_or("")) != world::Known::Yes);
    };
    backend(ingress->root->find("spec", "defaultBackend"));
    const yaml::Node* rules = ingress->root->find("spec", "rules");
    if (rules == nullptr) continue;
    for (const yaml::Node& rule : rules->items()) {
      const yaml::Node* paths = rule.find("http", "paths");
      if (paths == nullptr) continue;
      for (const yaml::Node& path : paths->items()) backend(path.find("backend"));
    }
  }
  for (const kube::Object* scaler : world.all("HorizontalPodAutoscaler")) {
    const yaml::Node* target = scaler->root->find("spec", "scaleTargetRef");
    if (target == nullptr || target->find("name") == nullptr || target->find("kind") == nullptr) continue;
    const std::string_view ns = world.namespace_of(*scaler);
    const std::string_view kind = target->find("kind")->string_or(""), name = target->find("name")->string_or("");
    picture.add(node_name("HorizontalPodAutoscaler", ns, scaler->name), node_name(kind, ns, name), "scales",
                world.exists(kind, ns, name) != world::Known::Yes);
  }
}

// Keeps what hangs together with a broken edge.
void cut(Picture& picture) {
  if (picture.nodes.size() <= kMaxNodes) return;
  std::set<std::string> keep;
  for (const Edge& edge : picture.edges) {
    if (edge.broken) keep.insert({edge.from, edge.to});
  }
  for (bool grew = true; grew && keep.size() < kMaxNodes;) {
    grew = false;
    for (const Edge& edge : picture.edges) {
      if (keep.contains(edge.from) != keep.contains(edge.to) && keep.size() < kMaxNodes) {
        keep.insert({edge.from, edge.to});
        grew = true;
      }
    }
  }
  std::erase_if(picture.edges, [&](const Edge& edge) { return !keep.contains(edge.from) || !keep.contains(edge.to); });
  picture.nodes = std::move(keep);
}

// Text inside double quotes of Mermaid and DOT; names that pass the API server need none of this.
std::string quoted(const std::string& text) {
  std::string out;
  for (const char c : report::printable(text, true)) out += c == '"' || c == '\\' || c == '<' || c == '>' ? '\'' : c;
  return "\"" + out + "\"";
}

std::string mermaid(const Picture& picture) {
  std::map<std::string, std::string> ids;
  std::string out = "graph LR\n";
  for (const std::string& node : picture.nodes) {
    const std::string id = "n" + std::to_string(ids.size());
    ids[node] = id;
    out += "  " + id + "[" + quoted(node) + "]\n";
  }
  std::size_t number = 0;
  std::string red;
  for (const Edge& edge : picture.edges) {
    out += "  " + ids[edge.from] + (edge.broken ? " -.->|" : " -->|") + edge.label + (edge.broken ? ", missing" : "") +
           "| " + ids[edge.to] + "\n";
    if (edge.broken) red += (red.empty() ? "" : ",") + std::to_string(number);
    ++number;
  }
  if (!red.empty()) out += "  linkStyle " + red + " stroke:#d1242f\n";
  return out;
}

std::string dot(const Picture& picture) {
  std::string out = "digraph podseer {\n  rankdir=LR;\n  node [shape=box];\n";
  for (const std::string& node : picture.nodes) out += "  " + quoted(node) + ";\n";
  for (const Edge& edge : picture.edges) {
    out += "  " + quoted(edge.from) + " -> " + quoted(edge.to) + " [label=" + quoted(edge.label);
    if (edge.broken) out += ", color=red, style=dashed";
    out += "];\n";
  }
  return out + "}\n";
}

std::string plain(const Picture& picture) {
  std::string out;
  for (const std::string& node : picture.nodes) {
    std::string lines;
    for (const Edge& edge : picture.edges) {
      if (edge.from == node)
        lines += "  " + edge.label + " " + report::printable(edge.to, true) + (edge.broken ? "   MISSING" : "") + "\n";
    }
    if (!lines.empty()) out += report::printable(node, true) + "\n" + lines;
  }
  return out;
}

int complain(const std::string& sentence) {
  std::fprintf(stderr, "podseer: error: %s\n", report::printable(sentence, true).c_str());
  return 2;
}

}  // namespace

int graph(const Options& given) {
  Options options = given;
  const std::string format = options.format.value_or("mermaid");
  if (format != "mermaid" && format != "dot" && format != "text")
    return complain("graph has no format '" + format + "': it is mermaid, dot or text");
  if (const std::string wrong = load_config(options); !wrong.empty()) {
    std::fputs(wrong.c_str(), stderr);
    return 2;
  }
  if (options.paths.empty()) options.paths = options.config_paths;
  Analysis analysis;
  Progress progress(Progress::wanted(options.quiet));
  analysis.progress = &progress;
  analyse(options, analysis);
  progress.stop();
  if (!analysis.errors.empty()) return complain(analysis.errors.front());
  Picture picture;
  for (const WorldUnit& unit : analysis.worlds) {
    for (const PodUnit& pod : unit.pods) add_pod(pod, *unit.world, picture);
    add_routes(*unit.world, picture);
  }
  cut(picture);
  const std::string wrong = write_stdout(format == "dot"    ? dot(picture)
                                         : format == "text" ? plain(picture)
                                                            : mermaid(picture));
  return wrong.empty() ? 0 : complain(wrong);
}

}  // namespace podseer::cli
