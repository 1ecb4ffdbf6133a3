// SPDX-License-Identifier: Apache-2.0
#include "report/words.hpp"

#include <string>

namespace podseer::report {

std::string_view name_of(rules::Severity severity) {
  switch (severity) {
    case rules::Severity::Error: return "error";
    case rules::Severity::Warning: return "warning";
    case rules::Severity::Note: break;
  }
  return "note";
}

std::string_view name_of(lifecycle::Certainty certainty) {
  switch (certainty) {
    case lifecycle::Certainty::Certain: return "certain";
    case lifecycle::Certainty::Likely: return "likely";
    case lifecycle::Certainty::Possible: break;
  }
  return "possible";
}

std::string owner_of(const lifecycle::Forecast& forecast) {
  if (forecast.pod == nullptr || forecast.pod->owner == nullptr) return "Pod/" + forecast.pod_name;
  const kube::Object& owner = *forecast.pod->owner;
  return std::string(owner.kind) + "/" + std::string(owner.name);
}

std::string object_of(const rules::Finding& finding) {
  if (finding.object_kind.empty()) return {};
  std::string text = finding.object_kind + "/";
  if (!finding.object_namespace.empty()) text += finding.object_namespace + "/";
  return text + finding.object_name;
}

}  // namespace podseer::report
