// SPDX-License-Identifier: Apache-2.0
// The kinds, types and fields of Kubernetes 1.30 to 1.37, as the server decodes them. The table is
// made from schemas/kubernetes.tsv at build time: constant arrays of small rows that name their text
// by offset, so that nothing is relocated, constructed or parsed when the program starts.
// Worked example: find_kind("apps", "v1", "Deployment", 34)->type().field("spec", 34)->ref() is the
// type apps.v1.DeploymentSpec, which has no field "template_".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kube/schema_rows.hpp"

namespace podseer::kube {

/// The oldest and newest minor versions that the table knows; others are treated as the nearest.
inline constexpr int kOldestMinor = 30;
inline constexpr int kNewestMinor = 37;

class SchemaType;

/// One field of a type. A view into the table: cheap to copy, valid for ever.
class SchemaField {
 public:
  explicit SchemaField(const schema::FieldRow& row) : row_(&row) {}
  [[nodiscard]] std::string_view name() const;
  /// One value, a list of them, or a map of them.
  [[nodiscard]] schema::Shape shape() const { return row_->shape; }
  /// What one value is.
  [[nodiscard]] schema::Element element() const { return row_->element; }
  /// The type of an element that is a Ref.
  [[nodiscard]] SchemaType ref() const;
  /// The Go type of an element as printed in errors: "string", "int32", "v1.PullPolicy", "v1.Container".
  [[nodiscard]] std::string go_element() const;
  /// The Go type of the field itself: "[]v1.EnvVar", "map[string]string", "v1.ResourceList", "int32".
  [[nodiscard]] std::string go_type() const;
  /// Legal values of a closed set; empty when any text is legal.
  [[nodiscard]] std::vector<std::string_view> enumeration() const;
  [[nodiscard]] bool in(int minor) const;
  /// By OpenAPI, which only kubectl's check of a v1 List goes by; validation has its own idea.
  [[nodiscard]] bool required() const { return row_->required; }
  /// First and last minor version that has it; 0 means since before 1.30 / not gone by 1.37.
  [[nodiscard]] int since() const { return row_->since; }
  [[nodiscard]] int until() const { return row_->until; }

 private:
  const schema::FieldRow* row_;
};

/// A Go struct.
class SchemaType {
 public:
  explicit SchemaType(std::uint16_t id) : id_(id) {}
  /// "core.v1.Container"
  [[nodiscard]] std::string_view name() const;
  /// "Container", as in `Go struct field Container.spec...`
  [[nodiscard]] std::string_view struct_name() const;
  /// "v1.Container", as in `of type v1.Container`
  [[nodiscard]] std::string_view go_name() const;
  /// The field of exactly that name (case matters) in that minor version.
  [[nodiscard]] std::optional<SchemaField> field(std::string_view name, int minor) const;
  /// The field of that name in any version the table knows.
  [[nodiscard]] std::optional<SchemaField> field_of_any_version(std::string_view name) const;
  /// All fields, by name.
  [[nodiscard]] std::vector<SchemaField> fields(int minor) const;
  /// The field that was probably meant: same letters in another case, a plural, an edit or two; empty
  /// when nothing is near.
  [[nodiscard]] std::string_view nearest(std::string_view name, int minor) const;
  friend bool operator==(const SchemaType&, const SchemaType&) = default;

 private:
  std::uint16_t id_;
};

/// A kind of one group and version.
class SchemaKind {
 public:
  explicit SchemaKind(const schema::KindRow& row) : row_(&row) {}
  [[nodiscard]] std::string_view group() const;
  [[nodiscard]] std::string_view version() const;
  [[nodiscard]] std::string_view kind() const;
  [[nodiscard]] bool namespaced() const { return row_->namespaced; }
  /// Served unless somebody switched it off; false: only with --runtime-config.
  [[nodiscard]] bool on_by_default() const { return row_->on; }
  /// The table knows its fields; otherwise only its existence.
  [[nodiscard]] bool has_type() const { return row_->type != schema::kNoType; }
  /// Only when has_type().
  [[nodiscard]] SchemaType type() const { return SchemaType(row_->type); }
  [[nodiscard]] bool in(int minor) const;
  [[nodiscard]] int since() const { return row_->since; }

 private:
  const schema::KindRow* row_;
};

/// The kind as that minor version has it (served or off by default), or empty.
[[nodiscard]] std::optional<SchemaKind> find_kind(std::string_view group, std::string_view version,
                                                  std::string_view kind, int minor);
/// A built-in kind of that group by any version that `minor` serves by default, newest stable first;
/// empty when there is none. An empty group finds core kinds only.
[[nodiscard]] std::optional<SchemaKind> find_served_kind(std::string_view group, std::string_view kind, int minor);
/// Every group that some built-in kind belongs to, "" included: such groups have no custom resources.
[[nodiscard]] bool is_built_in_group(std::string_view group);
/// A built-in kind of that name in any group, served by default in `minor`.
[[nodiscard]] std::optional<SchemaKind> find_kind_of_any_group(std::string_view kind, int minor);
/// Whether objects of a kind live in namespaces; empty for kinds that the table does not know.
[[nodiscard]] std::optional<bool> is_namespaced(std::string_view group, std::string_view kind);
/// "Deployment" for "Deploymnet" or "deployment"; empty when nothing is near.
[[nodiscard]] std::string_view nearest_kind(std::string_view kind, int minor);

/// A word that Kubernetes itself writes: the name of a field of any version, or a value of a closed set ("Always").
[[nodiscard]] bool is_schema_word(std::string_view word);

/// An API version that a newer server no longer has.
struct RemovedApi {
  int gone_in = 0;               // minor version
  std::string_view replacement;  // "apps/v1"; empty when there is none
};
[[nodiscard]] std::optional<RemovedApi> find_removed_api(std::string_view api_version, std::string_view kind);

}  // namespace podseer::kube
