// SPDX-License-Identifier: Apache-2.0
#include "kube/schema.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <unordered_set>

#include "source/ascii.hpp"
#include "source/edit_distance.hpp"

namespace podseer::kube {
namespace {

using schema::Element;
using schema::FieldRow;
using schema::KindRow;
using schema::Shape;
using schema::TypeRow;

std::string_view text_of(schema::Text text) { return {schema::kPool + text.offset, text.size}; }

int clamp_minor(int minor) { return std::clamp(minor, kOldestMinor, kNewestMinor); }

bool in_range(int minor, int since, int until) {
  minor = clamp_minor(minor);
  return minor >= since && (until == 0 || minor <= until);
}

std::span<const FieldRow> rows_of(std::uint16_t type) {
  const TypeRow& row = schema::kTypes[type];
  return {schema::kFields + row.first_field, row.field_count};
}

const FieldRow* find_row(std::uint16_t type, std::string_view name) {
  const std::span<const FieldRow> rows = rows_of(type);
  const auto at = std::lower_bound(rows.begin(), rows.end(), name, [](const FieldRow& row, std::string_view wanted) {
    return text_of(row.name) < wanted;
  });
  return at != rows.end() && text_of(at->name) == name ? &*at : nullptr;
}

std::span<const KindRow> kinds_named(std::string_view kind) {
  const KindRow* begin = schema::kKinds;
  const KindRow* end = begin + schema::kKindCount;
  const KindRow* first =
      std::lower_bound(begin, end, kind, [](const KindRow& row, std::string_view k) { return text_of(row.kind) < k; });
  const KindRow* last = first;
  while (last != end && text_of(last->kind) == kind) ++last;
  return {first, last};
}

/// Letters and digits only, in lower case; at most 63 of them.
struct Folded {
  std::array<char, 64> bytes{};
  std::size_t size = 0;
  explicit Folded(std::string_view text) {
    for (const char c : text) {
      if (c == '_' || c == '-' || size + 1 >= bytes.size()) continue;
      bytes[size++] = source::lower(c);
    }
  }
  [[nodiscard]] std::string_view view() const { return {bytes.data(), size}; }
};

/// Lower is nearer; at least `kFar` means unrelated.
constexpr std::size_t kFar = 100;
std::size_t nearness(std::string_view wanted, std::string_view candidate) {
  const Folded a(wanted), b(candidate);
  if (a.view() == b.view()) return 0;
  if (a.size == 0) return kFar;
  if (std::string(a.view()) + "s" == b.view() || std::string(b.view()) + "s" == a.view()) return 1;
  const std::size_t limit = std::max(a.size, b.size) / 3;
  const std::size_t edits = source::edit_distance(a.view(), b.view(), limit);
  return edits <= limit ? edits + 1 : kFar;
}

}  // namespace

std::string_view SchemaField::name() const { return text_of(row_->name); }

SchemaType SchemaField::ref() const { return SchemaType(row_->type); }

std::string SchemaField::go_element() const {
  if (row_->go.size > 0) return std::string(text_of(row_->go));
  switch (row_->element) {
    case Element::String: return "string";
    case Element::Int32: return "int32";
    case Element::Int64: return "int64";
    case Element::Bool: return "bool";
    case Element::Quantity: return "resource.Quantity";
    case Element::IntOrString: return "intstr.IntOrString";
    case Element::Time: return "v1.Time";
    case Element::MicroTime: return "v1.MicroTime";
    case Element::Duration: return "v1.Duration";
    case Element::Bytes: return "[]uint8";
    case Element::Any: return "interface {}";
    case Element::Ref: return std::string(ref().go_name());
  }
  return {};
}

std::string SchemaField::go_type() const {
  switch (row_->shape) {
    case Shape::One: return go_element();
    case Shape::List: return "[]" + go_element();
    case Shape::Map: break;
  }
  // The only maps of quantities are resource lists.
  return row_->element == Element::Quantity ? "v1.ResourceList" : "map[string]" + go_element();
}

std::vector<std::string_view> SchemaField::enumeration() const {
  std::vector<std::string_view> values;
  std::string_view rest = text_of(row_->enumeration);
  while (!rest.empty()) {
    const std::size_t comma = rest.find(',');
    values.push_back(rest.substr(0, comma));
    rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
  }
  return values;
}

bool SchemaField::in(int minor) const { return in_range(minor, row_->since, row_->until); }

std::string_view SchemaType::name() const { return text_of(schema::kTypes[id_].name); }

std::string_view SchemaType::struct_name() const {
  const std::string_view full = name();
  return full.substr(full.rfind('.') + 1);
}

std::string_view SchemaType::go_name() const {
  const std::string_view full = name();
  return full.substr(full.find('.') + 1);
}

std::optional<SchemaField> SchemaType::field(std::string_view name, int minor) const {
  const FieldRow* row = find_row(id_, name);
  if (row == nullptr || !in_range(minor, row->since, row->until)) return {};
  return SchemaField(*row);
}

std::optional<SchemaField> SchemaType::field_of_any_version(std::string_view name) const {
  const FieldRow* row = find_row(id_, name);
  if (row == nullptr) return {};
  return SchemaField(*row);
}

std::vector<SchemaField> SchemaType::fields(int minor) const {
  std::vector<SchemaField> out;
  for (const FieldRow& row : rows_of(id_)) {
    if (in_range(minor, row.since, row.until)) out.emplace_back(row);
  }
  return out;
}

std::string_view SchemaType::nearest(std::string_view name, int minor) const {
  std::string_view best;
  std::size_t best_score = kFar;
  for (const FieldRow& row : rows_of(id_)) {
    if (!in_range(minor, row.since, row.until)) continue;
    const std::size_t score = nearness(name, text_of(row.name));
    if (score >= best_score) continue;
    best = text_of(row.name);
    best_score = score;
  }
  return best;
}

std::string_view SchemaKind::group() const { return text_of(row_->group); }
std::string_view SchemaKind::version() const { return text_of(row_->version); }
std::string_view SchemaKind::kind() const { return text_of(row_->kind); }
bool SchemaKind::in(int minor) const { return in_range(minor, row_->since, row_->until); }

std::optional<SchemaKind> find_kind(std::string_view group, std::string_view version, std::string_view kind,
                                    int minor) {
  for (const KindRow& row : kinds_named(kind)) {
    if (text_of(row.group) == group && text_of(row.version) == version && in_range(minor, row.since, row.until)) {
      return SchemaKind(row);
    }
  }
  return {};
}

std::optional<SchemaKind> find_served_kind(std::string_view group, std::string_view kind, int minor) {
  std::optional<SchemaKind> best;
  for (const KindRow& row : kinds_named(kind)) {  // versions ascend: v1, v1beta1, v2
    if (text_of(row.group) != group || !row.on || !in_range(minor, row.since, row.until)) continue;
    best = SchemaKind(row);
  }
  return best;
}

bool is_built_in_group(std::string_view group) {
  const std::span<const KindRow> all(schema::kKinds, schema::kKindCount);
  return std::any_of(all.begin(), all.end(), [&](const KindRow& row) { return text_of(row.group) == group; }) ||
         group == "extensions";
}

std::optional<SchemaKind> find_kind_of_any_group(std::string_view kind, int minor) {
  for (const KindRow& row : kinds_named(kind)) {
    if (row.on && in_range(minor, row.since, row.until)) return SchemaKind(row);
  }
  return {};
}

std::optional<bool> is_namespaced(std::string_view group, std::string_view kind) {
  for (const KindRow& row : kinds_named(kind)) {
    if (text_of(row.group) == group) return row.namespaced;
  }
  return {};
}

std::string_view nearest_kind(std::string_view kind, int minor) {
  std::string_view best;
  std::size_t best_score = kFar;
  for (const KindRow& row : std::span<const KindRow>(schema::kKinds, schema::kKindCount)) {
    if (!row.on || !in_range(minor, row.since, row.until)) continue;
    const std::size_t score = nearness(kind, text_of(row.kind));
    if (score >= best_score) continue;
    best = text_of(row.kind);
    best_score = score;
  }
  return best;
}

bool is_schema_word(std::string_view word) {
  static const std::unordered_set<std::string_view> words = [] {
    std::unordered_set<std::string_view> all;
    for (std::uint16_t type = 0; type < schema::kTypeCount; ++type) {
      for (const FieldRow& row : rows_of(type)) {
        all.insert(text_of(row.name));
        for (const std::string_view value : SchemaField(row).enumeration()) all.insert(value);
      }
    }
    return all;
  }();
  return words.count(word) != 0;
}

std::optional<RemovedApi> find_removed_api(std::string_view api_version, std::string_view kind) {
  for (const schema::RemovedRow& row : std::span<const schema::RemovedRow>(schema::kRemoved, schema::kRemovedCount)) {
    if (text_of(row.api_version) != api_version) continue;
    std::string_view kinds = text_of(row.kinds);
    while (!kinds.empty()) {
      const std::size_t comma = kinds.find(',');
      const std::string_view one = kinds.substr(0, comma);
      if (one == kind || one == "*") return RemovedApi{row.gone_in, text_of(row.replacement)};
      kinds = comma == std::string_view::npos ? std::string_view{} : kinds.substr(comma + 1);
    }
  }
  return {};
}

}  // namespace podseer::kube
