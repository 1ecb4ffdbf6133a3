// SPDX-License-Identifier: Apache-2.0
#include "admission/pod_checks.hpp"

namespace podseer::admission {
namespace {

constexpr std::size_t kFew = 32;  // beyond it a hash set is faster than looking through a list

}  // namespace

bool SeenNames::has(std::string_view name) const {
  if (few_.size() > kFew) return many_.contains(name);
  for (const std::string_view seen : few_) {
    if (seen == name) return true;
  }
  return false;
}

bool SeenNames::add(std::string_view name) {
  if (has(name)) return false;
  few_.push_back(name);
  if (few_.size() == kFew + 1) many_.insert(few_.begin(), few_.end());
  if (few_.size() > kFew + 1) many_.insert(name);
  return true;
}

std::string quoted(const View& at) { return go_quote(at.str()); }

void invalid_text(const Path& path, const View& at, std::string_view detail, Errors& errors) {
  errors.invalid(path, at, quoted(at), detail);
}

void invalid_number(const Path& path, const View& at, std::string_view detail, Errors& errors) {
  errors.invalid(path, at, std::to_string(at.integer()), detail);
}

bool is_one_of(std::string_view text, std::span<const std::string_view> supported) {
  for (const std::string_view one : supported) {
    if (one == text) return true;
  }
  return false;
}

void require_one_of(const View& at, const Path& path, std::span<const std::string_view> supported, Errors& errors) {
  if (is_one_of(at.str(), supported)) return;
  errors.not_supported(path, at, supported);
}

kube::Quantity amount_of(const View& value) {
  if (value.absent()) return {};
  return kube::Quantity::parse(value.node()->text()).value_or(kube::Quantity{});
}

View view_of(const yaml::Node& node, const View& within) {
  const bool placed = node.span().exists() && node.span().end > node.span().begin;
  return {&node, placed ? node.span() : within.span()};
}

View view_of(const yaml::Entry& entry) {
  return {&entry.value, entry.value.is_null() ? entry.key_span : entry.value.span()};
}

const yaml::Entry* entry_of(const View& map, std::string_view key) {
  return map.node() == nullptr ? nullptr : map.node()->find_entry(key);
}

bool has_backstep(std::string_view path) {
  while (true) {
    const std::size_t slash = path.find('/');
    if (path.substr(0, slash) == "..") return true;
    if (slash == std::string_view::npos) return false;
    path.remove_prefix(slash + 1);
  }
}

void validate_descending_path(const View& at, const Path& path, Errors& errors) {
  if (at.str().starts_with('/')) invalid_text(path, at, "must be a relative path", errors);
  if (has_backstep(at.str())) invalid_text(path, at, "must not contain '..'", errors);
}

void validate_local_path(const View& at, const Path& path, Errors& errors) {
  validate_descending_path(at, path, errors);
  if (at.str().starts_with("..") && !at.str().starts_with("../")) {
    invalid_text(path, at, "must not start with '..'", errors);
  }
}

std::string printed_struct(const View& at, std::span<const GoField> fields) {
  std::string out = "{";
  for (const GoField& field : fields) {
    if (out.size() > 1) out += ',';
    out += '"' + std::string(field.go) + "\":";
    const View value = at[field.json];
    if (value.absent()) {
      out += field.zero;
    } else if (!field.nested.empty()) {
      out += printed_struct(value, field.nested);
    } else {
      out += printed_json(value);
    }
  }
  return out + "}";
}

}  // namespace podseer::admission
