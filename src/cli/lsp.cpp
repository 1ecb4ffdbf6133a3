// SPDX-License-Identifier: Apache-2.0
// The language server. The whole workspace is looked at after every change, open documents as they are
// in the editor, so that deleting a key in one file marks the Deployment in another. Changes that arrive
// while it thinks are taken together. Offers: diagnostics, hover (what will happen and why), code actions
// (fixes, ignoring a finding), going to the object that a name refers to.
#define RAPIDJSON_HAS_STDSTRING 1
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "cli/commands.hpp"
#include "cli/config.hpp"
#include "cli/ignores.hpp"
#include "cli/lsp_wire.hpp"
#include "cli/pipeline.hpp"
#include "cli/render.hpp"
#include "cli/secrets.hpp"
#include "cli/select.hpp"
#include "rules/references.hpp"

namespace podseer::cli {
namespace {

namespace fs = std::filesystem;
using Json = rapidjson::Value;
using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

const Json* member(const Json& object, const char* name) {
  if (!object.IsObject()) return nullptr;
  const auto found = object.FindMember(name);
  return found == object.MemberEnd() ? nullptr : &found->value;
}

std::string text_of(const Json* value) {
  return value != nullptr && value->IsString() ? std::string(value->GetString(), value->GetStringLength())
                                               : std::string();
}

std::uint32_t number_of(const Json* value) { return value != nullptr && value->IsUint() ? value->GetUint() : 0; }

// LSP positions are 0-based, columns in UTF-16 units.
std::uint32_t offset_of(const source::SourceFile& file, const Json* position) {
  if (position == nullptr) return 0;
  const std::uint32_t line = number_of(member(*position, "line")) + 1;
  const std::uint32_t wanted = number_of(member(*position, "character")) + 1;
  const std::uint32_t begin = file.line_begin(line);
  const auto length = static_cast<std::uint32_t>(file.line(line).size());
  std::uint32_t at = begin;
  while (at < begin + length && file.utf16_column(at) < wanted) ++at;
  return at;
}

void write_position(Writer& out, const source::SourceFile& file, std::uint32_t offset) {
  out.StartObject();
  out.Key("line");
  out.Uint(file.position(offset).line - 1);
  out.Key("character");
  out.Uint(file.utf16_column(offset) - 1);
  out.EndObject();
}

void write_range(Writer& out, const source::SourceMap& sources, source::SourceSpan span) {
  const source::SourceFile& file = sources.file(span.file);
  out.StartObject();
  out.Key("start");
  write_position(out, file, span.begin);
  out.Key("end");
  write_position(out, file, span.end);
  out.EndObject();
}

bool covers(source::SourceSpan span, source::FileId file, std::uint32_t offset) {
  return span.exists() && span.file == file && span.begin <= offset && offset <= span.end;
}

class Server {
 public:
  explicit Server(Options options) : options_(std::move(options)) {}

  int run() {
    MessageReader reader(STDIN_FILENO);
    while (true) {
      const std::optional<std::string> message = reader.next();
      if (!message) return shutting_down_ ? 0 : 1;
      rapidjson::Document document;
      document.Parse(message->data(), message->size());
      if (document.HasParseError() || !document.IsObject()) continue;
      const std::string method = text_of(member(document, "method"));
      if (method == "exit") return shutting_down_ ? 0 : 1;
      static const Json kNothing(rapidjson::kObjectType);
      const Json* params = member(document, "params");
      answer(method, params == nullptr ? kNothing : *params, member(document, "id"));
      if (stale_ && !reader.pending()) publish();
    }
  }

