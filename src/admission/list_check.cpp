// SPDX-License-Identifier: Apache-2.0
// kubectl's own validation, which since server-side validation is left for `kind: List` of v1 only
// (kubectl pkg/validation, kube-openapi pkg/util/proto/validation, v0.34). It goes by OpenAPI: here, and
// only here, the `required` lists count; text fields take any scalar; one mistake and nothing of the
// list is sent.
// Worked example: an item with `imge` gives `ValidationError(Pod.spec.containers[0]): unknown field
// "imge" in io.k8s.api.core.v1.Container`.
#include "admission/list_check.hpp"

#include <algorithm>

#include "admission/context.hpp"
#include "kube/schema.hpp"

namespace podseer::admission {
namespace {

using kube::SchemaField;
using kube::SchemaType;
using kube::schema::Element;
using kube::schema::Shape;
using yaml::Entry;
using yaml::Node;

constexpr std::size_t kErrorLimit = 100;

std::string open_api_name(SchemaType type) {
  const std::string name(type.name());  // core.v1.Container
  if (name.starts_with("meta.")) return "io.k8s.apimachinery.pkg.apis." + name;
  return "io.k8s.api." + name;
}

class ListChecker {
 public:
  ListChecker(int minor, std::string_view kind) : minor_(minor), kind_(kind) {}

  void check_struct(const Node& node, SchemaType type, const Path& path) {
    std::vector<const Entry*> sorted;
    for (const Entry& entry : node.entries()) sorted.push_back(&entry);
    std::sort(sorted.begin(), sorted.end(), [](const Entry* a, const Entry* b) { return a->key < b->key; });
    for (const Entry* entry : sorted) {
      if (entry->value.is_null() || errors_.size() >= kErrorLimit) continue;
      const Path at = path.child(entry->key);
      const auto field = type.field(entry->key, minor_);
      if (!field) {
        add(ErrorType::UnknownField, path, at, entry->key_span,
            "unknown field " + go_quote(entry->key) + " in " + open_api_name(type));
        errors_.back().suggestion = type.nearest(entry->key, minor_);
        continue;
      }
      check_field(*entry, *field, type, at);
    }
    for (const SchemaField& field : type.fields(minor_)) {
      if (!field.required() || errors_.size() >= kErrorLimit) continue;
      const Node* value = node.find(field.name());
      if (value != nullptr && !value->is_null()) continue;
      add(ErrorType::Required, path, path.child(field.name()), node.span(),
          "missing required field " + go_quote(field.name()) + " in " + open_api_name(type));
    }
  }

  [[nodiscard]] std::vector<ApiError>& errors() { return errors_; }

 private:
  /// `where` is the path that kubectl prints, `field` the one of the error.
  void add(ErrorType type, const Path& where, const Path& field, SourceSpan span, const std::string& problem) {
    std::string place = where.str();
    if (!place.empty()) place.insert(0, ".");
    errors_.push_back({type, field.str(), "ValidationError(" + kind_ + place + "): " + problem, span, {}, {}});
  }

  void wrong_type(const Node& node, SourceSpan span, SchemaType type, std::string_view field, const Path& path,
                  std::string_view expected) {
    const std::string_view got = node.is_mapping()    ? "map"
                                 : node.is_sequence() ? "array"
                                 : node.is_bool()     ? "boolean"
                                 : node.is_string()   ? "string"
                                 : node.is_int()      ? "integer"
                                                      : "number";
    add(ErrorType::WrongType, path, path, span,
        "invalid type for " + open_api_name(type) + "." + std::string(field) + ": got " + go_quote(got) +
            ", expected " + go_quote(expected));
  }

  void check_field(const Entry& entry, const SchemaField& field, SchemaType type, const Path& path) {
    const Node& node = entry.value;
    const SourceSpan span = node.is_scalar() ? node.span() : entry.key_span;
    if (field.shape() == Shape::One) return check_element(node, span, field, type, path);
    if (field.shape() == Shape::List) {
      if (!node.is_sequence()) return wrong_type(node, span, type, field.name(), path, "array");
      std::size_t i = 0;
      for (const Node& item : node.items()) {
        const Path at = path.index(i++);
        check_element(item, item.span(), field, type, at);
      }
      return;
    }
    if (!node.is_mapping()) return wrong_type(node, span, type, field.name(), path, "map");
    for (const Entry& value : node.entries()) {
      const Path at = path.child(value.key);
      check_element(value.value, value.value.is_scalar() ? value.value.span() : value.key_span, field, type, at);
    }
  }

  void check_element(const Node& node, SourceSpan span, const SchemaField& field, SchemaType type, const Path& path) {
    if (node.is_null()) return;
    switch (field.element()) {
      case Element::Any: return;
      case Element::Ref:
        if (!node.is_mapping()) return wrong_type(node, span, type, field.name(), path, "map");
        return check_struct(node, field.ref(), path);
      case Element::Int32:
      case Element::Int64:
        if (!node.is_number()) wrong_type(node, span, type, field.name(), path, "integer");
        return;
      case Element::Bool:
        if (!node.is_bool()) wrong_type(node, span, type, field.name(), path, "boolean");
        return;
      default:
        if (!node.is_scalar()) wrong_type(node, span, type, field.name(), path, "string");
    }
  }

  int minor_;
  std::string kind_;
  std::vector<ApiError> errors_;
};

}  // namespace

std::optional<ListRefusal> check_list(std::span<const kube::Object* const> items, const Options& options) {
  ListRefusal refusal;
  std::vector<std::string> problems;
  for (const kube::Object* given : items) {
    const kube::Object& item = *given;
    std::vector<ApiError>& errors = refusal.errors.emplace_back();
    const auto kind = kube::find_kind(item.group, item.version, item.kind, options.minor_version);
    if (!kind || !kind->has_type() || item.root == nullptr || !item.root->is_mapping()) continue;
    ListChecker checker(options.minor_version, item.kind);
    checker.check_struct(*item.root, kind->type(), Path());
    errors = std::move(checker.errors());
    for (const ApiError& error : errors) problems.push_back(error.message);
  }
  if (problems.empty()) return {};
  refusal.message = "error validating data: ";
  if (problems.size() > 1) refusal.message += "[";
  for (std::size_t i = 0; i < problems.size(); ++i) refusal.message += (i > 0 ? ", " : "") + problems[i];
  if (problems.size() > 1) refusal.message += "]";
  refusal.message += "; if you choose to ignore these errors, turn validation off with --validate=false";
  return refusal;
}

}  // namespace podseer::admission
