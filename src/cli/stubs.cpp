// SPDX-License-Identifier: Apache-2.0
// Weak stand-ins for stages that are not written yet, so that everything links. A real definition
// replaces its stand-in at link time; this file goes when the last one has landed.
#include "admission/admission.hpp"
#include "kube/object.hpp"
#include "kube/pod.hpp"
#include "lifecycle/forecast.hpp"
#include "lifecycle/placement.hpp"
#include "rules/engine.hpp"
#include "world/world.hpp"
#include "yaml/document.hpp"

#define STUB __attribute__((weak))

namespace podseer {

namespace yaml {
STUB bool is_fatal(Problem::Kind kind) { return kind < Problem::Kind::DuplicateKey; }
STUB bool Stream::failed() const { return false; }
STUB Stream parse(source::FileId, std::string_view) { return {}; }
}  // namespace yaml

namespace kube {
STUB Object Object::read(const yaml::Node& root, source::FileId file, std::uint32_t document) {
  Object object;
  object.root = &root;
  object.file = file;
  object.document = document;
  return object;
}
STUB std::optional<PodTemplate> PodTemplate::read(const Object&) { return std::nullopt; }
STUB std::string_view name_of(WorkloadKind) { return "Pod"; }
}  // namespace kube

namespace world {
STUB World::World(Assumptions assumptions) : assumptions_(std::move(assumptions)) {}
STUB void World::add(const kube::Object&) {}
STUB void World::refuse(const kube::Object&) {}
STUB void World::set_cluster(Cluster cluster) { cluster_ = std::move(cluster); }
STUB void World::set_images(ImageList images) { images_ = std::move(images); }
STUB std::string_view World::namespace_of(const kube::Object& object) const { return object.ns; }
STUB source::Result<Cluster> Cluster::preset(std::string_view) { return Cluster{}; }
STUB Cluster Cluster::from_objects(const std::vector<const kube::Object*>&) { return {}; }
STUB std::vector<std::string_view> Cluster::preset_names() { return {}; }
STUB source::Result<ImageList> ImageList::parse(std::string_view) { return ImageList{}; }
}  // namespace world

namespace admission {
STUB std::string_view name_of(ErrorType) { return "Invalid"; }
STUB Verdict admit(const kube::Object&, const world::World&, const Options&) { return {}; }
STUB PodVerdict admit_pods(kube::PodTemplate&, const world::World&, const Options&) { return {}; }
}  // namespace admission

namespace lifecycle {
STUB std::vector<Placement> schedule(std::span<const kube::PodTemplate* const> pods, const world::World&) {
  return std::vector<Placement>(pods.size());
}
STUB std::vector<Forecast> forecast(const ForecastInput&, std::optional<Seconds>) { return {}; }
STUB bool Forecast::healthy() const { return true; }
}  // namespace lifecycle

namespace rules {
STUB std::vector<Finding> run_rules(const kube::PodTemplate&, const world::World&, const RuleContext::Facts&) {
  return {};
}
STUB std::vector<Finding> admission_findings(const kube::Object&, const admission::Verdict&) { return {}; }
STUB std::vector<Finding> reading_findings(std::span<const yaml::Problem>, source::FileId) { return {}; }
STUB std::span<const Rule> all_rules() { return {}; }
STUB const Rule* find_rule(std::string_view) { return nullptr; }
}  // namespace rules

}  // namespace podseer
