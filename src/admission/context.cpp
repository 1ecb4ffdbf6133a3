// SPDX-License-Identifier: Apache-2.0
#include "admission/context.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace podseer::admission {
namespace {

void print_json(const yaml::Node& node, std::string& out) {
  switch (node.kind()) {
    case yaml::Kind::String: out += go_quote(node.text()); break;
    case yaml::Kind::Sequence: {
      out += '[';
      bool first = true;
      for (const yaml::Node& item : node.items()) {
        if (!first) out += ',';
        first = false;
        print_json(item, out);
      }
      out += ']';
      break;
    }
    case yaml::Kind::Mapping: {
      out += '{';
      std::vector<const yaml::Entry*> sorted;  // Go prints maps by key
      for (const yaml::Entry& entry : node.entries()) sorted.push_back(&entry);
      std::sort(sorted.begin(), sorted.end(),
                [](const yaml::Entry* a, const yaml::Entry* b) { return a->key < b->key; });
      bool first = true;
      for (const yaml::Entry* entry : sorted) {
        if (!first) out += ',';
        first = false;
        out += go_quote(entry->key) + ':';
        // Maps that are printed are maps of strings, in which a null is an empty one.
        if (entry->value.is_null()) out += "\"\"";
        else print_json(entry->value, out);
      }
      out += '}';
      break;
    }
    default: out += node.text();
  }
}

std::string printed(const View& at) {
  if (at.absent()) return "\"\"";
  std::string out;
  print_json(*at.node(), out);
  return out;
}

}  // namespace

std::string printed_json(const View& at) {
  if (at.absent()) return "null";
  std::string out;
  print_json(*at.node(), out);
  return out;
}

std::string Path::str() const {
  std::string text = parent_ != nullptr ? parent_->str() : std::string();
  if (index_ >= 0) return text + "[" + std::to_string(index_) + "]";
  if (bracket_) return text + "[" + std::string(key_) + "]";
  if (key_.empty()) return text;
  return text.empty() ? std::string(key_) : text + "." + std::string(key_);
}

View View::operator[](std::string_view key) const {
  const yaml::Entry* entry = node_ == nullptr ? nullptr : node_->find_entry(key);
  if (entry == nullptr) return {nullptr, span_};
  return {&entry->value, entry->value.is_null() || entry->value.size() > 0 ? entry->key_span : entry->value.span()};
}

View View::at(std::size_t index) const {
  const std::span<const yaml::Node> all = items();
  if (index >= all.size()) return {nullptr, span_};
  return {&all[index], all[index].span()};
}

std::span<const yaml::Node> View::items() const {
  return node_ == nullptr ? std::span<const yaml::Node>{} : node_->items();
}

std::span<const yaml::Entry> View::entries() const {
  return node_ == nullptr ? std::span<const yaml::Entry>{} : node_->entries();
}

std::int64_t View::integer(std::int64_t otherwise) const {
  if (node_ == nullptr || !node_->is_number()) return otherwise;
  if (node_->is_int()) return node_->as_int();
  // 1e3 is a float to YAML, but 1000 once it is JSON.
  const std::string_view digits = node_->text();
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return error == std::errc() && end == digits.data() + digits.size() ? value : otherwise;
}

void Errors::add(ErrorType type, const Path& path, source::SourceSpan span, std::string message) {
  if (full()) return;
  list_.push_back({type, path.str(), std::move(message), span, {}, {}});
}

void Errors::required(const Path& path, const View& at, std::string_view detail) {
  add(ErrorType::Required, path, at.span(),
      detail.empty() ? "Required value" : "Required value: " + std::string(detail));
}

void Errors::invalid(const Path& path, const View& at, std::string_view detail) {
  if (full()) return;
  invalid(path, at, printed(at), detail);
}

void Errors::invalid(const Path& path, const View& at, std::string_view printed_value, std::string_view detail) {
  add(ErrorType::Invalid, path, at.span(), "Invalid value: " + std::string(printed_value) + ": " + std::string(detail));
}

void Errors::not_supported(const Path& path, const View& at, std::span<const std::string_view> supported) {
  if (full()) return;
  not_supported(path, at, printed(at), supported);
}

void Errors::not_supported(const Path& path, const View& at, std::string_view printed_value,
                           std::span<const std::string_view> supported) {
  std::string message = "Unsupported value: " + std::string(printed_value) + ": supported values: ";
  for (std::size_t i = 0; i < supported.size(); ++i) {
    if (i > 0) message += ", ";
    message += go_quote(supported[i]);
  }
  add(ErrorType::NotSupported, path, at.span(), std::move(message));
}

void Errors::forbidden(const Path& path, const View& at, std::string_view detail) {
  add(ErrorType::Forbidden, path, at.span(), detail.empty() ? "Forbidden" : "Forbidden: " + std::string(detail));
}

void Errors::duplicate(const Path& path, const View& at) {
  if (!full()) duplicate(path, at, printed(at));
}

void Errors::duplicate(const Path& path, const View& at, std::string_view printed_value) {
  add(ErrorType::Duplicate, path, at.span(), "Duplicate value: " + std::string(printed_value));
}

void Errors::not_found(const Path& path, const View& at) {
  add(ErrorType::NotFound, path, at.span(), "Not found: " + printed(at));
}

void Errors::too_long(const Path& path, const View& at, std::string_view detail) {
  add(ErrorType::TooLong, path, at.span(), "Too long: " + std::string(detail));
}

void Errors::too_many(const Path& path, const View& at, std::size_t actual, std::size_t limit) {
  add(ErrorType::TooMany, path, at.span(),
      "Too many: " + std::to_string(actual) + ": must have at most " + std::to_string(limit) + " items");
}

std::string go_quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
          char buffer[8];
          std::snprintf(buffer, sizeof buffer, "\\x%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
          out += buffer;
        } else {
          out += c;
        }
    }
  }
  return out + "\"";
}

}  // namespace podseer::admission
