// SPDX-License-Identifier: Apache-2.0
#include "cli/gitops.hpp"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <optional>

#include "kube/object.hpp"
#include "report/uri.hpp"
#include "yaml/document.hpp"

namespace podseer::cli {
namespace {

namespace fs = std::filesystem;

constexpr int kMaxDepth = 100;  // of values

std::string text_at(const yaml::Node* node, std::string_view key) {
  const yaml::Node* value = node == nullptr ? nullptr : node->find(key);
  return std::string(value == nullptr ? std::string_view() : value->string_or(""));
}

bool flag_at(const yaml::Node* node, std::string_view key) {
  const yaml::Node* value = node == nullptr ? nullptr : node->find(key);
  return value != nullptr && value->as_bool();
}

/// As string_view::find, several times faster on texts without the word; every file is asked.
bool holds(std::string_view text, std::string_view word) {
  return ::memmem(text.data(), text.size(), word.data(), word.size()) != nullptr;
}

/// Values as JSON, which every YAML parser reads: aliases resolved, whatever the indentation was.
void write_json(const yaml::Node& node, std::string& out, int depth) {
  if (depth > kMaxDepth) {
    out += "null";
  } else if (node.is_mapping()) {
    out += '{';
    for (const yaml::Entry& entry : node.entries()) {
      if (out.back() != '{') out += ", ";
      write_json(yaml::Node::scalar(yaml::Kind::String, yaml::Style::Plain, entry.key_span, entry.key), out, depth + 1);
      out += ": ";
      write_json(entry.value, out, depth + 1);
    }
    out += '}';
  } else if (node.is_sequence()) {
    out += '[';
    for (const yaml::Node& item : node.items()) {
      if (out.back() != '[') out += ", ";
      write_json(item, out, depth + 1);
    }
    out += ']';
  } else if (node.is_string()) {
    out += '"';
    for (const char c : node.text()) {
      if (c == '"' || c == '\\') out += '\\';
      if (c == '\n') out += "\\n";
      else if (c == '\t') out += "\\t";
      else if (c == '\r') out += "\\r";
      else if (static_cast<unsigned char>(c) >= 0x20) out += c;
    }
    out += '"';
  } else {
    out += node.is_bool() ? (node.as_bool() ? "true" : "false") : node.is_null() ? "null" : std::string(node.text());
  }
}

std::string json_of(const yaml::Node& node) {
  std::string out;
  write_json(node, out, 0);
  return out;
}

/// What is named from the repository's root; nothing outside of it.
class Repository {
 public:
  Repository() {
    std::error_code failed;
    roots_.push_back(fs::weakly_canonical(report::repository_root(), failed));
    const fs::path here = fs::weakly_canonical(fs::current_path(failed), failed);
    if (here != roots_.front()) roots_.push_back(here);
  }

  /// The directory or file that `path` means, below `base` (empty: the root).
  [[nodiscard]] std::optional<std::string> find(const std::string& path, const std::string& base,
                                                bool directory) const {
    if (path.find("://") != std::string::npos || path.find_first_of("*?[") != std::string::npos) return std::nullopt;
    for (const fs::path& root : roots_) {
      std::error_code failed;
      const fs::path relative = fs::path(path).relative_path();
      const fs::path found = fs::weakly_canonical(
          !base.empty() && !path.starts_with('/') ? fs::path(base) / relative : root / relative, failed);
      const fs::path inside = found.lexically_relative(root);
      if (failed || inside.empty() || *inside.begin() == "..") continue;
      if (directory ? fs::is_directory(found, failed) : fs::is_regular_file(found, failed)) return found.string();
    }
    return std::nullopt;
  }

