// SPDX-License-Identifier: Apache-2.0
// How often `admit` agrees with a real API server of 1.34.4 about single manifests. Each file is a closed
// world of its own. Prints the figures; lists disagreements with PODSEER_SHOW set.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <string>

#include "admission/admission.hpp"
#include "catch.hpp"
#include "paths.hpp"
#include "world_of.hpp"
#include "yaml/document.hpp"

using namespace podseer;

namespace {

/// Without indexes and keys: the scorer's idea of the same field.
std::string plain_field(std::string_view field) {
  std::string out;
  int depth = 0;
  for (const char c : field) {
    if (c == '[') ++depth;
    if (depth == 0) out += c;
    if (c == ']') --depth;
  }
  while (!out.empty() && out.back() == '.') out.pop_back();
  while (!out.empty() && out.front() == '.') out.erase(0, 1);
  return out;
}

struct Judgement {
  bool rejected = false;
  std::string message;
  std::set<std::string> fields;
};

Judgement judge(const std::string& text) {
  Judgement out;
  const tests::WorldOf world(text);
  if (world.objects().empty()) {
    out.rejected = true;
    out.message = "(no object)";
  }
  for (const kube::Object* object : world.objects()) {
    const admission::Verdict verdict = admission::admit(*object, world.world(), {});
    if (verdict.accepted) continue;
    out.rejected = true;
    out.message += verdict.message;
    for (const admission::ApiError& error : verdict.errors) out.fields.insert(plain_field(error.field));
  }
  return out;
}

}  // namespace

TEST_CASE("admission agrees with a real API server", "[admission][truth]") {
  const auto folder = tests::shared_path("truth/admission");
  if (!folder) {
    std::cout << "skipped: truth/admission is not here\n";
    return;
  }
  std::ifstream rows(*folder / "verdicts.jsonl");
  std::string line;
  int agree = 0, all = 0, true_rejections = 0, false_alarms = 0, with_fields = 0, same_field = 0, exact = 0, worded = 0;
  std::map<std::string, int> classes;
  const bool show = std::getenv("PODSEER_SHOW") != nullptr;
  while (std::getline(rows, line)) {
    const yaml::Stream row = yaml::parse(0, line);
    REQUIRE(row.documents.size() == 1);
    const yaml::Node& root = row.documents[0]->root;
    const std::string file(root.find("file")->text());
    const bool rejected = root.find("verdict")->text() == "reject";
    const yaml::Node* message = root.find("message");
    const Judgement mine = judge(tests::read_file(*folder / file));
    ++all;
    agree += mine.rejected == rejected ? 1 : 0;
    const auto print = [&](const char* what) {
      if (!show) return;
      std::cout << what << " " << file << " " << root.find("kind")->text() << " [" << root.find("op")->text()
                << "] real: " << (message == nullptr ? "" : message->text().substr(0, 400))
                << " | mine: " << mine.message.substr(0, 400) << "\n";
    };
    if (mine.rejected != rejected) {
      print(rejected ? "missed" : "false alarm");
      false_alarms += rejected ? 0 : 1;
      continue;
    }
    if (!rejected) continue;
    ++true_rejections;
    std::set<std::string> wanted;
    if (const yaml::Node* causes = root.find("causes")) {
      for (const yaml::Node& cause : causes->items()) {
        if (const yaml::Node* field = cause.find("field")) wanted.insert(plain_field(field->text()));
      }
    }
    wanted.erase("");
    if (!wanted.empty()) {
      ++with_fields;
      bool same = false;
      for (const std::string& field : wanted) same = same || mine.fields.count(field) > 0;
      same_field += same ? 1 : 0;
      exact += wanted == mine.fields ? 1 : 0;
      if (!same) print("other field");
      else if (wanted != mine.fields) print("not all fields");
    } else {
      const bool same = message->text().find(mine.message) != std::string_view::npos;
      worded += same ? 1 : 0;
      if (!same) print("other words");
    }
  }
  REQUIRE(all > 0);
  const double agreement = static_cast<double>(agree) / all;
  const double precision = static_cast<double>(true_rejections) / std::max(1, true_rejections + false_alarms);
  const double same = static_cast<double>(same_field) / std::max(1, with_fields);
  std::cout << "admission: " << all << " manifests, agreement " << agreement << ", precision " << precision
            << ", same field " << same << ", all fields " << exact << "/" << with_fields
            << ", same words of one-line refusals " << worded << "/" << true_rejections - with_fields << "\n";
  CHECK(agreement >= 0.99);
  CHECK(precision >= 0.995);
  CHECK(same >= 0.95);
}
