// SPDX-License-Identifier: Apache-2.0
#include "cli/baseline.hpp"

#include <sstream>

#include "cli/write_file.hpp"
#include "report/baseline.hpp"
#include "source/read.hpp"
#include "yaml/document.hpp"

namespace podseer::cli {

void Baseline::add(std::string fingerprint, Entry entry) { entries_[std::move(fingerprint)] = std::move(entry); }

bool Baseline::take(const rules::Finding& finding) {
  const auto found = entries_.find(finding.fingerprint);
  if (found == entries_.end()) return false;
  found->second.met = true;
  if (found->second.count == 0) return false;
  --found->second.count;
  return true;
}

std::vector<Baseline::Entry> Baseline::left() const {
  std::vector<Entry> stale;
  for (const auto& [fingerprint, entry] : entries_) {
    if (!entry.met) stale.push_back(entry);
  }
  return stale;
}

std::string read_baseline(const std::string& path, const std::string& given_by, source::SourceMap& sources,
                          Baseline& baseline) {
  source::Result<std::string> text = source::read_input(path);
  if (!text) return "cannot read '" + path + "' (" + given_by + "): " + text.failure().sentence;
  const source::FileId id = sources.add(path, std::move(text.value()));
  const yaml::Stream stream = yaml::parse(id, sources.file(id).bytes());
  const bool one = !stream.failed() && stream.documents.size() == 1;
  const yaml::Node* schema = one ? stream.documents.front()->root.find("schema") : nullptr;
  if (schema == nullptr || schema->string_or("") != "podseer/baseline/v1")
    return "'" + path + "' is no baseline of podseer";
  const yaml::Node* findings = stream.documents.front()->root.find("findings");
  for (const yaml::Node& entry : findings == nullptr ? std::span<const yaml::Node>{} : findings->items()) {
    const auto text_of = [&](std::string_view key) {
      const yaml::Node* value = entry.find(key);
      return std::string(value == nullptr ? "" : value->string_or(""));
    };
    const yaml::Node* fingerprint = entry.find("fingerprint");
    if (fingerprint == nullptr || !fingerprint->is_string() || fingerprint->text().empty()) {
      return path + ":" + std::to_string(sources.file(id).position(entry.span().begin).line) +
             ": this entry of the baseline has no fingerprint (write it anew: --update-baseline)";
    }
    const yaml::Node* count = entry.find("count");
    Baseline::Entry read;
    read.file = text_of("file");
    read.description = text_of("rule") + " " + text_of("object") + " in " + read.file;
    read.span = fingerprint->span();
    read.count = count != nullptr && count->as_int() > 0 ? static_cast<std::size_t>(count->as_int()) : 1;
    baseline.add(text_of("fingerprint"), std::move(read));
  }
  return {};
}

std::string write_baseline(const std::string& path, const std::vector<rules::Finding>& findings,
                           const source::SourceMap& sources) {
  std::ostringstream text;
  report::write_baseline(findings, sources, text);
  return write_file_whole(path, text.str());
}

}  // namespace podseer::cli