 private:
  std::vector<fs::path> roots_;
};

// Argo CD puts these into values and parameters; others are only known to it.
bool fill_variables(std::string& text, const std::string& name, const std::string& ns) {
  for (const auto& [variable, value] :
       {std::pair<std::string_view, const std::string&>{"$ARGOCD_APP_NAMESPACE", ns}, {"$ARGOCD_APP_NAME", name}}) {
    for (std::size_t at = text.find(variable); at != std::string::npos; at = text.find(variable, at + value.size())) {
      text.replace(at, variable.size(), value);
    }
  }
  return text.find("$ARGOCD_") == std::string::npos;
}

/// False when something that the chart gets is not here.
bool read_argo_helm(const yaml::Node& helm, const Repository& repository, const std::vector<std::string>& refs,
                    const std::string& name, Deployment& out) {
  if (!text_at(&helm, "releaseName").empty()) out.release = text_at(&helm, "releaseName");
  if (!text_at(&helm, "namespace").empty()) out.ns = text_at(&helm, "namespace");
  if (helm.find("fileParameters") != nullptr) return false;
  if (const yaml::Node* files = helm.find("valueFiles"); files != nullptr) {
    for (const yaml::Node& file : files->items()) {
      std::string path(file.string_or(""));
      std::string base = out.directory;
      if (path.starts_with('$')) {  // $ref/path: from the root of another source, here when that is this repository
        const std::size_t slash = path.find('/');
        if (slash == std::string::npos || std::find(refs.begin(), refs.end(), path.substr(1, slash - 1)) == refs.end())
          return false;
        path = path.substr(slash);
        base.clear();
      }
      const std::optional<std::string> found = repository.find(path, base, false);
      if (found) out.values.push_back(*found);
      else if (!flag_at(&helm, "ignoreMissingValueFiles")) return false;
    }
  }
  const yaml::Node* object = helm.find("valuesObject");
  out.inline_values = object != nullptr ? json_of(*object) : text_at(&helm, "values");
  if (const yaml::Node* parameters = helm.find("parameters"); parameters != nullptr) {
    for (const yaml::Node& one : parameters->items()) {
      std::string value = text_at(&one, "value");
      if (!fill_variables(value, name, out.ns)) return false;
      out.parameters.push_back({text_at(&one, "name"), std::move(value), flag_at(&one, "forceString")});
    }
  }
  return fill_variables(out.inline_values, name, out.ns);
}

void read_application(const yaml::Node& root, const Repository& repository, std::vector<Deployment>& out) {
  const yaml::Node* spec = root.find("spec");
  if (spec == nullptr) return;
  std::vector<const yaml::Node*> parts;
  std::vector<std::string> refs;
  if (const yaml::Node* one = spec->find("source"); one != nullptr) parts.push_back(one);
  if (const yaml::Node* many = spec->find("sources"); many != nullptr) {
    parts.clear();
    for (const yaml::Node& one : many->items()) {
      parts.push_back(&one);
      if (!text_at(&one, "ref").empty()) refs.push_back(text_at(&one, "ref"));
    }
  }
  const std::string name = text_at(root.find("metadata"), "name");
  for (const yaml::Node* part : parts) {
    const yaml::Node* path = part->find("path");
    if (path == nullptr || part->find("chart") != nullptr || part->find("plugin") != nullptr) continue;
    const std::optional<std::string> directory = repository.find(std::string(path->string_or("")), {}, true);
    if (!directory) continue;
    Deployment made;
    made.by = "Application " + name;
    made.directory = *directory;
    made.ns = text_at(spec->find("destination"), "namespace");
    made.release = name;
    made.recursive = flag_at(part->find("directory"), "recurse");
    const yaml::Node* helm = part->find("helm");
    const bool known = helm == nullptr || read_argo_helm(*helm, repository, refs, name, made);
    const yaml::Node* kustomize = part->find("kustomize");
    if (kustomize != nullptr && !text_at(kustomize, "namespace").empty()) {
      made.ns = text_at(kustomize, "namespace");
      made.moves = true;
    }
    const bool changed =
        kustomize != nullptr && (kustomize->find("images") != nullptr || kustomize->find("patches") != nullptr ||
                                 kustomize->find("components") != nullptr);
    if (known && !changed) out.push_back(std::move(made));
  }
}

void read_flux_kustomization(const yaml::Node& root, const Repository& repository, std::vector<Deployment>& out) {
  const yaml::Node* spec = root.find("spec");
  if (spec == nullptr || spec->find("patches") != nullptr || spec->find("images") != nullptr ||
      spec->find("components") != nullptr)
    return;
  const std::string path = text_at(spec, "path");
  const std::optional<std::string> directory = repository.find(path.empty() ? "." : path, {}, true);
  if (!directory) return;
  Deployment made;
  made.by = "Kustomization " + text_at(root.find("metadata"), "name");
  made.directory = *directory;
  made.ns = text_at(spec, "targetNamespace");
  made.moves = !made.ns.empty();
  const yaml::Node* build = spec->find("postBuild");
  made.substituted = build != nullptr;
  made.defaults_count = made.substituted && build->find("substituteFrom") == nullptr;
  if (const yaml::Node* values = build == nullptr ? nullptr : build->find("substitute"); values != nullptr) {
    for (const yaml::Entry& entry : values->entries()) {
      if (entry.value.is_scalar()) made.substitutes.emplace_back(entry.key, entry.value.text());
    }
  }
  out.push_back(std::move(made));
}

void read_helm_release(const yaml::Node& root, const Repository& repository, std::vector<Deployment>& out) {
  const yaml::Node* spec = root.find("spec");
  const yaml::Node* chart = spec == nullptr ? nullptr : spec->find("chart", "spec");
  if (chart == nullptr || spec->find("valuesFrom") != nullptr || spec->find("postRenderers") != nullptr) return;
  if (text_at(chart->find("sourceRef"), "kind") == "HelmRepository") return;
  const std::optional<std::string> directory = repository.find(text_at(chart, "chart"), {}, true);
  if (!directory) return;
  const yaml::Node* metadata = root.find("metadata");
  const std::string target = text_at(spec, "targetNamespace");
  Deployment made;
  made.by = "HelmRelease " + text_at(metadata, "name");
  made.directory = *directory;
  made.ns = target.empty() ? text_at(metadata, "namespace") : target;
  made.release = text_at(spec, "releaseName");
  if (made.release.empty()) made.release = (target.empty() ? "" : target + "-") + text_at(metadata, "name");
  if (const yaml::Node* files = chart->find("valuesFiles"); files != nullptr) {
    for (const yaml::Node& file : files->items()) {
      const std::optional<std::string> found = repository.find(std::string(file.string_or("")), {}, false);
      if (!found && !flag_at(chart, "ignoreMissingValuesFiles")) return;
      if (found) made.values.push_back(*found);
    }
  }
  if (const yaml::Node* values = spec->find("values"); values != nullptr) made.inline_values = json_of(*values);
  out.push_back(std::move(made));
}

}  // namespace

std::string resolved_directory(const std::string& path) {
  std::error_code failed;
  const fs::path found = fs::weakly_canonical(path.empty() ? "." : path, failed);
  return failed ? std::string() : found.string();
}

std::vector<Deployment> find_deployments(const Inputs& inputs, const source::SourceMap& sources) {
  std::vector<Deployment> out;
  std::optional<Repository> repository;  // only asked for when there is something to ask
  for (const Input& input : inputs.files) {
    const std::string_view bytes = sources.file(input.file).bytes();
    if (!holds(bytes, "argoproj.io/") && !holds(bytes, "toolkit.fluxcd.io/")) continue;
    if (!input.chart.empty() && bytes.find("{{") != std::string_view::npos) continue;
    const yaml::Stream stream = yaml::parse(input.file, bytes);
    for (const auto& document : stream.documents) {
      const kube::Object object = kube::Object::read(document->root, input.file, 0);
      if (!repository) repository.emplace();
      const std::size_t before = out.size();
      if (object.is("argoproj.io", "Application")) read_application(document->root, *repository, out);
      if (object.is("kustomize.toolkit.fluxcd.io", "Kustomization"))
        read_flux_kustomization(document->root, *repository, out);
      if (object.is("helm.toolkit.fluxcd.io", "HelmRelease")) read_helm_release(document->root, *repository, out);
      for (std::size_t i = before; i < out.size(); ++i) out[i].file = sources.file(input.file).path();
    }
  }
  return out;
}

std::string substituted(std::string_view text, const Deployment& deployment) {
  std::string out;
  while (true) {
    const std::size_t at = text.find("${");
    const std::size_t end = at == std::string_view::npos ? at : text.find('}', at);
    out += text.substr(0, end == std::string_view::npos ? text.size() : at);
    if (end == std::string_view::npos) return out;
    const std::string_view inside = text.substr(at + 2, end - at - 2);
    const std::size_t colon = inside.find(':');
    const std::string_view name = inside.substr(0, colon);
    const auto known = std::find_if(deployment.substitutes.begin(), deployment.substitutes.end(),
                                    [&](const auto& one) { return one.first == name; });
    const bool defaulted = colon != std::string_view::npos && colon + 1 < inside.size() &&
                           (inside[colon + 1] == '=' || inside[colon + 1] == '-');
    if (known != deployment.substitutes.end()) out += known->second;
    else if (defaulted && deployment.defaults_count) out += inside.substr(colon + 2);
    else out += text.substr(at, end + 1 - at);
    text.remove_prefix(end + 1);
  }
}

}  // namespace podseer::cli
