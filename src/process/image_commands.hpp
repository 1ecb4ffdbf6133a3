// SPDX-License-Identifier: Apache-2.0
// The programs of a container, for the shell reader, and what the pod's network answers.
#pragma once

#include "process/container_context.hpp"

namespace podseer::process {

/// Looks programs up in the container's files, and runs the models of those that the shell reader does not know.
class ImageCommands final : public Commands {
 public:
  explicit ImageCommands(const ContainerContext& context) : context_(context) {}
  [[nodiscard]] Command find(std::string_view name, const Value& path_variable) const override;
  [[nodiscard]] Outcome run(const ProgramCall& call) const override;

  /// What the last program did that was run: the shell reader keeps its exit code, but not its cause.
  mutable Outcome last;

 private:
  [[nodiscard]] Command look_up(std::string_view name, const Value& path_variable) const;
  [[nodiscard]] Outcome start(const ProgramCall& call) const;
  [[nodiscard]] Command at(const std::string& path) const;
  [[nodiscard]] Command in_unknown_image(std::string_view name) const;
  const ContainerContext& context_;
};

/// A word that only shells understand and that is no program in any image.
[[nodiscard]] bool shell_word(std::string_view word);
/// The same, or a word that is a program only in few images ("cd").
[[nodiscard]] bool builtin_word(std::string_view word);

/// Answers from the world: Services, host aliases, and what runs beside.
class PodNetwork final : public Network {
 public:
  PodNetwork(const kube::PodTemplate& pod, const world::World& world) : pod_(pod), world_(world) {}
  [[nodiscard]] Answer reachable(std::string_view host, std::int64_t port) const override;
  [[nodiscard]] Answer resolves(std::string_view host) const override;

  /// TCP ports that are open on the pod's own addresses now.
  std::vector<std::int64_t> own_ports;
  bool own_ports_known = false;
  /// Further ones, that other containers of the pod open at some time: nobody knows whether they have by now.
  std::vector<std::int64_t> later_ports;
  /// A program was started that may have left a server in the background.
  mutable bool leaves_server = false;
  /// Names of Services that no file gives are taken as absent, as in a closed world: an answer that is likely.
  bool assume_given = false;
  /// Somebody asked for a name that no file gives.
  mutable bool unsure = false;

 private:
  [[nodiscard]] const kube::Object* service_of(std::string_view host, bool& cluster_name) const;
  const kube::PodTemplate& pod_;
  const world::World& world_;
};

}  // namespace podseer::process
