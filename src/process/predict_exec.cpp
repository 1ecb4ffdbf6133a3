// SPDX-License-Identifier: Apache-2.0
// Commands run beside the main process: exec probes and hooks. They see the container's files once the main process
// has settled, and the ports that the pod's containers serve.
#include "process/predict.hpp"

#include <algorithm>
#include <list>

#include "process/reading.hpp"
#include "process/start_check.hpp"

namespace podseer::process {
namespace {

using Kind = Outcome::Kind;
using kube::Container;
using kube::PodTemplate;

/// A container's files once its own process has settled: what that wrote or removed lies over them. Where it
/// may have written, nothing is missing for sure.
class AfterMain final : public FileSystem {
 public:
  AfterMain(const ContainerFiles& before, const Reading& main, const ImageInfo* image, Seconds at)
      : before_(before), main_(main), at_(at) {
    if (image == nullptr) return;
    for (const ImageProgram& program : image->programs) {
      for (const ImagePath& path : program.writes) touched_.push_back(path.path);
    }
    if (!image->script.data.directory.empty()) touched_.push_back(image->script.data.directory);
  }

  [[nodiscard]] FileInfo stat(std::string_view path) const override {
    if (const WrittenFile* file = find(path)) return file->info;
    FileInfo info = before_.stat(path);
    if (info.kind == FileInfo::Kind::Missing && may_be_written(path)) info.kind = FileInfo::Kind::Unknown;
    return info;
  }
  [[nodiscard]] std::optional<std::string> read(std::string_view path) const override {
    if (const WrittenFile* file = find(path)) return file->content;
    if (may_be_written(path)) return std::nullopt;
    return before_.read(path);
  }
  [[nodiscard]] std::optional<std::vector<std::string>> list(std::string_view path) const override {
    if (may_be_written(path)) return std::nullopt;
    const std::string below = std::string(path) + "/";
    for (const WrittenFile& file : main_.written) {
      if (file.path.starts_with(below)) return std::nullopt;
    }
    return before_.list(path);
  }

