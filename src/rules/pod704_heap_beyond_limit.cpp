// SPDX-License-Identifier: Apache-2.0
// A runtime is told to use more memory than its container may: `-Xmx1g` under `limits.memory: 512Mi`. The heap is
// only the largest part of what a process needs, so a heap of the limit's size is too much already. When it
// is reached depends on the load, so this is told and not played.
#include <cstdint>
#include <optional>

#include "rules/each_container.hpp"
#include "rules/rule.hpp"

namespace podseer::rules {
namespace {

// Leading digits and the unit behind them; powers of 1024, as JVM, Node.js and Go count.
std::optional<std::int64_t> bytes(std::string_view text, std::int64_t without_unit) {
  std::int64_t value = 0;
  std::size_t at = 0;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
    if (value > (std::int64_t{1} << 50)) return std::nullopt;
    value = value * 10 + (text[at] - '0');
  }
  if (at == 0) return std::nullopt;
  if (at == text.size() || text[at] == ' ' || text[at] == '"' || text[at] == '\'') return value * without_unit;
  switch (text[at]) {
    case 'k':
    case 'K': return value << 10;
    case 'm':
    case 'M': return value << 20;
    case 'g':
    case 'G': return value << 30;
    case 't':
    case 'T': return value > 1024 ? std::nullopt : std::optional(value << 40);
    case 'B': return value;
    default: return std::nullopt;
  }
}

struct Setting {
  std::string_view mark;      // what comes before the number
  std::int64_t without_unit;  // bytes in a unit that is not written
};
// java(1) -Xmx; node(1) --max-old-space-size counts MiB.
constexpr Setting kSettings[] = {{"-Xmx", 1},
                                 {"-XX:MaxHeapSize=", 1},
                                 {"--max-old-space-size=", std::int64_t{1} << 20},
                                 {"--max_old_space_size=", std::int64_t{1} << 20}};

struct Heap {
  std::int64_t bytes = 0;
  std::string text;
};

// The last setting counts, as it does for the runtimes.
std::optional<Heap> heap_in(std::string_view text) {
  std::optional<Heap> found;
  for (const Setting& setting : kSettings) {
    const std::size_t at = text.rfind(setting.mark);
    if (at == std::string_view::npos) continue;
    const std::string_view number = text.substr(at + setting.mark.size());
    if (const auto size = bytes(number, setting.without_unit)) {
      found = Heap{*size, std::string(text.substr(at, text.find_first_of(" \"'\n", at) - at))};
    }
  }
  return found;
}

constexpr std::string_view kVariables[] = {"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "JAVA_OPTS",
                                           "CATALINA_OPTS",     "ES_JAVA_OPTS",     "NODE_OPTIONS"};

}  // namespace

void pod704_heap_beyond_limit(const kube::PodTemplate& pod, RuleContext& context) {
  each_container(pod, [&](const kube::Container& container) {
    const kube::ResourceAmount* limit = kube::find_resource(container.resources.limits, "memory");
    if (limit == nullptr || limit->amount.is_zero()) return;
    const auto report = [&](SourceSpan span, const Heap& heap, const std::string& path) {
      if (heap.bytes < limit->amount.units()) return;
      Finding finding = context.finding(
          span,
          {{"container", std::string(*container.name)}, {"setting", heap.text}, {"limit", limit->amount.canonical()}});
      finding.field_path = path;
      finding.notes.push_back({limit->span, "all that the container may use"});
      context.report(std::move(finding));
    };
    for (std::size_t i = 0; i < container.env.size(); ++i) {
      const kube::EnvVar& env = container.env[i];
      if (env.from != kube::EnvVar::From::Value) continue;
      std::optional<Heap> heap;
      for (const std::string_view name : kVariables) {
        if (*env.name == name) heap = heap_in(*env.value);
      }
      if (*env.name == "GOMEMLIMIT") {
        if (const auto size = bytes(*env.value, 1)) heap = Heap{*size, "GOMEMLIMIT=" + std::string(*env.value)};
      }
      if (heap) report(env.value.span, *heap, context.path(container, ".env[" + std::to_string(i) + "].value"));
    }
    for (const auto* list : {&container.command, &container.args}) {
      for (std::size_t i = 0; i < list->size(); ++i) {
        const auto heap = heap_in(*(*list)[i]);
        const char* name = list == &container.command ? ".command[" : ".args[";
        if (heap) report((*list)[i].span, *heap, context.path(container, name + std::to_string(i) + "]"));
      }
    }
  });
}

}  // namespace podseer::rules
