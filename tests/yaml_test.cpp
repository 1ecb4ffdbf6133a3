// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "catch.hpp"
#include "yaml/document.hpp"

using namespace podseer;
using yaml::Entry;
using yaml::Kind;
using yaml::Node;
using yaml::Problem;
using yaml::Style;

namespace {

/// A text, its stream and short ways to ask.
struct Read {
  explicit Read(std::string given) : text(std::move(given)), stream(yaml::parse(7, text)) {}
  std::string text;
  yaml::Stream stream;

  [[nodiscard]] const Node& root(std::size_t i = 0) const {
    REQUIRE(stream.documents.size() > i);
    return stream.documents[i]->root;
  }
  [[nodiscard]] std::string bytes(source::SourceSpan span) const {
    CHECK(span.file == 7);
    REQUIRE(span.end <= text.size());
    REQUIRE(span.begin <= span.end);
    return text.substr(span.begin, span.end - span.begin);
  }
  [[nodiscard]] const Entry& entry(std::string_view key) const {
    const Entry* found = root().find_entry(key);
    INFO("key " << key << " in " << text);
    REQUIRE(found != nullptr);
    return *found;
  }
  [[nodiscard]] std::string kubectl() const {
    for (const Problem& problem : stream.problems) {
      if (yaml::is_fatal(problem.kind)) return problem.kubectl;
    }
    return {};
  }
};

std::string json(const Node& node) {
  std::string out;
  switch (node.kind()) {
    case Kind::String: return "\"" + std::string(node.text()) + "\"";
    case Kind::Sequence:
      for (const Node& item : node.items()) out += (out.empty() ? "" : ",") + json(item);
      return "[" + out + "]";
    case Kind::Mapping:
      for (const Entry& entry : node.entries()) {
        out += (out.empty() ? "" : ",") + std::string(entry.key) + ":" + json(entry.value);
      }
      return "{" + out + "}";
    default: return std::string(node.text());
  }
}

std::string decoded(const std::string& text) { return json(Read(text).root()); }
std::string value(const std::string& plain) { return json(Read("v: " + plain + "\n").entry("v").value); }

}  // namespace

TEST_CASE("plain scalars mean what YAML 1.1 and go-yaml say", "[yaml]") {
  struct Row {
    const char* written;
    const char* json;
  };
  const Row rows[] = {
      {"y", "true"},
      {"Yes", "true"},
      {"ON", "true"},
      {"TRUE", "true"},
      {"tRUE", "\"tRUE\""},
      {"n", "false"},
      {"Off", "false"},
      {"NO", "false"},
      {"None", "\"None\""},
      {"~", "null"},
      {"NULL", "null"},
      {"nULL", "\"nULL\""},
      {"", "null"},
      {"0644", "420"},
      {"0o644", "420"},
      {"0x1a4", "420"},
      {"0b110100100", "420"},
      {"-0x10", "-16"},
      {"0999", "999"},
      {"08", "8"},
      {"1_000", "1000"},
      {"+12", "12"},
      {"-0", "0"},
      {"_1", "\"_1\""},
      {"1.20", "1.2"},
      {".5", "0.5"},
      {"5.", "5"},
      {"1e3", "1000"},
      {"1234e5", "123400000"},
      {"-1_0.5_0", "-10.5"},
      {"12345e999", "\"12345e999\""},
      {"inf", "\"inf\""},
      {"nan", "\"nan\""},
      {"22:22", "\"22:22\""},
      {"1:30:00", "\"1:30:00\""},
      {"2024-01-01", "\"2024-01-01\""},
      {"1.2.3", "\"1.2.3\""},
      {"0b12", "\"0b12\""},
      {"0o9", "\"0o9\""},
      {"0x1p4", "\"0x1p4\""},
      {"1e", "\"1e\""},
      {"1.2e", "\"1.2e\""},
      {"v1", "\"v1\""},
      {"9223372036854775807", "9223372036854775807"},
      {"18446744073709551615", "18446744073709551615"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"1e21", "1e+21"},
      {"0.0000001", "1e-7"},
      {"1e-10", "1e-10"},
      {"!!str 123", "\"123\""},
      {"!!binary aGk=", "\"hi\""},
      {"!foo x", "\"x\""},
      {"! 12", "\"12\""},
      {"'yes'", "\"yes\""},
      {"\"12\"", "\"12\""},
      {"!!int 0x10", "16"},
      {"!!float 1", "1"},
      {"!!str", "\"\""},
      {"x#c", "\"x#c\""},
      {"x #c", "\"x\""},
      {"-----BEGIN", "\"-----BEGIN\""},
      {"a: b", ""},
  };
  for (const Row& row : rows) {
    if (row.json[0] == '\0') continue;
    INFO(row.written);
    CHECK(value(row.written) == row.json);
  }
  CHECK(Read("v: 1e20").entry("v").value.kind() == Kind::Float);
  CHECK(Read("v: 1e3").entry("v").value.kind() == Kind::Int);
  CHECK(Read("v: 18446744073709551616").entry("v").value.kind() == Kind::Float);
}