 private:
  void answer(const std::string& method, const Json& params, const Json* id) {
    if (method == "initialize") {
      initialize(params, id);
    } else if (method == "shutdown") {
      shutting_down_ = true;
      respond(id, [](Writer& out) { out.Null(); });
    } else if (method == "textDocument/didOpen") {
      const Json* document = member(params, "textDocument");
      if (document != nullptr)
        open_[path_of_uri(text_of(member(*document, "uri")))] = text_of(member(*document, "text"));
      stale_ = true;
    } else if (method == "textDocument/didChange") {
      const Json* changes = member(params, "contentChanges");
      if (changes != nullptr && changes->IsArray() && !changes->Empty()) {
        open_[path_of(params)] = text_of(member((*changes)[changes->Size() - 1], "text"));
      }
      stale_ = true;
    } else if (method == "textDocument/didClose") {
      open_.erase(path_of(params));
      stale_ = true;
    } else if (method == "textDocument/didSave" || method == "workspace/didChangeWatchedFiles") {
      renderings_.clear();  // tools read what is on disk
      stale_ = true;
    } else if (method == "textDocument/hover") {
      hover(params, id);
    } else if (method == "textDocument/codeAction") {
      code_actions(params, id);
    } else if (method == "textDocument/definition") {
      definition(params, id);
    } else if (id != nullptr) {
      fail(*id, method);
    }
  }

  static std::string path_of(const Json& params) {
    const Json* document = member(params, "textDocument");
    return document == nullptr ? std::string() : path_of_uri(text_of(member(*document, "uri")));
  }

  template <typename Body>
  void respond(const Json* id, Body&& body) {
    if (id == nullptr) return;
    rapidjson::StringBuffer buffer;
    Writer out(buffer);
    out.StartObject();
    out.Key("jsonrpc");
    out.String("2.0");
    out.Key("id");
    id->Accept(out);
    out.Key("result");
    body(out);
    out.EndObject();
    write_message(STDOUT_FILENO, buffer.GetString());
  }

  static void fail(const Json& id, const std::string& method) {
    rapidjson::StringBuffer buffer;
    Writer out(buffer);
    out.StartObject();
    out.Key("jsonrpc");
    out.String("2.0");
    out.Key("id");
    id.Accept(out);
    out.Key("error");
    out.StartObject();
    out.Key("code");
    out.Int(-32601);  // JSON-RPC 2.0: method not found
    out.Key("message");
    out.String("podseer does not know " + method);
    out.EndObject();
    out.EndObject();
    write_message(STDOUT_FILENO, buffer.GetString());
  }

  void initialize(const Json& params, const Json* id) {
    root_ = path_of_uri(text_of(member(params, "rootUri")));
    if (root_.empty()) root_ = text_of(member(params, "rootPath"));
    const Json* folders = member(params, "workspaceFolders");
    if (folders != nullptr && folders->IsArray() && !folders->Empty())
      root_ = path_of_uri(text_of(member((*folders)[0], "uri")));
    std::error_code ignored;
    if (!root_.empty()) fs::current_path(root_, ignored);
    const std::string problem = load_config(options_);
    respond(id, [](Writer& out) {
      out.StartObject();
      out.Key("capabilities");
      out.StartObject();
      out.Key("textDocumentSync");
      out.StartObject();
      out.Key("openClose");
      out.Bool(true);
      out.Key("change");
      out.Int(1);  // whole documents
      out.Key("save");
      out.Bool(true);
      out.EndObject();
      for (const char* name : {"hoverProvider", "codeActionProvider", "definitionProvider"}) {
        out.Key(name);
        out.Bool(true);
      }
      out.Key("positionEncoding");
      out.String("utf-16");
      out.EndObject();
      out.Key("serverInfo");
      out.StartObject();
      out.Key("name");
      out.String("podseer");
      out.Key("version");
      out.String(PODSEER_VERSION);
      out.EndObject();
      out.EndObject();
    });
    if (!problem.empty()) show_message(problem);
    stale_ = !root_.empty();
  }

  static void show_message(const std::string& text) {
    rapidjson::StringBuffer buffer;
    Writer out(buffer);
    out.StartObject();
    out.Key("jsonrpc");
    out.String("2.0");
    out.Key("method");
    out.String("window/showMessage");
    out.Key("params");
    out.StartObject();
    out.Key("type");
    out.Int(1);  // error
    out.Key("message");
    out.String(text);
    out.EndObject();
    out.EndObject();
    write_message(STDOUT_FILENO, buffer.GetString());
  }

