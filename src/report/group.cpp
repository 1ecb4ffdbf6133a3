// SPDX-License-Identifier: Apache-2.0
#include "report/group.hpp"

#include <algorithm>

namespace podseer::report {
namespace {

std::string key_of(std::string_view kind, std::string_view name) { return std::string(kind) + "/" + std::string(name); }

}  // namespace

std::vector<Group> group_findings(std::span<const rules::Finding> findings) {
  std::vector<Group> groups;
  std::unordered_map<std::string, std::size_t> known;
  for (const rules::Finding& finding : findings) {
    if (!finding.root_cause.empty()) {
      const auto [at, fresh] = known.try_emplace(finding.rule + "\n" + finding.root_cause, groups.size());
      if (!fresh) {
        groups[at->second].findings.push_back(&finding);
        continue;
      }
    }
    groups.push_back({{&finding}});
  }
  return groups;
}

PodIndex::PodIndex(const Report& report) {
  for (const lifecycle::Forecast& row : report.forecasts) {
    if (row.pod == nullptr || row.pod->owner == nullptr) continue;
    by_owner_[key_of(row.pod->owner->kind, row.pod->owner->name)].push_back(&row);
  }
}

std::vector<const lifecycle::Forecast*> PodIndex::rows(const rules::Finding& finding) const {
  const auto found = by_owner_.find(key_of(finding.object_kind, finding.object_name));
  if (found == by_owner_.end()) return {};
  std::vector<const lifecycle::Forecast*> rows;
  for (const lifecycle::Forecast* row : found->second) {
    const bool same_namespace = finding.object_namespace.empty() || finding.object_namespace == row->ns;
    if (same_namespace) rows.push_back(row);
  }
  const auto here = [&](const lifecycle::Forecast* row) { return row->pod->owner->file == finding.span.file; };
  if (std::any_of(rows.begin(), rows.end(), here)) std::erase_if(rows, [&](const auto* row) { return !here(row); });
  return rows;
}

WhyIndex::WhyIndex(const Report& report) {
  const std::span<const rules::Finding> all = report.all_findings.empty() ? report.findings : report.all_findings;
  for (const rules::Finding& finding : all) {
    by_rule_and_owner_[finding.rule + " " + key_of(finding.object_kind, finding.object_name)].push_back(&finding);
  }
}

std::string WhyIndex::why(const lifecycle::Forecast& row) const {
  std::string text = row.reason_text;
  if (!row.findings.empty() && row.pod != nullptr && row.pod->owner != nullptr) {
    const kube::Object& owner = *row.pod->owner;
    const auto found = by_rule_and_owner_.find(row.findings.front() + " " + key_of(owner.kind, owner.name));
    if (found != by_rule_and_owner_.end()) {
      const auto in_file = [&](const rules::Finding* finding) { return finding->span.file == owner.file; };
      const auto here = std::find_if(found->second.begin(), found->second.end(), in_file);
      text = (here != found->second.end() ? *here : found->second.front())->message;
    }
  }
  std::replace(text.begin(), text.end(), '\n', ' ');
  if (row.findings.empty()) return text;
  text += (text.empty() ? "[" : " [") + row.findings.front() + "]";
  if (row.certainty == lifecycle::Certainty::Likely && !row.healthy()) text += " (likely)";
  return text;
}

std::string kubectl_row(const lifecycle::Forecast& row) {
  if (row.status == "NoPods") return row.pod_name + "   no pods are created";
  std::string text = row.pod_name + "   " + row.ready + "   " + row.status;
  std::string more;
  if (row.count > 1) more = std::to_string(row.count) + " pods";
  if (row.restarts_growing) more += more.empty() ? "restarts again and again" : ", restart again and again";
  if (!more.empty()) text += "   (" + more + ")";
  return text;
}

}  // namespace podseer::report
