// SPDX-License-Identifier: Apache-2.0
#include "fuzz/targets.hpp"

#include <unistd.h>

#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "cli/config.hpp"
#include "cli/pipeline.hpp"
#include "kube/image_reference.hpp"
#include "kube/label_selector.hpp"
#include "kube/names.hpp"
#include "kube/quantity.hpp"
#include "process/shell.hpp"
#include "report/reporter.hpp"
#include "yaml/document.hpp"

namespace podseer::fuzz {
namespace {

/// A broken promise is a crash.
void promise(bool kept, const char* what) {
  if (kept) return;
  std::fprintf(stderr, "broken promise: %s\n", what);
  std::abort();
}

/// Spans lie within the file and inside their parents' order; returns how many nodes were seen.
std::size_t look_at(const yaml::Node& node, std::size_t size, std::size_t left) {
  promise(node.span().begin <= node.span().end && node.span().end <= size, "a span lies within its file");
  std::size_t seen = 1;
  for (const yaml::Node& item : node.items()) {
    if (seen >= left) return seen;
    seen += look_at(item, size, left - seen);
  }
  for (const yaml::Entry& entry : node.entries()) {
    if (seen >= left) return seen;
    promise(entry.key_span.begin <= entry.key_span.end && entry.key_span.end <= size,
            "a key's span lies within its file");
    promise(node.find(entry.key) == &entry.value, "keys are unique");
    seen += look_at(entry.value, size, left - seen);
  }
  (void)node.as_int();
  (void)node.as_double();
  return seen;
}

void yaml_to_tree(std::string_view bytes) {
  constexpr std::size_t kLook = 20000;  // nodes; aliases may stand for many more
  const yaml::Stream stream = yaml::parse(0, bytes);
  std::uint32_t index = 0;
  for (const auto& document : stream.documents) {
    promise(document->index == index++, "documents are counted");
    promise(!document->root.is_null(), "empty documents are not counted");
    look_at(document->root, bytes.size(), kLook);
  }
  for (const yaml::Problem& problem : stream.problems) {
    promise(problem.span.begin <= problem.span.end && problem.span.end <= bytes.size(),
            "a problem lies within its file");
    promise(!problem.message.empty(), "a problem says what it is");
  }
  yaml::Pieces pieces = yaml::split(0, bytes);
  std::vector<yaml::PieceResult> results;
  for (const yaml::Piece& piece : pieces.pieces) results.push_back(yaml::parse_piece(0, bytes, piece));
  const yaml::Stream joined = yaml::join(std::move(pieces), std::move(results));
  promise(joined.documents.size() == stream.documents.size() && joined.problems.size() == stream.problems.size(),
          "pieces join to what the whole gives");
}

/// One JSON text and nothing else.
void promise_json(const std::string& text) {
  const yaml::Pieces pieces = yaml::split(0, text);
  promise(pieces.pieces.size() == 1 && pieces.pieces[0].json && pieces.problems.empty(),
          "the output is one JSON value");
}

void write_reports(std::string_view bytes, std::initializer_list<const char*> check_formats,
                   std::initializer_list<const char*> forecast_formats) {
  cli::Options options;
  options.memory_only = true;
  options.jobs = 1;
  options.memory.push_back({"fuzz.yaml", std::string(bytes)});
  cli::Analysis analysis;
  cli::analyse(options, analysis);
  report::Report report;
  report.sources = &analysis.sources;
  report.findings = report.all_findings = analysis.findings;
  report.forecasts = analysis.forecasts;
  report.objects = analysis.objects;
  const report::Style style;
  for (const char* format : check_formats) {
    const report::CheckWriter writer = report::check_writer(format);
    if (writer == nullptr) continue;
    std::ostringstream out;
    writer(report, style, out);
    if (std::string_view(format) == "sarif" || std::string_view(format) == "json") promise_json(out.str());
    promise(out.str().find('\x1b') == std::string::npos, "no escape character is printed raw");
  }
  for (const char* format : forecast_formats) {
    const report::CheckWriter writer = report::forecast_writer(format);
    if (writer == nullptr) continue;
    std::ostringstream out;
    writer(report, style, out);
    if (std::string_view(format) == "json") promise_json(out.str());
    promise(out.str().find('\x1b') == std::string::npos, "no escape character is printed raw");
  }
}

void forecast(std::string_view bytes) {
  write_reports(bytes, {"text", "json", "github", "junit"}, {"json", "table", "wide", "yaml", "timeline"});
}
void sarif(std::string_view bytes) { write_reports(bytes, {"sarif"}, {}); }

/// Every program is there: a first byte of `b` makes the shell bash with GNU's programs, else BusyBox.
class AllCommands final : public process::Commands {
 public:
  explicit AllCommands(bool gnu) : gnu_(gnu) {}
  process::Command find(std::string_view name, const process::Value&) const override {
    const std::string base(name.substr(name.rfind('/') == std::string_view::npos ? 0 : name.rfind('/') + 1));
    process::Command command;
    command.state = process::Command::State::Found;
    command.path = "/bin/" + base;
    command.tools = gnu_ ? process::Tools::Gnu : process::Tools::Busybox;
    command.program = base != "sh" ? base : gnu_ ? "bash" : "ash";
    return command;
  }

