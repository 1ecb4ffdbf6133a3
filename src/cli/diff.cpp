// SPDX-License-Identifier: Apache-2.0
// What a change does to the pods: two forecasts, compared owner by owner. A side is a directory, a file
// or a git revision (read with `git archive`, the work tree stays as it is). With --cluster-pods the
// second side is what `kubectl get pods -A -o json` says.
#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "cli/archive.hpp"
#include "cli/cluster_pods.hpp"
#include "cli/commands.hpp"
#include "cli/emit.hpp"
#include "cli/pipeline.hpp"
#include "cli/progress.hpp"
#include "cli/spawn.hpp"
#include "report/changes.hpp"
#include "report/text.hpp"
#include "source/read.hpp"

namespace podseer::cli {
namespace {

struct Side {
  Analysis analysis;
  std::map<std::string, OwnerState> owners;  // by "Kind/namespace/name"
  std::string error;
};

bool exists(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0;
}

bool is_manifest(const std::string& path) {
  return path.ends_with(".yaml") || path.ends_with(".yml") || path.ends_with(".json");
}

void collect(Side& side) {
  for (const lifecycle::Forecast& forecast : side.analysis.forecasts) {
    const kube::PodTemplate& pod = *forecast.pod;
    OwnerState& state =
        side.owners[std::string(name_of(pod.workload)) + "/" + forecast.ns + "/" + std::string(pod.owner->name)];
    state.statuses.insert(forecast.status);
    state.failing = state.failing || !forecast.healthy();
    if (state.why.empty()) state.why = forecast.reason_text;
  }
  for (const report::ObjectRow& object : side.analysis.objects) {
    static const std::set<std::string_view> kWorkloads = {
        "Pod", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "ReplicationController", "Job", "CronJob"};
    if (object.accepted || !kWorkloads.contains(object.kind)) continue;
    OwnerState& state = side.owners[std::string(object.kind)
                                        .append("/")
                                        .append(object.ns.empty() ? "default" : object.ns)
                                        .append("/")
                                        .append(object.name)];
    state.statuses = {"Rejected"};
    state.failing = true;
    state.why = object.message;
  }
}

void read_side(const Options& options, const std::string& where, Side& side) {
  Options own = options;
  own.paths.clear();
  if (exists(where)) {
    own.paths = {where};
  } else {
    const Spawned checked = spawn({"git", "rev-parse", "--verify", "--quiet", where + "^{commit}"});
    if (!checked.started) {
      side.error = "no such path: '" + where + "', and git is not there to ask for a revision";
      return;
    }
    if (checked.status != 0) {
      side.error = "'" + where + "' is neither a path nor a git revision";
      return;
    }
    const Spawned tar = spawn({"git", "archive", "--format=tar", where});
    if (tar.status != 0) {
      side.error = "git cannot read '" + where + "': " + tar.err;
      return;
    }
    for (MemoryFile& file : read_tar(tar.out)) {
      if (is_manifest(file.path)) own.memory.push_back(std::move(file));
    }
    own.memory_only = true;
  }
  analyse(own, side.analysis);
  if (!side.analysis.errors.empty()) side.error = side.analysis.errors.front();
  collect(side);
}

std::string join(const std::set<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : "+") + word;
  return out;
}

using report::Change;
using Row = report::ChangeRow;

std::vector<Row> compare(const std::map<std::string, OwnerState>& base, const std::map<std::string, OwnerState>& head) {
  std::vector<Row> rows;
  for (const auto& [owner, after] : head) {
    const auto found = base.find(owner);
    if (found == base.end()) {
      rows.push_back({after.failing ? Change::NewlyFailing : Change::New, owner, "", join(after.statuses), after.why});
      continue;
    }
    const OwnerState& before = found->second;
    if (before.statuses == after.statuses && before.failing == after.failing) continue;
    const Change change =
        after.failing ? (before.failing ? Change::FailsDifferently : Change::NewlyFailing) : Change::Mended;
    if (!after.failing && !before.failing) continue;
    rows.push_back({change, owner, join(before.statuses), join(after.statuses), after.why});
  }
  for (const auto& [owner, before] : base) {
    if (!head.contains(owner)) rows.push_back({Change::Gone, owner, join(before.statuses), "", ""});
  }
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.change < b.change; });
  return rows;
}

int complain(const std::string& sentence) {
  std::fprintf(stderr, "podseer: error: %s\n", report::printable(sentence, true).c_str());
  return 2;
}

}  // namespace

int diff(const Options& options) {
  Side base, head;
  Progress progress(Progress::wanted(options.quiet));
  base.analysis.progress = head.analysis.progress = &progress;
  const auto fail = [&](const std::string& sentence) {
    progress.stop();
    return complain(sentence);
  };
  if (options.cluster_pods) {
    Options own = options;
    own.paths = options.words;
    analyse(own, head.analysis);
    if (!head.analysis.errors.empty()) return fail(head.analysis.errors.front());
    collect(head);
    const source::Result<std::string> bytes = source::read_input(*options.cluster_pods);
    if (!bytes) return fail("cannot read '" + *options.cluster_pods + "': " + bytes.failure().sentence);
    const std::string error = read_cluster_pods(*bytes, base.owners);
    if (!error.empty()) return fail("'" + *options.cluster_pods + "' " + error);
    // Only what the files are about is compared.
    std::erase_if(base.owners, [&](const auto& entry) { return !head.owners.contains(entry.first); });
  } else {
    if (options.words.size() != 2)
      return fail("diff needs two sides: podseer diff BASE HEAD (directories or git revisions)");
    read_side(options, options.words[0], base);
    if (!base.error.empty()) return fail(base.error);
    read_side(options, options.words[1], head);
    if (!head.error.empty()) return fail(head.error);
  }
  progress.stop();
  const std::vector<Row> rows = compare(base.owners, head.owners);
  std::ostringstream text;
  const std::string format = options.format.value_or("text");
  if (!report::write_changes(format, rows, head.owners.size(), text)) {
    return complain("diff has no format '" + format + "': it is text, markdown or json");
  }
  if (const std::string wrong = write_stdout(text.str()); !wrong.empty()) return complain(wrong);
  return std::any_of(rows.begin(), rows.end(), [](const Row& row) { return row.change == Change::NewlyFailing; }) &&
                 !options.exit_zero
             ? 1
             : 0;
}

}  // namespace podseer::cli
