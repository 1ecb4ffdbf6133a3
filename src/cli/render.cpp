// SPDX-License-Identifier: Apache-2.0
// The tools are run with an argument list, a time limit, and no option that executes plugins. A chart
// is `helm template RELEASE CHART`, an overlay `kustomize build DIR` or `kubectl kustomize DIR`.
#include "cli/render.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <sstream>

#include "cli/gitops.hpp"
#include "cli/progress.hpp"
#include "cli/spawn.hpp"
#include "source/read.hpp"
#include "yaml/document.hpp"

namespace podseer::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxDirectories = 1000;  // that one overlay takes in
constexpr int kSeconds = 60;                   // a rendering that takes longer waits for a network

std::string normal(const fs::path& path) {
  const std::string text = path.lexically_normal().generic_string();
  return text.size() > 1 && text.ends_with('/') ? text.substr(0, text.size() - 1) : text;
}

// True when `path` is `directory` or lies below it.
bool below(const std::string& path, const std::string& directory) {
  if (directory == "." || directory.empty()) return !path.starts_with("/") && !path.starts_with("..");
  return path == directory || path.starts_with(directory + "/");
}

// The line in which a tool says what is wrong: its warnings come first, and kubectl wraps it as klog does
// (E1123 11:22:40.4 1 run.go:72] "command failed" err="...").
std::string complaint_in(const std::string& text) {
  std::string best;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.starts_with('#') || line.starts_with("Warning") || line.starts_with("WARNING") ||
        line.find(".go:") == 0)
      continue;
    if (best.empty() || (line.starts_with("Error") && !best.starts_with("Error"))) best = line;
  }
  if (const std::size_t err = best.find("] \"command failed\" err=\"");
      err != std::string::npos && best.ends_with('"')) {
    best = best.substr(err + 24, best.size() - err - 25);
  }
  if (best.empty()) return "it said nothing";
  return best.size() > 300 ? best.substr(0, 300) + "..." : best;
}

bool says(const std::string& text, std::initializer_list<std::string_view> phrases) {
  return std::any_of(phrases.begin(), phrases.end(),
                     [&](std::string_view phrase) { return text.find(phrase) != std::string::npos; });
}

// Why a rendering that failed proves nothing: what it takes is not in the repository. Empty: it is wrong.
// `guessed`: nobody said that the chart is installed with just these values.
std::string excuse_in(const std::string& err, bool guessed) {
  if (says(err, {"missing in charts/ directory", "helm dependency build"}))
    return "its dependencies are not here (helm dependency build)";
  if (says(err, {"--enable-helm", "dial tcp", "no such host", "Could not resolve", "git fetch", "git init",
                 "deadline exceeded"})) {
    return "it takes in what is elsewhere, and nothing is fetched";
  }
  if (guessed &&
      says(err, {"execution error at", "don't meet the specifications of the schema", "nil pointer evaluating"})) {
    return "it wants values (--helm-values FILE)";
  }
  return {};
}

bool is_remote(std::string_view entry) {
  return entry.find("://") != std::string_view::npos || entry.starts_with("git@") || entry.starts_with("git::") ||
         entry.starts_with("github.com/") || entry.find("?ref=") != std::string_view::npos;
}

std::string kustomization_file(const std::string& directory) {
  for (const char* name : {"kustomization.yaml", "kustomization.yml", "Kustomization"}) {
    std::error_code ignored;
    const std::string path = normal(fs::path(directory) / name);
    if (fs::exists(path, ignored)) return path;
  }
  return {};
}

// What a kustomization file says of other files.
struct Kustomization {
  std::vector<std::string> directories;  // bases and components, here
  std::vector<std::string> parts;        // files that are no manifests: patches, files of generators, ...
  std::string remote;                    // the first thing that would have to be fetched
  bool charts = false;                   // it inflates Helm charts, which no tool does unasked
};

