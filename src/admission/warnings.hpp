// SPDX-License-Identifier: Apache-2.0
// The API server's `Warning:` lines: what it says beside "created". They refuse nothing.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "admission/admission.hpp"
#include "admission/context.hpp"
#include "admission/pod_checks.hpp"

namespace podseer::admission {

/// Collects warnings in the server's wording; says each once, and as many as fit into a response.
class Warnings {
 public:
  /// `minor_version`: of the server, 1.N.
  explicit Warnings(int minor_version) : minor_version_(minor_version) {}
  [[nodiscard]] int minor_version() const { return minor_version_; }
  /// `field: text`.
  void add(const Path& path, SourceSpan span, std::string_view text);
  /// A line that begins with no field; `path` is for its place only.
  void add_line(const Path& path, SourceSpan span, std::string line);
  /// The response is full: the server says nothing more, whatever comes.
  [[nodiscard]] bool full() const { return shortened_ && bytes_ >= kMostBytes; }
  [[nodiscard]] std::vector<Warning>& list() { return list_; }

 private:
  // truncateAtTotalRunes and truncateItemRunes, k8s.io/apiserver pkg/endpoints/filters/warning.go (1.34)
  static constexpr std::size_t kMostBytes = 4096;
  static constexpr std::size_t kShortened = 256;
  void push(Warning warning);

  int minor_version_;
  std::size_t bytes_ = 0;   // of all lines
  bool shortened_ = false;  // they were too many: each is cut
  std::set<std::string> said_;
  std::vector<Warning> list_;
};

/// What is said of an accepted object when it is created (the strategies' WarningsOnCreate and the PodSecurity
/// plugin's warn level), in the server's order.
[[nodiscard]] std::vector<Warning> warnings_on_create(const kube::Object& object, const world::World& world,
                                                      const Options& options);

/// Of a pod (`spec_path` "spec") or a template ("spec.template.spec"). `is_pod` tells whose defaults apply.
void warn_of_pod_spec(const View& spec, const Path& spec_path, const View& metadata, const Path& metadata_path,
                      bool is_pod, Warnings& out);
/// The first of all, while the server copies a Pod's AppArmor annotations into fields.
void warn_of_pod_profiles(const View& spec, const View& metadata, Warnings& out);
/// Files of one volume that lie on or in each other.
void warn_of_overlapping_files(const View& volumes, const Path& path, Warnings& out);
/// Requirements on labels of nodes that are no longer set; values of preferred terms are checked too.
void warn_of_node_term(const View& term, const Path& path, bool check_values, Warnings& out);
/// `deprecated since v1.14; use "kubernetes.io/os" instead`; empty for labels in use.
[[nodiscard]] std::string_view deprecated_node_label(std::string_view label);
/// The plugin of a pod's volume or of a PersistentVolume is deprecated, or works no more.
void warn_of_retired_plugin(const View& volume, const Path& path, bool of_pod, Warnings& out);
/// resources of a claim.
void warn_of_claim_spec(const View& spec, const Path& path, Warnings& out);
/// A fraction of a byte.
void warn_of_fraction(const View& amount, const Path& path, Warnings& out);
/// Addresses that a stricter parser would not take, or would write otherwise.
void warn_of_ip(const View& ip, const Path& path, Warnings& out);
void warn_of_cidr(const View& cidr, const Path& path, Warnings& out);

}  // namespace podseer::admission