TEST_CASE("what JSON cannot hold is refused in kubectl's words", "[yaml]") {
  CHECK(Read("v: .nan").kubectl() == "error converting YAML to JSON: json: unsupported value: NaN");
  CHECK(Read("- -.inf").kubectl() == "error converting YAML to JSON: json: unsupported value: -Inf");
  CHECK(Read("~: a").kubectl().find("unsupported map key of type") != std::string::npos);
  CHECK(Read("? [a]\n: b").kubectl() == "error converting YAML to JSON: yaml: invalid map key: []interface {}{\"a\"}");
  CHECK(Read("a: *x").kubectl() == "error converting YAML to JSON: yaml: unknown anchor 'x' referenced");
  CHECK(Read("a: &x [*x]").kubectl() == "error converting YAML to JSON: yaml: anchor 'x' value contains itself");
  CHECK(Read("a: !!int x").kubectl() == "error converting YAML to JSON: yaml: cannot decode !!str `...` as a !!int");
  CHECK(Read("<<: 1").kubectl() ==
        "error converting YAML to JSON: yaml: map merge requires map or sequence of maps as the value");
}

TEST_CASE("keys become strings", "[yaml]") {
  CHECK(decoded("1: a\n1.10: b\nyes: c\nn: d\n0x10: e\n1e6: f\n.inf: g\n") ==
        "{1:\"a\",1.1:\"b\",true:\"c\",false:\"d\",16:\"e\",1e+06:\"f\",.inf:\"g\"}");
}

TEST_CASE("the last of equal keys wins and the others are reported", "[yaml]") {
  const Read read("a: 1\nb: 2\na: 3\n");
  CHECK(json(read.root()) == "{b:2,a:3}");
  CHECK(!read.stream.failed());
  REQUIRE(read.stream.problems.size() == 1);
  CHECK(read.stream.problems[0].kind == Problem::Kind::DuplicateKey);
  CHECK(read.stream.problems[0].span.begin == 0);
  CHECK(read.stream.problems[0].related.begin == 10);
  CHECK(decoded("{\"a\": 1, \"a\": 2}") == "{a:2}");
  std::string many;
  for (int i = 0; i < 100; ++i) many += "k" + std::to_string(i % 50) + ": " + std::to_string(i) + "\n";
  const Read big(many);
  CHECK(big.root().size() == 50);
  CHECK(big.entry("k7").value.as_int() == 57);
  CHECK(big.stream.problems.size() == 50);
}

TEST_CASE("a merge key applies where it stands", "[yaml]") {
  const std::string base = "base: &b {x: 1, q: 2}\nother: &o {x: 9, z: 8}\n";
  const Read read(base + "m:\n  x: before\n  <<: *b\n  q: after\n");
  CHECK(json(read.entry("m").value) == "{x:1,q:\"after\"}");
  CHECK(read.entry("m").value.find_entry("x")->merged);
  CHECK(read.stream.problems.empty());
  CHECK(json(Read(base + "m:\n  <<: [*b, *o]\n").entry("m").value) == "{z:8,x:1,q:2}");
  CHECK(json(Read("m:\n  <<: {x: 1}\n").entry("m").value) == "{x:1}");
  CHECK(json(Read("m:\n  \"<<\": 1\n").entry("m").value) == "{<<:1}");
  CHECK(json(Read("m: <<\n").entry("m").value) == "\"<<\"");
}

TEST_CASE("an alias is a copy with a site of its own", "[yaml]") {
  const Read read("a: &x\n  - 1\nb: *x\n*x : c\n");
  CHECK(read.kubectl().find("invalid map key") != std::string::npos);
  const Read good("a: &x\n  k: 1\nb: *x\n");
  const Node& site = good.entry("b").value;
  CHECK(site.is_alias());
  CHECK(good.bytes(site.span()) == "*x");
  CHECK(good.bytes(site.find("k")->span()) == "1");
  CHECK(site.find("k")->span().begin < 20);
  CHECK(good.bytes(good.entry("a").value.span()) == "k: 1");
}