Kustomization read_kustomization(const std::string& directory) {
  Kustomization out;
  const source::Result<std::string> text = source::read_input(kustomization_file(directory));
  if (!text) return out;
  const yaml::Stream stream = yaml::parse(0, *text);
  const auto local = [&](std::string_view path) { return normal(fs::path(directory) / std::string(path)); };
  for (const auto& document : stream.documents) {
    const auto each = [&](const char* key, const auto& take) {
      const yaml::Node* entries = document->root.find(key);
      if (entries == nullptr) return;
      for (const yaml::Node& entry : entries->items()) take(entry);
    };
    for (const char* key : {"resources", "bases", "components"}) {
      each(key, [&](const yaml::Node& entry) {
        const std::string_view path = entry.string_or("");
        std::error_code ignored;
        if (fs::is_directory(local(path), ignored)) out.directories.push_back(local(path));
        else if (is_remote(path) && out.remote.empty()) out.remote = path;
      });
    }
    const auto add_path = [&](const yaml::Node& entry) {
      const yaml::Node* path = entry.is_mapping() ? entry.find("path") : &entry;
      const std::string_view name = path == nullptr ? std::string_view() : path->string_or("");
      if (!name.empty() && name.find('\n') == std::string_view::npos) out.parts.push_back(local(name));
    };
    for (const char* key : {"patches", "patchesStrategicMerge", "patchesJson6902", "replacements", "transformers",
                            "validators", "generators", "configurations"}) {
      each(key, add_path);
    }
    if (const yaml::Node* schema = document->root.find("openapi"); schema != nullptr) add_path(*schema);
    for (const char* key : {"configMapGenerator", "secretGenerator"}) {
      each(key, [&](const yaml::Node& generator) {
        const yaml::Node* files = generator.find("files");
        for (const yaml::Node& file : files == nullptr ? std::span<const yaml::Node>{} : files->items()) {
          const std::string_view name = file.string_or("");
          out.parts.push_back(local(name.substr(name.find('=') + 1)));  // npos + 1 is 0
        }
      });
    }
    out.charts = out.charts || document->root.find("helmCharts") != nullptr;
  }
  return out;
}

source::FileId file_below(const Inputs& inputs, const source::SourceMap& sources, const std::string& root) {
  source::FileId first = source::kNoFile;
  for (const Input& input : inputs.files) {
    const std::string path = normal(sources.file(input.file).path());
    if (!below(path, root)) continue;
    const std::string name = fs::path(path).filename().string();
    const bool own = fs::path(path).parent_path().string() == (root == "." ? "" : root);
    if (own && (name == "Chart.yaml" || name.starts_with("kustomization."))) return input.file;
    if (first == source::kNoFile) first = input.file;
  }
  return first;
}

