// SPDX-License-Identifier: Apache-2.0
// Two passes: a quick one in file order that only says whether everything fits, and, when something
// does not, one in the order in which the server meets the fields. kubectl sends objects with sorted
// keys; there the first plain mismatch is kept and decoding goes on, but a quantity, int-or-string,
// time or duration that fails ends it at once and is reported instead. Unknown fields only count
// when there is no mismatch, and then all of them.
// Worked example: {spec: {replicas: "3", template: {spec: {containers: [{resources: {limits: {cpu: x}}}]}}}}
// reports only the quantity.
#include "admission/decode.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "kube/duration.hpp"
#include "kube/quantity.hpp"
#include "source/ascii.hpp"
#include "source/base64.hpp"

namespace podseer::admission {
namespace {

using kube::SchemaField;
using kube::SchemaType;
using kube::schema::Element;
using kube::schema::Shape;
using yaml::Entry;
using yaml::Node;

/// The strict decoder gives up counting there (sigs.k8s.io/json).
constexpr std::size_t kUnknownFields = 100;

bool parses_as(const Node& node, std::int64_t low, std::int64_t high) {
  const std::string_view digits = node.text();
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return error == std::errc() && end == digits.data() + digits.size() && value >= low && value <= high;
}

bool fits_int32(const Node& node) {
  return node.is_number() &&
         parses_as(node, std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max());
}

bool fits_int64(const Node& node) {
  return node.is_number() &&
         parses_as(node, std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max());
}

/// Whether a scalar element decodes. Null always does.
bool fits(const Node& node, Element element) {
  if (node.is_null()) return true;
  switch (element) {
    case Element::String: return node.is_string();
    case Element::Bool: return node.is_bool();
    case Element::Int32: return fits_int32(node);
    case Element::Int64: return fits_int64(node);
    case Element::Quantity:
      return (node.is_string() || node.is_number()) && kube::Quantity::parse(node.text()).has_value();
    case Element::IntOrString: return node.is_string() || fits_int32(node);
    case Element::Time:
    case Element::MicroTime: return node.is_string() && rfc3339_error(node.text()).empty();
    case Element::Duration: return node.is_string() && kube::parse_go_duration(node.text()).has_value();
    case Element::Bytes: return node.is_string() && source::base64_error(node.text()) < 0;
    case Element::Any: return true;
    case Element::Ref: break;
  }
  return false;
}

bool struct_is_clean(const Node& node, SchemaType type, int minor);

bool element_is_clean(const Node& node, const SchemaField& field, int minor) {
  if (field.element() != Element::Ref) return fits(node, field.element());
  return node.is_null() || (node.is_mapping() && struct_is_clean(node, field.ref(), minor));
}

bool field_is_clean(const Node& node, const SchemaField& field, int minor) {
  if (field.shape() == Shape::One) return element_is_clean(node, field, minor);
  if (node.is_null()) return true;
  if (field.shape() == Shape::List) {
    if (!node.is_sequence()) return false;
    return std::all_of(node.items().begin(), node.items().end(),
                       [&](const Node& item) { return element_is_clean(item, field, minor); });
  }
  if (!node.is_mapping()) return false;
  return std::all_of(node.entries().begin(), node.entries().end(),
                     [&](const Entry& entry) { return element_is_clean(entry.value, field, minor); });
}

bool struct_is_clean(const Node& node, SchemaType type, int minor) {
  for (const Entry& entry : node.entries()) {
    const auto field = type.field(entry.key, minor);
    if (!field || !field_is_clean(entry.value, *field, minor)) return false;
  }
  return true;
}

/// Entries as kubectl sends them: by key.
std::vector<const Entry*> sorted_entries(const Node& node) {
  std::vector<const Entry*> sorted;
  for (const Entry& entry : node.entries()) sorted.push_back(&entry);
  std::sort(sorted.begin(), sorted.end(), [](const Entry* a, const Entry* b) { return a->key < b->key; });
  return sorted;
}

class Decoder {
 public:
  explicit Decoder(int minor) : minor_(minor) {}

  Decoding run(const Node& root, SchemaType type) {
    decode_struct(root, type, Path());
    return result();
  }

