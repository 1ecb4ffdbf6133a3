// SPDX-License-Identifier: Apache-2.0
// Where in the manifests a program's complaint points: a line of a configuration in a ConfigMap, a line of a script
// that is an argument. Text that stands nowhere in the manifests (a secret in base64, a file of the image, a file
// that a script wrote) leaves the outcome without a place.
#include <algorithm>

#include "process/programs.hpp"
#include "yaml/part.hpp"

namespace podseer::process {
namespace {

struct Range {
  std::uint32_t begin = 0, end = 0;
};

/// `word` in the 1-based line, or the whole line without the white space around it.
Range find_in(std::string_view text, std::size_t line, std::string_view word) {
  std::size_t begin = 0;
  for (std::size_t i = 1; i < line; ++i) {
    begin = text.find('\n', begin);
    if (begin == std::string_view::npos) return {};
    ++begin;
  }
  std::size_t end = std::min(text.find('\n', begin), text.size());
  const std::size_t at = word.empty() ? std::string_view::npos : text.substr(begin, end - begin).find(word);
  if (at != std::string_view::npos)
    return {static_cast<std::uint32_t>(begin + at), static_cast<std::uint32_t>(begin + at + word.size())};
  while (begin < end && (text[begin] == ' ' || text[begin] == '\t')) ++begin;
  while (end > begin && (text[end - 1] == ' ' || text[end - 1] == '\t' || text[end - 1] == '\r')) --end;
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

Outcome point(const Started& started, SourceSpan whole, std::string_view text, Range range, Outcome out) {
  const SourceSpan word =
      yaml::part_of(started.context->world->bytes_of(whole.file), whole, text, range.begin, range.end);
  if (!word.exists()) return out;
  out.span = word;
  out.around = whole;
  return out;
}

}  // namespace

Outcome at_line(const Started& started, std::string_view path, std::size_t line, std::string_view word, Outcome out) {
  const VolumeFile* file = line == 0 ? nullptr : started.context->files->volume_file(path);
  if (file == nullptr || !file->content || !file->span.exists()) return out;
  return point(started, file->span, *file->content, find_in(*file->content, line, word), std::move(out));
}

Outcome at_argument(const Started& started, std::string_view text, std::size_t line, Outcome out) {
  const kube::Container& container = *started.context->container;
  for (const auto* words : {&container.command, &container.args}) {
    for (const kube::Text& one : *words) {
      if (*one == text && line > 0) return point(started, one.span, text, find_in(text, line, {}), std::move(out));
    }
  }
  return out;
}

}  // namespace podseer::process
