// SPDX-License-Identifier: Apache-2.0
// Checks that many kinds share: metadata, labels, label selectors, ports, percentages
// (apimachinery pkg/api/validation and pkg/apis/meta/v1/validation, v0.34.4; finalizers also
// kubernetes pkg/apis/core/validation). Errors of a map of labels are placed at the map.
// Worked example: labels {app: "b c"} gives `metadata.labels: Invalid value: "b c": a valid label ...`.
#include <algorithm>

#include "admission/validators.hpp"
#include "source/ascii.hpp"

namespace podseer::admission {
namespace {

/// TotalAnnotationSizeLimitB.
constexpr std::size_t kAnnotationBytes = 256 * 1024;

kube::Complaints check_name(NameRule rule, std::string_view name) {
  switch (rule) {
    case NameRule::Subdomain: return kube::check_dns_subdomain(name);
    case NameRule::Label: return kube::check_dns_label(name);
    case NameRule::Label1035: return kube::check_dns_1035_label(name);
    case NameRule::PathSegment: return kube::check_path_segment(name);
  }
  return {};
}

/// The owner stands in the list once more, further up: the server leaves out the later one.
bool is_repeated(const View& owners, std::size_t i) {
  const View owner = owners.at(i);
  for (std::size_t k = 0; k < i; ++k) {
    const View other = owners.at(k);
    bool same = true;
    for (const std::string_view key : {"apiVersion", "kind", "name", "uid"})
      same = same && owner[key].str() == other[key].str();
    for (const std::string_view key : {"controller", "blockOwnerDeletion"}) {
      same = same && owner[key].present() == other[key].present() && owner[key].flag() == other[key].flag();
    }
    if (same) return true;
  }
  return false;
}

/// The server names no index here.
void validate_owner_references(const View& owners, const Path& path, Errors& errors) {
  std::string first_controller;
  for (std::size_t i = 0; i < owners.size(); ++i) {
    const View owner = owners.at(i);
    if (is_repeated(owners, i)) continue;
    const std::string_view api_version = owner["apiVersion"].str();
    if (api_version.empty() || api_version.ends_with('/')) {
      errors.invalid(path.child("apiVersion"), owner["apiVersion"], "version must not be empty");
    }
    for (const std::string_view key : {"kind", "name", "uid"}) {
      if (owner[key].str().empty()) errors.invalid(path.child(key), owner[key], "must not be empty");
    }
    if (api_version == "v1" && owner["kind"].str() == "Event") {
      errors.invalid(path, owner, "/v1, Kind=Event is disallowed from being an owner");
    }
    if (!owner["controller"].flag()) continue;
    std::string controller = std::string(owner["kind"].str()) + "/" + std::string(owner["name"].str());
    if (first_controller.empty()) {
      first_controller = std::move(controller);
    } else {
      errors.invalid(path, owners,
                     "Only one reference can have Controller set to true. Found \"true\" in references for " +
                         first_controller + " and " + controller);
    }
  }
}

void validate_finalizers(const View& finalizers, const Path& path, Errors& errors) {
  bool orphan = false, foreground = false;
  for (std::size_t i = 0; i < finalizers.size(); ++i) {
    add_complaints(kube::check_qualified_name(finalizers.at(i).str()), path, finalizers.at(i), errors);
    orphan = orphan || finalizers.at(i).str() == "orphan";
    foreground = foreground || finalizers.at(i).str() == "foregroundDeletion";
  }
  if (orphan && foreground) {
    errors.invalid(path, finalizers, "finalizer orphan and foregroundDeletion cannot be both set");
  }
  for (std::size_t i = 0; i < finalizers.size(); ++i) {
    const std::string_view name = finalizers.at(i).str();
    if (name.find('/') == std::string_view::npos && name != "kubernetes" && name != "orphan" &&
        name != "foregroundDeletion") {
      errors.invalid(path.index(i), finalizers.at(i),
                     "name is neither a standard finalizer name nor is it fully qualified");
    }
  }
}

bool is_operator(std::string_view op) { return op == "In" || op == "NotIn" || op == "Exists" || op == "DoesNotExist"; }

}  // namespace

void add_complaints(const kube::Complaints& complaints, const Path& path, const View& at, Errors& errors) {
  for (const std::string& complaint : complaints) errors.invalid(path, at, complaint);
}

void add_complaints(const kube::Complaints& complaints, const Path& path, SourceSpan span,
                    std::string_view printed_value, Errors& errors) {
  for (const std::string& complaint : complaints) {
    errors.invalid(path, View(nullptr, span), printed_value, complaint);
  }
}

void validate_labels(const View& labels, const Path& path, Errors& errors) {
  for (const yaml::Entry& entry : labels.entries()) {
    if (const kube::Complaints bad = kube::check_qualified_name(entry.key); !bad.empty()) {
      add_complaints(bad, path, entry.key_span, go_quote(entry.key), errors);
    }
    const std::string_view value = entry.value.string_or("");
    if (const kube::Complaints bad = kube::check_label_value(value); !bad.empty()) {
      add_complaints(bad, path, entry.value.span(), go_quote(value), errors);
    }
  }
}

void validate_annotations(const View& annotations, const Path& path, Errors& errors) {
  std::size_t bytes = 0;
  for (const yaml::Entry& entry : annotations.entries()) {
    bytes += entry.key.size() + entry.value.string_or("").size();
    if (kube::check_qualified_name(entry.key).empty()) continue;
    const std::string lower = source::lowered(entry.key);
    add_complaints(kube::check_qualified_name(lower), path, entry.key_span, go_quote(entry.key), errors);
  }
  if (bytes > kAnnotationBytes) {
    errors.too_long(path, annotations, "may not be more than " + std::to_string(kAnnotationBytes) + " bytes");
  }
}

void validate_object_meta(const View& meta, const Path& path, NameRule rule, bool namespaced, Errors& errors) {
  const View name = meta["name"];
  const View generate_name = meta["generateName"];
  if (!generate_name.str().empty()) {
    const std::string masked = rule == NameRule::PathSegment ? std::string(generate_name.str())
                                                             : kube::mask_trailing_dash(generate_name.str());
    add_complaints(check_name(rule, masked), path.child("generateName"), generate_name, errors);
  }
  if (name.str().empty()) {
    if (generate_name.str().empty()) errors.required(path.child("name"), name, "name or generateName is required");
  } else if (const kube::Complaints bad = check_name(rule, name.str()); !bad.empty()) {
    add_complaints(bad, path.child("name"), name, errors);
  }
  if (namespaced && !meta["namespace"].str().empty()) {
    add_complaints(kube::check_dns_label(meta["namespace"].str()), path.child("namespace"), meta["namespace"], errors);
  }
  validate_labels(meta["labels"], path.child("labels"), errors);
  validate_annotations(meta["annotations"], path.child("annotations"), errors);
  validate_owner_references(meta["ownerReferences"], path.child("ownerReferences"), errors);
  validate_finalizers(meta["finalizers"], path.child("finalizers"), errors);
}

void validate_label_selector(const View& selector, const Path& path, Errors& errors, SelectorOptions options) {
  if (selector.absent()) return;
  validate_labels(selector["matchLabels"], path.child("matchLabels"), errors);
  const View expressions = selector["matchExpressions"];
  const Path expressions_path = path.child("matchExpressions");
  for (std::size_t i = 0; i < expressions.size(); ++i) {
    const View expression = expressions.at(i);
    const Path at = expressions_path.index(i);
    const std::string_view op = expression["operator"].str();
    const View values = expression["values"];
    if (op == "In" || op == "NotIn") {
      if (values.size() == 0) {
        errors.required(at.child("values"), values, "must be specified when `operator` is 'In' or 'NotIn'");
      }
    } else if (op == "Exists" || op == "DoesNotExist") {
      if (values.size() > 0) {
        errors.forbidden(at.child("values"), values,
                         "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
      }
    } else {
      errors.invalid(at.child("operator"), expression["operator"], "not a valid selector operator");
    }
    add_complaints(kube::check_qualified_name(expression["key"].str()), at.child("key"), expression["key"], errors);
    if (options.allow_invalid_values) continue;
    const Path values_path = at.child("values");
    for (std::size_t v = 0; v < values.size(); ++v) {
      add_complaints(kube::check_label_value(values.at(v).str()), values_path.index(v), values.at(v), errors);
    }
  }
}

bool selector_is_valid(const View& selector) {
  for (const yaml::Entry& entry : selector["matchLabels"].entries()) {
    if (!kube::check_qualified_name(entry.key).empty()) return false;
    if (!kube::check_label_value(entry.value.string_or("")).empty()) return false;
  }
  for (const yaml::Node& item : selector["matchExpressions"].items()) {
    const View expression(&item, item.span());
    const std::string_view op = expression["operator"].str();
    if (!is_operator(op)) return false;
    const bool wants_values = op == "In" || op == "NotIn";
    if (wants_values != (expression["values"].size() > 0)) return false;
    if (!kube::check_qualified_name(expression["key"].str()).empty()) return false;
    for (const yaml::Node& value : expression["values"].items()) {
      if (!kube::check_label_value(value.string_or("")).empty()) return false;
    }
  }
  return true;
}

bool selector_matches(const View& selector, const View& labels) {
  const View wanted = selector["matchLabels"];
  if (wanted.size() > labels.size()) return false;
  for (const yaml::Entry& entry : wanted.entries()) {
    const yaml::Entry* label = labels.node() == nullptr ? nullptr : labels.node()->find_entry(entry.key);
    if (label == nullptr || label->value.string_or("") != entry.value.string_or("")) return false;
  }
  for (const yaml::Node& item : selector["matchExpressions"].items()) {
    const View expression(&item, item.span());
    const std::string_view op = expression["operator"].str();
    const yaml::Entry* label = labels.node() == nullptr ? nullptr : labels.node()->find_entry(expression["key"].str());
    const std::span<const yaml::Node> values = expression["values"].items();
    const bool listed = label != nullptr && std::any_of(values.begin(), values.end(), [&](const yaml::Node& value) {
                          return value.string_or("") == label->value.string_or("");
                        });
    if (op == "In" && !listed) return false;
    if (op == "NotIn" && listed) return false;
    if (op == "Exists" && label == nullptr) return false;
    if (op == "DoesNotExist" && label != nullptr) return false;
  }
  return true;
}

std::string printed_selector(const View& selector) {
  if (selector.absent()) return "null";
  std::string out = "{";
  if (selector["matchLabels"].size() > 0) out += "\"matchLabels\":" + printed_json(selector["matchLabels"]);
  if (selector["matchExpressions"].size() > 0) {
    if (out.size() > 1) out += ',';
    out += "\"matchExpressions\":[";
    const View expressions = selector["matchExpressions"];
    for (std::size_t i = 0; i < expressions.size(); ++i) {
      const View one = expressions.at(i);
      out += (i == 0 ? "{\"key\":" : ",{\"key\":") + go_quote(one["key"].str()) +
             ",\"operator\":" + go_quote(one["operator"].str());
      if (one["values"].size() > 0) out += ",\"values\":" + printed_json(one["values"]);
      out += '}';
    }
    out += ']';
  }
  return out + "}";
}

void validate_non_negative(const View& at, const Path& path, Errors& errors) {
  if (at.integer() < 0) errors.invalid(path, at, "must be greater than or equal to 0");
}

void validate_enum(const View& at, const Path& path, std::span<const std::string_view> supported, Errors& errors) {
  if (at.absent()) return;
  if (std::find(supported.begin(), supported.end(), at.str()) == supported.end()) {
    errors.not_supported(path, at, supported);
  }
}

void validate_port_number_or_name(const View& at, const Path& path, Errors& errors) {
  if (at.node() != nullptr && at.node()->is_string()) {
    add_complaints(kube::check_port_name(at.str()), path, at, errors);
    return;
  }
  const std::int64_t port = at.integer();
  if (port >= 1 && port <= 65535) return;
  add_complaints(kube::check_port_number(port), path, at.span(), std::to_string(port), errors);
}

void validate_int_or_percent(const View& at, const Path& path, Errors& errors) {
  if (at.absent()) return;
  if (at.node()->is_string()) {
    add_complaints(kube::check_percent(at.str()), path, at, errors);
  } else {
    validate_non_negative(at, path, errors);
  }
}

void validate_not_more_than_100_percent(const View& at, const Path& path, Errors& errors) {
  const std::string_view text = at.str();
  if (!kube::check_percent(text).empty()) return;
  std::string_view digits = text.substr(0, text.size() - 1);
  while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
  if (digits.size() > 3 || (digits.size() == 3 && digits > "100")) {
    errors.invalid(path, at, "must not be greater than 100%");
  }
}

}  // namespace podseer::admission