  // Looks at the workspace with the open documents in their editors' state.
  void look() {
    stale_ = false;
    Options options = options_;
    options.memory.clear();
    options.renderings = &renderings_;
    if (options.paths.empty()) options.paths = options.config_paths;
    if (root_.empty()) options.memory_only = true;
    std::error_code ignored;
    for (const auto& [path, text] : open_) {
      if (path.empty()) continue;
      const fs::path near = fs::path(path).lexically_proximate(fs::current_path(ignored));
      const std::string shown = near.string().starts_with("..") ? path : near.string();
      options.memory.push_back({shown, text});
    }
    auto analysis = std::make_unique<Analysis>();
    analyse(options, *analysis);
    redact(*analysis);
    const Selection selection = select_findings(options, *analysis);
    (void)selection;
    analysis_ = std::move(analysis);
  }

  void publish() {
    look();
    std::map<std::string, std::vector<const rules::Finding*>> by_file;
    for (const rules::Finding& finding : analysis_->findings) {
      if (finding.span.exists())
        by_file[uri_of_path(analysis_->sources.file(finding.span.file).path())].push_back(&finding);
    }
    for (const auto& [path, text] : open_) by_file.try_emplace(uri_of_path(path));
    for (const std::string& uri : told_) by_file.try_emplace(uri);
    told_.clear();
    for (const auto& [uri, findings] : by_file) {
      if (!findings.empty()) told_.insert(uri);
      send_diagnostics(uri, findings);
    }
  }

  void send_diagnostics(const std::string& uri, const std::vector<const rules::Finding*>& findings) {
    rapidjson::StringBuffer buffer;
    Writer out(buffer);
    out.StartObject();
    out.Key("jsonrpc");
    out.String("2.0");
    out.Key("method");
    out.String("textDocument/publishDiagnostics");
    out.Key("params");
    out.StartObject();
    out.Key("uri");
    out.String(uri);
    out.Key("diagnostics");
    out.StartArray();
    for (const rules::Finding* finding : findings) write_diagnostic(out, *finding);
    out.EndArray();
    out.EndObject();
    out.EndObject();
    write_message(STDOUT_FILENO, buffer.GetString());
  }

  void write_diagnostic(Writer& out, const rules::Finding& finding) {
    out.StartObject();
    out.Key("range");
    write_range(out, analysis_->sources, finding.span);
    out.Key("severity");
    out.Int(finding.severity == rules::Severity::Error ? 1 : finding.severity == rules::Severity::Warning ? 2 : 3);
    out.Key("code");
    out.String(finding.rule);
    out.Key("source");
    out.String("podseer");
    out.Key("message");
    std::string message = finding.message;
    if (!finding.predicts.empty()) message += " (kubectl get pods: " + finding.predicts + ")";
    out.String(message);
    if (finding.rule == "POD001") {  // DiagnosticTag.Unnecessary: editors fade it
      out.Key("tags");
      out.StartArray();
      out.Int(1);
      out.EndArray();
    }
    out.Key("relatedInformation");
    out.StartArray();
    for (const rules::Note& note : finding.notes) {
      if (!note.span.exists()) continue;
      out.StartObject();
      out.Key("location");
      out.StartObject();
      out.Key("uri");
      out.String(uri_of_path(analysis_->sources.file(note.span.file).path()));
      out.Key("range");
      write_range(out, analysis_->sources, note.span);
      out.EndObject();
      out.Key("message");
      out.String(note.message);
      out.EndObject();
    }
    out.EndArray();
    out.EndObject();
  }

  // The file of a request as it was last looked at; kNoFile when it was not.
  source::FileId file_of(const std::string& path) const {
    const std::string uri = uri_of_path(path);
    for (const FileUnit& unit : analysis_->files) {
      if (uri_of_path(analysis_->sources.file(unit.file).path()) == uri) return unit.file;
    }
    return source::kNoFile;
  }

