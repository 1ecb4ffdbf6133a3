// SPDX-License-Identifier: Apache-2.0
#include "rule_page.hpp"

#include <sstream>

namespace podseer::tests {
namespace {

// The value behind `key="..."` or `key=word`; empty when there is none.
std::string attribute(const std::string& info, const std::string& key) {
  const std::size_t at = info.find(" " + key + "=");
  if (at == std::string::npos) return {};
  std::size_t begin = at + key.size() + 2;
  if (begin < info.size() && info[begin] == '"') {
    const std::size_t end = info.find('"', begin + 1);
    return info.substr(begin + 1, end - begin - 1);
  }
  return info.substr(begin, info.find(' ', begin) - begin);
}

}  // namespace

std::vector<PageBlock> read_page(const std::string& page) {
  std::vector<PageBlock> blocks;
  std::size_t at = 0;
  int line = 0;
  bool inside = false;
  PageBlock block;
  while (at < page.size()) {
    std::size_t end = page.find('\n', at);
    if (end == std::string::npos) end = page.size();
    const std::string text = page.substr(at, end - at);
    ++line;
    if (!inside && text.starts_with("```")) {
      inside = true;
      block = {};
      block.line = line;
      const std::string info = text.substr(3);
      if (info.starts_with("yaml bad")) block.kind = PageBlock::Kind::Bad;
      if (info.starts_with("yaml good")) block.kind = PageBlock::Kind::Good;
      if (info.starts_with("text output")) block.kind = PageBlock::Kind::Output;
      block.name = attribute(info, "file");
      if (!block.name.empty()) block.kind = PageBlock::Kind::File;
      block.args = attribute(info, "args");
      block.images = attribute(info, "images");
      block.needs = attribute(info, "needs");
      block.text_begin = end + 1;
    } else if (inside && text.starts_with("```")) {
      inside = false;
      block.text_end = at;
      block.text = page.substr(block.text_begin, block.text_end - block.text_begin);
      if (block.kind != PageBlock::Kind::Other) blocks.push_back(block);
    }
    at = end + 1;
  }
  return blocks;
}

std::vector<std::pair<int, std::string>> expectations(const std::string& text) {
  std::vector<std::pair<int, std::string>> list;
  std::istringstream lines(text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    const std::size_t at = line.find("# expect: ");
    if (at == std::string::npos) continue;
    std::istringstream codes(line.substr(at + 10));
    std::string code;
    while (codes >> code) {
      if (code.ends_with(',')) code.pop_back();
      list.emplace_back(number, code);
    }
  }
  return list;
}

}  // namespace podseer::tests
