// SPDX-License-Identifier: Apache-2.0
// What pods did on a real node against what is foretold of them: no healthy one is called failing,
// and where STATUS and phase are right, the conditions are those that the kubelet wrote, word for
// word.
#include <cstdio>
#include <map>
#include <sstream>

#include "catch.hpp"
#include "cli/options.hpp"
#include "cli/pipeline.hpp"
#include "paths.hpp"
#include "yaml/document.hpp"

namespace fs = std::filesystem;
using namespace podseer;

namespace {

std::string text_of(const yaml::Node* node) {
  return node == nullptr || node->is_null() ? std::string() : std::string(node->text());
}

/// `# lab-namespace-labels: a=b c=d` in the head of a case.
std::string namespace_labels(const std::string& manifest) {
  const std::string mark = "lab-namespace-labels:";
  const std::size_t at = manifest.substr(0, 400).find(mark);
  if (at == std::string::npos) return {};
  std::istringstream in(manifest.substr(at + mark.size(), manifest.find('\n', at) - at - mark.size()));
  std::string word, out;
  while (in >> word) out += (out.empty() ? "" : ",") + word;
  return out;
}

std::vector<lifecycle::Forecast> foretold(const fs::path& directory, const std::string& name, cli::Analysis& analysis) {
  std::vector<std::string> words = {"podseer",
                                    "forecast",
                                    "--closed-world",
                                    "--isolated",
                                    "--no-gitignore",
                                    "-j",
                                    "1",
                                    "--cluster",
                                    (directory / "cluster.yaml").string(),
                                    "--images",
                                    (directory / "images.txt").string()};
  const std::string labels = namespace_labels(tests::read_file(directory / name));
  if (!labels.empty()) words.insert(words.end(), {"--namespace-labels", labels});
  words.push_back((directory / name).string());
  std::vector<char*> argv;
  for (std::string& w : words) argv.push_back(w.data());
  const cli::Parsed parsed = cli::parse_command_line(static_cast<int>(argv.size()), argv.data());
  REQUIRE_FALSE(parsed.exit.has_value());
  cli::analyse(parsed.options, analysis);
  return analysis.forecasts;
}

/// The row of an owner "ReplicaSet/web-5d4f", "StatefulSet/db" or (empty) of the pod itself: the
/// longest name that fits.
const lifecycle::Forecast* row_of(const std::vector<lifecycle::Forecast>& rows, const std::string& owner,
                                  const std::string& pod, const std::string& status, const std::string& phase) {
  const std::string name = owner.empty() ? pod : owner.substr(owner.find('/') + 1);
  const lifecycle::Forecast* best = nullptr;
  for (const lifecycle::Forecast& row : rows) {
    const std::string own(row.pod->owner->name);
    if (name != own && !name.starts_with(own + "-")) continue;
    if (owner.empty() != (row.pod->workload == kube::WorkloadKind::Pod)) continue;
    if (best == nullptr || own.size() > best->pod->owner->name.size() ||
        (own == best->pod->owner->name && row.status == status && row.phase == phase)) {
      best = &row;
    }
  }
  return best;
}

}  // namespace

TEST_CASE("pods of a real node did what was foretold", "[lifecycle][truth]") {
  const auto directory = tests::shared_path("truth/runtime");
  if (!directory) {
    std::printf("skipped: no truth/runtime here\n");
    return;
  }
  std::istringstream records(tests::read_file(*directory / "records.jsonl"));
  int pods = 0, same = 0, well = 0, alarms = 0;
  for (std::string line; std::getline(records, line);) {
    const yaml::Stream stream = yaml::parse(0, line);
    if (stream.documents.empty()) continue;
    const yaml::Node& record = stream.documents.front()->root;
    const std::string name = text_of(record.find("case"));
    if (!fs::exists(*directory / name)) continue;
    cli::Analysis analysis;
    const std::vector<lifecycle::Forecast> rows = foretold(*directory, name, analysis);
    const yaml::Node* seen = record.find("pods");
    if (seen == nullptr) continue;
    for (const yaml::Node& pod : seen->items()) {
      const std::string status = text_of(pod.find("last")), phase = text_of(pod.find("phase")),
                        ready = text_of(pod.find("ready"));
      const lifecycle::Forecast* row =
          row_of(rows, text_of(pod.find("owner")), text_of(pod.find("name")), status, phase);
      INFO(name << " " << text_of(pod.find("name")) << " " << status);
      if (row == nullptr) continue;
      ++pods;
      const bool full = ready.substr(0, ready.find('/')) == ready.substr(ready.find('/') + 1);
      const bool healthy =
          phase == "Succeeded" || (status == "Running" && full && text_of(pod.find("restarts")) == "0");
      well += healthy ? 1 : 0;
      if (healthy && !row->healthy()) {
        ++alarms;
        WARN(name << ": a healthy pod is called " << row->status);
      }
      if (row->status != status || row->phase != phase || row->ready != ready) continue;
      ++same;
      std::map<std::string, std::string> real, ours;
      for (const yaml::Entry& condition : pod.find("conditions")->entries()) {
        real[std::string(condition.key)] = text_of(condition.value.find("status")) + " " +
                                           text_of(condition.value.find("reason")) + " " +
                                           text_of(condition.value.find("message"));
      }
      for (const lifecycle::Condition& condition : row->conditions) {
        ours[condition.type] = condition.status + " " + condition.reason + " " + condition.message;
      }
      CHECK(real == ours);
    }
  }
  std::printf(
      "truth/runtime: %d pods, %d with the same STATUS, READY and phase at the moment of the last "
      "look, %d of %d healthy ones called failing\n",
      pods, same, alarms, well);
  CHECK(pods > 200);
  CHECK(same * 100 >= pods * 85);
  CHECK(alarms * 100 <= well);
}