  struct At {
    source::FileId file = source::kNoFile;
    std::uint32_t offset = 0;
  };
  At at(const Json& params) {
    if (stale_ || analysis_ == nullptr) publish();
    const source::FileId file = file_of(path_of(params));
    if (file == source::kNoFile) return {};
    return {file, offset_of(analysis_->sources.file(file), member(params, "position"))};
  }

  void hover(const Json& params, const Json* id) {
    const At here = at(params);
    std::string text;
    source::SourceSpan span;
    for (const rules::Finding& finding : analysis_->findings) {
      if (!covers(finding.span, here.file, here.offset)) continue;
      const rules::Rule* rule = rules::find_rule(finding.rule);
      if (!text.empty()) text += "\n\n---\n\n";
      text += "**" + finding.rule + "** " + finding.message + "\n\n";
      if (!finding.predicts.empty()) text += "`kubectl get pods` shows `" + finding.predicts + "`.\n\n";
      if (rule != nullptr) text += std::string(rule->info.why) + "\n\n";
      if (!finding.help.empty()) text += "To mend it: " + finding.help + ".";
      span = finding.span;
    }
    for (const lifecycle::Forecast& forecast : analysis_->forecasts) {
      if (!text.empty() || !covers(forecast.pod->owner->name_span, here.file, here.offset)) continue;
      span = forecast.pod->owner->name_span;
      text = "`kubectl get pods` will show\n\n| NAME | READY | STATUS |\n|---|---|---|\n";
      for (const lifecycle::Forecast& row : analysis_->forecasts) {
        if (row.pod == forecast.pod) text += "| " + row.pod_name + " | " + row.ready + " | " + row.status + " |\n";
      }
      if (!forecast.reason_text.empty()) text += "\n" + forecast.reason_text;
    }
    respond(id, [&](Writer& out) {
      if (text.empty()) {
        out.Null();
        return;
      }
      out.StartObject();
      out.Key("contents");
      out.StartObject();
      out.Key("kind");
      out.String("markdown");
      out.Key("value");
      out.String(text);
      out.EndObject();
      out.Key("range");
      write_range(out, analysis_->sources, span);
      out.EndObject();
    });
  }

  void write_edit(Writer& out, const rules::Edit& edit) {
    out.StartObject();
    out.Key("range");
    write_range(out, analysis_->sources, edit.span);
    out.Key("newText");
    out.String(edit.replacement);
    out.EndObject();
  }

  void write_action(Writer& out, const std::string& title, const rules::Finding& finding,
                    const std::vector<rules::Edit>& edits, bool preferred) {
    std::map<std::string, std::vector<const rules::Edit*>> by_file;
    for (const rules::Edit& edit : edits)
      by_file[uri_of_path(analysis_->sources.file(edit.span.file).path())].push_back(&edit);
    out.StartObject();
    out.Key("title");
    out.String(title);
    out.Key("kind");
    out.String("quickfix");
    out.Key("isPreferred");
    out.Bool(preferred);
    out.Key("diagnostics");
    out.StartArray();
    write_diagnostic(out, finding);
    out.EndArray();
    out.Key("edit");
    out.StartObject();
    out.Key("changes");
    out.StartObject();
    for (const auto& [uri, list] : by_file) {
      out.Key(uri.c_str());
      out.StartArray();
      for (const rules::Edit* edit : list) write_edit(out, *edit);
      out.EndArray();
    }
    out.EndObject();
    out.EndObject();
    out.EndObject();
  }