  /// `metadata` of an object of which nothing else is known.
  Decoding run_metadata(const Entry& metadata, SchemaType type, std::string_view kind) {
    const Path path("metadata");
    struct_name_ = kind;
    names_.emplace_back("metadata");
    if (metadata.value.is_mapping()) {
      decode_struct(metadata.value, type, path);
    } else {
      report({path, metadata.value.size() > 0 ? metadata.key_span : metadata.value.span()},
             unmarshal(kind_of(metadata.value), type.go_name()));
    }
    return result();
  }

 private:
  Decoding result() {
    Decoding out;
    if (mismatch_.empty() && unknown_.empty()) return out;
    out.ok = false;
    if (!mismatch_.empty()) {
      out.detail = mismatch_.front().message;
      out.errors = std::move(mismatch_);
      return out;
    }
    out.detail = "strict decoding error: ";
    for (const ApiError& error : unknown_) {
      if (&error != &unknown_.front()) out.detail += ", ";
      out.detail += error.message;
    }
    out.errors = std::move(unknown_);
    return out;
  }

  /// Where decoding stands: the struct whose field it is, and the span to blame.
  struct Site {
    const Path& path;
    SourceSpan span;
  };

  [[nodiscard]] bool stopped() const { return stopped_; }

  void report(const Site& site, std::string message) {
    if (mismatch_.empty())
      mismatch_.push_back({ErrorType::WrongType, site.path.str(), std::move(message), site.span, {}, {}});
  }
  /// An own unmarshaler failed: earlier mismatches are forgotten, nothing more is decoded.
  void abort(const Site& site, std::string message) {
    mismatch_.clear();
    report(site, std::move(message));
    stopped_ = true;
  }

  [[nodiscard]] std::string unmarshal(std::string_view what, std::string_view go_type) const {
    std::string message =
        "json: cannot unmarshal " + std::string(what) + " into Go struct field " + std::string(struct_name_) + ".";
    for (const std::string_view name : names_) {
      message += name;
      message += '.';
    }
    message.back() = ' ';
    return message + "of type " + std::string(go_type);
  }

  static std::string_view kind_of(const Node& node) {
    switch (node.kind()) {
      case yaml::Kind::Bool: return "bool";
      case yaml::Kind::Int:
      case yaml::Kind::Float: return "number";
      case yaml::Kind::String: return "string";
      case yaml::Kind::Sequence: return "array";
      case yaml::Kind::Mapping: return "object";
      case yaml::Kind::Null: break;
    }
    return "null";
  }
  /// Into an integer, Go names the number.
  static std::string kind_for_integer(const Node& node) {
    std::string what(kind_of(node));
    if (node.is_number()) what.append(" ").append(node.text());
    return what;
  }

  void decode_struct(const Node& node, SchemaType type, const Path& path) {
    enclosing_.push_back({type, &path});
    decode_fields(node, type, path);
    enclosing_.pop_back();
  }

  void decode_fields(const Node& node, SchemaType type, const Path& path) {
    for (const Entry* entry : sorted_entries(node)) {
      if (stopped()) return;
      const Path at = path.child(entry->key);
      const auto field = type.field(entry->key, minor_);
      if (!field) {
        add_unknown(*entry, type, at);
        continue;
      }
      const std::string_view outer = struct_name_;
      struct_name_ = type.struct_name();
      names_.push_back(field->name());
      decode_field(*entry, *field, at);
      if (stopped()) return;
      names_.pop_back();
      struct_name_ = outer;
    }
  }

  void decode_field(const Entry& entry, const SchemaField& field, const Path& path) {
    const Node& node = entry.value;
    if (node.is_null()) return;
    const Site site{path, node.size() > 0 ? entry.key_span : node.span()};
    switch (field.shape()) {
      case Shape::One: decode_element(node, field, site); return;
      case Shape::List: {
        if (!node.is_sequence()) return report(site, unmarshal(kind_of(node), field.go_type()));
        std::size_t i = 0;
        for (const Node& item : node.items()) {
          const Path at = path.index(i++);
          decode_element(item, field, {at, item.span()});
          if (stopped()) return;
        }
        return;
      }
      case Shape::Map:
        if (!node.is_mapping()) return report(site, unmarshal(kind_of(node), field.go_type()));
        for (const Entry* value : sorted_entries(node)) {
          const Path at = field.element() == Element::Ref ? path.child(value->key)
                                                          : path.key(value->key);  // as the decoder names them
          decode_element(value->value, field, {at, value->value.size() > 0 ? value->key_span : value->value.span()});
          if (stopped()) return;
        }
    }
  }

