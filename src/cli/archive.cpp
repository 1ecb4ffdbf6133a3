// SPDX-License-Identifier: Apache-2.0
// The ustar format: 512-byte headers, sizes in octal, contents padded to 512 bytes; a pax header ('x')
// may give the next file a longer path.
#include "cli/archive.hpp"

namespace podseer::cli {
namespace {

constexpr std::size_t kBlock = 512;  // bytes; POSIX.1-1988 ustar

std::string_view text_field(std::string_view header, std::size_t at, std::size_t length) {
  const std::string_view field = header.substr(at, length);
  return field.substr(0, field.find('\0'));
}

std::size_t octal(std::string_view field) {
  std::size_t value = 0;
  for (const char c : field) {
    if (c >= '0' && c <= '7') value = value * 8 + static_cast<std::size_t>(c - '0');
  }
  return value;
}

// The value of `path=` among the records "LENGTH key=value\n" of a pax header.
std::string pax_path(std::string_view records) {
  const std::size_t at = records.find(" path=");
  if (at == std::string_view::npos) return {};
  const std::string_view rest = records.substr(at + 6);
  return std::string(rest.substr(0, rest.find('\n')));
}

}  // namespace

std::vector<MemoryFile> read_tar(std::string_view tar) {
  std::vector<MemoryFile> files;
  std::string long_path;
  while (tar.size() >= kBlock && tar[0] != '\0') {
    const std::string_view header = tar.substr(0, kBlock);
    const std::size_t size = octal(header.substr(124, 12));
    const char type = header[156];
    if (size > tar.size() - kBlock) break;
    const std::string_view content = tar.substr(kBlock, size);
    if (type == 'x') {
      long_path = pax_path(content);
    } else if (type == '0' || type == '\0') {
      std::string path = long_path;
      if (path.empty()) {
        const std::string_view prefix = text_field(header, 345, 155);
        path = prefix.empty() ? std::string(text_field(header, 0, 100))
                              : std::string(prefix) + "/" + std::string(text_field(header, 0, 100));
      }
      files.push_back({std::move(path), std::string(content)});
      long_path.clear();
    }
    const std::size_t padded = (size + kBlock - 1) / kBlock * kBlock;
    if (padded > tar.size() - kBlock) break;
    tar.remove_prefix(kBlock + padded);
  }
  return files;
}

}  // namespace podseer::cli