TEST_CASE("every key and value knows its own bytes", "[yaml]") {
  const Read read(
      "plain: some words # c\n"
      "single: 'it''s'\n"
      "double: \"a\\tb\"\n"
      "tagged: !!str  12\n"
      "anchored: &x  val\n"
      "literal: |-   # c\n    one\n\n    two  \n\n"
      "folded: >\n  one\n  two\n"
      "flow: [a, {b: c},\n  d ]\n"
      "null written: ~\n"
      "nothing:\n"
      "list:\n- x\n-\n- - y\n"
      "map:\n  deep:\n    k: v\n"
      "multi: one\n  two\n"
      "'quoted key': 1\n"
      "? asked\n: told\n"
      "\xC3\xA9t\xC3\xA9: \xE2\x82\xAC\n"
      "end: {}\n");
  const auto at = [&](std::string_view key) { return read.bytes(read.entry(key).value.span()); };
  CHECK(at("plain") == "some words");
  CHECK(at("single") == "'it''s'");
  CHECK(read.entry("single").value.text() == "it's");
  CHECK(at("double") == "\"a\\tb\"");
  CHECK(read.entry("double").value.text() == "a\tb");
  CHECK(at("tagged") == "12");
  CHECK(at("anchored") == "val");
  CHECK(at("literal") == "|-   # c\n    one\n\n    two  ");
  CHECK(read.entry("literal").value.text() == "one\n\ntwo  ");
  CHECK(read.entry("literal").value.style() == Style::Literal);
  CHECK(at("folded") == ">\n  one\n  two");
  CHECK(read.entry("folded").value.text() == "one two\n");
  CHECK(at("flow") == "[a, {b: c},\n  d ]");
  CHECK(read.bytes(read.entry("flow").value.items()[1].span()) == "{b: c}");
  CHECK(at("null written") == "~");
  CHECK(at("nothing").empty());
  CHECK(read.text[read.entry("nothing").value.span().begin - 1] == ':');
  CHECK(at("list") == "- x\n-\n- - y");
  CHECK(read.text[read.entry("list").value.items()[1].span().begin - 1] == '-');
  CHECK(read.bytes(read.entry("list").value.items()[2].span()) == "- y");
  CHECK(at("map") == "deep:\n    k: v");
  CHECK(at("multi") == "one\n  two");
  CHECK(read.entry("multi").value.text() == "one two");
  CHECK(read.bytes(read.entry("quoted key").key_span) == "'quoted key'");
  CHECK(at("asked") == "told");
  CHECK(at("\xC3\xA9t\xC3\xA9") == "\xE2\x82\xAC");
  CHECK(read.bytes(read.entry("null written").key_span) == "null written");
  CHECK(at("end") == "{}");
  CHECK(read.bytes(read.root().span()).ends_with("end: {}"));
}

TEST_CASE("text that equals its bytes is not copied", "[yaml]") {
  const Read read("a: plain\nb: \"quoted\"\nc: {\"d\": 'e'}\n");
  const auto inside = [&read](std::string_view text) {
    return text.data() >= read.text.data() && text.data() + text.size() <= read.text.data() + read.text.size();
  };
  CHECK(inside(read.entry("a").value.text()));
  CHECK(inside(read.entry("b").value.text()));
  CHECK(inside(read.entry("c").value.find("d")->text()));
  CHECK(inside(read.entry("a").key));
}

TEST_CASE("documents part at lines that begin with three dashes", "[yaml]") {
  const Read read("---\na: 1\n--- # second\nb: 2\n---\n# only a comment\n---\nnull\n---\nc: 3");
  REQUIRE(read.stream.documents.size() == 3);
  CHECK(json(read.root(2)) == "{c:3}");
  CHECK(read.stream.documents[2]->index == 2);
  CHECK(read.bytes(read.stream.documents[1]->span) == "b: 2\n");
  CHECK(Read("a: 1\r\n---\r\nb: 2\r\n").stream.documents.size() == 2);
  CHECK(Read("a: 'x\n  --- y'\n").stream.documents.size() == 1);
  const Read broken("a: 1\n---\nb: 2\n--- foo\nc: 3\n");
  CHECK(broken.kubectl() == "invalid Yaml document separator: foo");
  CHECK(broken.stream.documents.size() == 1);
  CHECK(Read("key: \"\n-----BEGIN CERTIFICATE-----\n\"\n").kubectl() ==
        "invalid Yaml document separator: --BEGIN CERTIFICATE-----");
  CHECK(Read("%YAML 1.1\n---\na: 1\n").kubectl() ==
        "error converting YAML to JSON: yaml: line 1: did not find expected <document start>");
  CHECK(Read("").stream.documents.empty());
  CHECK(!Read("# nothing\n").stream.failed());
}

