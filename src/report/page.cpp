// SPDX-License-Identifier: Apache-2.0
#include "report/page.hpp"

#include <cctype>

namespace podseer::report {
namespace {

/// Cuts `  # expect: POD402` from the end of a line.
std::string_view without_expectation(std::string_view line) {
  const std::size_t mark = line.find("# expect:");
  if (mark == std::string_view::npos) return line;
  line = line.substr(0, mark);
  while (line.ends_with(' ')) line.remove_suffix(1);
  return line;
}

/// An opening fence; what kind of example it is stands before it, unless the prose has said so.
std::string fence(std::string_view line, bool introduced) {
  const std::string_view words = line.substr(3);
  const std::size_t end = words.find(' ');
  const std::string_view language = words.substr(0, end);
  const std::string_view rest = end == std::string_view::npos ? std::string_view{} : words.substr(end + 1);
  std::string out;
  if (rest.starts_with("bad") && !introduced) out = "This fails:\n\n";
  if (rest.starts_with("good") && !introduced) out = "This is well:\n\n";
  if (rest.starts_with("file=")) out = "`" + std::string(rest.substr(5, rest.find(' ') - 5)) + "`:\n\n";
  if (rest.starts_with("output")) out = "podseer says:\n\n";
  return out + "```" + std::string(language);
}

std::string page_of_data(const rules::RuleInfo& info) {
  std::string page =
      "# " + std::string(info.code) + " " + std::string(info.name) + "\n\n" + std::string(info.title) + ".\n";
  if (!info.predicts.empty()) page += "\n`kubectl get pods` shows `" + std::string(info.predicts) + "`.\n";
  if (!info.why.empty()) page += "\n## Why\n\n" + std::string(info.why) + "\n";
  if (!info.help.empty()) page += "\n## How to mend it\n\n" + std::string(info.help) + "\n";
  return page;
}

}  // namespace

std::string readable_page(const rules::RuleInfo& info) {
  if (info.page.empty()) return page_of_data(info);
  std::string out;
  bool in_block = false;
  bool introduced = false;  // the last words before a fence end in a colon
  std::string_view page = info.page;
  while (!page.empty()) {
    const std::size_t end = page.find('\n');
    const std::string_view line = page.substr(0, end);
    page.remove_prefix(end == std::string_view::npos ? page.size() : end + 1);
    if (line.starts_with("```")) {
      out += in_block ? std::string(line) : fence(line, introduced);
      in_block = !in_block;
      introduced = false;
    } else {
      out += in_block ? without_expectation(line) : line;
      if (!in_block && !line.empty()) introduced = line.ends_with(':');
    }
    out += '\n';
  }
  return out;
}

std::string pascal_case(std::string_view name) {
  std::string out;
  bool upper = true;
  for (const char c : name) {
    if (c == '-' || c == '_' || c == ' ') {
      upper = true;
      continue;
    }
    out += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    upper = false;
  }
  return out;
}

}  // namespace podseer::report
