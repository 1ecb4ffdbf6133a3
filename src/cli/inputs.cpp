// SPDX-License-Identifier: Apache-2.0
#include "cli/inputs.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "cli/parallel.hpp"
#include "cli/secrets.hpp"
#include "source/discover.hpp"
#include "source/ignore.hpp"
#include "source/read.hpp"

namespace podseer::cli {
namespace {

constexpr std::size_t kFilesPerThread = 64;

std::string failed(const std::string& path, const std::string& why) { return "cannot read '" + path + "': " + why; }

/// The paths of --files-from: one a line, or separated by NUL when there is one.
void add_listed(const Options& options, std::vector<std::string>& words, std::vector<std::string>& errors) {
  if (options.files_from.empty()) return;
  const source::Result<std::string> list = source::read_input(options.files_from);
  if (!list) {
    errors.push_back(failed(options.files_from, list.failure().sentence));
    return;
  }
  const std::string& text = *list;
  if (looks_like_manifest(text)) {
    errors.push_back("--files-from " + options.files_from + ": this is a manifest, not a list of paths");
    return;
  }
  const char separator = text.find('\0') != std::string::npos ? '\0' : '\n';
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = text.find(separator, begin);
    if (end == std::string::npos) end = text.size();
    std::string word = text.substr(begin, end - begin);
    if (separator == '\n' && word.ends_with('\r')) word.pop_back();
    if (!word.empty()) words.push_back(std::move(word));
    begin = end + 1;
  }
}

/// --force-exclude: patterns count for named files as well.
bool excluded(const Options& options, const source::IgnoreRules& rules, const source::FoundFile& file) {
  if (!options.force_exclude || !file.named || file.path == "-" || rules.empty()) return false;
  std::filesystem::path at;
  const std::filesystem::path path = std::filesystem::path(file.path).lexically_normal();
  for (const std::filesystem::path& part : path) {
    at /= part;
    if (rules.match(at.generic_string(), at != path) == source::IgnoreRules::Verdict::Ignore) return true;
  }
  return false;
}

source::Discovery discover(const Options& options, std::vector<std::string>& errors,
                           std::vector<Inputs::Unread>& unread) {
  std::vector<std::string> words = options.paths;
  add_listed(options, words, errors);
  const bool by_list = !options.files_from.empty();
  if (words.empty() && !by_list) words.emplace_back(".");
  source::DiscoverOptions how;
  how.gitignore = !options.no_gitignore;
  how.exclude = options.exclude;
  source::Discovery found = source::discover(words, how);
  for (const source::PathFailure& failure : found.failures) {
    const std::string sentence = failure.failure.sentence == "no such file or directory"
                                     ? "no such path: '" + failure.path + "'"
                                     : failed(failure.path, failure.failure.sentence);
    if (failure.named) errors.push_back(sentence);
    else unread.push_back({failure.path, sentence});
  }
  std::string patterns;
  for (const std::string& pattern : options.exclude) patterns += pattern + "\n";
  const source::IgnoreRules rules = source::IgnoreRules::read(patterns);
  std::erase_if(found.files, [&](const source::FoundFile& file) { return excluded(options, rules, file); });
  // Standard input stands for the file whose name it bears.
  const bool from_stdin =
      std::any_of(found.files.begin(), found.files.end(), [](const auto& file) { return file.path == "-"; });
  if (from_stdin && !options.stdin_filename.empty()) {
    const std::filesystem::path replaced = std::filesystem::path(options.stdin_filename).lexically_normal();
    std::erase_if(found.files, [&](const source::FoundFile& file) {
      return std::filesystem::path(file.path).lexically_normal() == replaced;
    });
  }
  return found;
}

}  // namespace

std::vector<std::string> list_inputs(const Options& options, std::vector<std::string>& errors) {
  std::vector<Inputs::Unread> unread;
  std::vector<std::string> paths;
  for (const source::FoundFile& file : discover(options, errors, unread).files) paths.push_back(file.path);
  return paths;
}

Inputs read_inputs(const Options& options, source::SourceMap& sources, int jobs) {
  Inputs inputs;
  source::Discovery found = discover(options, inputs.errors, inputs.unread);
  inputs.charts = std::move(found.charts);
  inputs.kustomizations = std::move(found.kustomizations);
  if (!inputs.errors.empty()) return inputs;
  std::vector<std::optional<source::Result<std::string>>> contents(found.files.size());
  for_each_unit(found.files.size(), jobs, kFilesPerThread,
                [&](std::size_t i) { contents[i].emplace(source::read_input(found.files[i].path)); });
  for (std::size_t i = 0; i < found.files.size(); ++i) {
    const source::FoundFile& file = found.files[i];
    source::Result<std::string>& bytes = *contents[i];
    const bool standard = file.path == "-";
    if (!bytes) {
      std::string sentence = failed(standard ? "standard input" : file.path, bytes.failure().sentence);
      if (file.named) inputs.errors.push_back(std::move(sentence));
      else inputs.unread.push_back({file.path, std::move(sentence)});
      continue;
    }
    if (standard && bytes->find_first_not_of(" \t\r\n") == std::string::npos) {
      inputs.errors.emplace_back("standard input is empty: did the command before the pipe fail?");
      continue;
    }
    const std::string name = !standard                        ? file.path
                             : options.stdin_filename.empty() ? "<stdin>"
                                                              : options.stdin_filename;
    inputs.files.push_back({sources.add(name, std::move(bytes.value())), file.named, file.chart});
  }
  return inputs;
}

}  // namespace podseer::cli
