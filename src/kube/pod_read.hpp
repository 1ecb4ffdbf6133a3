// SPDX-License-Identifier: Apache-2.0
// Small readers from trees to Field<T>, shared by the parts of the pod model. What is absent, null or
// of another type stays absent; its span is that of the enclosing object.
#pragma once

#include <vector>

#include "kube/pod.hpp"

namespace podseer::kube {

[[nodiscard]] Text read_text(const yaml::Node& parent, std::string_view key);
[[nodiscard]] Number read_number(const yaml::Node& parent, std::string_view key);
[[nodiscard]] Flag read_flag(const yaml::Node& parent, std::string_view key);
[[nodiscard]] Field<Quantity> read_quantity(const yaml::Node& parent, std::string_view key);
[[nodiscard]] std::vector<Text> read_texts(const yaml::Node* sequence);
[[nodiscard]] std::vector<std::string_view> read_views(const yaml::Node* sequence);
[[nodiscard]] ResourceList read_resource_list(const yaml::Node* mapping);
[[nodiscard]] Resources read_resources(const yaml::Node& parent);
[[nodiscard]] Boxed<SecurityContext> read_security_context(const yaml::Node* node);
[[nodiscard]] Container read_container(const yaml::Node& node, std::size_t index, bool init);
[[nodiscard]] Volume read_volume(const yaml::Node& node);

/// The span of `key` in `parent` when it is written, else of the parent.
[[nodiscard]] SourceSpan key_span(const yaml::Node& parent, std::string_view key);

}  // namespace podseer::kube
