// SPDX-License-Identifier: Apache-2.0
#include "kube/schema.hpp"

#include "catch.hpp"

using namespace podseer::kube;

TEST_CASE("a Deployment's container is found by walking the field table", "[kube]") {
  const auto kind = find_kind("apps", "v1", "Deployment", 34);
  REQUIRE(kind);
  CHECK(kind->namespaced());
  REQUIRE(kind->has_type());
  const auto spec = kind->type().field("spec", 34);
  REQUIRE(spec);
  const SchemaType pod_spec = spec->ref().field("template", 34)->ref().field("spec", 34)->ref();
  CHECK(pod_spec.name() == "core.v1.PodSpec");
  CHECK(pod_spec.go_name() == "v1.PodSpec");
  CHECK(pod_spec.struct_name() == "PodSpec");
  const auto containers = pod_spec.field("containers", 34);
  REQUIRE(containers);
  CHECK(containers->go_type() == "[]v1.Container");
  CHECK(containers->ref().field("imagePullPolicy", 34)->go_type() == "v1.PullPolicy");
  CHECK(containers->ref().field("resources", 34)->ref().field("limits", 34)->go_type() == "v1.ResourceList");
  CHECK_FALSE(pod_spec.field("Containers", 34));
}

TEST_CASE("a field appears and disappears with its version", "[kube]") {
  const SchemaType action = find_kind("", "v1", "Pod", 37)
                                ->type()
                                .field("spec", 37)
                                ->ref()
                                .field("containers", 37)
                                ->ref()
                                .field("livenessProbe", 37)
                                ->ref()
                                .field("httpGet", 37)
                                ->ref();
  CHECK(action.field("protocol", 37));
  CHECK_FALSE(action.field("protocol", 34));
  REQUIRE(action.field_of_any_version("protocol"));
  CHECK(action.field_of_any_version("protocol")->since() == 37);
}

TEST_CASE("a miscased, misspelt or plural field is recognised", "[kube]") {
  const SchemaType pod = find_kind("", "v1", "Pod", 34)->type();
  const SchemaType spec = pod.field("spec", 34)->ref();
  const SchemaType container = spec.field("containers", 34)->ref();
  CHECK(pod.nearest("Spec", 34) == "spec");
  CHECK(pod.nearest("metadatas", 34) == "metadata");
  CHECK(container.nearest("imge", 34) == "image");
  CHECK(container.nearest("volumeMount", 34) == "volumeMounts");
  CHECK(container.nearest("run_as", 34).empty());
  CHECK(nearest_kind("Deploymnet", 34) == "Deployment");
  CHECK(nearest_kind("deployment", 34) == "Deployment");
}

TEST_CASE("a removed API version names its replacement", "[kube]") {
  CHECK_FALSE(find_kind("extensions", "v1beta1", "Deployment", 34));
  const auto removed = find_removed_api("extensions/v1beta1", "Deployment");
  REQUIRE(removed);
  CHECK(removed->gone_in == 16);
  CHECK(removed->replacement == "apps/v1");
  CHECK(find_removed_api("policy/v1beta1", "PodSecurityPolicy")->replacement.empty());
  CHECK_FALSE(find_removed_api("apps/v1", "Deployment"));
  CHECK(find_served_kind("autoscaling", "HorizontalPodAutoscaler", 34)->version() == "v2");
  CHECK(is_namespaced("", "Namespace") == false);
  CHECK_FALSE(is_namespaced("example.com", "Thing").has_value());
}
