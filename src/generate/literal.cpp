// SPDX-License-Identifier: Apache-2.0
#include "generate/literal.hpp"

#include <cstdio>
#include <fstream>
#include <sstream>

namespace podseer::generate {

std::string literal(std::string_view text) {
  if (text.empty()) return "{}";
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      out += "\\n";
      if (i + 1 < text.size()) out += "\"\n    \"";
    } else if (c == '"' || c == '\\' || c == '?') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      char buffer[8];
      std::snprintf(buffer, sizeof buffer, "\\%03o", static_cast<unsigned>(byte));
      out += buffer;
    } else {
      out += c;
    }
  }
  return out + "\"sv";
}

std::string read_all(const std::filesystem::path& path, std::string& error) {
  std::ifstream in(path, std::ios::binary);
  if (!in.good()) {
    error = "cannot read " + path.string();
    return {};
  }
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace podseer::generate
