// SPDX-License-Identifier: Apache-2.0
// A directory of files that goes away, with podseer run in it.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "catch.hpp"
#include "paths.hpp"

namespace podseer::tests {

struct Tree {
  std::filesystem::path path;
  Tree() {
    char name[] = "/tmp/podseer-tree-XXXXXX";
    REQUIRE(mkdtemp(name) != nullptr);
    path = name;
  }
  ~Tree() { std::filesystem::remove_all(path); }
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((path / name).parent_path());
    std::ofstream(path / name, std::ios::binary) << text;
  }
  /// A program that is on PATH when `before` says PATH="$PWD/bin:$PATH".
  void program(const std::string& name, const std::string& text) const {
    write("bin/" + name, text);
    std::filesystem::permissions(path / "bin" / name, std::filesystem::perms::owner_all);
  }
  [[nodiscard]] Ran podseer(const std::string& words, const std::string& before = {}) const {
    return run("cd '" + path.string() + "' && " + before + " '" + podseer_binary().string() + "' " + words);
  }
  [[nodiscard]] Ran shell(const std::string& line) const { return run("cd '" + path.string() + "' && " + line); }
};

}  // namespace podseer::tests