TEST_CASE("documents before the first that cannot be read are kept, those after it are not", "[yaml]") {
  const Read read("a: 1\n---\nb: [\n---\nc: 3\n");
  CHECK(read.stream.documents.size() == 1);
  CHECK(read.stream.failed());
}

TEST_CASE("what stands behind the end of a document is ignored, and said so", "[yaml]") {
  const Read read("a: 1\n...\nb: 2\n");
  CHECK(json(read.root()) == "{a:1}");
  REQUIRE(read.stream.problems.size() == 1);
  CHECK(read.stream.problems[0].kind == Problem::Kind::IgnoredContent);
  CHECK(read.bytes(read.stream.problems[0].span) == "b: 2");
  CHECK(Read("a: 1\n...\n# c\n").stream.problems.empty());
  CHECK(Read("---\n---\n---\n# c\n").stream.problems.empty());
  CHECK(Read("\"foo\",\"bar\"\n").stream.problems.size() == 1);
  CHECK(Read("[a]b\n").stream.documents.size() == 1);
}

TEST_CASE("a stream of JSON is read as JSON, and as YAML where it is not", "[yaml]") {
  const Read two("{\"a\": \"x\\/\\ud83d\\ude00\"}\n{\"b\": 1.0}");
  REQUIRE(two.stream.documents.size() == 2);
  CHECK(json(two.root()) == "{a:\"x/\xF0\x9F\x98\x80\"}");
  CHECK(json(two.root(1)) == "{b:1}");
  CHECK(two.bytes(two.root(1).find("b")->span()) == "1.0");
  CHECK(decoded("{a: 1, b: [x,],}") == "{a:1,b:[\"x\"]}");
  const Read mixed("{\"a\": 1}\n---\nb: 2\n");
  CHECK(mixed.stream.documents.size() == 2);
  CHECK(Read("{a: ]}").kubectl() == "json: offset 2: invalid character 'a' looking for beginning of object key string");
  CHECK(Read("{\"a\": 1}{\"b\": 2} x").stream.documents.size() == 2);
  CHECK(Read("{\"a\": 1}{\"b\": 2} x").kubectl() == "invalid character 'x' looking for beginning of value");
}

TEST_CASE("common mistakes fail as they do for kubectl, at the right place", "[yaml]") {
  struct Row {
    const char* text;
    const char* kubectl;  // behind "error converting YAML to JSON: yaml: "
    const char* at;       // what is underlined begins with this
  };
  const Row rows[] = {
      {"a: b: c\n", "mapping values are not allowed in this context", ": c"},
      {"a:\n\tb: 1\n", "line 2: found character that cannot start any token", "\t"},
      {"a: @x\n", "found character that cannot start any token", "@x"},
      {"a: `x`\n", "found character that cannot start any token", "`x`"},
      {"a: %x\n", "found character that cannot start any token", "%x"},
      {"a: 1\nb\nc: 2\n", "line 3: could not find expected ':'", "b"},
      {"spec:\n  ports:\n  - name: x\n    protocol http\n  - name: y\n", "line 5: could not find expected ':'",
       "protocol"},
      {"a: 1\n  b: 2\n", "line 2: mapping values are not allowed in this context", ": 2"},
      {"a:\n  b: 1\n c: 2\n", "line 2: did not find expected key", "c"},
      {"- a\nb: 1\n", "line 1: did not find expected '-' indicator", "b"},
      {"a: [1, 2\nb: 3\n", "line 1: did not find expected ',' or ']'", ""},
      {"a: \"x\n", "line 3: found unexpected end of stream", ""},
      {"a: 'x\nb: 1\n", "line 3: found unexpected end of stream", ""},
      {"a: - b\n", "block sequence entries are not allowed in this context", "- b"},
      {"a: \"\\/\"\n", "found unknown escape character", ""},
      {"a: \"C:\\path\"\n", "found unknown escape character", ""},
      {"a: !e!x 1\n", "found undefined tag handle", "!e!x"},
  };
  for (const Row& row : rows) {
    const Read read(row.text);
    INFO(row.text);
    REQUIRE(read.stream.failed());
    const Problem& problem = read.stream.problems.back();
    CHECK(problem.kind == Problem::Kind::Syntax);
    CHECK(!problem.message.empty());
    if (std::string(row.text) != "a: \"x\n")
      CHECK(problem.kubectl == std::string("error converting YAML to JSON: yaml: ") + row.kubectl);
    CHECK(read.text.substr(problem.span.begin).starts_with(row.at));
  }
  CHECK(decoded("a: b\t\nc: d\t# x\n") == "{a:\"b\",c:\"d\"}");
  CHECK(decoded("a: {b: 1, }\n") == "{a:{b:1}}");
}

