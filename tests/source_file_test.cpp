// SPDX-License-Identifier: Apache-2.0
#include "source/source_file.hpp"

#include "catch.hpp"

using podseer::source::SourceMap;

TEST_CASE("a position is 1-based and survives CRLF and the end of the file", "[source]") {
  SourceMap files;
  const auto id = files.add("a.yaml", "ab\r\ncd\n");
  const auto& file = files.file(id);
  CHECK(file.position(0).line == 1);
  CHECK(file.position(4).line == 2);
  CHECK(file.position(4).column == 1);
  CHECK(file.position(99).line == 3);
  CHECK(file.line(1) == "ab");
  CHECK(file.line(2) == "cd");
  CHECK(file.line(7).empty());
}

TEST_CASE("a UTF-16 column counts an emoji as two", "[source]") {
  SourceMap files;
  const auto& file = files.file(files.add("a.yaml", "\xF0\x9F\x98\x80x\xC3\xA9y"));
  CHECK(file.utf16_column(4) == 3);
  CHECK(file.utf16_column(5) == 4);
  CHECK(file.utf16_column(7) == 5);
}

TEST_CASE("a byte order mark takes no column", "[source]") {
  SourceMap files;
  const auto& file = files.file(files.add("a.yaml",
                                          "\xEF\xBB\xBF"
                                          "ab\ncd"));
  CHECK(file.position(0).column == 1);
  CHECK(file.position(4).column == 2);
  CHECK(file.line(1) == "ab");
  CHECK(file.utf16_column(4) == 2);
  CHECK(file.position(6).line == 2);
}