  void decode_element(const Node& node, const SchemaField& field, const Site& site) {
    if (node.is_null()) return;
    const Element element = field.element();
    if (element == Element::Ref) {
      if (!node.is_mapping()) return report(site, unmarshal(kind_of(node), field.go_element()));
      return decode_struct(node, field.ref(), site.path);
    }
    if (fits(node, element)) return;
    switch (element) {
      case Element::Int32:
      case Element::Int64: return report(site, unmarshal(kind_for_integer(node), field.go_element()));
      case Element::IntOrString: return abort(site, unmarshal(kind_for_integer(node), "int32"));
      case Element::Quantity: return abort(site, quantity_message(node));
      case Element::Time:
      case Element::MicroTime:
        if (!node.is_string()) return abort(site, unmarshal(kind_of(node), "string"));
        return abort(site, rfc3339_error(node.text()));
      case Element::Duration:
        if (!node.is_string()) return abort(site, unmarshal(kind_of(node), "string"));
        return abort(site, "time: invalid duration " + go_quote(node.text()));
      case Element::Bytes:
        if (node.is_sequence()) {  // JSON's other way to write bytes
          if (const Node* wrong = first_no_byte(node)) report(site, unmarshal(no_byte(*wrong), "uint8"));
          return;
        }
        if (!node.is_string()) return report(site, unmarshal(kind_of(node), "[]uint8"));
        return report(site, "illegal base64 data at input byte " + std::to_string(source::base64_error(node.text())));
      default: return report(site, unmarshal(kind_of(node), field.go_element()));
    }
  }

  /// The first item that is neither null nor a number of 0..255.
  static const Node* first_no_byte(const Node& node) {
    for (const Node& item : node.items()) {
      if (!item.is_null() && !(item.is_int() && item.as_int() >= 0 && item.as_int() <= 255)) return &item;
    }
    return nullptr;
  }
  /// As Go names what it found: a number with its digits.
  static std::string no_byte(const Node& node) {
    return node.is_number() ? kind_for_integer(node) : std::string(kind_of(node));
  }

  static std::string quantity_message(const Node& node) {
    kube::Quantity::Error error = kube::Quantity::Error::Format;
    if (node.is_string() || node.is_number()) static_cast<void>(kube::Quantity::parse(node.text(), &error));
    return error == kube::Quantity::Error::Suffix
               ? "unable to parse quantity's suffix"
               : "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
  }

  /// Where a field of that name would be at home: in a struct of this one, or in one around it.
  [[nodiscard]] std::string home_of(std::string_view name, SchemaType type) const {
    for (const SchemaField& field : type.fields(minor_)) {
      if (field.element() != Element::Ref || field.shape() == Shape::Map || field.name() == "status") continue;
      if (field.ref().field(name, minor_)) return std::string(name) + " is a field of " + std::string(field.name());
    }
    for (std::size_t i = enclosing_.size(); i > 1; --i) {
      const Enclosing& around = enclosing_[i - 2];
      if (!around.type.field(name, minor_)) continue;
      const std::string place = around.path->str();
      return std::string(name) + " is a field of " + (place.empty() ? "the object itself" : place);
    }
    return {};
  }

  void add_unknown(const Entry& entry, SchemaType type, const Path& path) {
    if (unknown_.size() >= kUnknownFields) return;
    std::string help;
    const std::string_view near = type.nearest(entry.key, minor_);
    if (const auto other = type.field_of_any_version(entry.key)) {
      help = other->since() > minor_ ? "the field exists since Kubernetes 1." + std::to_string(other->since())
                                     : "the field is gone since Kubernetes 1." + std::to_string(other->until() + 1);
    } else if (!source::same_letters(near, entry.key)) {
      help = home_of(entry.key, type);
    }
    std::string field = path.str();
    std::string message = "unknown field " + go_quote(field);
    unknown_.push_back({ErrorType::UnknownField, std::move(field), std::move(message), entry.key_span,
                        help.empty() ? std::string(near) : std::string(), std::move(help)});
  }

