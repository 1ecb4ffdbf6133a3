// SPDX-License-Identifier: Apache-2.0
// Every example of every rule page runs: a bad block gives exactly the findings that its
// `# expect:` comments name, on their lines; a good block is silent for every rule.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "catch.hpp"
#include "cli/options.hpp"
#include "cli/pipeline.hpp"
#include "cli/select.hpp"
#include "cli/spawn.hpp"
#include "paths.hpp"
#include "rule_page.hpp"
#include "rules/rule.hpp"

namespace fs = std::filesystem;
using namespace podseer;
using tests::PageBlock;

namespace {

struct Directory {
  fs::path path;
  Directory() {
    char name[] = "/tmp/podseer-page-XXXXXX";
    REQUIRE(mkdtemp(name) != nullptr);
    path = name;
  }
  ~Directory() { fs::remove_all(path); }
};

void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

std::string lines_of(const std::string& words) {
  std::istringstream in(words);
  std::string word, out;
  while (in >> word) out += word + "\n";
  return out;
}

// The findings of a small world: "FILE:LINE CODE", sorted.
std::multiset<std::string> findings_of(const fs::path& directory, const std::string& args) {
  std::vector<std::string> words = {"podseer", "check", "--isolated", "--no-gitignore", "-j", "1"};
  std::istringstream in(args);
  std::string word;
  while (in >> word)
    words.push_back(word == "images.txt" || word == "baseline.json" || word.ends_with(".cluster.yaml")
                        ? (directory / word).string()
                        : word);
  words.push_back((directory / "manifests").string());
  std::vector<char*> argv;
  for (std::string& w : words) argv.push_back(w.data());
  const cli::Parsed parsed = cli::parse_command_line(static_cast<int>(argv.size()), argv.data());
  REQUIRE_FALSE(parsed.exit.has_value());
  cli::Analysis analysis;
  cli::analyse(parsed.options, analysis);
  for (const std::string& error : analysis.errors) FAIL_CHECK("podseer says: " << error);
  const cli::Selection selection = cli::select_findings(parsed.options, analysis);  // adds those about ignores
  if (!selection.error.empty()) FAIL_CHECK("podseer says: " << selection.error);
  std::multiset<std::string> found;
  for (const rules::Finding& finding : analysis.findings) {
    const source::SourceFile& file = analysis.sources.file(finding.span.file);
    found.insert(fs::path(file.path()).filename().string() + ":" +
                 std::to_string(file.position(finding.span.begin).line) + " " + finding.rule);
    // Every placeholder of the rule's texts was given a value.
    for (const std::string& text : {finding.message, finding.label, finding.help, finding.confirm}) {
      {
        static const char* const kLeft[] = {"{name}",      "{container}", "{image}",  "{volume}",  "{reason}",
                                            "{namespace}", "{pod}",       "{key}",    "{message}", "{field}",
                                            "{port}",      "{error}",     "{status}", "{owner}"};
        for (const char* left : kLeft) {
          if (text.find(left) != std::string::npos) FAIL_CHECK(finding.rule << " leaves " << left << " in: " << text);
        }
      }
    }
  }
  return found;
}

std::string join(const std::multiset<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += "  " + line + "\n";
  return out.empty() ? "  (none)\n" : out;
}

std::vector<fs::path> pages() {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(tests::source_path("testdata/rules"))) {
    if (entry.path().extension() == ".md") found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

TEST_CASE("every example of every rule page gives exactly what it says", "[rules][pages]") {
  const char* only = std::getenv("PODSEER_PAGE");  // a code, to run one page
  for (const fs::path& path : pages()) {
    if (only != nullptr && path.filename().string().rfind(only, 0) != 0) continue;
    const std::string code = path.stem().string().substr(0, path.stem().string().find('-'));
    const std::string page = tests::read_file(path);
    std::vector<PageBlock> context;
    int bad = 0, good = 0;
    bool fires = false;
    for (const PageBlock& block : tests::read_page(page)) {
      if (block.kind == PageBlock::Kind::File) {
        context.push_back(block);
        continue;
      }
      if (block.kind == PageBlock::Kind::Output) continue;
      if (!block.needs.empty() && !cli::on_path(block.needs) && !cli::on_path("kustomize")) {
        std::printf("%s:%d: skip: %s is not installed\n", path.filename().c_str(), block.line, block.needs.c_str());
        bad += 1;
        fires = true;
        context.clear();
        continue;
      }
      Directory directory;
      std::multiset<std::string> expected;
      const auto add = [&](const std::string& name, const std::string& text) {
        const bool manifest = name.ends_with(".yaml") && !name.ends_with(".cluster.yaml");
        write(directory.path / (manifest ? "manifests/" + name : name), text);
        for (const auto& [line, what] : tests::expectations(text)) {
          expected.insert(fs::path(name).filename().string() + ":" + std::to_string(line) + " " + what);
          fires = fires || what == code;
        }
      };
      for (const PageBlock& file : context) add(file.name, file.text);
      add("manifest.yaml", block.text);
      if (!block.images.empty()) write(directory.path / "images.txt", lines_of(block.images));
      context.clear();
      (block.kind == PageBlock::Kind::Bad ? bad : good)++;
      const std::multiset<std::string> found = findings_of(directory.path, block.args);
      INFO(path.filename().string() << ":" << block.line << "\nexpected:\n"
                                    << join(expected) << "found:\n"
                                    << join(found));
      CHECK(expected == found);
      if (block.kind == PageBlock::Kind::Bad) CHECK_FALSE(expected.empty());
    }
    INFO(path.filename().string());
    CHECK(bad >= 1);
    CHECK(good >= 1);
    CHECK(fires);
  }
}

TEST_CASE("the catalogue is complete and in order", "[rules][catalogue]") {
  std::string before;
  std::set<std::string> names;
  for (const rules::Rule& rule : rules::all_rules()) {
    const std::string code(rule.info.code);
    INFO(code);
    CHECK(code.size() == 6);
    CHECK(code.starts_with("POD"));
    CHECK(code > before);
    before = code;
    CHECK(names.insert(std::string(rule.info.name)).second);
    CHECK_FALSE(rule.info.page.empty());
    CHECK(rule.info.page.starts_with("# " + code + " " + std::string(rule.info.name) + "\n"));
    CHECK((rule.function != nullptr) == rule.info.stage.empty());
    CHECK_FALSE(rule.info.message.ends_with("."));
    CHECK(rules::find_rule(code) == &rule);
    CHECK(rules::find_rule(rule.info.name) == &rule);
  }
  CHECK(names.size() > 20);
}

TEST_CASE("a placeholder is replaced and anything else in braces is left alone", "[rules]") {
  const rules::Argument arguments[] = {{"name", "web"}};
  CHECK(rules::fill("pod '{name}' has {braces} {", arguments) == "pod 'web' has {braces} {");
  CHECK(rules::fill("", arguments).empty());
}
