// SPDX-License-Identifier: Apache-2.0
#include "kube/object.hpp"

namespace podseer::kube {

Object Object::read(const yaml::Node& root, source::FileId file, std::uint32_t document) {
  Object object;
  object.root = &root;
  object.file = file;
  object.document = document;
  object.name_span = root.span();
  if (const yaml::Node* version = root.find("apiVersion")) {
    object.api_version = version->string_or("");
    const std::size_t slash = object.api_version.find('/');
    if (slash == std::string_view::npos) {
      object.version = object.api_version;
    } else {
      object.group = object.api_version.substr(0, slash);
      object.version = object.api_version.substr(slash + 1);
    }
  }
  if (const yaml::Node* kind = root.find("kind")) {
    object.kind = kind->string_or("");
    if (kind->is_string()) object.name_span = kind->span();
  }
  const yaml::Node* metadata = root.find("metadata");
  if (metadata == nullptr) return object;
  if (const yaml::Node* name = metadata->find("name")) {
    object.name = name->string_or("");
    if (name->is_string()) object.name_span = name->span();
  }
  if (const yaml::Node* name = metadata->find("generateName")) {
    object.generate_name = name->string_or("");
    if (object.name.empty() && name->is_string()) object.name_span = name->span();
  }
  if (const yaml::Node* ns = metadata->find("namespace")) object.ns = ns->string_or("");
  return object;
}

}  // namespace podseer::kube
