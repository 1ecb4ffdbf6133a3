// SPDX-License-Identifier: Apache-2.0
// A world made of YAML text, for tests: objects, pods, a cluster.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kube/object.hpp"
#include "kube/pod.hpp"
#include "source/source_file.hpp"
#include "world/world.hpp"
#include "yaml/document.hpp"

namespace podseer::tests {

/// What to assume about things that are not in the text.
struct WorldOptions {
  bool closed = true;
  /// Name of a preset, or the YAML of a snapshot when it holds a line break; empty: generic.
  std::string cluster;
  std::vector<std::string> external;
};

/// Keeps everything that a World points into. A List's items are objects of their own. The whole text
/// is file 0 ("world.yaml"), a snapshot file 1 ("cluster.yaml").
class WorldOf {
 public:
  explicit WorldOf(const std::string& text, WorldOptions options = {});

  const world::World& world() const { return *world_; }
  world::World& world() { return *world_; }
  const source::SourceMap& files() const { return files_; }
  /// All objects of the text, in order (not those of the snapshot).
  const std::vector<const kube::Object*>& objects() const { return given_; }
  /// The object with that name, of any kind; fails the test when there is none.
  const kube::Object& object(std::string_view name) const;
  /// Every workload, in order.
  std::vector<const kube::PodTemplate*> pods() const;
  /// The workload of that name; fails the test when there is none.
  const kube::PodTemplate& pod(std::string_view name) const;
  /// The bytes under a span.
  std::string_view text(source::SourceSpan span) const { return files_.text(span); }

 private:
  void read(const std::string& path, const std::string& text, bool context);
  source::SourceMap files_;
  std::vector<yaml::Stream> streams_;
  std::deque<kube::Object> objects_;
  std::vector<const kube::Object*> given_, context_;
  std::deque<kube::PodTemplate> pods_;
  std::unique_ptr<world::World> world_;
};

}  // namespace podseer::tests
