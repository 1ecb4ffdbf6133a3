// SPDX-License-Identifier: Apache-2.0
// A structural schema as apiextensions-apiserver v0.34 applies it: fields that it does not name are
// pruned, which strict decoding reports; then types, required members, enums, patterns and bounds.
// Null counts as absent. What is not understood here (CEL rules, oneOf, formats) is silent.
// Worked example: {spec: {replicas: "3"}} against {replicas: {type: integer}} gives
// `spec.replicas: Invalid value: "string": spec.replicas in body must be of type integer: "string"`.
#include "admission/custom_resource.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <cmath>

namespace podseer::admission {
namespace {

constexpr int kMaxDepth = 64;                // schemas nest less; hostile ones more
constexpr std::size_t kPatternLimit = 2000;  // bytes
constexpr std::size_t kErrorLimit = 100;
constexpr std::size_t kLookUpLimit = 4000000;  // comparisons for one mapping

bool says(const View& schema, std::string_view key) { return schema[key].flag(); }

class Checker {
 public:
  Checker(Errors& unknown, Errors& invalid) : unknown_(unknown), invalid_(invalid) {}

  void object(const View& value, const View& schema, const Path& path, bool root, int depth) {
    if (depth > kMaxDepth || full()) return;
    const View properties = schema["properties"];
    if (value.size() * (properties.size() + schema["required"].size()) > kLookUpLimit) return;
    const View additional = schema["additionalProperties"];
    const bool keeps = says(schema, "x-kubernetes-preserve-unknown-fields") ||
                       (additional.present() && !(additional.node()->is_bool() && !additional.flag()));
    const bool resource = root || says(schema, "x-kubernetes-embedded-resource");
    for (const yaml::Entry& entry : value.entries()) {
      if (resource && (entry.key == "apiVersion" || entry.key == "kind" || entry.key == "metadata")) continue;
      const View at(&entry.value, entry.value.is_scalar() ? entry.value.span() : entry.key_span);
      const Path here = path.child(entry.key);
      const View property = properties[entry.key];
      if (property.present()) {
        check(at, property, here, depth + 1);
      } else if (additional.node() != nullptr && additional.node()->is_mapping()) {
        check(at, additional, path.key(entry.key), depth + 1);
      } else if (!keeps) {
        unknown_.add(ErrorType::UnknownField, here, entry.key_span, "unknown field " + go_quote(here.str()));
      }
    }
    for (const yaml::Node& name : schema["required"].items()) {
      const std::string_view key = name.string_or("");
      const View property = properties[key];
      if (value[key].present() || property["default"].present()) continue;
      if (resource && (key == "apiVersion" || key == "kind" || key == "metadata")) continue;
      invalid_.required(path.child(key), value[key]);
    }
  }

 private:
  [[nodiscard]] bool full() { return invalid_.list().size() + unknown_.list().size() > kErrorLimit; }

  static std::string_view type_of(const yaml::Node& node) {
    switch (node.kind()) {
      case yaml::Kind::Bool: return "boolean";
      case yaml::Kind::Int: return "integer";
      case yaml::Kind::Float: return std::trunc(node.as_double()) == node.as_double() ? "integer" : "number";
      case yaml::Kind::String: return "string";
      case yaml::Kind::Sequence: return "array";
      case yaml::Kind::Mapping: return "object";
      case yaml::Kind::Null: break;
    }
    return "null";
  }

  void body(const View& at, const Path& path, const std::string& rest) {
    invalid_.invalid(path, at, path.str() + " in body " + rest);
  }

  void check(const View& value, const View& schema, const Path& path, int depth) {
    if (value.absent() || depth > kMaxDepth || full()) return;
    const std::string_view actual = type_of(*value.node());
    if (says(schema, "x-kubernetes-int-or-string")) {
      if (actual != "string" && actual != "integer") {
        invalid_.invalid(path, value, go_quote(actual),
                         path.str() + " in body must be of type integer,string: " + go_quote(actual));
      }
      return;
    }
    const std::string_view wanted = schema["type"].str();
    if (!wanted.empty() && wanted != actual && !(wanted == "number" && actual == "integer")) {
      invalid_.invalid(path, value, go_quote(actual),
                       path.str() + " in body must be of type " + std::string(wanted) + ": " + go_quote(actual));
      return;
    }
    enumeration(value, schema["enum"], path);
    if (actual == "object") return object(value, schema, path, false, depth);
    if (actual == "array") return array(value, schema, path, depth);
    if (actual == "string") return text(value, schema, path);
    if (actual == "integer" || actual == "number") return number(value, schema, path);
  }

