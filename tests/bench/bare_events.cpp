// SPDX-License-Identifier: Apache-2.0
// The yardstick: yaml-cpp's events of every document of every file, thrown away, on one core.
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/parser.h>

#include <cstdio>
#include <fstream>
#include <string>

namespace {

class Nobody : public YAML::EventHandler {
 public:
  std::size_t events = 0;
  void OnDocumentStart(const YAML::Mark&) override { ++events; }
  void OnDocumentEnd() override { ++events; }
  void OnNull(const YAML::Mark&, YAML::anchor_t) override { ++events; }
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override { ++events; }
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override { ++events; }
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
    ++events;
  }
  void OnSequenceEnd() override { ++events; }
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
    ++events;
  }
  void OnMapEnd() override { ++events; }
};

}  // namespace

/// bare_events LIST: LIST holds one path a line.
int main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::ifstream list(argv[1]);
  Nobody nobody;
  for (std::string path; std::getline(list, path);) {
    std::ifstream file(path, std::ios::binary);
    YAML::Parser parser(file);
    while (parser.HandleNextDocument(nobody)) {}
  }
  std::printf("%zu\n", nobody.events);
  return 0;
}