  void code_actions(const Json& params, const Json* id) {
    if (stale_ || analysis_ == nullptr) publish();
    const source::FileId file = file_of(path_of(params));
    const Json* range = member(params, "range");
    respond(id, [&](Writer& out) {
      out.StartArray();
      if (file != source::kNoFile && range != nullptr) {
        const source::SourceFile& text = analysis_->sources.file(file);
        const std::uint32_t begin = offset_of(text, member(*range, "start"));
        const std::uint32_t end = offset_of(text, member(*range, "end"));
        for (const rules::Finding& finding : analysis_->findings) {
          if (finding.span.file != file || finding.span.end < begin || finding.span.begin > end) continue;
          if (finding.fix && !finding.fix->edits.empty()) {
            write_action(out, finding.fix->title, finding, finding.fix->edits, finding.fix->safe);
          }
          if (is_about_ignores(finding.rule)) continue;
          // A comment on the line above, as far to the right as the line itself.
          const source::SourceSpan whole = finding.around.exists() ? finding.around : finding.span;
          const std::uint32_t line = text.position(whole.begin).line;
          const std::string_view content = text.line(line);
          const std::string indent(content.substr(0, std::min(content.find_first_not_of(' '), content.size())));
          const std::uint32_t start = text.line_begin(line);
          write_action(out, "Ignore " + finding.rule + " here", finding,
                       {{{file, start, start}, indent + "# podseer: ignore[" + finding.rule + "] reason\n"}}, false);
        }
      }
      out.EndArray();
    });
  }

  // Where the thing that a name refers to is defined; nowhere when it is not in the workspace.
  source::SourceSpan target(const At& here) const {
    for (const WorldUnit& unit : analysis_->worlds) {
      for (const PodUnit& pod : unit.pods) {
        const world::World& world = *unit.world;
        const rules::RuleContext context(world, pod.pod, pod.facts);
        auto references = rules::env_references(pod.pod, context);
        for (rules::Reference& reference : rules::volume_references(pod.pod, context))
          references.push_back(std::move(reference));
        for (const rules::Reference& reference : references) {
          const kube::Object* object = world.find(reference.kind(), context.ns(), *reference.name);
          if (object == nullptr) continue;
          if (covers(reference.name.span, here.file, here.offset)) return object->name_span;
          if (!reference.key->empty() && covers(reference.key.span, here.file, here.offset)) {
            const auto data = reference.secret ? world.secret(context.ns(), *reference.name)
                                               : world.config_map(context.ns(), *reference.name);
            const yaml::Entry* entry = data ? data->find(*reference.key) : nullptr;
            return entry == nullptr ? object->name_span : entry->key_span;
          }
        }
        const auto named = [&](const kube::Text& name, std::string_view kind) -> source::SourceSpan {
          const kube::Object* object =
              covers(name.span, here.file, here.offset) ? world.find(kind, context.ns(), *name) : nullptr;
          return object == nullptr ? source::SourceSpan{} : object->name_span;
        };
        for (const kube::Volume& volume : pod.pod.spec.volumes) {
          if (const auto span = named(volume.claim_name, "PersistentVolumeClaim"); span.exists()) return span;
        }
        if (pod.pod.spec.service_account_name.written()) {
          if (const auto span = named(pod.pod.spec.service_account_name, "ServiceAccount"); span.exists()) return span;
        }
        if (const auto span = named(pod.pod.service_name, "Service"); span.exists()) return span;
      }
    }
    return {};
  }

  void definition(const Json& params, const Json* id) {
    const At here = at(params);
    const source::SourceSpan span = here.file == source::kNoFile ? source::SourceSpan{} : target(here);
    respond(id, [&](Writer& out) {
      if (!span.exists()) {
        out.Null();
        return;
      }
      out.StartObject();
      out.Key("uri");
      out.String(uri_of_path(analysis_->sources.file(span.file).path()));
      out.Key("range");
      write_range(out, analysis_->sources, span);
      out.EndObject();
    });
  }

  Options options_;
  std::string root_;
  std::map<std::string, std::string> open_;  // path, text
  std::set<std::string> told_;               // URIs with diagnostics on the other side
  RenderCache renderings_;                   // so that typing does not run helm
  std::unique_ptr<Analysis> analysis_;
  bool stale_ = false;
  bool shutting_down_ = false;
};

}  // namespace

int lsp(const Options& options) {
  Server server(options);
  return server.run();
}

}  // namespace podseer::cli