 private:
  bool gnu_;
};

/// `/` and `/tmp` are there, and nothing else.
class EmptyFiles final : public process::FileSystem {
 public:
  process::FileInfo stat(std::string_view path) const override {
    process::FileInfo info;
    if (path == "/" || path == "/tmp") info.kind = process::FileInfo::Kind::Directory;
    return info;
  }
  std::optional<std::string> read(std::string_view) const override { return std::nullopt; }
  std::optional<std::vector<std::string>> list(std::string_view path) const override {
    if (path == "/tmp") return std::vector<std::string>{};
    return std::nullopt;
  }
};

void shell(std::string_view bytes) {
  const AllCommands commands(bytes.starts_with('b'));
  const EmptyFiles files;
  process::ShellInput input;
  input.argv = {std::string("/bin/sh"), std::string("-c"), std::string(bytes)};
  input.commands = &commands;
  input.files = &files;
  input.env["HOME"] = process::Value::known("/root");
  input.env["TOKEN"] = process::Value::known("s3cr3t-value", true);
  const process::ShellResult result = process::run_command(input);
  promise(result.outcome.exit_code >= 0 && result.outcome.exit_code <= 255, "an exit code fits a byte");
  promise(result.outcome.log.find("s3cr3t-value") == std::string::npos ||
              bytes.find("s3cr3t-value") != std::string_view::npos,
          "a secret value is not shown");
  promise(result.outcome.explanation.find("s3cr3t-value") == std::string::npos ||
              bytes.find("s3cr3t-value") != std::string_view::npos,
          "a secret value is not explained");
}

void image(std::string_view bytes) {
  const kube::ImageReference reference = kube::ImageReference::parse(bytes);
  if (!reference.valid()) return;
  promise(!reference.path.empty(), "a valid reference names a repository");
  const kube::ImageReference again =
      kube::ImageReference::parse(reference.repository() + (reference.tag.empty() ? "" : ":" + reference.tag) +
                                  (reference.digest.empty() ? "" : "@" + reference.digest));
  promise(again.valid() && again.repository() == reference.repository() && again.tag == reference.tag,
          "what is written out reads the same");
}

void quantity(std::string_view bytes) {
  const auto value = kube::Quantity::parse(bytes);
  if (!value) return;
  const auto again = kube::Quantity::parse(value->canonical());
  promise(again && again->canonical() == value->canonical(), "a canonical quantity stays what it is");
  (void)value->units();
  (void)value->milli();
}

void selector(std::string_view bytes) {
  const yaml::Stream stream = yaml::parse(0, bytes);
  if (stream.documents.empty()) return;
  const yaml::Node& root = stream.documents[0]->root;
  const kube::LabelMap labels = kube::LabelMap::read(root.find("labels"));
  const kube::LabelSelector wanted = kube::LabelSelector::read(&root);
  const bool first = wanted.matches(labels);
  promise(first == wanted.matches(labels), "matching is a function");
  for (const kube::Requirement& requirement : kube::read_requirements(root.find("matchExpressions")))
    (void)requirement.matches(labels);
  (void)kube::NodeSelectorTerm::read(root);
}

void config(std::string_view bytes) {
  const int file = memfd_create("config", 0);
  if (file < 0) return;
  if (::write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size())) {
    cli::Options options;
    options.config = "/proc/self/fd/" + std::to_string(file);
    (void)cli::load_config(options);
  }
  ::close(file);
}

constexpr Target kTargets[] = {
    {"yaml", yaml_to_tree}, {"forecast", forecast}, {"shell", shell},   {"image", image},
    {"quantity", quantity}, {"selector", selector}, {"config", config}, {"sarif", sarif},
};

}  // namespace

std::span<const Target> targets() { return kTargets; }

}  // namespace podseer::fuzz