TEST_CASE("bytes that are no text are refused", "[yaml]") {
  const auto words = [](std::string text) { return Read(std::move(text)).kubectl().substr(31); };
  CHECK(words("a: \xFFz\n") == "yaml: invalid leading UTF-8 octet");
  CHECK(words("a: \xC3(\n") == "yaml: invalid trailing UTF-8 octet");
  CHECK(words(std::string("a: \0b\n", 6)) == "yaml: control characters are not allowed");
  CHECK(words("a: \x1b[31m\n") == "yaml: control characters are not allowed");
  CHECK(words("a: \xC0\x80\n") == "yaml: invalid length of a UTF-8 sequence");
  CHECK(Read("a: \xFFz\n").stream.problems[0].message == "this is not UTF-8 text: byte 0xFF");
  const Read marked(
      "\xEF\xBB\xBF"
      "a: 1\n");
  CHECK(marked.bytes(marked.entry("a").key_span) == "a");
}

TEST_CASE("templates that were not rendered are told from broken YAML", "[yaml]") {
  const auto kind = [](const std::string& text) {
    const Read read(text);
    return read.stream.problems.empty() ? std::string("none")
           : read.stream.problems.back().kind == Problem::Kind::Template
               ? "template " + read.bytes(read.stream.problems.back().span)
               : std::string("other");
  };
  CHECK(kind("{{- if .Values.x }}\na: 1\n{{- end }}\n") == "template {{- if .Values.x }}");
  CHECK(kind("a: {{ .Values.x }}\n") == "template {{ .Values.x }}");
  CHECK(kind("a: 1\n{{ include \"x\" . }}\n") == "template {{ include \"x\" . }}");
  CHECK(kind("a:\n  - {{ .x }}\n") == "template {{ .x }}");
  CHECK(kind("a: \"{{ .Values.x }}\"\n") == "none");
  CHECK(kind("a: |\n  {{ .x }}\n  b\n") == "none");
  CHECK(kind("a: x-{{ .y }}\n") == "none");
  CHECK(kind("a: '{{ x }}'\nb: c: d\n") == "other");
  CHECK(kind("a: |\n  {{ .x }}\nb: c: d\n") == "other");
}

TEST_CASE("depth, aliases and stray commas end at once", "[yaml]") {
  CHECK(Read(std::string(10000, '[')).stream.failed());
  std::string deep;
  for (int i = 0; i < 500; ++i) deep += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  CHECK(Read(deep).stream.problems.back().kind == Problem::Kind::TooDeep);
  std::string json_deep;
  for (int i = 0; i < 5000; ++i) json_deep += "{\"a\":";
  CHECK(Read(json_deep + "1" + std::string(5000, '}')).stream.problems.back().kind == Problem::Kind::TooDeep);
  std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 10; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last;
    for (int j = 1; j < 10; ++j) bomb += "," + last;
    bomb += "]\n";
  }
  const Read blown(bomb);
  CHECK(blown.stream.problems.back().kind == Problem::Kind::TooLarge);
  CHECK(blown.kubectl() == "error converting YAML to JSON: yaml: document contains excessive aliasing");
  CHECK(!Read(",\n").stream.problems.empty());
  CHECK(Read("{a: 1}, {b: 2}\n").stream.problems.size() == 1);
}

TEST_CASE("pieces parse alone and join to the same stream", "[yaml]") {
  const std::string text = "a: 1\n---\nb: [x, y]\n---\n---\nc: {d: e}\n";
  yaml::Pieces pieces = yaml::split(3, text);
  CHECK(pieces.pieces.size() == 3);
  std::vector<yaml::PieceResult> results(pieces.pieces.size());
  for (std::size_t i = results.size(); i-- > 0;) results[i] = yaml::parse_piece(3, text, pieces.pieces[i]);
  const yaml::Stream joined = yaml::join(std::move(pieces), std::move(results));
  const yaml::Stream whole = yaml::parse(3, text);
  REQUIRE(joined.documents.size() == whole.documents.size());
  for (std::size_t i = 0; i < whole.documents.size(); ++i) {
    CHECK(json(joined.documents[i]->root) == json(whole.documents[i]->root));
    CHECK(joined.documents[i]->root.span() == whole.documents[i]->root.span());
    CHECK(joined.documents[i]->index == i);
  }
}