  int minor_;
  std::vector<ApiError> mismatch_;  // at most one
  std::vector<ApiError> unknown_;
  std::vector<std::string_view> names_;  // JSON names of the structs' fields on the way, no indexes
  struct Enclosing {
    SchemaType type;
    const Path* path;
  };
  std::vector<Enclosing> enclosing_;  // the structs on the way, outermost first
  std::string_view struct_name_;
  bool stopped_ = false;
};

/// A decimal number of exactly `count` digits at `at`, or -1.
int digits_at(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

constexpr std::string_view kTimeLayout = "2006-01-02T15:04:05Z07:00";

std::string time_error(std::string_view text, std::size_t at, std::string_view layout_part) {
  return "parsing time " + go_quote(text) + " as \"" + std::string(kTimeLayout) + "\": cannot parse " +
         go_quote(text.substr(std::min(at, text.size()))) + " as \"" + std::string(layout_part) + "\"";
}

std::string time_range_error(std::string_view text, std::string_view part) {
  return "parsing time " + go_quote(text) + ": " + std::string(part) + " out of range";
}

}  // namespace

Decoding decode(const Node& root, SchemaType type, int minor) {
  if (struct_is_clean(root, type, minor)) return {};
  return Decoder(minor).run(root, type);
}

Decoding decode_metadata(const Node& root, std::string_view kind, int minor) {
  const Entry* metadata = root.find_entry("metadata");
  if (metadata == nullptr || metadata->value.is_null()) return {};
  static const std::optional<SchemaType> kType = [] {
    const auto known = kube::find_kind("", "v1", "ConfigMap", kube::kNewestMinor);
    const auto field = known ? known->type().field("metadata", kube::kNewestMinor) : std::optional<SchemaField>();
    return field ? std::optional(field->ref()) : std::optional<SchemaType>();
  }();
  if (!kType || (metadata->value.is_mapping() && struct_is_clean(metadata->value, *kType, minor))) return {};
  return Decoder(minor).run_metadata(*metadata, *kType, kind);
}

std::string rfc3339_error(std::string_view text) {
  struct Part {
    std::size_t at, count;
    std::string_view layout;  // how Go calls the part
    std::string_view separator;
    int low, high;
    std::string_view range;
  };
  constexpr std::array<Part, 6> kParts = {{{0, 4, "2006", "-", 0, 9999, "year"},
                                           {5, 2, "01", "-", 1, 12, "month"},
                                           {8, 2, "02", "T", 1, 31, "day"},
                                           {11, 2, "15", ":", 0, 23, "hour"},
                                           {14, 2, "04", ":", 0, 59, "minute"},
                                           {17, 2, "05", "", 0, 59, "second"}}};
  std::array<int, 6> values{};
  for (std::size_t i = 0; i < kParts.size(); ++i) {
    const Part& part = kParts[i];
    values[i] = digits_at(text, part.at, part.count);
    if (values[i] < 0) return time_error(text, part.at, part.layout);
    if (values[i] < part.low || values[i] > part.high) return time_range_error(text, part.range);
    const std::size_t behind = part.at + part.count;
    if (!part.separator.empty() && text.substr(std::min(behind, text.size()), 1) != part.separator) {
      return time_error(text, behind, part.separator);
    }
  }
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = values[0] % 4 == 0 && (values[0] % 100 != 0 || values[0] % 400 == 0);
  if (values[2] > kDays[static_cast<std::size_t>(values[1] - 1)] + (leap && values[1] == 2 ? 1 : 0)) {
    return time_range_error(text, "day");
  }
  std::size_t at = 19;
  if (at < text.size() && (text[at] == '.' || text[at] == ',')) {
    std::size_t end = at + 1;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    if (end > at + 1) at = end;
  }
  const std::string_view zone = text.substr(at);
  if (zone.starts_with("Z"))
    return zone.size() == 1 ? "" : "parsing time " + go_quote(text) + ": extra text: " + go_quote(zone.substr(1));
  if (zone.size() < 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':' || digits_at(zone, 1, 2) < 0 ||
      digits_at(zone, 4, 2) < 0) {
    return time_error(text, at, "Z07:00");
  }
  if (digits_at(zone, 1, 2) > 24) return time_range_error(text, "time zone offset hour");
  if (digits_at(zone, 4, 2) > 60) return time_range_error(text, "time zone offset minute");
  return zone.size() == 6 ? "" : "parsing time " + go_quote(text) + ": extra text: " + go_quote(zone.substr(6));
}

}  // namespace podseer::admission
