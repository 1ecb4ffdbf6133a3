// SPDX-License-Identifier: Apache-2.0
// One way through the house: a folder of src/ includes only folders to its left.
#include <algorithm>
#include <fstream>
#include <map>
#include <vector>

#include "catch.hpp"
#include "paths.hpp"

namespace fs = std::filesystem;

namespace {

const std::vector<std::string> kFolders = {"source",  "yaml",      "kube",  "world",  "admission",
                                           "process", "lifecycle", "rules", "report", "cli"};

std::size_t rank_of(const std::string& folder) {
  return static_cast<std::size_t>(std::find(kFolders.begin(), kFolders.end(), folder) - kFolders.begin());
}

}  // namespace

TEST_CASE("a folder includes only folders to its left", "[layering]") {
  std::size_t includes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(podseer::tests::source_path("src"))) {
    const std::string extension = entry.path().extension().string();
    if (extension != ".cpp" && extension != ".hpp") continue;
    const std::string folder = entry.path().parent_path().filename().string();
    std::ifstream in(entry.path());
    std::string line;
    for (int number = 1; std::getline(in, line); ++number) {
      if (line.rfind("#include \"", 0) != 0) continue;
      const std::string target = line.substr(10, line.find('/', 10) - 10);
      INFO(entry.path().string() << ":" << number << ": " << line);
      ++includes;
      if (folder == "generate") {  // the build-time tool knows only how data is read
        CHECK((target == "generate" || target == "source" || target == "yaml"));
      } else {
        CHECK(rank_of(target) < kFolders.size());
        CHECK(rank_of(target) <= rank_of(folder));
      }
    }
  }
  CHECK(includes > 200);
}

TEST_CASE("each library has one door", "[layering]") {
  // Header, and the only places that may include it.
  const std::map<std::string, std::vector<std::string>> kDoors = {
      {"<yaml-cpp/", {"yaml/"}},
      {"<CLI/", {"cli/options.cpp"}},
      {"<rapidjson/", {"report/", "cli/lsp.cpp"}},
  };
  for (const auto& entry : fs::recursive_directory_iterator(podseer::tests::source_path("src"))) {
    const std::string extension = entry.path().extension().string();
    if (extension != ".cpp" && extension != ".hpp") continue;
    const std::string text = podseer::tests::read_file(entry.path());
    for (const auto& [header, doors] : kDoors) {
      if (text.find("#include " + header) == std::string::npos) continue;
      const std::string path = entry.path().generic_string();
      INFO(path << " includes " << header);
      CHECK(std::any_of(doors.begin(), doors.end(),
                        [&](const std::string& door) { return path.find("/src/" + door) != std::string::npos; }));
    }
  }
}
