// SPDX-License-Identifier: Apache-2.0
// What every validator is given: a path that is only spelled out when there is an error, a view of a
// mapping that answers for absent fields too, and the list that errors go to.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "admission/admission.hpp"
#include "yaml/node.hpp"

namespace podseer::admission {

using source::SourceSpan;

/// A field path on the stack: "spec.containers[0].resources.limits[cpu]". Cheap to extend. A path
/// points to the one it was made from, so `const Path p = a.child("b").child("c")` dangles: give every
/// step a name, or use the chain within one expression.
class Path {
 public:
  Path() = default;
  explicit Path(std::string_view root) : key_(root) {}
  /// `.key`
  [[nodiscard]] Path child(std::string_view key) const { return Path(this, key, -1, false); }
  /// `[index]`
  [[nodiscard]] Path index(std::size_t i) const { return Path(this, {}, static_cast<int>(i), false); }
  /// `[key]`
  [[nodiscard]] Path key(std::string_view k) const { return Path(this, k, -1, true); }
  [[nodiscard]] std::string str() const;

 private:
  Path(const Path* parent, std::string_view key, int index, bool bracket)
      : parent_(parent), key_(key), index_(index), bracket_(bracket) {}
  const Path* parent_ = nullptr;  // must outlive this; true for paths built on the way down
  std::string_view key_;
  int index_ = -1;
  bool bracket_ = false;
};

/// A value that may be absent. `span` of an absent field is that of its nearest written ancestor's
/// key, so that every error has a place.
class View {
 public:
  View() = default;
  View(const yaml::Node* node, SourceSpan span) : node_(node), span_(span) {}
  /// Absent, or written as null: Kubernetes does not tell them apart.
  [[nodiscard]] bool absent() const { return node_ == nullptr || node_->is_null(); }
  [[nodiscard]] bool present() const { return !absent(); }
  [[nodiscard]] const yaml::Node* node() const { return node_; }
  /// The value's bytes, or the nearest ancestor's key.
  [[nodiscard]] SourceSpan span() const { return span_; }
  [[nodiscard]] View operator[](std::string_view key) const;
  /// The item at `index`; its span is the item's own. Absent past the end.
  [[nodiscard]] View at(std::size_t index) const;
  [[nodiscard]] std::span<const yaml::Node> items() const;
  [[nodiscard]] std::span<const yaml::Entry> entries() const;
  /// Number of items or entries; 0 when absent.
  [[nodiscard]] std::size_t size() const { return node_ == nullptr ? 0 : node_->size(); }
  /// String text; empty when absent or no string.
  [[nodiscard]] std::string_view str() const { return node_ == nullptr ? "" : node_->string_or(""); }
  /// Whole number; `otherwise` when absent or no number.
  [[nodiscard]] std::int64_t integer(std::int64_t otherwise = 0) const;
  /// true only for a written true.
  [[nodiscard]] bool flag() const { return node_ != nullptr && node_->as_bool(); }

 private:
  const yaml::Node* node_ = nullptr;
  SourceSpan span_;
};

/// Collects errors in the server's order and wording.
class Errors {
 public:
  void add(ErrorType type, const Path& path, source::SourceSpan span, std::string message);
  /// "Required value" or "Required value: detail".
  void required(const Path& path, const View& at, std::string_view detail = {});
  /// `Invalid value: <value>: detail`; the value is printed as the server prints it (strings quoted,
  /// numbers plain, collections as JSON).
  void invalid(const Path& path, const View& at, std::string_view detail);
  void invalid(const Path& path, const View& at, std::string_view printed_value, std::string_view detail);
  /// `Unsupported value: "x": supported values: "A", "B"`.
  void not_supported(const Path& path, const View& at, std::span<const std::string_view> supported);
  void not_supported(const Path& path, const View& at, std::string_view printed_value,
                     std::span<const std::string_view> supported);
  void forbidden(const Path& path, const View& at, std::string_view detail);
  void duplicate(const Path& path, const View& at);
  void duplicate(const Path& path, const View& at, std::string_view printed_value);
  void not_found(const Path& path, const View& at);
  void too_long(const Path& path, const View& at, std::string_view detail);
  void too_many(const Path& path, const View& at, std::size_t actual, std::size_t limit);

  [[nodiscard]] bool empty() const { return list_.empty(); }
  /// As many as anybody reads; what comes later is dropped, so that a hostile object costs little.
  [[nodiscard]] bool full() const { return list_.size() >= 1000; }
  [[nodiscard]] std::vector<ApiError>& list() { return list_; }

 private:
  std::vector<ApiError> list_;
};

/// A string as Go's %q prints it.
[[nodiscard]] std::string go_quote(std::string_view text);
/// A value as the server prints maps and lists: JSON with sorted keys, `null` when absent.
[[nodiscard]] std::string printed_json(const View& at);

}  // namespace podseer::admission
