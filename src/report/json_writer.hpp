// SPDX-License-Identifier: Apache-2.0
// The one shape in which JSON leaves: indented, keys in a fixed order, always valid UTF-8.
// For the .cpp files of report/ only, since it brings RapidJSON with it.
#pragma once

#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

#include "report/text.hpp"
#include "source/utf8.hpp"

namespace podseer::report {

class JsonWriter {
 public:
  JsonWriter() { writer_.SetIndent(' ', 2); }

  void begin_object() { writer_.StartObject(); }
  void end_object() { writer_.EndObject(); }
  void begin_array() { writer_.StartArray(); }
  void end_array() { writer_.EndArray(); }
  void key(std::string_view name) { writer_.Key(name.data(), static_cast<rapidjson::SizeType>(name.size())); }
  void text(std::string_view value) {
    const std::string clean = source::valid_utf8(value);
    writer_.String(clean.data(), static_cast<rapidjson::SizeType>(clean.size()));
  }
  void number(std::int64_t value) { writer_.Int64(value); }
  void real(double value) { writer_.Double(value); }
  void flag(bool value) { writer_.Bool(value); }
  void text(std::string_view name, std::string_view value) { key(name), text(value); }
  void number(std::string_view name, std::int64_t value) { key(name), number(value); }
  void flag(std::string_view name, bool value) { key(name), flag(value); }
  void object(std::string_view name) { key(name), begin_object(); }
  void array(std::string_view name) { key(name), begin_array(); }

  void write_to(std::ostream& out) const {
    out.write(buffer_.GetString(), static_cast<std::streamsize>(buffer_.GetSize()));
    out.put('\n');
  }

 private:
  rapidjson::StringBuffer buffer_;
  rapidjson::PrettyWriter<rapidjson::StringBuffer> writer_{buffer_};
};

}  // namespace podseer::report
