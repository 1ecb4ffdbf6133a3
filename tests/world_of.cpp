// SPDX-License-Identifier: Apache-2.0
#include "world_of.hpp"

#include <utility>

#include "catch.hpp"

namespace podseer::tests {

void WorldOf::read(const std::string& path, const std::string& text, bool context) {
  const source::FileId file = files_.add(path, text);
  streams_.push_back(yaml::parse(file, files_.file(file).bytes()));
  for (const yaml::Problem& problem : streams_.back().problems) {
    INFO(problem.message);
    REQUIRE_FALSE(yaml::is_fatal(problem.kind));
  }
  for (const auto& document : streams_.back().documents) {
    const auto add = [&](const yaml::Node& root) {
      objects_.push_back(kube::Object::read(root, file, document->index));
      objects_.back().context_only = context;
      (context ? context_ : given_).push_back(&objects_.back());
    };
    const yaml::Node* items = document->root.find("items");
    const yaml::Node* kind = document->root.find("kind");
    if (items != nullptr && kind != nullptr && kind->string_or("").ends_with("List")) {
      for (const yaml::Node& item : items->items()) add(item);
    } else {
      add(document->root);
    }
  }
}

WorldOf::WorldOf(const std::string& text, WorldOptions options) {
  world::Assumptions assumptions;
  assumptions.closed = options.closed;
  assumptions.external = std::move(options.external);
  world_ = std::make_unique<world::World>(assumptions);
  world_->set_sources(files_);
  read("world.yaml", text, false);
  if (options.cluster.find('\n') != std::string::npos) {
    read("cluster.yaml", options.cluster, true);
    world_->set_cluster(world::Cluster::from_objects(context_));
  } else if (!options.cluster.empty()) {
    auto preset = world::Cluster::preset(options.cluster);
    REQUIRE(preset.ok());
    world_->set_cluster(std::move(preset.value()));
  }
  for (const kube::Object* object : context_) world_->add(*object);
  for (const kube::Object* object : given_) world_->add(*object);
  for (const kube::Object* object : given_) {
    if (auto pod = kube::PodTemplate::read(*object)) pods_.push_back(std::move(*pod));
  }
}

const kube::Object& WorldOf::object(std::string_view name) const {
  for (const kube::Object* object : given_) {
    if (object->name == name) return *object;
  }
  INFO(name);
  REQUIRE(false);
  return *given_.front();
}

std::vector<const kube::PodTemplate*> WorldOf::pods() const {
  std::vector<const kube::PodTemplate*> out;
  for (const kube::PodTemplate& pod : pods_) out.push_back(&pod);
  return out;
}

const kube::PodTemplate& WorldOf::pod(std::string_view name) const {
  for (const kube::PodTemplate& pod : pods_) {
    if (pod.owner->name == name) return pod;
  }
  INFO(name);
  REQUIRE(false);
  return pods_.front();
}

}  // namespace podseer::tests
