// SPDX-License-Identifier: Apache-2.0
// A command that writes more than an emptyDir's sizeLimit or the container's ephemeral-storage limit: the
// kubelet's eviction manager ends the pod at its next look (pkg/kubelet/eviction, Kubernetes 1.34). Only plain
// `dd`, `fallocate` and `head -c` with constant sizes are read.
#include <sstream>
#include <string>
#include <vector>

#include "rules/each_container.hpp"
#include "rules/rule.hpp"

namespace podseer::rules {
namespace {

constexpr double kEvictionLook = 10;  // seconds between two looks of the eviction manager (monitoringInterval)
constexpr double kDiskUsageAge = 60;  // seconds that disk usage may be old (housekeeping of volume stats)

struct Write {
  std::string path;
  std::int64_t size = 0;  // bytes
  SourceSpan span;
};

std::int64_t bytes_of(std::string_view text) {
  std::int64_t value = 0;
  std::size_t i = 0;
  for (; i < text.size() && text[i] >= '0' && text[i] <= '9' && value < (std::int64_t{1} << 40); ++i)
    value = value * 10 + (text[i] - '0');
  if (i == 0) return 0;
  const std::string_view unit = text.substr(i);
  const std::int64_t base = unit.size() == 2 && unit.ends_with('B') ? 1000 : 1024;
  if (unit.starts_with('k') || unit.starts_with('K')) return value * base;
  if (unit.starts_with('M')) return value * base * base;
  if (unit.starts_with('G')) return value * base * base * base;
  return value;
}

/// One simple command of the text.
void read_command(const std::vector<std::string>& words, SourceSpan span, std::vector<Write>& out) {
  if (words.empty()) return;
  Write write;
  write.span = span;
  if (words[0] == "dd") {
    std::int64_t block = 512, count = 0;
    for (const std::string& word : words) {
      if (word.starts_with("of=")) write.path = word.substr(3);
      if (word.starts_with("bs=")) block = bytes_of(word.substr(3));
      if (word.starts_with("count=")) count = bytes_of(word.substr(6));
    }
    write.size = block * count;
  } else if (words[0] == "fallocate" && words.size() == 4 && words[1] == "-l") {
    write.size = bytes_of(words[2]);
    write.path = words[3];
  } else if (words[0] == "head" && words.size() == 6 && words[1] == "-c" && words[4] == ">") {
    write.size = bytes_of(words[2]);
    write.path = words[5];
  }
  if (write.size > 0 && write.path.starts_with('/')) out.push_back(std::move(write));
}

std::vector<Write> writes_of(const kube::Container& container) {
  std::vector<Write> out;
  for (const std::vector<kube::Text>* list : {&container.command, &container.args}) {
    for (const kube::Text& text : *list) {
      std::string line(*text);
      for (char& c : line) {
        if (c == ';' || c == '&' || c == '|' || c == '(' || c == ')') c = '\n';
      }
      std::istringstream lines(line);
      for (std::string one; std::getline(lines, one);) {
        std::istringstream in(one);
        std::vector<std::string> words;
        for (std::string word; in >> word;) words.push_back(word);
        read_command(words, text.span, out);
      }
    }
  }
  return out;
}

const kube::VolumeMount* mount_of(const kube::Container& container, std::string_view path) {
  const kube::VolumeMount* best = nullptr;
  for (const kube::VolumeMount& mount : container.volume_mounts) {
    std::string_view at = *mount.mount_path;
    while (at.size() > 1 && at.ends_with('/')) at.remove_suffix(1);
    if (!path.starts_with(at) || path.size() <= at.size() || path[at.size()] != '/') continue;
    if (best == nullptr || at.size() > best->mount_path->size()) best = &mount;
  }
  return best;
}

std::string mebibytes(std::int64_t bytes) { return std::to_string(bytes / (1024 * 1024)) + " MiB"; }

}  // namespace

void pod703_evicted_for_disk(const kube::PodTemplate& pod, RuleContext& context) {
  each_container(pod, [&](const kube::Container& container) {
    const process::Outcome& outcome = context.outcome(container);
    if (outcome.kind == process::Outcome::Kind::NotStarted) return;
    for (const Write& write : writes_of(container)) {
      std::int64_t limit = 0;
      SourceSpan limit_span;
      std::string where, message;
      const kube::VolumeMount* mount = mount_of(container, write.path);
      if (mount != nullptr) {
        const kube::Volume* volume = pod.spec.find_volume(*mount->name);
        if (volume == nullptr || volume->kind != kube::Volume::Kind::EmptyDir || *volume->medium == "Memory" ||
            !volume->size_limit.set())
          continue;
        limit = volume->size_limit->units();
        limit_span = volume->size_limit.span;
        where = "emptyDir '" + std::string(*volume->name) + "'";
        message = "Usage of EmptyDir volume \"" + std::string(*volume->name) + "\" exceeds the limit \"" +
                  volume->size_limit->canonical() + "\". ";
      } else {
        const kube::ResourceAmount* amount = kube::find_resource(container.resources.limits, "ephemeral-storage");
        if (amount == nullptr) continue;
        limit = amount->amount.units();
        limit_span = amount->span;
        where = "container's own file system";
        message = "Pod ephemeral local storage usage exceeds the total limit of containers " +
                  amount->amount.canonical() + ". ";
      }
      if (limit <= 0 || write.size <= limit) continue;
      Finding finding = context.finding(write.span, {{"container", std::string(*container.name)},
                                                     {"size", mebibytes(write.size)},
                                                     {"where", where},
                                                     {"limit", mebibytes(limit)}});
      finding.field_path = context.path(container);
      finding.notes.push_back({limit_span, "the limit"});
      finding.effect = RuleContext::effect(lifecycle::Step::Run, &container, "Evicted", message);
      finding.effect->earliest = kEvictionLook;
      finding.effect->latest = kDiskUsageAge;
      context.report(std::move(finding));
      return;
    }
  });
}

}  // namespace podseer::rules