  void enumeration(const View& value, const View& list, const Path& path) {
    if (list.size() == 0 || !value.node()->is_scalar()) return;
    std::vector<std::string_view> texts;
    for (const yaml::Node& item : list.items()) {
      if (item.kind() == value.node()->kind() && item.text() == value.node()->text()) return;
      texts.push_back(item.text());
    }
    invalid_.not_supported(path, value, texts);
  }

  void array(const View& value, const View& schema, const Path& path, int depth) {
    const auto size = static_cast<std::int64_t>(value.size());
    const View least = schema["minItems"];
    const View most = schema["maxItems"];
    if (least.present() && size < least.integer()) {
      body(value, path, "should have at least " + std::to_string(least.integer()) + " items");
    }
    if (most.present() && size > most.integer()) {
      invalid_.too_many(path, value, value.size(), static_cast<std::size_t>(std::max<std::int64_t>(0, most.integer())));
    }
    const View items = schema["items"];
    if (items.absent()) return;
    for (std::size_t i = 0; i < value.size(); ++i) {
      const Path at = path.index(i);
      check(value.at(i), items, at, depth + 1);
    }
  }

  void text(const View& value, const View& schema, const Path& path) {
    const auto characters = std::count_if(value.str().begin(), value.str().end(),
                                          [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; });
    const View least = schema["minLength"];
    const View most = schema["maxLength"];
    if (least.present() && characters < least.integer()) {
      body(value, path, "should be at least " + std::to_string(least.integer()) + " chars long");
    }
    if (most.present() && characters > most.integer()) {
      invalid_.too_long(path, value, "may not be more than " + std::to_string(most.integer()) + " bytes");
    }
    const std::string_view pattern = schema["pattern"].str();
    if (pattern.empty() || pattern.size() > kPatternLimit) return;
    RE2::Options quiet;
    quiet.set_log_errors(false);
    const RE2 expression(re2::StringPiece(pattern.data(), pattern.size()), quiet);
    if (!expression.ok()) return;
    if (!RE2::PartialMatch(re2::StringPiece(value.str().data(), value.str().size()), expression)) {
      body(value, path, "should match '" + std::string(pattern) + "'");
    }
  }

  void number(const View& value, const View& schema, const Path& path) {
    const double amount = value.node()->as_double();
    const View least = schema["minimum"];
    const View most = schema["maximum"];
    if (least.present()) {
      const bool strict = says(schema, "exclusiveMinimum");
      const double bound = least.node()->as_double();
      if (amount < bound || (strict && amount == bound)) {
        body(value, path,
             std::string(strict ? "should be greater than " : "should be greater than or equal to ") +
                 std::string(least.node()->text()));
      }
    }
    if (most.present()) {
      const bool strict = says(schema, "exclusiveMaximum");
      const double bound = most.node()->as_double();
      if (amount > bound || (strict && amount == bound)) {
        body(value, path,
             std::string(strict ? "should be less than " : "should be less than or equal to ") +
                 std::string(most.node()->text()));
      }
    }
  }

  Errors& unknown_;
  Errors& invalid_;
};

}  // namespace

const kube::Object* find_definition(const kube::Object& object, const world::World& world) {
  for (const kube::Object* definition : world.all("CustomResourceDefinition")) {
    const yaml::Node* spec = definition->root == nullptr ? nullptr : definition->root->find("spec");
    if (spec == nullptr) continue;
    const yaml::Node* group = spec->find("group");
    const yaml::Node* kind = spec->find("names", "kind");
    if (group != nullptr && kind != nullptr && group->string_or("") == object.group &&
        kind->string_or("") == object.kind) {
      return definition;
    }
  }
  return nullptr;
}

CustomVerdict check_custom_resource(const kube::Object& object, const kube::Object& definition) {
  CustomVerdict verdict;
  const View spec = View(definition.root, definition.name_span)["spec"];
  verdict.namespaced = spec["scope"].str() != "Cluster";
  verdict.version_served = false;
  View schema;
  for (const yaml::Node& node : spec["versions"].items()) {
    const View version(&node, node.span());
    if (version["name"].str() != object.version) continue;
    const View served = version["served"];
    verdict.version_served = served.absent() || served.flag();
    schema = version["schema"]["openAPIV3Schema"];
  }
  if (spec["versions"].size() == 0) verdict.version_served = true;  // not understood: say nothing
  if (!verdict.version_served || schema.absent()) return verdict;
  Checker checker(verdict.unknown, verdict.invalid);
  checker.object(View(object.root, object.name_span), schema, Path(), true, 0);
  return verdict;
}

}  // namespace podseer::admission