/// Values that stand in an Application, as a file that only this user can read, for as long as helm runs.
class ValuesFile {
 public:
  explicit ValuesFile(const std::string& text) {
    const char* directory = std::getenv("TMPDIR");
    path_ = std::string(directory != nullptr && *directory != '\0' ? directory : "/tmp") + "/podseer-values-XXXXXX";
    const int fd = ::mkostemp(path_.data(), O_CLOEXEC);
    const bool whole = fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    if (fd >= 0) ::close(fd);
    if (!whole) path_.clear();
  }
  ~ValuesFile() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  ValuesFile(const ValuesFile&) = delete;
  ValuesFile& operator=(const ValuesFile&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

class Renderer {
 public:
  Renderer(const Options& options, Inputs& inputs, source::SourceMap& sources, Progress* progress)
      : options_(options), inputs_(inputs), sources_(sources), progress_(progress) {}

  Rendered run() {
    if (options_.render != Options::Render::Never) {
      if (!options_.memory_only) deployments_ = find_deployments(inputs_, sources_);
      charts();
      kustomizations();
      plain_directories();
    }
    take_out_parts();
    return std::move(out_);
  }

 private:
  // The files of a root are sources now; the rendering stands for them.
  void take_out(const std::string& root) {
    for (auto input = inputs_.files.begin(); input != inputs_.files.end();) {
      if (below(normal(sources_.file(input->file).path()), root)) {
        out_.sources.push_back(*input);
        input = inputs_.files.erase(input);
      } else {
        ++input;
      }
    }
  }

  // False when the rendering failed; that was told then.
  bool add(std::string name, const std::string& root, bool helm, const std::vector<std::string>& words,
           const Deployment* deployment = nullptr, bool guessed = false) {
    if (progress_ != nullptr) progress_->begin("rendering " + name);
    const Spawned ran = run_tool(words, deployment);
    if (ran.status != 0) {
      const std::string excuse = excuse_in(ran.err, guessed);
      const std::string why = ran.timed_out ? "it took too long" : complaint_in(ran.err);
      out_.troubles.push_back(
          {root, file_below(inputs_, sources_, root),
           excuse.empty() ? words[0] + " cannot render " + name + ": " + why : name + " is not rendered: " + excuse,
           excuse.empty()});
      return false;
    }
    Environment& environment = out_.environments.emplace_back();
    const bool fill = deployment != nullptr && deployment->substituted;
    environment.file = sources_.add(root + " (rendered)", fill ? substituted(ran.out, *deployment) : ran.out);
    if (deployment != nullptr) {
      environment.ns = deployment->ns;
      environment.values = deployment->values;
      environment.values.push_back(deployment->file);
      environment.moves = deployment->moves;
    }
    environment.name = std::move(name);
    environment.root = root;
    environment.helm = helm;
    return true;
  }

  Spawned run_tool(const std::vector<std::string>& words, const Deployment* deployment) const {
    if (options_.renderings == nullptr) return spawn(words, {}, kSeconds);
    std::string key = deployment == nullptr ? std::string() : deployment->inline_values;
    for (const std::string& word : words) {
      if (word.find("/podseer-values-") == std::string::npos) key += "\x1f" + word;  // another name each time
    }
    const auto found = options_.renderings->outputs.find(key);
    if (found != options_.renderings->outputs.end()) return found->second;
    return options_.renderings->outputs.emplace(key, spawn(words, {}, kSeconds)).first->second;
  }

  void missing(const std::string& root, const std::string& what) {
    out_.troubles.push_back({root, file_below(inputs_, sources_, root), what, false});
  }

  void charts() {
    std::set<std::string> roots;
    for (const std::string& chart : inputs_.charts) roots.insert(normal(chart));
    // Charts inside charts are rendered with the outer one.
    std::erase_if(roots, [&](const std::string& root) {
      return std::any_of(roots.begin(), roots.end(),
                         [&](const std::string& outer) { return outer != root && below(root, outer); });
    });
    for (const std::string& root : roots) {
      if (!on_path("helm")) continue;  // the pipeline has its note for charts that are not rendered
      const std::vector<const Deployment*> named = deployments_of(root);
      bool any = false;
      for (const Deployment* deployment : named) any = deploy_chart(root, *deployment) || any;
      if (named.empty()) any = environments_by_custom(root);
      if (any) take_out(root);
    }
  }

  [[nodiscard]] std::vector<std::string> helm_template(const std::string& release, const std::string& root) const {
    // As it is installed: with its CRDs, without the pods that only `helm test` makes; the version decides what
    // .Capabilities says.
    std::vector<std::string> words = {
        "helm",           "template",     release,          root,
        "--include-crds", "--skip-tests", "--kube-version", "1." + std::to_string(options_.minor_version()) + ".0"};
    for (const std::string& set : options_.helm_set) words.insert(words.end(), {"--set", set});
    return words;
  }

  bool environments_by_custom(const std::string& root) {
    const std::vector<std::string> values = options_.helm_values.empty() ? values_beside(root) : options_.helm_values;
    std::vector<std::string> words = helm_template(release_of(root), root);
    if (options_.default_namespace) words.insert(words.end(), {"--namespace", *options_.default_namespace});
    bool any = false;
    const std::size_t troubles = out_.troubles.size();
    if (options_.helm_values.empty()) any = add(root, root, true, words, nullptr, true);
    const bool wants_values = out_.troubles.size() > troubles && !out_.troubles.back().failed;
    for (const std::string& file : values) {
      std::vector<std::string> more = words;
      more.insert(more.end(), {"--values", file});
      const bool made = add(root + " (" + fs::path(file).filename().string() + ")", root, true, more);
      if (made) out_.environments.back().values = {file};
      any = made || any;
    }
    // Values beside the chart that make it complete are how it is meant.
    if (any && wants_values) out_.troubles.erase(out_.troubles.begin() + static_cast<std::ptrdiff_t>(troubles));
    return any;
  }

  bool deploy_chart(const std::string& root, const Deployment& deployment) {
    std::vector<std::string> words = helm_template(deployment.release, root);
    if (!deployment.ns.empty()) words.insert(words.end(), {"--namespace", deployment.ns});
    for (const std::string& file : deployment.values) words.insert(words.end(), {"--values", file});
    std::optional<ValuesFile> own;
    if (!deployment.inline_values.empty()) {
      own.emplace(deployment.inline_values);
      if (own->path().empty()) return false;
      words.insert(words.end(), {"--values", own->path()});
    }
    for (const HelmParameter& parameter : deployment.parameters) {
      std::string value;
      for (const char c : parameter.value) value += (c == ',' ? std::string("\\,") : std::string(1, c));
      words.insert(words.end(), {parameter.text ? "--set-string" : "--set", parameter.name + "=" + value});
    }
    return add(root + " (" + deployment.by + ")", root, true, words, &deployment);
  }

  [[nodiscard]] std::vector<const Deployment*> deployments_of(const std::string& root) const {
    std::vector<const Deployment*> found;
    const std::string directory = deployments_.empty() ? std::string() : resolved_directory(root);
    for (const Deployment& deployment : deployments_) {
      if (deployment.directory == directory) found.push_back(&deployment);
    }
    return found;
  }

  // Directories that are neither a chart nor an overlay: their files stay what they are, but their objects
  // go to the namespace that the nearest deployment above says. Two that differ say nothing.
  void plain_directories() {
    for (Input& input : inputs_.files) {
      if (deployments_.empty()) return;
      const std::string directory =
          resolved_directory(fs::path(sources_.file(input.file).path()).parent_path().string());
      const Deployment* nearest = nullptr;
      bool clear = true;
      for (const Deployment& deployment : deployments_) {
        const bool in =
            deployment.recursive ? below(directory, deployment.directory) : directory == deployment.directory;
        if (!in || (nearest != nullptr && deployment.directory.size() < nearest->directory.size())) continue;
        clear = nearest == nullptr || deployment.directory != nearest->directory
                    ? true
                    : clear && deployment.ns == nearest->ns;
        nearest = &deployment;
      }
      if (nearest == nullptr || !clear) continue;
      input.ns = nearest->ns;
      input.moves = nearest->moves;
    }
  }

  static std::string release_of(const std::string& root) {
    std::error_code ignored;
    std::string name = fs::absolute(root, ignored).lexically_normal().filename().string();
    if (name.empty()) name = fs::absolute(root, ignored).lexically_normal().parent_path().filename().string();
    return name.empty() ? "release" : name;
  }

  // values-prod.yaml and values.prod.yaml: environments by custom.
  static std::vector<std::string> values_beside(const std::string& root) {
    std::vector<std::string> files;
    std::error_code ignored;
    for (fs::directory_iterator it(root, ignored), end; !ignored && it != end; it.increment(ignored)) {
      const std::string name = it->path().filename().string();
      if ((name.starts_with("values-") || name.starts_with("values.")) && name != "values.yaml" &&
          name.ends_with(".yaml")) {
        files.push_back(normal(it->path()));
      }
    }
    std::sort(files.begin(), files.end());
    return files;
  }

  void kustomizations() {
    std::set<std::string> all, inner;
    for (const std::string& directory : inputs_.kustomizations) all.insert(normal(directory));
    if (all.empty()) return;
    const bool own = on_path("kustomize");
    for (const std::string& directory : all) known_.emplace(directory, read_kustomization(directory));
    if (!own && !on_path("kubectl")) {
      for (const std::string& root : all) {
        if (options_.render == Options::Render::Always || root == *all.begin()) {
          missing(root, "neither kustomize nor kubectl is installed: kustomizations are read file by file");
        }
      }
      return;
    }
    for (const auto& [directory, kustomization] : known_) {
      for (const std::string& base : kustomization.directories) inner.insert(base);
    }
    std::vector<std::string> done;
    for (const std::string& root : all) {
      if (inner.contains(root)) continue;
      if (const std::string lacking = not_here(root); !lacking.empty()) {
        missing(root, root + " is not rendered: " + lacking);
        continue;
      }
      const std::vector<std::string> words = own ? std::vector<std::string>{"kustomize", "build", root}
                                                 : std::vector<std::string>{"kubectl", "kustomize", root};
      const std::vector<const Deployment*> named = deployments_of(root);
      bool any = false;
      for (const Deployment* deployment : named)
        any = add(root + " (" + deployment->by + ")", root, false, words, deployment) || any;
      if (named.empty()) any = add(root, root, false, words);
      if (any) done.push_back(root);
    }
    for (const std::string& root : done) {
      std::vector<std::string> open = {root};
      std::set<std::string> seen;
      while (!open.empty()) {
        const std::string directory = open.back();
        open.pop_back();
        if (!seen.insert(directory).second || seen.size() > kMaxDirectories) continue;
        take_out(directory);
        for (const std::string& base : known(directory).directories) open.push_back(base);
      }
    }
  }

  const Kustomization& known(const std::string& directory) {
    const auto found = known_.find(directory);
    return found != known_.end() ? found->second
                                 : known_.emplace(directory, read_kustomization(directory)).first->second;
  }

  // What a root takes, itself or through its bases, that is not in the repository; empty: all is here.
  std::string not_here(const std::string& root) {
    std::vector<std::string> open = {root};
    std::set<std::string> seen;
    while (!open.empty() && seen.size() < kMaxDirectories) {
      const std::string directory = open.back();
      open.pop_back();
      if (!seen.insert(directory).second) continue;
      const Kustomization& one = known(directory);
      if (!one.remote.empty()) return "it takes in " + one.remote + ", and nothing is fetched";
      if (one.charts) return "it inflates a Helm chart, which kustomize does only with --enable-helm";
      for (const std::string& base : one.directories) open.push_back(base);
    }
    return {};
  }

  // Patches and the like look like manifests and are none, also where nothing was rendered.
  void take_out_parts() {
    for (const std::string& directory : inputs_.kustomizations) {
      for (const std::string& part : known(normal(directory)).parts) {
        for (auto input = inputs_.files.begin(); input != inputs_.files.end(); ++input) {
          if (input->named || normal(sources_.file(input->file).path()) != part) continue;
          out_.sources.push_back(*input);
          inputs_.files.erase(input);
          break;
        }
      }
    }
  }

  const Options& options_;
  Inputs& inputs_;
  source::SourceMap& sources_;
  Progress* progress_;
  std::vector<Deployment> deployments_;
  std::map<std::string, Kustomization> known_;
  Rendered out_;
};

}  // namespace

Rendered render(const Options& options, Inputs& inputs, source::SourceMap& sources, Progress* progress) {
  if (options.memory_only && inputs.kustomizations.empty()) return {};
  return Renderer(options, inputs, sources, progress).run();
}

}  // namespace podseer::cli