 private:
  [[nodiscard]] const WrittenFile* find(std::string_view path) const {
    const std::string real = before_.resolve(path);
    for (const WrittenFile& file : main_.written) {
      if (file.first <= at_ && (file.path == path || before_.resolve(file.path) == real)) return &file;
    }
    return nullptr;
  }
  [[nodiscard]] bool may_be_written(std::string_view path) const {
    // A script may start the image's server, too.
    const std::string real = before_.resolve(path);
    const bool habit = std::any_of(touched_.begin(), touched_.end(), [&](std::string_view given) {
      const std::string directory = before_.resolve(given);
      return real.starts_with(directory) && (real.size() == directory.size() || real[directory.size()] == '/');
    });
    return habit || (!main_.own_program && !main_.written_known);
  }
  const ContainerFiles& before_;
  const Reading& main_;
  Seconds at_;
  std::vector<std::string_view> touched_;
};

/// Does the command leave something behind? `test -f x > /dev/null 2>&1` does not.
bool leaves_files(const kube::Handler& handler) {
  std::string text;
  for (const kube::Text& word : handler.command) text.append(*word).append(" ");
  for (std::size_t at = text.find('>'); at != std::string::npos; at = text.find('>', at + 1)) {
    const std::size_t target = text.find_first_not_of("> ", at);
    if (target != std::string::npos && text[target] != '&' && text.compare(target, 9, "/dev/null") != 0) return true;
  }
  for (const std::string_view word : {"touch ", "mkdir ", "cp ", "mv ", "tee ", "rm ", "ln ", "dd ", "sed -i", ".sh"}) {
    if (text.find(word) != std::string::npos) return true;
  }
  return false;
}

/// Volumes that others may have changed by then: for a sidecar, what init containers before it had mounted and, once
/// it has started, everything else.
std::vector<std::string> changed_volumes(const PodTemplate& pod, const Container& container, bool startup) {
  std::vector<std::string> out = shared_volumes(pod, container);
  // What is mounted twice has two paths.
  for (const kube::VolumeMount& mount : container.volume_mounts) {
    const auto same = [&](const kube::VolumeMount& other) { return *other.name == *mount.name; };
    if (std::count_if(container.volume_mounts.begin(), container.volume_mounts.end(), same) > 1)
      out.emplace_back(*mount.name);
  }
  if (!container.init) return out;
  for (const auto* list : {&pod.spec.init_containers, &pod.spec.containers}) {
    for (const Container& other : *list) {
      if (startup && (!other.init || other.index >= container.index)) continue;
      if (other.init && other.index == container.index) continue;
      for (const kube::VolumeMount& mount : other.volume_mounts) {
        if (writable(pod, mount)) out.emplace_back(*mount.name);
      }
    }
  }
  return out;
}

/// What listens on the pod's loopback device.
void tell_ports(const PodTemplate& pod, const Container& container, const PodOutcomes& outcomes, bool startup,
                PodNetwork& network) {
  network.own_ports_known = !*pod.spec.host_network && outcomes.containers.size() == pod.spec.containers.size() &&
                            outcomes.init_containers.size() == pod.spec.init_containers.size();
  const auto add = [&](const Outcome& outcome) {
    if (outcome.kind != Kind::RunsForever || !outcome.listens_known) network.own_ports_known = false;
    network.own_ports.insert(network.own_ports.end(), outcome.listens.begin(), outcome.listens.end());
    network.own_ports.insert(network.own_ports.end(), outcome.listens_local.begin(), outcome.listens_local.end());
  };
  const bool alone = container.init && startup;  // what comes after the sidecar is not started yet
  for (std::size_t i = 0; i < std::min(outcomes.init_containers.size(), pod.spec.init_containers.size()); ++i) {
    if (pod.spec.init_containers[i].sidecar() && (!alone || i <= container.index)) add(outcomes.init_containers[i]);
  }
  if (alone) return;
  for (const Outcome& outcome : outcomes.containers) add(outcome);
}

}  // namespace

Outcome predict_exec(const PodTemplate& pod, const Container& container, const world::World& world,
                     const PodOutcomes& outcomes, const std::vector<std::string>& command, const ExecMoment& moment) {
  if (command.empty()) return {};
  PodVolumes volumes = pod_volumes(pod, world);
  if (!container.init) read_init_containers(pod, world, volumes);
  std::vector<std::string> shared = changed_volumes(pod, container, moment.startup);
  Setup before(pod, container, world, volumes, shared);
  const Reading main = read_container(before);
  // The main process itself writes too, where reading cannot tell what.
  if (!main.written_known || main.own_program) {
    for (const kube::VolumeMount& mount : container.volume_mounts) {
      if (writable(pod, mount)) shared.emplace_back(*mount.name);
    }
  }
  Setup setup(pod, container, world, volumes, shared);
  setup.make_directory();
  tell_ports(pod, container, outcomes, moment.startup, setup.network());
  Line line;
  for (const std::string& word : command) {
    line.argv.emplace_back(word);
    line.spans.emplace_back();
  }
  if (Outcome refused = check_start(setup, line); refused.kind != Kind::Unknown) return refused;
  const AfterMain files(setup.files(), main, setup.context().image, moment.at);
  ShellInput input = setup.input(line.argv);
  input.stdin_open = false;
  input.files = &files;
  // Hooks and other probes run beside it; nobody knows in which order.
  std::list<BesideHook> beside;
  const auto add = [&](const kube::Handler& other, bool writes) {
    if (other.kind != kube::Handler::Kind::Exec || !writes) return;
    const bool itself = std::equal(other.command.begin(), other.command.end(), command.begin(), command.end(),
                                   [](const kube::Text& a, const std::string& b) { return *a == b; });
    if (!itself) input.files = &beside.emplace_back(*input.files, other);
  };
  if (container.post_start) add(*container.post_start, true);
  for (const auto* probe : {&container.startup_probe, &container.liveness_probe, &container.readiness_probe}) {
    if (*probe) add((*probe)->handler, leaves_files((*probe)->handler));
  }
  ShellResult result = run_command(input);
  note_cause(result, result.outcome);
  return std::move(result.outcome);
}

}  // namespace podseer::process
