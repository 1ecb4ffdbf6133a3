// SPDX-License-Identifier: Apache-2.0
#include "cli/pipeline.hpp"

#include <algorithm>
#include <filesystem>
#include <thread>
#include <unordered_map>
#include <utility>

#include "admission/list_check.hpp"
#include "cli/inputs.hpp"
#include "cli/parallel.hpp"
#include "cli/progress.hpp"
#include "cli/render.hpp"
#include "cli/secrets.hpp"
#include "lifecycle/placement.hpp"
#include "process/predict.hpp"
#include "source/read.hpp"
#include "world/kinds.hpp"

namespace podseer::cli {
namespace {

/// Files that are worth a thread more; below this a thread costs more than it saves.
constexpr std::size_t kFilesPerThread = 8;
constexpr std::size_t kObjectsPerThread = 64;
constexpr std::size_t kPodsPerThread = 32;
constexpr std::size_t kParallelBytes = std::size_t{1} << 18U;

/// kubectl opens every object that has a top-level `items`: `kind: List`, ConfigMapList, ... Items
/// inherit the kind of a typed list; those of a plain List must say theirs (facts: admission 1.1).
void add_objects(const yaml::Node& root, source::FileId file, std::uint32_t document, const kube::Object* list,
                 std::uint32_t item, int depth, std::vector<kube::Object>& objects) {
  const yaml::Node* items = root.find("items");
  kube::Object object = kube::Object::read(root, file, document);
  if (items != nullptr && items->is_sequence() && depth < 8) {
    std::uint32_t index = 0;
    for (const yaml::Node& child : items->items()) {
      add_objects(child, file, document, &object, index++, depth + 1, objects);
    }
    return;
  }
  if (list != nullptr) {
    object.from_list = true;
    if (object.kind.empty() && object.api_version.empty() && list->kind.ends_with("List") && list->kind != "List") {
      object.kind = list->kind.substr(0, list->kind.size() - 4);
      object.api_version = list->api_version;
      object.group = list->group;
      object.version = list->version;
    }
  }
  object.item = item;
  objects.push_back(object);
}

/// API groups of files that programs read, not the API server: they lie in every repository, and a
/// directory that holds one is no mistake.
bool is_for_a_program(const kube::Object& object) {
  static constexpr std::string_view kGroups[] = {"kustomize.config.k8s.io",
                                                 "kind.x-k8s.io",
                                                 "kubeadm.k8s.io",
                                                 "kubelet.config.k8s.io",
                                                 "kubeproxy.config.k8s.io",
                                                 "apiserver.config.k8s.io",
                                                 "audit.k8s.io",
                                                 "skaffold",
                                                 "ctlptl.dev",
                                                 "k3d.io",
                                                 "client.authentication.k8s.io",
                                                 "kubescheduler.config.k8s.io",
                                                 "minikube.sigs.k8s.io",
                                                 "config.kio.kpt.dev",
                                                 "kpt.dev"};
  for (const std::string_view group : kGroups) {
    if (object.group == group) return true;
  }
  if (object.api_version == "v1" && object.kind == "Config") return true;  // a kubeconfig
  return object.kind.empty() && (object.api_version == "v2" || object.api_version == "v1") &&
         object.root->find("name") != nullptr;  // Chart.yaml
}

/// Of what lies below a directory only that counts which means to be a Kubernetes object.
bool is_meant(const kube::Object& object) { return !object.kind.empty() || !object.api_version.empty(); }

/// A big file of many documents is parsed by several threads; the outcome is the same.
yaml::Stream parse_stream(source::FileId file, std::string_view bytes, int jobs) {
  if (jobs < 2 || bytes.size() < kParallelBytes) return yaml::parse(file, bytes);
  yaml::Pieces pieces = yaml::split(file, bytes);
  std::vector<yaml::PieceResult> results(pieces.pieces.size());
  for_each_unit(results.size(), jobs, kFilesPerThread,
                [&](std::size_t i) { results[i] = yaml::parse_piece(file, bytes, pieces.pieces[i]); });
  return yaml::join(std::move(pieces), std::move(results));
}

void parse_file(FileUnit& unit, const source::SourceMap& sources, int jobs) {
  const source::SourceFile& file = sources.file(unit.file);
  if (!unit.chart.empty() && file.bytes().find("{{") != std::string_view::npos) {
    unit.skipped = true;  // a Helm template: one note a chart, not a storm of syntax errors
    return;
  }
  unit.stream = parse_stream(unit.file, file.bytes(), jobs);
  if (!unit.named && unit.stream.failed() && !looks_like_manifest(file.bytes())) {
    unit.stream = {};
    unit.skipped = true;
  }
  for (const std::unique_ptr<yaml::Document>& document : unit.stream.documents) {
    add_objects(document->root, unit.file, document->index, nullptr, 0, 0, unit.objects);
  }
  // kustomize fills these in, so they are often left out.
  const std::string_view name = std::string_view(file.path()).substr(file.path().rfind('/') + 1);
  if (name == "kustomization.yaml" || name == "kustomization.yml") {
    for (kube::Object& object : unit.objects) {
      if (object.kind.empty()) object.kind = "Kustomization";
      if (object.api_version.empty())
        object.group = "kustomize.config.k8s.io", object.version = "v1beta1",
        object.api_version = "kustomize.config.k8s.io/v1beta1";
    }
  }
  // A Kustomization says which ConfigMaps its generators make; that is all it is here for.
  for (kube::Object& object : unit.objects) object.context_only = is_for_a_program(object);
  if (!unit.named) {
    std::erase_if(unit.objects, [](const kube::Object& object) { return !is_meant(object); });
    if (unit.objects.empty() && !unit.stream.failed()) unit.stream.problems.clear();
  }
  for (kube::Object& object : unit.objects) {
    const bool takes = !unit.ns.empty() && (unit.moves || object.ns.empty());
    if (takes && !world::cluster_scoped(object.group, object.kind)) object.ns = unit.ns;
  }
  unit.objects.shrink_to_fit();
}

report::ObjectRow row_of(const kube::Object& object, const world::World& world, const source::SourceMap& sources) {
  report::ObjectRow row;
  row.file = sources.file(object.file).path();
  row.document = object.document;
  row.kind = object.kind;
  row.ns = world.namespace_of(object);
  row.name = object.name;
  return row;
}

void note_verdict(const admission::Verdict& verdict, report::ObjectRow& row) {
  row.accepted = verdict.accepted;
  row.message = verdict.message;
  for (const admission::ApiError& error : verdict.errors) {
    row.errors.push_back({std::string(name_of(error.type)), error.field, error.message});
  }
}

/// What kubectl cannot read, a row and a finding each.
void tell_reading(WorldUnit& unit, const FileUnit& file, const source::SourceMap& sources) {
  std::vector<rules::Finding> found = rules::reading_findings(file.stream.problems, file.file);
  std::move(found.begin(), found.end(), std::back_inserter(unit.findings));
  for (const yaml::Problem& problem : file.stream.problems) {
    if (!yaml::is_fatal(problem.kind)) continue;
    report::ObjectRow row;
    row.file = sources.file(file.file).path();
    row.document = static_cast<std::uint32_t>(file.stream.documents.size());
    row.accepted = false;
    row.message = problem.kubectl.empty() ? problem.message : problem.kubectl;
    row.errors.push_back({"Unreadable", {}, problem.message});
    unit.objects.push_back(std::move(row));
    break;
  }
}

void build_world(WorldUnit& unit, const Context& context, const source::SourceMap& sources) {
  unit.world = std::make_unique<world::World>(context.assumptions);
  std::vector<const kube::Object*> snapshot;
  for (const FileUnit& file : context.cluster_files) {
    for (const kube::Object& object : file.objects) {
      unit.world->add(object);
      snapshot.push_back(&object);
    }
  }
  for (const FileUnit* file : unit.files) {
    for (const kube::Object& object : file->objects) unit.world->add(object);
  }
  if (!snapshot.empty()) {
    unit.world->set_cluster(world::Cluster::from_objects(snapshot));
  } else if (context.has_cluster) {
    unit.world->set_cluster(context.cluster);
  }
  unit.world->set_images(context.images);
  unit.world->set_sources(sources);
}

/// Items of those v1 Lists that kubectl does not send.
using RefusedItems = std::unordered_map<const kube::Object*, admission::Verdict>;

RefusedItems refused_items(const FileUnit& file, const admission::Options& options) {
  RefusedItems refused;
  for (const std::unique_ptr<yaml::Document>& document : file.stream.documents) {
    const yaml::Node* kind = document->root.find("kind");
    if (kind == nullptr || kind->string_or("") != "List") continue;
    std::vector<const kube::Object*> items;
    for (const kube::Object& object : file.objects) {
      if (object.from_list && object.document == document->index && !object.context_only) items.push_back(&object);
    }
    std::optional<admission::ListRefusal> refusal = admission::check_list(items, options);
    for (std::size_t i = 0; refusal && i < items.size(); ++i) {
      admission::Verdict& verdict = refused[items[i]];
      verdict.accepted = false;
      verdict.by_kubectl = true;
      verdict.code = 0;
      verdict.message = refusal->message;
      verdict.errors = std::move(refusal->errors[i]);
    }
  }
  return refused;
}

/// The API server's word on every object, as if none had been refused before; in the order of `unit.files`.
std::vector<admission::Verdict> judge(const WorldUnit& unit, const Context& context, int jobs) {
  std::vector<const kube::Object*> objects;
  for (const FileUnit* file : unit.files) {
    for (const kube::Object& object : file->objects) {
      if (!object.context_only) objects.push_back(&object);
    }
  }
  std::vector<admission::Verdict> verdicts(objects.size());
  for_each_unit(objects.size(), jobs, kObjectsPerThread,
                [&](std::size_t i) { verdicts[i] = admission::admit(*objects[i], *unit.world, context.admission); });
  return verdicts;
}

/// The API server's word on every object, in the order in which kubectl sends them; accepted workloads
/// get a place among the pods.
void admit_objects(WorldUnit& unit, const Context& context, const source::SourceMap& sources, int jobs) {
  std::vector<admission::Verdict> verdicts = judge(unit, context, jobs);
  unit.objects.reserve(verdicts.size());
  bool anew = false;  // something that others are judged by was refused
  std::size_t next = 0;
  for (const FileUnit* file : unit.files) {
    RefusedItems refused = refused_items(*file, context.admission);
    for (const kube::Object& object : file->objects) {
      if (object.context_only) continue;
      admission::Verdict verdict = std::move(verdicts[next++]);
      const auto in_list = refused.find(&object);
      if (in_list != refused.end()) {
        verdict = std::move(in_list->second);
      } else if (anew) {
        verdict = admission::admit(object, *unit.world, context.admission);
      }
      report::ObjectRow row = row_of(object, *unit.world, sources);
      note_verdict(verdict, row);
      unit.objects.push_back(std::move(row));
      std::vector<rules::Finding> found = rules::admission_findings(object, verdict);
      std::move(found.begin(), found.end(), std::back_inserter(unit.findings));
      if (!verdict.accepted) {
        unit.world->refuse(object);
        anew = anew || admission::is_looked_up(object, *unit.world);
      } else if (kube::makes_pods(object)) {
        unit.pods.emplace_back().pod.owner = &object;
      }
    }
    tell_reading(unit, *file, sources);
  }
}

/// The pod's template as the API server completes it. A template that is not there leaves no owner.
void complete_pod(PodUnit& unit, const world::World& world, const Context& context) {
  std::optional<kube::PodTemplate> pod = kube::PodTemplate::read(*unit.pod.owner);
  unit.pod.owner = nullptr;
  if (!pod) return;
  unit.pod = std::move(*pod);
  unit.facts.creation = admission::admit_pods(unit.pod, world, context.admission);
}

void predict_containers(PodUnit& unit, const world::World& world) {
  process::PodOutcomes outcomes = process::predict_pod(unit.pod, world);
  for (process::Outcome& one : outcomes.init_containers) unit.facts.init_containers.push_back({std::move(one)});
  for (process::Outcome& one : outcomes.containers) unit.facts.containers.push_back({std::move(one)});
}

/// Does the pod give its place on the node back within the minutes that are foretold?
lifecycle::Ends ends_of(const PodUnit& unit) {
  using process::Outcome;
  const bool on_failure = *unit.pod.spec.restart_policy == "OnFailure";
  bool known = !unit.facts.containers.empty();
  for (const lifecycle::ContainerFacts& one : unit.facts.containers) {
    if (one.outcome.kind == Outcome::Kind::RunsForever) return lifecycle::Ends::Never;
    const bool exits = one.outcome.kind == Outcome::Kind::Exits;
    if (exits && on_failure && one.outcome.exit_code != 0) return lifecycle::Ends::Never;
    if (exits && one.outcome.earliest > lifecycle::kSomeMinutes) return lifecycle::Ends::Never;
    known = known && exits && one.outcome.latest <= lifecycle::kSomeMinutes;
  }
  return known ? lifecycle::Ends::Soon : lifecycle::Ends::Unknown;
}

/// Pods whose creation is refused take no place.
void place_pods(WorldUnit& unit) {
  std::vector<const kube::PodTemplate*> created;
  std::vector<PodUnit*> units;
  std::vector<lifecycle::Ends> ends;
  for (PodUnit& pod : unit.pods) {
    unit.templates.push_back(&pod.pod);
    if (!pod.facts.creation.created) continue;
    created.push_back(&pod.pod);
    ends.push_back(ends_of(pod));
    units.push_back(&pod);
  }
  std::vector<lifecycle::Placement> placements = lifecycle::schedule(created, *unit.world, ends);
  for (std::size_t i = 0; i < units.size() && i < placements.size(); ++i) {
    units[i]->facts.placement = std::move(placements[i]);
  }
  unit.selections = std::make_unique<rules::Selections>(*unit.world, unit.templates);
  for (PodUnit& pod : unit.pods) {
    pod.facts.all_pods = unit.templates;
    pod.facts.selections = unit.selections.get();
  }
}

std::vector<lifecycle::Forecast> forecast_pod(const PodUnit& unit, const world::World& world, const Context& context) {
  std::vector<lifecycle::Effect> effects;
  for (const rules::Finding& finding : unit.findings) {
    if (finding.effect) effects.push_back(*finding.effect);
  }
  lifecycle::ForecastInput input;
  input.pod = &unit.pod;
  input.ns = world.namespace_of(*unit.pod.owner);
  input.effects = effects;
  input.init_facts = unit.facts.init_containers;
  input.facts = unit.facts.containers;
  input.placed = unit.facts.placement.placed;
  input.wanted = unit.facts.placement.wanted;
  input.nodes = unit.facts.placement.nodes;
  input.with_details = context.with_details;
  return lifecycle::forecast(input, context.at);
}

void foresee(WorldUnit& unit, const Context& context, const source::SourceMap& sources, int jobs) {
  build_world(unit, context, sources);
  admit_objects(unit, context, sources, jobs);
  for_each_unit(unit.pods.size(), jobs, kPodsPerThread, [&](std::size_t i) {
    complete_pod(unit.pods[i], *unit.world, context);
    if (unit.pods[i].pod.owner != nullptr) predict_containers(unit.pods[i], *unit.world);
  });
  std::erase_if(unit.pods, [](const PodUnit& pod) { return pod.pod.owner == nullptr; });
  place_pods(unit);
  unit.forecasts.resize(unit.pods.size());
  unit.more_forecasts.resize(unit.pods.size());
  for_each_unit(unit.pods.size(), jobs, kPodsPerThread, [&](std::size_t i) {
    PodUnit& pod = unit.pods[i];
    pod.findings = rules::run_rules(pod.pod, *unit.world, pod.facts);
    std::vector<lifecycle::Forecast> rows = forecast_pod(pod, *unit.world, context);
    if (!rows.empty()) unit.forecasts[i] = std::move(rows.front());
    if (rows.size() > 1) {
      rows.erase(rows.begin());
      unit.more_forecasts[i] = std::move(rows);
    }
    if (!context.with_details) pod.facts = {};  // room for the next pods' forecasts
  });
}

/// Appends what `from` holds, and gives its memory back.
template <typename T>
void take(std::vector<T>& from, std::vector<T>& to) {
  std::move(from.begin(), from.end(), std::back_inserter(to));
  std::vector<T>().swap(from);
}

/// In the order of the pods. Where every pod has one row they are not copied.
void take_forecasts(WorldUnit& unit, Analysis& analysis, std::size_t all) {
  const bool single =
      std::all_of(unit.forecasts.begin(), unit.forecasts.end(), [](const auto& row) { return row.pod != nullptr; }) &&
      std::all_of(unit.more_forecasts.begin(), unit.more_forecasts.end(),
                  [](const auto& more) { return more.empty(); });
  if (single && analysis.forecasts.empty() && analysis.worlds.size() == 1) {
    analysis.forecasts = std::move(unit.forecasts);
    return;
  }
  analysis.forecasts.reserve(all);
  for (std::size_t i = 0; i < unit.forecasts.size(); ++i) {
    if (unit.forecasts[i].pod != nullptr) analysis.forecasts.push_back(std::move(unit.forecasts[i]));
    take(unit.more_forecasts[i], analysis.forecasts);
  }
  std::vector<lifecycle::Forecast>().swap(unit.forecasts);
}

void collect(Analysis& analysis) {
  std::size_t objects = 0, findings = 0, forecasts = 0;
  for (const WorldUnit& unit : analysis.worlds) {
    objects += unit.objects.size();
    findings += unit.findings.size();
    for (const PodUnit& pod : unit.pods) findings += pod.findings.size();
    forecasts += unit.pods.size();
    for (const auto& more : unit.more_forecasts) forecasts += more.size();
  }
  analysis.objects.reserve(objects);
  analysis.findings.reserve(analysis.findings.size() + findings);
  for (WorldUnit& unit : analysis.worlds) {
    take(unit.findings, analysis.findings);
    take(unit.objects, analysis.objects);
    for (PodUnit& pod : unit.pods) take(pod.findings, analysis.findings);
    take_forecasts(unit, analysis, forecasts);
  }
}

void read_images(const Options& options, Analysis& analysis) {
  if (!options.images) return;
  const source::Result<std::string> text = source::read_input(*options.images);
  if (!text) {
    analysis.errors.push_back("cannot read '" + *options.images + "' (" + options.called("--images") +
                              "): " + text.failure().sentence);
    return;
  }
  if (looks_like_manifest(*text)) {
    analysis.errors.push_back("--images " + *options.images + ": this is a manifest, not a list of images");
    return;
  }
  source::Result<world::ImageList> images = world::ImageList::parse(*text);
  if (!images) {
    analysis.errors.push_back(options.called("--images") + " " + *options.images + ": " + images.failure().sentence);
    return;
  }
  analysis.context.images = std::move(images.value());
}

/// --cluster: a file when there is one of that name, else a preset.
void read_cluster(const Options& options, Analysis& analysis) {
  if (!options.cluster) return;
  Context& context = analysis.context;
  std::error_code ignored;
  if (std::filesystem::exists(*options.cluster, ignored)) {
    source::Result<std::string> text = source::read_input(*options.cluster);
    if (!text) {
      analysis.errors.push_back("cannot read '" + *options.cluster + "' (" + options.called("--cluster") +
                                "): " + text.failure().sentence);
      return;
    }
    FileUnit& unit = context.cluster_files.emplace_back();
    unit.file = analysis.sources.add(*options.cluster, std::move(text.value()));
    unit.named = true;
    parse_file(unit, analysis.sources, context.jobs);
    if (unit.stream.failed()) {
      analysis.errors.push_back(options.called("--cluster") + " " + *options.cluster +
                                ": this is not `kubectl get -o yaml|json` output");
    }
    for (kube::Object& object : unit.objects) object.context_only = true;
    return;
  }
  source::Result<world::Cluster> preset = world::Cluster::preset(*options.cluster);
  if (!preset) {
    analysis.errors.push_back(options.called("--cluster") + " '" + *options.cluster +
                              "': " + preset.failure().sentence);
    return;
  }
  context.cluster = std::move(preset.value());
  context.has_cluster = true;
}

/// Puts the files that are not on disk among those that are.
void add_memory(const Options& options, Inputs& inputs, source::SourceMap& sources) {
  for (const MemoryFile& file : options.memory) {
    const source::FileId id = sources.add(file.path, file.bytes);
    const auto same = std::find_if(inputs.files.begin(), inputs.files.end(), [&](const Input& input) {
      return std::filesystem::path(sources.file(input.file).path()).lexically_normal() ==
             std::filesystem::path(file.path).lexically_normal();
    });
    if (same != inputs.files.end()) {
      same->file = id;
    } else {
      inputs.files.push_back({id, true, {}});
    }
  }
}

/// Does any output of this run show conditions, container statuses or timelines?
bool wants_details(const Options& options) {
  if (options.command != Command::Check) return true;
  const auto shows = [](std::string_view format) { return format == "html" || format == "json"; };
  return shows(options.format.value_or("")) || std::any_of(options.outputs.begin(), options.outputs.end(),
                                                           [&](const Output& output) { return shows(output.format); });
}

void read_context(const Options& options, Analysis& analysis) {
  Context& context = analysis.context;
  context.assumptions.closed = options.closed_world.value_or(false);
  context.assumptions.default_namespace = options.default_namespace.value_or("default");
  context.assumptions.external = options.external;
  context.assumptions.namespace_labels = options.namespace_labels;
  context.admission.minor_version = options.minor_version();
  context.admission.create = options.create;
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  context.jobs = options.jobs > 0 ? options.jobs : static_cast<int>(cores);
  context.at = options.at;
  context.with_details = wants_details(options);
  read_images(options, analysis);
  read_cluster(options, analysis);
}

}  // namespace

void order_findings(std::vector<rules::Finding>& findings, const source::SourceMap& sources) {
  std::vector<std::uint32_t> ranks(sources.size());
  std::vector<source::FileId> ids(sources.size());
  for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = static_cast<source::FileId>(i);
  std::stable_sort(ids.begin(), ids.end(),
                   [&](source::FileId a, source::FileId b) { return sources.file(a).path() < sources.file(b).path(); });
  for (std::size_t i = 0; i < ids.size(); ++i) ranks[ids[i]] = static_cast<std::uint32_t>(i);
  std::stable_sort(findings.begin(), findings.end(), [&](const rules::Finding& a, const rules::Finding& b) {
    const auto rank = [&](const rules::Finding& f) {
      return f.span.exists() && f.span.file < ranks.size() ? ranks[f.span.file] : 0xffffffffU;
    };
    if (rank(a) != rank(b)) return rank(a) < rank(b);
    if (a.span.begin != b.span.begin) return a.span.begin < b.span.begin;
    return a.rule < b.rule;
  });
}

void analyse(const Options& options, Analysis& analysis) {
  const auto begin = [&](const std::string& what, std::size_t total = 0) {
    if (analysis.progress != nullptr) analysis.progress->begin(what, total);
  };
  const auto step = [&] {
    if (analysis.progress != nullptr) analysis.progress->step();
  };
  begin("reading files");
  read_context(options, analysis);
  Inputs inputs = options.memory_only ? Inputs{} : read_inputs(options, analysis.sources, analysis.context.jobs);
  add_memory(options, inputs, analysis.sources);
  std::move(inputs.errors.begin(), inputs.errors.end(), std::back_inserter(analysis.errors));
  for (const Inputs::Unread& unread : inputs.unread) {
    analysis.warnings.push_back(unread.sentence);
    analysis.notices.push_back({rules::Severity::Error, unread.sentence, unread.path});
  }
  if (!analysis.errors.empty()) return;

  const Rendered rendered = options.isolate ? Rendered{} : render(options, inputs, analysis.sources, analysis.progress);
  const auto add_units = [](const std::vector<Input>& from, std::deque<FileUnit>& units) {
    for (const Input& input : from) {
      FileUnit& unit = units.emplace_back();
      unit.file = input.file;
      unit.named = input.named;
      unit.chart = input.chart;
      unit.ns = input.ns;
      unit.moves = input.moves;
    }
  };
  add_units(inputs.files, analysis.files);
  const std::size_t written = analysis.files.size();  // rendered files follow
  for (const Environment& environment : rendered.environments) {
    FileUnit& unit = analysis.files.emplace_back();
    unit.file = environment.file;
    unit.named = true;
    unit.rendered = true;
    unit.ns = environment.ns;
    unit.moves = environment.moves;
  }
  const int jobs = analysis.context.jobs;
  begin("parsing files", analysis.files.size());
  for_each_unit(analysis.files.size(), jobs, kFilesPerThread, [&](std::size_t i) {
    parse_file(analysis.files[i], analysis.sources, jobs);
    step();
  });

  for (std::size_t i = 0; i < analysis.files.size(); ++i) {
    if (analysis.worlds.empty() || options.isolate || i >= written) analysis.worlds.emplace_back();
    analysis.worlds.back().files.push_back(&analysis.files[i]);
  }
  const bool many = analysis.worlds.size() > 1;
  begin(many ? "foretelling worlds" : "foretelling", analysis.worlds.size());
  for_each_unit(analysis.worlds.size(), jobs, kFilesPerThread, [&](std::size_t i) {
    foresee(analysis.worlds[i], analysis.context, analysis.sources, many ? 1 : jobs);
    step();
  });
  collect(analysis);
  if (!rendered.environments.empty()) {
    add_units(rendered.sources, analysis.rendered_from);
    for (FileUnit& unit : analysis.rendered_from) parse_file(unit, analysis.sources, jobs);
    lead_back(rendered, analysis);
  }
  analysis.partly_rendered = !rendered.troubles.empty();
  tell_rendering(options, rendered, analysis);
  rules::drop_told_warnings(analysis.findings);
  order_findings(analysis.findings, analysis.sources);
}

}  // namespace podseer::cli
