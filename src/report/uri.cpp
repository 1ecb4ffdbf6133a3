// SPDX-License-Identifier: Apache-2.0
#include "report/uri.hpp"

#include <cstdlib>
#include <filesystem>

namespace podseer::report {
namespace fs = std::filesystem;

std::string path_from_root(const std::string& path, const std::string& root) {
  if (path.empty() || path.front() == '<') return path;  // <stdin>
  std::error_code failed;
  const fs::path real = fs::weakly_canonical(path, failed);
  if (failed) return path;
  const fs::path base = fs::weakly_canonical(root.empty() ? fs::current_path(failed) : fs::path(root), failed);
  if (failed) return path;
  const fs::path relative = real.lexically_relative(base);
  if (relative.empty() || *relative.begin() == "..") return real.generic_string();
  return relative.generic_string();
}

std::string percent_encoded(std::string_view path) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~' || c == '/';
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return out;
}

std::string repository_root() {
  std::error_code failed;
  if (const char* workspace = std::getenv("GITHUB_WORKSPACE"); workspace != nullptr && *workspace != '\0')
    return workspace;
  const fs::path here = fs::current_path(failed);
  if (failed) return {};
  for (fs::path at = here;; at = at.parent_path()) {
    if (fs::exists(at / ".git", failed)) return at.string();
    if (at == at.root_path()) return here.string();
  }
}

}  // namespace podseer::report
