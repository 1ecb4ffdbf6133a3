// SPDX-License-Identifier: Apache-2.0
// The exact output of every format: of a report made by hand, and of the seed manifests.
#include <regex>

#include "catch.hpp"
#include "golden.hpp"
#include "paths.hpp"
#include "report/text.hpp"
#include "sample_report.hpp"

namespace podseer::tests {
namespace {

/// Everything that depends on the clock.
std::string settled(const std::string& text) { return std::regex_replace(text, std::regex(", [0-9]+ ms\\)"), ")"); }

}  // namespace

TEST_CASE("every format of check has its recorded output", "[golden]") {
  const SampleReport sample;
  for (const std::string_view format : report::check_formats()) {
    if (format == "sarif") continue;  // holds the pages of rules; its shape is tested apart
    report::Style style;
    check_golden("sample." + std::string(format), sample.write(report::check_writer(format), style));
  }
}

TEST_CASE("the text report at several widths, in ASCII and in colour", "[golden]") {
  const SampleReport sample;
  for (const int width : {60, 120}) {
    report::Style style;
    style.width = width;
    check_golden("sample." + std::to_string(width) + ".text", sample.write(report::check_writer("text"), style));
  }
  report::Style ascii;
  ascii.unicode = false;
  const std::string plain = sample.write(report::check_writer("text"), ascii);
  check_golden("sample.ascii.text", plain);
  for (const char c : plain) CHECK(static_cast<unsigned char>(c) < 0x80);
  report::Style color;
  color.color = true;
  const std::string painted = sample.write(report::check_writer("text"), color);
  check_golden("sample.color.text", painted);
  // Colours only repeat what words and shapes already say.
  CHECK(std::regex_replace(painted, std::regex("\x1b\\[[0-9;]*m"), "") ==
        sample.write(report::check_writer("text"), report::Style{}));
}

TEST_CASE("the forecast in every format has its recorded output", "[golden]") {
  const SampleReport sample;
  for (const std::string_view format : report::forecast_formats()) {
    check_golden("sample.forecast." + std::string(format),
                 sample.write(report::forecast_writer(format), report::Style{}));
  }
}

TEST_CASE("no format ever shows a secret value", "[report]") {
  const SampleReport sample;
  for (const std::string_view format : report::check_formats()) {
    const std::string text = sample.write(report::check_writer(format), report::Style{});
    INFO(format);
    CHECK(text.find("aHVudGVy") == std::string::npos);
    CHECK(text.find("hunter2") == std::string::npos);
  }
}

TEST_CASE("the seed manifests have their recorded outputs", "[golden]") {
  const std::string podseer =
      "cd " + source_path(".").string() + " && NO_COLOR=1 LC_ALL=C.UTF-8 COLUMNS=80 " + podseer_binary().string();
  const struct {
    const char* name;
    const char* arguments;
  } runs[] = {
      {"seed.check.text", "check testdata/seed"},
      {"seed.forecast.table", "forecast testdata/seed"},
      {"seed.forecast.wide", "forecast -o wide testdata/seed"},
      {"seed.forecast.timeline", "forecast -o timeline testdata/seed"},
      {"seed.check.unix", "check --format unix testdata/seed"},
  };
  for (const auto& one : runs) {
    const Ran ran = run(podseer + " " + one.arguments);
    CHECK(ran.err.empty());
    check_golden(one.name, settled(ran.out));
  }
}

TEST_CASE("the README shows what podseer really prints", "[golden]") {
  std::string readme = read_file(source_path("README.md"));
  const std::string begin = "<!-- output: ";
  for (std::size_t at = readme.find(begin); at != std::string::npos; at = readme.find(begin, at + 1)) {
    const std::size_t end = readme.find(" -->\n```text\n", at);
    REQUIRE(end != std::string::npos);
    const std::string arguments = readme.substr(at + begin.size(), end - at - begin.size());
    const std::size_t block = end + std::string(" -->\n```text\n").size();
    const std::size_t close = readme.find("```", block);
    const Ran ran = run("cd " + source_path(".").string() + " && NO_COLOR=1 LC_ALL=C.UTF-8 " +
                        podseer_binary().string() + " " + arguments);
    readme.replace(block, close - block, settled(ran.out));
  }
  check_recorded("README.md", readme);
}

}  // namespace podseer::tests
