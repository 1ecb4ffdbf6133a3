// SPDX-License-Identifier: Apache-2.0
// Text as terminals count it, frames, fingerprints.
#include <sstream>

#include "catch.hpp"
#include "report/frame.hpp"
#include "report/line_hash.hpp"
#include "report/text.hpp"
#include "report/uri.hpp"
#include "source/utf8.hpp"

namespace podseer::report {
namespace {

/// A file, and the span of a piece of its text.
struct Fixture {
  source::SourceMap sources;
  std::vector<source::SourceSpan> secrets;
  source::FileId add(std::string path, std::string bytes) { return sources.add(std::move(path), std::move(bytes)); }
  [[nodiscard]] source::SourceSpan span(source::FileId file, std::string_view piece) const {
    const std::size_t at = sources.file(file).bytes().find(piece);
    REQUIRE(at != std::string_view::npos);
    return {file, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + piece.size())};
  }
  [[nodiscard]] std::string draw(std::vector<Label> labels, int width = 80, bool unicode = true) const {
    Report report;
    report.sources = &sources;
    report.secrets = secrets;
    Style style;
    style.width = width;
    style.unicode = unicode;
    std::string text = "\n";
    for (const std::string& line : draw_frame(report, std::move(labels), style)) text += line + "\n";
    return text;
  }
};

}  // namespace

TEST_CASE("primaryLocationLineHash agrees with codeql-action's own vectors", "[report]") {
  CHECK(line_hashes("") == std::vector<std::string>{"c129715d7a2bc9a3:1"});
  std::string lorem;
  for (int i = 0; i < 10; ++i) lorem += "Lorem ipsum dolor sit amet.\n";
  const std::vector<std::string> hashes = line_hashes(lorem);
  REQUIRE(hashes.size() == 11);
  CHECK(hashes[0] == "a7f2ff13bc495cf2:1");
  CHECK(hashes[1] == "a7f2ff13bc495cf2:2");
  CHECK(line_hashes("a b\r\n\tc\r\n") == line_hashes("ab\nc\n"));
}

TEST_CASE("a frame underlines by what the terminal shows, not by bytes", "[report]") {
  Fixture f;
  const source::FileId id = f.add("k8s/web.yaml", "env:\n\t- name: \xed\x95\x9c\xea\xb8\x80\n\t  value: x\n");
  CHECK(f.draw({{f.span(id, "\xed\x95\x9c\xea\xb8\x80"), "a name", true}}) == R"(
 --> k8s/web.yaml:2:10
  |
1 | env:
2 |     - name: 한글
  |             ^^^^ a name
)");
}

TEST_CASE("labels of one line stand below each other, those of another file in their own part", "[report]") {
  Fixture f;
  const source::FileId web = f.add("web.yaml", "a:\n  ref: { name: config, key: LOG_LEVL }\n");
  const source::FileId config = f.add("config.yaml", "data:\n  LOG_LEVEL: info\n");
  CHECK(f.draw({{f.span(web, "LOG_LEVL"), "no such key", true},
                {f.span(web, "config"), "this ConfigMap is given", false},
                {f.span(config, "LOG_LEVEL"), "did you mean this?", false}},
               80, false) == R"(
 --> web.yaml:2:29
  |
1 | a:
2 |   ref: { name: config, key: LOG_LEVL }
  |                ------       ^^^^^^^^ no such key
  |                |
  |                this ConfigMap is given
 ::: config.yaml:2:3
  |
2 |   LOG_LEVEL: info
  |   --------- did you mean this?
)");
}

TEST_CASE("a secret value is shown as three stars, on every line that it covers", "[report]") {
  Fixture f;
  const source::FileId id = f.add("s.yaml", "data:\n  key: c2VjcmV0\n  more: |\n    line one\n    line two\n");
  f.secrets = {f.span(id, "c2VjcmV0"), f.span(id, "|\n    line one\n    line two")};
  const std::string drawn =
      f.draw({{f.span(id, "c2VjcmV0"), "not base64", true}, {f.span(id, "line two"), "here", false}});
  CHECK(drawn.find("c2Vj") == std::string::npos);
  CHECK(drawn.find("line") == std::string::npos);
  CHECK(drawn == R"(
 --> s.yaml:2:8
  |
1 | data:
2 |   key: ***
  |        ^^^ not base64
...
5 |     ***
  |     --- here
)");
}

TEST_CASE("escape sequences and direction marks of a manifest never reach the terminal", "[report]") {
  Fixture f;
  const source::FileId id = f.add("x.yaml", "a: \x1b[31mred\x07 \xe2\x80\xae evil\n");
  const std::string drawn = f.draw({{f.span(id, "a"), "\x1b]0;title\x07", true}});
  CHECK(drawn.find('\x1b') == std::string::npos);
  CHECK(drawn.find('\x07') == std::string::npos);
  CHECK(drawn.find("\xe2\x80\xae") == std::string::npos);
}

TEST_CASE("a long line is cut around what is underlined", "[report]") {
  Fixture f;
  const source::FileId id = f.add("x.yaml", "a: " + std::string(300, 'x') + "HERE" + std::string(300, 'y') + "\n");
  const std::string drawn = f.draw({{f.span(id, "HERE"), "this", true}}, 60, false);
  std::istringstream lines(drawn);
  std::string line, source_line, carets;
  while (std::getline(lines, line)) {
    CHECK(display_width(line) <= 60);
    if (line.find("HERE") != std::string::npos) source_line = line;
    if (line.find("^^^^") != std::string::npos) carets = line;
  }
  CHECK(source_line.find("HERE") == carets.find("^^^^"));
  CHECK(source_line.find("HERE") != std::string::npos);
}

TEST_CASE("text is wrapped and cut by columns", "[report]") {
  CHECK(wrap("one two three", 7) == std::vector<std::string>{"one two", "three"});
  CHECK(wrap("a\nb", 7) == std::vector<std::string>{"a", "b"});
  CHECK(display_width("\xed\x95\x9c"
                      "a\xcc\x81") == 3);
  CHECK(cut("abcdef", 5, false) == "ab...");
  CHECK(source::valid_utf8("a\xff\xc0z") == "a\xef\xbf\xbd\xef\xbf\xbdz");
  CHECK(percent_encoded("a b/c%\xc3\xa9.yaml") == "a%20b/c%25%C3%A9.yaml");
}

}  // namespace podseer::report
