// SPDX-License-Identifier: Apache-2.0
#include "rules/http_answers.hpp"

#include <algorithm>

#include "kube/image_reference.hpp"
#include "lifecycle/probes.hpp"
#include "process/image_table.hpp"
#include "process/predict.hpp"

namespace podseer::rules {

namespace {

/// What the image's table says of that port; null where it says nothing.
const process::ImageHttp* find_server(const process::ImageInfo& image, std::int64_t port) {
  for (const process::ImageProgram& program : image.programs) {
    for (const process::ImageHttp& one : program.http) {
      if (one.port == port) return &one;
    }
  }
  return nullptr;
}

bool overlaps(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  return b.starts_with(a) && (a.size() == b.size() || a.ends_with('/') || b[a.size()] == '/');
}

bool mounts_over(const kube::Container& container, std::string_view directory) {
  return std::any_of(container.volume_mounts.begin(), container.volume_mounts.end(),
                     [&](const kube::VolumeMount& mount) { return overlaps(*mount.mount_path, directory); });
}

}  // namespace

/// An emptyDir of its own exactly over the document root: nothing in the pod puts a file there.
bool empty_root(const kube::PodTemplate& pod, const kube::Container& container, std::string_view root) {
  std::string_view volume;
  for (const kube::VolumeMount& mount : container.volume_mounts) {
    std::string_view path = *mount.mount_path;
    while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
    if (path == root && mount.sub_path->empty() && mount.sub_path_expr->empty()) volume = *mount.name;
    else if (overlaps(path, root)) return false;
  }
  const auto found = std::find_if(pod.spec.volumes.begin(), pod.spec.volumes.end(),
                                  [&](const kube::Volume& one) { return *one.name == volume; });
  if (volume.empty() || found == pod.spec.volumes.end() || found->kind != kube::Volume::Kind::EmptyDir) return false;
  int mounts = 0;
  for (const auto* list : {&pod.spec.init_containers, &pod.spec.containers}) {
    for (const kube::Container& each : *list) {
      for (const kube::VolumeMount& mount : each.volume_mounts) mounts += *mount.name == volume ? 1 : 0;
    }
  }
  return mounts == 1;
}

/// The directory that a file server started by the container's own words serves; empty: it is none.
std::string served_directory(const kube::Container& container, bool& lists) {
  std::vector<std::string_view> words;
  for (const kube::Text& word : container.command) words.push_back(*word);
  for (const kube::Text& word : container.args) words.push_back(*word);
  if (words.empty()) return {};
  const std::string_view program = words[0].substr(words[0].rfind('/') + 1);
  const bool python =
      program.starts_with("python") && words.size() > 2 && words[1] == "-m" && words[2] == "http.server";
  if (!python && program != "httpd") return {};
  std::string home = container.working_dir->empty() ? "/" : std::string(*container.working_dir);
  if (container.working_dir->empty()) {
    const process::ImageInfo* image = process::find_image(kube::ImageReference::parse(*container.image));
    if (image == nullptr) return {};
    if (!image->working_directory.empty()) home = image->working_directory;
  }
  lists = python;
  for (std::size_t i = python ? 3 : 1; i < words.size(); ++i) {
    const bool option = python ? words[i] == "-d" || words[i] == "--directory" : words[i] == "-h";
    if (words[i].find('$') != std::string_view::npos || words[i].starts_with("--directory=") || words[i] == "-c" ||
        (!python && words[i].starts_with("-h") && !option))
      return {};
    if (option && i + 1 < words.size()) home = words[++i];
  }
  if (!home.starts_with('/') || home.find('$') != std::string::npos) return {};
  while (home.ends_with('/')) home.pop_back();
  return home.empty() ? "/" : home;
}

/// 404 of such a server: the file is known not to be there.
std::optional<std::string> missing_file(const kube::PodTemplate& pod, const kube::Container& container,
                                        const kube::Handler& handler, const RuleContext& context) {
  bool lists = false;
  const std::string home = served_directory(container, lists);
  if (home.empty() || *handler.scheme == "HTTPS") return std::nullopt;
  std::string_view path = *handler.path;
  path = path.substr(0, path.find_first_of("?#"));
  if (path.find('%') != std::string_view::npos || path.find("..") != std::string_view::npos ||
      path.find("//") != std::string_view::npos)
    return std::nullopt;
  std::string file = (home == "/" ? "" : home) + (path.starts_with('/') ? "" : "/") + std::string(path);
  if (file.ends_with('/')) {
    if (lists) return std::nullopt;
    file += "index.html";
  }
  if (!container.post_start && empty_root(pod, container, home))
    return "the empty volume over " + home + " has nothing to answer with";
  process::PodOutcomes outcomes;
  const process::Outcome there = process::predict_exec(pod, container, context.world(), outcomes, {"test", "-e", file});
  if (there.kind != process::Outcome::Kind::Exits || there.exit_code != 1 ||
      there.sureness == process::Outcome::Sureness::Possible)
    return std::nullopt;
  return "there is no " + file + ", so the answer is 404";
}

std::optional<std::string> wrong_answer(const kube::PodTemplate& pod, const kube::Container& container,
                                        const kube::Handler& handler, const RuleContext& context) {
  const bool grpc = handler.kind == kube::Handler::Kind::Grpc;
  if ((handler.kind != kube::Handler::Kind::HttpGet && !grpc) || (handler.host.set() && !handler.host->empty()))
    return std::nullopt;
  const process::Outcome& outcome = context.outcome(container);
  const std::int64_t port = lifecycle::port_of(handler, container);
  const bool serves = outcome.kind == process::Outcome::Kind::RunsForever &&
                      outcome.sureness != process::Outcome::Sureness::Possible &&
                      std::find(outcome.listens.begin(), outcome.listens.end(), port) != outcome.listens.end();
  if (!serves) return std::nullopt;
  const std::string no_grpc = "what listens on port " + std::to_string(port) + " speaks no gRPC";
  if (grpc && outcome.plain_servers) return no_grpc;
  if (!grpc && (container.command_present.value || container.args_present.value)) {
    if (std::optional<std::string> why = missing_file(pod, container, handler, context)) return why;
  }
  if (container.command_present.value) return std::nullopt;
  const process::ImageInfo* image = process::find_image(kube::ImageReference::parse(*container.image));
  if (image == nullptr) return std::nullopt;
  const process::ImageHttp* server = find_server(*image, port);
  if (server == nullptr) return std::nullopt;
  if (server->root.empty()) return std::string(image->name) + " speaks no HTTP on port " + std::to_string(port);
  const bool as_delivered = !container.args_present.value && !container.post_start && container.env_from.empty() &&
                            container.env.empty() && !mounts_over(container, server->root) &&
                            !mounts_over(container, server->configuration);
  const bool plain =
      !container.args_present.value && !container.post_start && !mounts_over(container, server->configuration);
  if (plain && !grpc && image->name == "nginx" && *handler.scheme != "HTTPS" &&
      empty_root(pod, container, server->root)) {
    return "the empty volume over " + std::string(server->root) +
           " has nothing to answer with: 403 for a directory, 404 for a file";
  }
  if (!as_delivered) return std::nullopt;
  if (grpc) return no_grpc;
  if (*handler.scheme == "HTTPS") return "port " + std::to_string(port) + " speaks plain HTTP, not HTTPS";
  std::string_view path = *handler.path;
  path = path.substr(0, path.find_first_of("?#"));
  if (path.empty() || path == "/" || path.find('%') != std::string_view::npos ||
      path.find("..") != std::string_view::npos || path.find("//") != std::string_view::npos || path.ends_with('/')) {
    return std::nullopt;
  }
  const std::string file = std::string(server->root) + (path.starts_with("/") ? "" : "/") + std::string(path);
  const auto has = [&](process::Words words) { return std::find(words.begin(), words.end(), file) != words.end(); };
  if (has(image->files) || has(image->directories)) return std::nullopt;
  return "the image has no " + file + ", so the answer is 404";
}

void report_wrong_answers(const kube::PodTemplate& pod, ProbeSite::Role role, RuleContext& context) {
  for (const ProbeSite& site : probe_sites(pod, role)) {
    const std::optional<std::string> why = wrong_answer(pod, *site.container, site.probe->handler, context);
    if (!why) continue;
    const kube::Handler& handler = site.probe->handler;
    const lifecycle::Window window = lifecycle::decides_failure(*site.probe);
    const kube::SourceSpan span = handler.path.written() ? handler.path.span : handler.port.span;
    Finding finding = context.finding(span, {{"container", std::string(*site.container->name)},
                                             {"why", *why},
                                             {"earliest", seconds_text(window.earliest)},
                                             {"latest", seconds_text(window.latest)}});
    finding.field_path = site.path(context, handler.path.written() ? ".httpGet.path" : port_suffix(handler));
    finding.effect = RuleContext::effect(site.step(), site.container, "", *why);
    context.report(std::move(finding));
  }
}

}  // namespace podseer::rules
